"""How good the matcher is on articles that people have read and labelled."""

from collections.abc import Callable

import pytest

from ingest.matching import Matcher
from ingest.matching.evaluation import Evaluation, LabelledArticle, evaluate, is_held_back, read_records
from tests.ingest.profiles import ARTICLES, seeded_profiles
from tests.ingest.test_matching_properties import assert_true

pytestmark = pytest.mark.skipif(not ARTICLES.is_dir(), reason="the labelled articles are not beside this clone")

FIVE = {
    "000_ade2e724285fc9c9.txt": {"pm-at-v-openai-microsoft"},
    "001_d9bbc9a3de886ea3.txt": {"twitter-v-microsoft", "reddit-api-pricing", "twitter-api-pricing"},
    "002_4dd700a345a898b2.txt": {"twitter-v-microsoft"},
    "003_c5903d56154bbb8b.txt": {"twitter-v-microsoft"},
    "004_890c5c9d10bfe8b2.txt": {"twitter-v-microsoft"},
}


def labelled() -> list[LabelledArticle]:
    with (ARTICLES / "dev.jsonl").open(encoding="utf-8") as lines:
        return list(read_records(lines))


def measured(belongs: Callable[[LabelledArticle], bool]) -> Evaluation:
    return evaluate(Matcher(seeded_profiles()), [article for article in labelled() if belongs(article)])


@pytest.mark.parametrize("name", FIVE)
def test_the_five_articles_are_attached_to_their_disputes_and_to_no_other(name: str) -> None:
    matcher = Matcher(seeded_profiles())
    text = (ARTICLES / name).read_text(encoding="utf-8")
    matches = matcher.match("", text, None, at_least=matcher.automatic)
    assert {match.dispute for match in matches} == FIVE[name]


def test_the_five_records_are_attached_as_they_are_labelled() -> None:
    matcher = Matcher(seeded_profiles())
    for article in labelled():
        if article.id.startswith("seed-"):
            matches = matcher.match(article.title, article.text, article.published_at, at_least=matcher.automatic)
            assert {match.dispute for match in matches} == article.labels, article.id


@pytest.mark.parametrize("part", ["fitted on", "held back"])
def test_what_is_attached_is_right(part: str) -> None:
    automatic = measured(lambda article: is_held_back(article) == (part == "held back")).automatic
    assert at_least(automatic.micro.precision, 0.98)
    assert at_least(automatic.micro.recall, 0.7)
    assert automatic.negatives["hard_negative"].attached <= 1


@pytest.mark.parametrize("part", ["fitted on", "held back"])
def test_the_inbox_has_nearly_all_of_the_rest(part: str) -> None:
    evaluation = measured(lambda article: is_held_back(article) == (part == "held back"))
    assert at_least(evaluation.inbox.micro.recall, 0.97)
    assert at_least(evaluation.best.micro.f1, 0.91)
    assert at_least(evaluation.best.macro_f1(fewest=3), 0.92)
    assert evaluation.inbox.negatives["easy_negative"].attached == 0


def test_two_hundred_matches_have_true_reasons() -> None:
    matcher = Matcher(seeded_profiles())
    matches = 0
    for article in labelled():
        for match in matcher.match(article.title, article.text, article.published_at):
            matches += 1
            for reason in match.reasons:
                assert_true(match, reason, article.title, article.text, article.published_at)
    assert matches >= 200


def at_least(value: float | None, least: float) -> bool:
    return value is not None and value >= least
