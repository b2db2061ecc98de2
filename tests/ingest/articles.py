"""A dispute, and articles that are candidates for it, as the matcher makes them."""

from datetime import UTC, datetime
from uuid import uuid4

from django.utils import timezone

from disputes import commands
from disputes.models import Article
from ingest.models import Candidate
from ingest.proposals import propose_stated_events

DISPUTE = "reddit-v-anthropic"
SUIT = "Reddit sued Anthropic on Wednesday. It alleges scraping of posts."


def open_dispute() -> str:
    """Open a dispute between two companies."""
    for slug, name, alias in (("reddit", "Reddit, Inc.", "Reddit"), ("anthropic", "Anthropic PBC", "Anthropic")):
        commands.register_party(slug, name=name, aliases=[alias], by="seeds")
    commands.open_dispute(DISPUTE, title="Reddit v. Anthropic", kind="litigation", summary="A suit.", by="seeds")
    commands.add_party(DISPUTE, party="reddit", role="plaintiff", by="seeds")
    commands.add_party(DISPUTE, party="anthropic", role="defendant", by="seeds")
    return DISPUTE


def propose(text: str, *, title: str = "Scraping") -> Candidate:
    """Make an article of Thursday, 5 June 2025, and its candidate with the events that it states."""
    article = Article.objects.create(
        url=f"https://press.example/{uuid4()}",
        title=title,
        source="The Press",
        text=text,
        published_at=datetime(2025, 6, 5, 12, tzinfo=UTC),
        captured_at=timezone.now(),
    )
    candidate = Candidate.objects.create(article=article, dispute_id=DISPUTE, score=0.6, reasons=[])
    propose_stated_events(article, [candidate])
    return candidate
