"""Watch terms are plain data that curators write: read, written back, and refused with a cause."""

import json

import pytest

from ingest.matching import Matcher, WatchTerm, WatchTermError, WatchTermKind, watch_terms_from_json
from tests.ingest.profiles import profile, seeded_profiles, term


def test_json_comes_back_as_it_was() -> None:
    value = [
        {"kind": "any", "phrases": ["lawsuit time"], "weight": 1.5, "note": "Musk's tweet."},
        {"kind": "required", "phrases": ["sue*", "letter"]},
    ]
    terms = watch_terms_from_json(value)
    assert [one.as_json() for one in terms] == value
    json.dumps([one.as_json() for one in terms])


def test_the_seeds_come_back_as_they_were() -> None:
    for seeded in seeded_profiles():
        assert seeded.watch_terms
        assert watch_terms_from_json([one.as_json() for one in seeded.watch_terms]) == seeded.watch_terms


@pytest.mark.parametrize("phrase", ["", " ", "a", "!", "…", "$", "a|lawsuit", "lawsuit|", "*", "a*", "su*", "in *"])
def test_a_phrase_that_is_nowhere_or_everywhere_is_refused(phrase: str) -> None:
    with pytest.raises(WatchTermError) as caught:
        WatchTerm(WatchTermKind.ANY, ("fine phrase", phrase))
    assert repr(phrase) in str(caught.value)


@pytest.mark.parametrize("phrase", ["scr*pe", "*scrap", "scrap**"])
def test_a_star_elsewhere_than_at_the_end_is_refused(phrase: str) -> None:
    with pytest.raises(WatchTermError, match="'scrap\\*'"):
        WatchTerm(WatchTermKind.ANY, (phrase,))


def test_a_regular_expression_is_plain_words() -> None:
    bomb = profile(terms=(term("any", "(aa+)+$ stock", weight=4),))
    matcher = Matcher([bomb])
    assert matcher.match("a" * 100_000, "", None, at_least=0) == []
    assert len(matcher.match("(aa+)+$ stock", "", None, at_least=0)) == 1


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ("lawsuit", "list of objects"),
        ([{"kind": "any", "phrases": ["fine"]}, "lawsuit"], "Watch term 2: .*object"),
        ([{"kind": "some", "phrases": ["fine"]}], "Watch term 1: 'some' .*any, all, required, forbidden, ambiguous"),
        ([{"phrases": ["fine"]}], "not a kind"),
        ([{"kind": "any", "phrases": "lawsuit"}], "list of strings"),
        ([{"kind": "any", "phrases": []}], "no phrases"),
        ([{"kind": "any", "phrases": [2023]}], "2023 .*quotes"),
        ([{"kind": "any", "phrases": ["fine"], "boost": 2}], "no 'boost'"),
        ([{"kind": "any", "phrases": ["fine"], "weight": "2"}], "number"),
        ([{"kind": "any", "phrases": ["fine"], "weight": True}], "number"),
        ([{"kind": "any", "phrases": ["fine"], "weight": 0}], "above 0"),
        ([{"kind": "any", "phrases": ["fine"], "weight": float("nan")}], "above 0"),
        ([{"kind": "forbidden", "phrases": ["fine"], "weight": 2}], "takes no weight"),
        ([{"kind": "any", "phrases": ["fine"], "note": 2}], "note"),
    ],
)
def test_what_is_wrong_is_named(value: object, cause: str) -> None:
    with pytest.raises(WatchTermError, match=cause):
        watch_terms_from_json(value)


def test_an_ambiguous_name_may_be_one_letter() -> None:
    assert WatchTerm(WatchTermKind.AMBIGUOUS, ("X",)).phrases == ("X",)


def test_a_prefix_finds_every_ending_and_reports_the_whole_word() -> None:
    matcher = Matcher([profile(terms=(term("any", "web scrap*", weight=4),))])
    [match] = matcher.match("Web-scraping", "", None, at_least=0)
    assert "Web-scraping" in {reason.text for reason in match.reasons}
