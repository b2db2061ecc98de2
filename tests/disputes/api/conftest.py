"""A small record to ask about, and who asks."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from disputes import commands
from tests.support.clients import client_with


@pytest.fixture
def reader() -> APIClient:
    """Somebody without an account."""
    return APIClient()


@pytest.fixture
def writer() -> Callable[..., APIClient]:
    """Make clients of accounts with the named roles."""
    return client_with


@pytest.fixture
def curator(writer: Callable[..., APIClient]) -> APIClient:
    return writer("curator")


@pytest.fixture
def reddit() -> str:
    """A dispute with parties, a price, a proceeding, evidence and something scheduled."""
    commands.register_party("reddit", name="Reddit, Inc.", aliases=["Reddit"], by="seeds")
    commands.register_party("anthropic", name="Anthropic PBC", by="seeds")
    slug = "reddit-api-pricing"
    commands.open_dispute(
        slug,
        title="Reddit API pricing",
        kind="api_pricing",
        summary="Reddit charges for its API.",
        data_types=["social_posts", "api_stream"],
        jurisdictions=["US"],
        by="seeds",
    )
    commands.add_party(slug, party="reddit", role="data_holder", by="seeds")
    commands.add_party(slug, party="anthropic", role="ai_developer", by="seeds")
    commands.record_event(
        slug,
        type="api_price_announced",
        occurred="2023-04",
        standing="confirmed",
        data={
            "summary": "Reddit announced paid access.",
            "actors": ["reddit"],
            "holder": "reddit",
            "amounts": [{"low": "0.24", "currency": "USD", "per": "thousand_calls", "basis": "disclosed"}],
        },
        evidence=[{"article": "https://news.example/reddit", "quote": "will charge"}],
        by="seeds",
    )
    commands.record_event(
        slug,
        type="complaint_filed",
        occurred="2025-06-04",
        standing="confirmed",
        data={
            "summary": "Reddit sued Anthropic.",
            "proceeding": "sf-superior",
            "court": "Superior Court of California",
            "docket_number": "3:25-cv-05643-VC",
            "claims": ["breach_of_contract", "trespass_to_chattels"],
        },
        evidence=[{"article": "https://news.example/sued"}],
        by="seeds",
    )
    commands.record_event(
        slug,
        type="trial_scheduled",
        occurred="2199-05",
        standing="reported",
        data={"summary": "Trial is set.", "proceeding": "sf-superior"},
        evidence=[{"article": "https://news.example/trial"}],
        by="seeds",
    )
    return slug
