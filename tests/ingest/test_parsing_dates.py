"""Dates of feeds, the right and the absurd."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parsing.dates import parse_date

NOW = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def test_it_works() -> None:
    assert parse_date("Wed, 05 Mar 2025 10:30:15 +0100", now=NOW) == _utc(2025, 3, 5, 9, 30, 15)
    assert parse_date("2025-03-05T10:30:15+01:00", now=NOW) == _utc(2025, 3, 5, 9, 30, 15)


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("GMT", 12),
        ("UT", 12),
        ("Z", 12),
        ("", 12),
        ("EST", 17),
        ("EDT", 16),
        ("PST", 20),
        ("PDT", 19),
        ("CET", 11),
        ("CEST", 10),
        ("BST", 11),
        ("JST", 3),
        ("+0530", 6),
        ("-05:00", 17),
        ("+2", 10),
        ("GMT+0200", 10),
        ("UTC-3", 15),
        ("K", 12),
        ("XYZ", 12),
    ],
)
def test_zones_by_name_and_number(zone: str, hour: int) -> None:
    moment = parse_date(f"Wed, 05 Mar 2025 12:00:00 {zone}", now=NOW)
    assert moment is not None
    assert moment.replace(minute=0) == _utc(2025, 3, 5, hour)


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("5 Mar 2025 10:30 GMT", _utc(2025, 3, 5, 10, 30)),
        ("Wednesday, 5 March 2025 10:30:00 GMT", _utc(2025, 3, 5, 10, 30)),
        ("Thu, 05 Mar 2025 10:30:00 GMT", _utc(2025, 3, 5, 10, 30)),
        ("Wed, 05 Mar 25 10:30:00 GMT", _utc(2025, 3, 5, 10, 30)),
        ("Wed, 05 Mar 99 10:30:00 GMT", _utc(1999, 3, 5, 10, 30)),
        ("05-Mar-2025 10:30:00", _utc(2025, 3, 5, 10, 30)),
        ("Wed, 05 Mar 2025", _utc(2025, 3, 5)),
        ("Wed Mar  5 10:30:00 2025", _utc(2025, 3, 5, 10, 30)),
        ("Wed Mar 5 10:30:00 EST 2025", _utc(2025, 3, 5, 15, 30)),
        ("Wed, 5 Mar 2025 8:56 am PST", _utc(2025, 3, 5, 16, 56)),
        ("Wed, 5 Mar 2025 12:01 PM", _utc(2025, 3, 5, 12, 1)),
        ("March 5, 2025", _utc(2025, 3, 5)),
        ("Mar 5th, 2025 3:04 pm EST", _utc(2025, 3, 5, 20, 4)),
        ("March 5, 2025 12:10 a.m.", _utc(2025, 3, 5, 0, 10)),
        ("2025", _utc(2025, 1, 1)),
        ("2025-03", _utc(2025, 3, 1)),
        ("2025-03-05", _utc(2025, 3, 5)),
        ("20250305", _utc(2025, 3, 5)),
        ("2025-03-05T10:30Z", _utc(2025, 3, 5, 10, 30)),
        ("2025-03-05t10:30:15.123456789z", _utc(2025, 3, 5, 10, 30, 15)),
        ("2025-03-05 10:30:15", _utc(2025, 3, 5, 10, 30, 15)),
        ("2025-03-05 10:30:15 EST", _utc(2025, 3, 5, 15, 30, 15)),
        ("20250305T103015Z", _utc(2025, 3, 5, 10, 30, 15)),
        ("2025-03-05T24:00:00Z", _utc(2025, 3, 6)),
        ("2025-03-05T23:59:60Z", _utc(2025, 3, 5, 23, 59, 59)),
        ("  Wed,  05  Mar  2025\n10:30:00   GMT ", _utc(2025, 3, 5, 10, 30)),
    ],
)
def test_forms_that_feeds_use(raw: str, moment: datetime) -> None:
    assert parse_date(raw, now=NOW) == moment


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "soon",
        "0000-00-00",
        "0000-00-00T00:00:00Z",
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "-0001-11-30T00:00:00Z",
        "Wed, 30 Nov -0001 00:00:00 +0000",
        "1970-01-01T00:00:00Z",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "1969-12-31",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-15:00",
        "20250-03-05",
        "2025-02-30",
        "2025-13-01",
        "Wed, 32 Mar 2025 10:00:00 GMT",
        "Wed, 05 Foo 2025 10:00:00 GMT",
        "Wed, 05 Mar 2025 25:00:00 GMT",
        "Wed, 05 Mar 2025 10:61:00 GMT",
        "Wed, 05 Mar 2025 10:00:00 +9900",
        "2025-03-05T10:00:00+24:00",
        "05/03/2025",
        "1741170600",
        "\u0662\u0660\u0662\u0665-\u0660\u0663-\u0660\u0665",
        "2025-03-05" + " " * 100 + "x",
    ],
)
def test_what_is_no_date_is_none(raw: str) -> None:
    assert parse_date(raw, now=NOW) is None


def test_a_day_ahead_is_a_clock_and_more_is_not() -> None:
    assert parse_date("2025-06-02T11:59:00Z", now=NOW) is not None
    assert parse_date("2025-06-02T12:01:00Z", now=NOW) is None


@given(st.text(max_size=100))
def test_any_text_is_a_moment_or_none(raw: str) -> None:
    moment = parse_date(raw, now=NOW)
    assert moment is None or moment.tzinfo is UTC
