"""One request at a time to a publisher, and a pause between two."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Protocol

from yarl import URL

from disputes.addresses import registrable_domain


def publisher_of(url: str | URL) -> str:
    """Name who answers for an address: its registrable domain; host and port where the host is not a domain name."""
    parsed = URL(url) if isinstance(url, str) else url
    host = parsed.raw_host or ""
    domain = registrable_domain(host)
    try:
        ip_address(domain)
    except ValueError:
        if "." in domain:
            return domain
    return f"{domain}:{parsed.port}"


class Passage(Protocol):
    """Leave to ask publishers, for one fetch with its redirects."""

    async def enter(self, publisher: str) -> None:
        """Wait until this publisher may be asked; the one that was asked before may be asked by others then.

        Raises FetchError where it may not be asked at all.
        """
        ...


class Pace:
    """Keeps the requests of one client apart: one at a time for a publisher, and so many seconds between two."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._queues: dict[str, _Queue] = {}

    @asynccontextmanager
    async def turn(self, publisher: str) -> AsyncIterator[None]:
        """Wait for the turn of one request, and hold it."""
        queue = self._queues.setdefault(publisher, _Queue())
        queue.waiting += 1
        clock = asyncio.get_running_loop().time
        try:
            async with queue.lock:
                await asyncio.sleep(queue.free_at - clock())
                try:
                    yield
                finally:
                    queue.free_at = clock() + self._pause
        finally:
            queue.waiting -= 1
            self._forget_idle(clock())

    def _forget_idle(self, now: float) -> None:
        if len(self._queues) > 1_000:
            self._queues = {name: queue for name, queue in self._queues.items() if queue.waiting or queue.free_at > now}


class _Queue:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0
        self.free_at = 0.0
