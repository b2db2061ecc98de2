"""Words of a text that are marked."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.admin.inbox.marking import Segment, Span, find_span, mark

TEXT = "Reddit sues Anthropic"


def test_it_works() -> None:
    assert mark(TEXT, [Span(0, 6, "a"), Span(12, 21, "b")]) == [
        Segment("Reddit", "reason", ("a",)),
        Segment(" sues ", "", ()),
        Segment("Anthropic", "reason", ("b",)),
    ]
    assert mark(TEXT, []) == [Segment(TEXT, "", ())]
    assert mark("", [Span(0, 3, "a")]) == []


def test_words_of_a_reason_stand_out_within_words_that_state_an_event() -> None:
    pieces = mark(TEXT, [Span(0, 21, "event", "event"), Span(7, 11, "verb")])
    assert [(piece.text, piece.kind, piece.names) for piece in pieces] == [
        ("Reddit ", "event", ("event",)),
        ("sues", "reason", ("verb",)),
        (" Anthropic", "event", ()),
    ]


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40)), max_size=6))
def test_no_word_is_lost_and_every_place_is_led_to(text: str, places: list[tuple[int, int]]) -> None:
    spans = [Span(start, end, str(number)) for number, (start, end) in enumerate(places)]
    pieces = mark(text, spans)
    assert "".join(piece.text for piece in pieces) == text
    fit = {span.name for span in spans if 0 <= span.start < span.end <= len(text)}
    assert {name for piece in pieces for name in piece.names} == fit


def test_a_place_is_found_only_where_the_text_has_it() -> None:
    texts = {"text": TEXT}
    assert find_span({"field": "text", "start": 0, "end": 6}, texts, "x") == Span(0, 6, "x")
    for odd in ({"field": "title", "start": 0, "end": 6}, {"field": "text", "start": 0, "end": 99}, {"field": "text"}):
        assert find_span(odd, texts, "x") is None
