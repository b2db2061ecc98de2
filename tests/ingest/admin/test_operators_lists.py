"""Lists of what operators and administrators look after: a page takes as many queries however many rows there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from disputes import commands
from disputes.models import Article, Checkpoint, Event, LedgerAudit, Subscription
from ingest.admin.page_admin import PageAdmin
from ingest.models import (
    Capture,
    CapturedBody,
    Feed,
    FullTextRule,
    FullTextWish,
    MatcherVersion,
    Page,
    PageHost,
    PageState,
    Thresholds,
)
from tests.support.screens import find, log_in, text_of

pytestmark = pytest.mark.django_db


def make_captures(number: int) -> None:
    feed = Feed.objects.create(url=f"https://press.example/{number}", title=f"Feed {number}")
    body = CapturedBody.objects.create(digest=f"{number:064x}", size=9, stored_size=9, response_size=9)
    now = timezone.now()
    Capture.objects.create(
        url=feed.url,
        sort_key=feed.url,
        fetched_at=now,
        stored_at=now,
        status=200,
        body=body,
        feed=feed,
        is_original=True,
    )


def make_pages(number: int) -> None:
    host, _created = PageHost.objects.get_or_create(host=f"https://www{number % 3}.press.example")
    article = Article.objects.create(url=f"https://www{number % 3}.press.example/{number}", title=f"Story {number}")
    tried = None if number % 2 else timezone.now() - timedelta(minutes=number)
    state = PageState.WAITING if number % 2 else PageState.READ
    Page.objects.create(article=article, host=host, url=article.url, state=state, last_try_at=tried)


def make_person(number: int) -> None:
    commands.register_party(f"person-{number}", name=f"Person Number {number}", kind="person", by="seeds")
    commands.add_alias(f"person-{number}", alias=f"P{number}", by="seeds")


def make_checkpoint(number: int) -> None:
    commands.register_party(f"party-{number}", name=f"Party {number}", by="seeds")
    size = Event.objects.latest("position").position
    Checkpoint.objects.create(size=size, root=bytes(32), note="", made_at=timezone.now())


def make_version(number: int) -> None:
    MatcherVersion.objects.create(
        version=f"v{number}",
        weights={"features": {}},
        decisions=1,
        held_back=1,
        loss=1,
        loss_before=1,
        is_adopted=False,
    )


MAKERS: dict[str, Callable[[int], object]] = {
    "ingest_capture": make_captures,
    "ingest_page": make_pages,
    "ingest_fulltextrule": lambda number: FullTextRule.objects.create(
        feed=Feed.objects.create(url=f"https://p.example/{number}"), wish=FullTextWish.NEVER
    ),
    "ingest_thresholds": lambda number: Thresholds.objects.create(dispute=f"d{number}", automatic=0.9, inbox=0.1),
    "ingest_matcherversion": make_version,
    "disputes_checkpoint": make_checkpoint,
    "disputes_ledgeraudit": lambda _number: LedgerAudit.objects.create(finished_at=timezone.now(), ok=True),
    "disputes_subscription": lambda number: Subscription.objects.create(name=f"s{number}", position=0),
    "disputes_subjectkey": make_person,
    "auth_group": lambda number: Group.objects.create(name=f"group-{number}"),
}


@pytest.mark.parametrize("name", MAKERS)
def test_the_number_of_queries_does_not_grow_with_the_rows(name: str) -> None:
    root = log_in(name="root", is_superuser=True)
    address = reverse(f"admin:{name}_changelist")
    MAKERS[name](0)
    root.get(address)
    with CaptureQueriesContext(connection) as few:
        assert root.get(address).status_code == 200
    for number in range(1, 12):
        MAKERS[name](number)
    with CaptureQueriesContext(connection) as many:
        assert root.get(address).status_code == 200
    assert len(many) == len(few), [query["sql"][:150] for query in many]


@pytest.mark.parametrize("name", ["ingest_capture", "ingest_page", "disputes_checkpoint", "disputes_ledgeraudit"])
def test_long_lists_count_nothing_and_skip_nothing(name: str) -> None:
    root = log_in(name="root", is_superuser=True)
    for number in range(60):
        MAKERS[name](number)
    address = reverse(f"admin:{name}_changelist")
    with CaptureQueriesContext(connection) as queries:
        page = root.get(address)
    table = f'FROM "{name}"'
    of_rows = [query["sql"] for query in queries if table in query["sql"] and "LIMIT 51" in query["sql"]]
    assert len(of_rows) == 1
    assert not [query["sql"] for query in queries if table in query["sql"] and "COUNT(*)" in query["sql"]]
    (older,) = find(page, "//nav[@aria-label='Pages']/a[@rel='next']/@href")
    second = root.get(address + older)
    first_rows, second_rows = (len(find(at, "//table[@id='result_list']//tbody")) for at in (page, second))
    assert (first_rows, second_rows) == (50, 10)


def test_pages_without_a_time_are_paged_too(operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PageAdmin, "list_per_page", 4)
    for number in range(11):
        make_pages(number)
    address, met = reverse("admin:ingest_page_changelist"), []
    at: str | None = address
    while at is not None:
        page = operator.get(at)
        met += [
            text.strip() for text in find(page, "//td[contains(@class,'field-show_title')]//text()") if text.strip()
        ]
        met += [
            text.strip() for text in find(page, "//th[contains(@class,'field-show_title')]//text()") if text.strip()
        ]
        following = find(page, "//nav[@aria-label='Pages']/a[@rel='next']/@href")
        at = address + following[0] if following else None
    assert sorted(met) == sorted(f"Story {number}" for number in range(11))
    assert all(int(title.split()[1]) % 2 for title in met[:5]), "those that wait come first"
    said = text_of(operator.get(address, {"q": "www1.press.example", "state": "waiting"}))
    assert "Story 1" in said
    assert "Story 4" not in said
    assert "Story 2" not in said


def test_sealed_persons_are_named(operator: Client) -> None:
    make_person(7)
    assert "Person Number 7" in text_of(operator.get(reverse("admin:disputes_subjectkey_changelist")))
