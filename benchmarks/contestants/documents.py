"""Ours and feedparser, reading the documents of feeds from memory; an operation is one document."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import django
import feedparser
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from benchmarks.contestants.serving import Done, Run, peak_bytes, serve  # noqa: E402
from ingest.parsing import NotAFeed, ParserPool, parse_feed  # noqa: E402
from ingest.parsing.protocol import Request  # noqa: E402

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def parse(folder: str, every: int) -> Run:
    """Parse and clean as the child process of a worker does."""
    return _reading(folder, every, lambda body: parse_feed(body, content_type=None, url="", now=NOW))


def parse_with_feedparser(folder: str, every: int) -> Run:
    """Let feedparser parse, resolve addresses and clean, as it does by default."""
    return _reading(folder, every, lambda body: feedparser.parse(BytesIO(body)))


def _reading(folder: str, every: int, read: Callable[[bytes], object]) -> Run:
    # feedparser reads no JSON Feed.
    documents = [path.read_bytes() for path in sorted(Path(folder).iterdir()) if path.suffix != ".json"][::every]

    def run() -> int:
        for body in documents:
            read(body)
        return len(documents)

    return run


def parse_worst(folder: str, every: int) -> Run:
    """Parse each document below a folder as a worker does, in a child; give the slowest, and the child's memory."""
    documents = [path.read_bytes() for path in sorted(Path(folder).rglob("*")) if path.is_file()][::every]
    request = Request(content_type=None, url="", now=NOW, trust_guids=True)
    # One for all, so that its peak is that of the worst.
    pool = ParserPool(documents=len(documents) + 2)
    with suppress(NotAFeed):
        pool.parse(b"", request)

    def run() -> Done:
        slowest = 0.0
        for body in documents:
            started = time.monotonic()
            with suppress(NotAFeed):
                pool.parse(body, request)
            slowest = max(slowest, time.monotonic() - started)
        (child,) = psutil.Process().children()
        peak = peak_bytes(child.pid)
        pool.close()
        return Done(1, slowest, slowest, 0.0, peak_bytes=peak)

    return run


if __name__ == "__main__":
    serve({"parse": parse, "parse_with_feedparser": parse_with_feedparser, "parse_worst": parse_worst})
