"""The calendar: what is set, by day and as a list, no finer than it is known, and what has passed unanswered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from disputes import commands
from disputes.models import TimelineEntry
from tests.support.screens import find, log_in, text_of

pytestmark = pytest.mark.django_db

CALENDAR = "/admin/disputes/dispute/calendar/"


def record(dispute: str, name: str, occurred: str, summary: str, **data: Any) -> str:
    event = commands.record_event(
        dispute,
        type=name,
        occurred=occurred,
        standing="reported",
        data={"summary": summary, **data},
        justification="The order says so",
        by="seeds",
    )
    return str(event.event_id)


@pytest.fixture
def other() -> str:
    commands.open_dispute("getty-v-stability", title="Getty v. Stability", kind="litigation", summary="…", by="seeds")
    record("getty-v-stability", "complaint_filed", "2023-01-16", "Filed.", proceeding="london", court="High Court")
    return "getty-v-stability"


def day_of(page: Any, day: str) -> str:
    """Give what the square of a day says."""
    return " ".join(find(page, f"string(//td[time/@datetime='{day}'])").split())


def test_it_works(curator: Client, dispute: str) -> None:
    event = record(dispute, "hearing_scheduled", "2031-03-12", "The motion is heard.", proceeding="sf-superior")
    page = curator.get(CALENDAR, {"month": "2031-03"})
    assert day_of(page, "2031-03-12") == "12 March 2031 Hearing scheduled Reddit v. Anthropic"
    assert find(page, "//td[time/@datetime='2031-03-12']//a/@href") == [
        f"/admin/disputes/dispute/{dispute}/change/#event-{event}"
    ]
    assert find(page, "string(//caption)") == "What is set for March 2031, by day"
    assert find(page, "//a[@rel='prev']/@href") == ["?view=month&month=2031-02"]
    assert find(page, "//a[@rel='next']/@href") == ["?view=month&month=2031-04"]
    # The first of March 2031 is a Saturday.
    assert [len(row.xpath("td[time]")) for row in find(page, "//tbody/tr")] == [2, 7, 7, 7, 7, 1]
    assert "Nothing is set for April 2031" in text_of(curator.get(CALENDAR, {"month": "2031-04"}))


def test_what_is_known_to_the_month_stands_on_no_day(curator: Client, dispute: str) -> None:
    record(dispute, "trial_scheduled", "2031-03", "The trial is to begin.", proceeding="sf-superior")
    page = curator.get(CALENDAR, {"month": "2031-03"})
    assert find(page, "//td//li") == []
    assert "some time in March 2031 Trial scheduled" in text_of(page)
    assert "Trial scheduled" not in text_of(curator.get(CALENDAR, {"month": "2031-02"})).replace(
        "Trial scheduled A", ""
    )


def test_what_lasts_longer_stands_on_each_of_its_days(curator: Client, dispute: str) -> None:
    commands.record_event(
        dispute,
        type="trial_scheduled",
        occurred={"date": "2031-03-31", "precision": "day", "end": "2031-04-02"},
        standing="reported",
        data={"summary": "Three days.", "proceeding": "sf-superior"},
        justification="The order says so",
        by="seeds",
    )
    assert day_of(curator.get(CALENDAR, {"month": "2031-03"}), "2031-03-31").endswith("until 2 April")
    april = curator.get(CALENDAR, {"month": "2031-04"})
    assert [day_of(april, f"2031-04-0{day}").split(". ")[-1] for day in (1, 2)] == [
        "Anthropic goes on",
        "Anthropic last day",
    ]
    assert day_of(april, "2031-04-03") == "3 April 2031"


def test_a_day_that_has_passed_asks_until_something_answers(curator: Client, dispute: str) -> None:
    record(dispute, "hearing_scheduled", "2025-09-10", "The motion is heard.", proceeding="sf-superior")
    passed = curator.get(CALENDAR, {"view": "passed"})
    assert "Passed: what came of it?" in text_of(passed)
    assert find(passed, "//a[text()='Record that it was held']/@href") == [
        f"/admin/disputes/dispute/{dispute}/record/hearing_held/"
    ]
    assert "What came of it?" in day_of(curator.get(CALENDAR, {"month": "2025-09"}), "2025-09-10")
    held = record(dispute, "hearing_held", "2025-09-10", "It was heard.", proceeding="sf-superior")
    answered = curator.get(CALENDAR, {"view": "agenda", "month": "2025-09"})
    assert "Answered: Hearing held, 10 September 2025" in text_of(answered)
    assert find(answered, f"//a[contains(@href, '{held}')]")
    assert "the record says what came of it" in text_of(curator.get(CALENDAR, {"view": "passed"}))
    commands.retract_event(dispute, event=UUID(held), reason="Another case", by="carol")
    assert "Passed: what came of it?" in text_of(curator.get(CALENDAR, {"view": "passed"}))


def test_whatever_lies_ahead_is_shown_and_what_just_happened_is_not(curator: Client, dispute: str) -> None:
    ahead = timezone.now().date().replace(month=1, day=1)
    ahead = ahead.replace(year=ahead.year + 1)
    record(dispute, "licence_expired", ahead.isoformat(), "The licence ends.")
    record(dispute, "statement_made", "2025-09-10", "A word.")
    said = text_of(curator.get(CALENDAR, {"view": "agenda", "month": "2025-01"}))
    assert "The licence ends." in said
    assert "A word." not in said
    assert TimelineEntry.objects.filter(is_scheduled=True).count() == 1


def test_it_is_filtered_by_dispute_and_type(curator: Client, dispute: str, other: str) -> None:
    record(dispute, "hearing_scheduled", "2031-03-12", "The first.", proceeding="sf-superior")
    record(other, "hearing_scheduled", "2031-03-13", "The second.", proceeding="london")
    record(other, "deadline_set", "2031-03-14", "The third.")
    for asked, expected in (
        ({}, ["The first.", "The second.", "The third."]),
        ({"dispute": "getty"}, ["The second.", "The third."]),
        ({"dispute": dispute}, ["The first."]),
        ({"type": "deadline_set"}, ["The third."]),
        ({"type": "others"}, []),
        ({"dispute": "getty", "type": "hearing_scheduled"}, ["The second."]),
        ({"dispute": "%\x00'"}, []),
    ):
        page = curator.get(CALENDAR, {"view": "agenda", "month": "2031-03", **asked})
        assert find(page, "//article/div/p[2]/text()") == expected, asked


@pytest.mark.parametrize("month", ["2031-13", "31-3", "x", "0000-01", "9999-12", "２０３１-03"])
def test_what_is_no_month_is_said(curator: Client, month: str) -> None:
    page = curator.get(CALENDAR, {"month": month})
    assert page.status_code == 400
    assert "is no month: write it as 2026-11" in text_of(page)


@pytest.mark.parametrize("role", ["viewer", "curator", "operator", "administrator"])
def test_every_role_may_look_and_nobody_else(role: str, dispute: str) -> None:
    record(dispute, "deadline_set", "2025-12-01", "The answer is due.")
    client = log_in(role, name="somebody")
    page = client.get(CALENDAR, {"view": "passed"})
    assert page.status_code == 200
    assert bool(find(page, "//p[@class='entry-actions']")) is (role in {"curator", "administrator"})
    assert client.post(CALENDAR).status_code == 405
    assert log_in(name="nobody").get(CALENDAR).status_code == 403


@pytest.mark.parametrize("view", ["month", "agenda", "passed"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    curator: Client, dispute: str, view: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(dispute, "hearing_scheduled", "2025-09-01", "Number 1.", proceeding="sf-superior")
    asked = {"view": view, "month": "2025-09"}
    curator.get(CALENDAR, asked)
    with CaptureQueriesContext(connection) as few:
        curator.get(CALENDAR, asked)
    for number in range(2, 9):
        record(dispute, "hearing_scheduled", f"2025-09-{number:02}", f"Number {number}.", proceeding="sf-superior")
    with CaptureQueriesContext(connection) as many:
        page = curator.get(CALENDAR, asked)
    assert page.content.decode().count("Number ") >= 8
    # Session, user, two for permissions, the badge of the inbox, the entries.
    assert len(many) == len(few) <= 8, [query["sql"][:90] for query in many]
    monkeypatch.setattr(
        "disputes.admin.calendar_view.MOST_IN_A_MONTH" if view == "month" else "disputes.admin.calendar_view.SHOWN", 3
    )
    cut = curator.get(CALENDAR, asked)
    if view == "month":
        assert "Of this month 3 are shown. The list has them all" in text_of(cut)
        return
    pages = [cut]
    while address := find(pages[-1], "//a[text()='Earlier ones' or text()='Later ones']/@href"):
        pages.append(curator.get(CALENDAR + address[0]))
    found = [find(page, "//article/div/p[2]/text()") for page in pages]
    numbers = range(8, 0, -1) if view == "passed" else range(1, 9)
    assert [len(page) for page in found] == [3, 3, 2]
    assert [text for page in found for text in page] == [f"Number {number}." for number in numbers]
    assert curator.get(CALENDAR, {**asked, "beyond": "9" * 40}).status_code == 200
