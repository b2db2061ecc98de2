"""Retry-After, Cache-Control and Expires, with rubbish read as absent."""

from datetime import UTC, datetime

import pytest

from ingest.fetching.headers import MAXIMUM_SECONDS, max_age, retry_after

NOW = datetime(2025, 3, 5, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("99999999999999999", MAXIMUM_SECONDS),
        ("Wed, 05 Mar 2025 10:02:00 GMT", 120),
        ("Wed, 05 Mar 2025 09:00:00 GMT", 0),
        ("Wednesday, 05-Mar-25 10:02:00 GMT", 120),
        ("Wed Mar  5 10:02:00 2025", 120),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("\u0661\u0662", None),
        ("Wed, 99 Foo 2025 10:02:00 GMT", None),
        ("9" * 5_000, None),
    ],
)
def test_retry_after(value: str | None, seconds: int | None) -> None:
    assert retry_after(value, now=NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Cache-Control": "max-age=300"}, 300),
        ({"Cache-Control": 'public, Max-Age = "300", must-revalidate'}, 300),
        ({"Cache-Control": "s-maxage=9, max-age=300"}, 300),
        ({"Cache-Control": "no-store, max-age=300"}, 0),
        ({"Cache-Control": "max-age=315360000"}, MAXIMUM_SECONDS),
        ({"Cache-Control": "max-age=-1"}, None),
        ({"Cache-Control": "max-age=soon"}, None),
        ({"Cache-Control": "xmax-age=300"}, None),
        ({"Expires": "Wed, 05 Mar 2025 10:05:00 GMT"}, 300),
        ({"Expires": "Wed, 05 Mar 2025 10:05:00 GMT", "Date": "Wed, 05 Mar 2025 10:04:00 GMT"}, 60),
        ({"Expires": "0"}, 0),
        ({"Expires": "Wed, 05 Mar 2025 10:05:00 GMT", "Cache-Control": "public"}, None),
    ],
)
def test_max_age(headers: dict[str, str], seconds: int | None) -> None:
    assert max_age(headers, now=NOW) == seconds
