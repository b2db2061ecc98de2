"""Edits: what an article said before is kept, within bounds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from disputes import commands
from disputes.articles import reference
from disputes.models import Article, ArticleRevision
from ingest.articles import store_entries, text_digest
from ingest.models import Feed
from tests.ingest.documents import NOW, document, entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed() -> Feed:
    return Feed.objects.create(url="https://press.example/feed")


def test_it_works(feed: Feed) -> None:
    store_entries(feed, document(entry(1, title="Sued", content_text="First words.")), now=NOW)
    later = NOW + timedelta(hours=1)
    store_entries(feed, document(entry(1, title="Sued", content_text="Other words.")), now=later)
    revision = ArticleRevision.objects.get()
    assert (revision.title, revision.text) == ("Sued", "First words.")
    assert revision.digest == text_digest("Sued", "First words.")
    assert (revision.captured_at, revision.replaced_at) == (NOW, later)
    article = Article.objects.get()
    assert (article.text, article.captured_at) == ("Other words.", later)


def test_a_change_of_the_date_alone_is_no_revision(feed: Feed) -> None:
    store_entries(feed, document(entry(1)), now=NOW)
    assert store_entries(feed, document(entry(1, published_raw="now")), now=NOW).changed_articles == 1
    assert not ArticleRevision.objects.exists()


def test_the_first_and_the_newest_are_kept(feed: Feed) -> None:
    for number in range(30):
        words = document(entry(1, content_text=f"Words {number}."))
        store_entries(feed, words, now=NOW + timedelta(hours=number))
    texts = list(ArticleRevision.objects.values_list("text", flat=True))
    assert len(texts) == ArticleRevision.MOST == 24
    assert texts == ["Words 0.", *(f"Words {number}." for number in range(6, 29))]


def test_the_words_that_evidence_names_are_kept_however_often_they_are_edited(feed: Feed) -> None:
    commands.open_dispute("a", title="A dispute", kind="litigation", summary="About data.", by="curator")
    for number in range(60):
        words = document(entry(1, content_text=f"Words {number}."))
        store_entries(feed, words, now=NOW + timedelta(hours=number))
        if number == 3:
            commands.attach_evidence("a", article=reference(Article.objects.get()), by="curator")
            commands.detach_evidence("a", article=Article.objects.get().pk, reason="Doubtful.", by="curator")
        if number == 5:
            commands.attach_evidence("a", article=reference(Article.objects.get()), by="curator")
    texts = list(ArticleRevision.objects.order_by("captured_at").values_list("text", flat=True))
    assert texts == ["Words 0.", "Words 3.", "Words 5.", *(f"Words {number}." for number in range(36, 59))]


def test_erasing_an_article_erases_its_revisions(feed: Feed) -> None:
    for text in ("First words.", "Other words."):
        store_entries(feed, document(entry(1, content_text=text)), now=NOW)
    commands.erase_article(Article.objects.get().pk, reason="Asked for.", by="administrator")
    assert not ArticleRevision.objects.exists()
    store_entries(feed, document(entry(1, content_text="Words again.")), now=NOW)
    assert Article.objects.get().text == ""
    assert not ArticleRevision.objects.exists()
