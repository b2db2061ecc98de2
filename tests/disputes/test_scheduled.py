"""What came of hearings, trials and deadlines: which event answers which."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from disputes.recorded import read_present
from disputes.scheduled import is_scheduled, outcomes
from tests.disputes.streams import Stream


def answers(stream: Stream) -> dict[UUID, UUID]:
    return outcomes(read_present(stream.events))


def test_it_works() -> None:
    stream = Stream()
    stream.open()
    hearing = stream.happen("hearing_scheduled", "2026-05-19", proceeding="nd-cal")
    stream.happen("motion_filed", "2026-05-20", proceeding="nd-cal")
    assert answers(stream) == {}, "what a party files says nothing of the hearing"
    order = stream.happen("order_issued", "2026-06-02", proceeding="nd-cal")
    stream.happen("order_issued", "2026-07-01", proceeding="nd-cal")
    assert answers(stream) == {hearing.event_id: order.event_id}


@pytest.mark.parametrize(
    ("scheduled", "answer", "day", "data", "is_answered"),
    [
        ("hearing_scheduled", "hearing_held", "2026-05-19", {"proceeding": "nd-cal"}, True),
        ("hearing_scheduled", "hearing_held", "2026-05", {"proceeding": "nd-cal"}, True),
        ("hearing_scheduled", "hearing_held", "2026-05-18", {"proceeding": "nd-cal"}, False),
        ("hearing_scheduled", "order_issued", "2026-06-02", {"proceeding": "delaware"}, False),
        ("hearing_scheduled", "statement_made", "2026-06-02", {}, False),
        ("hearing_scheduled", "settlement_agreed", "2026-04-30", {}, False),
        ("hearing_scheduled", "case_stayed", "2026-04-30", {"proceeding": "nd-cal"}, True),
        ("trial_scheduled", "settlement_agreed", "2026-04-30", {}, True),
        ("trial_scheduled", "settlement_agreed", "2025-04-30", {}, False),
        ("hearing_scheduled", "hearing_scheduled", "2026-08-01", {"proceeding": "nd-cal"}, False),
        ("trial_scheduled", "trial_scheduled", "2027-01-11", {"proceeding": "nd-cal"}, True),
        ("trial_scheduled", "trial_scheduled", "2026-01-11", {"proceeding": "nd-cal"}, False),
        ("deadline_set", "statement_made", "2026-06-02", {}, True),
        ("deadline_set", "response_published", "2026-05-10", {}, True),
        ("deadline_set", "letter_sent", "2026-05-10", {}, False),
    ],
)
def test_what_can_answer_what(scheduled: str, answer: str, day: str, data: dict[str, str], is_answered: bool) -> None:
    of_court = {"proceeding": "nd-cal"} if scheduled != "deadline_set" else {}
    stream = Stream()
    stream.open()
    asked = stream.happen(scheduled, "2026-05-19", **of_court)
    stream.happen(answer, day, **data)
    assert (asked.event_id in answers(stream)) is is_answered


def test_what_was_retracted_answers_nothing_and_asks_nothing() -> None:
    stream = Stream()
    stream.open()
    hearing = stream.happen("hearing_scheduled", "2026-05-19", proceeding="nd-cal")
    held = stream.happen("hearing_held", "2026-05-19", proceeding="nd-cal")
    assert answers(stream) == {hearing.event_id: held.event_id}
    stream.add("event_retracted", {"event": str(held.event_id), "reason": "Another case"})
    assert answers(stream) == {}


def test_what_lies_ahead_when_it_is_recorded_is_scheduled_whatever_its_type() -> None:
    stream = Stream()
    stream.open()
    stream.happen("licence_expired", "2026-05-19")
    stream.happen("deadline_set", "2019-05-19")
    found = read_present(stream.events)
    recorded = datetime(2026, 5, 18, 23, 59, tzinfo=UTC)
    past = found[1]._replace(event=found[1].event._replace(recorded_at=recorded.replace(day=19, hour=0)))
    ahead = found[1]._replace(event=found[1].event._replace(recorded_at=recorded))
    assert [is_scheduled(each) for each in (found[0], past, ahead, found[2])] == [False, False, True, True]
