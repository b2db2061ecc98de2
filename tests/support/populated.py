"""A site in which every screen has something to show: a row at least of whatever the admin has a list of."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from knox.models import AuthToken

from disputes import commands
from disputes.models import Article, Checkpoint, Event, LedgerAudit, Subscription
from disputes.proofs.keys import configured_keyring
from ingest import learning
from ingest.capture import keep
from ingest.fetching import FetchResult
from ingest.matching.weights import stored_weights
from ingest.models import Candidate, Capture, Feed, FullTextRule, FullTextWish, MatcherVersion, Page, PageHost
from ingest.proposals import propose_stated_events

SLUG = "reddit-v-anthropic"
TEXT = "Reddit sued Anthropic on Wednesday. It alleges scraping of posts."


@transaction.atomic
def populate() -> dict[str, Any]:
    """Record a small dispute and what surrounds it; gives an example of each parameter of the site's addresses.

    A name with a model or a whole address before it goes first, as `disputes_party.slug` or
    `disputes_party_undo_merge.slug` do.
    """
    event = _record()
    article = event.evidence[0]["article"]["id"]
    candidate = _propose(Article.objects.get(pk=article))
    feed = Feed.objects.create(url="https://press.example/feed", title="The press")
    host = PageHost.objects.create(host="https://press.example")
    Page.objects.create(article_id=article, host=host, url="https://press.example/1")
    FullTextRule.objects.create(domain="press.example", wish=FullTextWish.NEVER)
    _learn()
    configured_keyring().signing_key()
    checkpoint = Checkpoint.objects.create(size=1, root=bytes(32), note="A note", made_at=timezone.now())
    LedgerAudit.objects.create(requested_by="alice")
    Subscription.objects.create(name="follower", position=1)
    AuthToken.objects.create(get_user_model().objects.create_user("program"))
    attempt = AccessAttempt.objects.create(username="nemo", ip_address="203.0.113.5", failures_since_start=5)
    renamed = Event.objects.get(stream="party/reddit", type="party_renamed")
    return {
        "slug": SLUG,
        "kind": "statement_made",
        "event": event.event_id,
        "article": article,
        "party": "reddit",
        "other": "anthropic",
        "role": "plaintiff",
        "name": "follower",
        "subject": "party/nemo",
        "position": Event.objects.get(event_id=event.event_id).position,
        "size": checkpoint.size,
        "pk": feed.pk,
        "candidate": candidate.pk,
        "ingest_capture.pk": _capture(feed).pk,
        "axes_accessattempt.pk": attempt.pk,
        "disputes_dispute_export.file": "events.ndjson",
        "disputes_dispute_complete.kind": "party",
        "disputes_dispute_undo_merge.slug": "reddit-again",
        "disputes_party.slug": "reddit",
        "disputes_party_undo_merge.slug": "reddit-inc",
        "disputes_party.event": renamed.event_id,
        "view_on_site.content_type_id": ContentType.objects.get_for_model(Feed).pk,
        "view_on_site.object_id": feed.pk,
    }


def _record() -> Any:
    for slug, name in (("reddit", "Reddit, Inc."), ("reddit-inc", "Reddit Inc."), ("anthropic", "Anthropic PBC")):
        commands.register_party(slug, name=name, by="alice")
    commands.register_party("nemo", name="Nemo Placeholder", kind="person", by="alice")
    commands.rename_party("reddit", name="Reddit Corp.", effective="2026-01", by="alice")
    commands.merge_parties("reddit-inc", into="reddit", reason="The same company.", by="alice")
    for slug, title in ((SLUG, "Reddit v. Anthropic"), ("reddit-again", "Reddit against Anthropic")):
        commands.open_dispute(slug, title=title, kind="litigation", summary="Reddit says it was scraped.", by="alice")
    commands.merge_disputes("reddit-again", into=SLUG, reason="The same suit.", by="alice")
    commands.add_party(SLUG, party="reddit", role="plaintiff", by="alice")
    commands.add_party(SLUG, party="anthropic", role="defendant", by="alice")
    commands.record_event(
        SLUG,
        type="complaint_filed",
        occurred="2025-06-04",
        standing="confirmed",
        data={
            "summary": "Reddit sued Anthropic.",
            "actors": ["reddit"],
            "targets": ["anthropic"],
            "proceeding": "sf-superior",
            "court": "Superior Court of California",
            "docket_number": "CGC-25-625892",
            "claims": ["breach_of_contract", "trespass_to_chattels"],
        },
        evidence=[
            {"article": "https://press.example/sued"},
            {"article": "https://other.example/denied", "stance": "contradicts"},
        ],
        by="alice",
    )
    return commands.record_event(
        SLUG,
        type="api_price_announced",
        occurred="2023-04",
        standing="reported",
        data={"summary": "Reddit announced paid access.", "actors": ["reddit"]},
        evidence=[{"article": "https://press.example/1", "quote": "will charge"}],
        by="alice",
    )


def _propose(article: Article) -> Candidate:
    """Let an article wait in the inbox, with the event that it states."""
    waiting = Article.objects.create(
        url="https://press.example/waiting",
        title="Reddit sues",
        source="The Press",
        text=TEXT,
        published_at=timezone.now(),
        captured_at=timezone.now(),
    )
    reasons = [{"kind": "watch_term", "text": "Reddit", "weight": 1.5, "field": "text", "start": 0, "end": 6}]
    candidate = Candidate.objects.create(article=waiting, dispute_id=SLUG, score=0.6, reasons=reasons)
    propose_stated_events(waiting, [candidate])
    Candidate.objects.create(article=article, dispute_id=SLUG, score=0.5)
    return candidate


def _capture(feed: Feed) -> Capture:
    body = b"<rss><channel><title>The press</title></channel></rss>"
    result = FetchResult(
        status=200,
        url=feed.url,
        permanent_redirect=None,
        body=body,
        etag=None,
        last_modified=None,
        content_type="application/rss+xml",
        retry_after=None,
        max_age=None,
        wire_bytes=len(body),
        duration=0.1,
        wire_body=body,
    )
    return keep(result, fetched_at=timezone.now(), stored_at=timezone.now(), feed=feed)


def _learn() -> None:
    learning.set_thresholds(automatic=0.9, inbox=0.1, reason="Ask about more.", by="alice")
    MatcherVersion.objects.create(
        version="fitted-2",
        weights=stored_weights().as_json(),
        decisions=40,
        held_back=20,
        loss=0.1,
        loss_before=0.2,
        is_adopted=True,
    )
