"""The measures of a matcher: counted by hand here, so that the command can be believed."""

import json
from datetime import date

import pytest

from ingest.matching import Matcher
from ingest.matching.evaluation import (
    Counts,
    LabelledArticle,
    RecordError,
    ScoredArticle,
    best_threshold,
    evaluate,
    outcome,
    read_records,
)
from tests.ingest.profiles import seeded_profiles


def scored(
    scores: dict[str, float], labels: tuple[str, ...] = (), *, mentions: tuple[str, ...] = (), kind: str = ""
) -> ScoredArticle:
    kind = kind or ("positive" if labels else "hard_negative")
    article = LabelledArticle("id", "", "", None, frozenset(labels), frozenset(mentions), kind)
    return ScoredArticle(article, scores)


FOUR = [
    scored({"a": 0.9, "b": 0.85}, ("a",), mentions=("b",)),
    scored({"a": 0.5}, ("a", "b")),
    scored({"b": 0.95}),
    scored({}, kind="easy_negative"),
]


def test_it_works() -> None:
    found = outcome(FOUR, ["a", "b"], threshold=0.8)
    assert (found.micro.right, found.micro.wrong, found.micro.missed) == (1, 2, 2)
    assert found.disputes["a"] == Counts(right=1, wrong=0, missed=1)
    assert found.disputes["b"] == Counts(right=0, wrong=2, missed=1)
    assert found.wrong_mentions == 1
    assert (found.negatives["hard_negative"].attached, found.negatives["hard_negative"].total) == (1, 1)
    assert found.negatives["easy_negative"].share == 0


def test_precision_recall_and_f1() -> None:
    counts = Counts(right=3, wrong=1, missed=2)
    assert counts.precision == 0.75
    assert counts.recall == 0.6
    assert counts.f1 == pytest.approx(2 / 3)


def test_nothing_to_divide_by_is_no_number() -> None:
    assert (Counts().precision, Counts().recall, Counts().f1) == (None, None, None)
    assert outcome([], ["a"], threshold=0.5).macro_f1() is None


def test_macro_f1_is_the_mean_over_the_disputes_with_records() -> None:
    found = outcome(FOUR, ["a", "b", "never"], threshold=0.8)
    assert found.macro_f1() == pytest.approx((2 / 3 + 0) / 2)
    assert found.macro_f1(fewest=2) == pytest.approx(2 / 3)


def test_a_score_at_the_threshold_is_attached() -> None:
    assert outcome([scored({"a": 0.8}, ("a",))], ["a"], threshold=0.8).micro.right == 1


def test_scores_and_labels_of_other_disputes_are_left_out() -> None:
    found = outcome([scored({"other": 0.9}, ("another",))], ["a"], threshold=0.5)
    assert found.micro == Counts()


def test_the_best_threshold_is_the_one_with_the_highest_f1() -> None:
    articles = [scored({"a": 0.9}, ("a",)), scored({"a": 0.7}, ("a",)), scored({"a": 0.6}), scored({"a": 0.1}, ("a",))]
    threshold = best_threshold(articles, ["a"])
    assert threshold == 0.1
    tried = [outcome(articles, ["a"], threshold=one).micro.f1 for one in (0.1, 0.6, 0.7, 0.9)]
    assert outcome(articles, ["a"], threshold=threshold).micro.f1 == max(value for value in tried if value is not None)


def test_equal_scores_stay_together() -> None:
    articles = [scored({"a": 0.5}, ("a",)), scored({"a": 0.5}), scored({"a": 0.4}, ("a",))]
    assert best_threshold(articles, ["a"]) == 0.4


def test_records_are_read() -> None:
    lines = [
        '{"id": "1", "title": "T", "text": "X", "labels": ["a"], "date": "2023-04", "url": "ignored"}\n',
        "\n",
        '{"id": "2", "title": "T", "text": "X", "labels": [], "mentions": ["a"], "kind": "hard_negative"}\n',
    ]
    first, second = read_records(lines)
    assert (first.kind, first.published_at, set(first.labels)) == ("positive", date(2023, 4, 30), {"a"})
    assert (second.kind, second.published_at, set(second.mentions)) == ("hard_negative", None, {"a"})


GOOD: dict[str, object] = {"id": "1", "title": "T", "text": "X", "labels": []}


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("{", "not JSON"),
        ("[]", "JSON object"),
        (json.dumps({key: GOOD[key] for key in ("id", "title", "labels")}), "'text' is missing"),
        (json.dumps(GOOD | {"title": None}), "'title' is None, not a string"),
        (json.dumps(GOOD | {"labels": "a"}), "'labels' is 'a', not a list"),
        (json.dumps(GOOD | {"labels": [1]}), "'labels' is"),
        (json.dumps(GOOD | {"mentions": None}), "'mentions' is None"),
        (json.dumps(GOOD | {"date": "last week"}), "'date' is 'last week'"),
        (json.dumps(GOOD | {"date": "2023-02-30"}), "does not exist"),
        (json.dumps(GOOD | {"date": 2023}), "'date' is 2023"),
        (json.dumps(GOOD | {"kind": "bad"}), "'kind' is 'bad'"),
        (json.dumps(GOOD | {"kind": "positive"}), "'labels' is"),
        (json.dumps(GOOD | {"id": "0"}), "line 1 already"),
    ],
)
def test_a_bad_record_is_named_by_its_line_and_cause(line: str, cause: str) -> None:
    with pytest.raises(RecordError, match=cause) as caught:
        list(read_records([json.dumps(GOOD | {"id": "0"}), line]))
    assert caught.value.line == 2
    assert str(caught.value).startswith("line 2: ")


def test_labels_of_unknown_disputes_are_counted() -> None:
    records = [GOOD | {"id": str(number), "labels": ["nobody-v-nobody", "getty-v-stability"]} for number in range(3)]
    evaluation = evaluate(Matcher(seeded_profiles()), read_records(json.dumps(record) for record in records))
    assert evaluation.ignored_labels == {"nobody-v-nobody": 3}
    assert evaluation.automatic.micro.missed == 3
    json.dumps(evaluation.as_json(), allow_nan=False)


def test_nothing_to_measure_with_is_an_error() -> None:
    with pytest.raises(ValueError, match="no record"):
        evaluate(Matcher(seeded_profiles()), [])
