"""A dispute, an article and who looks at them."""

import pytest
from django.test import Client
from django.utils import timezone

from disputes import commands
from disputes.models import Article
from ingest.models import Candidate
from tests.support.screens import log_in

TEXT = "It was said that Reddit sues Anthropic over scraping, as reported on Wednesday."


@pytest.fixture
def curator() -> Client:
    return log_in("curator", name="carol")


@pytest.fixture
def operator() -> Client:
    return log_in("operator", name="oscar")


@pytest.fixture
def dispute() -> str:
    commands.register_party("reddit", name="Reddit, Inc.", by="seeds")
    commands.open_dispute(
        "reddit-v-anthropic", title="Reddit v. Anthropic", kind="litigation", summary="A suit.", by="seeds"
    )
    return "reddit-v-anthropic"


def propose(dispute: str, number: int, **fields: object) -> Candidate:
    """Make an article with a candidate, as the matcher does."""
    article = Article.objects.create(
        url=f"https://press.example/{number}",
        title=f"Story {number}",
        source="The Press",
        text=TEXT,
        captured_at=timezone.now(),
        published_at=timezone.now(),
    )
    start = TEXT.index("Reddit sues")
    reasons = [
        {
            "kind": "watch_term",
            "text": "Reddit sues",
            "weight": 1.5,
            "field": "text",
            "start": start,
            "end": start + len("Reddit sues"),
        }
    ]
    return Candidate.objects.create(article=article, dispute_id=dispute, **{"score": 0.55, "reasons": reasons} | fields)
