"""What differs between a dispute at two moments of either time."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from disputes.differences import Differences, differences
from disputes.dispute import DisputeState, fold
from disputes.vocabulary import Status
from tests.disputes.streams import Stream

TODAY = date(2026, 1, 2)
FIELDS = ("status", "described", "added", "gone", "corrected", "happened", "proceedings", "claims", "attached")


def told(stream: Stream, *, events: int | None = None, day: date = TODAY) -> DisputeState:
    return fold("a", stream.events[:events], on_date=day)


def ids(readings: Any) -> list[UUID]:
    return [reading.event.event_id for reading in readings]


def found_in(found: Differences) -> set[str]:
    return {name for name in FIELDS if getattr(found, name)}


def test_it_works() -> None:
    stream = Stream()
    stream.open()
    letter = stream.happen("letter_sent", "2023-05-18")
    before = told(stream)
    suit = stream.happen("complaint_filed", "2025-06-04", proceeding="sf", claims=["privacy"])
    found = differences(before, told(stream))
    assert found
    assert ids(found.added) == [suit.event_id]
    assert found.status is not None
    assert (found.status.before, found.status.after) == (Status.DORMANT, Status.PLEADINGS)
    assert found.claims == [("sf", "privacy", None, "pending")]
    assert found.proceedings == [("sf", None, Status.PLEADINGS)]
    assert found.marks == {suit.event_id: "added"}
    assert letter.event_id not in found.marks
    assert not differences(before, before)


def test_a_correction_is_told_with_both_readings() -> None:
    stream = Stream()
    stream.open()
    letter = stream.happen("letter_sent", "2023-05-18")
    before = told(stream)
    stream.correct(
        letter,
        {
            "type": "letter_sent",
            "occurred": {"date": "2023-05", "precision": "month"},
            "standing": "reported",
            "data": {"summary": "In May."},
        },
    )
    found = differences(before, told(stream))
    (changed,) = found.corrected
    assert changed.before.occurred == {"date": "2023-05-18", "precision": "day"}
    assert changed.after.occurred == {"date": "2023-05", "precision": "month"}
    assert found_in(found) == {"corrected"}


def test_what_is_retracted_is_gone_and_says_why() -> None:
    stream = Stream()
    stream.open()
    letter = stream.happen("letter_sent", "2025-05-18")
    before = told(stream)
    why = stream.retract(letter)
    found = differences(before, told(stream))
    assert ids(found.gone) == [letter.event_id]
    assert found.retracted[letter.event_id].event == why
    back = differences(told(stream), before)
    assert ids(back.added) == [letter.event_id]
    assert not back.retracted


def test_a_day_passes() -> None:
    stream = Stream()
    stream.open()
    stream.happen("letter_sent", "2023-05-18")
    hearing = stream.happen("hearing_held", "2023-09-01", proceeding="sf")
    found = differences(told(stream, day=date(2023, 6, 1)), told(stream, day=date(2023, 10, 1)))
    assert ids(found.happened) == [hearing.event_id]
    assert not found.added
    assert ids(differences(told(stream, day=date(2023, 10, 1)), told(stream, day=date(2023, 6, 1))).lay_ahead) == [
        hearing.event_id
    ]


def test_curation_differs_too() -> None:
    stream = Stream()
    stream.open("Old")
    stream.add("party_joined", {"party": "reddit", "role": "plaintiff"})
    before = told(stream)
    stream.add("dispute_described", {"title": "New", "kind": "litigation", "summary": "About data."})
    stream.add("party_left", {"party": "reddit", "role": "plaintiff", "reason": "No"})
    stream.add("conflict_noted", {"text": "They disagree."})
    stream.add("dispute_related", {"other": "b"})
    article = {"id": str(UUID(int=1)), "url": "https://press.example/1"}
    stream.add("evidence_attached", {"article": article, "stance": "supports"})
    found = differences(before, told(stream))
    assert dict(found.described) == {"title": ("Old", "New")}
    assert [part.party for part in found.left] == ["reddit"]
    assert found.conflicts_noted == ["They disagree."]
    assert found.related == ["b"]
    assert [item.url for item in found.attached] == ["https://press.example/1"]


DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31))


@st.composite
def histories(draw: st.DrawFn) -> Stream:
    stream = Stream()
    stream.open()
    for _ in range(draw(st.integers(0, 12))):
        occurrences = [event for event in stream.events if event.occurred]
        match draw(st.sampled_from(["letter_sent", "complaint_filed", "retract", "correct"])):
            case "retract" if occurrences:
                stream.retract(draw(st.sampled_from(occurrences)))
            case "correct" if occurrences:
                day = {"date": draw(DAYS).isoformat(), "precision": "day"}
                words = {"type": "letter_sent", "occurred": day, "standing": "reported", "data": {"summary": "Anew."}}
                stream.correct(draw(st.sampled_from(occurrences)), words)
            case "complaint_filed":
                stream.happen("complaint_filed", draw(DAYS).isoformat(), proceeding="sf", claims=["privacy"])
            case _:
                stream.happen("letter_sent", draw(DAYS).isoformat())
    return stream


@given(histories(), st.integers(1, 13), st.integers(1, 13), DAYS, DAYS)
def test_the_differences_are_what_leads_from_one_to_the_other(
    stream: Stream, some: int, more: int, first: date, second: date
) -> None:
    before, after = told(stream, events=some, day=first), told(stream, events=more, day=second)
    found, back = differences(before, after), differences(after, before)
    told_before = set(ids([*before.occurrences, *before.scheduled]))
    told_after = set(ids([*after.occurrences, *after.scheduled]))
    assert told_before - set(ids(found.gone)) | set(ids(found.added)) == told_after
    assert set(ids(before.occurrences)) - set(ids(found.gone)) - set(ids(found.lay_ahead)) | set(
        ids(found.happened)
    ) == set(ids(after.occurrences)) - set(ids(found.added))
    assert sorted(ids(found.added)) == sorted(ids(back.gone))
    assert sorted(ids(found.happened)) == sorted(ids(back.lay_ahead))
    assert bool(found) == bool(back)
    assert not differences(before, before)


def test_what_was_not_known_at_all_is_compared_with_what_is() -> None:
    stream = Stream()
    stream.open()
    nothing = fold("a", stream.events, on_date=TODAY, as_of=datetime(2025, 1, 1, tzinfo=UTC))
    found = differences(nothing, told(stream))
    assert found.described["title"] == ("", "A dispute")
