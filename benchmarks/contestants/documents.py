"""Ours and feedparser, reading the documents of feeds from memory; an operation is one document."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import django
import feedparser

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from benchmarks.contestants.serving import Run, serve  # noqa: E402
from ingest.parsing import parse_feed  # noqa: E402

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def parse(folder: str, every: int) -> Run:
    """Parse and clean as the child process of a worker does."""
    return _reading(folder, every, lambda body: parse_feed(body, content_type=None, url="", now=NOW))


def parse_with_feedparser(folder: str, every: int) -> Run:
    """Let feedparser parse, resolve addresses and clean, as it does by default."""
    return _reading(folder, every, lambda body: feedparser.parse(BytesIO(body)))


def _reading(folder: str, every: int, read: Callable[[bytes], object]) -> Run:
    documents = [path.read_bytes() for path in sorted(Path(folder).iterdir()) if path.suffix == ".xml"][::every]

    def run() -> int:
        for body in documents:
            read(body)
        return len(documents)

    return run


if __name__ == "__main__":
    serve({"parse": parse, "parse_with_feedparser": parse_with_feedparser})
