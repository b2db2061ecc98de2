"""Cross-validation: every article has its turn, and none is scored by weights that saw its story."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.matching.cross_validation import cross_validate, deal
from ingest.matching.evaluation import LabelledArticle, mean_and_spread
from ingest.matching.weights import stored_weights
from tests.ingest.profiles import seeded_profile


def article(number: int, *labels: str, published_at: date | None = None, story: str = "") -> LabelledArticle:
    title = "Getty Images sues Stability AI" if labels else "Getty Images opens an office"
    kind = "positive" if labels else "hard_negative"
    return LabelledArticle(
        str(number), title, f"So says number {number}.", published_at, frozenset(labels), frozenset(), kind, story
    )


def test_it_works() -> None:
    profiles = [seeded_profile("getty-v-stability")]
    articles = [article(number, *(["getty-v-stability"] if number % 2 else [])) for number in range(20)]
    repeats = list(cross_validate(profiles, articles, stored_weights(), folds=4, repeats=2))
    assert [one.records for one in repeats] == [20, 20]
    assert [one.best.micro.f1 for one in repeats] == [1, 1], "one kind of title is evidence, the other is not"


labels = st.sets(st.sampled_from(["one", "two"]), max_size=2)
days = st.none() | st.dates(date(2023, 1, 1), date(2023, 6, 30))
kinds = st.lists(st.tuples(labels, days, st.sampled_from(["", "", "a", "b"])), max_size=40)


@given(kinds, st.integers(2, 5), st.integers(0, 3))
def test_every_article_is_in_one_fold_and_each_story_too(
    given_kinds: list[tuple[set[str], date | None, str]], folds: int, repeat: int
) -> None:
    articles = [
        article(number, *found, published_at=day, story=story) for number, (found, day, story) in enumerate(given_kinds)
    ]
    dealt = deal(articles, folds=folds, repeat=repeat)
    assert len(dealt) == folds
    where = {one.id: number for number, fold in enumerate(dealt) for one in fold}
    assert sorted(where) == sorted(one.id for one in articles)
    assert sum(map(len, dealt)) == len(articles)
    for one in articles:
        for other in articles:
            is_same_event = (
                one.published_at is not None
                and other.published_at is not None
                and one.labels & other.labels
                and (one.published_at.year, one.published_at.month)
                == (other.published_at.year, other.published_at.month)
            )
            if is_same_event or (one.story and one.story == other.story):
                assert where[one.id] == where[other.id]


def test_folds_are_about_equal_and_differ_between_repetitions() -> None:
    articles = [article(number) for number in range(50)]
    first, second = (deal(articles, folds=5, repeat=repeat) for repeat in (0, 1))
    assert [len(fold) for fold in first] == [10] * 5
    assert first != second
    assert first == deal(articles, folds=5, repeat=0)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([1.0, 3.0], (2.0, pytest.approx(2**0.5))), ([2.0, None], (2.0, 0.0)), ([None], None), ([], None)],
)
def test_mean_and_spread(values: list[float | None], expected: tuple[float, float] | None) -> None:
    assert mean_and_spread(values) == expected
