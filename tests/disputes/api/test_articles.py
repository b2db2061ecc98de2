"""The register of articles over the API."""

import uuid

import pytest
from rest_framework.test import APIClient

from disputes.models import Article

pytestmark = pytest.mark.django_db


@pytest.fixture
def captured(reddit: str) -> Article:
    article = Article.objects.get(url="https://news.example/sued")
    article.title, article.source, article.language = "Reddit sues", "Example News", "en"
    article.text, article.digest = "Reddit has sued.", "ab" * 32
    article.published_at = article.captured_at = article.first_seen_at
    article.group = article.id
    article.other_urls = ["https://m.news.example/sued"]
    article.save()
    return article


def test_it_works(reader: APIClient, captured: Article) -> None:
    found = reader.get("/api/v1/articles/?q=sues").json()["results"]
    assert [article["id"] for article in found] == [str(captured.id)]
    (article,) = found
    assert article["url"] == "https://news.example/sued"
    assert article["digest"] == "ab" * 32
    assert article["disputes"] == [{"slug": "reddit-api-pricing", "title": "Reddit API pricing"}]
    assert "text" not in article
    detail = reader.get(article["permalink"]).json()
    assert detail == {**article, "text": "Reddit has sued.", "other_urls": ["https://m.news.example/sued"]}


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("dispute=reddit-api-pricing", 3),
        ("dispute=nowhere", 0),
        ("captured=on", 1),
        ("captured=off", 2),
        ("source=example", 1),
        ("language=en", 1),
        ("url=HTTPS://news.example/sued%23top", 1),
        ("url=https://m.news.example/sued", 1),
        ("published_after=2020-01-01", 1),
        ("published_before=2020-01-01", 0),
        ("first_seen_after=2020-01-01T00:00:00Z", 3),
    ],
)
def test_articles_are_found(reader: APIClient, captured: Article, query: str, number: int) -> None:
    answer = reader.get(f"/api/v1/articles/?{query}&count=on")
    assert answer.json()["count"] == len(answer.json()["results"]) == number


def test_copies_of_one_story_share_a_group(reader: APIClient, captured: Article) -> None:
    assert reader.get(f"/api/v1/articles/?group={captured.id}&count=on").json()["count"] == 1


@pytest.mark.parametrize("query", ["group=7", "url=nowhere", "captured=yes"])
def test_a_wrong_value_is_refused(reader: APIClient, query: str) -> None:
    assert reader.get(f"/api/v1/articles/?{query}").status_code == 400


def test_what_is_known_by_its_address_only_says_so(reader: APIClient, reddit: str) -> None:
    article = reader.get("/api/v1/articles/").json()["results"][0]
    assert article["captured_at"] is article["digest"] is article["group"] is None


def test_an_unknown_article_is_not_found(reader: APIClient) -> None:
    assert reader.get(f"/api/v1/articles/{uuid.uuid4()}/").status_code == 404
