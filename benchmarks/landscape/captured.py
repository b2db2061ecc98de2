"""What the pipeline keeps of a landscape: feeds with their fetches, articles, pages, captures, candidates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from benchmarks.landscape import words
from benchmarks.landscape.copying import copy_in
from benchmarks.landscape.log import CURATORS, Judged
from benchmarks.landscape.sizes import Landscape
from disputes.models import Article, ArticleRevision
from ingest.capture.surt import sort_key
from ingest.models import (
    ArticleCapture,
    ArticleCopy,
    Candidate,
    CandidateState,
    Capture,
    CapturedBody,
    CopyKind,
    DocketEntry,
    Feed,
    FeedEntry,
    FeedState,
    Fetch,
    FetchOutcome,
    Page,
    PageHost,
    PageState,
    ProposedEvent,
    Publisher,
)

DAYS = 730
"""For how long articles have come in."""
PAGES_EVERY, CAPTURES_EVERY, DOCKETS_EVERY, REVISIONS_EVERY = 5, 10, 20, 100
"""Of so many articles one has a page of its own, a capture, is of a court's docket, or was edited."""
STATES = [FeedState.ACTIVE] * 17 + [FeedState.BACKING_OFF, FeedState.FAILING, FeedState.PAUSED]
OUTCOMES = [FetchOutcome.NOT_MODIFIED] * 6 + [FetchOutcome.STORED] * 3 + [FetchOutcome.FAILED]
PAGE_STATES = [PageState.READ] * 6 + [PageState.PAYWALL, PageState.NOTHING_MORE, PageState.FAILED, PageState.DISALLOWED]
REASONS_OF_CANDIDATE = ("party", "party", "watch_term", "similar")


def fill_feeds(landscape: Landscape) -> None:
    """Register the feeds and write the log of their fetches."""
    numbers = range(landscape.feeds)
    copy_in(Publisher, ["domain"], ((_press(number),) for number in numbers))
    copy_in(
        Feed,
        ["id", "url", "publisher", "title", "state", "added_at", "next_fetch_at", "last_success_at", "last_error"],
        (
            (
                number + 1,
                f"https://{_press(number)}/feed",
                _press(number),
                f"Press {number:05}",
                (state := STATES[number % len(STATES)]),
                landscape.midnight - timedelta(days=DAYS),
                None if state == FeedState.PAUSED else landscape.midnight + timedelta(minutes=number % 60),
                landscape.midnight - timedelta(minutes=number % 90),
                "the server answered 503" if state in {FeedState.BACKING_OFF, FeedState.FAILING} else "",
            )
            for number in numbers
        ),
    )
    copy_in(
        Fetch,
        ["feed", "started_at", "duration_ms", "status", "bytes", "entries", "new_articles", "outcome"],
        _fetches(landscape),
    )


def fill_articles(landscape: Landscape) -> None:
    """Write the register of articles and what is known of each beside it."""
    copy_in(
        Article,
        [
            "id",
            "url",
            "title",
            "source",
            "language",
            "published_at",
            "first_seen_at",
            "captured_at",
            "text",
            "digest",
            "group",
        ],
        _articles(landscape),
    )
    every = range(landscape.articles)
    copy_in(
        FeedEntry,
        ["feed", "identity", "article", "digest", "first_seen_at", "last_seen_at"],
        (
            (number % landscape.feeds + 1, f"{number:064x}", told.id, told.digest, seen, seen)
            for number in every
            for told, seen in ((words.article(number), _seen(landscape, number)),)
        ),
    )
    copy_in(
        ArticleCopy,
        ["first", "second", "kind", "likeness"],
        (
            (words.article(story).id, words.article(number).id, CopyKind.COPY, 0.97)
            for number in every
            if (story := words.story_of(number)) is not None and story != number
        ),
    )
    copy_in(
        ArticleRevision,
        ["article", "title", "text", "digest", "captured_at", "replaced_at"],
        (
            (told.id, told.title, told.text[:400], f"{number:064x}", seen - timedelta(hours=2), seen)
            for number in every[::REVISIONS_EVERY]
            for told, seen in ((words.article(number), _seen(landscape, number)),)
        ),
    )
    copy_in(
        DocketEntry,
        ["article", "feed", "court", "docket_number", "docket_key", "caption", "text", "filed_at"],
        (
            (
                words.article(number).id,
                number % landscape.feeds + 1,
                f"d{number % 90:02}",
                f"1:2{number % 7}-cv-{number % landscape.disputes:05}",
                f"2{number % 7}cv{number % landscape.disputes}",
                f"Party v. Party, no. {number % landscape.disputes:05}",
                words.sentence(number),
                _seen(landscape, number),
            )
            for number in every[::DOCKETS_EVERY]
        ),
    )
    _fill_captures(landscape, every[::CAPTURES_EVERY])
    _fill_pages(landscape, every[::PAGES_EVERY])


def fill_candidates(landscape: Landscape, judged: Iterable[Judged]) -> None:
    """Write the candidates: those that the log has a decision about, and those that wait."""
    chance = landscape.chance("candidates")
    pairs = set()

    def rows() -> Iterator[Sequence[Any]]:
        number = 0
        for link in judged:
            if (link.article, link.dispute) in pairs:
                continue
            pairs.add((link.article, link.dispute))
            number += 1
            proposed = landscape.midnight - timedelta(minutes=chance.randrange(DAYS * 1_440))
            state = CandidateState.ACCEPTED if link.is_accepted else CandidateState.REJECTED
            decided = (proposed + timedelta(hours=chance.randrange(1, 90)), link.by, link.decision)
            yield (*_candidate(number, link.article, link.dispute, proposed), state, *decided)
        for article, dispute in _waiting(landscape):
            if (article, dispute) in pairs:
                continue
            number += 1
            # As an inbox that is worked at: most of it of the last days.
            proposed = landscape.midnight - timedelta(minutes=round(chance.expovariate(1 / (20 * 1_440))))
            yield (*_candidate(number, article, dispute, proposed), CandidateState.PENDING, None, "", None)

    copy_in(
        Candidate,
        [
            "id",
            "article",
            "dispute",
            "score",
            "reasons",
            "matcher",
            "proposed_at",
            "state",
            "decided_at",
            "decided_by",
            "decision",
        ],
        rows(),
    )
    waiting = Candidate.objects.filter(state=CandidateState.PENDING).order_by("id").values_list("id", flat=True)
    copy_in(
        ProposedEvent,
        ["candidate", "type", "occurred", "standing", "data", "quote", "place", "start", "end", "proposed_at"],
        (
            (
                key,
                "complaint_filed",
                Jsonb({"date": str(landscape.today)[:7], "precision": "month"}),
                "reported",
                Jsonb({"summary": words.sentence(key)}),
                words.sentence(key),
                "text",
                0,
                40,
                landscape.midnight,
            )
            for key in waiting[::10]
        ),
    )
    # Some were put off.
    Candidate.objects.filter(pk__in=list(waiting[5::100])).update(
        state=CandidateState.SNOOZED, decided_by=CURATORS[0], snoozed_until=landscape.midnight + timedelta(days=900)
    )


def _press(number: int) -> str:
    return f"press-{number:05}.example"


def _seen(landscape: Landscape, number: int) -> datetime:
    """Say when an article came: one after the other, the last just before the day began."""
    return landscape.midnight - timedelta(seconds=DAYS * 86_400 * (landscape.articles - number) / landscape.articles)


def _fetches(landscape: Landscape) -> Iterator[Sequence[Any]]:
    chance = landscape.chance("fetches")
    for place in range(landscape.fetches_of_feed):
        for number in range(landscape.feeds):
            outcome = chance.choice(OUTCOMES)
            started = landscape.midnight - timedelta(hours=landscape.fetches_of_feed - place, seconds=number)
            status = {FetchOutcome.STORED: 200, FetchOutcome.FAILED: 503}.get(outcome, 304)
            new = 3 if outcome == FetchOutcome.STORED else 0
            yield number + 1, started, chance.randint(40, 900), status, 40_000 if new else 0, 30, new, outcome


def _articles(landscape: Landscape) -> Iterator[Sequence[Any]]:
    for number in range(landscape.articles):
        told, seen = words.article(number), _seen(landscape, number)
        story = words.story_of(number)
        yield (
            told.id,
            told.url,
            told.title,
            f"Press {number % words.PRESSES:05}",
            "en",
            seen - timedelta(hours=1 + number % 40),
            seen,
            seen,
            told.text,
            told.digest,
            None if story is None else words.article(story).id,
        )


def _fill_captures(landscape: Landscape, numbers: Sequence[int]) -> None:
    # The bytes themselves are not there: their files would be as many.
    digests = [f"{number + 1:064x}" for number in numbers]
    copy_in(
        CapturedBody,
        ["digest", "size", "stored_size", "response_size", "erased_at"],
        ((digest, 40_000, 9_000, 8_000, landscape.midnight) for digest in digests),
    )
    copy_in(
        Capture,
        ["id", "url", "sort_key", "fetched_at", "stored_at", "status", "content_type", "body", "is_original", "feed"],
        (
            (
                place + 1,
                url,
                sort_key(url),
                seen,
                seen,
                200,
                "application/rss+xml",
                digest,
                True,
                number % landscape.feeds + 1,
            )
            for place, (number, digest) in enumerate(zip(numbers, digests, strict=True))
            for url, seen in ((f"https://{_press(number % landscape.feeds)}/feed", _seen(landscape, number)),)
        ),
    )
    copy_in(
        ArticleCapture,
        ["article", "digest", "capture"],
        (
            (told.id, told.digest, place + 1)
            for place, number in enumerate(numbers)
            for told in (words.article(number),)
        ),
    )


def _fill_pages(landscape: Landscape, numbers: Sequence[int]) -> None:
    copy_in(PageHost, ["host"], ((f"https://{_press(number)}",) for number in range(words.PRESSES)))
    chance = landscape.chance("pages")
    copy_in(
        Page,
        ["article", "host", "url", "state", "reason", "last_try_at", "last_status"],
        (
            (
                told.id,
                f"https://{_press(number % words.PRESSES)}",
                told.url,
                chance.choice(PAGE_STATES),
                "",
                _seen(landscape, number),
                200,
            )
            for number in numbers
            for told in (words.article(number),)
        ),
    )


def _waiting(landscape: Landscape) -> Iterator[tuple[int, str]]:
    """Give the pairs that wait: each of another article, the newest among them, a few disputes having most."""
    chance = landscape.chance("waiting")
    step = max(1, landscape.articles // landscape.pending)
    for place in range(landscape.pending):
        dispute = int(landscape.disputes * chance.random() ** 3)
        yield landscape.articles - 1 - place * step % landscape.articles, words.dispute_slug(dispute)


def _candidate(number: int, article: int, dispute: str, proposed: datetime) -> Sequence[Any]:
    told = words.article(article)
    reasons = []
    place = 0
    for kind in REASONS_OF_CANDIDATE[: 2 + number % 3]:
        end = told.text.find(" ", place + 5)
        reasons.append(
            {"kind": kind, "text": told.text[place:end], "weight": 1.25, "field": "text", "start": place, "end": end}
        )
        place = end + 120
    return number, told.id, dispute, 0.3 + number * 7_919 % 600 / 1_000, Jsonb(reasons), "made-up-1", proposed
