"""What differs between a dispute as it was told at two moments of either time. Pure.

The two states may be of two days in the world, of two moments of knowledge, or of both at once, and in any order:
what only the earlier one says is gone in the later one, for a reason that is given where there is one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from disputes.amendments import Words
from disputes.dispute import DisputeState, EvidenceItem, Participation
from disputes.recorded import Reading
from disputes.vocabulary import Status

Value = TypeVar("Value")


class Changed(NamedTuple, Generic[Value]):
    """Something that both tell, and tell otherwise."""

    before: Value
    after: Value


class ClaimChange(NamedTuple):
    """A claim whose outcome differs; None where one of the two does not have the claim."""

    proceeding: str
    claim: str
    before: str | None
    after: str | None


class ProceedingChange(NamedTuple):
    """A proceeding whose status differs; None where one of the two does not have the proceeding."""

    key: str
    before: Status | None
    after: Status | None


@dataclass(frozen=True, slots=True)
class Differences:
    """All that differs. Empty where the two tell the same."""

    status: Changed[Status] | None
    described: Mapping[str, Changed[object]]
    """Field of the description -> what it says."""
    added: Sequence[Reading]
    """Occurrences that only the later one tells, as having happened or as still to come."""
    gone: Sequence[Reading]
    """Occurrences that only the earlier one tells, as it tells them."""
    retracted: Mapping[UUID, Reading]
    """Of what is gone: the retraction, where that is why."""
    corrected: Sequence[Changed[Reading]]
    """Occurrences that both tell in other words."""
    happened: Sequence[Reading]
    """Occurrences that lay ahead in the earlier one and had happened in the later one."""
    lay_ahead: Sequence[Reading]
    """Those that had happened in the earlier one and lie ahead in the later one: it is of a day before."""
    proceedings: Sequence[ProceedingChange]
    claims: Sequence[ClaimChange]
    joined: Sequence[Participation]
    left: Sequence[Participation]
    attached: Sequence[EvidenceItem]
    """Evidence that only the later one rests on; an article is named once for each event it is evidence of."""
    detached: Sequence[EvidenceItem]
    conflicts_noted: Sequence[str]
    conflicts_gone: Sequence[str]
    related: Sequence[str]
    unrelated: Sequence[str]

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return any(getattr(self, field.name) for field in fields(self))

    @property
    def marks(self) -> dict[UUID, str]:
        """Give what became of each occurrence that differs, in a word: added, corrected, happened, gone."""
        return {
            **{_id(reading): "happened" for reading in self.happened},
            **{_id(changed.after): "corrected" for changed in self.corrected},
            **{_id(reading): "added" for reading in self.added},
            **{_id(reading): "gone" for reading in self.gone},
        }


_DESCRIBED = (
    "title",
    "kind",
    "summary",
    "data_at_issue",
    "data_types",
    "jurisdictions",
    "is_closed",
    "merged_into",
    "watch_rules",
    "watch_window",
)


def differences(before: DisputeState, after: DisputeState) -> Differences:
    """Compare a dispute as it is told at two moments. Linear in the events of both."""
    ahead_before, ahead_after = _by_id(before.scheduled), _by_id(after.scheduled)
    told_before, told_after = _told(before), _told(after)
    both = [(told_before[key], reading) for key, reading in told_after.items() if key in told_before]
    gone = [reading for key, reading in told_before.items() if key not in told_after]
    return Differences(
        status=Changed(before.status, after.status) if before.status is not after.status else None,
        described={
            name: Changed(getattr(before, name), getattr(after, name))
            for name in _DESCRIBED
            if _comparable(getattr(before, name)) != _comparable(getattr(after, name))
        },
        added=[reading for key, reading in told_after.items() if key not in told_before],
        gone=gone,
        retracted=_retractions(gone, after),
        corrected=[Changed(old, new) for old, new in both if Words.of(old) != Words.of(new)],
        happened=[new for _old, new in both if _id(new) in ahead_before and _id(new) not in ahead_after],
        lay_ahead=[new for _old, new in both if _id(new) not in ahead_before and _id(new) in ahead_after],
        proceedings=_proceedings(before, after),
        claims=_claims(before, after),
        joined=_only(after.participations, before.participations),
        left=_only(before.participations, after.participations),
        attached=_only(after.evidence, before.evidence),
        detached=_only(before.evidence, after.evidence),
        conflicts_noted=[text for text in after.conflicts if text not in before.conflicts],
        conflicts_gone=[text for text in before.conflicts if text not in after.conflicts],
        related=[slug for slug in after.related if slug not in before.related],
        unrelated=[slug for slug in before.related if slug not in after.related],
    )


def _told(state: DisputeState) -> dict[UUID, Reading]:
    return _by_id([*state.occurrences, *state.scheduled])


def _by_id(readings: Iterable[Reading]) -> dict[UUID, Reading]:
    return {_id(reading): reading for reading in readings}


def _id(reading: Reading) -> UUID:
    return reading.event.event_id


def _comparable(value: object) -> object:
    """Make lists and tuples of the same terms equal."""
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


def _retractions(gone: Iterable[Reading], after: DisputeState) -> dict[UUID, Reading]:
    known = _by_id(after.readings)
    found = {}
    for reading in gone:
        now = known.get(_id(reading))
        if now is not None and now.retracted_by in known:
            found[_id(reading)] = known[now.retracted_by]
    return found


def _proceedings(before: DisputeState, after: DisputeState) -> list[ProceedingChange]:
    changes = []
    for key in dict.fromkeys([*before.proceedings, *after.proceedings]):
        old, new = before.proceedings.get(key), after.proceedings.get(key)
        change = ProceedingChange(key, old.status if old else None, new.status if new else None)
        if change.before is not change.after:
            changes.append(change)
    return changes


def _claims(before: DisputeState, after: DisputeState) -> list[ClaimChange]:
    old, new = _outcomes(before), _outcomes(after)
    return [
        ClaimChange(proceeding, claim, old.get((proceeding, claim)), new.get((proceeding, claim)))
        for proceeding, claim in dict.fromkeys([*old, *new])
        if old.get((proceeding, claim)) != new.get((proceeding, claim))
    ]


def _outcomes(state: DisputeState) -> dict[tuple[str, str], str]:
    return {
        (key, claim): outcome
        for key, proceeding in state.proceedings.items()
        for claim, outcome in proceeding.claims.items()
    }


_Key = TypeVar("_Key", bound=Hashable)


def _only(of: Mapping[_Key, Value], other: Mapping[_Key, Value]) -> list[Value]:
    return [value for key, value in of.items() if key not in other]
