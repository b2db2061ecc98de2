"""Docket numbers: reading the ways in which courts, parties and the press write one number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

_DASHES: Final = re.compile(r"\s*[\u2010-\u2015\u2212\ufe58\ufe63\uff0d-]\s*")
_LABEL: Final = re.compile(
    r"(?:(?:civil|criminal|action|case|docket|cause|index)\s+)*(?:nos?\b\.?|number|case|docket|\#)[:\s]*", re.IGNORECASE
)
# What follows the serial number: judges' initials after dashes or in brackets.
_JUDGES: Final = r"(?:[-\s]\(?[a-z]{1,4}\)?|\s?\([a-z]{1,4}\))*+"
_KINDS: Final = {"cr": "cr", "mc": "mc", "md": "md"}
_FEDERAL: Final = re.compile(
    rf"""(?:(?P<office>\d{{1,2}}):)?
        (?P<year>(?:19|20)?\d{{2}})[-\s]?
        (?P<kind>cv|civ\.?|cr|crim\.?|mdl?|ml|mc|bk|ap)[-\s]?
        (?P<serial>\d{{1,6}})
        {_JUDGES}""",
    re.VERBOSE | re.IGNORECASE,
)
_KIND_FIRST: Final = re.compile(
    rf"""(?:(?P<office>\d{{1,2}}):)?
        (?P<kind>cv|civ\.?|c\.?|cr|crim\.?|mc|c\.?a\.?|civ\.\sa\.|civil\saction)[-\s]?(?:no\.?\s?)?
        (?P<year>\d{{2}})[-\s]
        (?P<serial>\d{{1,6}})
        {_JUDGES}""",
    re.VERBOSE | re.IGNORECASE,
)
# Of courts that know one kind of case only: appeals (22-3054) and bankruptcies (16-10992-smb).
_PLAIN: Final = re.compile(rf"(?:\d{{1,2}}:)?(?P<year>\d{{2}})-(?P<serial>\d{{3,6}}){_JUDGES}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FederalDocketNumber:
    """A number of a United States federal court, `office:year-kind-serial-judges` (CM/ECF), as 1:23-cv-00135-GBW.

    The office is the division of the district, the letters at the end are the judges' initials. Both are often left
    out, and so are the zeros; some courts put the kind first, as in CV 23-135 and C-23-03199.
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
        plain = _DASHES.sub("-", text.strip())
        match = _KIND_FIRST.fullmatch(plain) or _FEDERAL.fullmatch(_unlabelled(plain))
        if match is None:
            return None
        kind = match["kind"].lower()
        # What is left are the words for a civil action: civ., c., c.a., civil action.
        kind = _KINDS.get(kind[:2], "cv" if kind[0] == "c" else kind)
        return cls(match["office"], match["year"][-2:], kind, int(match["serial"]))


def docket_key(text: str) -> str:
    """Give the key that every spelling of a docket number shares, "" for an empty one.

    1:23-cv-00135, 23-cv-135, 23 Civ. 135 (GBW) and No. 1:23-cv-00135-GBW are one case of one court. Numbers of other
    systems are compared without case and spaces. The same number is given by several courts, so a key identifies a
    case only together with its court: see `disputes.courts.court_key`.
    """
    number = FederalDocketNumber.parse(text)
    if number is not None:
        return f"{number.year}-{number.kind}-{number.serial}"
    plain = _PLAIN.fullmatch(_unlabelled(_DASHES.sub("-", text.strip())))
    if plain is not None:
        return f"{plain['year']}-{int(plain['serial'])}"
    return re.sub(r"\s+", "", text).casefold()


def _unlabelled(number: str) -> str:
    """Take away what merely says that a docket number follows."""
    label = _LABEL.match(number)
    return number[label.end() :] if label else number
