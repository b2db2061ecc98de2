"""The geometry of timelines: to scale, in order, without a collision, from one occurrence to thousands."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.drawing import Drawing, Mark, Plotted, draw
from disputes.drawing.drawing import ALWAYS, WIDTHS
from disputes.drawing.plotting import MOST_ROWS, ROW_HEIGHT, TARGET, text_width
from disputes.vocabulary import Lane

TODAY = date(2026, 11, 24)
LANES = (Lane.ACCESS, Lane.DEMAND, Lane.DEAL, Lane.COURT, Lane.SETTLEMENT, Lane.REGULATOR)


def plot(first: str, last: str = "", *, lane: str = Lane.COURT, number: int = 0, label: str = "Letter sent") -> Plotted:
    begins, ends = date.fromisoformat(first), date.fromisoformat(last or first)
    return Plotted(UUID(int=number), lane, label, first, begins, ends, accounts=1)


def drawn(*plotted: Plotted, day: date = TODAY) -> Drawing:
    drawing = draw(plotted, day=day)
    assert drawing is not None
    return drawing


def marks_of(drawing: Drawing) -> list[Mark]:
    return [mark for lane in drawing.lanes for mark in lane.marks]


def test_it_works() -> None:
    drawing = drawn(plot("2025-04-01", "2025-04-30", lane=Lane.ACCESS), plot("2026-06-04", number=1))
    april, june = marks_of(drawing)
    assert [lane.lane for lane in drawing.lanes] == list(ALWAYS)
    assert not april.is_day
    assert june.is_day
    assert april.end - april.start == pytest.approx(30 * drawing.scale.day_width), "a month is as wide as a month"
    assert june.start - april.start == pytest.approx(429 * drawing.scale.day_width), "and all is to one scale"
    assert april.label is not None
    assert april.label.text == "Letter sent"
    assert april.name == "2025-04-01: Letter sent, 1 account"
    assert not drawing.breaks
    assert drawing.now > june.end


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw([], day=TODAY) is None


def test_one_occurrence_has_months_around_it() -> None:
    drawing = drawn(plot("2026-11-24"))
    (mark,) = marks_of(drawing)
    assert drawing.width == WIDTHS[0]
    assert 300 < mark.middle < 700
    assert sum(bool(tick.label) for tick in drawing.ticks) > 5


def test_long_silence_is_cut_out_and_said() -> None:
    drawing = drawn(plot("2012-03-01"), plot("2026-06-04", number=1))
    (cut,) = drawing.breaks
    assert cut.label == "14 years"
    early, late = marks_of(drawing)
    assert early.right < cut.start < cut.end < late.left
    assert not drawing.scale.shows(date(2018, 1, 1))
    with pytest.raises(ValueError, match="2018-01-01 is not drawn"):
        drawing.scale.x(date(2018, 1, 1))


def test_silences_like_all_others_stay_to_scale() -> None:
    assert not drawn(*(plot(f"{year}-06-01", number=year) for year in range(2006, 2027, 2))).breaks


def test_what_lies_ahead_says_so() -> None:
    ahead, past = sorted(
        marks_of(drawn(plot("2027-02-01"), plot("2026-02-01", number=1))), key=lambda mark: not mark.is_ahead
    )
    assert ahead.is_ahead
    assert "still to come" in ahead.name
    assert not past.is_ahead
    assert not marks_of(drawn(plot("2026-11-01", "2026-11-30")))[0].is_ahead, (
        "a month that has begun may have brought it"
    )


def test_the_line_of_the_day_does_not_cross_words_that_have_room_elsewhere() -> None:
    past, ahead = marks_of(drawn(plot("2026-11-10"), plot("2026-12-20", number=1)))
    assert past.label is not None
    assert past.label.is_left
    assert ahead.label is not None
    assert not ahead.label.is_left


def test_thousands_are_drawn_together() -> None:
    many = [
        plot((date(2015, 1, 1) + timedelta(place * 2)).isoformat(), number=place, lane=LANES[place % 4])
        for place in range(2_000)
    ]
    drawing = drawn(*many)
    marks = marks_of(drawing)
    assert sum(len(mark.members) for mark in marks) == 2_000, "nothing is left out"
    assert len(marks) < 600
    cluster = next(mark for mark in marks if mark.is_cluster)
    assert f"{len(cluster.members)} events, " in cluster.name
    assert cluster.accounts == len(cluster.members)
    assert max(lane.height for lane in drawing.lanes) <= MOST_ROWS * ROW_HEIGHT + 12


DAYS = st.dates(date.min, date.max)
LENGTHS = st.sampled_from([0, 0, 0, 27, 29, 30, 364, 4_000])


@st.composite
def occurrences(draw: st.DrawFn, days: st.SearchStrategy[date] = DAYS) -> list[Plotted]:
    found = []
    for number in range(draw(st.integers(1, 60))):
        first = draw(days)
        last = date.fromordinal(min(first.toordinal() + draw(LENGTHS), date.max.toordinal()))
        label = draw(st.sampled_from(["Letter sent", "Mehr Wörter, als nötig sind", "契約", "WWW", "Judgment entered"]))
        found.append(
            Plotted(UUID(int=number), draw(st.sampled_from(LANES)), label, first.isoformat(), first, last, number)
        )
    return found


def check(drawing: Drawing, plotted: Sequence[Plotted]) -> None:
    marks = marks_of(drawing)
    assert sorted(member.event for mark in marks for member in mark.members) == [each.event for each in plotted]
    assert 0 <= drawing.now <= drawing.width
    for lane in drawing.lanes:
        for mark in lane.marks:
            left, right = mark.extent
            assert 0 <= left < right <= drawing.width
            assert right - left >= TARGET - 0.01
            assert lane.y < lane.y_of(mark) - ROW_HEIGHT / 2
            assert lane.y_of(mark) + ROW_HEIGHT / 2 < lane.y + lane.height
            assert mark.start <= mark.end
        for one, other in combinations(lane.marks, 2):
            if one.row == other.row:
                assert one.extent[1] < other.extent[0] or other.extent[1] < one.extent[0], "no words collide"
    for above, below in pairwise(drawing.lanes):
        assert above.y + above.height == below.y
    ordered = sorted(marks, key=lambda mark: mark.first.first_day)
    assert [mark.start for mark in ordered] == sorted(mark.start for mark in marks), "what was first stands first"
    written = [(tick.x, tick.x + text_width(tick.label)) for tick in drawing.ticks if tick.label]
    assert written
    assert all(start >= 0 and end <= drawing.width for start, end in written)
    assert all(end < start for (_, end), (start, _) in pairwise(written))


@given(occurrences(), DAYS)
def test_whatever_happens_is_drawn_within_in_order_and_without_a_collision(plotted: list[Plotted], day: date) -> None:
    check(drawn(*plotted, day=day), plotted)


@given(occurrences(st.dates(date(2023, 1, 1), date(2023, 6, 30))))
def test_so_is_a_crowd(plotted: list[Plotted]) -> None:
    check(drawn(*plotted, day=date(2023, 7, 1)), plotted)


@given(occurrences(), DAYS, DAYS)
def test_days_that_are_drawn_keep_their_order_and_distance(plotted: list[Plotted], one: date, other: date) -> None:
    scale = drawn(*plotted, day=one).scale
    if scale.shows(other):
        first, second = sorted((one, other))
        assert scale.x(first) <= scale.x(second)
        segment = next(segment for segment in scale.segments if segment.first <= first.toordinal() < segment.end)
        if second.toordinal() < segment.end:
            assert scale.x(second) - scale.x(first) == pytest.approx((second - first).days * scale.day_width)
