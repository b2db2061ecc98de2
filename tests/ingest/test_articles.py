"""Storing entries: each article once, whichever feed and however often it comes."""

import pytest

from disputes import commands
from disputes.articles import register_address
from disputes.models import Article, EvidenceItem
from ingest.articles import Stored, store_entries, text_digest
from ingest.models import Feed, FeedEntry, PendingMatch
from tests.ingest.documents import NOW, document, entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed() -> Feed:
    return Feed.objects.create(url="https://press.example/feed")


def test_it_works(feed: Feed) -> None:
    assert store_entries(feed, document(entry(1), entry(2)), now=NOW) == Stored(2, 2, 0)
    article = Article.objects.get(url="https://press.example/1")
    assert (article.title, article.source, article.language) == ("Article 1", "The press", "en")
    assert article.digest == text_digest(article.title, article.text)
    assert article.captured_at == NOW
    assert set(PendingMatch.objects.values_list("article__title", flat=True)) == {"Article 1", "Article 2"}


def test_the_same_document_again_changes_nothing(feed: Feed) -> None:
    store_entries(feed, document(entry(1)), now=NOW)
    PendingMatch.objects.all().delete()
    assert store_entries(feed, document(entry(1)), now=NOW) == Stored(1, 0, 0)
    assert not PendingMatch.objects.exists()


def test_the_same_page_from_two_feeds_is_one_article(feed: Feed) -> None:
    store_entries(feed, document(entry(1)), now=NOW)
    other = Feed.objects.create(url="https://other.example/feed")
    link = "http://PRESS.example/1?utm_source=rss"
    stored = store_entries(other, document(entry(7, link=link, content_text="A teaser")), now=NOW)
    assert stored.new_articles == 0
    assert Article.objects.get().text == "The text of article 1.", "a teaser does not take the place of the text"
    assert FeedEntry.objects.count() == 2


def test_an_edit_is_captured_and_matched_anew(feed: Feed) -> None:
    store_entries(feed, document(entry(1)), now=NOW)
    PendingMatch.objects.all().delete()
    assert store_entries(feed, document(entry(1, content_text="Corrected.")), now=NOW) == Stored(1, 0, 1)
    assert Article.objects.get().text == "Corrected."
    assert PendingMatch.objects.count() == 1


def test_an_address_known_from_a_citation_is_met(feed: Feed) -> None:
    commands.open_dispute("a", title="A dispute", kind="threat", summary="About data.", by="curator")
    cited = register_address("https://press.example/1/")
    commands.attach_evidence("a", article=cited.id, by="curator")
    address = cited.url
    assert store_entries(feed, document(entry(1, link=address)), now=NOW).new_articles == 1
    item = EvidenceItem.objects.select_related("article").get()
    assert item.article.is_captured
    assert item.article.title == "Article 1"


@pytest.mark.parametrize("link", [None, "javascript:alert(1)", "https://"])
def test_an_entry_without_a_usable_link_has_a_place_under_its_feed(feed: Feed, link: str | None) -> None:
    store_entries(feed, document(entry(1, link=link), entry(2, link=link)), now=NOW)
    addresses = list(Article.objects.values_list("url", flat=True))
    assert len(set(addresses)) == 2
    assert all(address.startswith("https://press.example/feed#entry-") for address in addresses)


def test_what_leaves_the_feed_stays(feed: Feed) -> None:
    store_entries(feed, document(entry(1), entry(2)), now=NOW)
    store_entries(feed, document(entry(3)), now=NOW)
    assert Article.objects.count() == 3


def test_filings_that_share_the_link_of_their_case_are_articles_of_their_own(feed: Feed) -> None:
    link = "https://ecf.cand.uscourts.gov/cgi-bin/DktRpt.pl?364265"
    filings = document(entry(1, link=link), entry(2, link=link))
    assert store_entries(feed, filings, now=NOW).new_articles == 2
    assert store_entries(feed, filings, now=NOW).new_articles == 0
    assert all(url.startswith(link) for url in Article.objects.values_list("url", flat=True))
