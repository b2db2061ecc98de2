"""Turn the profiles of disputes into patterns for one search, and know what a found pattern means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, IntFlag

from ingest.matching import docket_numbers
from ingest.matching.profiles import DisputeProfile, PartyNames, WatchTerm, WatchTermKind, wordings
from ingest.matching.rarity import Rarity
from ingest.matching.text import words


class Side(IntEnum):
    """On which side of a dispute a party stands; a bit each, so that sides can be united."""

    NONE = 0
    HOLDER = 1
    USER = 2


BOTH_SIDES = Side.HOLDER | Side.USER

SIDES: dict[str, Side] = {
    **dict.fromkeys(
        ("rights_holder", "data_holder", "licensor", "plaintiff", "class_representative", "sender"),
        Side.HOLDER,
    ),
    **dict.fromkeys(
        (
            "data_user",
            "ai_developer",
            "platform",
            "intermediary",
            "licensee",
            "defendant",
            "recipient",
            "user_group",
        ),
        Side.USER,
    ),
}
"""Roles by the side they take: who gives or guards data, and who takes or passes it on. Counsel, judges,
regulators, intervenors and amici take none."""

_PRINCIPAL_ROLES = frozenset({"plaintiff", "defendant"})

ORDINARY_WORDS = frozenset(
    {
        "apollo", "apple", "block", "cloud", "community", "developers", "doe", "does", "fortune", "fun",
        "gap", "guardian", "independent", "mail", "match", "meta", "mirror", "moderators", "mods",
        "nature", "oracle", "orange", "people", "perplexity", "post", "publishers", "record", "redmond",
        "researchers", "runway", "science", "shell", "stability", "standard", "star", "sun", "suno",
        "sync", "target", "telegraph", "time", "times", "universal", "users", "visa", "wired",
    }
)  # fmt: skip
"""Names that are everyday words, or everybody's: never evidence alone. Curators add to it for one dispute with a
watch term of the kind `ambiguous`."""


class Subject(IntFlag):
    """What disputes are about; words of it beside the parties tell a quarrel from other news of the same companies."""

    NONE = 0
    LITIGATION = 1
    ACCESS = 2
    LICENCE = 4
    CAPTION = 8
    """What stands between the names of a case: v."""


SUBJECTS: dict[str, Subject] = {
    word: subject
    for subject, listed in {
        Subject.LITIGATION: (
            "accuses accused alleged alleges appeal attorney case claim claims complaint copyright court courts "
            "damages defendant dismiss dismissed dismisses filed files infringement infringes infringing injunction "
            "judge judges jury lawsuit lawsuits lawyers legal litigation plaintiff plaintiffs ruled rules ruling "
            "settle settlement settles settled sue sued sues suing suit suits trial verdict "
            "demanda demandan tribunal klage klagt gericht urteil plainte procès"
        ),
        Subject.ACCESS: (
            "access api apis block blocked blocks cease charge charges charging data desist fee fees letter paid pay "
            "price prices pricing scraped scraper scrapers scrapes scraping terms"
        ),
        Subject.LICENCE: (
            "agreement agreements deal deals licence license licenses licensing partnership sign signed signs"
        ),
    }.items()
    for word in listed.split()
} | dict.fromkeys(("v", "vs", "versus"), Subject.LITIGATION | Subject.CAPTION)
"""Words by what they are about, folded."""


def subjects_of(found: Sequence[str]) -> Subject:
    """Say from the folded words of a title and a description what a dispute is about."""
    subjects = Subject.NONE
    for word in found:
        subjects |= SUBJECTS.get(word, Subject.NONE)
    return subjects


_LEGAL_FORM = re.compile(
    r"(?:\s*\([^()]*\))?"
    r"(?:,?\s+(?:inc|incorporated|corp|corporation|co|company|ltd|limited|llc|lp|llp|plc|pbc|gmbh|ag|sa|se|ab)\.?)"
    r"(?:\s+and\s+affiliates)?\s*$",
    re.IGNORECASE,
)

_INITIALS = re.compile(r"[^\W\d_]\.\s?[^\W\d_]\.?")


class ItemKind(IntEnum):
    """What a pattern stands for in a profile."""

    PARTY = 0
    ANY = 1
    ALL = 2
    REQUIRED = 3
    FORBIDDEN = 4
    DOCKET_NUMBER = 5


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look for on behalf of one dispute."""

    kind: ItemKind
    group: int
    """Which party, watch term or docket number of the profile this belongs to."""

    member: int = 0
    """Which of the phrases of an `all` term this is."""

    side: Side = Side.NONE
    weight: float = 0.0
    ambiguous: bool = False
    principal: bool = False
    """Whether this names a party whose quarrel it is, and not only somebody who speaks for one."""

    rarity: float = 0.0
    """How rare a name is, from 0 to 1."""

    office: str | None = None
    """The office of a docket number that was searched for without it: none other may stand before it."""

    members: int = 1
    """How many phrases an `all` term has."""


def strip_legal_form(name: str) -> str:
    """Return a company's name without `, Inc.`, `GmbH` and their like, as the press writes it."""
    return _LEGAL_FORM.sub("", name).strip() or name


def names(party: PartyNames) -> Iterator[str]:
    """Yield every name of a party, and each without its legal form."""
    for name in (party.name, *party.aliases, *party.former_names):
        yield name
        stripped = strip_legal_form(name)
        if stripped != name:
            yield stripped


def is_ambiguous(name: Sequence[str]) -> bool:
    """Say whether a folded name counts in company only.

    That is the case for everyday words and for single words of fewer than three letters (X, AP). The rule looks
    at the name alone, never at upper and lower case in the article: headlines are set in either.
    """
    return len(name) == 1 and (name[0] in ORDINARY_WORDS or (len(name[0]) < 3 and name[0].isascii()))


def principals(profile: DisputeProfile) -> frozenset[int]:
    """Return the numbers of the parties whose quarrel it is.

    These are the plaintiffs and defendants, whoever the title names, and the first party of each side.
    """
    title = f" {' '.join(words(profile.title))} "
    first: dict[Side, int] = {}
    found = set()
    for number, party in enumerate(profile.parties):
        if party.role in _PRINCIPAL_ROLES or any(_pattern(words(name)) in title for name in names(party)):
            found.add(number)
        first.setdefault(SIDES.get(party.role, Side.NONE), number)
    return frozenset(found | set(first.values()))


def patterns(profile: DisputeProfile, rarity: Rarity) -> Iterator[tuple[str, Item]]:
    """Yield what to search for on behalf of a profile: a substring of a folded haystack, and its meaning.

    A name without a letter or digit cannot be found, one of two initials (A.T., P.M.) is found everywhere: both
    are passed over.
    """
    marked = {
        tuple(words(wording))
        for term in profile.watch_terms
        if term.kind is WatchTermKind.AMBIGUOUS
        for phrase in term.phrases
        for wording in wordings(phrase)
    }
    principal = principals(profile)
    seen: set[tuple[str, int]] = set()
    for number, party in enumerate(profile.parties):
        side = SIDES.get(party.role, Side.NONE)
        for name in names(party):
            folded = tuple(words(name))
            pattern = _pattern(folded)
            if not any(word.isalnum() for word in folded) or _INITIALS.fullmatch(name.strip()):
                continue
            if (pattern, number) in seen:
                continue
            seen.add((pattern, number))
            ambiguous = folded in marked or is_ambiguous(folded)
            yield (
                pattern,
                Item(
                    ItemKind.PARTY,
                    number,
                    side=side,
                    ambiguous=ambiguous,
                    principal=number in principal,
                    rarity=rarity.of_name(folded),
                ),
            )
    for number, term in enumerate(profile.watch_terms):
        yield from _term_patterns(number, term)
    for number, docket_number in enumerate(profile.docket_numbers):
        office = docket_numbers.office(docket_number)
        item = Item(ItemKind.DOCKET_NUMBER, number, office=office)
        for spelling in docket_numbers.spellings(docket_number):
            yield f" {spelling} ", item
            # Of a sentence that names the cases of two offices only the first would be seen.
            if office is not None and spelling.startswith(docket_numbers.beginning(docket_number)):
                yield f" {office} {spelling} ", Item(ItemKind.DOCKET_NUMBER, number)


def _term_patterns(number: int, term: WatchTerm) -> Iterator[tuple[str, Item]]:
    if term.kind is WatchTermKind.AMBIGUOUS:
        return
    kind = ItemKind[term.kind.name]
    for member, phrase in enumerate(term.phrases):
        item = Item(
            kind,
            number,
            member=member if kind is ItemKind.ALL else 0,
            weight=term.effective_weight,
            members=len(term.phrases) if kind is ItemKind.ALL else 1,
        )
        for wording in wordings(phrase):
            if wording.endswith("*"):
                yield _pattern(words(wording[:-1])).removesuffix(" "), item
            else:
                yield _pattern(words(wording)), item


def _pattern(folded: Iterable[str]) -> str:
    return f" {' '.join(folded)} "
