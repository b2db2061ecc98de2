"""A payload type changes: what was stored before is read as the new version, and no stored byte changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest

from disputes import ledger
from disputes.events import EVENT_TYPES, EventType, UnknownEventType, UnknownPayloadVersion, upcast
from disputes.events.curation import EventCorrected, Reading
from disputes.events.upcasting import UPCASTERS
from disputes.ledger import NewEvent
from disputes.models import Event
from disputes.recorded import read_present
from disputes.vocabulary import Lane

NAME = "shelf_mark_given"


@pytest.fixture(autouse=True)
def _own_registry() -> Iterator[None]:
    """Let the test declare types that are gone afterwards."""
    with patch.dict(EVENT_TYPES), patch.dict(UPCASTERS):
        yield


def present() -> Any:
    """Give what the first event of the stream says now."""
    return read_present(ledger.read_stream("dispute/a"))[0].data


def declare_first() -> type[EventType]:
    class Given(EventType, name=NAME, label="Shelf mark given", lane=Lane.CURATION):
        mark: str

    return Given


def declare_third() -> type[EventType]:
    """Version 2 split the mark into room and shelf, version 3 counts shelves."""
    del EVENT_TYPES[NAME]

    class Given(EventType, name=NAME, label="Shelf mark given", lane=Lane.CURATION, version=3):
        room: str
        shelf: int

    def split(data: dict[str, Any]) -> dict[str, Any]:
        room, _, shelf = data["mark"].partition("/")
        return {"room": room, "shelf": shelf}

    UPCASTERS[NAME, 1] = split
    UPCASTERS[NAME, 2] = lambda data: {**data, "shelf": int(data["shelf"])}
    return Given


@pytest.mark.django_db
def test_a_stored_event_is_read_in_the_present_version() -> None:
    first = declare_first()
    ledger.append(
        "dispute/a",
        [NewEvent(uuid4(), first.model_validate({"mark": "north/7"}))],
        expected_version=0,
        recorded_by="curator",
    )
    stored = Event.objects.values("body", "schema", "leaf_hash").get()
    third = declare_third()
    (event,) = ledger.read_stream("dispute/a")
    assert event.data == {"room": "north", "shelf": 7}
    assert third.model_validate(event.data) == third.model_validate({"room": "north", "shelf": 7})
    assert Event.objects.values("body", "schema", "leaf_hash").get() == stored
    ledger.append(
        "dispute/a",
        [NewEvent(uuid4(), third.model_validate({"room": "south", "shelf": 1}))],
        expected_version=1,
        recorded_by="x",
    )
    assert [event.data["room"] for event in ledger.read_all()] == ["north", "south"]
    assert list(Event.objects.order_by("version").values_list("schema", flat=True)) == [1, 3]


@pytest.mark.django_db
def test_the_reading_inside_a_correction_is_lifted_too() -> None:
    """A correction holds the payload of another type, in the version that this type had then."""
    first = declare_first()
    given = NewEvent(uuid4(), first.model_validate({"mark": "north/7"}))
    reading = Reading(type=NAME, data={"mark": "north/8"})
    correction = NewEvent(uuid4(), EventCorrected(event=given.event_id, reason="Misread.", reading=reading))
    ledger.append("dispute/a", [given, correction], expected_version=0, recorded_by="curator")
    declare_third()
    assert present() == {"room": "north", "shelf": 8}
    later = Reading(type=NAME, version=3, data={"room": "north", "shelf": 9})
    again = NewEvent(uuid4(), EventCorrected(event=given.event_id, reason="Misread again.", reading=later))
    ledger.append("dispute/a", [again], expected_version=2, recorded_by="curator")
    assert present() == {"room": "north", "shelf": 9}


def test_the_present_version_is_given_back_as_it_is() -> None:
    declare_first()
    data = {"mark": "north/7"}
    assert upcast(NAME, 1, data) is data


def test_what_can_not_be_read_says_so() -> None:
    declare_first()
    with pytest.raises(UnknownPayloadVersion, match="newer than 1; update the tracker"):
        upcast(NAME, 2, {})
    declare_third()
    del UPCASTERS[NAME, 2]
    with pytest.raises(UnknownPayloadVersion, match=f"no upcaster from version 2 of {NAME}"):
        upcast(NAME, 1, {"mark": "north/7"})
    del EVENT_TYPES[NAME]
    with pytest.raises(UnknownEventType, match=NAME):
        upcast(NAME, 1, {})
