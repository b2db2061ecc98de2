"""Dates as curators write and read them."""

import pytest

from disputes.admin.amounts import show_money
from disputes.admin.dates import read_date, show_date


@pytest.mark.parametrize(
    ("text", "date", "shown"),
    [
        ("2023", "2023", "2023"),
        ("2023-04", "2023-04", "April 2023"),
        ("2023-04-19", "2023-04-19", "19 April 2023"),
        ("April 2023", "2023-04", "April 2023"),
        ("apr 2023", "2023-04", "April 2023"),
        ("Sept. 2023", "2023-09", "September 2023"),
        ("19 April 2023", "2023-04-19", "19 April 2023"),
        ("April 19, 2023", "2023-04-19", "19 April 2023"),
        ("1st May 2023", "2023-05-01", "1 May 2023"),
        ("  19 April 2023 ", "2023-04-19", "19 April 2023"),
        ("31 October 2023 to 1 November 2023", "2023-10-31 to 2023-11-01", "31 October 2023 to 1 November 2023"),
        ("2023–2024", "2023 to 2024", "2023 to 2024"),
    ],
)
def test_it_works(text: str, date: str, shown: str) -> None:
    occurred = read_date(text)
    assert str(occurred) == date
    assert show_date(occurred.model_dump(mode="json", exclude_none=True)) == shown
    assert read_date(shown) == occurred, "what is shown can be typed again"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not a date"),
        ("soon", "is not a date"),
        ("04/05/2023", "is not a date"),
        ("31 April 2023", "not a day that exists"),
        ("2023-13", "not a month that exists"),
        ("19 Avril 2023", "is no month"),
        ("2023-04 to 2023", "as exactly as each other"),
        ("2024 to 2023", "is not after"),
        ("2023 to 2024 to 2025", "more than two dates"),
        ("٢٠٢٣", "is not a date"),
    ],
)
def test_what_is_no_date_is_named(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_date(text)


@pytest.mark.parametrize(
    ("money", "shown"),
    [
        ({"low": "42000", "high": "210000", "currency": "USD", "per": "month", "basis": "reported"},
         "42,000 to 210,000 USD a month, reported"),
        ({"low": "0.24", "high": "0.240", "currency": "USD", "per": "thousand_calls", "basis": "disclosed"},
         "0.24 USD per 1,000 calls, disclosed"),
        ({"low": "66400000", "currency": "USD", "basis": "disclosed"}, "at least 66,400,000 USD, disclosed"),
        ({"high": "150000", "currency": "USD", "per": "work", "basis": "claimed"}, "up to 150,000 USD a work, claimed"),
        ({"low": "1E+3", "high": "1000", "currency": "EUR", "basis": "estimated", "approximate": True},
         "about 1,000 EUR, estimated"),
        ({"undisclosed": True, "basis": "reported"}, "amount not disclosed, reported"),
        ({"in_kind": "shares", "basis": "reported"}, "in kind: shares, reported"),
    ],
)  # fmt: skip
def test_money_is_said_in_a_line(money: dict[str, object], shown: str) -> None:
    assert show_money(money) == shown
