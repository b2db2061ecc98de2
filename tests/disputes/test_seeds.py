"""The seeds that come with the product: complete, sober, and what they lead to."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from disputes.addresses import canonical_url
from disputes.events import Money
from disputes.seeding import Seeds, read_seeds
from disputes.seeding.schema import DisputeSeed, EventSeed
from disputes.vocabulary import Stance
from tests.disputes.fact_sheet import SEEDS, SLUGS, Facts, read_facts


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return read_seeds(SEEDS)


@pytest.fixture(scope="module")
def facts() -> dict[str, Facts]:
    return read_facts()


def dispute(seeds: Seeds, slug: str) -> DisputeSeed:
    return next(dispute for _path, dispute in seeds.disputes if dispute.slug == slug)


def text_of(slug: str) -> str:
    return (SEEDS / "disputes" / f"{slug}.yaml").read_text()


def addresses(event: EventSeed) -> set[str]:
    return {canonical_url(source.url) for source in event.sources}


def addresses_in(fact: Facts) -> set[str]:
    """Give the addresses of a fact's sources; one of them has a second one pasted to its end."""
    return {canonical_url(source.split("%20")[0]) for source in fact["sources"] if source.startswith("http")}


FURTHER_EVENTS = {
    # One fact of the sheet is two events or more.
    "getty-v-stability": ["2025-08-14-california-complaint"],
    "ai-content-licence-deals": ["2024-03-13-prisa-media"],
    "concord-v-anthropic": [
        "2026-04-20-secondary-claims-dropped",
        # What was set for a later day is an event of that day.
        "2026-07-15-summary-judgment-hearing",
        "2026-09-28-trial",
        # A proceeding of which the sheet's list alone says when it began.
        "2024-06-transfer",
    ],
    "disney-universal-v-midjourney": ["2026-08-19-mediation-deadline"],
    "doe-v-github-copilot": ["2024-09-27-stayed"],
    "like-company-v-google": ["2025-04-03-questions-referred", "2026-09-03-opinion-announced"],
    "reddit-v-perplexity-serpapi": ["2026-05-19-serpapi-hearing"],
    "umg-v-suno-udio": ["2024-06-24-udio-complaint", "2025-10-29-universal-udio-licence"],
    "hiq-v-linkedin": ["2017-appeal", "2017-complaint", "2022-12-08-consent-judgment"],
    "amazon-v-perplexity": ["2026-03-appeal"],
    "ani-v-openai": ["2024-11-suit"],
    "clearview-ai-scraping": ["2021-01-class-actions-joined", "2022-uk-appeal"],
}
"""Events beyond the sheet's lines, judged one by one."""

PAGES_OF_CONFLICTS = {
    canonical_url("https://www.newslooks.com/musk-partners-with-microsoft-despite-openai-lawsuit/"),
    canonical_url("https://thelegalwire.ai/openai-and-microsoft-face-privacy-allegations-lawsuit-withdrawn/"),
}
"""Pages that an event names against itself, which the sheet gives as sources of another dispute's or of none."""

FINER_ROLES = {"intermediary": ("amicus", "intervenor", "user_group")}
"""Roles of which the sheet has one word and the vocabulary several."""

UNNAMED = {"LegalEase", "Opt-out authors (Dave Eggers"}
"""A contractor whose name somebody remembered and no source gives, and a line that the sheet broke in two: the record
has the one without a name and the others by theirs."""


def in_words(day: str) -> str:
    """Write a day as the sheet's prose does; what is no day can't be found there."""
    try:
        return f"{date.fromisoformat(day).day} {date.fromisoformat(day):%B}"
    except ValueError:
        return "no day"


def judge_in(fact: Facts) -> str | None:
    """Give the judge's name without what is said of it; a panel has none."""
    if fact["judge"] is None or fact["judge"].startswith("panel"):
        return None
    return str(fact["judge"]).split(" (")[0].removeprefix("Advocate General ")


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
    assert len(SLUGS) == 34
    assert [dispute.slug for _path, dispute in seeds.disputes] == SLUGS


def test_all_disputes_of_the_fact_sheet_are_there(facts: dict[str, Facts]) -> None:
    assert sorted(facts) == SLUGS


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
            assert event.standing in {"reported", "alleged"}
        assert set(numbers(fact.get("amount"))) <= set(amounts(event.payload)), fact["summary"]
        events.remove(event)
    assert sorted(event.key for event in events) == sorted(FURTHER_EVENTS.get(slug, ())), "of which no fact speaks"
    # The further ones rest on sources of the sheet and happened on days that it gives.
    known = set().union(*(addresses_in(fact) for fact in facts[slug]["events"])) | PAGES_OF_CONFLICTS
    told = {str(fact["occurred_on"]) for fact in facts[slug]["events"]}
    told |= {str(proceeding["filed"]) for proceeding in facts[slug]["proceedings"]}
    prose = " ".join(fact["summary"] for fact in facts[slug]["events"])
    for event in dispute(seeds, slug).events:
        assert addresses(event) <= known, event.key
        assert str(event.occurred.date) in told or in_words(str(event.occurred.date)) in prose, event.key


@pytest.mark.parametrize("slug", SLUGS)
def test_no_amount_is_made_up(seeds: Seeds, facts: dict[str, Facts], slug: str) -> None:
    """What an event gives as an amount stands in the amount, the summary, the note or the conflicts of the sheet."""
    told = set()
    for fact in facts[slug]["events"]:
        told |= set(numbers(fact.get("amount")))
    prose = " ".join(
        [*(f"{fact['summary']} {fact.get('note', '')}" for fact in facts[slug]["events"]), *facts[slug]["conflicts"]]
    ).replace(",", "")
    for event in dispute(seeds, slug).events:
        for amount in amounts(event.payload):
            words = {f"{amount:f}"}
            for size, name in ((10**6, "million"), (10**9, "billion"), (10**12, "trillion")):
                words |= {f"{(amount / size).normalize():f}{after}" for after in (f" {name}", " to ", "-")}
            assert not amount or amount in told or any(word in prose for word in words), (event.key, amount)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_party_of_the_fact_sheet_is_there(seeds: Seeds, facts: dict[str, Facts], slug: str) -> None:
    names = {
        party.slug: {party.name, *party.aliases, *(former.name for former in party.formerly)} for party in seeds.parties
    }
    present = [(names[part.party], str(part.role)) for part in dispute(seeds, slug).parties]
    for fact in facts[slug]["parties"]:
        whole = re.sub(r" \(.*\)?$", "", fact["name"])
        # Some lines of the sheet hold several parties at once.
        known = {fact["name"], whole, *re.split(r", | and | / ", whole), *fact["aliases"]} - {"others", "Inc."}
        if fact["name"] in UNNAMED:
            continue
        for role in {fact["role"], fact.get("also", fact["role"])}:
            held_as = {role, *FINER_ROLES.get(role, ())}
            assert any(known & called and held in held_as for called, held in present), (fact["name"], role)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_proceeding_of_the_fact_sheet_is_there(seeds: Seeds, facts: dict[str, Facts], slug: str) -> None:
    begun = [event.payload.to_data() for event in dispute(seeds, slug).events]
    dockets = [data for data in begun if "court" in data]
    assert len({data.get("into", data["proceeding"]) for data in dockets}) == len(facts[slug]["proceedings"])
    named = Counter((data["court"], data.get("docket_number"), data.get("judge")) for data in dockets)
    assert named == Counter(
        (
            fact["court"],
            None if fact.get("docket_confidence") == "memory_only" else fact["docket_number"],
            judge_in(fact),
        )
        for fact in facts[slug]["proceedings"]
    )


def test_what_is_related_is_linked_both_ways(seeds: Seeds) -> None:
    linked = {(seed.slug, relation.other) for _path, seed in seeds.disputes for relation in seed.related}
    assert {slug for slug, _other in linked} == set(SLUGS), "none stands alone"
    assert linked == {(other, slug) for slug, other in linked}


def test_the_multidistrict_litigation_is_one_proceeding_of_three_disputes(seeds: Seeds) -> None:
    joined = {
        seed.slug
        for _path, seed in seeds.disputes
        for event in seed.events
        if event.payload.to_data().get("docket_number") == "1:25-md-03143"
        and event.payload.to_data()["into"] == "sd-ny-1-25-md-03143"
    }
    assert joined == {"authors-guild-v-openai", "nyt-v-openai-microsoft", "tremblay-silverman-v-openai"}


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_from_memory(facts: dict[str, Facts], slug: str) -> None:
    """What somebody remembered but nobody reports is in no file, in whatever way a date is written."""
    text = " ".join(text_of(slug).split())
    for fact in [*facts[slug]["events"], *facts[slug]["proceedings"]]:
        for name, value in fact.items():
            if name.endswith("_from_memory"):
                elsewhere = {str(fact["occurred_on"]) for fact in facts[slug]["events"]}
                assert value not in text or value in elsewhere
                if value.count("-") < 2:
                    continue
                day = date.fromisoformat(value)
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
        ("2021-01-class-actions-joined", "iclg.com"),
        ("2022-12-06-settlement", "privacyworld.blog"),
        ("2023-10-18-complaint", "quinnemanuel.com"),
        ("2026-03-16-injunction-paused", "chatforest.com"),
        ("2026-05-28-cnn-complaint", "backfield.net"),
    }


def test_what_a_court_awarded_and_what_is_only_alleged(seeds: Seeds) -> None:
    events = {event.key: event for _path, seed in seeds.disputes for event in seed.events}
    assert {event.type for event in events.values() if event.standing == "awarded"} <= {
        "appeal_decided",
        "appeal_permitted",
        "case_consolidated",
        "case_remanded",
        "claim_decided",
        "claim_dismissed",
        # By leave of the court.
        "complaint_amended",
        "discovery_ordered",
        "injunction_ruled",
        "questions_referred",
        "regulatory_decision_issued",
        "settlement_approval_granted",
        "settlement_approval_withheld",
        "judgment_entered",
        "order_issued",
    }
    # That a letter was sent or a suit filed is a fact; what it says of the other side is not.
    for event in events.values():
        if event.type in {"threat_made", "letter_sent", "complaint_filed"} and event.standing == "confirmed":
            said = re.search(r"alleg|accus|asked|began|filed|sued|demanded|told", event.payload.model_dump()["summary"])
            assert said, event.key
