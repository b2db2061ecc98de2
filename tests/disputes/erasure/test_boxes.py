"""One sealed text: it opens where it was sealed, and nothing else ever opens."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.erasure.boxes import BrokenBox, Place, SubjectCipher

PLACE = Place("person/6f8ad3a0-0000-4000-8000-000000000000", "0f0d8a3e-0000-4000-8000-000000000000", "/data/judge")
KEY = bytes(range(64))
TEXTS = st.text(max_size=400)


def test_it_works() -> None:
    cipher = SubjectCipher(SubjectCipher.new_key())
    assert cipher.open(cipher.seal("a line of text", PLACE), PLACE) == "a line of text"


def test_a_box_of_the_first_form_still_opens() -> None:
    """Boxes are for ever: the log is never rewritten. This one was sealed when the form was made."""
    golden = json.loads((Path(__file__).parent / "golden_box.json").read_text())
    cipher = SubjectCipher(bytes.fromhex(golden["key"]))
    place = Place(golden["subject"], golden["event_id"], golden["pointer"])
    assert cipher.open(golden["box"], place) == golden["text"]
    assert cipher.seal(golden["text"], place) == golden["box"]


@given(TEXTS)
def test_what_was_sealed_is_opened(text: str) -> None:
    cipher = SubjectCipher(KEY)
    box = cipher.seal(text, PLACE)
    assert cipher.open(box, PLACE) == text
    assert SubjectCipher(KEY).seal(text, PLACE) == box, "deterministic, so that an event can be repeated"


@given(TEXTS, st.data())
def test_one_bit_anywhere_and_it_does_not_open(text: str, data: st.DataObject) -> None:
    cipher = SubjectCipher(KEY)
    box = bytearray(b64decode(cipher.seal(text, PLACE)))
    bit = data.draw(st.integers(0, len(box) * 8 - 1))
    box[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BrokenBox, match=r"/data/judge of event 0f0d8a3e"):
        cipher.open(b64encode(box).decode(), PLACE)


@given(st.text(max_size=200))
def test_anything_else_is_refused(box: str) -> None:
    with pytest.raises(BrokenBox):
        SubjectCipher(KEY).open(box, PLACE)


@pytest.mark.parametrize("change", [{"subject": "person/x"}, {"event_id": "x"}, {"pointer": "/data/note"}])
def test_a_box_opens_in_its_place_only(change: dict[str, str]) -> None:
    box = SubjectCipher(KEY).seal("a line of text", PLACE)
    with pytest.raises(BrokenBox):
        SubjectCipher(KEY).open(box, PLACE._replace(**change))


def test_another_key_does_not_open_it() -> None:
    box = SubjectCipher(KEY).seal("a line of text", PLACE)
    with pytest.raises(BrokenBox):
        SubjectCipher(SubjectCipher.new_key()).open(box, PLACE)


def test_a_box_tells_little_of_the_length() -> None:
    cipher = SubjectCipher(KEY)
    assert len({len(cipher.seal("x" * length, PLACE)) for length in range(32)}) == 1
