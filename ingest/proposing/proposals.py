"""From an article to the events that it states."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from disputes.events import EVENT_TYPES
from disputes.events.court import CourtEvent
from disputes.occurred import Occurred, Precision
from disputes.vocabulary import Standing
from ingest.proposing.dates import StatedDate, at, stated_dates
from ingest.proposing.known import KnownDispute, KnownParty, NamedParty
from ingest.proposing.sentences import Place, Sentence, sentences
from ingest.proposing.statements import Statement, statements

MOST: Final = 3
"""Proposals for one article: a list of everything that ever happened is the dispute's own timeline."""
LEAD: Final = 3
"""Sentences of the text that are about what the title is about, so that they need not name a party again."""
_HEDGES: Final = ("alleged", "claims that", "accus")
_EXPLICIT, _IN_TITLE, _IN_LEAD = 4, 3, 2
"""What speaks for a proposal, where there are more than can be made."""

_BETWEEN_SIDES: Final = frozenset(
    {"complaint_filed", "threat_made", "letter_sent", "settlement_reported", "licence_announced", "scraping_alleged"}
)
# fmt: off
_GROUPS: Final = frozenset(
    {
        "artists", "authors", "coders", "companies", "consumers", "creators", "developers",
        "firms", "group", "labels", "lawyers", "musicians", "newspapers", "novelists",
        "organisations", "organizations", "outlets", "owners", "people", "photographers", "plaintiffs",
        "programmers", "publications", "publishers", "studios", "users", "writers",
    }
)
# fmt: on
_LAST_WORD: Final = re.compile(r"[\w'’]+(?=\W*$)")


@dataclass(frozen=True, slots=True)
class StatedEvent:
    """An event as an article states it, for a curator to confirm.

    `quote` is `title[start:end]` or `text[start:end]` of the article, by `place`. `data` is the payload of the event
    type; for an event before a court it may lack the proceeding where the dispute has none that it can be in.
    """

    type: str
    occurred: Occurred
    standing: Standing
    quote: str
    place: Place
    start: int
    end: int
    data: Mapping[str, Any] = field(default_factory=dict)
    is_dated_by_publication: bool = False
    """Whether the article gives no date, so that the month in which it appeared stands for it."""


def propose_events(title: str, text: str, published: date | None, dispute: KnownDispute) -> tuple[StatedEvent, ...]:
    """Give the events that an article states of a dispute, at most `MOST`, at most one of each type, the surest first.

    A statement is a verb of the vocabulary that is meant (not "could sue"), a party of the dispute in its sentence or,
    for what stands at the head, in the title, and a date: the one next to it, or for what stands at the head of an
    article whose day is known the month of that day. Linear in the length of the article.
    """
    named_in_title = dispute.named_in(title)
    found: dict[str, tuple[int, StatedEvent]] = {}
    for sentence in sentences(title, text):
        named = dispute.named_in(sentence.text)
        is_head = sentence.place is Place.TITLE or sentence.number < LEAD
        if not (named or (is_head and named_in_title)):
            continue
        dates = list(stated_dates(sentence.text, published))
        stated_here = list(statements(sentence.text))
        for statement in stated_here:
            stated = _date_of(statement, dates, stated_here, sentence.text)
            if stated is None and (dates or not is_head or statement.wording.needs_date or published is None):
                continue
            if not _is_of_dispute(statement, sentence, named or named_in_title, named_in_title):
                continue
            weight = (_EXPLICIT if stated else 0) + (
                _IN_TITLE if sentence.place is Place.TITLE else _IN_LEAD if is_head else 0
            )
            known = found.get(statement.wording.type)
            if known is not None and known[0] >= weight:
                continue
            event = _event(sentence, statement, stated, published, named or named_in_title, dispute, f"{title}\n{text}")
            if event is not None:
                found[event.type] = weight, event
    ranked = sorted(found.values(), key=lambda pair: -pair[0])
    return tuple(event for _weight, event in ranked[:MOST])


def _date_of(
    statement: Statement, dates: Sequence[StatedDate], others: Sequence[Statement], sentence: str
) -> StatedDate | None:
    """Give the date next to the verb, unless another verb is nearer to it or a semicolon stands between."""
    own = [
        each
        for each in dates
        if min(others, key=lambda other: _gap(other, each)) is statement
        and ";" not in sentence[min(each.end, statement.end) : max(each.start, statement.start)]
    ]
    return min(own, key=lambda each: _gap(statement, each), default=None)


def _gap(statement: Statement, stated: StatedDate) -> int:
    # English puts the date behind the verb as a rule; what stands before it may well be another's.
    return max(stated.start - statement.end, 2 * (statement.start - stated.end), 0)


def _is_of_dispute(
    statement: Statement, sentence: Sentence, named: Sequence[NamedParty], in_title: Sequence[NamedParty]
) -> bool:
    """Whether what is between two sides is between those of the dispute, as far as the words tell.

    One company is sued by many: somebody of the side that claims is named, or is a group ("authors"), or the verb has
    no subject of its own.
    """
    if statement.wording.type not in _BETWEEN_SIDES:
        return True
    if any(not each.party.is_answering for each in named):
        return True
    subject = _LAST_WORD.search(sentence.text[: statement.start])
    if subject is not None and not statement.wording.is_passive and statement.wording.type == "complaint_filed":
        word = subject[0]
        return word.islower() or word.lower() in _GROUPS
    return any(not each.party.is_answering for each in in_title) or statement.wording.is_passive


def _event(  # noqa: PLR0917 (private)
    sentence: Sentence,
    statement: Statement,
    stated: StatedDate | None,
    published: date | None,
    named: Sequence[NamedParty],
    dispute: KnownDispute,
    article: str,
) -> StatedEvent | None:
    wording = statement.wording
    occurred = stated.occurred if stated else at(published or date.min, Precision.MONTH)
    quote = sentence.text
    if not quote.isprintable():
        return None
    actors, targets = _sides(statement, named)
    declared = EVENT_TYPES[wording.type]
    data: dict[str, Any] = {"summary": quote, "actors": actors, "targets": targets, **dict(wording.data)}
    if issubclass(declared, CourtEvent):
        first_day, last_day = occurred.first_day.isoformat(), occurred.last_day.isoformat()
        begins = wording.type == "complaint_filed"
        key = (
            dispute.proceeding_begun(article, first_day, last_day)
            if begins
            else dispute.proceeding_of(article, last_day)
        )
        if key is not None:
            data["proceeding"] = key
        elif begins:
            # The first that is heard of it: a curator can give it its court and number later, by a correction.
            data |= {"proceeding": f"case-of-{occurred.date}", "caption": dispute.title}
    for name, parties in (("licensor", actors), ("licensee", targets), ("holder", actors)):
        if name in declared.model_fields and len(parties) == 1:
            data[name] = parties[0]
    hedged = any(word in sentence.text.lower() for word in _HEDGES) and wording.type == "scraping_alleged"
    return StatedEvent(
        type=wording.type,
        occurred=occurred,
        standing=Standing.ALLEGED if hedged else Standing.REPORTED,
        quote=quote,
        place=sentence.place,
        start=sentence.start,
        end=sentence.start + len(quote),
        data={name: value for name, value in data.items() if value not in ((), [])},
        is_dated_by_publication=stated is None,
    )


def _sides(statement: Statement, named: Sequence[NamedParty]) -> tuple[list[str], list[str]]:
    """Tell who acts from whom it is done to: by the order of the words, unless the roles say otherwise."""
    before = [each.party for each in named if each.start < statement.start]
    after = [each.party for each in named if each.start >= statement.start]
    if statement.wording.by_court:
        return _once(before + after), []
    actors, targets = (after, before) if statement.wording.is_passive else (before, after)
    if statement.wording.type in {"complaint_filed", "letter_sent", "threat_made"}:
        # "Twitter's lawyer", "the suit of X against Y", "authors sue": the sides are known, the words are many.
        turned = [party for party in actors if party.is_answering]
        actors = [party for party in actors if not party.is_answering]
        actors += [party for party in targets if party.is_claiming]
        targets = turned + [party for party in targets if not party.is_claiming]
    acting = _once(actors)
    return acting, [slug for slug in _once(targets) if slug not in acting]


def _once(parties: Sequence[KnownParty]) -> list[str]:
    return list(dict.fromkeys(party.slug for party in parties))
