"""How many independent accounts an occurrence has, for and against."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from disputes import commands
from disputes.api.telling import load
from disputes.articles import register_address
from disputes.corroboration import Corroboration, corroborations
from disputes.models import Article
from tests.support.screens import log_in, text_of

pytestmark = pytest.mark.django_db

SLUG = "reddit-api-pricing"
EVENTS = f"/api/v1/disputes/{SLUG}/events/"


@pytest.fixture
def event() -> UUID:
    """An occurrence that one article reports."""
    commands.open_dispute(SLUG, title="Reddit's prices", kind="api_pricing", summary="Prices.", by="seeds")
    recorded = commands.record_event(
        SLUG,
        type="threat_made",
        occurred="2023-04",
        standing="reported",
        data={"summary": "Threatened."},
        evidence=[{"article": "https://news.example/0"}],
        by="seeds",
    )
    return recorded.event_id


def attach(event: UUID, number: int, *, group: Article | None = None, stance: str = "supports") -> Article:
    article = register_address(f"https://news.example/{number}")
    if group is not None:
        Article.objects.filter(pk__in=[article.pk, group.pk]).update(group=group.pk)
    commands.attach_evidence(SLUG, article=article.pk, event=event, stance=stance, by="curator")
    return article


def told(reader: APIClient) -> Any:
    return reader.get(f"{EVENTS}?type=threat_made").json()["results"][0]["corroboration"]


def test_it_works(event: UUID) -> None:
    reader = APIClient()
    assert told(reader) == {"supporting": 1, "contradicting": 0}
    first = attach(event, 1)
    attach(event, 2, stance="contradicts")
    assert told(reader) == {"supporting": 2, "contradicting": 1}
    attach(event, 3, group=first)
    assert told(reader) == {"supporting": 2, "contradicting": 1}, "a copy is no further account"
    assert reader.get(f"{EVENTS}{event}/").json()["corroboration"] == told(reader)
    commands.detach_evidence(SLUG, article=first.pk, reason="No", by="curator")
    assert told(reader) == {"supporting": 2, "contradicting": 1}, "its copy still says so"


def test_copies_of_what_contradicts_are_one_too(event: UUID) -> None:
    first = attach(event, 1, stance="contradicts")
    attach(event, 2, stance="contradicts", group=first)
    attach(event, 3, group=first)
    state = load(SLUG, on_date=dt.date.max)
    assert corroborations(state, state.occurrences)[event] == Corroboration(supporting=2, contradicting=1)


def test_curation_has_none_and_a_retracted_event_keeps_what_it_cited(event: UUID) -> None:
    reader = APIClient()
    commands.retract_event(SLUG, event=event, reason="Wrong", by="curator")
    by_type = {row["type"]: row["corroboration"] for row in reader.get(EVENTS).json()["results"]}
    assert by_type == {
        "dispute_opened": None,
        "threat_made": {"supporting": 1, "contradicting": 0},
        "event_retracted": None,
    }


def test_an_earlier_moment_has_the_evidence_of_then(event: UUID) -> None:
    reader = APIClient()
    then = reader.get(f"{EVENTS}?type=threat_made").json()["results"][0]["recorded_at"]
    attach(event, 1)
    answer = reader.get(EVENTS, {"type": "threat_made", "as_of": then}).json()
    assert answer["results"][0]["corroboration"] == {"supporting": 1, "contradicting": 0}


def test_the_timeline_says_it(event: UUID) -> None:
    curator = log_in("curator")
    page = f"/admin/disputes/dispute/{SLUG}/change/"
    assert "1 independent account " in text_of(curator.get(page))
    first = attach(event, 1)
    attach(event, 2, group=first)
    attach(event, 3, stance="contradicts")
    said = text_of(curator.get(page))
    assert "2 independent accounts, 1 against it" in said
    assert "contradicted" in said


def test_one_query_answers_for_all(event: UUID) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert APIClient().get(EVENTS).status_code == 200
        return len(captured)

    assert queries() == 2, "the stream, and the groups of the articles"
    for number in range(1, 20):
        attach(event, number)
    assert queries() == 2
