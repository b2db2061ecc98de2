"""What can be asked in an address: each parameter is declared once, to be read, refused and documented."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.http import QueryDict

from disputes.api.paging import DEFAULT_SIZE, LARGEST_SIZE
from disputes.api.problems import INVALID_PARAMETER, UNKNOWN_PARAMETER, Problem
from disputes.errors import suggestion
from disputes.moments import read_day, read_past_moment
from disputes.occurred import Occurred
from disputes.vocabulary import Term

Value = TypeVar("Value")
Schema = Mapping[str, Any]
LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Parameter(Generic[Value]):
    """One query parameter. `read` raises ValueError, whose message says what would be right."""

    name: str
    description: str
    read: Callable[[str], Value]
    schema: Schema = field(default_factory=lambda: {"type": "string"})


class Asked:
    """The query of one request: every parameter is known, is given once, and has a value that it can have."""

    def __init__(self, query: QueryDict, parameters: Sequence[Parameter[Any]]) -> None:
        """Read all that was asked. Raises Problem (400), which names each parameter that is wrong."""
        known = {parameter.name: parameter for parameter in parameters}
        self._refuse_unknown(query, list(known))
        self._values: dict[str, Any] = {}
        wrong = {}
        for name, texts in query.lists():
            if len(texts) > 1:
                wrong[name] = f"{name} is given more than once; where a list is allowed, separate its words with commas"
                continue
            try:
                self._values[name] = known[name].read(texts[0])
            except ValueError as error:
                wrong[name] = f"{name}: {error}"
        if wrong:
            raise Problem.of_parameters(INVALID_PARAMETER, wrong)

    @staticmethod
    def _refuse_unknown(query: QueryDict, known: Sequence[str]) -> None:
        unknown = {
            name: f"there is no parameter {name[:50]!r}{suggestion(name, known)}" for name in query if name not in known
        }
        if unknown:
            first = next(iter(unknown))
            unknown[first] += f"; known are {', '.join(known)}" if known else "; there are none here"
            raise Problem.of_parameters(UNKNOWN_PARAMETER, unknown, parameters=sorted(known))

    def get(self, parameter: Parameter[Value]) -> Value | None:
        """Give what a parameter asks for, None where it is not given."""
        value: Value | None = self._values.get(parameter.name)
        return value


def read_first_day(text: str) -> dt.date:
    """Read the first day of a day, a month or a year."""
    return _read_partial(text).first_day


def read_last_day(text: str) -> dt.date:
    """Read the last day of a day, a month or a year."""
    return _read_partial(text).last_day


def _read_partial(text: str) -> Occurred:
    try:
        return Occurred.parse(text)
    except ValueError as error:
        raise ValueError(f"{text[:50]!r} is not a date; write 2023, 2023-04 or 2023-04-19") from error


def read_text(text: str) -> str:
    """Read words to look for."""
    if "\x00" in text:
        raise ValueError("a text can't hold the character U+0000")
    if not text.strip():
        raise ValueError("say what to look for, or leave it out")
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"a text has at most {LONGEST_TEXT} characters here")
    return text.strip()


def read_switch(text: str) -> bool:
    """Read on or off."""
    if text not in {"on", "off"}:
        raise ValueError(f"{text[:50]!r} is neither on nor off")
    return text == "on"


def read_whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    """Make a reader of whole numbers in a range."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 20 and lowest <= int(text) <= highest):
            raise ValueError(f"{text[:50]!r} is not a whole number from {lowest} to {highest}")
        return int(text)

    return read


def read_number(lowest: float, highest: float) -> Callable[[str], float]:
    """Make a reader of numbers in a range."""

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        # NaN is in no range.
        if not lowest <= number <= highest:
            raise ValueError(f"{text[:50]!r} is not a number from {lowest} to {highest}")
        return number

    return read


def read_one_of(known: Collection[str]) -> Callable[[str], str]:
    """Make a reader of one word out of some."""

    def read(text: str) -> str:
        if text not in known:
            raise ValueError(f"{text[:50]!r} is none of {', '.join(known)}{suggestion(text, known)}")
        return text

    return read


def read_several_of(known: Collection[str]) -> Callable[[str], list[str]]:
    """Make a reader of words out of some, separated by commas."""
    read = read_one_of(known)
    return lambda text: [read(word) for word in dict.fromkeys(text.split(","))]


def term_list(name: str, terms: type[Term], description: str) -> Parameter[list[str]]:
    """Declare a parameter that takes controlled terms."""
    words = [term.value for term in terms]
    return Parameter(
        name, f"{description} Several are separated by commas.", read_several_of(words), list_schema(words)
    )


def list_schema(words: Collection[str]) -> Schema:
    """Describe a comma-separated list of known words."""
    return {"type": "array", "items": {"type": "string", "enum": list(words)}}


CURSOR = Parameter("cursor", "Where the page begins: take it from `next` or `previous`.", str)
PAGE_SIZE = Parameter(
    "page_size",
    f"How many results a page has; {DEFAULT_SIZE} unless told.",
    read_whole_number(1, LARGEST_SIZE),
    {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": DEFAULT_SIZE},
)
COUNT = Parameter(
    "count", "`on` adds the number of all results as `count`.", read_switch, {"type": "string", "enum": ["on", "off"]}
)
TWO_TIMES = "Two times"
"""The part of the documentation that says how dates are compared."""
ON_DATE = Parameter(
    "on_date",
    f"The day to look at: only what had happened by then counts, see {TWO_TIMES!r} above. Today in UTC unless told.",
    read_day,
    {"type": "string", "format": "date"},
)
AS_OF = Parameter(
    "as_of",
    "The moment to look back to: only what the tracker knew then counts. A day alone means its end in UTC; a day "
    "after today is refused.",
    read_past_moment,
    {"type": "string", "examples": ["2026-01-31", "2026-01-31T12:00:00Z"]},
)


def ordering_parameter(names: Collection[str], default: str) -> Parameter[str]:
    """Declare the parameter that chooses the order of a list."""
    words = [word for name in names for word in (name, f"-{name}")]
    return Parameter(
        "ordering",
        "What to sort by; a hyphen in front turns the order around. Results without a value come last.",
        read_one_of(words),
        {"type": "string", "enum": words, "default": default},
    )


def fields_parameter(names: Collection[str]) -> Parameter[list[str]]:
    """Declare the parameter that limits the fields of each result."""
    return Parameter("fields", "Only these fields, separated by commas.", read_several_of(names), list_schema(names))


def expand_parameter(names: Collection[str]) -> Parameter[list[str]]:
    """Declare the parameter that puts more into a field than it has by itself."""
    return Parameter("expand", "Tell more in these fields.", read_several_of(names), list_schema(names))
