"""Docket numbers: reading the ways in which courts, parties and the press write one number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

_DASHES = re.compile(r"\s*[\u2010-\u2015\u2212\ufe58\ufe63\uff0d-]\s*")
_FEDERAL = re.compile(
    r"""(?:(?P<office>\d{1,2}):)?
        (?P<year>(?:19|20)?\d{2})[-\s]?
        (?P<kind>cv|cr|md|ml|mc|bk|ap)[-\s]?
        (?P<serial>\d{1,6})
        (?:-[a-z]{1,4})*""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FederalDocketNumber:
    """A number of a United States federal court, `office:year-kind-serial-judges` (CM/ECF), as 1:23-cv-00135-GBW.

    The office is the division of the district, the letters at the end are the judges' initials. Both are often left
    out, and so are the zeros.
    """

    office: str | None
    year: str
    """Two digits."""
    kind: str
    """In small letters, such as cv."""
    serial: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a number in any usual spelling; None where it is of another system."""
        match = _FEDERAL.fullmatch(_DASHES.sub("-", text.strip()))
        if match is None:
            return None
        return cls(match["office"], match["year"][-2:], match["kind"].lower(), int(match["serial"]))


def docket_key(text: str) -> str:
    """Give the key that every spelling of a docket number shares, "" for an empty one.

    1:23-cv-00135, 23-cv-135 and 1:23-cv-00135-GBW are one case of one court. Numbers of other systems are compared
    without case and spaces. The same number is given by several courts, so a key identifies a case only together
    with its court.
    """
    number = FederalDocketNumber.parse(text)
    if number is None:
        return re.sub(r"\s+", "", text).casefold()
    return f"{number.year}-{number.kind}-{number.serial}"
