"""Fetching in a thread of its own, while the caller parses and writes."""

import asyncio
import queue
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from ingest.fetching.client import Fetcher
from ingest.fetching.errors import FetchError
from ingest.fetching.policy import FetchPolicy
from ingest.fetching.result import FetchResult


@dataclass(frozen=True, slots=True)
class Answer:
    """What a fetch brought: an answer of the server, or why there was none."""

    started_at: datetime
    ended_at: datetime
    result: FetchResult | None
    error: FetchError | None


@dataclass(frozen=True, slots=True)
class Arrived:
    """A fetch has ended."""

    key: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class PassageWanted:
    """A fetch was redirected to another publisher and waits for leave to ask it; the last one is free again.

    Answer with `leave.set_result(None)`, or with a FetchError as its exception.
    """

    key: int
    publisher: str
    leave: "Future[None]"


class BackgroundFetcher:
    """Runs many fetches in one thread with an event loop; the caller waits for what came of them.

    A context manager. At its end what is still in flight is given up. Fetches are known by a key of the caller's.
    """

    def __init__(self, policy: FetchPolicy) -> None:
        self._policy = policy
        self._events: queue.SimpleQueue[Arrived | PassageWanted] = queue.SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._ready: Future[Fetcher] = Future()
        self._thread = threading.Thread(target=self._run, name="fetching", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._fetcher = self._ready.result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._finished.set)
        self._thread.join()

    def submit(
        self, key: int, url: str, *, publisher: str, etag: str | None = None, last_modified: str | None = None
    ) -> None:
        """Begin a fetch; leave to ask `publisher` is taken for granted."""
        self._loop.call_soon_threadsafe(self._begin, key, url, publisher, etag, last_modified)

    def wait(self, seconds: float) -> list[Arrived | PassageWanted]:
        """Give what has happened since, as soon as there is anything; nothing after so many seconds."""
        events: list[Arrived | PassageWanted] = []
        with suppress(queue.Empty):
            events.append(self._events.get(timeout=seconds))
            while True:
                events.append(self._events.get_nowait())
        return events

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._finished = asyncio.Event()
        # Names are resolved in threads, and by default in a handful: names that never resolve would stop all others.
        self._loop.set_default_executor(ThreadPoolExecutor(self._policy.connections, thread_name_prefix="resolving"))
        try:
            async with Fetcher(self._policy) as fetcher:
                self._ready.set_result(fetcher)
                await self._finished.wait()
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)
        except BaseException as error:
            if not self._ready.done():
                self._ready.set_exception(error)
            raise

    def _begin(self, key: int, url: str, publisher: str, etag: str | None, last_modified: str | None) -> None:
        passage = _Passage(key, publisher, self._events)
        task = self._loop.create_task(self._fetch(key, url, etag, last_modified, passage))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fetch(
        self, key: int, url: str, etag: str | None, last_modified: str | None, passage: "_Passage"
    ) -> None:
        started_at = datetime.now(UTC)
        result: FetchResult | None = None
        problem: FetchError | None = None
        try:
            result = await self._fetcher.fetch(url, etag=etag, last_modified=last_modified, passage=passage)
        except FetchError as error:
            problem = error
        except Exception as error:  # noqa: BLE001 (what a hostile server provokes must have a state as well)
            problem = FetchError(f"the fetch failed in an unforeseen way: {error!r}"[:500])
        self._events.put(Arrived(key, Answer(started_at, datetime.now(UTC), result, problem)))


@dataclass(slots=True)
class _Passage:
    key: int
    publisher: str
    events: "queue.SimpleQueue[Arrived | PassageWanted]" = field(repr=False)

    async def enter(self, publisher: str) -> None:
        if publisher == self.publisher:
            return
        wanted = PassageWanted(self.key, publisher, Future())
        self.events.put(wanted)
        await asyncio.wrap_future(wanted.leave)
        self.publisher = publisher
