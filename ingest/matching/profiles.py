"""What the matcher knows about a dispute: its parties' names and the terms that curators watch for.

Plain, frozen data. It is fed from the read models, from a seed file or from a test, and never reaches back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ingest.matching.text import words

SMALLEST_PHRASE = 2
"""Letters or digits that a watched phrase must have: fewer stand in every article."""

SMALLEST_PREFIX = 3
"""Letters or digits before the `*` of a prefix: `su*` would find sum, sunny and such."""

HEAVIEST_TERM = 5.0
"""The largest weight a curator may give a term."""

WATCH_TERM_KEYS = frozenset({"kind", "phrases", "weight", "note"})


class WatchTermError(ValueError):
    """A watch term cannot be used; the message says which one, why, and what to write instead."""


class WatchTermKind(StrEnum):
    """What a watch term does with its phrases."""

    ANY = "any"
    """Evidence for the dispute: one idea in several wordings, of which one is enough and more count once."""

    ALL = "all"
    """Evidence for the dispute when all of its phrases stand in one sentence."""

    REQUIRED = "required"
    """Without one of its phrases anywhere in the article there is no match."""

    FORBIDDEN = "forbidden"
    """With one of its phrases anywhere in the article there is no match."""

    AMBIGUOUS = "ambiguous"
    """Names of parties that are also ordinary words or other companies' names: they count in company only."""


DEFAULT_WEIGHTS: Mapping[WatchTermKind, float] = {
    WatchTermKind.ANY: 1.0,
    WatchTermKind.ALL: 2.0,
    WatchTermKind.REQUIRED: 0.0,
    WatchTermKind.FORBIDDEN: 0.0,
    WatchTermKind.AMBIGUOUS: 0.0,
}


@dataclass(frozen=True, slots=True)
class WatchTerm:
    """One term that a curator watches for; as JSON `{"kind", "phrases", "weight"?, "note"?}`.

    A phrase is one or more words. Case, punctuation, hyphens, apostrophes and the width of spaces do not
    matter. A final `*` stands for any ending of the word (`scrap*`), a `|` separates wordings of which one is
    enough (`sue|sues|legal action`). Nothing else is special, so a phrase is never a regular expression.

    The weight says how much `any` and `all` tell: 1 supports, 2 suggests strongly, 4 names the dispute by
    itself. The other kinds decide and take no weight.

    Raises WatchTermError when a phrase could not be found, or would be found everywhere.
    """

    kind: WatchTermKind
    phrases: tuple[str, ...]
    weight: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if not self.phrases:
            raise WatchTermError(f"A watch term of the kind '{self.kind}' has no phrases: give at least one.")
        for phrase in self.phrases:
            for wording in wordings(phrase):
                _check_wording(wording, phrase, self.kind)
        if self.weight is None:
            return
        if self.kind not in {WatchTermKind.ANY, WatchTermKind.ALL}:
            raise WatchTermError(
                f"A watch term of the kind '{self.kind}' decides and takes no weight: leave 'weight' out."
            )
        if not 0 < self.weight <= HEAVIEST_TERM:
            raise WatchTermError(
                f"The weight {self.weight!r} of the watch term {self.phrases[0]!r} is not above 0 "
                f"and at most {HEAVIEST_TERM:g}."
            )

    @property
    def effective_weight(self) -> float:
        """The weight given by the curator, or the default of the kind."""
        return DEFAULT_WEIGHTS[self.kind] if self.weight is None else self.weight

    @classmethod
    def from_json(cls, value: object) -> WatchTerm:
        """Read one watch term from its JSON object; raise WatchTermError that names what is wrong."""
        if not isinstance(value, Mapping):
            raise WatchTermError(f"A watch term is an object with 'kind' and 'phrases', not {value!r}.")
        unknown = sorted(str(key) for key in value if key not in WATCH_TERM_KEYS)
        if unknown:
            raise WatchTermError(f"A watch term has no '{unknown[0]}': use {', '.join(sorted(WATCH_TERM_KEYS))}.")
        try:
            kind = WatchTermKind(str(value.get("kind")))
        except ValueError:
            kinds = ", ".join(WatchTermKind)
            raise WatchTermError(f"{value.get('kind')!r} is not a kind of watch term: use one of {kinds}.") from None
        phrases = value.get("phrases")
        if not isinstance(phrases, Sequence) or isinstance(phrases, str | bytes):
            raise WatchTermError(f"The 'phrases' of a watch term are a list of strings, not {phrases!r}.")
        for phrase in phrases:
            if not isinstance(phrase, str):
                raise WatchTermError(f"The phrase {phrase!r} of a watch term is not a string: put it in quotes.")
        weight = value.get("weight")
        if weight is not None and (isinstance(weight, bool) or not isinstance(weight, int | float)):
            raise WatchTermError(f"The weight of the watch term {phrases!r} is a number, not {weight!r}.")
        note = value.get("note") or ""
        if not isinstance(note, str):
            raise WatchTermError(f"The note of the watch term {phrases!r} is a string, not {note!r}.")
        return cls(kind, tuple(phrases), None if weight is None else float(weight), note)

    def as_json(self) -> dict[str, object]:
        """Return the JSON object that `from_json` reads back as an equal term."""
        value: dict[str, object] = {"kind": self.kind.value, "phrases": list(self.phrases)}
        if self.weight is not None:
            value["weight"] = self.weight
        if self.note:
            value["note"] = self.note
        return value


def watch_terms_from_json(values: object) -> tuple[WatchTerm, ...]:
    """Read the list of watch terms that `watch_terms_changed` carries; raise WatchTermError with its place."""
    if not isinstance(values, Sequence) or isinstance(values, str | bytes):
        raise WatchTermError(f"Watch terms are a list of objects, not {values!r}.")
    terms = []
    for number, value in enumerate(values, start=1):
        try:
            terms.append(WatchTerm.from_json(value))
        except WatchTermError as error:
            raise WatchTermError(f"Watch term {number}: {error}") from error
    return tuple(terms)


def wordings(phrase: str) -> tuple[str, ...]:
    """Return the alternatives of a phrase, of which one is enough."""
    return tuple(part.strip() for part in phrase.split("|"))


def _check_wording(wording: str, phrase: str, kind: WatchTermKind) -> None:
    letters = sum(len(word) for word in words(wording.replace("*", " ")) if word.isalnum())
    if not letters:
        raise WatchTermError(
            f"The watched phrase {phrase!r} has a wording without a letter or digit: "
            "write the words that the article would use."
        )
    starred = wording.endswith("*")
    if "*" in wording[:-1] or (starred and not wording[:-1][-1:].isalnum()):
        raise WatchTermError(
            f"The watched phrase {phrase!r} has a '*' that does not end its last word: write it like 'scrap*'."
        )
    if starred and len(words(wording[:-1])[-1]) < SMALLEST_PREFIX:
        raise WatchTermError(
            f"The watched phrase {phrase!r} has fewer than {SMALLEST_PREFIX} letters before its '*' "
            "and would be found everywhere: spell the words out."
        )
    # A name that is ambiguous may well be one letter: that is what the mark is for.
    if letters < SMALLEST_PHRASE and kind is not WatchTermKind.AMBIGUOUS:
        raise WatchTermError(
            f"The watched phrase {phrase!r} is a single letter or digit and would be found everywhere: "
            "write a longer phrase."
        )


@dataclass(frozen=True, slots=True)
class PartyNames:
    """The names under which a party of a dispute may stand in an article."""

    slug: str
    name: str
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    role: str = ""
    """The role in this dispute, a term of `disputes.vocabulary`; it decides the side (see `sides`)."""


@dataclass(frozen=True, slots=True)
class DisputeProfile:
    """All that the matcher knows about one dispute."""

    slug: str
    title: str
    summary: str = ""
    """What it is about, in a few sentences."""

    history: tuple[str, ...] = ()
    """What has happened so far, a sentence or two for each occurrence."""

    parties: tuple[PartyNames, ...] = ()
    watch_terms: tuple[WatchTerm, ...] = ()
    docket_numbers: tuple[str, ...] = ()
    window: tuple[date, date | None] | None = None
    """The first day of the dispute, and its last occurrence where it is over; None where nothing is known."""
