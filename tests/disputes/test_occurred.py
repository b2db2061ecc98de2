"""Dates with their precision."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from disputes.occurred import Occurred, Precision


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("2023-04-19", "day", date(2023, 4, 19), date(2023, 4, 19)),
        ("2023-02", "month", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024", "year", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_it_works(text: str, precision: str, first: date, last: date) -> None:
    occurred = Occurred.parse(text)
    assert (occurred.precision, occurred.first_day, occurred.last_day) == (precision, first, last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "23",
        "2023-4",
        "2023-13",
        "2023-02-29",
        "2023-00-01",
        "2023-04-31",
        "April 2023",
        "２０２３",
        "0000",
        "2023-W16-3",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        Occurred.parse(text)


def test_a_range_ends_after_it_begins() -> None:
    hearing = Occurred(date="2023-10-31", end="2023-11-01", precision=Precision.DAY)
    assert (hearing.first_day, hearing.last_day) == (date(2023, 10, 31), date(2023, 11, 1))
    with pytest.raises(ValidationError, match="not after"):
        Occurred(date="2023-11-01", end="2023-10-31", precision=Precision.DAY)


def test_precision_and_form_agree() -> None:
    with pytest.raises(ValidationError, match="is not a day"):
        Occurred(date="2023-04", precision=Precision.DAY)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_that_exists_is_read(day: date) -> None:
    assert Occurred.parse(day.isoformat()).first_day == day
