"""Reading the log for a rebuild, a part ahead of what is projected."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from disputes import ledger
from disputes.recorded import RecordedEvent

Chunk = list[RecordedEvent]


def read_streams(category: str, *, until: int) -> Iterator[RecordedEvent]:
    """Read the streams of a category up to a position of the log, one after the other.

    To be used within a transaction. In its first transaction alone, where all there is can be seen from elsewhere, a
    second connection reads the next part while the one before is worked on. Constant in memory.
    """
    chunks = _chunks(category, until)
    # In a transaction around the rebuild there may be events that no other connection sees.
    is_surrounded = len(connection.savepoint_ids) > 0
    for chunk in chunks if is_surrounded else _read_ahead(_within_transaction(chunks)):
        yield from chunk


def _chunks(category: str, until: int) -> Iterator[Chunk]:
    with connection.cursor() as cursor:
        # The index has the streams in order; sorting the whole log would take its size on disk.
        cursor.execute("SET LOCAL enable_sort = off")
        yield from ledger.read_category(category, until=until)
        cursor.execute("SET LOCAL enable_sort TO DEFAULT")


def _within_transaction(chunks: Iterator[Chunk]) -> Generator[Chunk]:
    with transaction.atomic():
        yield from chunks


def _read_ahead(chunks: Generator[Chunk]) -> Iterator[Chunk]:
    """Draw each chunk in a thread, and so by a connection of its own, while the one before is worked on."""

    def leave() -> None:
        chunks.close()
        connection.close()

    with ThreadPoolExecutor(1, "read-ahead") as pool:
        coming = pool.submit(next, chunks, None)
        try:
            while (chunk := coming.result()) is not None:
                coming = pool.submit(next, chunks, None)
                yield chunk
        finally:
            pool.submit(leave).result()
