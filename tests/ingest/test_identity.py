"""Entries are known again: when they are edited, when guids change, when guids come to be distrusted."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from disputes.models import Article
from ingest.articles import store_entries
from ingest.models import DocketEntry, Feed, FeedEntry
from ingest.parsing import ParsedFeed, parse_feed
from tests.ingest.documents import NOW, document, entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed() -> Feed:
    return Feed.objects.create(url="https://press.example/feed")


def with_guids(prefix: str, *numbers: int) -> ParsedFeed:
    return document(*(entry(number, identity=f"guid:{prefix}{number}") for number in numbers))


def test_it_works(feed: Feed) -> None:
    store_entries(feed, with_guids("old-", 1, 2, 3), now=NOW)
    stored = store_entries(feed, with_guids("new-", 1, 2, 3), now=NOW)
    assert (stored.new_articles, stored.changed_articles) == (0, 0)
    assert FeedEntry.objects.count() == Article.objects.count() == 3


def test_all_guids_change_together_with_new_and_edited_entries(feed: Feed) -> None:
    store_entries(feed, with_guids("old-", 1, 2, 3), now=NOW)
    after = with_guids("new-", 2, 3, 4)
    edited = replace(after.entries[0], content_text="Corrected.", published_raw="another day")
    stored = store_entries(feed, document(edited, *after.entries[1:]), now=NOW)
    assert (stored.new_articles, stored.changed_articles) == (1, 1)
    assert FeedEntry.objects.count() == Article.objects.count() == 4
    assert Article.objects.get(url="https://press.example/2").text == "Corrected."


def test_a_page_whose_entries_share_link_and_title_is_no_sign(feed: Feed) -> None:
    page = {"link": "https://press.example/changes", "title": "Changes"}
    before = document(entry(1, content_text="One.", **page), entry(2, content_text="Two.", **page))
    after = document(entry(3, content_text="Three.", **page), entry(4, content_text="Four.", **page))
    store_entries(feed, before, now=NOW)
    assert store_entries(feed, after, now=NOW).new_articles == 2
    assert set(Article.objects.values_list("text", flat=True)) == {"One.", "Two.", "Three.", "Four."}


def test_one_new_guid_among_known_ones_is_a_new_entry(feed: Feed) -> None:
    weekly = {"link": None, "title": "The week in data"}
    store_entries(feed, document(entry(1, content_text="The first.", **weekly), entry(2)), now=NOW)
    store_entries(feed, document(entry(3, content_text="The second.", **weekly), entry(2)), now=NOW)
    assert set(Article.objects.filter(title="The week in data").values_list("text", flat=True)) == {
        "The first.",
        "The second.",
    }


def court(*filings: tuple[str, str], minute: int = 0) -> ParsedFeed:
    """Give a document of PACER in which all filings belong to one case; each has a guid and a text."""
    items = "".join(
        f"<item><title>1:23-cv-00135 A v. B</title><link>https://ecf.nyed.uscourts.gov/cgi-bin/DktRpt.pl?1</link>"
        f"<guid>{guid}</guid><description>[{text}]</description>"
        f"<pubDate>Mon, 06 Feb 2023 10:{minute:02}:00 EST</pubDate></item>"
        for guid, text in filings
    )
    body = f"<rss version='2.0'><channel><title>Court</title>{items}</channel></rss>"
    return parse_feed(body.encode(), content_type=None, url="https://ecf.nyed.uscourts.gov/feed", now=NOW)


def test_guids_that_come_to_be_distrusted_double_nothing(feed: Feed) -> None:
    store_entries(feed, court(("1", "Order"), ("2", "Letter")), now=NOW)
    repeated = court(("1", "Order"), ("3", "Motion"), ("3", "Reply"))
    assert repeated.repeats_guids
    assert store_entries(feed, repeated, now=NOW).new_articles == 2
    distrusted = court(("1", "Order"), ("3", "Motion"), ("3", "Reply"))
    contents = [replace(one, identity=f"content:{one.content_text}") for one in distrusted.entries]
    assert store_entries(feed, replace(distrusted, entries=tuple(contents)), now=NOW).new_articles == 0
    assert set(Article.objects.values_list("text", flat=True)) == {"[Order]", "[Letter]", "[Motion]", "[Reply]"}


def test_the_only_filing_of_a_day_does_not_take_the_place_of_that_of_the_day_before(feed: Feed) -> None:
    store_entries(feed, court(("1", "Order")), now=NOW)
    assert store_entries(feed, court(("2", "Letter")), now=NOW).new_articles == 1
    assert set(Article.objects.values_list("text", flat=True)) == {"[Order]", "[Letter]"}


def test_a_guid_that_pacer_gives_again_later_is_another_filing(feed: Feed) -> None:
    store_entries(feed, court(("1", "Order")), now=NOW)
    assert store_entries(feed, court(("1", "Letter"), minute=5), now=NOW).new_articles == 1
    assert store_entries(feed, court(("1", "Corrected Letter"), minute=5), now=NOW).new_articles == 0
    assert set(Article.objects.values_list("text", flat=True)) == {"[Order]", "[Corrected Letter]"}


def test_filings_that_were_stored_before_their_date_told_them_apart_are_known_again(feed: Feed) -> None:
    filings = court(("1", "Order"), ("2", "Letter"))
    store_entries(feed, filings, now=NOW)
    for parsed in filings.entries:
        # As the identity of a filing was formed at first: of the guid alone.
        row = FeedEntry.objects.get(article__text=parsed.content_text)
        row.identity = sha256(parsed.identity.encode()).hexdigest()
        row.save()
    again = store_entries(feed, court(("1", "Order"), ("2", "Letter")), now=NOW)
    assert (again.new_articles, again.changed_articles) == (0, 0)
    assert Article.objects.count() == FeedEntry.objects.count() == DocketEntry.objects.count() == 2
    assert store_entries(feed, court(("1", "Reply"), minute=5), now=NOW).new_articles == 1, "and others stay others"


def test_an_entry_that_moves_to_another_address_stays_the_same_article(feed: Feed) -> None:
    store_entries(feed, document(entry(1)), now=NOW)
    stored = store_entries(feed, document(entry(1, link="https://press.example/1-with-a-better-name")), now=NOW)
    assert (stored.new_articles, stored.changed_articles) == (0, 1)
    assert Article.objects.get().url == "https://press.example/1"
