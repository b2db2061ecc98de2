"""Words of a text that are marked: where a reason was found, where an event is stated. Nothing here asks anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple


class Span(NamedTuple):
    """A place in a text, and the name by which the page leads there."""

    start: int
    end: int
    name: str
    kind: str = "reason"


class Segment(NamedTuple):
    """A piece of a text; what is not marked has no kind."""

    text: str
    kind: str
    names: tuple[str, ...]
    """The places that begin with it."""


def find_span(reason: Mapping[str, Any], texts: Mapping[str, str], name: str) -> Span | None:
    """Give where a reason was found; None where the text no longer has such a place, or never had."""
    text = texts.get(str(reason.get("field", "")), "")
    start, end = reason.get("start"), reason.get("end")
    if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text):
        return Span(start, end, name)
    return None


def mark(text: str, spans: Iterable[Span]) -> list[Segment]:
    """Cut a text where anything that is marked begins or ends; spans may overlap.

    Words of a reason are of that kind also where they lie within words that state an event. Linear in the text, and
    in the square of the number of spans.
    """
    found = [span for span in spans if 0 <= span.start < span.end <= len(text)]
    bounds = sorted({0, len(text), *(span.start for span in found), *(span.end for span in found)})
    pieces = []
    for start, end in pairwise(bounds):
        kinds = {span.kind for span in found if span.start <= start and end <= span.end}
        names = tuple(span.name for span in found if span.start == start)
        pieces.append(Segment(text[start:end], "reason" if "reason" in kinds else min(kinds, default=""), names))
    return pieces
