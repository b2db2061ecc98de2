"""Folding finds words whatever their dress, and every place leads back to the article's own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.matching.text import Document, Field, words


def document(text: str, title: str = "") -> Document:
    return Document(title, text, lead_words=20)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Twitter’s Data", ["twitter", "s", "data"]),
        ("third-party\u00a0apps", ["third", "party", "apps"]),
        ("A.P.I. and A.I.", ["api", "and", "ai"]),
        ("$42,000 a month", ["$", "42", "000", "a", "month"]),
        ("ＯｐｅｎＡＩ", ["openai"]),
        ("Cafe\u0301 CAFÉ", ["café", "café"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("Micro\u00adsoft", ["microsoft"]),
        ("OpenAI公司", ["openai", "公", "司"]),
        ("x.com", ["x", "com"]),
        ("", []),
        ("…—“”", []),
    ],
)
def test_words_are_folded(text: str, folded: list[str]) -> None:
    assert words(text) == folded


def test_the_title_is_the_first_sentence_even_when_empty() -> None:
    assert document("One. Two.").haystack == "  \n one \n two "
    assert document("One. Two.", "A. B?").haystack == " a b \n one \n two "


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Reddit, Inc. said so. It did.", 2),
        ("Getty v. Stability AI is on. It goes on.", 2),
        ("In the U.S. District Court at 5 p.m. it ended.", 1),
        ("Really? Yes! “Fine.” Done.", 4),
        ("微软。推特！", 2),
        ("No full stop", 1),
        ("", 0),
        ("word " * 150, 3),
    ],
)
def test_sentences_end_where_readers_end_them(text: str, sentences: int) -> None:
    assert len(document(text).starts) - 1 == sentences


def test_line_breaks_are_white_space() -> None:
    assert document("Musk\n\nsues\tMicrosoft.\r\nNow.").haystack == document("Musk sues Microsoft. Now.").haystack


def test_the_lead_is_what_begins_within_the_first_words() -> None:
    sentence = "Ten words stand in every sentence of this short text. "
    lead = Document("", sentence * 5, lead_words=20)
    assert lead.lead_end == 3
    assert lead.body_start == lead.starts[3]
    assert Document("", sentence, lead_words=20).body_start == len(Document("", sentence, lead_words=20).haystack)


ODD = st.text(st.sampled_from("aAßİıﬁ½ﷺ①’“. .!?。-\u0301\u00ad\u200b\u00a0\n公司한x$€") | st.characters(), max_size=60)


@given(title=ODD, text=ODD)
def test_every_word_leads_back_to_itself(title: str, text: str) -> None:
    folded = document(text, title)
    position = 0
    for sentence in folded.haystack.split("\n"):
        start = position
        for word in sentence.split(" "):
            if word:
                place = folded.place(start - 1, start + len(word))
                found = folded.words_at(place)
                assert found == (title if place.field is Field.TITLE else text)[place.start : place.end]
                assert word in " ".join(words(found)).split(" ")
            start += len(word) + 1
        position += len(sentence) + 1


@given(ODD)
def test_folding_again_changes_nothing(text: str) -> None:
    once = " ".join(words(text))
    assert " ".join(words(once)) == once


@given(ODD)
def test_sentences_and_phrases_are_folded_alike(text: str) -> None:
    assert document("", text).haystack == f" {' '.join(words(text))} "
