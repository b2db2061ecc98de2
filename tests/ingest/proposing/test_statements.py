"""What an article states: the type of the event, its date, its parties, and the words that say it."""

from datetime import date
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disputes.vocabulary import Standing
from ingest.proposing import MOST, KnownDispute, KnownParty, KnownProceeding, StatedEvent, propose_events

REDDIT = KnownParty("reddit", ("Reddit, Inc.",), frozenset({"plaintiff", "data_holder"}))
ANTHROPIC = KnownParty("anthropic", ("Anthropic PBC", "Anthropic"), frozenset({"defendant"}))
DISPUTE = KnownDispute("reddit-v-anthropic", "Reddit v. Anthropic", (REDDIT, ANTHROPIC))
WITH_CASE = KnownDispute(
    "reddit-v-anthropic",
    "Reddit v. Anthropic",
    (REDDIT, ANTHROPIC),
    (
        KnownProceeding("sf-superior", "San Francisco Superior Court", "CGC-25-624892", "", "2025-06-04"),
        KnownProceeding("nd-cal", "U.S. District Court, N.D. California", "3:25-cv-05643", "", "2025-07-01"),
    ),
)
THURSDAY = date(2025, 6, 5)


def only(title: str, text: str = "", published: date | None = THURSDAY, dispute: KnownDispute = DISPUTE) -> StatedEvent:
    (event,) = propose_events(title, text, published, dispute)
    return event


def test_it_works() -> None:
    text = "A social network went to court. Reddit sued Anthropic in San Francisco on Wednesday, it said. More to come."
    event = only("", text)
    assert (event.type, str(event.occurred), event.standing) == ("complaint_filed", "2025-06-04", Standing.REPORTED)
    assert (event.data["actors"], event.data["targets"]) == (["reddit"], ["anthropic"])
    assert text[event.start : event.end] == event.quote
    assert event.quote == "Reddit sued Anthropic in San Francisco on Wednesday, it said."
    assert not event.is_dated_by_publication


@pytest.mark.parametrize(
    ("sentence", "kind", "occurred"),
    [
        ("Anthropic was sued by Reddit on June 4, 2025.", "complaint_filed", "2025-06-04"),
        ("Reddit filed a lawsuit against Anthropic in May 2025.", "complaint_filed", "2025-05"),
        ("Anthropic was hit with a class action by Reddit users yesterday.", "complaint_filed", "2025-06-04"),
        ("Reddit threatened to sue Anthropic on 2 May.", "threat_made", "2025-05-02"),
        ("In May 2024 Reddit sent Anthropic a cease-and-desist letter.", "letter_sent", "2024-05"),
        ("Reddit and Anthropic settled on Tuesday.", "settlement_reported", "2025-06-03"),
        ("A judge on Thursday dismissed the claims of Reddit.", "claim_dismissed", "2025-06-05"),
        ("A judge ruled on 3 June that Anthropic may go on.", "order_issued", "2025-06-03"),
        ("A federal judge refused an injunction to Reddit on 3 June 2025.", "injunction_ruled", "2025-06-03"),
        ("Reddit signed a licensing deal with Anthropic in February 2024.", "licence_announced", "2024-02"),
        ("On 18 April 2025 Reddit announced prices for its API.", "api_price_announced", "2025-04-18"),
        ("Reddit dropped its lawsuit against Anthropic on 1 June 2025.", "dismissed_voluntarily", "2025-06-01"),
        ("Reddit cut off access for Anthropic in March.", "access_revoked", "2025-03"),
        ("Am 4. Juni 2025 hat Reddit Anthropic verklagt.", "complaint_filed", "2025-06-04"),
    ],
)
def test_the_press_says_it_in_many_ways(sentence: str, kind: str, occurred: str) -> None:
    event = only("", sentence)
    assert (event.type, str(event.occurred)) == (kind, occurred)


@pytest.mark.parametrize(
    "sentence",
    [
        "Reddit could sue Anthropic in June 2025.",
        "Reddit has not sued Anthropic as of June 2025.",
        "Reddit considers suing Anthropic, it said on Wednesday.",
        "The New York Times sued Anthropic on Wednesday.",
        "Apple sued Samsung on Wednesday.",
        "Reddit shares rose on Wednesday.",
        "Reddit will sue Anthropic on 30 June 2025.",
        "",
    ],
)
def test_what_is_not_stated_is_not_proposed(sentence: str) -> None:
    assert propose_events("", sentence, THURSDAY, DISPUTE) == ()


def test_a_headline_without_a_date_has_the_month_in_which_it_appeared() -> None:
    event = only("Reddit sues Anthropic over scraping")
    assert (str(event.occurred), event.is_dated_by_publication) == ("2025-06", True)
    assert propose_events("Reddit sues Anthropic over scraping", "", None, DISPUTE) == (), "no date, no event"


def test_what_stands_far_down_needs_a_date_of_its_own() -> None:
    lead = "It rained. It snowed. It thawed. "
    assert propose_events("", f"{lead}Reddit sued Anthropic, which matters in today's age.", THURSDAY, DISPUTE) == ()
    assert str(only("", f"{lead}Reddit sued Anthropic today.").occurred) == "2025-06-05"


def test_a_date_belongs_to_the_verb_beside_it() -> None:
    text = "Reddit sued Anthropic on 4 June 2024 and a judge dismissed the case on 2 May 2025."
    found = {event.type: str(event.occurred) for event in propose_events("", text, THURSDAY, DISPUTE)}
    assert found == {"complaint_filed": "2024-06-04", "claim_dismissed": "2025-05-02"}


def test_a_court_case_is_told_by_number_and_court() -> None:
    ruling = "A judge dismissed the claims of Reddit on 3 June 2025."
    numbered = only("", f"{ruling} The case is CGC-25-624892.", dispute=WITH_CASE)
    assert numbered.data["proceeding"] == "sf-superior"
    named = only("", f"{ruling} It was in the San Francisco court.", dispute=WITH_CASE)
    assert named.data["proceeding"] == "sf-superior"
    second = only("", "Reddit sued Anthropic again in May 2025.", dispute=WITH_CASE)
    assert second.data["proceeding"] == "case-of-2025-05", "another complaint begins another case"
    first = only("Reddit sues Anthropic")
    assert first.data["caption"] == "Reddit v. Anthropic", "a case that is new to the record has a name"
    assert "proceeding" not in only("", ruling).data, "nothing is made up for a ruling in a case that is not known"


def test_there_are_few_and_the_surest_come_first() -> None:
    text = (
        "Reddit cut off access for Anthropic in March. Reddit sued Anthropic on 4 June 2025. Reddit and Anthropic "
        "settled in May. Reddit threatened to sue Anthropic in April. Reddit dropped its lawsuit in May."
    )
    events = propose_events("Reddit sues Anthropic on 4 June 2025", text, THURSDAY, DISPUTE)
    assert len(events) == MOST
    assert (events[0].type, events[0].place) == ("complaint_filed", "title")


PIECES = [
    "Reddit",
    "Anthropic",
    " sued ",
    " lawsuit ",
    " on 4 June 2025",
    ". ",
    "; ",
    "\n",
    "a ",
    "X",
    "\x00",
    "…",
    " ",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.lists(st.sampled_from(PIECES)).map("".join))
def test_every_quote_stands_in_the_article(text: str, title: str) -> None:
    for event in propose_events(title, text, THURSDAY, DISPUTE):
        said = {"title": title, "text": text}[event.place]
        assert said[event.start : event.end] == event.quote
        assert event.occurred.first_day <= THURSDAY


@pytest.mark.parametrize(
    "piece", ["Reddit sued ", "a ", "filed a new ", "the ", "judge ", "4 June ", "Reddit.", "lawsuit, "]
)
def test_no_text_takes_long(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    started = perf_counter()
    propose_events(text[:500], text, THURSDAY, DISPUTE)
    assert perf_counter() - started < 3
