"""Docket numbers: one key for every usual spelling of the number of one case."""

import re

_FEDERAL = re.compile(
    r"""^(?:(?P<office>\d{1,2})\s*[:/])?\s*          # the office of the court: 1:23-cv-00135
        (?P<year>\d{2}|\d{4})\s*[-\s]\s*
        (?P<kind>[a-z]{2})\s*[-\s]\s*
        (?P<number>\d{1,6})
        (?:\s*[-\s]\s*[a-z][a-z0-9-]*)?$""",  # initials of the judges: …-GBW
    re.VERBOSE | re.IGNORECASE,
)


def docket_key(number: str) -> str:
    """Give the key that every spelling of a docket number shares, "" for an empty one.

    1:23-cv-00135, 23-cv-135 and 1:23-cv-00135-GBW are one case of one court: the office and the judges' initials
    are left out, the number loses its leading zeros. Other numbers are compared without case and spaces. The same
    number is given by several courts, so a key identifies a case only together with its court.
    """
    text = number.strip()
    found = _FEDERAL.match(text)
    if found is None:
        return re.sub(r"\s+", "", text).casefold()
    year = found["year"][-2:]
    return f"{year}-{found['kind'].lower()}-{int(found['number'])}"
