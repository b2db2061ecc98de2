"""A page that is made to do harm is stopped, and the next one is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest

from ingest.models import PageState
from ingest.reading.isolation import PageReader, ReadingFailedError
from tests.ingest.reading import pages
from tests.ingest.reading.conftest import Serve


@pytest.fixture
def reader() -> Iterator[PageReader]:
    made = PageReader(timeout=2.0)
    yield made
    made.close()


def read(reader: PageReader, body: bytes) -> str:
    return reader.read_page(body, headers={}, url="https://press.example/1", expected="").state


def test_it_works(reader: PageReader) -> None:
    assert read(reader, pages.article()) == PageState.READ


def test_a_page_that_takes_too_long_is_stopped_and_the_next_is_read(reader: PageReader) -> None:
    with pytest.raises(ReadingFailedError, match="not read within 2 seconds"):
        read(reader, b"<p>x" * 200_000)
    assert read(reader, pages.article()) == PageState.READ


def test_a_page_that_takes_too_much_memory_is_stopped_and_the_next_is_read() -> None:
    reader = PageReader(timeout=20.0, memory=400 * 1024**2)
    try:
        with pytest.raises(ReadingFailedError, match=r"more memory|want of memory"):
            read(reader, b"<b>x</b>" * 1_000_000)
        assert read(reader, pages.article()) == PageState.READ
    finally:
        reader.close()


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 200_000,
        b"<!--" * 250_000,
        b"<a " + b"x=1 " * 250_000 + b">",
        b"&amp;" * 500_000,
        b"<script>" * 50_000,
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><html><p>&b;</p></html>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><html><p>&a;</p></html>',
        bytes(range(256)) * 1_000,
    ],
)
def test_a_bomb_gives_no_text_and_stops_nobody(reader: PageReader, body: bytes) -> None:
    with suppress(ReadingFailedError):
        assert read(reader, body) != PageState.READ
    assert read(reader, pages.article()) == PageState.READ


@pytest.mark.django_db
def test_the_operator_reads_why(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.reading.pages.reader", PageReader(timeout=1.0))
    site = serve(b"<p>x" * 200_000)
    page = site.read(site.page())
    assert page.state == PageState.UNREADABLE
    assert "not read within 1 seconds" in page.reason
