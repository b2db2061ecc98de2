"""Strange and huge articles are harmless, and the time stays linear."""

import gc
import time

import pytest

from ingest.matching import Matcher
from tests.ingest.profiles import profile, seeded_profiles

STORY = "Elon Musk threatens to sue Microsoft over Twitter data. Reddit charges for its API; Apollo shuts down. "

FIVE_MEGABYTES = 5_000_000


def seconds(matcher: Matcher, text: str) -> float:
    """Give the CPU time of one match; the garbage collector's would depend on what else lives in the process."""
    gc.disable()
    try:
        start = time.process_time()
        matcher.match("", text, None)
        return time.process_time() - start
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "piece",
    [STORY, "Microsoft ", "a", "a.", " ", "\n", ".", '!"', ". ", "微软起诉推特。", "\u0301", "-", "1:23-cv-00135 "],
    ids=repr,
)
def test_five_megabytes_of_anything_take_seconds(piece: str) -> None:
    text = piece * (FIVE_MEGABYTES // len(piece.encode()))
    # Some 5 s of the slowest on the machine this was written on. What is quadratic would take hours.
    assert seconds(Matcher(seeded_profiles()), text) < 120


def test_four_times_the_text_takes_some_four_times_as_long() -> None:
    matcher = Matcher(seeded_profiles())
    small, large = STORY * 2_000, STORY * 8_000
    fastest = min(seconds(matcher, small) for _ in range(3))
    assert min(seconds(matcher, large) for _ in range(3)) < 10 * fastest


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "微软起诉推特", "🐦" * 100, "\u202e", "Ⓜicrosoft"])
def test_odd_texts_are_harmless(text: str) -> None:
    assert Matcher(seeded_profiles()).match(text, text, None) == []


def test_one_repeated_word_is_no_match() -> None:
    assert Matcher(seeded_profiles()).match("Microsoft", "Microsoft " * 10_000, None) == []


def test_a_name_is_found_inside_chinese() -> None:
    [match] = Matcher([profile()]).match("", "图片Getty公司起诉Stability AI公司", None, at_least=0)
    assert {reason.text for reason in match.reasons} >= {"Getty", "Stability AI"}
