"""The derived status: which occurrence leads where, and what the calendar does."""

from datetime import date

import pytest

from disputes.dispute import fold
from disputes.vocabulary import Status
from tests.disputes.streams import Stream


def status(stream: Stream, day: str) -> Status:
    return fold("a", stream.events, on_date=date.fromisoformat(day)).status


def test_it_works() -> None:
    stream = Stream()
    stream.open()
    stream.happen("threat_made", "2023-04-19")
    assert status(stream, "2023-04-18") is Status.WATCHING
    assert status(stream, "2023-04-19") is Status.THREATENED


def test_twelve_quiet_months_make_it_dormant_and_a_word_wakes_it() -> None:
    stream = Stream()
    stream.open()
    stream.happen("letter_sent", "2023-05-18")
    stream.happen("statement_made", "2025-05-19")
    assert status(stream, "2024-05-18") is Status.THREATENED
    assert status(stream, "2024-05-19") is Status.DORMANT
    assert status(stream, "2025-05-19") is Status.THREATENED
    assert status(stream, "2026-05-20") is Status.DORMANT


def test_what_is_scheduled_keeps_it_awake() -> None:
    stream = Stream()
    stream.open()
    stream.happen("complaint_filed", "2023-02-03", proceeding="delaware")
    stream.happen("trial_scheduled", "2025-06-09", proceeding="delaware")
    assert status(stream, "2025-01-01") is Status.PLEADINGS


def test_the_furthest_open_proceeding_names_the_status() -> None:
    stream = Stream()
    stream.open()
    stream.happen("complaint_filed", "2023-01-16", proceeding="london")
    stream.happen("complaint_filed", "2023-02-03", proceeding="delaware")
    stream.happen("trial_held", "2023-06-09", proceeding="london")
    assert status(stream, "2023-06-09") is Status.TRIAL
    stream.happen("judgment_entered", "2023-11-04", proceeding="london")
    assert status(stream, "2023-11-04") is Status.PLEADINGS, "London is decided, Delaware goes on"
    stream.happen("dismissed_voluntarily", "2023-12-01", proceeding="delaware")
    assert status(stream, "2023-12-01") is Status.WITHDRAWN
    assert status(stream, "2030-01-01") is Status.WITHDRAWN, "what has ended does not fall asleep"


@pytest.mark.parametrize(("whole", "expected"), [(True, Status.DISMISSED), (False, Status.PLEADINGS)])
def test_only_the_dismissal_of_the_whole_case_ends_it(whole: bool, expected: Status) -> None:
    stream = Stream()
    stream.open()
    stream.happen("complaint_filed", "2023-09-05", proceeding="nd-cal", claims=["privacy"])
    stream.happen("claim_dismissed", "2024-05-24", proceeding="nd-cal", claims=["privacy"], whole_case=whole)
    assert status(stream, "2024-05-24") is expected


def test_a_date_known_to_the_year_counts_after_the_days_in_it() -> None:
    """An appeal "in 2024" against a dismissal of March 2024 is the later of the two."""
    stream = Stream()
    stream.open()
    stream.happen("complaint_filed", "2023-07-31", proceeding="nd-cal")
    stream.happen("appeal_filed", "2024", proceeding="nd-cal")
    stream.happen("claim_dismissed", "2024-03-25", proceeding="nd-cal", whole_case=True)
    assert status(stream, "2024-12-31") is Status.ON_APPEAL


def test_the_history_says_of_every_day_what_the_fold_says() -> None:
    stream = Stream()
    stream.open()
    stream.happen("threat_made", "2022-12")
    stream.happen("complaint_filed", "2023-02-03", proceeding="delaware")
    stream.happen("settlement_agreed", "2025")
    stream.happen("settlement_paid", "2026-03", proceeding="delaware")
    history = fold("a", stream.events, on_date=date.max).status_history
    assert [period.until for period in history[:-1]] == [period.since for period in history[1:]]
    for period in history:
        assert fold("a", stream.events, on_date=period.since).status is period.status


def test_a_day_at_the_end_of_the_calendar_is_one_as_well() -> None:
    """No twelve months lie behind it."""
    for occurred in ("0001-01-01", "9998-12-30", "9998-12-31", "9998", "9999-12-31", "9999"):
        stream = Stream()
        stream.open()
        stream.happen("threat_made", occurred)
        assert fold("a", stream.events, on_date=date.max).status in {Status.THREATENED, Status.DORMANT}, occurred
