"""What the pipeline forgets when something is erased."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from disputes import commands
from disputes.articles import register_address
from disputes.errors import Invalid, NotFound, Unfit
from disputes.events.personal import ERASED
from disputes.models import Article
from ingest.articles import store_entries, text_digest
from ingest.models import Candidate, Feed, PendingMatch, ProposedEvent
from ingest.parsing import parse_feed
from ingest.profiles import load_profiles

pytestmark = pytest.mark.django_db
NAME = "Nemo Placeholder"
REASON = "Asked for by the person."
FEED = f"""<rss version="2.0"><channel><title>A paper</title><item><title>{NAME} sues</title>
<link>https://news.example/1</link><guid>1</guid><description>{NAME} went to court over data.</description>
</item></channel></rss>"""


@pytest.fixture(autouse=True)
def _home(settings: Settings, tmp_path: Path) -> None:
    settings.TRACKER_HOME = tmp_path


@pytest.fixture
def article() -> Article:
    row = register_address("https://news.example/1")
    row.title, row.text, row.author = f"{NAME} sues", f"{NAME} went to court.", NAME
    row.digest, row.captured_at = text_digest(row.title, row.text), timezone.now()
    row.save()
    return row


@pytest.fixture
def _dispute() -> None:
    commands.register_party("somebody", name=NAME, aliases=["N. Placeholder"], kind="person", by="curator")
    commands.register_party("a-company", name="A Company", by="curator")
    commands.open_dispute("a", title="A dispute", kind="litigation", summary="About data.", by="curator")
    commands.add_party("a", party="somebody", role="plaintiff", by="curator")
    commands.add_party("a", party="a-company", role="defendant", by="curator")


def propose(article: Article) -> Candidate:
    reasons = [
        {"kind": "party", "text": f"The {NAME.upper()}", "weight": 2.0},
        {"kind": "term", "text": "data", "weight": 1.0},
    ]
    return Candidate.objects.create(article=article, dispute_id="a", score=0.6, reasons=reasons)


@pytest.mark.usefixtures("_dispute")
def test_reasons_that_name_the_person_are_wiped(article: Article) -> None:
    candidate = propose(article)
    commands.erase_subject("party/somebody", reason=REASON, by="admin")
    candidate.refresh_from_db()
    assert [reason["text"] for reason in candidate.reasons] == [ERASED, "data"]


@pytest.mark.usefixtures("_dispute")
def test_the_matcher_no_longer_looks_for_the_person() -> None:
    assert [party.slug for party in load_profiles()[0].parties] == ["somebody", "a-company"]
    commands.erase_subject("party/somebody", reason=REASON, by="admin")
    assert [party.slug for party in load_profiles()[0].parties] == ["a-company"]


@pytest.mark.usefixtures("_dispute")
def test_the_words_of_an_article_go_and_its_digest_and_address_stay(article: Article) -> None:
    candidate = propose(article)
    PendingMatch.objects.create(article=article)
    digest = article.digest
    commands.erase_article(article.pk, reason=REASON, by="admin")
    article.refresh_from_db()
    assert (article.title, article.text, article.author) == ("", "", "")
    assert (article.digest, article.url) == (digest, "https://news.example/1")
    assert article.erased_at is not None
    assert (article.erased_by, article.erased_reason) == ("admin", REASON)
    candidate.refresh_from_db()
    assert {reason["text"] for reason in candidate.reasons} == {ERASED}
    assert not PendingMatch.objects.exists()


def test_an_erased_article_is_not_captured_again(article: Article) -> None:
    commands.erase_article(article.pk, reason=REASON, by="admin")
    feed = Feed.objects.create(url="https://news.example/feed", title="A paper")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    parsed = parse_feed(FEED.encode(), content_type=None, url=feed.url, now=now)
    assert store_entries(feed, parsed, now=now).new_articles == 0
    assert feed.entries.get().article == article
    article.refresh_from_db()
    assert (article.title, article.text) == ("", "")


def test_an_article_is_erased_once_and_with_a_reason(article: Article) -> None:
    with pytest.raises(Invalid, match="say why"):
        commands.erase_article(article.pk, reason=" ", by="admin")
    commands.erase_article(article.pk, reason=REASON, by="admin")
    with pytest.raises(Unfit, match="were erased on"):
        commands.erase_article(article.pk, reason=REASON, by="admin")
    with pytest.raises(NotFound):
        commands.erase_article(article.pk.__class__(int=1), reason=REASON, by="admin")


@pytest.mark.usefixtures("_dispute")
def test_what_an_article_states_goes_with_its_words(article: Article) -> None:
    for number, forget in enumerate((_erase_article, _erase_person)):
        candidate = propose(article if not number else register_address("https://news.example/2"))
        quote = f"{NAME} sued A Company."
        stated = ProposedEvent.objects.create(
            candidate=candidate, type="complaint_filed", occurred={}, quote=quote, place="text", start=0, end=len(quote)
        )
        forget(article)
        assert not ProposedEvent.objects.filter(pk=stated.pk).exists()


def _erase_article(article: Article) -> None:
    commands.erase_article(article.id, reason=REASON, by="admin")


def _erase_person(_article: Article) -> None:
    commands.erase_subject("party/somebody", reason=REASON, by="admin")
