"""A progress bar with rate and time left, where there is a terminal to show it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from disputes.proofs.export import Progress

_WIDTH = 30


@contextmanager
def progress_bar(what: str = "events") -> Iterator[Progress | None]:
    """Give a function to tell progress to, and clear the line at the end; None where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    begun = monotonic()

    def show(done: int, everything: int) -> None:
        rate = done / max(monotonic() - begun, 1e-6)
        bar = "#" * (_WIDTH * done // max(everything, 1))
        left = (everything - done) / rate
        sys.stderr.write(f"\r[{bar:<{_WIDTH}}] {done}/{everything} {what}, {rate:.0f}/s, {left:.0f} s left ")
        sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
