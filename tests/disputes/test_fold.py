"""The fold of a dispute: corrections, dates, proceedings, prices and evidence."""

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from disputes.dispute import DisputeState, fold
from tests.disputes.streams import Stream

ARTICLE = {"id": "3f1f3c2e-0000-5000-8000-000000000001", "url": "https://news.example/1"}
TODAY = date(2026, 11, 24)


def told(stream: Stream, on_date: date = TODAY) -> DisputeState:
    return fold("a", stream.events, on_date=on_date)


def test_it_works() -> None:
    stream = Stream()
    stream.open("Getty Images v. Stability AI")
    stream.happen("complaint_filed", "2023-02-03", proceeding="delaware", court="D. Delaware", claims=["dmca_1202"])
    state = told(stream)
    assert state.title == "Getty Images v. Stability AI"
    assert state.proceedings["delaware"].claims == {"dmca_1202": "pending"}
    assert state.latest is not None
    assert state.latest.occurred == {"date": "2023-02-03", "precision": "day"}


def test_a_fact_recorded_late_takes_its_place() -> None:
    stream = Stream()
    stream.open()
    stream.happen("letter_sent", "2023-05-18")
    stream.happen("threat_made", "2023-04-19")
    state = told(stream)
    assert [reading.type for reading in state.occurrences] == ["threat_made", "letter_sent"]
    assert state.opened is not None
    assert state.opened.type == "threat_made"


def test_what_lies_ahead_is_scheduled_until_its_day() -> None:
    stream = Stream()
    stream.open()
    stream.happen("hearing_scheduled", "2026-12-01", proceeding="nd-cal")
    assert [reading.type for reading in told(stream).scheduled] == ["hearing_scheduled"]
    assert told(stream, date(2026, 12, 1)).scheduled == []


def test_as_of_knows_only_what_was_recorded_by_then() -> None:
    stream = Stream()
    stream.open()
    before = stream.happen("letter_sent", "2023-05-18")
    stream.retract(before)
    known_then = fold("a", stream.events, on_date=TODAY, as_of=before.recorded_at)
    assert [reading.type for reading in known_then.occurrences] == ["letter_sent"]
    assert told(stream).occurrences == []


def test_a_correction_of_a_correction_has_the_last_word_and_its_retraction_gives_it_back() -> None:
    stream = Stream()
    stream.open()
    event = stream.happen("letter_sent", "2023-05-01")

    def reading(day: str) -> dict[str, object]:
        occurred = {"date": day, "precision": "day"}
        return {"type": "letter_sent", "occurred": occurred, "data": {"summary": "A letter"}, "standing": "reported"}

    first = stream.correct(event, reading("2023-05-17"))
    second = stream.correct(first, reading("2023-05-18"))
    assert [str(r.first_day) for r in told(stream).occurrences] == ["2023-05-18"]
    stream.retract(second)
    assert [str(r.first_day) for r in told(stream).occurrences] == ["2023-05-17"]
    stream.retract(first)
    assert [str(r.first_day) for r in told(stream).occurrences] == ["2023-05-01"]


def test_withdrawn_and_decided_claims_keep_their_own_outcome() -> None:
    stream = Stream()
    stream.open()
    claims = ["direct_infringement", "database_right", "secondary_infringement"]
    stream.happen("complaint_filed", "2023-01", proceeding="london", claims=claims)
    stream.happen("claim_withdrawn", "2025-06-25", proceeding="london", claims=claims[:2])
    decided = [{"claim": "secondary_infringement", "outcome": "rejected"}]
    stream.happen("judgment_entered", "2025-11-04", proceeding="london", results=decided)
    assert told(stream).proceedings["london"].claims == {
        "direct_infringement": "withdrawn",
        "database_right": "withdrawn",
        "secondary_infringement": "rejected",
    }


def test_evidence_comes_with_occurrences_and_by_attachment_and_goes_with_them() -> None:
    stream = Stream()
    stream.open()
    event = stream.add(
        "threat_made", {"summary": "A threat"}, occurred="2023-04-19", evidence=[{"article": ARTICLE, "quote": "sue"}]
    )
    stream.add("evidence_attached", {"article": ARTICLE, "score": 0.93})
    state = told(stream)
    assert state.evidence_count == 1, "one article, however often it is named"
    assert state.evidence[UUID(ARTICLE["id"]), event.event_id].quote == "sue"
    stream.add("evidence_detached", {"article": ARTICLE, "reason": "About something else"})
    stream.retract(event)
    assert told(stream).evidence == {}


def test_every_tier_of_a_price_list_is_a_price() -> None:
    stream = Stream()
    stream.open()
    tiers = [
        {"name": "Basic", "price": {"low": "100", "currency": "USD", "per": "month", "basis": "disclosed"}},
        {"name": "Enterprise"},
    ]
    stream.happen("api_price_announced", "2023-03", holder="x-corp", tiers=tiers)
    (price,) = told(stream).prices
    assert (price.holder, price.tier, price.price["low"]) == ("x-corp", "Basic", "100")


@given(st.permutations([("threat_made", "2023-04-19"), ("letter_sent", "2023-05-18"), ("statement_made", "2023-05")]))
def test_the_order_of_recording_does_not_change_the_state(order: list[tuple[str, str]]) -> None:
    stream = Stream()
    stream.open()
    for type_, day in order:
        stream.happen(type_, day)
    state = told(stream)
    assert [reading.type for reading in state.occurrences] == ["threat_made", "letter_sent", "statement_made"]
    assert state.latest is not None
    assert state.latest.type == "statement_made"
