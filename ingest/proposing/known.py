"""What is known of a dispute before an article is read: its parties and proceedings, and where their names stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from disputes.vocabulary import Role

CLAIMING: Final = frozenset(
    {
        Role.RIGHTS_HOLDER,
        Role.DATA_HOLDER,
        Role.LICENSOR,
        Role.PLAINTIFF,
        Role.CLASS_REPRESENTATIVE,
        Role.SENDER,
        Role.USER_GROUP,
    }
)
"""Roles of those whose data it is, and who sue."""
ANSWERING: Final = frozenset({Role.DATA_USER, Role.AI_DEVELOPER, Role.LICENSEE, Role.DEFENDANT, Role.RECIPIENT})
"""Roles of those who use it, and who are sued."""
BYSTANDING: Final = frozenset({Role.COUNSEL, Role.JUDGE, Role.AMICUS})
"""Roles of those who take part in no event for themselves."""

_FORM: Final = re.compile(
    r",? \(?(?:Inc|Corp|Corporation|Company|Co|Ltd|Limited|LLC|L\.?P|PLC|plc|GmbH|AG|SA|S\.A|B\.V|Group)\.?\)?$"
)
# A name this short is a word or another's initials in other letters.
_SHORT: Final = 2


@dataclass(frozen=True, slots=True)
class KnownParty:
    """A party, the names under which it may stand, and its roles in the dispute."""

    slug: str
    names: tuple[str, ...]
    roles: frozenset[str] = frozenset()

    @property
    def is_claiming(self) -> bool:
        """Whether it is of the side that claims, and of no other."""
        return bool(self.roles & CLAIMING) and not self.roles & ANSWERING

    @property
    def is_answering(self) -> bool:
        """Whether it is of the side that answers, and of no other."""
        return bool(self.roles & ANSWERING) and not self.roles & CLAIMING

    @property
    def takes_part(self) -> bool:
        """Whether it can be an actor or a target: counsel and judges are not."""
        return not self.roles or bool(self.roles - BYSTANDING)


@dataclass(frozen=True, slots=True)
class KnownProceeding:
    """A proceeding of the dispute, by its key within the record."""

    key: str
    court: str = ""
    docket_number: str = ""
    caption: str = ""
    filed: str = ""
    """The first day, as ISO text; "" where it is not known."""


@dataclass(frozen=True, slots=True)
class NamedParty:
    """A party where a sentence names it."""

    party: KnownParty
    start: int
    end: int


@dataclass(frozen=True)
class KnownDispute:
    """What is known of one dispute."""

    slug: str
    title: str
    parties: tuple[KnownParty, ...] = ()
    proceedings: tuple[KnownProceeding, ...] = ()

    def named_in(self, text: str) -> list[NamedParty]:
        """Find the parties that a text names, in its order, each at every place. Linear in the text."""
        if self._pattern is None:
            return []
        return [NamedParty(self._by_name[hit[0]], hit.start(), hit.end()) for hit in self._pattern.finditer(text)]

    def proceeding_of(self, text: str, day: str) -> str | None:
        """Give the key of the proceeding that an article speaks of: by docket number, else the only one, else by court.

        Else the one that was filed last before the day. None where the dispute has none.
        """
        known = self.proceedings
        numbered = [each for each in known if each.docket_number and each.docket_number in text]
        if numbered:
            return numbered[0].key
        if len(known) <= 1:
            return known[0].key if known else None
        there = [each for each in known if each.court and any(name in text for name in _short_names(each.court))]
        earlier = [each for each in there or known if each.filed and each.filed <= day]
        return max(earlier or there or known, key=lambda each: each.filed).key

    def proceeding_begun(self, text: str, first_day: str, last_day: str) -> str | None:
        """Give the key of the proceeding that a complaint of these days began: by docket number, else by its date.

        None where it began one that the dispute does not have.
        """
        for each in self.proceedings:
            if each.docket_number and each.docket_number in text:
                return each.key
        begun = [each for each in self.proceedings if first_day <= each.filed <= last_day]
        return begun[0].key if begun else None

    @cached_property
    def _by_name(self) -> dict[str, KnownParty]:
        found: dict[str, KnownParty] = {}
        for party in self.parties:
            if party.takes_part:
                for name in _wordings(party.names):
                    found.setdefault(name, party)
        return found

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        names = sorted(self._by_name, key=len, reverse=True)
        # As written: "Meta" is a company, "meta" a word.
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)") if names else None


def _wordings(names: Iterable[str]) -> set[str]:
    """Give names with and without the form of the company; what is shorter than two letters is left out."""
    found = set()
    for name in names:
        found |= {name, _FORM.sub("", name)}
    return {name for name in found if len(name) >= _SHORT or name == "X"}


def _short_names(court: str) -> Sequence[str]:
    """Give the words of a court's name that tell it from others: "Northern District of California", "Delaware"."""
    parts = [part.strip() for part in re.split(r"[,()]", court)]
    told = [part for part in parts if len(part) > len("Court") and "District Court" not in part]
    return [*told, *(word for word in re.findall(r"[A-Z][a-z]{4,}", court) if word not in _EVERY_COURT)]


_EVERY_COURT: Final = frozenset({"Court", "District", "Circuit", "United", "States", "Northern", "Southern", "Appeals"})
