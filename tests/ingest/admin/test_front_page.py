"""The front page of the admin: what needs a person, for those who may see it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from disputes import commands
from ingest.models import Feed, FeedState
from tests.ingest.admin.conftest import propose
from tests.support.screens import find, log_in, text_of

pytestmark = pytest.mark.django_db

FRONT = "/admin/"


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
    for heading in ("Waiting", "Feeds in trouble", "Coming up", "Recorded last"):
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
    assert len(many) == len(few) <= 13, [query["sql"][:90] for query in many]
