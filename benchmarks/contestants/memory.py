"""The memory of this process together with those that it starts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil

_INTERVAL = 0.02
"""Seconds between two looks; a look takes a few milliseconds for each process."""


@dataclass(slots=True)
class Watched:
    """What was seen of the memory."""

    peak_bytes: int = 0


@contextmanager
def watched() -> Iterator[Watched]:
    """Look at the memory again and again, until the end of the block, and keep the most that was held at once.

    A page that forked processes share is counted once, as Linux tells it (PSS); elsewhere it counts for each.
    """
    seen, is_over = Watched(), threading.Event()

    def look() -> None:
        this = psutil.Process()
        while not is_over.wait(_INTERVAL):
            held = 0
            with suppress(psutil.NoSuchProcess):
                for process in (this, *this.children(recursive=True)):
                    with suppress(psutil.NoSuchProcess):
                        memory = process.memory_full_info()
                        held += getattr(memory, "pss", memory.rss)
            seen.peak_bytes = max(seen.peak_bytes, held)

    thread = threading.Thread(target=look, name="memory", daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        is_over.set()
        thread.join()
