"""Recording what happened, and putting it right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from disputes.commands.execution import (
    When,
    append_to_dispute,
    build_payload,
    given,
    load_dispute,
    new_event,
    require_amendable,
    require_counting,
    require_parties,
    resolve_evidence,
    resolve_occurred,
    resolve_standing,
)
from disputes.commands.merging import refuse_half_a_merge
from disputes.dispute import DisputeState
from disputes.errors import FieldError, Invalid, Unfit, suggestion, unknown_event
from disputes.events import EVENT_TYPES, Evidence
from disputes.ledger import NewEvent
from disputes.recorded import Reading, RecordedEvent

Sources = Sequence[Evidence | Mapping[str, Any]]


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
    personal: Mapping[str, str] | None = None,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Record that something happened.

    `data` is the payload of the event type; `evidence` are {"article": id or address, "stance"?, "quote"?,
    "locator"?}. `personal` names free texts that speak of a person and are to be sealed, so that they can be erased:
    {"/data/summary": "party/…" or the person's name}; names of judges are sealed anyhow. Raises Invalid where a field
    is wrong, a party or a proceeding is not known, or neither evidence nor a justification is given; NotFound for the
    dispute; VersionConflict and EventIdConflict.
    """
    event = _occurrence(type, occurred, standing, data, evidence, justification, event_id)
    event = event._replace(personal=dict(personal or {}))

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
    personal: Mapping[str, str] | None = None,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Record what an earlier event should have said; the earlier one stays in the log.

    What is given is the whole new reading, not the difference. To correct a correction, name the correction: the
    reading is then of the event that it corrects. `personal` is as in `record_event`, of the reading. Raises NotFound
    for an event that the dispute does not have, Unfit for one that is retracted, Invalid for a wrong reading.
    """
    subject = _subject(slug, event)
    require_amendable(subject)
    kind = type or subject.type
    if EVENT_TYPES.get(kind) is not None and EVENT_TYPES[kind].is_occurrence:
        said = _occurrence(kind, occurred, standing, data, evidence, justification, None)
    else:
        said = new_event(kind, data)
    reading: dict[str, Any] = {"type": kind, "version": said.payload.version, "data": said.payload.to_data()}
    if said.occurred is not None:
        reading["occurred"] = said.occurred.model_dump(mode="json", exclude_none=True)
    reading |= given(standing=said.standing, justification=said.justification)
    if said.evidence:
        reading["evidence"] = [item.to_data() for item in said.evidence]

    def check(state: DisputeState) -> None:
        refuse_half_a_merge(require_counting(state, event), state.readings)
        _require_proceeding(state, said)

    correction = new_event(
        "event_corrected", {"event": str(event), "reason": reason, "reading": reading}, event_id=event_id
    )
    sealed = {f"/data/reading{pointer}": about for pointer, about in (personal or {}).items()}
    correction = correction._replace(personal=sealed)
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

    Retracting a retraction or a correction undoes it. Raises NotFound, and Unfit where it is retracted already, is
    the opening of the dispute or one half of a merge.
    """

    def check(state: DisputeState) -> None:
        reading = require_counting(state, event)
        if reading.type == "dispute_opened":
            raise Unfit("the opening of a dispute can't be retracted; close or merge the dispute instead")
        require_amendable(reading)
        refuse_half_a_merge(reading, state.readings)

    retraction = new_event("event_retracted", {"event": str(event), "reason": reason}, event_id=event_id)
    return append_to_dispute(slug, [retraction], check=check, expected_version=expected_version, by=by)[0]


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
