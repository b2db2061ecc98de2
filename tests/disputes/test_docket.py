"""Docket numbers in every usual spelling."""

import pytest

from disputes.docket import docket_key


@pytest.mark.parametrize(
    "spelling",
    ["1:23-cv-00135", "23-cv-135", "1:23-cv-00135-GBW", "1:23-CV-00135-gbw", " 1:2023-cv-00135 ", "23 cv 135"],
)
def test_it_works(spelling: str) -> None:
    assert docket_key(spelling) == "23-cv-135"


def test_other_cases_and_other_systems_stay_apart() -> None:
    keys = {docket_key(number) for number in ("1:23-cv-00135", "1:23-cv-01350", "1:24-cv-00135", "23-md-00135")}
    assert len(keys) == 4
    assert docket_key("IL-2023-000007") == docket_key("il-2023-000007")
    assert docket_key("") == ""
