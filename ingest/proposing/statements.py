"""What a sentence states, by the wordings of `wordings.yaml`.

They are written for English, the language of nearly all that the tracker reads, with the plainest words of two others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml


@dataclass(frozen=True, slots=True)
class Wording:
    """One way in which an event type is stated."""

    type: str
    pattern: re.Pattern[str]
    is_passive: bool = False
    """Whether those to whom it is done stand before the verb."""
    by_court: bool = False
    """Whether it is a court's doing, so that the parties named are those it is done for and to."""
    needs_date: bool = False
    """Whether the words are too common to count without a date beside them."""
    data: tuple[tuple[str, Any], ...] = ()
    """What the words say beyond the type, as fields of its payload."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A wording where a sentence has it."""

    wording: Wording
    start: int
    end: int


def _load(path: Path) -> tuple[Wording, ...]:
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    words = {name: f"(?:{'|'.join(said)})" for name, said in table["words"].items()}
    return tuple(
        Wording(
            type=row["type"],
            pattern=re.compile("|".join(_expand(said, words) for said in row["says"]), re.IGNORECASE),
            is_passive=row.get("passive", False),
            by_court=row.get("by_court", False),
            needs_date=row.get("needs_date", False),
            data=tuple(row.get("data", {}).items()),
        )
        for row in table["statements"]
    )


def _expand(said: str, words: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda name: words.get(name[1]) or rf"{_WORD}{{0,{name[1]}}}", said)


_PLACEHOLDER: Final = re.compile(r"(?<!\?)(?<!\?P)<(\w+)>")
_WORD: Final = r"(?:[\w'’&$.,“”\"-]+ )"
WORDINGS: Final = _load(Path(__file__).with_name("wordings.yaml"))

# What comes just before the verb and makes it a thought, a wish or a denial. "Was to be", "agreed to" are none.
_UNREAL: Final = re.compile(
    r"\b(?:could|may(?! \d)|might|would|should|will|shall|can(?:not|'t)?|if|whether|unless|not|never|no|without"
    r"|plans?|planning|consider(?:s|ing|ed)?|mulls?|mulling|ready|wants?|likely|expected|poised|urged?|vows?|vowed"
    r"|threat(?:s|ens?|ened|ening)?|hopes?|seeks?|asks?|asked|motion|moves?|moved|bid|refuse[sd]?|declined?|how|why"
    r"|yet|until|before|ahead of|potential|possible|denie[sd]|attempts?|effort|after)"
    r"(?:[ -][\w'’-]+){0,3} $",
    re.IGNORECASE,
)
_SPARED: Final = {
    "threat_made": frozenset({"threat"}),
    "injunction_ruled": frozenset({"refuse", "denie", "decline"}),
    "order_issued": frozenset({"refuse", "denie", "decline"}),
}
LOOK_BACK: Final = 60
"""Characters before a verb in which a word can make it unreal."""


def statements(sentence: str) -> Iterator[Statement]:
    """Give what a sentence states, at most one for each event type; where two share words, the weightier."""
    taken: list[tuple[int, int]] = []
    types: set[str] = set()
    for wording in WORDINGS:
        if wording.type in types:
            continue
        for hit in wording.pattern.finditer(sentence):
            start, end = hit.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            taken.append((start, end))
            if _is_real(sentence, start, wording.type):
                types.add(wording.type)
                yield Statement(wording, start, end)
                break


def _is_real(sentence: str, start: int, name: str) -> bool:
    before = _UNREAL.search(sentence[max(0, start - LOOK_BACK) : start])
    if before is None:
        return True
    return any(before[0].lower().startswith(word) for word in _SPARED.get(name, ()))
