"""An article is matched to the disputes it is about, with reasons that add up to the score."""

from datetime import date

import pytest

from ingest.matching import Field, Match, Matcher, PartyNames, ReasonKind
from ingest.matching.scoring import logistic
from tests.ingest.profiles import GETTY, STABILITY, profile, seeded_profiles, term

SUES = term("any", "sue*|lawsuit*|copyright")


def match_one(matcher: Matcher, title: str, text: str = "", published_at: date | None = None) -> Match | None:
    """Give the match with the one dispute, however low its score."""
    matches = matcher.match(title, text, published_at, at_least=0)
    return matches[0] if matches else None


def score(matcher: Matcher, title: str, text: str = "", published_at: date | None = None) -> float:
    match = match_one(matcher, title, text, published_at)
    return 0.0 if match is None else match.score


def kinds(match: Match | None) -> set[ReasonKind]:
    return set() if match is None else {reason.kind for reason in match.reasons}


def test_it_works() -> None:
    matcher = Matcher([profile(terms=(SUES,), summary="Stability AI copied millions of photographs.")])
    text = "Getty Images alleges that its photographs were copied. Stability AI has not answered Getty's lawsuit."
    [match] = matcher.match("Getty Images sues Stability AI", text, None)
    assert match.dispute == "getty-v-stability"
    assert match.score >= matcher.automatic
    assert kinds(match) == {
        ReasonKind.PARTY, ReasonKind.TERM, ReasonKind.COMBINATION, ReasonKind.SUBJECT, ReasonKind.SIMILARITY,
    }  # fmt: skip


def test_the_weights_of_the_reasons_add_up_to_the_score() -> None:
    matcher = Matcher(seeded_profiles())
    text = (
        "Elon Musk threatens to sue Microsoft over Twitter data. Reddit wants to charge for its API. "
        "Getty Images prosecutes Stability AI, case 1:23-cv-00135."
    )
    matches = matcher.match("Lawsuit time", text, date(2020, 1, 1), at_least=0)
    assert len(matches) >= 3
    for match in matches:
        total = match.base + sum(reason.weight for reason in match.reasons)
        assert match.score == pytest.approx(logistic(total))


def test_a_company_that_is_merely_present_is_no_match() -> None:
    matcher = Matcher([profile(terms=(SUES,))])
    assert matcher.match("Getty Images opens an office", "Getty Images hires. Getty Images grows.", None) == []


def test_both_sides_without_a_term_are_no_match() -> None:
    matcher = Matcher([profile(terms=(SUES,))])
    assert matcher.match("Getty Images meets Stability AI", "Getty Images and Stability AI met.", None) == []


def test_both_sides_wait_for_a_curator_where_the_dispute_has_no_terms_yet() -> None:
    matcher = Matcher([profile()])
    [match] = matcher.match("Getty Images against Stability AI", "Getty Images and Stability AI met.", None)
    assert match.score < matcher.automatic


def test_what_opens_an_article_counts_more_than_a_late_mention() -> None:
    matcher = Matcher([profile(terms=(SUES,))])
    filler = "Weather was fine all over the country on this long and quiet afternoon of the year. " * 4
    sentence = "Getty Images sues Stability AI. "
    first, last = score(matcher, "", sentence + filler), score(matcher, "", filler + sentence)
    titled = score(matcher, sentence, filler)
    assert last < first < titled


def test_a_second_sentence_makes_a_topic_of_a_mention() -> None:
    matcher = Matcher([profile(terms=(SUES,))])
    filler = "Weather was fine all over the country on this long and quiet afternoon of the year. " * 4
    once = score(matcher, "", filler + "Getty Images sues Stability AI. ")
    assert once < score(
        matcher, "", filler + "Getty Images sues Stability AI. " + filler + "Stability AI answers Getty's lawsuit."
    )


def test_scattered_words_are_no_evidence() -> None:
    matcher = Matcher([profile(terms=(SUES,))])
    filler = "Weather was fine. " * 5
    assert matcher.match("", f"Getty Images grows. {filler} Stability AI hires. {filler} Copyright is old.", None) == []


@pytest.mark.parametrize("name", ["Twitter, Inc.", "Twitter", "X Corp.", "tweeter™"])
def test_a_party_is_found_by_every_name_it_has(name: str) -> None:
    twitter = PartyNames("x-corp", "X Corp.", aliases=("Tweeter",), former_names=("Twitter, Inc.",), role="data_holder")
    matcher = Matcher([profile(twitter, STABILITY, terms=(SUES,))])
    match = match_one(matcher, f"{name} sues Stability AI")
    assert match is not None
    assert ReasonKind.PARTY in kinds(match)
    assert match.score > score(matcher, "They sue Stability AI")


def test_names_are_found_as_words_only() -> None:
    matcher = Matcher([profile(terms=(SUES,))])
    assert matcher.match("Gettysburg sues Instability AI", "Togetty lawsuit.", None, at_least=0) == []


def test_an_ambiguous_name_needs_company() -> None:
    apple = PartyNames("apple-music", "Apple Music", aliases=("Apple",), role="intermediary")
    matcher = Matcher([profile(GETTY, apple, terms=(SUES,))])
    assert match_one(matcher, "An apple a day") is None
    assert kinds(match_one(matcher, "Apple asks Getty")) == {ReasonKind.PARTY}
    assert ReasonKind.COMBINATION in kinds(match_one(matcher, "Apple fears a lawsuit"))


def test_a_curator_can_mark_a_name_as_ambiguous() -> None:
    bing = PartyNames("bing", "Bing", role="defendant")
    marked = profile(GETTY, bing, terms=(SUES, term("ambiguous", "Bing")))
    assert match_one(Matcher([profile(GETTY, bing, terms=(SUES,))]), "Bing cherries") is not None
    assert match_one(Matcher([marked]), "Bing cherries") is None
    assert match_one(Matcher([marked]), "Getty sues Bing") is not None


def test_initials_of_two_letters_are_never_searched_for() -> None:
    plaintiff = PartyNames("p-m", "P.M.", aliases=("A.T.",), role="plaintiff")
    matcher = Matcher([profile(plaintiff, STABILITY, terms=(SUES,))])
    match = match_one(matcher, "Stability AI hires at 5 p.m., a lawsuit says")
    assert match is not None
    assert [reason.text for reason in match.reasons if reason.kind is ReasonKind.PARTY] == ["Stability AI"]


def test_a_name_inside_a_longer_name_of_another_party_is_not_meant() -> None:
    reddit = PartyNames("reddit", "Reddit", role="data_holder")
    fun = PartyNames("rif", "Reddit is Fun", role="data_user")
    match = match_one(Matcher([profile(reddit, fun, terms=(SUES,))]), "Reddit is Fun fears a lawsuit")
    assert match is not None
    assert [reason.text for reason in match.reasons if reason.kind is ReasonKind.PARTY] == ["Reddit is Fun"]


def test_all_needs_every_phrase_in_one_sentence() -> None:
    matcher = Matcher([profile(terms=(term("all", "sue*|court", "pictures|images"),))])
    together = match_one(matcher, "", "Getty says: sued over pictures.")
    apart = match_one(matcher, "", "Getty sued. It was over pictures.")
    assert ReasonKind.TERM in kinds(together)
    assert ReasonKind.TERM not in kinds(apart)


def test_wordings_of_one_term_count_once() -> None:
    matcher = Matcher([profile(terms=(term("any", "sue*", "lawsuit", "legal action"),))])
    assert score(matcher, "Getty sues") == pytest.approx(score(matcher, "Getty sues lawsuit legal action"))


def test_a_heavy_term_names_the_dispute_without_a_party() -> None:
    assert match_one(Matcher([profile(terms=(term("any", "stock photo war", weight=4),))]), "The stock photo war")
    assert match_one(Matcher([profile(terms=(term("any", "stock photo war"),))]), "The stock photo war") is None


def test_required_phrases_must_be_there() -> None:
    terms = (SUES, term("required", "pictures", "images"))
    matcher = Matcher([profile(terms=terms)])
    assert matcher.match("Getty sues Stability AI", "Getty sues Stability AI.", None, at_least=0) == []
    assert matcher.match("Getty sues Stability AI", "It is about pictures.", None) != []


def test_a_forbidden_phrase_rules_the_dispute_out_and_says_so() -> None:
    matcher = Matcher([profile(terms=(SUES, term("forbidden", "Getty Museum")))])
    title = "Getty Museum and Getty Images sue Stability AI"
    assert matcher.match(title, "", None) == []
    match = match_one(matcher, title)
    assert match is not None
    assert match.score < 1e-9
    assert match.reasons[-1].kind is ReasonKind.FORBIDDEN
    assert match.reasons[-1].text == "Getty Museum"


def test_an_article_older_than_the_dispute_is_not_about_it() -> None:
    matcher = Matcher([profile(terms=(SUES,), window=(date(2023, 1, 17), None))])
    title, text = "Getty Images sues Stability AI", "Getty Images sues Stability AI over copyright."
    assert matcher.match(title, text, date(2023, 1, 3)) != []
    assert matcher.match(title, text, None) != []
    assert score(matcher, title, text) > 0.8
    assert score(matcher, title, text, date(2019, 1, 1)) < 0.2
    match = match_one(matcher, title, text, date(2019, 1, 1))
    assert match is not None
    [reason] = [reason for reason in match.reasons if reason.kind is ReasonKind.WINDOW]
    assert (reason.text, reason.field, reason.start, reason.end) == ("2019-01-01", Field.PUBLISHED_AT, 0, 0)


def test_an_article_long_after_the_end_counts_less() -> None:
    matcher = Matcher([profile(terms=(SUES,), window=(date(2020, 1, 1), date(2020, 12, 31)))])
    title = "Getty Images sues Stability AI"
    assert score(matcher, title, "", date(2025, 1, 1)) < score(matcher, title, "", date(2021, 1, 1))


def test_every_dispute_of_an_article_gets_its_own_score() -> None:
    matcher = Matcher(seeded_profiles())
    getty = "Getty Images sues Stability AI over copyright in the High Court."
    umg = "Universal Music Group tells Spotify and Apple to block AI scraping of lyrics."
    alone = {m.dispute: m.score for m in matcher.match(getty, getty, None) + matcher.match(umg, umg, None)}
    both = {m.dispute: m.score for m in matcher.match("News of the week", f"{getty} {umg} {getty} {umg}", None)}
    assert set(alone) == set(both) == {"getty-v-stability", "umg-ai-training"}


def test_matches_come_in_order_of_their_score() -> None:
    matcher = Matcher(seeded_profiles())
    text = "Musk threatens to sue Microsoft over Twitter data. Reddit charges for its API, and a blackout follows."
    scores = [match.score for match in matcher.match("Musk to sue Microsoft", text, None, at_least=0)]
    assert scores == sorted(scores, reverse=True)


def test_a_reason_is_shown_on_one_short_line() -> None:
    matcher = Matcher([profile(terms=(SUES,))])
    match = match_one(matcher, "", "Getty Images\n\tsues, " + "as one says, " * 12 + "Stability AI\u200b")
    assert match is not None
    [reason] = [reason for reason in match.reasons if reason.kind is ReasonKind.COMBINATION]
    assert reason.line.startswith("Getty Images sues, as one")
    assert len(reason.line) <= 300
    assert reason.line.isprintable()


def test_two_profiles_with_one_slug_are_refused() -> None:
    with pytest.raises(ValueError, match="'getty-v-stability'"):
        Matcher([profile(), profile()])


@pytest.mark.parametrize(("inbox", "automatic"), [(0.9, 0.8), (0.0, 0.8), (0.4, 1.1)])
def test_thresholds_out_of_order_are_refused(inbox: float, automatic: float) -> None:
    with pytest.raises(ValueError, match="inbox <= automatic"):
        Matcher([], inbox=inbox, automatic=automatic)


def test_no_profiles_match_nothing() -> None:
    assert Matcher([]).match("Getty sues Stability AI", "text", None, at_least=0) == []
