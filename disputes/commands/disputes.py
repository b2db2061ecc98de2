"""What curators, seeds and the pipeline may do to a dispute. Each command validates, then appends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from disputes.commands.execution import (
    append_to_dispute,
    build_payload,
    load_dispute,
    new_event,
    require_parties,
    require_slug,
    resolve_article,
    resolve_evidence,
    resolve_occurred,
    resolve_standing,
)
from disputes.dispute import DisputeState
from disputes.errors import FieldError, Invalid, Unfit, suggestion, unknown_event
from disputes.events import EVENT_TYPES, ArticleReference, Evidence
from disputes.ledger import NewEvent
from disputes.models import Dispute
from disputes.occurred import Occurred
from disputes.recorded import Reading, RecordedEvent

Sources = Sequence[Evidence | Mapping[str, Any]]
When = Occurred | Mapping[str, Any] | str | None


def open_dispute(slug: str, *, by: str, event_id: UUID | None = None, **description: Any) -> RecordedEvent:
    """Take a dispute into the record: title, kind, summary and the rest of `dispute_opened`.

    Raises Unfit where it is there already, Invalid where a field is wrong.
    """
    require_slug(slug, example="getty-v-stability")

    def check(state: DisputeState) -> None:
        if state.exists:
            raise Unfit(f"the dispute {slug!r} is open already")

    event = new_event("dispute_opened", description, event_id=event_id)
    return append_to_dispute(slug, [event], check=check, expected_version=None, by=by, opens=True)[0]


def describe_dispute(
    slug: str,
    *,
    by: str,
    event_id: UUID | None = None,
    expected_version: int | None = None,
    **description: Any,
) -> RecordedEvent:
    """Write the description anew; the fields are those of `open_dispute`."""
    return _curate(slug, "dispute_described", description, by, event_id, expected_version)


def note_conflict(
    slug: str, *, text: str, by: str, event_id: UUID | None = None, expected_version: int | None = None
) -> RecordedEvent:
    """Record that sources disagree, or that one of them is wrong."""
    return _curate(slug, "conflict_noted", {"text": text}, by, event_id, expected_version)


def relate_disputes(
    slug: str,
    *,
    other: str,
    by: str,
    note: str | None = None,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Link another dispute to this one. Raises Invalid where the other does not exist or is this one."""
    if other == slug or not Dispute.objects.filter(slug=other).exists():
        raise Invalid("the related dispute is not right", [FieldError("/data/other", f"no other dispute {other!r}")])
    return _curate(slug, "dispute_related", _given(other=other, note=note), by, event_id, expected_version)


def close_dispute(
    slug: str, *, reason: str, by: str, event_id: UUID | None = None, expected_version: int | None = None
) -> RecordedEvent:
    """Stop following a dispute; nothing of it is lost. Raises Unfit where it is closed."""

    def check(state: DisputeState) -> None:
        if state.is_closed:
            raise Unfit(f"{slug} is closed already")

    event = new_event("dispute_closed", {"reason": reason}, event_id=event_id)
    return append_to_dispute(slug, [event], check=check, expected_version=expected_version, by=by)[0]


def reopen_dispute(
    slug: str, *, reason: str, by: str, event_id: UUID | None = None, expected_version: int | None = None
) -> RecordedEvent:
    """Follow a closed dispute again. Raises Unfit where it is not closed."""

    def check(state: DisputeState) -> None:
        if not state.is_closed:
            raise Unfit(f"{slug} is not closed")

    event = new_event("dispute_reopened", {"reason": reason}, event_id=event_id)
    return append_to_dispute(slug, [event], check=check, expected_version=expected_version, by=by)[0]


def add_party(
    slug: str,
    *,
    party: str,
    role: str,
    by: str,
    note: str | None = None,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Record a registered party in a role. Raises Unfit where it has that role with that note already."""

    def check(state: DisputeState) -> None:
        there = state.participations.get((party, role))
        if there is not None and there.note == note:
            raise Unfit(f"{party} is {role} of {slug} already")

    event = new_event("party_joined", _given(party=party, role=role, note=note), event_id=event_id)
    require_parties(event)
    return append_to_dispute(slug, [event], check=check, expected_version=expected_version, by=by)[0]


def remove_party(
    slug: str,
    *,
    party: str,
    role: str,
    by: str,
    reason: str | None = None,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """End a party's role. Raises Unfit where it has none."""

    def check(state: DisputeState) -> None:
        if (party, role) not in state.participations:
            raise Unfit(f"{party} is not {role} of {slug}")

    event = new_event("party_left", _given(party=party, role=role, reason=reason), event_id=event_id)
    return append_to_dispute(slug, [event], check=check, expected_version=expected_version, by=by)[0]


def change_watch_rules(
    slug: str,
    *,
    rules: Sequence[Mapping[str, Any]],
    by: str,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Set the phrases by which the pipeline finds articles; they replace the earlier ones."""
    return _curate(slug, "watch_terms_changed", {"rules": list(rules)}, by, event_id, expected_version)


def record_event(
    slug: str,
    *,
    type: str,  # noqa: A002 (the field's own name)
    occurred: When,
    standing: str | None,
    data: Mapping[str, Any],
    by: str,
    evidence: Sources = (),
    justification: str | None = None,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Record that something happened.

    `data` is the payload of the event type; `evidence` are {"article": id or address, "stance"?, "quote"?,
    "locator"?}. Raises Invalid where a field is wrong, a party or a proceeding is not known, or neither evidence nor
    a justification is given; NotFound for the dispute; VersionConflict and EventIdConflict.
    """
    event = _occurrence(type, occurred, standing, data, evidence, justification, event_id)

    def check(state: DisputeState) -> None:
        _require_proceeding(state, event)

    return append_to_dispute(slug, [event], check=check, expected_version=expected_version, by=by)[0]


def correct_event(
    slug: str,
    *,
    event: UUID,
    reason: str,
    by: str,
    data: Mapping[str, Any],
    type: str | None = None,  # noqa: A002 (the field's own name)
    occurred: When = None,
    standing: str | None = None,
    evidence: Sources = (),
    justification: str | None = None,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Record what an earlier event should have said; the earlier one stays in the log.

    What is given is the whole new reading, not the difference. To correct a correction, name the correction: the
    reading is then of the event that it corrects. Raises NotFound for an event that the dispute does not have,
    Unfit for one that is retracted, Invalid for a wrong reading.
    """
    subject = _subject(slug, event)
    kind = type or subject.type
    if EVENT_TYPES.get(kind) is not None and EVENT_TYPES[kind].is_occurrence:
        said = _occurrence(kind, occurred, standing, data, evidence, justification, None)
    else:
        said = new_event(kind, data)
    reading: dict[str, Any] = {"type": kind, "data": said.payload.to_data()}
    if said.occurred is not None:
        reading["occurred"] = said.occurred.model_dump(mode="json", exclude_none=True)
    reading |= _given(standing=said.standing, justification=said.justification)
    if said.evidence:
        reading["evidence"] = [item.to_data() for item in said.evidence]

    def check(state: DisputeState) -> None:
        _require_counting(state, event)
        _require_proceeding(state, said)

    correction = new_event(
        "event_corrected", {"event": str(event), "reason": reason, "reading": reading}, event_id=event_id
    )
    return append_to_dispute(slug, [correction], check=check, expected_version=expected_version, by=by)[0]


def retract_event(
    slug: str,
    *,
    event: UUID,
    reason: str,
    by: str,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Record that an earlier event should not have been recorded; it stays in the log and counts for nothing.

    Retracting a retraction or a correction undoes it. Raises NotFound, and Unfit where it is retracted already or
    is the opening of the dispute.
    """

    def check(state: DisputeState) -> None:
        reading = _require_counting(state, event)
        if reading.type == "dispute_opened":
            raise Unfit("the opening of a dispute can't be retracted; close or merge the dispute instead")

    retraction = new_event("event_retracted", {"event": str(event), "reason": reason}, event_id=event_id)
    return append_to_dispute(slug, [retraction], check=check, expected_version=expected_version, by=by)[0]


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
            _require_counting(state, event)

    data = _given(
        article=named.to_data(),
        event=str(event) if event else None,
        stance=stance,
        quote=quote,
        locator=locator,
        score=score,
        reasons=list(reasons),
    )
    attachment = new_event("evidence_attached", data, event_id=event_id)
    return append_to_dispute(slug, [attachment], check=check, expected_version=expected_version, by=by)[0]


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
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Record that an article is no evidence for a dispute, so that it is not proposed again."""
    named = resolve_article(article)

    def check(state: DisputeState) -> None:
        if named.id in state.rejected:
            raise Unfit(f"article {named.id} is rejected for {slug} already")

    data = _given(article=named.to_data(), reason=reason, score=score)
    event = new_event("evidence_rejected", data, event_id=event_id)
    return append_to_dispute(slug, [event], check=check, expected_version=expected_version, by=by)[0]


def _curate(  # noqa: PLR0917 (private)
    slug: str,
    name: str,
    data: Mapping[str, Any],
    by: str,
    event_id: UUID | None,
    expected_version: int | None,
) -> RecordedEvent:
    event = new_event(name, data, event_id=event_id)
    return append_to_dispute(slug, [event], check=lambda _state: None, expected_version=expected_version, by=by)[0]


def _occurrence(  # noqa: PLR0917 (private)
    name: str,
    occurred: When,
    standing: str | None,
    data: Mapping[str, Any],
    evidence: Sources,
    justification: str | None,
    event_id: UUID | None,
) -> NewEvent:
    declaration = EVENT_TYPES.get(name)
    if declaration is not None and not declaration.is_occurrence:
        raise Invalid(
            f"{name} is no event about the world",
            [FieldError("/type", f"{name} is recorded by a command of its own, not as an occurrence")],
        )
    payload = build_payload(name, data)
    errors = []
    when, how_sure = resolve_occurred(occurred), resolve_standing(standing)
    if when is None:
        errors.append(FieldError("/occurred", "say when it happened, as 2023, 2023-04 or 2023-04-19"))
    if how_sure is None:
        errors.append(FieldError("/standing", "say how sure it is, for example reported"))
    if not evidence and not (justification or "").strip():
        errors.append(FieldError("/evidence", "give evidence, or say in a justification why there is none"))
    if errors:
        raise Invalid("the event lacks what every occurrence has", errors)
    event = NewEvent(
        event_id=event_id or uuid4(),
        payload=payload,
        occurred=when,
        standing=how_sure,
        evidence=tuple(resolve_evidence(evidence)),
        justification=(justification or "").strip() or None,
    )
    require_parties(event)
    return event


def _require_proceeding(state: DisputeState, event: NewEvent) -> None:
    key = getattr(event.payload, "proceeding", None)
    if key is None or key in state.proceedings:
        return
    if any(getattr(event.payload, name, None) for name in ("court", "docket_number", "caption")):
        return
    hint = suggestion(key, state.proceedings) or (
        f"; known are {', '.join(state.proceedings)}" if state.proceedings else "; record its beginning first"
    )
    raise Invalid("the proceeding is not known", [FieldError("/data/proceeding", f"{state.slug} has no {key!r}{hint}")])


def _require_counting(state: DisputeState, event: UUID) -> Reading:
    for reading in state.readings:
        if reading.event.event_id == event:
            if not reading.counts:
                raise Unfit(f"event {event} is retracted already")
            return reading
    raise unknown_event(event, state.slug)


def _subject(slug: str, event: UUID) -> Reading:
    """Find the event whose reading a correction gives: the named one, or the one that the named correction names."""
    state = load_dispute(slug)
    by_id = {reading.event.event_id: reading for reading in state.readings}
    reading = by_id.get(event)
    while reading is not None and reading.event.type == "event_corrected":
        reading = by_id.get(UUID(reading.event.data["event"]))
    if reading is None:
        raise unknown_event(event, slug)
    return reading


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
