"""A log of some size in little time: appended without commands, projected by a rebuild."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from disputes import ledger, projections
from disputes.events import EVENT_TYPES, ArticleReference, Evidence
from disputes.ledger import NewEvent
from disputes.occurred import Occurred
from disputes.streams import dispute_stream, party_stream

PARTIES = 20
TYPES = ("statement_made", "motion_filed", "letter_sent", "order_issued", "price_disclosed")
ARTICLES = tuple(
    ArticleReference(id=UUID(int=number), url=f"https://press.example/{number}") for number in range(1, 51)
)


def fill(disputes: int, each: int) -> int:
    """Record parties and disputes named "dispute-0" and on, of `each` events, and project them; give their number.

    Some 100 µs an event, and the rebuild.
    """
    for number in range(PARTIES):
        data = {"party_name": f"Party {number}", "aliases": [f"The {number}th party"]}
        _append(party_stream(f"party-{number}"), [_event("party_registered", data)])
    for number in range(disputes):
        _append(dispute_stream(f"dispute-{number}"), _events(number, each))
    return projections.rebuild()


def _events(number: int, amount: int) -> list[NewEvent]:
    description = {"title": f"Dispute {number}", "kind": "litigation", "summary": "About data."}
    joined = {"party": f"party-{number % PARTIES}", "role": "plaintiff"}
    begun = {"summary": "Somebody sued.", "proceeding": "court-1", "court": "A Court", "claims": ["privacy"]}
    events = [
        _event("dispute_opened", description),
        _event("party_joined", joined),
        _event("complaint_filed", begun, "2020"),
    ]
    for place in range(amount - len(events)):
        name = TYPES[place % len(TYPES)]
        data: dict[str, Any] = {"summary": f"Event {place} of dispute {number}, at some length. " * 3}
        if "proceeding" in EVENT_TYPES[name].model_fields:
            data["proceeding"] = "court-1"
        if name == "price_disclosed":
            data["amounts"] = [{"low": f"{place}.5", "currency": "USD", "basis": "reported"}]
        events.append(_event(name, data, f"{2021 + place % 4}-{1 + place % 12:02}", place))
    return events


def _event(name: str, data: Mapping[str, Any], occurred: str | None = None, place: int = 0) -> NewEvent:
    payload = EVENT_TYPES[name].model_validate(data)
    if occurred is None:
        return NewEvent(uuid4(), payload)
    evidence = [Evidence(article=ARTICLES[place % len(ARTICLES)])]
    return NewEvent(uuid4(), payload, Occurred.parse(occurred), "reported", evidence)


def _append(stream: str, events: Sequence[NewEvent]) -> None:
    ledger.append(stream, events, expected_version=0, recorded_by="curator")
