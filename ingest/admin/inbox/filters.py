"""What the inbox is narrowed by, as it stands in an address; what can't be read narrows nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from disputes.models import EvidenceItem
from ingest.models import Candidate, CandidateState, ProposedEvent, ProposedEventState

STATED: Final = "stated"
"""In the place of a state: candidates whose article states an event that nobody has judged."""
STATES: Final[Mapping[str, str]] = {**dict(CandidateState.choices), STATED: "State an event"}
NEW_AFTER: Final = timedelta(days=30)
"""A dispute that got no evidence for so long would be in the news again."""
ME: Final = "me"
NOBODY: Final = "nobody"
YES: Final = "yes"
LONGEST: Final = 300
BANDS: Final[Mapping[str, tuple[str, float, float]]] = {
    "high": ("0.6 and more", 0.6, 2),
    "middle": ("0.3 to 0.6", 0.3, 0.6),
    "low": ("below 0.3", -1, 0.3),
}
AGES: Final[Mapping[str, tuple[str, int | None, int | None]]] = {
    "day": ("The last day", 1, None),
    "week": ("The week before", 7, 1),
    "month": ("The month before", 30, 7),
    "older": ("Older", None, 30),
}
"""Days since the article appeared: at most, and more than."""


@dataclass(frozen=True, slots=True)
class InboxFilters:
    """A choice of candidates. Empty texts choose nothing."""

    state: str = CandidateState.PENDING.value
    dispute: str = ""
    source: str = ""
    language: str = ""
    score: str = ""
    age: str = ""
    assigned: str = ""
    event: str = ""
    new: str = ""

    @property
    def query(self) -> str:
        """Give it as it stands in an address; empty for the inbox itself."""
        said = {name: value for name, value in asdict(self).items() if value}
        if said.get("state") == CandidateState.PENDING:
            del said["state"]
        return urlencode(said)

    @property
    def chosen(self) -> dict[str, str]:
        """Give what narrows the list beside its state."""
        return {name: value for name, value in asdict(self).items() if value and name != "state"}

    @property
    def order(self) -> str:
        """Give the column that the list follows, the largest first."""
        return "decided_at" if self.state in {CandidateState.ACCEPTED, CandidateState.REJECTED} else "dated_at"

    def with_(self, **changes: str) -> InboxFilters:
        """Give another choice."""
        return replace(self, **changes)


def read_filters(data: QueryDict) -> InboxFilters:
    """Read a choice out of an address."""
    said = {field.name: data.get(field.name, "").replace("\x00", "")[:LONGEST] for field in fields(InboxFilters)}
    if said["state"] not in STATES:
        said["state"] = CandidateState.PENDING.value
    for name, known in (("score", BANDS), ("age", AGES), ("event", {YES}), ("new", {YES})):
        if said[name] not in known:
            said[name] = ""
    return InboxFilters(**said)


def in_state(state: str) -> QuerySet[Candidate]:
    """Give the candidates of a state, or those that state an event."""
    if state != STATED:
        return Candidate.objects.filter(state=state)
    return Candidate.objects.filter(_states_event()).exclude(state=CandidateState.REJECTED)


def narrow(filters: InboxFilters, *, me: str) -> QuerySet[Candidate]:
    """Give the candidates of a choice, for the curator of this name."""
    rows = in_state(filters.state)
    for name in ("dispute", "source", "language"):
        if value := getattr(filters, name):
            rows = rows.filter(**{name: value})
    if filters.score:
        _label, least, below = BANDS[filters.score]
        rows = rows.filter(score__gte=least, score__lt=below)
    if filters.age:
        rows = rows.filter(of_age(filters.age, timezone.now()))
    if filters.assigned:
        rows = rows.filter(assigned_to={ME: me, NOBODY: ""}.get(filters.assigned, filters.assigned))
    if filters.event:
        rows = rows.filter(_states_event())
    if filters.new:
        recent = EvidenceItem.objects.filter(dispute=OuterRef("dispute"), attached_at__gte=timezone.now() - NEW_AFTER)
        rows = rows.exclude(Exists(recent))
    return rows


def quiet_disputes(slugs: set[str]) -> set[str]:
    """Give those of these disputes that got no evidence for long: the next would be new. One query."""
    recent = EvidenceItem.objects.filter(dispute__in=slugs, attached_at__gte=timezone.now() - NEW_AFTER)
    return slugs - set(recent.order_by().values_list("dispute", flat=True).distinct())


def _states_event() -> Exists:
    return Exists(ProposedEvent.objects.filter(candidate=OuterRef("pk"), state=ProposedEventState.OPEN))


def of_age(age: str, now: datetime) -> Q:
    _label, at_most, more_than = AGES[age]
    found = Q()
    if at_most is not None:
        found &= Q(dated_at__gte=now - timedelta(days=at_most))
    if more_than is not None:
        found &= Q(dated_at__lt=now - timedelta(days=more_than))
    return found
