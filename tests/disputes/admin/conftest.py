"""A small record, and who looks at it."""

import pytest
from django.test import Client

from disputes import commands
from tests.support.screens import log_in

SLUG = "reddit-v-anthropic"


@pytest.fixture
def curator() -> Client:
    return log_in("curator", name="carol")


@pytest.fixture
def viewer() -> Client:
    return log_in("viewer", name="victor")


@pytest.fixture
def dispute() -> str:
    """A dispute with two parties, a price and a proceeding."""
    commands.register_party("reddit", name="Reddit, Inc.", aliases=["Reddit"], by="seeds")
    commands.register_party("anthropic", name="Anthropic PBC", by="seeds")
    commands.open_dispute(
        SLUG, title="Reddit v. Anthropic", kind="litigation", summary="Reddit says it was scraped.", by="seeds"
    )
    commands.add_party(SLUG, party="reddit", role="plaintiff", by="seeds")
    commands.add_party(SLUG, party="anthropic", role="defendant", by="seeds")
    commands.record_event(
        SLUG,
        type="api_price_announced",
        occurred="2023-04",
        standing="reported",
        data={
            "summary": "Reddit announced paid access.",
            "actors": ["reddit"],
            "holder": "reddit",
            "amounts": [
                {"low": "0.24", "high": "0.24", "currency": "USD", "per": "thousand_calls", "basis": "disclosed"}
            ],
        },
        evidence=[{"article": "https://www.press.example/price", "quote": "will charge"}],
        by="seeds",
    )
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
        by="seeds",
    )
    return SLUG
