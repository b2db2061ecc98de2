"""The seeds that come with the product: complete, sober, and what they lead to."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disputes import ledger
from disputes.addresses import canonical_url
from disputes.dispute import DisputeState, fold
from disputes.events import Money
from disputes.models import Article, Party
from disputes.seeding import Seeds, load_seeds, read_seeds
from disputes.seeding.schema import DisputeSeed, EventSeed
from disputes.streams import dispute_stream
from disputes.vocabulary import Stance, Status

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "seeds"
FACTS = ROOT.parent / "shared" / "facts" / "disputes.yaml"

SLUGS = [
    "getty-v-stability",
    "pm-at-v-openai-microsoft",
    "reddit-api-pricing",
    "twitter-api-pricing",
    "twitter-v-microsoft",
    "umg-ai-training",
]

Facts = dict[str, Any]


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return read_seeds(SEEDS)


@pytest.fixture(scope="module")
def facts() -> dict[str, Facts]:
    """Give the fact sheet's disputes by slug."""
    if not FACTS.exists():
        pytest.skip("the fact sheet ../shared/facts/disputes.yaml is not here")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {dispute["slug"]: dispute for dispute in yaml.load(FACTS.read_text(), Loader=loader)}  # noqa: S506


def dispute(seeds: Seeds, slug: str) -> DisputeSeed:
    return next(dispute for _path, dispute in seeds.disputes if dispute.slug == slug)


def text_of(slug: str) -> str:
    return (SEEDS / "disputes" / f"{slug}.yaml").read_text()


def addresses(event: EventSeed) -> set[str]:
    return {canonical_url(source.url) for source in event.sources}


def addresses_in(fact: Facts) -> set[str]:
    """Give the addresses of a fact's sources; one of them has a second one pasted to its end."""
    return {canonical_url(source.split("%20")[0]) for source in fact["sources"] if source.startswith("http")}


def from_memory(fact: Facts) -> bool:
    return bool(fact["confidence"] == "memory_only")


def numbers(value: Any) -> Iterator[Decimal]:
    """Find every amount of a fact."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from numbers(inner) if name in {"value", "value_min", "value_max", "tiers", "derived"} else ()
    elif isinstance(value, list):
        for inner in value:
            yield from numbers(inner)
    elif value is not None:
        yield Decimal(str(value))


def amounts(value: Any) -> Iterator[Decimal]:
    """Find every amount of a payload."""
    if isinstance(value, Money):
        yield from (amount for amount in (value.low, value.high) if amount is not None)
    elif isinstance(value, tuple):
        for inner in value:
            yield from amounts(inner)
    elif hasattr(value, "model_fields_set"):
        for name in type(value).model_fields:
            yield from amounts(getattr(value, name))


def test_it_works(seeds: Seeds) -> None:
    assert [dispute.slug for _path, dispute in seeds.disputes] == SLUGS


@pytest.mark.parametrize("slug", SLUGS)
def test_every_event_of_the_fact_sheet_is_there(seeds: Seeds, facts: dict[str, Facts], slug: str) -> None:
    events = list(dispute(seeds, slug).events)
    for fact in facts[slug]["events"]:
        found = [e for e in events if str(e.occurred.date) == str(fact["occurred_on"])]
        found = [event for event in found if addresses_in(fact) <= addresses(event)]
        if from_memory(fact):
            continue
        assert found, f"no event of {fact['occurred_on']} with the sources of {fact['summary']!r}"
        event = found[0]
        assert event.occurred.precision == fact["precision"]
        if fact["confidence"] == "single_source":
            assert event.standing == "reported"
        assert set(numbers(fact.get("amount"))) <= set(amounts(event.payload)), fact["summary"]
        events.remove(event)
    # One fact of the sheet is two events: dismissed in Delaware and filed in California on the same day.
    assert [event.key for event in events] == (
        ["2025-08-14-california-complaint"] if slug == "getty-v-stability" else []
    )


@pytest.mark.parametrize("slug", SLUGS)
def test_every_party_of_the_fact_sheet_is_there(seeds: Seeds, facts: dict[str, Facts], slug: str) -> None:
    names = {
        party.slug: {party.name, *party.aliases, *(former.name for former in party.formerly)} for party in seeds.parties
    }
    present = [(names[part.party], str(part.role)) for part in dispute(seeds, slug).parties]
    for fact in facts[slug]["parties"]:
        known = {fact["name"], re.sub(r" \(.*\)$", "", fact["name"]), *fact["aliases"]}
        for role in {fact["role"], fact.get("also", fact["role"])}:
            assert any(known & called and role == held for called, held in present), (fact["name"], role)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_proceeding_of_the_fact_sheet_is_there(seeds: Seeds, facts: dict[str, Facts], slug: str) -> None:
    begun = [event.payload.to_data() for event in dispute(seeds, slug).events]
    dockets = [data for data in begun if "court" in data]
    assert len({data["proceeding"] for data in dockets}) == len(facts[slug]["proceedings"])
    named = Counter((data["court"], data.get("docket_number"), data.get("judge")) for data in dockets)
    assert named == Counter(
        (
            fact["court"],
            None if fact.get("docket_confidence") == "memory_only" else fact["docket_number"],
            fact["judge"],
        )
        for fact in facts[slug]["proceedings"]
    )


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_from_memory(facts: dict[str, Facts], slug: str) -> None:
    """What somebody remembered but nobody reports is in no file, in whatever way a date is written."""
    text = " ".join(text_of(slug).split())
    for fact in [*facts[slug]["events"], *facts[slug]["proceedings"]]:
        for name, value in fact.items():
            if name.endswith("_from_memory"):
                day = date.fromisoformat(value)
                assert value not in text
                # "8 February 2026" is another day than "8 February", said of 2023.
                assert not re.search(rf"\b{day.day} {day:%B}\b(?! (?!{day.year})\d{{4}})", text), value
        if fact.get("docket_confidence") == "memory_only":
            assert fact["docket_number"] not in text
        if fact.get("confidence") == "memory_only":
            assert f"{fact['occurred_on']}-" not in text


@pytest.mark.parametrize("path", sorted(SEEDS.rglob("*.yaml")), ids=lambda path: path.stem)
def test_the_words_are_a_readers(path: Path) -> None:
    """Nothing speaks of how the seeds were made."""
    assert not re.search(
        r"memory|the sheet|\bseeds?\b|stored page|misspell|[0-9a-f]{16}\.txt", path.read_text(), re.IGNORECASE
    )


def test_a_page_that_has_it_wrong_contradicts(seeds: Seeds) -> None:
    against = {
        (event.key, source.url.split("/")[2].removeprefix("www."))
        for _path, seed in seeds.disputes
        for event in seed.events
        for source in event.sources
        if source.stance is Stance.CONTRADICTS
    }
    assert against == {
        ("2023-04-19-musk-threat", "business-standard.com"),
        ("2023-06-09-price-confirmed", "hindustantimes.com"),
        ("2023-06-28-pm-complaint", "thelegalwire.ai"),
        ("2024-05-openai-licence", "knowledge.wharton.upenn.edu"),
        ("2025-05-19-grok-on-azure", "newslooks.com"),
        ("2025-06-25-training-claims-withdrawn", "shoosmiths.com"),
        ("2025-11-04-london-judgment", "chambers.com"),
    }


def test_what_a_court_awarded_and_what_is_only_alleged(seeds: Seeds) -> None:
    events = {event.key: event for _path, seed in seeds.disputes for event in seed.events}
    assert {event.type for event in events.values() if event.standing == "awarded"} == {
        "appeal_permitted",
        "claim_dismissed",
        "judgment_entered",
        "order_issued",
    }
    # That a letter was sent or a suit filed is a fact; what it says of the other side is not.
    for event in events.values():
        if event.type in {"threat_made", "letter_sent", "complaint_filed"} and event.standing == "confirmed":
            said = re.search(r"alleg|accus|asked|began|filed", event.payload.model_dump()["summary"])
            assert said, event.key


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

    statuses = {slug: folded(slug, date(2026, 7, 1)).status for slug in SLUGS}
    assert statuses == {
        # Leave to appeal in London; the case in California goes on beside it.
        "getty-v-stability": Status.ON_APPEAL,
        # The first case was withdrawn, the second dismissed after that.
        "pm-at-v-openai-microsoft": Status.DISMISSED,
        # The inquiry of the Federal Trade Commission is not known to have ended.
        "reddit-api-pricing": Status.UNDER_INQUIRY,
        # The Ninth Circuit is not known to have decided.
        "twitter-api-pricing": Status.ON_APPEAL,
        # Nothing for twelve months, and nothing scheduled.
        "twitter-v-microsoft": Status.DORMANT,
        "umg-ai-training": Status.DORMANT,
    }
    assert folded("twitter-v-microsoft", date(2023, 5, 18)).status is Status.THREATENED
    assert folded("getty-v-stability", date(2025, 6, 10)).status is Status.TRIAL
    assert folded("reddit-api-pricing", date(2024, 3, 1)).status is Status.LICENSED

    london = folded("getty-v-stability", date(2026, 7, 1)).proceedings["high-court-il-2023-000007"]
    assert london.claims["secondary_infringement"] == "rejected"
    assert london.claims["trademark_infringement"] == "upheld_in_part"
    assert london.claims["database_right"] == "withdrawn"
