"""What a field of a payload holds, with the wrappings of its annotation taken off."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic.fields import FieldInfo


class Held(NamedTuple):
    """The innermost type of a field, and what was around it."""

    kind: Any
    """str, bool, Decimal, a term, another payload."""
    many: bool
    optional: bool
    """Whether None is a value of its own, as for a bool that may be unknown."""
    metadata: list[Any]
    """What Annotated adds, outermost first: constraints and marks."""

    @property
    def max_length(self) -> int | None:
        """How long a text may be."""
        lengths = (getattr(item, "max_length", None) for item in self.metadata)
        return next((length for length in lengths if length is not None), None)


def look_through(declared: FieldInfo) -> Held:
    """Look through Annotated, optional and tuple to what a field holds."""
    kind: Any = declared.annotation
    metadata = list(declared.metadata)
    many = optional = False
    while (origin := get_origin(kind)) is not None:
        if origin is Annotated:
            kind, *more = get_args(kind)
            metadata += more
        elif origin in {Union, UnionType}:
            optional = True
            kind = next(member for member in get_args(kind) if member is not NoneType)
        elif origin is tuple:
            many, kind = True, get_args(kind)[0]
        else:
            break
    return Held(kind, many, optional, metadata)
