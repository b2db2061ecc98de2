"""Dates as curators write and read them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.admin.amounts import show_money
from disputes.admin.dates import depends_on_today, read_date, show_date, show_understood


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
        ("2023/4/9", "2023-04-09", "9 April 2023"),
        ("04/2023", "2023-04", "April 2023"),
        ("13/05/2023", "2023-05-13", "13 May 2023"),
        ("05/13/2023", "2023-05-13", "13 May 2023"),
        ("05.05.2023", "2023-05-05", "5 May 2023"),
        ("the 19th of April 2023", "2023-04-19", "19 April 2023"),
        ("Wednesday, April 19, 2023", "2023-04-19", "19 April 2023"),
        ("12. Mai 2023", "2023-05-12", "12 May 2023"),
        ("1er mars 2023", "2023-03-01", "1 March 2023"),
        ("19 de abril de 2023", "2023-04-19", "19 April 2023"),
        ("19 Avril 2023", "2023-04-19", "19 April 2023"),
        ("2023年4月19日", "2023-04-19", "19 April 2023"),
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
        ("04/05/2023", "can be 4 May 2023 or 5 April 2023; write the month as a word"),
        ("14/13/2023", "not a day that exists"),
        ("31 April 2023", "^'2023-04-31' is not a day that exists$"),
        ("19 April", "has no year"),
        ("19 April 23", "has no year"),
        ("Tuesday, 19 April 2023", "is a Wednesday, not a Tuesday"),
        ("Q2 2023", "write 2023 where the day may be any of it, or April 2023 to June 2023"),
        ("mid-April 2023", "vaguer than the record can hold"),
        ("last Monday", "depends on when it is read"),
        ("2 weeks ago", "depends on when it is read"),
        ("2023-13", "not a month that exists"),
        ("19 Aprl 2023", "is no month"),
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
    ("text", "date"),
    [
        ("today", "2026-03-01"),
        ("Yesterday", "2026-02-28"),
        ("tomorrow", "2026-03-02"),
        ("3 days ago", "2026-02-26"),
        ("in 10 days", "2026-03-11"),
        ("yesterday to tomorrow", "2026-02-28 to 2026-03-02"),
    ],
)
def test_some_dates_count_from_today(text: str, date: str) -> None:
    assert str(read_date(text, today=dt.date(2026, 3, 1))) == date
    assert depends_on_today(text)


def test_it_says_how_a_date_was_read() -> None:
    assert show_understood(read_date("apr 2023")) == "April 2023, known to the month"
    assert show_understood(read_date("13/05/2023")) == "13 May 2023, known to the day"
    assert not depends_on_today("13/05/2023")


@given(day=st.dates(dt.date(1000, 1, 1), dt.date(9999, 12, 31)))
def test_every_day_is_read_as_it_is_written_and_never_as_another(day: dt.date) -> None:
    for text in (f"{day:%Y-%m-%d}", f"{day.day} {day:%B %Y}", f"{day:%B} {day.day}, {day.year}", f"{day:%A, %d %b %Y}"):
        assert read_date(text).first_day == read_date(text).last_day == day, text
    for text in (f"{day:%d/%m/%Y}", f"{day:%m/%d/%Y}"):
        if day.day > 12 or day.day == day.month:
            assert read_date(text).first_day == day
        else:
            with pytest.raises(ValueError, match="can be"):
                read_date(text)


@given(text=st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused_in_plain_words(text: str) -> None:
    try:
        occurred = read_date(text)
    except ValueError as error:
        refusal = str(error)
    else:
        refusal = ""
        assert read_date(show_date(occurred)) == occurred
    assert "validation error" not in refusal, "pydantic's own words are for programmers"


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
