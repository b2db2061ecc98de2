"""What the seeds lead to: they load once, and each dispute has the status that the sheet of facts calls it."""

from __future__ import annotations

import time
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disputes import ledger
from disputes.dispute import DisputeState, fold
from disputes.models import Article, Party
from disputes.seeding import load_seeds
from disputes.streams import dispute_stream
from disputes.vocabulary import Status
from tests.disputes.fact_sheet import SEEDS, SLUGS, Facts, read_facts

STATUSES = {
    "advance-local-v-cohere": "pleadings",
    "ai-content-licence-deals": "licensed",
    "amazon-v-perplexity": "on_appeal",
    "andersen-v-stability": "pleadings",
    "ani-v-openai": "judgment_reserved",
    "authors-guild-v-openai": "pleadings",
    "bartz-v-anthropic": "settlement_pending",
    "canadian-news-v-openai": "pleadings",
    "clearview-ai-scraping": "pleadings",
    "concord-v-anthropic": "summary_judgment",
    "disney-universal-v-midjourney": "pleadings",
    "doe-v-github-copilot": "on_appeal",
    "dow-jones-v-perplexity": "pleadings",
    "encyclopaedia-britannica-v-perplexity": "pleadings",
    "gema-v-openai": "pleadings",
    "getty-v-stability": "on_appeal",
    "hiq-v-linkedin": "decided",
    "kadrey-v-meta": "pleadings",
    "like-company-v-google": "referred",
    "meta-v-bright-data": "withdrawn",
    "nyt-v-openai-microsoft": "discovery",
    "pm-at-v-openai-microsoft": "dismissed",
    "reddit-api-pricing": "under_inquiry",
    "reddit-v-anthropic": "pleadings",
    "reddit-v-perplexity-serpapi": "pleadings",
    "stackoverflow-api-charging": "licensed",
    "thomson-reuters-v-ross": "on_appeal",
    "tremblay-silverman-v-openai": "pleadings",
    "twitter-api-pricing": "on_appeal",
    "twitter-v-microsoft": "dormant",
    "umg-ai-training": "dormant",
    "umg-v-suno-udio": "pleadings",
    "x-v-bright-data": "discovery",
    "ziff-davis-v-openai": "pleadings",
}
"""What the seeds lead to as of 1 July 2026; seeds/README.md has the table with the words of the sheet."""

OPEN: set[Status] = {status for status in Status if not status.is_final and status is not Status.DORMANT}
SHEETS_WORDS: dict[str, set[Status]] = {
    "closed": {Status.DECIDED, Status.WITHDRAWN},
    "consolidated": OPEN,
    "consolidated, ongoing": OPEN,
    "dismissed": {Status.DISMISSED},
    "dormant": {Status.DORMANT},
    "judgment reserved (reported)": {Status.JUDGMENT_RESERVED},
    "on appeal": {Status.ON_APPEAL},
    "ongoing": OPEN,
    "ongoing (last seen April 2025)": OPEN,
    "ongoing (not final)": OPEN,
    # Some defendants and plaintiffs have settled; the status is that of what goes on between the others.
    "partly settled": OPEN,
    "pending before the Court of Justice": {Status.REFERRED},
    "settled, final approval pending": {Status.SETTLEMENT_PENDING},
    # Other disputes took its place; nothing happened in it for three years.
    "superseded": {Status.DORMANT},
}


@pytest.fixture(scope="module")
def facts() -> dict[str, Facts]:
    return read_facts()


@pytest.mark.parametrize("slug", SLUGS)
def test_the_status_is_what_the_sheet_calls_it(facts: dict[str, Facts], slug: str) -> None:
    assert STATUSES[slug] in SHEETS_WORDS[facts[slug]["status"]]


def folded(slug: str, on_date: date) -> DisputeState:
    return fold(slug, ledger.read_stream(dispute_stream(slug)), on_date=on_date)


@pytest.mark.django_db
def test_the_seeds_load_once_and_lead_to_a_sensible_state() -> None:
    first = {report.name: report.appended for report in load_seeds(SEEDS)}
    assert list(first) == ["parties", *SLUGS]
    assert all(first.values())

    started = time.monotonic()
    with CaptureQueriesContext(connection) as queries:
        second = {report.name: report.appended for report in load_seeds(SEEDS)}
    assert set(second.values()) == {0}
    assert time.monotonic() - started < 3
    # A stream for each party, and each dispute twice: for itself and for its relations; the rest are transactions.
    assert sum("disputes_event" in query["sql"] for query in queries) == Party.objects.count() + 2 * len(SLUGS)

    assert not any(article.is_captured for article in Article.objects.all())
    party = Party.objects.get(slug="x-corp")
    assert (party.name, party.parent_id) == ("X Corp.", "xai")
    assert party.former_names == [{"name": "Twitter, Inc.", "until": {"date": "2023", "precision": "year"}}]

    assert {slug: str(folded(slug, date(2026, 7, 1)).status) for slug in SLUGS} == STATUSES
    assert folded("twitter-v-microsoft", date(2023, 5, 18)).status is Status.THREATENED
    assert folded("getty-v-stability", date(2025, 6, 10)).status is Status.TRIAL
    assert folded("reddit-api-pricing", date(2024, 3, 1)).status is Status.LICENSED

    london = folded("getty-v-stability", date(2026, 7, 1)).proceedings["high-court-il-2023-000007"]
    assert london.claims["secondary_infringement"] == "rejected"
    assert london.claims["trademark_infringement"] == "upheld_in_part"
    assert london.claims["database_right"] == "withdrawn"
