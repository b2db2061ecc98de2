"""Reading pages in a child process that can be killed, because a page may be made to never finish.

As `ingest.parsing.isolation` does it for feeds. What the child says is validated and never unpickled: it has read
what strangers wrote.
"""

import atexit
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from ingest.reading.child import LENGTH, LENGTHS, Answer, Request
from ingest.reading.extraction import PageText
from ingest.reading.robots import Permission

_ROOT: Final = Path(__file__).resolve().parents[2]
_PASSED_ON: Final = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ")
_MAXIMUM_ANSWER: Final = 8 * 1024 * 1024


class ReadingFailedError(Exception):
    """The child had to be killed, died or stumbled; the message says why."""


class PageReader:
    """One child that reads, started when it is first needed and replaced when it dies.

    Safe to use from several threads, which take turns. After a fork the new process starts a child of its own.
    """

    def __init__(self, *, timeout: float = 10.0, memory: int = 1024**3, requests: int = 500) -> None:
        """Set the limits: seconds for a request, bytes of address space, requests before the child is replaced."""
        self.timeout = timeout
        self.memory = memory
        self.requests = requests
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._answered = 0
        os.register_at_fork(after_in_child=self._forget)

    def read_page(self, body: bytes, *, headers: Mapping[str, str], url: str, expected: str) -> PageText:
        """Take the text of an article from its page. Raises ReadingFailedError."""
        answer = self._ask(Request(url=url, headers=dict(headers), expected=expected), body)
        if answer.page is None:
            raise ReadingFailedError(answer.problem or "the reader gave no answer")
        return answer.page

    def ask_robots(self, rules: str, url: str) -> Permission:
        """Ask a robots.txt about an address. Raises ReadingFailedError."""
        answer = self._ask(Request(url=url, is_robots=True), rules.encode("utf-8", "replace"))
        if answer.permission is None:
            raise ReadingFailedError(answer.problem or "the reader gave no answer")
        return answer.permission

    def close(self) -> None:
        """Stop the child; the next request starts another."""
        with self._lock:
            self._stop()

    def _ask(self, request: Request, body: bytes) -> Answer:
        with self._lock:
            if self._process is None or self._process.poll() is not None or self._answered >= self.requests:
                self._stop()
                self._start()
            timed_out = threading.Event()
            watchdog = threading.Timer(self.timeout, self._kill, [self._process, timed_out])
            watchdog.daemon = True
            watchdog.start()
            try:
                answer = self._exchange(request, body)
            except (OSError, EOFError, ValidationError) as error:
                raise ReadingFailedError(self._obituary(timed_out=timed_out.is_set())) from error
            finally:
                watchdog.cancel()
                watchdog.join()
            self._answered += 1
            return answer

    def _start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "ingest.reading.child", str(self.memory), str(self.timeout)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ} | {"MALLOC_ARENA_MAX": "1"},
        )
        self._answered = 0

    def _exchange(self, request: Request, body: bytes) -> Answer:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        head = request.model_dump_json().encode()
        process.stdin.write(LENGTHS.pack(len(head), len(body)) + head)
        process.stdin.write(body)
        process.stdin.flush()
        prefix = process.stdout.read(LENGTH.size)
        length = LENGTH.unpack(prefix)[0] if len(prefix) == LENGTH.size else 0
        encoded = process.stdout.read(length) if 0 < length <= _MAXIMUM_ANSWER else b""
        if not encoded or len(encoded) < length:
            raise EOFError
        return Answer.model_validate_json(encoded)

    def _obituary(self, *, timed_out: bool) -> str:
        process = self._process
        if process is None:
            return "the reader's process is gone"
        process.kill()
        status = process.wait()
        self._stop()
        if timed_out or status == -signal.SIGXCPU:
            return f"it was not read within {self.timeout:g} seconds"
        if status in {-signal.SIGKILL, -signal.SIGABRT}:
            return "the reader was stopped, most likely for want of memory"
        return f"the reader's process died on it (status {status})"

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        _close_pipes(process)

    def _forget(self) -> None:
        # The child belongs to the process that forked; two owners would mix up its answers.
        self._lock = threading.Lock()
        process, self._process = self._process, None
        if process is not None:
            _close_pipes(process)

    @staticmethod
    def _kill(process: "subprocess.Popen[bytes]", timed_out: threading.Event) -> None:
        timed_out.set()
        process.kill()


def _close_pipes(process: "subprocess.Popen[bytes]") -> None:
    for pipe in (process.stdin, process.stdout):
        # What is still in the buffers goes nowhere: the child is dead, or another process talks to it.
        with suppress(OSError, ValueError):
            if pipe is not None:
                pipe.detach().close()  # type: ignore[attr-defined]


reader = PageReader()
atexit.register(reader.close)
