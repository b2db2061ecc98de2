"""The ways in which the press, the parties and the courts write one docket number.

A number of a United States federal court is `office:year-type-serial-judges`, as in `1:23-cv-00135-GBW`
(CM/ECF). The office is the division of the district, the letters at the end are the judges' initials: both are
often left out, and so are the zeros. Every other number (`IL-2023-000007`, `C-250/25`) is taken as it stands.
"""

from __future__ import annotations

import re

from ingest.matching.text import words

_FEDERAL = re.compile(
    r"(?:(?P<office>\d{1,2}):)?(?P<year>(?:19|20)?\d{2})-?(?P<kind>cv|cr|md|ml|mc|bk|ap)-?(?P<serial>\d{1,6})"
    r"(?:-[a-z]{1,4})*",
    re.IGNORECASE,
)
_DASHES = re.compile(r"\s*[\u2010-\u2015\u2212\ufe58\ufe63\uff0d-]\s*")
_SPELLED_KINDS = {"cv": ("cv", "civ", "c"), "md": ("md", "mdl"), "cr": ("cr", "crim")}


def office(docket_number: str) -> str | None:
    """Return the office of a federal docket number (`1` of `1:23-cv-00135`), or None."""
    match = _FEDERAL.fullmatch(_DASHES.sub("-", docket_number.strip()))
    return match["office"] if match else None


def spellings(docket_number: str) -> frozenset[str]:
    """Return every usual spelling as folded words; empty where the number has no digit to search for.

    The office is left out of all of them: a caller compares what stands before a hit with `office`. The other
    letters of a number (`23-cv-00135-GBW`) follow the hit and do not matter.
    """
    match = _FEDERAL.fullmatch(_DASHES.sub("-", docket_number.strip()))
    if match is None:
        literal = words(docket_number)
        # Two digits at least: a bare "7" is no docket number that could be told from any other 7.
        if sum(character.isdigit() for word in literal for character in word) < 2:
            return frozenset()
        return frozenset({" ".join(literal)})
    year, kind = match["year"][-2:], match["kind"].lower()
    number = match["serial"].lstrip("0") or "0"
    serials = {number, number.zfill(5)}
    found = set()
    for spelled in _SPELLED_KINDS.get(kind, (kind,)):
        for serial in serials:
            found.add(f"{year} {spelled} {serial}")  # 23-cv-135, 23 Civ. 135
            found.add(f"20{year} {spelled} {serial}")  # 2023-cv-135
            found.add(f"{spelled} {year} {serial}")  # CV 23-135, C 23-03199
            if spelled != "c":
                found.add(f"{year}{spelled}{serial}")  # 23cv135
    return frozenset(found)
