"""Documents made to hurt: scripts, bombs, floods, broken and lying encodings."""

import re
import socket
import time
from pathlib import Path
from typing import NoReturn

import pytest

from ingest.parsing import ParseError, parse_feed
from ingest.parsing.parse import MAXIMUM_ENTRIES
from tests.ingest.test_parsing import NOW, parse, rss

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)><a href='javascript:alert(3)' onclick='alert(4)'>t</a>"
ESCAPED = SCRIPT.replace("&", "&amp;").replace("<", "&lt;")
TWICE = ESCAPED.replace("&", "&amp;")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("parsing must not touch the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


@pytest.mark.parametrize(
    "evil", [ESCAPED, TWICE, f"<![CDATA[{SCRIPT}]]>", SCRIPT.replace("<img src=x", "<img src='x'/><b ")]
)
def test_scripts_do_not_survive_in_any_field(evil: str) -> None:
    item = "".join(
        f"<{name}>{evil}</{name}>"
        for name in (
            "title",
            "link",
            "guid",
            "description",
            "author",
            "dc:creator",
            "pubDate",
            "category",
            "dc:language",
        )
    )
    feed = parse(
        rss(
            f"<item>{item}<content:encoded>{evil}</content:encoded></item>",
            channel=f"<link>{evil}</link><language>{evil}</language><ttl>{evil}</ttl>",
            namespaces='xmlns:content="http://purl.org/rss/1.0/modules/content/" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"',
        ).replace("<title>Feed</title>", f"<title>Feed {evil}</title>")
    )
    (entry,) = feed.entries
    tags = re.findall("<[^>]*>", entry.summary_html)
    assert not any(evil in tag for tag in tags for evil in ("script", "img", "onclick", "onerror"))
    for text in (feed.title, entry.title, entry.author, entry.published_raw):
        assert "<" not in text
        assert "alert(1)" not in text
    assert entry.language is feed.language is None
    assert all(link is None or link.startswith("https://example.org/") for link in (entry.link, feed.link))


@pytest.mark.parametrize(
    "character",
    ["\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\u00ad", "\U000e0041", "\u009d", "\ufffe"],
)
def test_characters_that_deceive_the_eye_are_removed(character: str) -> None:
    reference = f"&#{ord(character)};"
    for written in (character, reference, reference.replace("&", "&amp;")):
        (entry,) = parse(
            rss(f"<item><title>Red{written}dit</title><description>Red{written}dit</description></item>")
        ).entries
        assert entry.title in {"Reddit", "Red dit"}
        assert character not in entry.summary_html + entry.content_text


def test_joiners_of_scripts_and_emoji_stay() -> None:
    title = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \U0001f468\u200d\U0001f4bb"
    assert parse(rss(f"<item><title>{title}</title></item>")).entries[0].title == title


ENTITY_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
    + rss("<item><title>&j;</title></item>")
)


@pytest.mark.parametrize(
    "document",
    [
        ENTITY_BOMB,
        f'<!DOCTYPE rss [<!ENTITY a "{"x" * 50_000}">]>' + rss(f"<item><title>{'&a;' * 50_000}</title></item>"),
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss("<item><title>&x;</title></item>"),
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "http://127.0.0.2/">]>' + rss("<item><title>&x;</title></item>"),
        '<!DOCTYPE rss [<!ENTITY x PUBLIC "a" "http://127.0.0.2/">]>' + rss("<item><title>&x;</title></item>"),
        '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.2/">%x;]>' + rss(""),
        "<!-- x --><?y?>\n<!DOCTYPE rss [<!-- ]> --><!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + rss(""),
        "<!DOCTYPE rss [" + "".join(f'<!ENTITY e{n} "x">' for n in range(1_000)) + "]>" + rss(""),
        '<!DOCTYPE rss [<!ENTITY x "',
        "<!DOCTYPE rss [",
    ],
)
def test_entity_bombs_and_external_entities_are_refused(document: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(document)
    assert caught.value.reason in {"entities", "bad_doctype"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_an_entity_bomb_cannot_hide_in_an_encoding(encoding: str) -> None:
    with pytest.raises(ParseError):
        parse(ENTITY_BOMB.replace('<?xml version="1.0"?>', "").encode(encoding))


def test_an_entity_that_only_abbreviates_is_put_in_place() -> None:
    feed = parse('<!DOCTYPE rss [<!ENTITY co "Example &#38; Sons">]>' + rss("<item><title>&co;!</title></item>"))
    assert feed.entries[0].title == "Example & Sons!"


def test_an_external_inclusion_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text("<title>secret</title>")
    feed = parse(
        rss(
            f'<item><xi:include href="{secret.as_uri()}"/><title>x</title></item>',
            namespaces='xmlns:xi="http://www.w3.org/2001/XInclude"',
        )
    )
    assert "secret" not in repr(feed)


def test_a_document_from_disk_gives_away_no_path() -> None:
    body = rss("<item><title>x</title><link>a</link><description>&lt;a href='b'&gt;b&lt;/a&gt;</description></item>")
    for title in ("x", "x <b>y</b>"):
        document = body.replace("<title>x", f"<title>{title}").encode()
        feed = parse_feed(document, content_type=None, url="file:///home/somebody/feed.xml", now=NOW)
        assert "somebody" not in repr(feed)
        assert feed.entries[0].link is None


def test_the_body_is_never_taken_for_an_address_or_a_path() -> None:
    for body in (b"http://127.0.0.2/feed", b"/etc/passwd", b"file:///etc/passwd"):
        with pytest.raises(ParseError):
            parse(body)


def test_extreme_nesting_is_refused() -> None:
    with pytest.raises(ParseError) as caught:
        parse(rss("<item>" + "<a>" * 100_000 + "</a>" * 100_000 + "</item>"))
    assert caught.value.reason == "too_deep"


@pytest.mark.parametrize(
    "flood",
    [
        "<!--" * 250_000,
        "&lt;!--" * 150_000,
        "&lt;ul&gt;&lt;li&gt;" * 50_000,
        "&lt;b id=1&gt;" * 50_000 + "&lt;/p&gt;" * 50_000,
        "&lt;a " + "x=1 " * 200_000,
        "&amp;" * 200_000,
        "&lt;" * 250_000,
        "<![CDATA[" * 100_000,
        "&#x202e;" * 100_000,
        " \n" * 500_000,
        "&" * 500_000,
        "&x" * 300_000,
        "]]>" * 300_000,
    ],
)
def test_a_megabyte_of_one_thing_is_read_in_a_moment(flood: str) -> None:
    started = time.process_time()
    try:
        feed = parse(rss(f"<item><title>x</title><description>{flood}</description></item>"))
        assert all(len(entry.summary_html) < 500_000 for entry in feed.entries)
    except ParseError:
        pass
    assert time.process_time() - started < 5


def test_a_hundred_thousand_entries_are_cut_to_the_newest() -> None:
    items = [
        f"<item><guid>{number}</guid><title>t</title><pubDate>{2000 + number // 5_000}-01-01</pubDate></item>"
        for number in range(100_000)
    ]
    feed = parse(rss("".join(items)))
    assert len(feed.entries) == MAXIMUM_ENTRIES
    assert feed.dropped == 100_000 - MAXIMUM_ENTRIES
    assert any("100,000 entries" in fault for fault in feed.faults)
    assert {entry.published_at.year for entry in feed.entries if entry.published_at} == {2019}
    numbers = [int(entry.guid or 0) for entry in feed.entries]
    assert numbers == sorted(numbers)


def test_texts_have_a_bounded_length() -> None:
    title, author, description = "t " * 50_000, "a" * 9_999, "d " * 500_000
    (entry,) = parse(
        rss(f"<item><title>{title}</title><author>{author}</author><description>{description}</description></item>")
    ).entries
    assert len(entry.title) == 1_000
    assert len(entry.author) == 500
    assert len(entry.summary_html) <= 65_536
    assert len(entry.content_text) <= 262_144


@pytest.mark.parametrize(
    ("title", "cleaned"),
    [
        ("AT&T and R&D", "AT&T and R&D"),
        ("a &nbsp;b &mdash; c", "a b \u2014 c"),
        ("a\x02b", "ab"),
        ("x &bogus; y", "x &bogus; y"),
    ],
)
def test_broken_documents_are_mended_and_flagged(title: str, cleaned: str) -> None:
    feed = parse(rss(f"<item><title>{title}</title></item>"))
    assert feed.flagged
    assert feed.entries[0].title == cleaned


def test_entries_before_the_break_are_kept() -> None:
    feed = parse(rss("<item><title>one</title></item><item><title>two</title></item>")[:-30])
    assert feed.flagged
    assert "one" in [entry.title for entry in feed.entries]


def test_junk_before_the_document_is_passed_over() -> None:
    feed = parse("Warning: something on line 3\n" + rss("<item><title>one</title></item>"))
    assert feed.flagged
    assert [entry.title for entry in feed.entries] == ["one"]


TEXT = "\u201cCaf\u00e9\u201d \u20ac"


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("utf-8", None, None),
        ("utf-8", "iso-8859-1", None),
        ("utf-8", None, "text/xml; charset=us-ascii"),
        ("utf-8", "bogus", "text/xml; charset=bogus"),
        ("utf-8-sig", "utf-16", None),
        ("utf-16", "utf-16", None),
        ("utf-16-le", None, None),
        ("utf-32", None, None),
        ("windows-1252", "windows-1252", None),
        ("windows-1252", "iso-8859-1", None),
        ("windows-1252", None, 'application/rss+xml; charset="windows-1252"'),
        ("windows-1252", None, None),
        ("windows-1252", "utf-8", None),
    ],
)
def test_encodings_declared_silent_and_lying(encoding: str, declared: str | None, content_type: str | None) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = (declaration + rss(f"<item><title>{TEXT}</title></item>")).encode(encoding)
    assert parse(body, content_type=content_type).entries[0].title == TEXT


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("shift_jis", "\u65e5\u672c\u8a9e"),
        ("euc-kr", "\ud55c\uad6d\uc5b4"),
        ("gb2312", "\u4e2d\u6587"),
        ("iso-2022-jp", "\u65e5\u672c\u8a9e"),
        ("koi8-r", "\u0440\u0443\u0441\u0441\u043a\u0438\u0439"),
        ("iso-8859-2", "\u017elu\u0165ou\u010dk\u00fd"),
    ],
)
def test_encodings_of_the_world(encoding: str, text: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?>' + rss(f"<item><title>{text}</title></item>")
    assert parse(body.encode(encoding)).entries[0].title == text


@pytest.mark.parametrize("name", ["unicode_escape", "idna", "punycode", "rot13", "zlib", "utf-7", "raw_unicode_escape"])
def test_pythons_own_codecs_are_not_encodings(name: str) -> None:
    body = f'<?xml version="1.0" encoding="{name}"?>'.encode() + rss("<item><title>a\\u0041\xe9</title></item>").encode(
        "latin-1"
    )
    assert parse(body).entries[0].title == "a\\u0041\u00e9"
