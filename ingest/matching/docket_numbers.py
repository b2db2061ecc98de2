"""The ways in which the press, the parties and the courts write one docket number.

Numbers of United States federal courts have many (see `disputes.docket`); every other number (`IL-2023-000007`,
`C-250/25`) is taken as it stands.
"""

from __future__ import annotations

from disputes.docket import FederalDocketNumber
from ingest.matching.text import words

_SPELLED_KINDS = {"cv": ("cv", "civ", "c"), "md": ("md", "mdl"), "cr": ("cr", "crim")}


def office(docket_number: str) -> str | None:
    """Return the office of a federal docket number (`1` of `1:23-cv-00135`), or None."""
    number = FederalDocketNumber.parse(docket_number)
    return number.office if number else None


def beginning(docket_number: str) -> str:
    """Return how the plainest spelling of a federal docket number begins (`23 cv `), or an empty string."""
    number = FederalDocketNumber.parse(docket_number)
    return f"{number.year} {number.kind} " if number else ""


def spellings(docket_number: str) -> frozenset[str]:
    """Return every usual spelling as folded words; empty where the number has no digit to search for.

    The office is left out of all of them: a caller compares what stands before a hit with `office`. The other
    letters of a number (`23-cv-00135-GBW`) follow the hit and do not matter.
    """
    number = FederalDocketNumber.parse(docket_number)
    if number is None:
        literal = words(docket_number)
        # Two digits at least: a bare "7" is no docket number that could be told from any other 7.
        if sum(character.isdigit() for word in literal for character in word) < 2:
            return frozenset()
        return frozenset({" ".join(literal)})
    year, kind = number.year, number.kind
    serials = {str(number.serial), f"{number.serial:05}"}
    found = set()
    for spelled in _SPELLED_KINDS.get(kind, (kind,)):
        for serial in serials:
            found.add(f"{year} {spelled} {serial}")  # 23-cv-135, 23 Civ. 135
            found.add(f"20{year} {spelled} {serial}")  # 2023-cv-135
            found.add(f"{spelled} {year} {serial}")  # CV 23-135, C 23-03199
            if spelled != "c":
                found.add(f"{year}{spelled}{serial}")  # 23cv135
    return frozenset(found)
