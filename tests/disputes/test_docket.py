"""Docket numbers in every usual spelling."""

import pytest

from disputes.docket import FederalDocketNumber, docket_key


@pytest.mark.parametrize(
    "spelling",
    [
        "1:23-cv-00135",
        "23-cv-135",
        "1:23-cv-00135-GBW",
        "1:23-CV-00135-gbw-cjb",
        " 1:2023-cv-00135 ",
        "23 cv 135",
        "23cv135",
        "23 Civ. 135 (GBW)",
        "No. 1:23-cv-00135-GBW",
        "Case No. 23-cv-00135",
        "Docket No.: 23-cv-135",
        "CV 23-135",
        "C 23-00135",
        "C-23-00135 (GBW)",
        "C.A. No. 23-135-GBW",
        "Civil Action No. 23-135",
        "Civil Action No. 1:23-cv-00135",
        "1:23\u2011cv\u201300135",
    ],
)
def test_it_works(spelling: str) -> None:
    assert docket_key(spelling) == "23-cv-135"


def test_other_cases_and_other_systems_stay_apart() -> None:
    keys = {docket_key(number) for number in ("1:23-cv-00135", "1:23-cv-01350", "1:24-cv-00135", "23-md-00135")}
    assert len(keys) == 4
    assert docket_key("IL-2023-000007") == docket_key("il-2023-000007")
    assert docket_key("C-250/25") == "c-250/25", "the European Court of Justice's, not a civil case of 1925"
    assert docket_key("") == ""


@pytest.mark.parametrize(
    ("spelling", "key"),
    [("22-3054", "22-3054"), ("No. 22-3054", "22-3054"), ("16-10992-smb", "16-10992"), ("25-mdl-3143", "25-md-3143")],
)
def test_appeals_bankruptcies_and_mdls(spelling: str, key: str) -> None:
    assert docket_key(spelling) == key


def test_the_office_is_read_where_it_is_given() -> None:
    numbers = [FederalDocketNumber.parse(text) for text in ("4:23-cv-03440", "23-cv-03440", "22-3054")]
    assert [number and number.office for number in numbers] == ["4", None, None]
