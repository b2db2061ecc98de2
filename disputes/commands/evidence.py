"""Attaching articles to disputes, taking them off, and turning them down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from disputes.commands.execution import append_to_dispute, given, new_event, require_counting, resolve_article
from disputes.dispute import DisputeState
from disputes.errors import Unfit
from disputes.events import ArticleReference
from disputes.models import Participation
from disputes.recorded import RecordedEvent
from disputes.streams import party_stream
from disputes.vocabulary import PartyKind


def attach_evidence(
    slug: str,
    *,
    article: UUID | str | ArticleReference,
    by: str,
    event: UUID | None = None,
    stance: str = "supports",
    quote: str | None = None,
    locator: str | None = None,
    score: float | None = None,
    reasons: Sequence[Mapping[str, Any]] = (),
    matcher: str | None = None,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Attach an article to a dispute, or to one event of it.

    Raises Unfit where it is attached there already, so that a doubled message attaches nothing twice.
    """
    named = resolve_article(article)

    def check(state: DisputeState) -> None:
        if (named.id, event) in state.evidence:
            raise Unfit(f"article {named.id} is attached to {slug} already")
        if event is not None:
            require_counting(state, event)

    data = given(
        article=named.to_data(),
        event=str(event) if event else None,
        stance=stance,
        quote=quote,
        locator=locator,
        score=score,
        reasons=list(reasons),
        matcher=matcher,
    )
    attachment = new_event("evidence_attached", data, event_id=event_id)
    attachment = attachment._replace(personal=_persons_in(slug, reasons))
    return append_to_dispute(slug, [attachment], check=check, expected_version=expected_version, by=by)[0]


def _persons_in(slug: str, reasons: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Say which reasons name a person who is a party, so that they are sealed. One query, where there are reasons."""
    if not reasons:
        return {}
    persons = Participation.objects.filter(dispute=slug, party__kind=PartyKind.PERSON, party__erased_at=None)
    named = [
        (name.casefold(), party_stream(part.party.slug))
        for part in persons.select_related("party")
        for name in (part.party.name, *part.party.aliases, *(former["name"] for former in part.party.former_names))
    ]
    found = {}
    for index, reason in enumerate(reasons):
        text = str(reason.get("text", "")).casefold()
        subject = next((subject for name, subject in named if name in text), None)
        if subject is not None:
            found[f"/data/reasons/{index}/text"] = subject
    return found


def detach_evidence(
    slug: str,
    *,
    article: UUID | str | ArticleReference,
    reason: str,
    by: str,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Take an article off a dispute again. Raises Unfit where it is not attached.

    What an event itself cites is not taken off; correct that event instead.
    """
    named = resolve_article(article)

    def check(state: DisputeState) -> None:
        if not any(item.article == named.id and item.cause != item.event for item in state.evidence.values()):
            raise Unfit(f"article {named.id} is not attached to {slug}")

    event = new_event("evidence_detached", {"article": named.to_data(), "reason": reason}, event_id=event_id)
    return append_to_dispute(slug, [event], check=check, expected_version=expected_version, by=by)[0]


def reject_evidence(
    slug: str,
    *,
    article: UUID | str | ArticleReference,
    by: str,
    reason: str | None = None,
    score: float | None = None,
    matcher: str | None = None,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Record that an article is no evidence for a dispute, so that it is not proposed again."""
    named = resolve_article(article)

    def check(state: DisputeState) -> None:
        if named.id in state.rejected:
            raise Unfit(f"article {named.id} is rejected for {slug} already")

    data = given(article=named.to_data(), reason=reason, score=score, matcher=matcher)
    event = new_event("evidence_rejected", data, event_id=event_id)
    return append_to_dispute(slug, [event], check=check, expected_version=expected_version, by=by)[0]
