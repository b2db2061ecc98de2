"""The front page of the admin: what needs a person, for those who may see it."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from disputes import commands
from disputes.models import LedgerAudit
from disputes.proofs.audit import audit_ledger
from disputes.proofs.checkpoint import KEPT_FILE, make_checkpoint
from ingest.models import Feed, FeedState
from tests.ingest.admin.conftest import propose
from tests.support.screens import find, log_in, text_of

pytestmark = pytest.mark.django_db

FRONT = "/admin/"


@pytest.fixture(autouse=True)
def _home(settings: Settings, tmp_path: Path) -> None:
    """Keep keys and the checkpoint outside of the database away from those of other tests."""
    settings.TRACKER_HOME = tmp_path


def test_it_works(curator: Client, dispute: str) -> None:
    propose(dispute, 1)
    Feed.objects.create(url="https://press.example/feed", title="The Press", state=FeedState.GONE, last_error="410")
    ahead = timezone.now().date() + timedelta(days=30)
    commands.record_event(
        dispute,
        type="deadline_set",
        occurred=ahead.isoformat(),
        standing="reported",
        data={"summary": "Answer is due."},
        justification="The letter says so",
        by="seeds",
    )
    page = curator.get(FRONT)
    said = text_of(page)
    assert "Waiting in the inbox: 1" in said
    assert "Story 1" in said
    assert "The Press Gone 410" in said
    assert "Deadline Reddit v. Anthropic" in said
    assert "Deadline reddit-v-anthropic seeds" in said
    badge = find(page, "string(//a[@href='/admin/ingest/candidate/' and contains(., 'Inbox')])")
    assert badge.split()[-1] == "1", "the sidebar counts what waits"


def test_an_empty_record_says_how_to_begin(curator: Client) -> None:
    said = text_of(curator.get(FRONT))
    for hint in ("Nothing waits", "There is no feed yet", "Nothing is scheduled", "Nothing is recorded yet"):
        assert hint in said


def test_who_may_look_at_nothing_is_shown_nothing() -> None:
    said = text_of(log_in(name="nobody").get(FRONT))
    for heading in ("Waiting", "Feeds", "Coming up", "Recorded last", "The log", "Sources", "Disputes", "Evidence", "Parked"):
        assert heading not in said


def test_the_number_of_queries_does_not_grow_with_the_rows(curator: Client, dispute: str) -> None:
    propose(dispute, 1)
    curator.get(FRONT)
    with CaptureQueriesContext(connection) as few:
        curator.get(FRONT)
    for number in range(2, 12):
        propose(dispute, number)
        Feed.objects.create(url=f"https://press.example/{number}", state=FeedState.FAILING)
    with CaptureQueriesContext(connection) as many:
        curator.get(FRONT)
    assert len(many) == len(few) <= 42, [query["sql"][:90] for query in many]


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
