"""Canonical JSON: the quick writer writes what RFC 8785 says, byte for byte; where it would not, it is not used."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from disputes import ledger
from disputes.canonical import canonical, is_plain_schema
from disputes.events import EVENT_TYPES, EventType, Evidence
from disputes.ledger import NewEvent
from disputes.models import Event
from disputes.occurred import Occurred
from tests.disputes.golden.examples import payload_examples
from tests.disputes.payloads import ANY_TEXT, AWKWARD, JSON, NUMBERS, SHOWABLE, payloads

IDENTITY = UUID("00000000-0000-4000-8000-000000000001")


def test_it_works() -> None:
    record = {"type": "conflict_noted", "data": {"text": "“Öffentlich”\n\U0001f600"}, "schema": 1}
    written = '{"data":{"text":"“Öffentlich”\\n\U0001f600"},"schema":1,"type":"conflict_noted"}'
    assert canonical(record, is_plain=True) == canonical(record, is_plain=False) == written


@pytest.mark.parametrize("name", EVENT_TYPES)
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_every_type_is_written_as_rfc_8785_says(name: str, data: st.DataObject) -> None:
    payload = data.draw(payloads(name))
    record = data.draw(records(payload))
    assert canonical(record, is_plain=payload.is_plain()).encode() == rfc8785.dumps(record)
    assert not payload.is_plain() or not list(unlike_plain(record)), "what is called plain is plain"


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(st.characters(codec="ascii"), max_size=4), ANY_TEXT, max_size=4))
def test_texts_and_the_order_of_ascii_keys_are_no_difference(texts: dict[str, str]) -> None:
    assert canonical(texts, is_plain=True).encode() == rfc8785.dumps(texts)


@pytest.mark.parametrize("character", [*map(chr, range(0x20)), *'"\\/\x7f\x80\x85', *AWKWARD])
def test_each_awkward_character_is_no_difference(character: str) -> None:
    assert canonical({"text": f"a{character}b"}, is_plain=True).encode() == rfc8785.dumps({"text": f"a{character}b"})


@settings(deadline=None)
@given(JSON, NUMBERS)
def test_what_is_not_plain_is_left_to_rfc_8785(value: Any, number: float) -> None:
    record = {"value": value, "number": number}
    assert canonical(record, is_plain=False).encode() == rfc8785.dumps(record)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1e30, "1e+30"),
        (4.50, "4.5"),
        (2e-3, "0.002"),
        (0.000000000000000000000000001, "1e-27"),
        (333333333.33333329, "333333333.3333333"),
        (-0.0, "0"),
        (1.0, "1"),
        (2**53 - 1, "9007199254740991"),
    ],
)
def test_numbers_are_written_as_in_the_examples_of_the_rfc(number: float, written: str) -> None:
    assert canonical({"n": number}, is_plain=False) == f'{{"n":{written}}}'


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 2**53, -(2**53), 10**400])
def test_what_json_can_not_say_for_certain_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match=r"representable|safe integer"):
        canonical({"n": number}, is_plain=False)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["conflict_noted", "evidence_rejected"])
def test_half_a_character_is_refused_and_nothing_recorded(name: str) -> None:
    """A lone surrogate has no UTF-8 form; fields of payloads refuse it before."""
    payload = EVENT_TYPES[name].model_validate(payload_examples(EVENT_TYPES[name])[0])
    event = NewEvent(IDENTITY, payload, justification="\ud800")
    with pytest.raises((TypeError, ValueError), match="UTF-8"):
        ledger.append("dispute/a", [event], expected_version=0, recorded_by="curator")
    assert not Event.objects.exists()


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_what_is_stored_is_what_rfc_8785_says_and_is_read_as_it_was(data: st.DataObject) -> None:
    payload = data.draw(st.sampled_from(sorted(EVENT_TYPES)).flatmap(payloads))
    number = Event.objects.count()
    stream, event = f"dispute/{number}", NewEvent(UUID(int=number), payload, justification=data.draw(ANY_TEXT))
    (recorded,) = ledger.append(stream, [event], expected_version=0, recorded_by="curator")
    assert ledger.read_stream(stream) == [recorded]
    body = Event.objects.get(event_id=event.event_id).body
    # A large number is written without a point and is a float all the same.
    stored = json.loads(body, parse_int=lambda digits: int(digits) if abs(int(digits)) < 2**53 else float(digits))
    assert body.encode() == rfc8785.dumps(stored)
    assert stored == event.record(stream, "curator") or "sealed" in stored


def test_types_with_numbers_or_free_values_are_not_plain_and_all_others_are() -> None:
    """A type that ceases to be plain is written fifty times slower; nothing else changes."""
    others = {name for name, declaration in EVENT_TYPES.items() if not declaration.is_plain()}
    assert others == {"watch_terms_changed", "evidence_attached", "evidence_rejected", "event_corrected"}


def test_what_stands_beside_the_payload_is_plain() -> None:
    """Whether a record is plain is asked of its payload alone."""
    for beside in (Evidence, Occurred):
        assert is_plain_schema(beside.model_json_schema(mode="serialization"))


class Nothing(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Open(Nothing):
    model_config = ConfigDict(extra="allow")


class Numbered(Nothing):
    inner: Numbered | None = None
    number: float = 1


class Around(Nothing):
    items: tuple[Numbered, ...] = ()


class Named(Nothing):
    text: Annotated[str, Field(alias="größe")]


class Circle(Nothing):
    inner: Circle | None = None
    texts: tuple[str, ...] = ()


@pytest.mark.parametrize(
    "kind",
    [
        *(int, float, Any, list, dict, object, list[Any], list[int], dict[str, str], dict[str, int], int | None),
        dict[Annotated[str, StringConstraints(pattern="^a")], str],
        *(tuple[str, int], tuple[float, *tuple[str, ...]], Literal[1], Literal["a", 1]),
        *(Open, Numbered, Around, Named),
    ],
    ids=str,
)
def test_what_may_hold_other_than_plain_data_is_not_plain(kind: Any) -> None:
    assert not is_plain_schema(TypeAdapter(kind).json_schema(mode="serialization"))


@pytest.mark.parametrize(
    "kind", [str, bool, None, str | None, list[str], tuple[str, str], Literal["a", "b"], Literal[True], UUID, Circle]
)
def test_texts_truths_and_closed_objects_of_them_are_plain(kind: Any) -> None:
    assert is_plain_schema(TypeAdapter(kind).json_schema(mode="serialization"))


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"$ref": "https://schemas.example/text"},
        {"$ref": "#/properties/text"},
        {"type": ["string", "number"]},
        {"enum": ["a", 1.5]},
        {"type": "array"},
        {"type": "array", "items": True},
        {"type": "array", "prefixItems": [{"type": "string"}]},
        {"type": "array", "prefixItems": [{"type": "number"}], "items": {"type": "string"}},
        {"type": "object"},
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"type": "object", "additionalProperties": False, "patternProperties": {"^a": {"type": "number"}}},
        {"not": {"type": "number"}},
        {"allOf": [{"type": "string"}]},
    ],
    ids=str,
)
def test_a_schema_that_can_not_be_judged_is_not_plain(schema: Mapping[str, Any]) -> None:
    assert not is_plain_schema(schema)
    assert not is_plain_schema({"anyOf": [{"type": "string"}, schema]})
    assert not is_plain_schema({"type": "string", "$defs": {"Other": schema}})
    closed = {"type": "object", "additionalProperties": False, "properties": {"inside": schema}}
    assert not is_plain_schema(closed)


@st.composite
def records(draw: st.DrawFn, payload: EventType) -> dict[str, Any]:
    """Give what is recorded of an event, all parts of it, with a text of it sealed."""
    articles = st.fixed_dictionaries({"id": st.uuids(), "url": ANY_TEXT.map(lambda text: f"https://{quoted(text)}/")})
    parts = {"article": articles, "quote": SHOWABLE.map(lambda text: f"“{text}”")}
    event = NewEvent(
        draw(st.uuids()),
        payload,
        occurred=draw(st.none() | st.dates().map(str).map(Occurred.parse)),
        standing=draw(st.sampled_from([None, "alleged", "confirmed"])),
        evidence=draw(st.lists(st.fixed_dictionaries(parts).map(Evidence.model_validate), max_size=2)),
        justification=draw(st.none() | ANY_TEXT),
    )
    record = event.record("dispute/a", draw(ANY_TEXT))
    if draw(st.booleans()):
        record["sealed"] = {"/data/summary": {"box": "AAAA+/==", "subject": "person/0"}}
    return record


def quoted(text: str) -> str:
    return "".join(text.split()) or "a"


def unlike_plain(value: Any) -> Iterator[Any]:
    """Give what is none of texts, truths, nothing, small integers and objects with ASCII keys."""
    if isinstance(value, dict):
        yield from (key for key in value if not key.isascii())
        for inner in value.values():
            yield from unlike_plain(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from unlike_plain(inner)
    elif not (value is None or isinstance(value, str | bool) or (isinstance(value, int) and 0 <= value < 2**31)):
        yield value
