"""A docket number is found in every usual spelling, and not in that of another court."""

import pytest

from ingest.matching import Matcher, ReasonKind
from ingest.matching.docket_numbers import spellings
from tests.ingest.profiles import profile


def found(docket_number: str, text: str) -> list[str]:
    """Give the words in which a docket number is found in a text."""
    matches = Matcher([profile(docket_numbers=(docket_number,))]).match("", text, None, at_least=0)
    return [reason.text for match in matches for reason in match.reasons if reason.kind is ReasonKind.DOCKET_NUMBER]


@pytest.mark.parametrize(
    "text",
    [
        "1:23-cv-00135-GBW",
        "1:23-cv-00135",
        "1:23-CV-135",
        "23-cv-135",
        "23-cv-00135-GBW-MPT",
        "No. 23 Civ. 135 (GBW)",
        "2023-cv-00135",
        "CV 23-135",
        "C 23-00135 GBW",
        "23cv135",
        "23cv00135",
        "1:23‑cv‑00135",  # non-breaking hyphens
        "1:23–cv–00135",  # en dashes
        "3:23-cv-00135 and 1:23-cv-00135",
    ],
)
@pytest.mark.parametrize("known_as", ["1:23-cv-00135-GBW", "1:23-cv-135", "1:23–cv–00135"])
def test_a_federal_number_is_found_in_every_spelling(known_as: str, text: str) -> None:
    assert found(known_as, f"In the case {text}, the judge ruled.")


@pytest.mark.parametrize("text", ["3:23-cv-00135", "1:23-cv-00136", "1:24-cv-00135", "1:23-cv-001350", "1:23-cr-00135"])
def test_another_number_is_not_taken_for_it(text: str) -> None:
    assert found("1:23-cv-00135-GBW", f"In the case {text}, the judge ruled.") == []


@pytest.mark.parametrize(
    ("docket_number", "text"),
    [
        ("IL-2023-000007", "Claim No. IL 2023 000007"),
        ("[2023] EWHC 3090 (Ch)", "see [2023] EWHC 3090 (Ch)."),
        ("C-250/25", "Case C\u2011250/25, Like Company"),
        ("42 O 14139/24", "LG München I, 42 O 14139/24"),
        ("1:23-md-03143", "In re OpenAI, 23-md-3143"),
    ],
)
def test_other_numbers_are_found_as_they_stand(docket_number: str, text: str) -> None:
    assert found(docket_number, text)


@pytest.mark.parametrize("docket_number", ["", "pending", "7", "--"])
def test_what_is_no_number_is_not_searched_for(docket_number: str) -> None:
    assert spellings(docket_number) == frozenset()
    assert found(docket_number, "7 articles are pending -- 7") == []


def test_a_number_beside_a_party_is_enough_and_alone_it_is_not() -> None:
    matcher = Matcher([profile(docket_numbers=("1:23-cv-00135",))])
    [match] = matcher.match("Getty Images v. Stability AI, 1:23-cv-00135", "Answer to the complaint.", None)
    assert match.score >= matcher.automatic
    assert matcher.match("Docket sheet 1:23-cv-00135", "", None) == []
