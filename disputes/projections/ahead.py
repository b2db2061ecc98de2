"""Telling the rows of a whole category for a rebuild, by processes that work ahead of the one that writes them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from operator import attrgetter
from traceback import format_exc
from typing import NamedTuple, cast

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from disputes import ledger
from disputes.history import dispute_history, party_history
from disputes.projections.rows import Merged, rows_of_dispute, rows_of_party
from disputes.projections.tables import Rows, Table, Values
from disputes.recorded import RecordedEvent
from disputes.streams import DISPUTE, PARTY, split_stream

_PORTION = 2_000
"""How many events a process holds in memory at once, streams being kept whole."""
_MOST_PROCESSES = 4
"""With more of them, the one that writes and the server are what holds them up."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""Those that a process which tells rows heeds in its own way."""
_ENDED = "a process that told rows was ended from outside; run it again, with more memory if that was short"


class ProcessFailed(Exception):
    """A process that told rows could not; the message says why, and a note has its traceback."""


@dataclass(frozen=True, slots=True)
class Category:
    """What is to be told: all streams of a category up to a position of the log."""

    name: str
    until: int
    moment: datetime
    """When the event at that position was recorded."""
    absorbing: set[str]
    """The streams into which others were merged."""
    merged: Merged


class Portion(NamedTuple):
    """What some streams of a category say."""

    events: int
    rows: Mapping[str, bytes]
    """Name of a table -> its rows, as `Table.format` writes them."""


def tell(category: Category) -> Generator[Portion]:
    """Tell the rows of a category in portions, in no particular order.

    To be used within a transaction. In its first transaction alone, where all there is can be seen from elsewhere,
    a process for each processor tells a part, by a connection of its own; they end with the generator, or soon after
    the process that it runs in. Constant in memory, but for the longest stream. Raises ProcessFailed
    where one of them fails.
    """
    parts = min(os.cpu_count() or 1, _MOST_PROCESSES)
    # In a transaction around the rebuild there may be events that no other connection sees.
    is_surrounded = len(connection.savepoint_ids) > 0
    is_small = category.name == PARTY or category.until <= _PORTION
    if is_surrounded or is_small or parts == 1:
        yield from _tell_part(category, 0, 1)
    else:
        yield from _tell_ahead(category, parts)


def _tell_part(category: Category, part: int, parts: int) -> Iterator[Portion]:
    """Tell one of some parts of a category, each of which has about as many streams."""
    rows: dict[Table, list[Values]] = {}
    held = 0
    for stream, events in _streams(category, part, parts):
        held += len(events)
        for table, some in _rows(category, stream, events).items():
            rows.setdefault(table, []).extend(some)
        if held >= _PORTION:
            yield _portion(held, rows)
            rows, held = {}, 0
    yield _portion(held, rows)


def _rows(category: Category, stream: str, events: Sequence[RecordedEvent]) -> Rows:
    slug = split_stream(stream)[1]
    history = _HISTORIES[category.name](slug, until=category.moment) if stream in category.absorbing else events
    return rows_of_party(slug, history) if category.name == PARTY else rows_of_dispute(slug, history, category.merged)


_HISTORIES: Mapping[str, Callable[..., Sequence[RecordedEvent]]] = {DISPUTE: dispute_history, PARTY: party_history}


def _portion(events: int, rows: Mapping[Table, Sequence[Values]]) -> Portion:
    return Portion(events, {table.name: table.format(some) for table, some in rows.items() if some})


def _streams(category: Category, part: int, parts: int) -> Iterator[tuple[str, list[RecordedEvent]]]:
    with connection.cursor() as cursor:
        # The index has the streams in order; sorting the whole log would take its size on disk.
        cursor.execute("SET LOCAL enable_sort = off")
        chunks = ledger.read_category(category.name, until=category.until, part=part, parts=parts)
        events = (event for chunk in chunks for event in chunk)
        for stream, some in groupby(events, key=attrgetter("stream")):
            yield stream, list(some)
        cursor.execute("SET LOCAL enable_sort TO DEFAULT")


def _tell_ahead(category: Category, parts: int) -> Iterator[Portion]:
    """Tell each part in a process of its own, a portion ahead of what is asked for."""
    # Forked, they need not start Django anew, which takes longer than most rebuilds.
    context = get_context("fork")
    with ExitStack() as stack:
        readers: list[Connection] = []
        for part in range(parts):
            reader, writer = context.Pipe(duplex=False)
            readers.append(stack.enter_context(reader))
            process = context.Process(
                target=_work, args=(writer, readers, category, part, parts), name=f"tell-{part}", daemon=True
            )
            with _blocked(*_SIGNALS):
                process.start()
            writer.close()
            stack.callback(process.join)
            stack.callback(process.terminate)
        while readers:
            for reader in cast("list[Connection]", wait(readers)):
                try:
                    told = reader.recv()
                except EOFError as error:
                    raise ProcessFailed(_ENDED) from error
                if told is None:
                    readers.remove(reader)
                elif isinstance(told, ProcessFailed):
                    raise told
                else:
                    yield told


@contextmanager
def _blocked(*signals: signal.Signals) -> Iterator[None]:
    """Hold signals back, so that no handler of this process runs in one that was forked from it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(writer: Connection, readers: Sequence[Connection], category: Category, part: int, parts: int) -> None:
    """Tell a part, in a process that was forked just now; the signals that it heeds in its own way come blocked."""
    # An interrupt goes to the whole group; the one that waits for the rows ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    # Where nobody reads any more, as after a kill, writing fails; so none of these processes may hold a reading end.
    for reader in readers:
        reader.close()
    # The connection belongs to the process that this one was forked from. Kept, it is not closed in its name.
    inherited = connections[DEFAULT_DB_ALIAS]
    del connections[DEFAULT_DB_ALIAS]
    try:
        try:
            with transaction.atomic():
                for portion in _tell_part(category, part, parts):
                    writer.send(portion)
            writer.send(None)
        except BrokenPipeError:
            pass
        except Exception as error:  # noqa: BLE001 (it is raised where the rows are awaited)
            # Many errors can't be sent as they are.
            failure = ProcessFailed(f"{type(error).__name__}: {error}")
            failure.add_note(format_exc())
            writer.send(failure)
    finally:
        connection.close()
        del inherited
