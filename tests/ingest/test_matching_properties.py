"""What must hold for every article: the scores depend on what it says, and the reasons are true."""

import math
from collections.abc import Callable
from datetime import date
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.matching import DisputeProfile, Field, Match, Matcher, PartyNames, Reason, ReasonKind
from ingest.matching.docket_numbers import spellings
from ingest.matching.lexicon import SUBJECTS, names
from ingest.matching.profiles import WatchTermKind, wordings
from ingest.matching.rarity import stem
from ingest.matching.stop_words import STOP_STEMS
from ingest.matching.text import words
from tests.ingest.profiles import seeded_profiles, term

PIECES = (
    "Elon Musk", "Musk", "Twitter’s data", "Twitter data", "X", "X Corp.", "Microsoft", "Satya Nadella",
    "OpenAI", "sue", "sues", "lawsuit time", "threatens legal action", "letter", "API", "A.P.I.", "basic tier",
    "$42,000 a month", "charge", "Reddit", "subreddits", "Apollo", "blackout", "third-party apps",
    "licensing deal", "Google", "Getty Images", "Getty Museum", "Stability AI", "Stable Diffusion", "copyright",
    "1:23-cv-00135-GBW", "23-cv-03199", "class action", "privacy", "Clarkson", "Universal Music Group",
    "Universal", "Spotify", "Apple", "block AI", "lyrics", "Suno", "the", "of", "weather", "Straße", "naïve",
    "Œuvre", "ΣΟΦΟΣ", "公司", "Inc.", "v.", ".", "!", "?", ",", "(", "”", "-",
)  # fmt: skip

texts = st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join)
titles = st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join)
dates = st.none() | st.dates(date(2015, 1, 1), date(2030, 1, 1))
UNRELATED = DisputeProfile(
    slug="acme-v-globex",
    title="Acme v. Globex",
    parties=(
        PartyNames("acme", "Acme Pictures", aliases=("Acme",), role="plaintiff"),
        PartyNames("globex", "Globex Corporation", aliases=("Globex",), role="defendant"),
        PartyNames("openai", "OpenAI", role="data_user"),
    ),
    watch_terms=(term("any", "copyright", "lawsuit*"), term("all", "Acme", "sue*")),
    docket_numbers=("2:22-cv-00135",),
)


@cache
def matcher() -> Matcher:
    return Matcher(seeded_profiles())


@cache
def reversed_matcher() -> Matcher:
    return Matcher(reversed(seeded_profiles()))


@cache
def wider_matcher() -> Matcher:
    return Matcher((UNRELATED, *seeded_profiles()))


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    """Build the matchers before any example is timed."""
    for build in (matcher, reversed_matcher, wider_matcher):
        build()


def scores(title: str, text: str, published_at: date | None = None) -> dict[str, float]:
    return {match.dispute: match.score for match in matcher().match(title, text, published_at, at_least=0)}


@given(titles, texts, st.data())
def test_white_space_does_not_change_scores(title: str, text: str, data: st.DataObject) -> None:
    gaps = st.sampled_from([" ", "  ", "\n", "\n\n", "\t", "\r\n", "\u00a0", " \u2003"])
    spaced = "".join(data.draw(gaps) if character == " " else character for character in text)
    assert scores(title, spaced) == scores(title, text)
    assert scores(f" {title}\n", f"\n\n{text}  ") == scores(title, text)


@given(titles, texts, st.sampled_from([str.upper, str.lower, str.title, str.swapcase, str.casefold]))
def test_case_does_not_change_scores(title: str, text: str, change: Callable[[str], str]) -> None:
    assert scores(change(title), change(text)) == scores(title, text)


@given(st.lists(st.tuples(titles, texts, dates), min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_articles_do_not_change_each_others_scores(
    articles: list[tuple[str, str, date | None]], chance: Random
) -> None:
    alone = {article: Matcher(seeded_profiles()[:3]).match(*article, at_least=0) for article in articles}
    shared = Matcher(seeded_profiles()[:3])
    mixed = [*articles, *articles]
    chance.shuffle(mixed)
    assert [shared.match(*article, at_least=0) for article in mixed] == [alone[article] for article in mixed]


@given(titles, texts, dates)
def test_the_order_of_the_profiles_does_not_matter(title: str, text: str, published_at: date | None) -> None:
    assert reversed_matcher().match(title, text, published_at, at_least=0) == matcher().match(
        title, text, published_at, at_least=0
    )


@given(titles, texts, dates)
def test_an_unrelated_dispute_changes_no_score(title: str, text: str, published_at: date | None) -> None:
    wider = wider_matcher().match(title, text, published_at, at_least=0)
    assert [match for match in wider if match.dispute != UNRELATED.slug] == matcher().match(
        title, text, published_at, at_least=0
    )


@given(titles, texts, dates)
def test_a_threshold_only_leaves_matches_out(title: str, text: str, published_at: date | None) -> None:
    everything = matcher().match(title, text, published_at, at_least=0)
    for threshold in (0.05, 0.4, 0.9):
        expected = [match for match in everything if match.score >= threshold]
        assert matcher().match(title, text, published_at, at_least=threshold) == expected


@settings(max_examples=300)
@given(titles, texts, dates)
def test_every_reason_is_true(title: str, text: str, published_at: date | None) -> None:
    for match in matcher().match(title, text, published_at, at_least=0):
        assert 0 <= match.score <= 1
        for reason in match.reasons:
            assert math.isfinite(reason.weight)
            assert_true(match, reason, title, text, published_at)
        alike = [stem(words(reason.text)[0]) for reason in match.reasons if reason.kind is ReasonKind.SIMILARITY]
        assert not (set(alike) & STOP_STEMS and set(alike) - STOP_STEMS), "a function word beside words that tell more"


def assert_true(match: Match, reason: Reason, title: str, text: str, published_at: date | None) -> None:
    """Fail unless a reason's words stand where it says, and are what the dispute's profile asks for."""
    if reason.kind is ReasonKind.WINDOW:
        assert published_at is not None
        assert (reason.text, reason.field) == (published_at.isoformat(), Field.PUBLISHED_AT)
        return
    source = title if reason.field is Field.TITLE else text
    assert reason.text == source[reason.start : reason.end]
    assert reason.text
    haystack = f" {' '.join(words(reason.text))} "
    assert any(phrase in haystack for phrase in phrases(match.dispute, reason.kind)), (reason, match.dispute)


@cache
def phrases(slug: str, kind: ReasonKind) -> tuple[str, ...]:
    """Give what may stand in the words of a reason, as substrings of folded text."""
    [profile] = [profile for profile in seeded_profiles() if profile.slug == slug]
    party_names = tuple(f" {' '.join(words(name))} " for party in profile.parties for name in names(party))
    if kind in {ReasonKind.PARTY, ReasonKind.RIVAL}:
        return party_names
    if kind is ReasonKind.SUBJECT:
        return tuple(f" {word} " for word in SUBJECTS)
    if kind is ReasonKind.SIMILARITY:
        told = (profile.title, profile.summary, *profile.history)
        return tuple({f" {stem(word)}" for one in told for word in words(one)})
    if kind is ReasonKind.DOCKET_NUMBER:
        return tuple(f" {spelling} " for number in profile.docket_numbers for spelling in spellings(number))
    kinds = {WatchTermKind.FORBIDDEN} if kind is ReasonKind.FORBIDDEN else {WatchTermKind.ANY, WatchTermKind.ALL}
    terms = tuple(
        f" {' '.join(words(wording.removesuffix('*')))}" + ("" if wording.endswith("*") else " ")
        for one in profile.watch_terms
        if one.kind in kinds
        for phrase in one.phrases
        for wording in wordings(phrase)
    )
    return (*party_names, *terms) if kind is ReasonKind.COMBINATION else terms


@given(titles, texts, dates)
def test_evidence_never_lowers_a_score(title: str, text: str, published_at: date | None) -> None:
    lowering = {ReasonKind.WINDOW, ReasonKind.RIVAL, ReasonKind.FORBIDDEN}
    for match in matcher().match(title, text, published_at, at_least=0):
        for reason in match.reasons:
            assert (reason.weight < 0) == (reason.kind in lowering), reason
