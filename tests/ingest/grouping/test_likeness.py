"""Judging two articles by their words: copies are told from independent reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ingest.grouping import Story, compare
from ingest.grouping.sketch import keys
from ingest.models import CopyKind
from tests.ingest.grouping.stories import HARVEST, LETTER, MERGER, OTHER_REPORT, SAME_MERGER, rewritten, shortened, spun

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ORIGINAL = Story("Halvorsen asks Fenwick to stop collecting its pictures", LETTER, "press.example", NOW)


def story(title: str, text: str, site: str = "other.example", days: int = 0) -> Story:
    return Story(title, text, site, NOW + timedelta(days=days))


def test_it_works() -> None:
    copy = story("Letter to Fenwick", LETTER.replace("Monday", "Tuesday"))
    likeness = compare(ORIGINAL, copy)
    assert likeness is not None
    assert likeness.kind == CopyKind.COPY
    assert likeness.share > 0.9
    assert compare(copy, ORIGINAL) == likeness


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3])
def test_a_rewrite_is_told_by_the_words_it_kept(share: float) -> None:
    for seed in range(5):
        rewrite = story("Something else", rewritten(LETTER, share=share, seed=seed))
        assert compare(ORIGINAL, rewrite) is not None, seed
        assert set(keys(ORIGINAL)) & set(keys(rewrite)), "they find each other"


def test_a_rewrite_of_every_ordinary_word_is_told_by_names_and_numbers_in_their_order() -> None:
    original = Story("Tellurian buys Brightwater", MERGER, "press.example", NOW)
    machine = story("A purchase of maps", spun(MERGER))
    likeness = compare(original, machine)
    assert likeness is not None
    assert likeness.kind == CopyKind.REWRITE
    assert len(original.pairs & machine.pairs) / len(original.pairs | machine.pairs) < 0.18, "not by its words"
    assert set(keys(original)) & set(keys(machine)), "they find each other"


def test_an_independent_report_has_the_same_names_and_numbers_in_another_order() -> None:
    original = Story("Tellurian buys Brightwater", MERGER, "press.example", NOW)
    independent = story("Brightwater taken over by Tellurian", SAME_MERGER)
    names = {word for run in original.anchors for word in run.split()}
    assert len(names & {word for run in independent.anchors for word in run.split()}) > 20
    assert compare(original, independent) is None


def test_what_an_agency_repeats_of_a_case_weeks_later_is_no_rewrite() -> None:
    background = story("The settlement", rewritten(LETTER, share=0.3), days=40)
    assert compare(ORIGINAL, background) is None
    assert compare(ORIGINAL, replace(background, moment=NOW + timedelta(days=5))) is not None


@pytest.mark.parametrize("words", [40, 80, 120])
def test_a_shortened_copy_is_told_by_its_phrases(words: int) -> None:
    short = story("In brief", shortened(LETTER, words=words))
    likeness = compare(ORIGINAL, short)
    assert likeness is not None
    assert likeness.kind == CopyKind.SHORTENED
    assert set(keys(ORIGINAL)) & set(keys(short))


def test_an_independent_report_of_the_same_event_is_no_copy() -> None:
    assert compare(ORIGINAL, story("Halvorsen and Fenwick quarrel over pictures", OTHER_REPORT)) is None


def test_another_story_shares_no_key() -> None:
    harvest = story("Smallest harvest for thirty years", HARVEST)
    assert compare(ORIGINAL, harvest) is None
    assert not set(keys(ORIGINAL)) & set(keys(harvest))


def test_layout_case_and_compatibility_forms_say_nothing() -> None:
    spaced = story(ORIGINAL.title.upper(), "\n\n".join(LETTER.split()).replace("fi", "ﬁ"))
    assert keys(spaced) == keys(ORIGINAL)


def test_what_a_site_puts_on_all_its_pages_makes_no_copies() -> None:
    notice = "Subscribe to read on. " + shortened(LETTER, words=90)
    one, other = story("The price of apples", notice, "wall.example"), story("A bridge opens", notice, "wall.example")
    assert compare(one, other) is None
    assert compare(one, replace(other, site="elsewhere.example")) is not None


def test_summaries_are_judged_with_their_titles_and_days() -> None:
    summary = "Halvorsen gives Fenwick until the end of the month to list four million copied photographs."
    one = story("Halvorsen asks Fenwick to stop collecting pictures", summary, "one.example")
    two = story("Halvorsen asks Fenwick to stop collecting its pictures", summary, "two.example", days=2)
    found = compare(one, two)
    assert found is not None
    assert found.kind == CopyKind.SAME_STORY
    assert set(keys(one)) & set(keys(two))
    assert compare(one, replace(two, moment=NOW + timedelta(days=30))) is None, "the next event of its kind"
    assert compare(one, replace(two, site="one.example")) is None, "a site's recurring titles"


def test_the_same_title_over_other_words_is_no_copy() -> None:
    title = "Halvorsen asks Fenwick to stop collecting pictures"
    one = story(title, "Halvorsen gives Fenwick until the end of the month to list copied photographs.", "one.example")
    two = story(title, "Nine pages of complaints reached a generator's maker; its spokeswoman stays calm about them.")
    assert compare(one, two) is None


def test_filings_of_courts_are_records_of_their_own() -> None:
    filing = Story.of(url="https://ecf.cand.uscourts.gov/doc1/1", title="Motion", text=LETTER, moment=NOW)
    assert keys(filing) == []
    assert compare(filing, ORIGINAL) is None


@pytest.mark.parametrize("text", ["", "Read more", "Photo", "\ud83d\ude00 " * 20])
def test_what_says_too_little_has_no_keys(text: str) -> None:
    assert keys(Story("", text, "press.example")) == []


def test_languages_without_spaces_are_compared_by_characters() -> None:
    text = (
        "東京の写真会社が画像生成ソフトの開発会社に対し写真の無断収集をやめるよう求める書簡を送ったことが分かった" * 2
    )
    one, two = Story("", text, "one.example", NOW), Story("", text.replace("東京", "大阪"), "two.example", NOW)
    assert set(keys(one)) & set(keys(two))
    assert compare(one, two) is not None


def test_a_text_of_any_length_costs_little() -> None:
    endless = Story("Endless", "word " * 2_000_000, "press.example")
    assert len(endless.words) <= 1501
    assert len(keys(Story("Long", " ".join(f"word{n}" for n in range(100_000)), "press.example"))) < 200
