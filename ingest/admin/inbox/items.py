"""The pane beside the list: a story's text with its marks, and what there is to judge about it, by dispute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from disputes.admin.timeline import domain_of
from disputes.models import Article, EvidenceItem
from ingest.admin.inbox.filters import InboxFilters, in_state, quiet_disputes
from ingest.admin.inbox.marking import Segment, Span, find_span, mark
from ingest.admin.proposed_events import StatedEvent, stated_events
from ingest.claims import claims_of_others
from ingest.models import Candidate, CandidateState, StoryClaim, TriageStep

MOST_COPIES: Final = 20
MOST_STEPS: Final = 12
WAITING: Final = frozenset({CandidateState.PENDING, CandidateState.SNOOZED})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the matcher proposes it; `place` is the name of the mark in the text, empty where there is none."""

    kind: str
    text: str
    weight: float
    place: str


@dataclass(frozen=True, slots=True)
class Matter:
    """What there is to judge: a story, for one dispute. The candidates of its copies are judged together."""

    candidates: Sequence[Candidate]
    best: Candidate
    reasons: Sequence[Reason]
    is_new: bool
    is_told: bool
    """Whether a copy is evidence for the dispute already."""
    stated: Sequence[StatedEvent]
    is_open: bool

    @property
    def ids(self) -> str:
        """Give its candidates as a form sends them: those that wait, or all where none does."""
        waiting = [row for row in self.candidates if row.state in WAITING]
        return ",".join(str(row.pk) for row in waiting or self.candidates)


@dataclass(frozen=True, slots=True)
class Item:
    """A story as it stands in the pane."""

    story: UUID
    article: Article
    domain: str
    is_link: bool
    title: Sequence[Segment]
    text: Sequence[Segment]
    matters: Sequence[Matter]
    copies: Sequence[Article]
    steps: Sequence[TriageStep]
    holder: StoryClaim | None

    @property
    def is_open(self) -> bool:
        """Whether anything is left to judge."""
        return any(matter.is_open for matter in self.matters)

    @property
    def assigned_to(self) -> str:
        """Give whose it is."""
        names = {candidate.assigned_to for matter in self.matters for candidate in matter.candidates}
        return ", ".join(sorted(names - {""}))


def read_story(text: str) -> UUID | None:
    """Read the name of a story out of an address."""
    try:
        return UUID(text)
    except ValueError:
        return None


def find_item(story: UUID, filters: InboxFilters, *, me: str) -> Item | None:
    """Give what there is of a story in the state of the list, or in any where nothing is left; None without it.

    Some ten queries, whatever the number of copies.
    """
    rows = Candidate.objects.filter(story=story).select_related("dispute", "article").defer("article__text")
    everything = list(rows.order_by("-score", "-pk"))
    if not everything:
        return None
    keys = set(in_state(filters.state).filter(story=story).values_list("pk", flat=True))
    members = [row for row in everything if row.pk in keys] or everything
    # What the list is narrowed to is judged first.
    members.sort(key=lambda row: row.dispute_id != filters.dispute)
    article = Article.objects.get(pk=members[0].article_id)
    matters, marks = _matters(members, article)
    return Item(
        story=story,
        article=article,
        domain=domain_of(article.url),
        is_link=urlsplit(article.url).scheme in {"http", "https"},
        title=mark(article.title, marks["title"]),
        text=mark(article.text, marks["text"]),
        matters=matters,
        copies=_copies(article),
        steps=list(
            TriageStep.objects.filter(candidate__in=[row.pk for row in members])
            .select_related("takes_back")
            .order_by("-id")[:MOST_STEPS]
        ),
        holder=claims_of_others([story], by=me).get(story),
    )


def _copies(article: Article) -> list[Article]:
    if article.group is None:
        return []
    others = Article.objects.filter(group=article.group).exclude(pk=article.pk).defer("text")
    return list(others.order_by("first_seen_at", "id")[:MOST_COPIES])


def _matters(members: Sequence[Candidate], article: Article) -> tuple[list[Matter], Mapping[str, list[Span]]]:
    by_dispute: dict[str, list[Candidate]] = {}
    for row in members:
        by_dispute.setdefault(row.dispute_id, []).append(row)
    quiet = quiet_disputes(set(by_dispute))
    stated = stated_events(members)
    told: set[str] = set()
    if article.group is not None:
        attached = EvidenceItem.objects.filter(article__group=article.group, dispute__in=by_dispute)
        told = set(attached.values_list("dispute", flat=True))
    texts = {"title": article.title, "text": article.text}
    marks: dict[str, list[Span]] = {"title": [], "text": []}
    matters = []
    for slug, rows in by_dispute.items():
        # The one whose words stand beside it, where there is one.
        best = next((row for row in rows if row.article_id == article.pk), rows[0])
        events = [event for row in rows for event in stated.get(row.pk, ())]
        matters.append(
            Matter(
                candidates=rows,
                best=best,
                reasons=_reasons(best, texts if best.article_id == article.pk else {}, marks),
                is_new=slug in quiet,
                is_told=slug in told,
                stated=events,
                is_open=any(row.state in WAITING for row in rows),
            )
        )
        for event in events:
            proposal = event.proposal
            words = texts.get(proposal.place, "")
            if words[proposal.start : proposal.end] == proposal.quote:
                marks[proposal.place].append(Span(proposal.start, proposal.end, f"event-{proposal.pk}", "event"))
    return matters, marks


def _reasons(candidate: Candidate, texts: Mapping[str, str], marks: Mapping[str, list[Span]]) -> list[Reason]:
    found = []
    for number, reason in enumerate(candidate.reasons):
        span = find_span(reason, texts, f"reason-{candidate.pk}-{number}")
        if span is not None:
            marks[str(reason["field"])].append(span)
        found.append(_reason(reason, span.name if span is not None else ""))
    return found


def _reason(reason: Mapping[str, Any], place: str) -> Reason:
    return Reason(
        kind=str(reason.get("kind", "")).replace("_", " "),
        text=str(reason.get("text", "")),
        weight=float(reason.get("weight", 0)),
        place=place,
    )
