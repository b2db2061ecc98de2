"""The figures behind the pictures of the front page, worked out by hand; and for how long they are kept."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from disputes import commands
from disputes.models import Article, Dispute, EvidenceItem
from disputes.on_date import told_on
from ingest.admin.front_page import keeping, series
from ingest.admin.front_page.keeping import keep
from ingest.models import Feed, FeedState, Fetch, FetchOutcome
from tests.ingest.admin.conftest import propose
from tests.support.screens import find, text_of

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 24)
FRONT = "/admin/"


def open_dispute(slug: str, *occurrences: tuple[str, str]) -> None:
    commands.open_dispute(slug, title=slug.title(), kind="litigation", summary="…", by="seeds")
    for name, occurred in occurrences:
        of_court = {"proceeding": "nd-cal"} if name in {"complaint_filed", "hearing_scheduled"} else {}
        of_court |= {"court": "N.D. Cal."} if name == "complaint_filed" else {}
        commands.record_event(
            slug,
            type=name,
            occurred=occurred,
            standing="reported",
            data={"summary": name, **of_court},
            justification="As reported",
            by="seeds",
        )


def test_it_works() -> None:
    open_dispute("one", ("complaint_filed", "2026-08-31"), ("settlement_agreed", "2026-11-24"))
    open_dispute("two", ("letter_sent", "2026-09-30"), ("complaint_filed", "2026-11-25"))
    open_dispute("three", ("letter_sent", "2019-01-05"))
    found = series.statuses_by_month(TODAY)
    assert found["days"][-4:] == ["2026-08-31", "2026-09-30", "2026-10-31", "2026-11-24"]
    assert len(found["days"]) == series.MONTHS
    assert {status: row[-4:] for status, row in found["counts"].items()} == {
        "dormant": [1, 1, 1, 1],
        "pleadings": [1, 1, 1, 0],
        "settlement_pending": [0, 0, 0, 1],
        "threatened": [0, 1, 1, 1],
    }, "what is filed tomorrow is not counted today"
    assert found["counts"]["dormant"] == [1] * series.MONTHS, "what began long before counts from the first month on"


def test_each_month_says_what_a_look_at_its_last_day_says() -> None:
    open_dispute(
        "one", ("threat_made", "2025-02-28"), ("complaint_filed", "2025-03"), ("settlement_agreed", "2026-01-31")
    )
    open_dispute("two", ("licence_signed", "2024"), ("licence_expired", "2026-06-30"), ("statement_made", "2026-07-01"))
    open_dispute("three", ("complaint_filed", "2025-12-31"), ("hearing_scheduled", "2027-03-01"))
    open_dispute("four")
    open_dispute("five", ("threat_made", "2025-06-01"))
    commands.merge_disputes("five", into="one", reason="The same", by="carol")
    found = series.statuses_by_month(TODAY)
    for place, day in enumerate(map(dt.date.fromisoformat, found["days"])):
        told: Any = told_on(Dispute.objects.filter(merged_into=""), day, looking_back=True)
        looked = Counter(row.status for row in told if row.opened_day is not None)
        counted = {status: row[place] for status, row in found["counts"].items() if row[place]}
        assert counted == looked, day


def test_evidence_is_counted_in_the_week_in_which_it_was_attached() -> None:
    open_dispute("one")
    for moment, by in (
        ("2026-11-23T00:00:00+00:00", "carol"),
        ("2026-11-29T23:59:59+00:00", "system:matcher"),
        ("2026-11-22T23:59:59+00:00", "system:matcher"),
        ("2026-06-01T00:00:00+00:00", "system:seeds"),
        ("2026-05-31T23:59:59+00:00", "carol"),
    ):
        article = Article.objects.create(url=f"https://press.example/{moment}")
        EvidenceItem.objects.create(
            dispute_id="one",
            article=article,
            cause=uuid4(),
            stance="supports",
            attached_by=by,
            attached_at=dt.datetime.fromisoformat(moment),
        )
    found = series.evidence_by_week(TODAY)
    assert (found["weeks"][0], found["weeks"][-1]) == ("2026-06-01", "2026-11-23")
    assert found["matcher"] == [0] * 24 + [1, 1]
    assert found["people"] == [1] + [0] * 24 + [1], "the week before the first is not shown"


def test_the_accept_rate_counts_what_people_decided(dispute: str, curator: Client) -> None:
    decided = [
        ("accepted", "carol"),
        ("accepted", "carol"),
        ("rejected", "carol"),
        ("accepted", "system:matcher"),
        ("pending", ""),
        ("snoozed", "carol"),
    ]
    for number, (state, by) in enumerate(decided):
        propose(dispute, number, state=state, decided_by=by)
    assert series.decisions_by_dispute() == [
        {"slug": dispute, "title": "Reddit v. Anthropic", "accepted": 2, "rejected": 1}
    ]
    page = curator.get(FRONT)
    assert "Of 3 candidates that were decided 2 were accepted, 67 %; one dispute." in text_of(page)
    (row,) = find(page, "//table[caption='How often curators agree with the matcher']/tbody/tr")
    assert [" ".join(cell.itertext()) for cell in row] == ["Reddit v. Anthropic", "2", "1", "3", "67 % (few)"]


def test_fetches_are_counted_by_day_and_feeds_by_state(curator: Client) -> None:
    feed = Feed.objects.create(url="https://press.example/feed", title="The Press", state=FeedState.FAILING)
    Feed.objects.create(url="https://other.example/feed")
    now = timezone.now()
    for ago, outcome in (
        (0, FetchOutcome.FAILED),
        (0, FetchOutcome.NOT_MODIFIED),
        (1, FetchOutcome.STORED),
        (13, FetchOutcome.REFUSED),
        (14, FetchOutcome.STORED),
    ):
        Fetch.objects.create(feed=feed, started_at=now - dt.timedelta(days=ago), outcome=outcome)
    page = curator.get(FRONT)
    assert "Fetches today: 1 worked, 1 failed; in 14 days 2 and 2." in text_of(page)
    rows = find(page, "//table[caption='Fetches per day']/tbody/tr")
    assert len(rows) == 14
    assert [cell.text for cell in rows[0]][1:] == ["0", "1", "0", "0", "0", "1", "2"]
    states = find(page, "//p[@class='tags']/a[contains(@href, 'ingest/feed')]")
    assert [(link.text, link.get("href").split("?")[1]) for link in states] == [
        ("Active 1", "state=active"),
        ("Failing 1", "state=failing"),
    ]


def test_figures_are_kept_while_nothing_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []

    def count() -> int:
        counted.append(len(counted))
        return len(counted)

    assert keep({"a": count}, position=7)["a"].figures == 1
    assert keep({"a": count}, position=7)["a"].figures == 1
    assert keep({"a": count}, position=8)["a"].figures == 1, "for some minutes older figures will do"
    monkeypatch.setattr(keeping, "FRESH", dt.timedelta(0))
    assert keep({"a": count}, position=7)["a"].figures == 1, "while nothing was recorded they are right for ever"
    assert keep({"a": count}, position=8)["a"].figures == 2
    assert keep({"a": count}, position=None)["a"].figures == 3, "what does not hang on the log goes by time alone"
    assert keep({"b": count}, position=8)["b"].figures == 4


def test_while_one_counts_others_are_shown_the_former_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    keep({"a": lambda: 1}, position=7)
    monkeypatch.setattr(keeping, "FRESH", dt.timedelta(0))
    seen = []

    def count() -> int:
        seen.append(keep({"a": lambda: 3}, position=8)["a"].figures)
        return 2

    assert keep({"a": count}, position=8)["a"].figures == 2
    assert seen == [1]
    assert keep({"a": lambda: 4}, position=9)["a"].figures == 4, "and the next may count again"


def test_without_a_cache_the_figures_are_counted(settings: Settings) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "unix:///nowhere/valkey.sock",
        }
    }
    assert [keep({"a": partial(int, number)}, position=7)["a"].figures for number in (1, 2)] == [1, 2]


def test_pictures_that_are_kept_cost_two_queries(curator: Client, dispute: str) -> None:
    cache.clear()
    with CaptureQueriesContext(connection) as counting:
        curator.get(FRONT)
    with CaptureQueriesContext(connection) as kept:
        page = curator.get(FRONT)
    # Four counts over the record and the fetches of closed days, of the last two, the states, the duplicates.
    assert len(counting) - len(kept) in range(6, 10), [query["sql"][:80] for query in counting]
    assert len(find(page, "//section[contains(@class, 'picture')]")) == 4
