"""OPML in and out: lists of any reader, with rubbish named line by line, and ours back again."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from disputes.errors import Invalid
from ingest.feed_lists import export_opml, import_opml, load_default_feeds
from ingest.models import DefaultFeed, Feed, FeedState
from ingest.opml import OPMLError, Outline, read_opml, write_opml
from tests.support.product import ROOT

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LIST = b"""<?xml version="1.0"?>
<opml version="2.0"><head><title>Mine</title></head><body>
  <outline text="Folder">
    <outline type="rss" text="The press" xmlUrl="https://press.example/feed" htmlUrl="https://press.example/"/>
    <outline type="rss" title="A second" XMLURL="https://second.example/rss?a=1&amp;b=2"/>
  </outline>
  <outline type="rss" text="No address"/>
  <outline text="File" type="rss" xmlUrl="file:///etc/passwd"/>
  <outline text="Twice" type="rss" xmlUrl="https://press.example/feed"/>
</body></opml>"""


@pytest.mark.django_db
def test_it_works() -> None:
    imported = import_opml(LIST, by="operator")
    assert [feed.url for feed in imported.added] == [
        "https://press.example/feed", "https://second.example/rss?a=1&b=2",
    ]  # fmt: skip
    assert set(Feed.objects.values_list("title", "state", "added_by")) == {
        ("The press", FeedState.ACTIVE, "operator"), ("A second", FeedState.ACTIVE, "operator"),
    }  # fmt: skip
    assert len(imported.problems) == 2
    assert imported.problems[0].startswith("line 7: 'No address'")
    assert imported.problems[1].startswith("line 8: 'File'")


@pytest.mark.django_db
def test_a_second_import_changes_nothing() -> None:
    import_opml(LIST, by="operator")
    Feed.objects.update(state=FeedState.PAUSED, pause_reason="Mine", next_fetch_at=None)
    again = import_opml(LIST, by="somebody")
    assert (again.added, again.present) == ((), 2)
    assert set(Feed.objects.values_list("pause_reason", "added_by")) == {("Mine", "operator")}


@pytest.mark.django_db
def test_a_long_list_makes_no_burst() -> None:
    before = timezone.now()
    outlines = [Outline(f"https://site{number}.example/feed") for number in range(120)]
    import_opml(write_opml(outlines, title="Long", made_at=NOW), by="operator")
    times = list(Feed.objects.order_by("next_fetch_at").values_list("next_fetch_at", flat=True))
    assert all(time is not None and time > before for time in times)
    assert sum(time is not None and time < before + timedelta(minutes=6) for time in times) <= 12
    assert times[-1] is not None
    assert times[-1] < before + timedelta(minutes=61)


@pytest.mark.django_db
def test_what_is_written_is_read_again() -> None:
    Feed.objects.create(url="https://a.example/feed?x=1&y=<2>", title='Quotes " and ümlauts \x0b&')
    Feed.objects.create(url="https://b.example/feed", title="B", state=FeedState.PAUSED, pause_reason="Too many")
    Feed.objects.create(url="https://c.example/feed", title="C", state=FeedState.GONE, last_error="Gone for good")
    Feed.objects.create(url="https://import.invalid/file.xml", title="From disk", state=FeedState.PAUSED)
    written = export_opml()
    Feed.objects.all().delete()
    imported = import_opml(written, by="operator")
    assert imported.problems == ()
    assert {feed.title: (feed.state, feed.pause_reason) for feed in Feed.objects.all()} == {
        'Quotes " and ümlauts &': (FeedState.ACTIVE, ""),
        "B": (FeedState.PAUSED, "Too many"),
        "C": (FeedState.PAUSED, "Gone for good"),
    }
    assert "https://a.example/feed?x=1&y=%3C2%3E" in set(Feed.objects.values_list("url", flat=True))


BOMB = b"""<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>
<opml version="2.0"><body><outline text="&c;&c;&c;" xmlUrl="https://a.example/"/></body></opml>"""
OUTSIDE = b"""<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<opml><body><outline text="x" xmlUrl="https://a.example/"/>&x;</body></opml>"""


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"rubbish", "not well-formed"),
        (b"\x00\xff\xfe", "not well-formed"),
        (LIST[:200], "not well-formed"),
        (b"<html><body>Not this</body></html>", "<html>, not <opml>"),
        (b"<opml version='2.0'><head/></opml>", "no <body>"),
        (b"<opml><body>" + b"<outline>" * 50_000, "not well-formed"),
        (BOMB, "document type declaration"),
        (OUTSIDE, "document type declaration"),
        (b"<opml><body>" + b"<outline text='x' xmlUrl='http://a.example/'/>" * 10_001 + b"</body></opml>", "outlines"),
        (b" " * 5_000_001, "bytes"),
    ],
)
def test_a_document_that_is_no_list_says_why(body: bytes, why: str) -> None:
    with pytest.raises(OPMLError, match=why):
        read_opml(body)


@pytest.mark.django_db
def test_rubbish_keeps_nothing() -> None:
    with pytest.raises(Invalid, match="no OPML document"):
        import_opml(LIST[:-20], by="operator")
    assert not Feed.objects.exists()


@pytest.mark.django_db
def test_the_commands_say_what_was_left_out_and_fail(tmp_path: Path) -> None:
    source, target = tmp_path / "in.opml", tmp_path / "out.opml"
    source.write_bytes(LIST)
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"(?s)but for these outlines.*line 7.*line 8"):
        call_command("import_opml", str(source), stdout=out)
    assert "2 feeds added, 0 registered before, 2 outlines left out" in out.getvalue()
    call_command("export_opml", str(target))
    assert [outline.url for outline in read_opml(target.read_bytes()).outlines] == [
        "https://second.example/rss?a=1&b=2", "https://press.example/feed",
    ]  # fmt: skip
    call_command("import_opml", str(target), stdout=out)
    assert list(tmp_path.iterdir()) == [source, target] or set(tmp_path.iterdir()) == {source, target}


@pytest.mark.django_db
@pytest.mark.parametrize("content", [None, b"rubbish"])
def test_the_command_names_a_file_that_it_cannot_read(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "list.opml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=r"list\.opml"):
        call_command("import_opml", str(path))
    with pytest.raises(CommandError, match="can't be written"):
        call_command("export_opml", str(tmp_path / "nowhere" / "list.opml"))


@pytest.mark.django_db
def test_the_default_feeds_are_offered_once() -> None:
    assert load_default_feeds() == Feed.objects.count() > 100
    feed = Feed.objects.filter(state=FeedState.ACTIVE).first()
    assert feed is not None
    Feed.objects.filter(pk=feed.pk).update(url="https://moved.example/feed")
    Feed.objects.filter(state=FeedState.PAUSED).update(state=FeedState.ACTIVE)
    count = Feed.objects.count()
    assert load_default_feeds() == 0
    assert Feed.objects.count() == count, "an address that moved is not offered again"
    assert not Feed.objects.filter(state=FeedState.PAUSED).exists(), "what the operator resumed stays"
    DefaultFeed.objects.filter(url=feed.url).delete()
    assert load_default_feeds() == 1, "a new address in the list is offered"


@pytest.mark.django_db
def test_default_feeds_that_need_asking_first_are_paused_with_a_reason() -> None:
    load_default_feeds()
    dockets = Feed.objects.filter(url__contains="courtlistener.com/docket/")
    assert dockets.count() == 36
    quiet = [*dockets, *Feed.objects.filter(url__contains="{"), *Feed.objects.filter(url__contains="news.google.com")]
    for feed in quiet:
        assert (feed.state, feed.next_fetch_at) == (FeedState.PAUSED, None)
        assert feed.pause_reason
    assert not Feed.objects.filter(state=FeedState.ACTIVE, next_fetch_at__lte=timezone.now()).exists(), "no burst"


def test_the_default_list_is_tidy() -> None:
    listed = read_opml((ROOT / "seeds" / "feeds.opml").read_bytes())
    assert listed.problems == ()
    assert len({outline.url for outline in listed.outlines}) == len(listed.outlines)
    assert all(outline.pause_reason for outline in listed.outlines if outline.is_paused)
