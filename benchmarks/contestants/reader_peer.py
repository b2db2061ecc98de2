"""The peer: `reader`, updating feeds into its SQLite database. Runs in an environment of its own.

It neither cleans HTML beyond feedparser's sanitiser, nor captures, groups or matches. It fetches one feed after the
other, as by default, which costs it the least processor time. Its database is in its own process, so what that takes
is counted to it.
"""
# mypy: disable-error-code="import-not-found, misc"

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from reader import make_reader

from benchmarks.contestants.addresses import real_feed
from benchmarks.contestants.names import resolve_on_loopback
from benchmarks.contestants.serving import Run, serve

resolve_on_loopback()
_stack = ExitStack()
"""The database of the last run."""


def first_update(port: int, documents: int, every: int = 1) -> Run:
    """Fetch, parse and store feeds that it has never seen; an operation is a new entry."""
    reader = _reader(port, documents, every)

    def run() -> int:
        reader.update_feeds(scheduled=False)
        return int(reader.get_entry_counts().total)

    return run


def unchanged_update(port: int, documents: int, every: int = 1, updates: int = 1) -> Run:
    """Ask for feeds that it has, of which none has changed; an operation is a poll."""
    reader = _reader(port, documents, every)
    reader.update_feeds(scheduled=False)
    polls = reader.get_feed_counts(broken=False).total

    def run() -> int:
        for _ in range(updates):
            reader.update_feeds(scheduled=False)
        return int(polls * updates)

    return run


def _reader(port: int, documents: int, every: int) -> Any:
    _stack.close()
    folder = _stack.enter_context(tempfile.TemporaryDirectory(prefix="tracker-bench-"))
    reader = make_reader(str(Path(folder) / "reader.sqlite"))
    _stack.callback(reader.close)
    for number in range(0, documents, every):
        reader.add_feed(real_feed(number, port))
    return reader


if __name__ == "__main__":
    serve({"first_update": first_update, "unchanged_update": unchanged_update})
    _stack.close()
