"""How good the matcher is on articles that people have read and labelled."""

import hashlib
from collections.abc import Callable

import pytest

from ingest.matching import Matcher
from ingest.matching.evaluation import Evaluation, LabelledArticle, evaluate, read_records
from tests.ingest.profiles import ARTICLES, SLUGS, seeded_profiles

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


def in_tuning_half(article: LabelledArticle) -> bool:
    """Say whether an article is in the half that weights and watch terms were chosen on."""
    return hashlib.sha256(article.id.encode()).digest()[0] % 2 == 0


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
            assert {match.dispute for match in matches} == article.labels & set(SLUGS), article.id


def test_what_is_attached_is_right() -> None:
    automatic = measured(lambda _: True).automatic
    assert automatic.micro.precision is not None
    assert automatic.micro.precision >= 0.97
    assert automatic.micro.recall is not None
    assert automatic.micro.recall >= 0.88
    share = automatic.negatives["hard_negative"].share
    assert share is not None
    assert share <= 0.02


def test_the_inbox_has_nearly_all_of_the_rest() -> None:
    inbox = measured(lambda _: True).inbox
    assert inbox.micro.recall is not None
    assert inbox.micro.recall >= 0.95
    share = inbox.negatives["hard_negative"].share
    assert share is not None
    assert share <= 0.05


def test_what_was_not_tuned_on_is_matched_nearly_as_well() -> None:
    tuning = measured(in_tuning_half).automatic.micro.f1
    held_back = measured(lambda article: not in_tuning_half(article)).automatic.micro.f1
    assert tuning is not None
    assert held_back is not None
    assert tuning - held_back < 0.06
