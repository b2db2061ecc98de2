"""The trail of triage: a row for each act of a person on a candidate, written with the act or not at all."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid4

from ingest.models import Candidate, TriageAct, TriageStep

DECISIONS: Final = (TriageAct.ACCEPTED, TriageAct.REJECTED, TriageAct.SNOOZED)
"""Acts that say what became of a candidate; their values are those of its states."""


def note_step(candidate: Candidate, act: TriageAct, *, by: str, press: UUID | None, **details: Any) -> TriageStep:
    """Write down what somebody did with a candidate. In the transaction in which it was done. One query.

    `press` is the same for all that one press of a button does; None for an act that stands alone.
    """
    return TriageStep.objects.create(candidate=candidate, act=act, by=by, press=press or uuid4(), **details)


def note_taken_back(candidate: Candidate, *, by: str) -> None:
    """Write down that the decision about a candidate was taken back, and which step that was. Two queries."""
    decided = TriageStep.objects.filter(candidate=candidate, act__in=DECISIONS, taken_back=None).order_by("-id").first()
    note_step(candidate, TriageAct.UNDONE, by=by, press=None, takes_back=decided)
