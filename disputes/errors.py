"""What a command refuses, by meaning; each says what is wrong and what would be right."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from uuid import UUID

from pydantic import ValidationError


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; `pointer` is an RFC 6901 pointer into what the caller sent."""

    pointer: str
    detail: str


class Refused(Exception):
    """A command that was not carried out. Nothing was recorded."""

    def __init__(self, detail: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)

    def __str__(self) -> str:
        fields = "; ".join(f"{error.pointer}: {error.detail}" for error in self.errors)
        return f"{self.detail} ({fields})" if fields else self.detail


class Invalid(Refused):
    """What was sent does not have the form, or names things that don't exist."""


class NotFound(Refused):
    """The thing that the command is about does not exist."""


class Unfit(Refused):
    """The command does not fit the present state, for example opening what is open."""


def unknown_dispute(slug: str) -> NotFound:
    """Say that there is no such dispute."""
    return NotFound(f"there is no dispute {slug!r}")


def unknown_party(slug: str) -> NotFound:
    """Say that there is no such party."""
    return NotFound(f"there is no party {slug!r}")


def unknown_event(event_id: UUID, stream: str) -> NotFound:
    """Say that the stream has no such event."""
    return NotFound(f"{stream} has no event {event_id}")


def suggestion(word: str, known: Collection[str]) -> str:
    """Give ", did you mean …?" for a word that is near a known one, or nothing."""
    near = get_close_matches(word, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def field_errors(error: ValidationError, prefix: str = "") -> list[FieldError]:
    """Turn what pydantic found into one error for each field."""
    return [
        FieldError(
            pointer=prefix + "".join(f"/{_escape(str(part))}" for part in found["loc"]),
            detail=found["msg"].removeprefix("Value error, "),
        )
        for found in error.errors(include_url=False)
    ]


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
