"""The page of a dispute of a thousand events: its beginning at first, all on request, in as many queries as ever."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from disputes import commands
from disputes.models import Event
from tests.disputes.many_events import fill
from tests.support.screens import find, text_of

pytestmark = pytest.mark.django_db

SLUG, EVENTS = "dispute-0", 600


def page_of(slug: str) -> str:
    return reverse("admin:disputes_dispute_change", args=[slug])


@pytest.fixture
def long() -> str:
    fill(1, EVENTS)
    return SLUG


def test_it_works(curator: Client, long: str) -> None:
    page = curator.get(page_of(long))
    said = text_of(page)
    assert "Shown: the latest 100 of 598 occurrences. Show all 598" in said
    assert "Shown: the newest 50 of 598 pieces of evidence. Show all 598" in said
    assert "Shown: the newest 50 of 600 events. Show all 600" in said
    assert len(find(page, "//section[@id='timeline']//li[starts-with(@id, 'event-')]")) == 100
    assert len(find(page, "//section[@id='stream']//tbody/tr")) == 50
    (link,) = find(page, "//section[@id='timeline']//p[@class='cut']/a/@href")
    everything = curator.get(page_of(long) + link.partition("#")[0])
    assert len(find(everything, "//section[@id='timeline']//li[starts-with(@id, 'event-')]")) == 598
    assert len(find(everything, "//section[@id='stream']//tbody/tr")) == 50, "each section by itself"


def test_all_of_it_is_drawn_and_leads_to_its_entry(viewer: Client, long: str) -> None:
    page = viewer.get(page_of(long))
    marks = find(page, "//figure//a[contains(@class, 'drawn')]/@href")
    assert 0 < len(marks) < 300
    first = Event.objects.get(stream=f"dispute/{long}", type="complaint_filed").event_id
    assert f"?all=timeline#event-{first}" in marks, "what is not on the page is told by the page of all"
    assert any(mark.startswith("#event-") for mark in marks)
    assert "598 occurrences: " in find(page, "string(//figcaption)")


def test_the_number_of_queries_is_that_of_a_short_one(viewer: Client, long: str) -> None:
    commands.open_dispute("short", title="Short", kind="threat", summary="Little.", by="seeds")
    commands.add_party("short", party="party-1", role="sender", by="seeds")
    commands.record_event(
        "short",
        type="letter_sent",
        occurred="2024-05-01",
        standing="reported",
        data={"summary": "A letter.", "actors": ["party-1"]},
        evidence=[{"article": "https://press.example/letter"}],
        by="seeds",
    )
    moment = Event.objects.latest("position").recorded_at.isoformat()
    for query in ({}, {"all": "timeline,evidence,stream"}, {"compare_as_of": moment}, {"everything": "1"}):
        viewer.get(page_of(long), query)
        numbers = []
        for slug in ("short", long):
            with CaptureQueriesContext(connection) as found:
                viewer.get(page_of(slug), query)
            numbers.append(len(found))
        # The long one has proceedings, for whose dockets two queries more are asked.
        assert numbers[1] <= numbers[0] + 2, query
        assert numbers[1] <= 14, query
