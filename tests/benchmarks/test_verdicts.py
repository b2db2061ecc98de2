"""What is made of what the contestants took: figures, ratios within a round, verdicts."""

import pytest

from benchmarks.areas import AREAS, Scale
from benchmarks.harness import Outcome
from benchmarks.measures import Contestant, Goal, Measure, Quantity
from benchmarks.report import summary, table
from benchmarks.workers import Program, Spent

GOALS = [Goal("ours", 2.5, times="peer"), Goal("ours", at_most=150)]


def an_outcome(
    ours: list[Spent], peer: list[Spent] | None, goals: list[Goal] = GOALS, quantity: Quantity = Quantity.RATE
) -> Outcome:
    contestants = [Contestant("ours", Program.TRACKER, "append"), Contestant("peer", Program.PEER, "append")]
    outcome = Outcome(Measure("append", "append", quantity, contestants, goals), {"ours": ours})
    if peer is None:
        outcome.absent["peer"] = "cannot be installed: no network"
    else:
        outcome.spent["peer"] = peer
    return outcome


def rates(*figures: float) -> list[Spent]:
    return [Spent(operations=1_000, seconds=1_000 / figure) for figure in figures]


def test_it_works() -> None:
    verdicts = an_outcome(rates(100), rates(40)).verdicts()
    assert [verdict.is_met for verdict in verdicts] == [True, True]


@pytest.mark.parametrize(
    ("quantity", "figure"),
    [
        (Quantity.RATE, 500_000),
        (Quantity.DURATION, 0.002),
        (Quantity.PROCESSOR, 1.5),
        (Quantity.READING, 1_000_000 / 1.5),
        (Quantity.MEMORY, 250),
    ],
)
def test_each_quantity_reads_its_own_part_of_what_was_spent(quantity: Quantity, figure: float) -> None:
    spent = Spent(operations=1_000_000, seconds=2, processor_seconds=1.5, peak_bytes=250_000_000)
    assert quantity.of(spent) == pytest.approx(figure)


def test_the_turns_of_a_round_add_up_and_its_memory_is_that_of_the_fullest_moment() -> None:
    assert Spent(10, 1, 0.5, 200) + Spent(20, 2, 0.25, 100) == Spent(30, 3, 0.75, 200)


def test_ratios_compare_within_a_round() -> None:
    """The machine slowed down to a third between two rounds, and no ratio may show it."""
    outcome = an_outcome(rates(300, 100, 100), rates(100, 33, 33))
    assert outcome.ratios("ours", "peer") == pytest.approx([3, 100 / 33, 100 / 33])
    assert [verdict.is_met for verdict in outcome.verdicts()] == [True, True]
    assert outcome.verdicts()[0].reached == pytest.approx(100 / 33)


def test_a_missed_goal_says_by_how_much() -> None:
    outcome = an_outcome(rates(200), rates(100))
    shown = table(outcome)
    assert "ours at least 2.5 x peer: 2.00 x, MISSED by 20.0%" in shown
    assert "ours at most 150 events/s: 200, MISSED by 33.3%" in shown
    assert "0 of 2 goals met." in summary([outcome])


def test_what_is_missed_by_a_hair_is_missed() -> None:
    shown = table(an_outcome(rates(249.99), rates(100)))
    assert "2.50 x, MISSED by 0.1%" in shown


def test_memory_and_processor_time_are_judged_as_such_whatever_the_clock_says() -> None:
    spent = [Spent(operations=100, seconds=1_000, processor_seconds=0.0005, peak_bytes=301_000_000)]
    (memory,) = an_outcome(spent, None, [Goal("ours", at_most=300)], Quantity.MEMORY).verdicts()
    assert memory.reached == 301
    assert not memory.is_met
    (processor,) = an_outcome(spent, None, [Goal("ours", at_most=10)], Quantity.PROCESSOR).verdicts()
    assert processor.reached == pytest.approx(5)
    assert processor.is_met


def test_a_contestant_that_is_missing_is_said_to_be_and_its_goals_are_not_judged() -> None:
    outcome = an_outcome(rates(100), None)
    assert [verdict.goal.times for verdict in outcome.verdicts()] == [None]
    assert "cannot be installed: no network" in table(outcome)


def test_a_goal_of_each_part_is_judged_for_each_and_tells_those_that_miss_it() -> None:
    goal = Goal("ours", at_most=1.5, times="peer", of_each_part=True)
    spent = [
        {"list": 30.0, "list ?q": 90.0, "page": 10.0, "new": 5.0},
        {"list": 20.0, "list ?q": 50.0, "page": 10.0, "new": 5.0},
    ]
    large, small = ([Spent(4, 1, parts=parts)] for parts in spent)
    outcome = an_outcome(large, small, [goal], Quantity.DURATION)
    assert {verdict.part: verdict.is_met for verdict in outcome.verdicts()} == {
        "list": True,
        "list ?q": False,
        "page": True,
        "new": True,
    }
    found = summary([outcome])
    assert "list ?q: ours at most 1.5 x peer" in found
    assert "3 of 4 goals met" in found
    assert "page: " not in found
    assert "90.0" in table(outcome)


def test_a_screen_that_only_one_has_is_compared_with_the_plain_one_and_otherwise_not_judged() -> None:
    goal = Goal("ours", at_most=1.5, times="peer", of_each_part=True)
    outcome = an_outcome(
        [Spent(1, 1, parts={"list": 10.0, "list ?p": 40.0, "other": 7.0})], [Spent(1, 1, parts={"list": 10.0})], [goal]
    )
    assert {verdict.part: verdict.reached for verdict in outcome.verdicts()} == {"list": 1.0, "list ?p": 4.0}
    assert outcome.incomparable("ours", "peer") == ["other"]
    assert "other" in table(outcome)


def test_rebuilding_is_flat_when_the_longest_log_is_rebuilt_as_fast_as_the_shortest() -> None:
    (measure,) = [measure for measure in AREAS["ledger"](Scale()) if measure.name == "rebuild"]
    assert [contestant.log for contestant in measure.contestants] == [10_000, 100_000, 1_000_000, None]
    # Slower each time it grows, and the machine was twice as fast in the first round.
    spent = {
        contestant.name: [Spent(size, size / rate), Spent(size, 2 * size / rate)]
        for contestant, size, rate in zip(
            measure.contestants, (10_000, 100_000, 1_000_000, 10_000), (100_000, 90_000, 75_000, 2_500), strict=True
        )
    }
    flat = Outcome(measure, spent).verdicts()[-1]
    assert (flat.goal.of, flat.goal.times) == ("ours, 1,000,000 events", "ours, 10,000 events")
    assert flat.figures == pytest.approx([0.75, 0.75])
    assert not flat.is_met
    assert flat.missed_by == pytest.approx(1 - 0.75 / 0.8)


def test_every_goal_of_a_full_run_is_of_contestants_that_there_are() -> None:
    for measure in AREAS["ledger"](Scale()):
        names = [contestant.name for contestant in measure.contestants]
        assert len(set(names)) == len(names)
        assert {goal.of for goal in measure.goals} <= set(names)
        assert {goal.times for goal in measure.goals} <= {None, *names}
