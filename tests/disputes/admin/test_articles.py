"""The list of articles is narrowed by words, addresses and digests, each of which an index answers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.urls import reverse

from disputes.articles import articles_at, articles_with_words
from disputes.models import Article
from tests.support.screens import log_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _articles() -> None:
    Article.objects.create(
        url="https://press.example/1",
        title="Publishers sue over archives",
        source="The Daily Placeholder",
        digest="a" * 64,
        captured_at=datetime(2026, 1, 2, tzinfo=UTC),
        other_urls=["https://mirror.example/one"],
    )
    Article.objects.create(url="https://press.example/2", title="A price is announced")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"Publishers sue over archives", "A price is announced"}),
        ({"q": "publisher archive"}, {"Publishers sue over archives"}),
        ({"q": "placeholder"}, {"Publishers sue over archives"}),
        ({"q": "publisher price"}, set()),
        ({"q": "http://PRESS.example/2?utm_source=x"}, {"A price is announced"}),
        ({"q": "https://mirror.example/one"}, {"Publishers sue over archives"}),
        ({"q": "ftp://press.example/2"}, set()),
        ({"q": "A" * 64}, {"Publishers sue over archives"}),
        ({"captured": "no"}, {"A price is announced"}),
        ({"captured": "yes", "q": "sue"}, {"Publishers sue over archives"}),
    ],
)
def test_it_works(query: dict[str, str], found: set[str]) -> None:
    page = text_of(log_in("viewer").get(reverse("admin:disputes_article_changelist"), query))
    titles = Article.objects.values_list("title", flat=True)
    assert {title for title in titles if title in page} == found


def test_indexes_answer_what_is_looked_up() -> None:
    rows = Article.objects.order_by()
    many = [
        Article(url=f"https://press.example/of-{n}", captured_at=datetime(2026, 1, 2, tzinfo=UTC)) for n in range(500)
    ]
    Article.objects.bulk_create(many)
    with connection.cursor() as cursor:
        # A small table is read as a whole otherwise, or by any index.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("ANALYZE disputes_article")
    assert "article_words" in articles_with_words(rows, "archives").explain()
    assert "article_other_urls" in articles_at(rows, "https://mirror.example/one").explain()
    assert "article_address_only" in rows.filter(captured_at__isnull=True).order_by("-first_seen_at", "id").explain()
