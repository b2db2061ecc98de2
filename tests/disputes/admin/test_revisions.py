"""Former versions of an article, on its page."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from disputes.articles import register_address
from disputes.models import ArticleRevision
from tests.support.screens import text_of

pytestmark = pytest.mark.django_db
DAYS = [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (20, 21)]


def test_it_works(viewer: Client) -> None:
    article = register_address("https://press.example/1")
    page = reverse("admin:disputes_article_change", args=[article.pk])
    assert "Former versions" not in text_of(viewer.get(page))
    ArticleRevision.objects.create(
        article=article,
        title="A headline <b>",
        text="First words.",
        digest="ab" * 32,
        captured_at=DAYS[0],
        replaced_at=DAYS[1],
    )
    said = text_of(viewer.get(page))
    for part in (
        "Former versions",
        "A headline <b>",
        "First words.",
        "2026-11-20 12:00",
        "2026-11-21 12:00",
        "ab" * 32,
    ):
        assert part in said
