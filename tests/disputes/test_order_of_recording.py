"""In whatever order the same occurrences are recorded, and whatever was said first, the present state is the same."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from disputes.dispute import DisputeState, fold
from disputes.occurred import bounds
from disputes.recorded import RecordedEvent
from tests.disputes.streams import Stream

PROCEEDINGS, CLAIMS = ("court-1", "court-2"), ("privacy", "dmca_1202", "breach_of_contract")
MONEY = {"low": "0.24", "currency": "USD", "basis": "reported"}
IN_COURT: dict[str, dict[str, Any]] = {
    "complaint_filed": {"court": "A Court", "judge": "A Judge"},
    "case_transferred": {"court": "B Court", "docket_number": "3:23-cv-03199"},
    "judge_assigned": {"judge": "B Judge"},
    "case_stayed": {},
    "hearing_scheduled": {},
    "claim_dismissed": {"outcome": "dismissed_without_prejudice"},
    "claim_decided": {"results": [{"claim": "privacy", "outcome": "upheld"}]},
    "judgment_entered": {},
    "appeal_filed": {"court": "C Court"},
    "dismissed_voluntarily": {},
}
OUT_OF_COURT: dict[str, dict[str, Any]] = {
    "threat_made": {},
    "statement_made": {},
    "licence_signed": {"licensor": "holder", "licensee": "user"},
    "licence_expired": {},
    "api_price_announced": {"amounts": [MONEY], "tiers": [{"name": "Basic", "price": MONEY}]},
    "price_disclosed": {"holder": "holder", "amounts": [MONEY, MONEY]},
    "settlement_agreed": {},
    "settlement_paid": {},
}


class Said(NamedTuple):
    """What is said of one occurrence."""

    type: str
    occurred: Mapping[str, str]
    standing: str
    data: Mapping[str, Any]
    evidence: Sequence[Mapping[str, Any]]


class Recorded(NamedTuple):
    """One occurrence: what was said of it from first to last, and whether it counts in the end."""

    said: Sequence[Said]
    counts: bool


def span(occurred: Mapping[str, str]) -> tuple[date, date]:
    first, last = bounds(occurred["date"], occurred["precision"])
    return first, bounds(occurred["end"], occurred["precision"])[1] if "end" in occurred else last


@st.composite
def dates(draw: st.DrawFn) -> dict[str, str]:
    day = draw(st.dates(date(2021, 1, 1), date(2024, 12, 31)))
    precision, length = draw(st.sampled_from([("day", 10), ("day", 10), ("month", 7), ("year", 4)]))
    occurred = {"date": str(day)[:length], "precision": precision}
    end = str(day + timedelta(draw(st.integers(1, 500))))[:length]
    if draw(st.booleans()) and end > occurred["date"]:
        occurred["end"] = end
    return occurred


@st.composite
def sayings(draw: st.DrawFn, occurred: Mapping[str, str]) -> Said:
    name = draw(st.sampled_from([*IN_COURT, *OUT_OF_COURT]))
    data = {"summary": f"{name} in {occurred['date']}", **(IN_COURT | OUT_OF_COURT)[name]}
    if name in IN_COURT:
        data["proceeding"] = draw(st.sampled_from(PROCEEDINGS))
        data["claims"] = draw(st.lists(st.sampled_from(CLAIMS), unique=True))
    if name == "claim_dismissed":
        data["whole_case"] = draw(st.booleans())
    articles = draw(st.lists(st.integers(1, 4), unique=True, max_size=2))
    evidence = [{"article": {"id": str(UUID(int=n)), "url": f"https://press.example/{n}"}} for n in articles]
    return Said(name, occurred, draw(st.sampled_from(["alleged", "confirmed"])), data, evidence)


@st.composite
def occurrences(draw: st.DrawFn) -> list[Recorded]:
    """Give occurrences of which no two have the same days; those are told by the order of recording, see below."""
    found = []
    for occurred in draw(st.lists(dates(), min_size=1, max_size=8, unique_by=span)):
        said = [draw(sayings(draw(dates()))) for _turn in range(draw(st.integers(0, 2)))]
        found.append(Recorded([*said, draw(sayings(occurred))], draw(st.sampled_from([True, True, True, False]))))
    return found


def record(stream: Stream, occurrence: Recorded, chance: random.Random) -> list[RecordedEvent]:
    """Record what was said first, and then amend it, with detours, until it says what it says in the end."""
    before = len(stream.events)
    first, *more = occurrence.said
    event = stream.add(first.type, first.data, standing=first.standing, evidence=first.evidence)
    event = stream.events[-1] = event._replace(occurred=first.occurred)
    last = event
    for said in more:
        # A correction names the event, or the correction before, which comes to the same.
        last = stream.correct(chance.choice([event, last]), said._asdict())
        if chance.random() < 0.3:
            stream.retract(stream.retract(last))
    if not occurrence.counts:
        stream.retract(event)
    elif chance.random() < 0.3:
        stream.retract(stream.retract(event))
    return stream.events[before:]


def in_order(
    opening: RecordedEvent, groups: Sequence[Sequence[RecordedEvent]], chance: random.Random
) -> list[RecordedEvent]:
    """Record groups of events in some order, each group in its own order."""
    queues = [list(group) for group in groups if group]
    events = [opening]
    while queues:
        queue = chance.choice(queues)
        events.append(queue.pop(0))
        if not queue:
            queues.remove(queue)
    return [
        event._replace(position=place, version=place, recorded_at=opening.recorded_at + timedelta(minutes=place))
        for place, event in enumerate(events, start=1)
    ]


def told(state: DisputeState) -> dict[str, Any]:
    return {
        "occurrences": [(r.event.event_id, r.type, r.occurred, r.standing, r.data) for r in state.occurrences],
        "scheduled": [(r.event.event_id, r.type) for r in state.scheduled],
        "status": state.status,
        "history": state.status_history,
        "proceedings": list(state.proceedings.values()),
        "prices": state.prices,
        "licences": state.licences,
        "evidence": (state.evidence_count, set(state.evidence)),
    }


@settings(max_examples=100, deadline=None)
@given(occurrences(), st.randoms(use_true_random=False), st.dates(date(2021, 1, 1), date(2026, 12, 31)))
def test_any_order_of_recording_gives_the_same_state(found: list[Recorded], chance: random.Random, day: date) -> None:
    stream = Stream()
    opening = stream.open()
    groups = [record(stream, occurrence, chance) for occurrence in found]
    # As if each had been said right at once, and what does not count never.
    at_once = [
        [group[0]._replace(**occurrence.said[-1]._asdict())] if occurrence.counts else []
        for group, occurrence in zip(groups, found, strict=True)
    ]
    orders = [in_order(opening, recorded, chance) for recorded in (groups, groups, at_once, at_once)]
    for on_date in (day, date.max):
        first, *others = [told(fold("a", events, on_date=on_date)) for events in orders]
        for other in others:
            assert other == first


def test_of_two_on_the_same_day_the_one_recorded_later_has_the_last_word() -> None:
    """Nothing else says which came first."""
    for first, last in (("case_stayed", "judgment_entered"), ("judgment_entered", "case_stayed")):
        stream = Stream()
        stream.open()
        stream.happen(first, "2023-04-19", proceeding="court-1")
        stream.happen(last, "2023-04-19", proceeding="court-1")
        state = fold("a", stream.events, on_date=date.max)
        assert [reading.type for reading in state.occurrences] == [first, last]
