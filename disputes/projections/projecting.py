"""Keeping the read models at what the log says, in the transaction that appends."""

from __future__ import annotations

from collections.abc import Sequence

from disputes import prepared
from disputes.history import dispute_history, party_history
from disputes.projections.rows import Merged, rows_of_dispute, rows_of_party
from disputes.projections.tables import DISPUTE_TABLES, DISPUTES, PARTIES, TIMELINE, Rows, Table
from disputes.recorded import RecordedEvent
from disputes.streams import DISPUTE, dispute_stream, split_stream


def project(stream: str) -> None:
    """Write all rows of a stream anew, as its events tell them; those that no event accounts for go.

    What was recorded of a dispute that was merged away is told by another, which is then written too.

    To be called in the transaction that has the ledger locked. Linear in the events.
    """
    category, slug = split_stream(stream)
    if category != DISPUTE:
        rows = rows_of_party(slug, party_history(slug))
        _replace(slug, [PARTIES], rows)
        return
    rows = rows_of_dispute(slug, dispute_history(slug), merged_parties())
    # Where another dispute was merged into this one, its events are told here from now on.
    TIMELINE.delete([TIMELINE.identity(row) for row in rows.get(TIMELINE, ())])
    _replace(slug, DISPUTE_TABLES, rows)
    if into := merged_into(rows):
        project(dispute_stream(into))


def project_appended(stream: str, history: Sequence[RecordedEvent], appended: Sequence[RecordedEvent]) -> None:
    """Write what has changed in the rows of a stream by events that were appended to its history just now.

    The rows before and after are computed and compared, and the differences written: reading is free, and a row that
    should have been there already is put there. To be called in the transaction that has the ledger locked.
    """
    category, slug = split_stream(stream)
    now = [*history, *appended]
    if any(event.stream != stream for event in history) or any(event.type in _MOVING for event in appended):
        project(stream)
    elif category != DISPUTE:
        PARTIES.write(rows_of_party(slug, now)[PARTIES])
    else:
        merged = merged_parties()
        _write_differences(rows_of_dispute(slug, history, merged), rows_of_dispute(slug, now, merged))


_MOVING = frozenset({"dispute_absorbed", "party_absorbed"})
"""Types of events by which what other streams say is told here."""


def merged_parties() -> Merged:
    """Give the parties that were merged away, each with the one that it was merged into. One query."""
    return dict(prepared.execute("SELECT slug, merged_into FROM disputes_party WHERE merged_into <> %s", [""]))


def merged_into(rows: Rows) -> str:
    """Name the dispute that the dispute of these rows was merged into; empty where there is none."""
    place = DISPUTES.columns.index("merged_into")
    return next((row[place] for row in rows.get(DISPUTES, ())), "")


def _replace(slug: str, tables: Sequence[Table], rows: Rows) -> None:
    for table in tables:
        table.clear([slug])
        if found := rows.get(table):
            table.copy(found)


def _write_differences(before: Rows, now: Rows) -> None:
    for table in dict.fromkeys([*before, *now]):
        former, rows = before.get(table, ()), now.get(table, ())
        if rows == former:
            continue
        known = {table.identity(row): row for row in former}
        changed = [row for row in rows if known.pop(table.identity(row), None) != row]
        if known:
            table.delete(list(known))
        if changed:
            table.write(changed)
