"""Where the feeds on loopback are. The standard library only, since the peer's environment runs it too."""

from __future__ import annotations

from benchmarks.contestants.names import RESERVED

WARM_UP = 80
"""Feeds with which a worker gets warm: more than one of its processes takes at once."""


def real_feed(number: int, port: int) -> str:
    """Give the address of a real document, which has a registrable domain of its own."""
    return f"http://real-{number}{RESERVED}:{port}/real/{number}"


def warm_up_feed(number: int, port: int) -> str:
    """Give the address of a feed with one entry, which has a registrable domain of its own."""
    return f"http://warm-{number}{RESERVED}:{port}/simulated/{1_000_000 + number}?entries=1"


def simulated_feed(number: int, port: int, *, platform: int | None, revision: int, entries: int, delay: float) -> str:
    """Give the address of a simulated feed, on a domain of its own or on a platform with others."""
    host = f"own-{number}" if platform is None else f"platform-{platform}"
    query = f"revision={revision}&entries={entries}&delay={delay:g}"
    return f"http://{host}{RESERVED}:{port}/simulated/{number}?{query}"
