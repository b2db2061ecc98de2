"""Courts: one key for every way in which the courts, the press and curators name a court of the United States."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# The code of PACER and CourtListener begins with the postal code. Each has its name and its abbreviation in citations
# (Bluebook, table T10).
_STATES: Final = {
    "al": ("alabama", "ala"), "ak": ("alaska",), "az": ("arizona", "ariz"), "ar": ("arkansas", "ark"),
    "ca": ("california", "cal", "calif"), "co": ("colorado", "colo"), "ct": ("connecticut", "conn"),
    "de": ("delaware", "del"), "dc": ("columbia", "d c"), "fl": ("florida", "fla"), "ga": ("georgia",),
    "gu": ("guam",), "hi": ("hawaii", "haw"), "id": ("idaho",), "il": ("illinois", "ill"), "in": ("indiana", "ind"),
    "ia": ("iowa",), "ks": ("kansas", "kan"), "ky": ("kentucky",), "la": ("louisiana",), "me": ("maine",),
    "md": ("maryland",), "ma": ("massachusetts", "mass"), "mi": ("michigan", "mich"), "mn": ("minnesota", "minn"),
    "ms": ("mississippi", "miss"), "mo": ("missouri",), "mt": ("montana", "mont"), "ne": ("nebraska", "neb"),
    "nv": ("nevada", "nev"), "nh": ("new hampshire", "n h"), "nj": ("new jersey", "n j"),
    "nm": ("new mexico", "n m"), "ny": ("new york", "n y"), "nc": ("north carolina", "n c"),
    "nd": ("north dakota", "n d"), "nmi": ("northern mariana islands", "n mar i"), "oh": ("ohio",),
    "ok": ("oklahoma", "okla"), "or": ("oregon",), "pa": ("pennsylvania",), "pr": ("puerto rico", "p r"),
    "ri": ("rhode island", "r i"), "sc": ("south carolina", "s c"), "sd": ("south dakota", "s d"),
    "tn": ("tennessee", "tenn"), "tx": ("texas", "tex"), "ut": ("utah",), "vt": ("vermont",), "va": ("virginia",),
    "vi": ("virgin islands", "v i"), "wa": ("washington", "wash"), "wv": ("west virginia", "w va"),
    "wi": ("wisconsin", "wis"), "wy": ("wyoming", "wyo"),
}  # fmt: skip
_CODES: Final = {name: code for code, names in _STATES.items() for name in (code, *names)}
_DIRECTIONS: Final = ("northern", "southern", "eastern", "western", "middle", "central")
_CIRCUITS: Final = {
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7",
    "eighth": "8", "ninth": "9", "tenth": "10", "eleventh": "11", "d c": "dc", "dc": "dc",
    "district of columbia": "dc", "federal": "fc",
}  # fmt: skip

_NOT_A_WORD: Final = re.compile(r"[\W_]+")
_PREFIX: Final = re.compile(
    r"^(?:the )?(?:(?:united states|u s|usa?|federal) )?(?P<kind>district|bankruptcy) (?:court|ct)(?: for)?(?: the)?\b"
)
_DISTRICT: Final = re.compile(
    rf"(?:(?P<direction>{'|'.join(_DIRECTIONS)}|[nsewmc]) )?(?:d|dist|district)(?: of)?(?: the)? (?P<state>.+)"
)
_RUN_TOGETHER: Final = re.compile(r"(?P<direction>[nsewmc]?)d(?P<state>[a-z]{2,5})")
_DIVISION: Final = re.compile(r" (?:[a-z]+ )?(?:division|div)$")
_CIRCUIT: Final = re.compile(r"(?:(?P<number>\d{1,2})(?:st|nd|rd|th|d)|(?P<word>[a-z ]+?)) cir(?:cuit)?\b")
_PACER_ID: Final = re.compile(
    rf"(?:{'|'.join(sorted(_STATES, key=len, reverse=True))})[nsewmc]?[db]|ca(?:\d{{1,2}}|dc|fc)", re.ASCII
)
_PACER_HOST: Final = re.compile(r"ecf\.([a-z0-9]{2,8})\.uscourts\.gov", re.ASCII)


@lru_cache(maxsize=4096)
def court_key(name: str) -> str:
    """Give the key that every spelling of a court shares, "" for an empty one.

    For federal district, bankruptcy and appellate courts of the United States it is the code of PACER and
    CourtListener: "U.S. District Court, N.D. California", "Northern District of California", "N.D. Cal." and "cand"
    give "cand", "Ninth Circuit" gives "ca9". Any other court is compared without case and punctuation.
    """
    words = _NOT_A_WORD.sub(" ", name.casefold()).strip()
    if _PACER_ID.fullmatch(words):
        return words
    prefix = _PREFIX.match(words)
    place = words[prefix.end() :].strip() if prefix else words
    letter = "b" if (prefix and prefix["kind"] == "bankruptcy") or place.startswith("bankr ") else "d"
    return _district(_DIVISION.sub("", place.removeprefix("bankr ").strip()), letter) or _circuit(words) or words


def court_of_host(host: str) -> str:
    """Give the key of the court whose dockets a host of PACER shows (`ecf.nysd.uscourts.gov`), "" for another."""
    match = _PACER_HOST.fullmatch(host.lower())
    return match[1] if match and _PACER_ID.fullmatch(match[1]) else ""


def _district(place: str, letter: str) -> str:
    match = _DISTRICT.fullmatch(place)
    code = _CODES.get(match["state"]) if match else None
    if match is None or code is None:
        match = _RUN_TOGETHER.fullmatch(place.replace(" ", ""))
        code = _CODES.get(match["state"]) if match else None
    if match is None or code is None:
        return ""
    return f"{code}{(match['direction'] or '')[:1]}{letter}"


def _circuit(words: str) -> str:
    match = _CIRCUIT.search(words)
    if match is None:
        return ""
    number = match["number"] or next(
        (number for word, number in _CIRCUITS.items() if f" {match['word']}".endswith(f" {word}")), ""
    )
    return f"ca{int(number) if number.isdigit() else number}" if number else ""
