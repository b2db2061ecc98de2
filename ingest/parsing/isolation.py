"""Parsing in child processes that can be killed, because a document may be made to never finish.

A Celery worker is a daemonic process and may have no multiprocessing children, so this is plain subprocess with a
small protocol. What a child says is validated and never unpickled: it has read what strangers wrote.
"""

import atexit
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import datetime
from io import BufferedReader, BufferedWriter
from pathlib import Path
from typing import Final, cast

from pydantic import ValidationError

from ingest.parsing.model import NotAFeed, ParsedFeed, ParseError
from ingest.parsing.protocol import ANSWER_LENGTH, LAST_REASONS, REQUEST_LENGTHS, Answer, Request

_ROOT: Final = Path(__file__).resolve().parents[2]
_PASSED_ON: Final = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ")
_MAXIMUM_ANSWER: Final = 128 * 1024 * 1024
_FOR_WANT_OF_TIME: Final = frozenset((-signal.SIGPROF, -signal.SIGXCPU))
# The kernel's own killer, and what aborts when Rust's or C++'s allocator gets nothing.
_FOR_WANT_OF_MEMORY: Final = frozenset((-signal.SIGKILL, -signal.SIGABRT))


class ParserPool:
    """Children that parse, one for each thread that asks at the same time, kept between documents.

    Safe to use from several threads. After a fork, the new process starts children of its own.
    """

    def __init__(
        self, *, timeout: float = 10.0, processor: float = 2.0, memory: int = 200_000_000, documents: int = 1_000
    ) -> None:
        """Set the limits: seconds and seconds of processor time for a document, bytes of address space, documents.

        The libraries take a quarter of the default memory before any document comes. Of honest documents those of
        the largest size that is fetched, 10 MB, take all but the rest of it and one second, and usual ones some
        hundredths of a second. A child is replaced after so many documents, so that leaks in libraries stay small.
        """
        self.timeout = timeout
        self.processor = processor
        self.memory = memory
        self.documents = documents
        self._idle: list[_Child] = []
        self._lock = threading.Lock()
        os.register_at_fork(after_in_child=self._forget)

    def parse(self, body: bytes, request: Request) -> ParsedFeed:
        """Parse one document; raise as parse_feed_isolated does."""
        child = self._take()
        try:
            answer = child.ask(request, body, self.timeout)
        finally:
            self._give_back(child)
        if answer.feed is not None:
            return answer.feed
        kind = NotAFeed if answer.is_not_a_feed else ParseError
        raise kind(answer.reason, answer.message)

    def close(self) -> None:
        """Stop the idle children; the pool can be used again."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.stop()

    def _take(self) -> "_Child":
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.is_alive:
                    return child
                child.stop()
        return _Child(self.memory, self.processor)

    def _give_back(self, child: "_Child") -> None:
        if child.is_alive and child.answered < self.documents:
            with self._lock:
                self._idle.append(child)
        else:
            child.stop()

    def _forget(self) -> None:
        # The children belong to the process that forked; two owners would mix up their answers.
        self._lock = threading.Lock()
        for child in self._idle:
            child.disown()
        self._idle = []


class _Child:
    """One child process."""

    def __init__(self, memory: int, processor: float) -> None:
        self.answered = 0
        self._processor = processor
        self._failed = False
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "ingest.parsing.child", str(memory), str(processor)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ} | {"MALLOC_ARENA_MAX": "1"},
        )
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("subprocess gave no pipes although it was asked for them")
        self._process = process
        self._requests = cast("BufferedWriter", process.stdin)
        self._answers = cast("BufferedReader", process.stdout)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return not self._failed and self._process.poll() is None

    def ask(self, request: Request, body: bytes, timeout: float) -> Answer:
        """Return the child's answer, or one that says how it died."""
        timed_out = threading.Event()

        def kill() -> None:
            timed_out.set()
            self._process.kill()

        watchdog = threading.Timer(timeout, kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            answer = self._exchange(request, body)
            # Such a child ends, but perhaps not before the next document comes.
            self._failed = answer.reason in LAST_REASONS
        except (OSError, EOFError, ValidationError):
            self._failed = True
            self._process.kill()
            answer = _obituary(self._process.wait(), timeout if timed_out.is_set() else None, self._processor)
        finally:
            watchdog.cancel()
            watchdog.join()
        self.answered += 1
        return answer

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self.disown()

    def disown(self) -> None:
        for pipe in (self._requests, self._answers):
            # What is still in the buffers goes nowhere: the child is dead, or another process talks to it.
            with suppress(OSError, ValueError):
                pipe.detach().close()

    def _exchange(self, request: Request, body: bytes) -> Answer:
        head = request.model_dump_json().encode()
        self._requests.write(REQUEST_LENGTHS.pack(len(head), len(body)) + head)
        self._requests.write(body)
        self._requests.flush()
        prefix = self._answers.read(ANSWER_LENGTH.size)
        length = ANSWER_LENGTH.unpack(prefix)[0] if len(prefix) == ANSWER_LENGTH.size else 0
        encoded = self._answers.read(length) if 0 < length <= _MAXIMUM_ANSWER else b""
        if not encoded or len(encoded) < length:
            raise EOFError
        return Answer.model_validate_json(encoded)


_pool = ParserPool()
atexit.register(_pool.close)


def parse_feed_isolated(
    body: bytes, *, content_type: str | None, url: str, now: datetime, trust_guids: bool = True
) -> ParsedFeed:
    """Do what parse_feed does, in a child process with limits on time and memory.

    Raises what parse_feed raises, and ParseError with the reason "parse_timeout", "parse_memory" or "parse_crash"
    where the child had to be killed or died; the next document gets a new one. Costs a copy of the document and of
    what came out of it, and half a second where no child is idle.
    """
    return _pool.parse(body, Request(content_type=content_type, url=url, now=now, trust_guids=trust_guids))


def _obituary(status: int, timeout: float | None, processor: float) -> Answer:
    """Say how a child died, given the seconds after which it was killed, if it was."""
    if timeout is not None:
        return Answer(reason="parse_timeout", message=f"the document was not parsed within {timeout:g} seconds")
    if status in _FOR_WANT_OF_TIME:
        message = f"the document takes more than the {processor:g} seconds of processor time that a parser is given"
        return Answer(reason="parse_timeout", message=message)
    if status in _FOR_WANT_OF_MEMORY:
        return Answer(reason="parse_memory", message="the parser was stopped, most likely for want of memory")
    return Answer(reason="parse_crash", message=f"the parser's process died on the document (status {status})")
