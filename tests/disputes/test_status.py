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


def proceedings(stream: Stream, day: str) -> dict[str, Status]:
    state = fold("a", stream.events, on_date=date.fromisoformat(day))
    return {key: proceeding.status for key, proceeding in state.proceedings.items()}


def test_what_is_pending_in_court_does_not_fall_asleep() -> None:
    """No report for years says nothing of a case; a letter that nobody answered is another matter."""
    stream = Stream()
    stream.open()
    stream.happen("letter_sent", "2022-01-01")
    stream.happen("complaint_filed", "2023-09-01", proceeding="nd-cal")
    assert status(stream, "2023-08-31") is Status.DORMANT
    assert status(stream, "2030-01-01") is Status.PLEADINGS
    stream.happen("claim_dismissed", "2031-01-01", proceeding="nd-cal", whole_case=True)
    assert status(stream, "2033-01-01") is Status.DISMISSED


def test_a_licence_in_force_keeps_a_dispute_awake_until_it_ends() -> None:
    stream = Stream()
    stream.open()
    stream.happen("licence_signed", "2023-07-13", licensor="ap", licensee="openai")
    stream.happen("licence_signed", "2023-12-13", licensor="axel-springer", licensee="openai")
    stream.happen("negotiation_reported", "2024-01-01")
    assert status(stream, "2026-01-01") is Status.NEGOTIATING
    stream.happen("licence_expired", "2025-07-13", licensor="ap", licensee="openai")
    assert status(stream, "2027-01-01") is Status.WATCHING, "Axel Springer's goes on"
    stream.happen("licence_terminated", "2025-12-13", licensor="axel-springer", licensee="openai")
    assert status(stream, "2027-01-01") is Status.DORMANT


def test_a_transferred_case_goes_on_where_it_went() -> None:
    stream = Stream()
    stream.open()
    stream.happen("complaint_filed", "2023-10-18", proceeding="tennessee")
    stream.happen("discovery_ordered", "2024-01-01", proceeding="tennessee")
    stream.happen("case_transferred", "2024-06", proceeding="nd-cal", from_proceeding="tennessee")
    assert proceedings(stream, "2024-07-01") == {"tennessee": Status.TRANSFERRED, "nd-cal": Status.DISCOVERY}
    stream.happen("dismissed_voluntarily", "2024-09-01", proceeding="nd-cal")
    assert status(stream, "2024-09-01") is Status.WITHDRAWN


def test_a_removed_case_comes_back() -> None:
    stream = Stream()
    stream.open()
    stream.happen("complaint_filed", "2025-06-04", proceeding="superior")
    stream.happen("case_transferred", "2025-07", proceeding="nd-cal", from_proceeding="superior")
    stream.happen("case_remanded", "2026-03-30", proceeding="superior", from_proceeding="nd-cal")
    assert proceedings(stream, "2026-01-01") == {"superior": Status.TRANSFERRED, "nd-cal": Status.PLEADINGS}
    assert proceedings(stream, "2026-03-30") == {"superior": Status.PLEADINGS, "nd-cal": Status.TRANSFERRED}


def test_joined_cases_have_the_furthest_stage_of_them() -> None:
    stream = Stream()
    stream.open()
    stream.happen("complaint_filed", "2023-06-28", proceeding="tremblay")
    stream.happen("complaint_filed", "2023-07-07", proceeding="silverman")
    stream.happen("discovery_ordered", "2024-02-01", proceeding="tremblay")
    for joined in ("silverman", "tremblay"):
        stream.happen("case_consolidated", "2025-04-03", proceeding=joined, into="mdl")
    assert proceedings(stream, "2025-04-03") == {
        "tremblay": Status.TRANSFERRED,
        "silverman": Status.TRANSFERRED,
        "mdl": Status.DISCOVERY,
    }


def test_the_docket_of_what_a_case_was_joined_to_is_told_once() -> None:
    stream = Stream()
    stream.open()
    stream.happen("complaint_filed", "2023-06-28", proceeding="tremblay", docket_number="3:23-cv-03223")
    stream.happen("case_consolidated", "2025-04-03", proceeding="tremblay", into="mdl", docket_number="1:25-md-03143")
    state = fold("a", stream.events, on_date=date(2025, 4, 3))
    assert {key: found.docket_number for key, found in state.proceedings.items()} == {
        "tremblay": "3:23-cv-03223",
        "mdl": "1:25-md-03143",
    }
    assert state.proceedings["mdl"].filed == {"date": "2025-04-03", "precision": "day"}


def test_a_settlement_of_some_leaves_the_others_where_they_are() -> None:
    stream = Stream()
    stream.open()
    stream.happen("complaint_filed", "2024-06-24", proceeding="suno")
    stream.happen("settlement_agreed", "2025-11-26", proceeding="suno", partial=True)
    assert status(stream, "2025-11-26") is Status.PLEADINGS
    stream.happen("settlement_agreed", "2026-11-26", proceeding="suno", final=True)
    assert status(stream, "2026-11-26") is Status.SETTLED


def test_a_reserved_judgment_and_a_question_to_a_higher_court_are_stages() -> None:
    stream = Stream()
    stream.open()
    stream.happen("complaint_filed", "2024-11", proceeding="delhi")
    stream.happen("judgment_reserved", "2026-04", proceeding="delhi")
    assert status(stream, "2026-04-30") is Status.JUDGMENT_RESERVED
    stream.happen("questions_referred", "2026-05-01", proceeding="cjeu", from_proceeding="delhi")
    assert proceedings(stream, "2026-05-01") == {"delhi": Status.STAYED, "cjeu": Status.REFERRED}
    assert status(stream, "2026-05-01") is Status.REFERRED
