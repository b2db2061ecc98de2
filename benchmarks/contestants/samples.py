"""Events to measure with, the same for every contestant. The standard library only, as the peer needs them too.

They are plain data: {"id", "type", "data", "occurred"?, "standing"?, "evidence"?, "justification"?}, as callers of
the commands give them. Nothing in them is taken from the world.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

Sample = dict[str, Any]

PARTIES = ("data-holder", "model-maker")
"""The parties that samples name; commands want them registered."""
RECORDED_BY = "curator"
_FIRST_DAY = date(2023, 1, 2)
_PROCEEDING = "district-court-1-23-cv-00001"


def description(number: int) -> Sample:
    """Give the payload that opens a dispute."""
    return {
        "title": f"Data holder v. model maker, number {number}",
        "kind": "litigation",
        "summary": "The holder says that its archive was used to train a model without leave.",
        "data_types": ["news"],
    }


def statement(number: int) -> Sample:
    """Give an occurrence of the plainest type; its canonical body has some 430 bytes."""
    return {
        "id": str(uuid4()),
        "type": "statement_made",
        "occurred": str(_FIRST_DAY + timedelta(days=number % 1_000)),
        "standing": "reported",
        "data": {
            "summary": f"The model maker said for the {number}th time that it pays for no archive.",
            "actors": [PARTIES[1]],
            "targets": [PARTIES[0]],
        },
        "justification": "Heard in public session; a transcript is kept.",
    }


def registration(number: int) -> Sample:
    """Give the event that registers a party."""
    data = {"party_name": f"Party {number} Inc.", "kind": "organisation", "aliases": [f"P{number}"]}
    return {"id": str(uuid4()), "type": "party_registered", "data": data}


def history(number: int, length: int) -> Iterator[Sample]:
    """Give the events of one dispute from its opening: every kind of event that a fold and a read model handle."""
    yield {"id": str(uuid4()), "type": "dispute_opened", "data": description(number)}
    said = statement(0)
    for place in range(1, length):
        if place % 20 == 0:
            yield _corrected(said)
            continue
        sample = _KINDS[(place - 1) % len(_KINDS)](place)
        if sample["type"] == "statement_made":
            said = sample
        yield sample


def body(sample: Sample, *, stream: str) -> str:
    """Write what a contestant without a domain stores for a sample: the body that our ledger would store."""
    record = {"recorded_by": RECORDED_BY, "schema": 1, "stream": stream, **sample}
    if "occurred" in sample:
        record["occurred"] = {"date": sample["occurred"], "precision": "day"}
    return json.dumps(record, sort_keys=True, separators=(",", ":"))


def _joined(place: int) -> Sample:
    role = ("plaintiff", "defendant")[place % 2]
    return {"id": str(uuid4()), "type": "party_joined", "data": {"party": PARTIES[place % 2], "role": role}}


def _filed(place: int) -> Sample:
    data = {
        "summary": "A complaint was filed.",
        "proceeding": _PROCEEDING,
        "court": "District Court",
        "docket_number": "1:23-cv-00001",
        "claims": ["direct_infringement", "breach_of_contract"],
    }
    return statement(place) | {"type": "complaint_filed", "data": data}


def _priced(place: int) -> Sample:
    price = {"low": "0.24", "currency": "USD", "per": "thousand_calls", "basis": "disclosed"}
    data = {"summary": "A price was announced.", "holder": PARTIES[0], "tiers": [{"name": "Basic", "price": price}]}
    return statement(place) | {"type": "api_price_announced", "data": data}


def _ordered(place: int) -> Sample:
    data = {"summary": f"The court issued its order number {place}.", "proceeding": _PROCEEDING, "judge": "The judge"}
    return statement(place) | {"type": "order_issued", "data": data}


def _attached(_place: int) -> Sample:
    article = {"id": str(uuid4()), "url": f"https://news.example/{uuid4()}"}
    reasons = [{"kind": "party", "text": "model maker", "weight": 2.5}]
    data = {"article": article, "quote": "It pays for no archive.", "score": 0.875, "reasons": reasons}
    return {"id": str(uuid4()), "type": "evidence_attached", "data": data}


def _corrected(said: Sample) -> Sample:
    occurred = {"date": "2023-04", "precision": "month"}
    reading = {name: said[name] for name in ("type", "data", "standing", "justification")} | {"occurred": occurred}
    data = {"event": said["id"], "reason": "Only the month is known.", "reading": reading}
    return {"id": str(uuid4()), "type": "event_corrected", "data": data}


_KINDS = (_joined, _joined, _filed, statement, statement, _priced, statement, _ordered, _attached, statement)
