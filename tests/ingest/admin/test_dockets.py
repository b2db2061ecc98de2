"""Entries of dockets, beside their dispute and beside their feed."""

import pytest
from django.test import Client
from django.urls import reverse

from ingest.articles import store_entries
from ingest.models import Feed
from tests.ingest.documents import NOW
from tests.ingest.test_dockets import ORDER, OTHER, pacer, record_case
from tests.support.screens import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed() -> Feed:
    feed = Feed.objects.create(url="https://ecf.ded.uscourts.gov/cgi-bin/rss_outside.pl", faults="It was broken.")
    store_entries(feed, pacer(ORDER, OTHER), now=NOW)
    return feed


def test_it_works(operator: Client, feed: Feed) -> None:
    dispute = reverse("admin:disputes_dispute_change", args=["a"])
    record_case("a", "D. Delaware")
    said = text_of(operator.get(dispute))
    for part in ("Docket entries", "2023-02-06", "1:23-cv-00135-GBW", "Order on Motion to Dismiss"):
        assert part in said
    assert "1:23-cv-01350" not in said
    assert "Docket entries" not in text_of(operator.get(dispute, {"on_date": "2023-03-01"}))


def test_a_dispute_without_entries_shows_none(operator: Client, feed: Feed) -> None:
    record_case("a", "N.D. California")
    assert "Docket entries" not in text_of(operator.get(reverse("admin:disputes_dispute_change", args=["a"])))


def test_the_page_of_the_feed_names_the_disputes(operator: Client, feed: Feed) -> None:
    record_case("a", "D. Delaware")
    said = text_of(operator.get(reverse("admin:ingest_feed_change", args=[feed.pk])))
    for part in ("Docket entries", "Order on Motion to Dismiss", "1:23-cv-01350", "Pixels and a"):
        assert part in said


def test_the_page_of_the_feed_says_what_was_recovered(operator: Client) -> None:
    feed = Feed.objects.create(url="https://press.example/feed")
    page = reverse("admin:ingest_feed_change", args=[feed.pk])
    assert "Recovered" not in text_of(operator.get(page))
    Feed.objects.update(faults="the XML is broken: mismatched tag")
    assert "the XML is broken: mismatched tag" in text_of(operator.get(page))
