"""Random payloads of any event type, from the JSON Schema that its class declares; for Hypothesis."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import ValidationError

from disputes.events import EVENT_TYPES, EventType

Schema = Mapping[str, Any]

AWKWARD = (
    "\"\\/'\n\t\u2028\u2029\u00a0\u00ad\ufeff\ufffe\uffff\ufffdéßĳ漢\u0301\u200d\u202e\U0001f600\U0001f469\U0010ffff"
)
"""What JSON writers treat in different ways, or might: quotes, separators, ends of the planes of Unicode, joiners."""

SHOWABLE = st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from(AWKWARD), max_size=12)
"""Text as a field of a payload may hold it."""
ANY_TEXT = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from(AWKWARD + "\x00\x1f\x7f\x85"), max_size=12
)
"""Text that has a UTF-8 form, control characters included."""
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
"""What RFC 8785 can write."""
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)
"""Any value that JSON has."""


@cache
def payloads(name: str) -> SearchStrategy[EventType]:
    """Give a strategy of valid payloads of an event type."""
    declaration = EVENT_TYPES[name]
    schema = declaration.model_json_schema()
    data = _values(schema, schema.get("$defs", {}))
    return data.map(lambda found: _validated(declaration, found)).filter(lambda found: found is not None)  # type: ignore[return-value]


def _validated(declaration: type[EventType], data: Any) -> EventType | None:
    try:
        return declaration.model_validate(data)
    except ValidationError:
        return None  # such as a text of blanks alone


def _values(schema: Schema, definitions: Mapping[str, Schema]) -> SearchStrategy[Any]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _RULED[name]() if name in _RULED else _values(definitions[name], definitions)
    if "anyOf" in schema:
        return st.one_of([_values(each, definitions) for each in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "array":
            least = schema.get("minItems", 0)
            return st.lists(_values(schema["items"], definitions), min_size=least, max_size=max(least, 2))
        case "object" if "properties" in schema:
            fields = {name: _values(part, definitions) for name, part in schema["properties"].items()}
            required = {name: fields.pop(name) for name in schema.get("required", ())}
            return st.fixed_dictionaries(required, optional=fields)
        case _:
            return _simple_values(schema)


def _simple_values(schema: Schema) -> SearchStrategy[Any]:
    match schema.get("type"):
        case "string":
            return _text(schema)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case "integer":
            return st.integers(schema["minimum"], 9)
        case "number":
            low, high = schema.get("minimum", schema.get("exclusiveMinimum")), schema["maximum"]
            return st.floats(low, high, exclude_min="exclusiveMinimum" in schema)
        case unknown:
            raise NotImplementedError(f"values of the type {unknown}")


def _text(schema: Schema) -> SearchStrategy[str]:
    if schema.get("format") == "uuid":
        return st.uuids().map(str)
    pattern = schema.get("pattern", "")
    if pattern.startswith("^https?://"):
        # Anything but white space may follow, control characters too.
        return ANY_TEXT.map(lambda text: "https://" + ("".join(text.split()) or "a"))
    if pattern:
        return st.from_regex(pattern, fullmatch=True, alphabet=string.ascii_letters + string.digits + "-")
    return SHOWABLE if not schema.get("minLength") else SHOWABLE.map(lambda text: text or "-")


def _occurred() -> SearchStrategy[Any]:
    day = st.dates().map(str)
    return st.one_of(
        day.map(lambda text: {"date": text, "precision": "day"}),
        day.map(lambda text: {"date": text[:7], "precision": "month"}),
        day.map(lambda text: {"date": text[:4], "precision": "year"}),
        st.tuples(day, day).map(lambda both: {"date": min(both), "precision": "day", "end": max(both)}),
    )


def _money() -> SearchStrategy[Any]:
    amount = st.decimals(0, 10**12, allow_nan=False, allow_infinity=False, places=6).map(str)
    basis, note = st.sampled_from(["claimed", "awarded"]), SHOWABLE.map(lambda text: text or "-")
    return st.one_of(
        st.fixed_dictionaries({"low": amount, "currency": st.just("USD"), "basis": basis}, optional={"note": note}),
        st.fixed_dictionaries({"undisclosed": st.just(True), "basis": basis}),
        st.fixed_dictionaries({"in_kind": note, "basis": basis}),
    )


def _watch_rule() -> SearchStrategy[Any]:
    phrases = st.lists(SHOWABLE.map(lambda text: f"ab{text}"), min_size=1, max_size=2)
    weight = st.floats(0, 5, exclude_min=True)
    return st.one_of(
        st.fixed_dictionaries(
            {"kind": st.sampled_from(["any", "all"]), "phrases": phrases}, optional={"weight": weight}
        ),
        st.fixed_dictionaries({"kind": st.sampled_from(["required", "forbidden", "ambiguous"]), "phrases": phrases}),
    )


def _reading() -> SearchStrategy[Any]:
    # What a correction says is of a type that there is; what is in it, the class does not look at.
    types = st.sampled_from(["statement_made", "letter_sent"])
    free = st.dictionaries(ANY_TEXT, JSON, max_size=3)
    return st.fixed_dictionaries(
        {"type": types, "data": free},
        optional={"occurred": _occurred(), "evidence": st.lists(free, max_size=1), "justification": SHOWABLE},
    )


_RULED: Mapping[str, Callable[[], SearchStrategy[Any]]] = {
    "Occurred": _occurred,
    "Money": _money,
    "WatchRule": _watch_rule,
    "Reading": _reading,
}
"""Values with rules that a schema does not say."""
