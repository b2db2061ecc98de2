"""The front page of the admin: what needs a person, for those who may see it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from disputes import commands
from disputes.models import Article, LedgerAudit, ParkedStream, Subscription
from disputes.proofs.audit import audit_ledger
from disputes.proofs.checkpoint import KEPT_FILE, make_checkpoint
from ingest.admin.front_page.counting import counted
from ingest.models import Candidate, Feed, FeedState, ProposedEvent
from tests.ingest.admin.conftest import propose
from tests.support.screens import find, log_in, text_of

pytestmark = pytest.mark.django_db

FRONT = "/admin/"


@pytest.fixture(autouse=True)
def _home(settings: Settings, tmp_path: Path) -> None:
    """Keep keys and the checkpoint outside of the database away from those of other tests."""
    settings.TRACKER_HOME = tmp_path


def deadline(dispute: str, days: int, summary: str = "Answer is due.") -> None:
    commands.record_event(
        dispute,
        type="deadline_set",
        occurred=(timezone.now().date() + timedelta(days=days)).isoformat(),
        standing="reported",
        data={"summary": summary},
        justification="The letter says so",
        by="seeds",
    )


def section(page: Any, heading: str) -> str:
    """Give what the section with this heading says."""
    return " ".join(find(page, f"string(//section[.//*[@id='{heading}']])").split())


def test_it_works(curator: Client, dispute: str) -> None:
    propose(dispute, 1)
    Feed.objects.create(
        url="https://press.example/feed",
        title="The Press",
        state=FeedState.FAILING,
        last_error="500",
        next_fetch_at=datetime(2031, 3, 12, 4, 30, tzinfo=UTC),
    )
    deadline(dispute, 30)
    page = curator.get(FRONT)
    said = text_of(page)
    assert "Waiting in the inbox: 1" in said
    assert "Story 1" in said
    assert "The Press Failing 500 · next try 12 Mar, 04:30 UTC" in said
    assert "Coming up: 1 in 30 days" in said
    assert "Deadline Reddit v. Anthropic" in said
    assert "Deadline reddit-v-anthropic seeds" in said
    badge = find(page, "string(//a[@href='/admin/ingest/candidate/' and contains(., 'Inbox')])")
    assert badge.split()[-1] == "1", "the sidebar counts what waits"


def test_the_steps_of_the_day_lead_to_the_screens_that_handle_them(curator: Client, dispute: str) -> None:
    Feed.objects.create(url="https://press.example/feed", state=FeedState.GONE)
    propose(dispute, 1)
    deadline(dispute, 7)
    deadline(dispute, 8)
    steps = find(curator.get(FRONT), "//ol[@class='day']/li/a")
    assert [(" ".join(step.text_content().split()), step.get("href"), step.get("class")) for step in steps] == [
        ("1 Feeds in trouble", "/admin/ingest/feed/?state=in_trouble", "is-pressing"),
        ("0 Parked events", "/admin/disputes/subscription/", None),
        ("1 In the inbox", "/admin/ingest/candidate/", None),
        ("0 Proposed events", "/admin/ingest/candidate/?state=stated", None),
        ("0 Contradicted", "/admin/disputes/dispute/?disagreement=contradicted", None),
        ("0 Possible duplicates", "/admin/disputes/party/duplicates/", None),
        ("1 In the next 7 days", "/admin/disputes/dispute/calendar/", None),
        ("0 Passed, unanswered", "/admin/disputes/dispute/calendar/?view=passed", None),
    ]
    for step in steps:
        assert curator.get(step.get("href")).status_code == 200, step.get("href")


def test_the_inbox_is_told_by_age(curator: Client, dispute: str) -> None:
    now = timezone.now()
    for number, days in enumerate([0, 2, 6, 8, 40, 50]):
        candidate = propose(dispute, number, state="snoozed" if days == 50 else "pending")
        Article.objects.filter(pk=candidate.article_id).update(published_at=now - timedelta(days=days))
        Candidate.objects.filter(pk=candidate.pk).update(
            dated_at=now - timedelta(days=days), proposed_at=now - timedelta(days=3 * number)
        )
    page = curator.get(FRONT)
    said = section(page, "pending-heading")
    assert "Waiting in the inbox: 5" in said
    assert "By age: the last day 1, the week before 2, the month before 1, older 1, the oldest waiting for" in said
    oldest = Candidate.objects.get(article__title="Story 4")
    assert find(page, "//a[text()='oldest']/@href") == [f"/admin/ingest/candidate/{oldest.pk}/change/"]
    (week,) = find(page, "//a[contains(@href, 'age=week')]/@href")
    listed = text_of(curator.get(week))
    assert [number for number in range(6) if f"Story {number}" in listed] == [1, 2]


def test_a_long_inbox_is_counted_so_far(curator: Client, dispute: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        propose(dispute, number)
    assert str(counted(Candidate.objects.all(), most=4)) == "4"
    assert str(counted(Candidate.objects.all(), most=3)) == "3+"
    monkeypatch.setattr("ingest.admin.navigation.MOST", 3)
    badge = find(curator.get(FRONT), "string(//a[@href='/admin/ingest/candidate/' and contains(., 'Inbox')])")
    assert badge.split()[-1] == "3+"


def test_copies_of_a_story_contradict_once(curator: Client, dispute: str) -> None:
    articles = [Article.objects.create(url=f"https://press.example/{number}") for number in range(4)]
    Article.objects.filter(pk__in=[article.pk for article in articles[1:3]]).update(group=articles[1].pk)
    stances = ["supports", "contradicts", "contradicts", "contradicts"]
    commands.record_event(
        dispute,
        type="statement_made",
        occurred="2025-06-04",
        standing="reported",
        data={"summary": "It was said."},
        evidence=[{"article": article.pk, "stance": stance} for article, stance in zip(articles, stances, strict=True)],
        by="carol",
    )
    commands.note_conflict(dispute, text="Two dates are given.", by="carol")
    page = curator.get(FRONT)
    said = section(page, "disagreements-heading")
    assert "Sources disagree: 1" in said
    assert "Statement, 4 June 2025 Reddit v. Anthropic 2 against 1 for" in said
    assert "Two dates are given." in said
    for name in ("contradicted", "noted"):
        (row,) = find(
            curator.get("/admin/disputes/dispute/", {"disagreement": name}), "//table[@id='result_list']//tbody/tr"
        )
        assert "Reddit v. Anthropic" in row.text_content()


def test_what_passed_unanswered_is_asked_about_for_some_months(curator: Client, dispute: str) -> None:
    deadline(dispute, -1, "Yesterday.")
    assert "Passed: what came of it? 1" in section(curator.get(FRONT), "upcoming-heading")
    commands.open_dispute("getty-v-stability", title="Getty v. Stability", kind="litigation", summary="…", by="seeds")
    deadline("getty-v-stability", -100, "Long ago.")
    page = curator.get(FRONT)
    assert "Passed: what came of it? 1" in section(page, "upcoming-heading")
    assert "Getty" not in section(page, "upcoming-heading")
    deadline(dispute, 0)
    assert "Today" in section(curator.get(FRONT), "upcoming-heading")


def test_what_an_article_proposes_waits_to_be_judged(curator: Client, dispute: str) -> None:
    for number, state in enumerate(["pending", "accepted", "rejected"]):
        ProposedEvent.objects.create(
            candidate=propose(dispute, number, state=state),
            type="complaint_filed",
            occurred={"date": "2025-06-04", "precision": "day"},
            standing="reported",
            quote="Reddit sued <b>Anthropic</b> on Wednesday",
            place="text",
            start=0,
            end=12,
        )
    said = section(curator.get(FRONT), "proposed-heading")
    assert "Proposed events: 2" in said, "of what was rejected nothing is asked"
    assert "Complaint filed, 4 June 2025 Reddit v. Anthropic Reddit sued <b>Anthropic</b> on Wednesday" in said


def test_parked_events_are_named_with_their_errors(curator: Client, dispute: str) -> None:
    subscription, _new = Subscription.objects.get_or_create(name="audit", defaults={"position": 0})
    now = timezone.now()
    ParkedStream.objects.create(
        subscription=subscription,
        stream=f"dispute/{dispute}",
        version=1,
        position=2,
        type="dispute_opened",
        attempts=9,
        error="The webhook answered 500",
        parked_at=now,
        last_try_at=now,
    )
    said = section(curator.get(FRONT), "parked-heading")
    assert "Parked events: 1" in said
    assert f"dispute/{dispute}, event 2" in said
    assert "The webhook answered 500" in said


def test_an_empty_record_says_how_to_begin(curator: Client) -> None:
    said = text_of(curator.get(FRONT))
    for hint in ("Nothing waits", "There is no feed yet", "Nothing is scheduled", "Nothing is recorded yet"):
        assert hint in said


def test_who_may_look_at_nothing_is_shown_nothing() -> None:
    said = text_of(log_in(name="nobody").get(FRONT))
    for heading in (
        "Waiting",
        "Feeds",
        "Coming up",
        "Recorded last",
        "The log",
        "Sources",
        "Disputes",
        "Evidence",
        "Parked",
    ):
        assert heading not in said


def test_the_number_of_queries_does_not_grow_with_the_rows(curator: Client, dispute: str) -> None:
    def add(number: int) -> None:
        candidate = propose(dispute, number)
        ProposedEvent.objects.create(
            candidate=candidate,
            type="complaint_filed",
            occurred={"date": "2025-06-04", "precision": "day"},
            standing="reported",
            quote="sued",
            place="text",
            start=0,
            end=4,
        )
        Feed.objects.create(url=f"https://press.example/{number}", state=FeedState.FAILING)
        commands.record_event(
            dispute,
            type="deadline_set",
            occurred=f"2031-05-{number:02}",
            standing="reported",
            data={"summary": "Due."},
            evidence=[{"article": candidate.article_id, "stance": "contradicts"}],
            by="carol",
        )

    add(1)
    curator.get(FRONT)
    with CaptureQueriesContext(connection) as few:
        curator.get(FRONT)
    for number in range(2, 12):
        add(number)
    with CaptureQueriesContext(connection) as many:
        curator.get(FRONT)
    # Session, user and permissions 4, the badge 1, the log 6, feeds 3, parked 1, inbox 6, looking back 2, proposed 2,
    # disagreements 6, calendar 5, the newest events 1, the head of the log 1; the figures of the pictures are kept.
    assert len(many) == len(few) == 38, [query["sql"][:90] for query in many]


def test_a_log_in_order_is_said_quietly(curator: Client, dispute: str) -> None:
    assert "The log was not audited yet" in text_of(curator.get(FRONT))
    size = make_checkpoint().size
    audit_ledger()
    page = curator.get(FRONT)
    assert f"The log is in order: {size} events, audited" in text_of(page)
    assert f"{size} signed for" in text_of(page)
    assert find(page, "//section[contains(@class, 'notice')]") == []


def test_the_page_turns_red_where_the_log_was_altered(curator: Client, dispute: str) -> None:
    now = timezone.now()
    for ok, hours in ((True, 3), (False, 2), (False, 1)):
        then = now - timedelta(hours=hours)
        LedgerAudit.objects.create(
            started_at=then,
            finished_at=then,
            ok=ok,
            first_bad_position=None if ok else 2,
            problem="" if ok else "Wrong.",
        )
    page = curator.get(FRONT)
    (alarm,) = find(page, "//section[@role='alert']")
    assert "notice-error" in alarm.get("class")
    said = " ".join(" ".join(alarm.itertext()).split())
    assert "The log is not as it was recorded" in said
    assert "Wrong." in said
    assert "First bad position 2" in said
    assert f"Known since {now - timedelta(hours=2):%-d %B %Y, %H:%M} UTC" in said, "since the first audit that found it"
    assert f"Last in order {now - timedelta(hours=3):%-d %B %Y, %H:%M} UTC" in said
    assert alarm.xpath(".//a/@href") == ["/admin/disputes/event/2/change/", "/admin/disputes/ledgeraudit/"]
    assert "The log is in order" not in text_of(page)


def test_the_page_turns_red_at_once_where_a_checkpoint_does_not_hold(
    curator: Client, dispute: str, tmp_path: Path
) -> None:
    make_checkpoint()
    audit_ledger()
    kept = tmp_path / KEPT_FILE
    kept.write_text(kept.read_text().replace("\n", "\n1", 1))
    said = text_of(curator.get(FRONT))
    assert "The log is not as it was recorded" in said
    assert "just now, by no audit yet" in said
    (tmp_path / "ledger-public-keys").unlink()
    assert "There is no public key in" in text_of(curator.get(FRONT))


def test_what_is_overdue_is_said(curator: Client, dispute: str) -> None:
    then = timezone.now() - timedelta(hours=4)
    LedgerAudit.objects.create(started_at=then, finished_at=then, ok=True)
    page = curator.get(FRONT)
    (notice,) = find(page, "//section[contains(@class, 'notice-warning')]")
    assert "one is due every hour" in notice.text_content()
    assert find(page, "//section[@role='alert']") == []
