"""Parties under the slug that each goes on as, as they are known now or were at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from disputes.history import party_histories
from disputes.models import Party
from disputes.party import fold_party


def known_parties(slugs: Iterable[str], *, as_of: datetime | None = None) -> dict[str, Party]:
    """Give for each slug the party that it means: the one of that slug, or the one that it was merged into.

    Slugs that were not registered are absent. One query, and one more for each further step of merges.
    """
    found: dict[str, Party] = {}
    wanted = set(slugs)
    while missing := sorted(wanted - found.keys()):
        rows = Party.objects.in_bulk(missing) if as_of is None else _as_known(missing, as_of)
        found |= rows
        wanted = {row.merged_into for row in rows.values() if row.merged_into}
    return {slug: _going_on(row, found) for slug, row in found.items()}


def _going_on(row: Party, found: dict[str, Party]) -> Party:
    while row.merged_into in found:
        row = found[row.merged_into]
    return row


def _as_known(slugs: Iterable[str], as_of: datetime) -> dict[str, Party]:
    histories = party_histories(slugs, until=as_of)
    states = {slug: fold_party(slug, history) for slug, history in histories.items()}
    return {
        slug: Party(
            slug=slug,
            kind=state.kind or "",
            name=state.name,
            aliases=state.aliases,
            former_names=[{"name": former.name, "until": former.until} for former in state.former_names],
            parent_id=state.parent,
            merged_into=state.merged_into or "",
            note=state.note or "",
            erased_at=state.erased_at,
            version=state.version,
        )
        for slug, state in states.items()
        if state.exists
    }
