"""The schedule: how long a feed is left alone, and that the reason says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import schedule
from ingest.schedule import NextFetch, Wishes

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

waits = st.none() | st.timedeltas(timedelta(), timedelta(days=400))
wishes = st.builds(
    Wishes,
    is_court=st.booleans(),
    has_validators=st.booleans(),
    rhythm=waits,
    ttl=waits,
    max_age=waits,
    retry_after=waits,
    skip_hours=st.frozensets(st.integers(0, 23)),
)
chances = st.floats(0, 1)


def wait(found: NextFetch) -> timedelta:
    return found.at - NOW


def test_it_works() -> None:
    found = schedule.after_success(Wishes(), now=NOW)
    assert wait(found) == HOUR
    assert found.reason == "no feed is fetched more often than every 1 hour"


@pytest.mark.parametrize(
    ("wish", "hours", "words"),
    [
        (Wishes(is_court=True, has_validators=False), 1 / 12, "courts' feeds are fetched every 5 minutes at most"),
        (Wishes(has_validators=False), 24, "neither ETag nor Last-Modified"),
        (Wishes(ttl=3 * HOUR), 3, "asks for 3 hours between fetches (ttl)"),
        (Wishes(ttl=HOUR / 2), 1, "no feed is fetched more often"),
        (Wishes(max_age=2 * HOUR, ttl=HOUR), 2, "fresh for 2 hours (max-age)"),
        (Wishes(max_age=87_600 * HOUR), 24, "(max-age), at most 24 hours"),
        (Wishes(rhythm=6 * HOUR), 3, "about 6 hours apart"),
        (Wishes(rhythm=6 * HOUR, is_court=True), 3, "about 6 hours apart"),
        (Wishes(retry_after=50 * HOUR), 50, "asked for 2.1 days (Retry-After)"),
        (Wishes(retry_after=500 * HOUR), 168, "(Retry-After), at most 7 days"),
        (Wishes(skip_hours=frozenset({13, 14})), 3, "left alone at 13:00 GMT"),
    ],
)
def test_the_largest_wish_wins_and_is_named(wish: Wishes, hours: float, words: str) -> None:
    found = schedule.after_success(wish, now=NOW)
    assert wait(found) == timedelta(hours=hours)
    assert words in found.reason


@given(wishes, chances)
def test_no_wish_is_undercut_and_none_lasts_for_ever(wish: Wishes, jitter: float) -> None:
    found = schedule.after_success(wish, now=NOW, jitter=jitter)
    floor = schedule.COURT_FLOOR if wish.is_court else HOUR if wish.has_validators else 24 * HOUR
    assert wait(found) >= floor
    for asked in (wish.ttl, wish.max_age, wish.rhythm and wish.rhythm / 2):
        assert wait(found) >= min(asked or floor, 24 * HOUR)
    assert wait(found) >= min(wish.retry_after or floor, timedelta(days=7))
    longest = 24 * HOUR if (wish.retry_after or HOUR) <= 24 * HOUR else timedelta(days=7)
    assert wait(found) <= longest * 1.1 + 24 * HOUR * bool(wish.skip_hours)
    if len(wish.skip_hours) < 24:
        assert found.at.hour not in wish.skip_hours
    assert 0 < len(found.reason) <= 300


@given(wishes, chances, st.floats(1, 100_000))
def test_every_wait_is_divided_alike(wish: Wishes, jitter: float, scale: float) -> None:
    wish = Wishes(ttl=wish.ttl, max_age=wish.max_age, retry_after=wish.retry_after, rhythm=wish.rhythm)
    whole = wait(schedule.after_success(wish, now=NOW, jitter=jitter))
    scaled = wait(schedule.after_success(wish, now=NOW, jitter=jitter, scale=scale))
    assert abs(whole / scale - scaled) <= timedelta(microseconds=2)


@given(st.integers(1, 10_000), waits, chances, st.booleans())
def test_backoff_doubles_to_a_day(failures: int, retry_after: timedelta | None, jitter: float, is_court: bool) -> None:
    def after(number: int) -> timedelta:
        return wait(schedule.after_failure(number, now=NOW, is_court=is_court))

    assert after(failures) <= after(failures + 1) <= min(2 * after(failures), 24 * HOUR)
    found = schedule.after_failure(failures, now=NOW, is_court=is_court, retry_after=retry_after, jitter=jitter)
    assert wait(found) >= max(after(failures), min(retry_after or HOUR / 60, timedelta(days=7)))
    assert wait(found) <= timedelta(days=7.7)


def test_backoff_in_numbers() -> None:
    hours = [schedule.backoff(failures) / HOUR for failures in range(1, 8)]
    assert hours == [1, 2, 4, 8, 16, 24, 24]


@given(st.integers(1, 50), waits, chances)
def test_a_publisher_that_refuses_is_left_alone_as_long_as_it_asks(
    refusals: int, retry_after: timedelta | None, jitter: float
) -> None:
    found = schedule.after_refusal(
        refusals, now=NOW, status=429, publisher="press.example", retry_after=retry_after, jitter=jitter
    )
    assert wait(found) >= max(HOUR, min(retry_after or HOUR, timedelta(days=7)))
    assert wait(found) <= timedelta(days=7.7)
    assert "press.example asked to be left alone" in found.reason


@pytest.mark.parametrize(
    ("sightings", "hours", "moved"), [(3, 48, True), (2, 480, False), (30, 47.9, False), (4, 72, True)]
)
def test_a_feed_has_moved_after_three_sightings_over_two_days(sightings: int, hours: float, moved: bool) -> None:
    assert schedule.has_moved(sightings, since=NOW - timedelta(hours=hours), now=NOW) is moved
    assert schedule.has_moved(sightings, since=NOW - timedelta(hours=hours / 60), now=NOW, scale=60) is moved


def test_the_rhythm_is_the_usual_time_between_entries() -> None:
    times = [NOW - hours * HOUR for hours in (0, 4, 8, 12, 1_000)]
    assert schedule.find_rhythm(times) == 4 * HOUR
    assert schedule.find_rhythm([*times, *times]) == 4 * HOUR, "the same moment twice is no rhythm"
    assert schedule.find_rhythm(times[:2]) is None


@given(st.lists(st.datetimes(timezones=st.just(UTC)), max_size=40))
def test_any_dates_have_a_rhythm_or_none(times: list[datetime]) -> None:
    found = schedule.find_rhythm(times)
    assert (found is None) == (len(set(times)) < 3)
    assert found is None or found > timedelta()
