"""The page of a dispute compared with itself at another moment: what differs, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import reverse

from disputes.admin.dates import show_date
from disputes.admin.dispute_tables import headings
from disputes.admin.ever_said import say_words
from disputes.admin.labels import term_label, words
from disputes.admin.times import Times
from disputes.admin.values import Change, Names, changes
from disputes.amendments import Words
from disputes.differences import Differences, differences
from disputes.dispute import DisputeState, EvidenceItem, Participation
from disputes.models import Article
from disputes.recorded import Reading
from disputes.summaries import summarise
from disputes.vocabulary import Claim, ClaimOutcome, DataType, Kind, Role

EntryLink = Callable[[UUID], str]


class Line(NamedTuple):
    """One thing that differs."""

    text: str
    link: str = ""
    detail: str = ""
    changes: Sequence[Change] = ()


class Group(NamedTuple):
    """Things that differ in one way."""

    title: str
    sign: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between the page and the moment that it is compared with."""

    before: str
    after: str
    """The two moments in words."""
    changed: Sequence[Change]
    """Status, claims and other fields that have one value before and another after."""
    groups: Sequence[Group]
    marks: Mapping[UUID, str]
    """What became of occurrences, for the drawing and the entries."""
    gone: Sequence[Reading]
    """Occurrences that only the earlier moment tells."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not self.changed and not self.groups


def compare(
    before: DisputeState,
    after: DisputeState,
    times: tuple[Times, Times],
    *,
    names: Names,
    articles: Mapping[UUID, Article],
    link: EntryLink,
) -> Comparison:
    """Compare two states of a dispute. No query."""
    found = differences(before, after)
    groups = [
        Group("Added", "+", [_occurrence(each, link) for each in found.added]),
        Group("Happened", "+", [_occurrence(each, link) for each in found.happened]),
        Group("Lies ahead again", "−", [_occurrence(each, link) for each in found.lay_ahead]),
        Group("Corrected", "±", [_corrected(old, new, names, link) for old, new in found.corrected]),
        Group("Retracted, or not told any more", "−", [_gone(each, found) for each in found.gone]),
        Group("Evidence attached", "+", _articles(found.attached, articles)),
        Group("Evidence taken off", "−", _articles(found.detached, articles)),
        Group("Parties added", "+", [Line(_party(part, names)) for part in found.joined]),
        Group("Parties removed", "−", [Line(_party(part, names)) for part in found.left]),
        Group("Conflicts noted", "+", [Line(text) for text in found.conflicts_noted]),
        Group("Conflicts taken back", "−", [Line(text) for text in found.conflicts_gone]),
        Group("Related", "+", [Line(slug) for slug in found.related]),
        Group("No longer related", "−", [Line(slug) for slug in found.unrelated]),
    ]
    return Comparison(
        before=times[0].words,
        after=times[1].words,
        changed=[*_changes(found, before, after)],
        groups=[group for group in groups if group.lines],
        marks=found.marks,
        gone=found.gone,
    )


def _changes(found: Differences, before: DisputeState, after: DisputeState) -> Iterable[Change]:
    if found.status:
        yield Change("Status", found.status.before.label, found.status.after.label)
    cases = headings(before, after)
    for case in found.proceedings:
        yield Change(
            cases[case.key],
            case.before.label if case.before else "no such case",
            case.after.label if case.after else "no such case",
        )
    for claim in found.claims:
        yield Change(
            f"{term_label(Claim, claim.claim)} in {cases[claim.proceeding]}",
            term_label(ClaimOutcome, claim.before) if claim.before else "not pleaded",
            term_label(ClaimOutcome, claim.after) if claim.after else "not pleaded",
        )
    for name, changed in found.described.items():
        yield Change(words(name), _value(name, changed.before), _value(name, changed.after))


def _value(name: str, value: Any) -> str:
    if name == "is_closed":
        return "yes" if value else "no"
    if name == "kind":
        return term_label(Kind, value) or "nothing"
    if name == "data_types":
        return ", ".join(term_label(DataType, each) for each in value) or "nothing"
    if name == "watch_rules":
        return "; ".join(", ".join(rule["phrases"]) for rule in value) or "none"
    if name == "watch_window":
        return ", ".join(f"{end} {show_date(when)}" for end, when in value.items()) or "always"
    return str(value or "nothing") if isinstance(value, str) or not value else ", ".join(value)


def _occurrence(reading: Reading, link: EntryLink) -> Line:
    return Line(
        f"{show_date(reading.occurred)}: {reading.declaration.label}", link(reading.event.event_id), summarise(reading)
    )


def _corrected(old: Reading, new: Reading, names: Names, link: EntryLink) -> Line:
    return Line(
        f"{show_date(new.occurred)}: {new.declaration.label}",
        link(new.event.event_id),
        changes=changes(say_words(Words.of(old), names), say_words(Words.of(new), names)),
    )


def _gone(reading: Reading, found: Differences) -> Line:
    retraction = found.retracted.get(reading.event.event_id)
    why = f" Retracted by {retraction.event.recorded_by}: {retraction.data['reason']}" if retraction else ""
    return Line(f"{show_date(reading.occurred)}: {reading.declaration.label}", detail=f"{summarise(reading)}{why}")


def _articles(items: Iterable[EvidenceItem], articles: Mapping[UUID, Article]) -> list[Line]:
    lines = {}
    for item in items:
        known = articles.get(item.article)
        address = reverse("admin:disputes_article_change", args=[item.article])
        lines[item.article] = Line(known.title, address, item.url) if known and known.title else Line(item.url, address)
    return list(lines.values())


def _party(part: Participation, names: Names) -> str:
    return f"{names.get(part.party, part.party)} as {term_label(Role, part.role).lower()}"
