"""Parties that may be one: their names differ in case, punctuation, accents or legal form alone."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from disputes.errors import NotFound, Unfit
from disputes.models import DistinctParties, Party

LARGEST_GROUP: Final = 20
"""Parties of one name of which pairs are made; more of them have a word in common rather than a name."""

# fmt: off
_LEGAL_FORMS: Final = frozenset({
    "ab", "ag", "as", "asa", "bv", "co", "company", "corp", "corporation", "cv", "eg", "ev", "gbr", "gmbh", "inc",
    "incorporated", "kg", "kgaa", "kk", "lda", "limited", "llc", "llp", "lp", "ltd", "ltda", "mbh", "nv", "oy",
    "oyj", "pbc", "plc", "pllc", "pte", "pty", "pvt", "sa", "sab", "sapi", "sarl", "sas", "se", "sl", "spa",
    "srl", "sro",
})
# fmt: on
_APOSTROPHES: Final = re.compile("['\u2019\u02bc`]")
# "L.L.C." and "S.p.A." are one word, not three.
_INITIALS: Final = re.compile(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?")
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Two parties with a name in common."""

    first: Party
    second: Party
    names: tuple[tuple[str, str], ...]
    """The names that say so: of the first, and of the second."""


def comparable_name(name: str) -> str:
    """Write a name so that spellings of one come out the same: "The Getty Images, Inc." is "getty images".

    Empty where nothing is left of it.
    """
    plain = name if name.isascii() else _without_accents(name)
    plain = _APOSTROPHES.sub("", plain.casefold()).replace("&", " and ")
    if "." in plain:
        plain = _INITIALS.sub(lambda found: found[0].replace(".", ""), plain)
    words = _WORD.findall(plain)
    # "GmbH & Co. KG" goes word by word.
    while len(words) > 1 and (words[-1] in _LEGAL_FORMS or words[-1] == "and"):
        words.pop()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    return " ".join(words)


def suspected_duplicates() -> list[Suspicion]:
    """Give the pairs of parties that may be one, by name.

    Not those that belong to one another, nor those that a curator said are two. Two queries; reads every name, some
    0.2 s for 10,000 parties.
    """
    rows = {
        party.slug: party
        for party in Party.objects.filter(merged_into="").only(
            "slug", "name", "aliases", "former_names", "parent", "version", "kind"
        )
    }
    by_name: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for party in rows.values():
        for name in _names(party):
            if key := comparable_name(name):
                by_name[key].setdefault(party.slug, name)
    found: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for holders in by_name.values():
        if 1 < len(holders) <= LARGEST_GROUP:
            for first, second in combinations(sorted(holders), 2):
                found[first, second].append((holders[first], holders[second]))
    if not found:
        return []
    apart = set(DistinctParties.objects.values_list("first", "second"))
    return sorted(
        (
            Suspicion(rows[first], rows[second], tuple(dict.fromkeys(names)))
            for (first, second), names in found.items()
            if (first, second) not in apart and not _is_related(first, second, rows)
        ),
        key=lambda suspicion: (suspicion.first.name.casefold(), suspicion.first.slug, suspicion.second.slug),
    )


def tell_apart(one: str, another: str, *, by: str) -> DistinctParties:
    """Suggest two parties no more. The same again changes nothing. Raises NotFound, and Unfit for one with itself."""
    first, second = sorted((one, another))
    if first == second:
        raise Unfit("a party is no duplicate of itself")
    known = set(Party.objects.filter(pk__in=(first, second)).values_list("pk", flat=True))
    if missing := {first, second} - known:
        raise NotFound(f"there is no party {min(missing)!r}")
    row, _created = DistinctParties.objects.get_or_create(first=first, second=second, defaults={"said_by": by})
    return row


def suggest_again(one: str, another: str) -> None:
    """Take back that two parties are two. What was never said changes nothing."""
    first, second = sorted((one, another))
    DistinctParties.objects.filter(first=first, second=second).delete()


def _names(party: Party) -> Iterable[str]:
    yield party.name
    yield from party.aliases
    for former in party.former_names:
        yield former["name"]


def _is_related(first: str, second: str, rows: Mapping[str, Party]) -> bool:
    """Whether one belongs to the other, however far up."""
    return _belongs(first, second, rows) or _belongs(second, first, rows)


def _belongs(child: str, owner: str, rows: Mapping[str, Party]) -> bool:
    met = {child}
    while (row := rows.get(child)) is not None and row.parent_id is not None and row.parent_id not in met:
        child = row.parent_id
        if child == owner:
            return True
        met.add(child)
    return False


def _without_accents(name: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
