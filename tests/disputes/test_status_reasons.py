"""How a status came about: the rule, and what each proceeding had to say."""

from datetime import date

from disputes.dispute import fold
from disputes.status_reasons import Explanation, Rule, explain_status
from disputes.vocabulary import Status
from tests.disputes.streams import Stream


def explained(stream: Stream, day: str) -> Explanation:
    return explain_status(fold("a", stream.events, on_date=date.fromisoformat(day)))


def test_it_works() -> None:
    stream = Stream()
    stream.open()
    assert explained(stream, "2023-01-01").rule is Rule.NOTHING_YET
    threat = stream.happen("threat_made", "2022-12-01")
    assert explained(stream, "2023-01-01").rule is Rule.LATEST_OUTSIDE
    stream.happen("complaint_filed", "2023-01-16", proceeding="london")
    assert explained(stream, "2023-01-17").rule is Rule.ONLY_OPEN
    suit = stream.happen("complaint_filed", "2023-02-03", proceeding="delaware")
    trial = stream.happen("trial_held", "2023-06-09", proceeding="london")
    found = explained(stream, "2023-06-09")
    assert found.rule is Rule.FURTHEST_OPEN
    assert [(voice.proceeding, voice.status, voice.cause, voice.decides) for voice in found.voices] == [
        ("london", Status.TRIAL, trial.event_id, True),
        ("delaware", Status.PLEADINGS, suit.event_id, False),
        (None, Status.THREATENED, threat.event_id, False),
    ]
    assert found.last_activity == date(2023, 6, 9)


def test_what_has_ended_last_has_the_last_word() -> None:
    stream = Stream()
    stream.open()
    stream.happen("complaint_filed", "2023-01-16", proceeding="london")
    stream.happen("dismissed_voluntarily", "2023-12-01", proceeding="london")
    found = explained(stream, "2024-01-01")
    assert found.rule is Rule.LAST_ENDED
    assert [voice.decides for voice in found.voices] == [True]


def test_nobody_decides_that_a_dispute_falls_asleep() -> None:
    stream = Stream()
    stream.open()
    stream.happen("letter_sent", "2023-05-18")
    found = explained(stream, "2024-06-01")
    assert found.rule is Rule.ASLEEP
    assert [voice.decides for voice in found.voices] == [False]
    assert found.last_activity == date(2023, 5, 18)


def test_a_licence_in_force_keeps_it_awake() -> None:
    stream = Stream()
    stream.open()
    stream.happen("licence_signed", "2021-05-18", licensor="reddit", licensee="google")
    found = explained(stream, "2024-06-01")
    assert found.rule is Rule.LATEST_OUTSIDE
    assert found.licences == [("reddit", "google")]
