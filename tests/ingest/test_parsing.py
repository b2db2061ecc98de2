"""Feeds of every format come out as the same clean entries."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.parsing import NotAFeed, ParsedFeed, parse_feed

NOW = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
URL = "https://example.org/news/feed.xml"


def parse(body: str | bytes, *, content_type: str | None = None, trust_guids: bool = True) -> ParsedFeed:
    encoded = body.encode() if isinstance(body, str) else body
    return parse_feed(encoded, content_type=content_type, url=URL, now=NOW, trust_guids=trust_guids)


def rss(items: str, *, channel: str = "", namespaces: str = "") -> str:
    return f'<rss version="2.0" {namespaces}><channel><title>Feed</title>{channel}{items}</channel></rss>'


RSS = rss(
    """<item>
      <guid isPermaLink="false">tag:1</guid><title>AT&amp;amp;T &amp; Co</title><link>/a?id=1&amp;utm_source=rss</link>
      <description>&lt;p&gt;Short &lt;b&gt;summary&lt;/b&gt;&lt;/p&gt;</description>
      <content:encoded><![CDATA[<p>Long</p><p>content<br>of three lines</p>]]></content:encoded>
      <dc:creator>A. Writer</dc:creator><pubDate>Wed, 05 Mar 2025 10:30:00 EST</pubDate><dc:language>en_GB</dc:language>
    </item>""",
    channel="<link>https://example.org/news/</link><ttl>90</ttl><language>en-us</language>"
    '<atom:link rel="self" href="https://example.org/self.xml"/>',
    namespaces='xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:atom="http://www.w3.org/2005/Atom"',
)


def test_it_works() -> None:
    feed = parse(RSS)
    assert (feed.format, feed.reader, feed.title, feed.language) == ("rss", "lxml", "Feed", "en-us")
    assert (feed.link, feed.self_link) == ("https://example.org/news/", "https://example.org/self.xml")
    assert feed.ttl == timedelta(minutes=90)
    assert not feed.flagged
    (entry,) = feed.entries
    assert (entry.identity, entry.guid) == ("guid:tag:1", "tag:1")
    assert entry.link == "https://example.org/a?id=1&utm_source=rss"
    assert entry.title == "AT&T & Co"
    assert entry.summary_html == "<p>Short <b>summary</b></p>"
    assert entry.content_text == "Long\ncontent\nof three lines"
    assert entry.author == "A. Writer"
    assert entry.published_at == datetime(2025, 3, 5, 15, 30, tzinfo=UTC)
    assert entry.published_raw == "Wed, 05 Mar 2025 10:30:00 EST"
    assert entry.language == "en-gb"


ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://example.org/base/">
  <title type="html">&lt;i&gt;Feed&lt;/i&gt;</title><link rel="self" href="self.atom"/><link href="/"/>
  <entry><id>urn:1</id><title>Title</title>
    <link rel="self" href="wrong"/><link rel="alternate" type="text/html" href="right"/>
    <updated>2025-03-05T10:30:00+01:00</updated><author><name>Somebody</name></author>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Hello <em>you</em></p></div></content>
  </entry>
</feed>"""


def test_atom() -> None:
    feed = parse(ATOM)
    assert (feed.format, feed.reader, feed.title) == ("atom", "lxml", "Feed")
    assert (feed.link, feed.self_link) == ("https://example.org/", "https://example.org/base/self.atom")
    (entry,) = feed.entries
    assert entry.link == "https://example.org/base/right"
    assert entry.published_at == entry.updated_at == datetime(2025, 3, 5, 9, 30, tzinfo=UTC)
    assert (entry.content_text, entry.author, entry.language) == ("Hello you", "Somebody", "de")


RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{namespace}"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
  <channel rdf:about="https://example.org/"><title>Feed</title><link>https://example.org/</link>
    <sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency></channel>
  <item rdf:about="https://example.org/1"><title>One</title><link>https://example.org/1</link>
    <description>Text</description><dc:date>2025-03-05</dc:date></item>
</rdf:RDF>"""


@pytest.mark.parametrize(
    "namespace",
    ["http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"],
)
def test_rdf(namespace: str) -> None:
    feed = parse(RDF.format(namespace=namespace))
    assert (feed.format, feed.reader, feed.ttl) == ("rdf", "lxml", timedelta(hours=6))
    (entry,) = feed.entries
    assert (entry.title, entry.link, entry.content_text) == ("One", "https://example.org/1", "Text")
    assert entry.published_at == datetime(2025, 3, 5, tzinfo=UTC)


def test_json_feed() -> None:
    feed = parse(
        '{"version": "https://jsonfeed.org/version/1.1", "title": "Feed", "home_page_url": "/", "items": ['
        '{"id": 7, "url": "x", "title": "A", "content_text": "1 < 2\\n3", "authors": [{"name": "N"}, 5, {"name": []}],'
        '"date_published": "2025-03-05T10:30:00Z"}, "rubbish", {"id": ["a"], "content_html": "<p>b</p>"}]}'
    )
    assert (feed.format, feed.reader, feed.link) == ("json", "json", "https://example.org/")
    first, second = feed.entries
    assert (first.guid, first.link, first.author) == ("7", "https://example.org/news/x", "N")
    assert first.content_text == "1 < 2\n3"
    assert first.published_at == datetime(2025, 3, 5, 10, 30, tzinfo=UTC)
    assert (second.guid, second.content_text) == (None, "b")


def test_an_empty_feed_is_a_feed() -> None:
    assert parse(rss("")).entries == ()


@pytest.mark.parametrize("version", ["0.91", "0.92", "2.0"])
def test_rss_of_every_age(version: str) -> None:
    doctype = (
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    )
    feed = parse(
        f'<?xml version="1.0"?>{doctype}<rss version="{version}"><channel><title>F</title>'
        "<item><title>caf&eacute;</title><link>https://example.org/1</link></item></channel></rss>"
    )
    assert [entry.title for entry in feed.entries] == ["caf\u00e9"]


def test_titles_with_markup_are_read_whole() -> None:
    feed = parse(rss("<item><title>one <b>two</b> three<!-- four --> five</title></item>"))
    assert feed.entries[0].title == "one two three five"


def test_another_namespaces_title_is_not_the_title() -> None:
    media = 'xmlns:media="http://search.yahoo.com/mrss/"'
    feed = parse(rss("<item><media:title>photo</media:title><title>story</title></item>", namespaces=media))
    assert feed.entries[0].title == "story"


def test_media_rss_text_is_the_content_where_there_is_no_other() -> None:
    feed = parse(
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><title>F</title>'
        "<entry><id>1</id><title>Video</title><media:group><media:description>About &lt;data&gt;\nand law"
        "</media:description></media:group></entry></feed>"
    )
    assert feed.entries[0].content_text == "About <data>\nand law"


def test_what_another_format_calls_an_entry_is_none() -> None:
    foreign = 'xmlns:x="https://example.org/x"'
    assert len(parse(rss("<item><title>a</title><x:entry/></item>", namespaces=foreign)).entries) == 1
    assert len(parse(ATOM.replace("<entry>", '<x:entry xmlns:x="https://example.org/x"/><item/><entry>')).entries) == 1


def test_feedburners_link_is_replaced_by_the_publishers() -> None:
    feed = parse(
        rss(
            "<item><link>https://feeds.example/~r/1</link><fb:origLink>https://example.org/1</fb:origLink></item>",
            namespaces='xmlns:fb="http://rssnamespace.org/feedburner/ext/1.0"',
        )
    )
    assert feed.entries[0].link == "https://example.org/1"


@pytest.mark.parametrize(
    ("guid", "link"),
    [
        ("<guid>https://example.org/g</guid>", "https://example.org/g"),
        ('<guid isPermaLink="false">https://example.org/g</guid>', None),
        ("<guid>g</guid>", None),
    ],
)
def test_a_guid_is_a_link_only_where_it_says_so(guid: str, link: str | None) -> None:
    assert parse(rss(f"<item>{guid}<title>x</title></item>")).entries[0].link == link


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "http://", "http://[", "ftp://x/"]
)
def test_links_are_http_or_absent(link: str) -> None:
    assert parse(rss(f"<item><title>x</title><link>{link}</link></item>")).entries[0].link is None


@pytest.mark.parametrize(
    ("link", "clean"),
    [
        ("https://user:secret@example.org/x", "https://example.org/x"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ('https://example.org/"onclick="x', "https://example.org/%22onclick=%22x"),
        ("https://example.org/\u202egpj.exe", "https://example.org/%E2%80%AEgpj.exe"),
        (" \n//example.org/x\n ", "https://example.org/x"),
        ("https://example.org/?a=1&amp;amp;b=2", "https://example.org/?a=1&b=2"),
        ("https://www.courtlistener.com/docket/1/x/#entry-2", "https://www.courtlistener.com/docket/1/x/#entry-2"),
    ],
)
def test_links_are_made_harmless(link: str, clean: str) -> None:
    assert parse(rss(f"<item><title>x</title><link>{link}</link></item>")).entries[0].link == clean


def test_dates_that_cannot_be_are_absent_and_those_ahead_are_now_and_their_text_is_kept() -> None:
    feed = parse(
        rss(
            "<item><title>a</title><pubDate>0000-00-00</pubDate></item>"
            "<item><title>b</title><pubDate>Wed, 05 Mar 2031 10:00:00 GMT</pubDate></item>"
            "<item><title>c</title></item>"
        )
    )
    assert [entry.published_at for entry in feed.entries] == [None, NOW, None]
    assert [entry.published_raw for entry in feed.entries] == ["0000-00-00", "Wed, 05 Mar 2031 10:00:00 GMT", ""]


def test_a_repeated_guid_is_no_identity() -> None:
    items = "".join(
        f"<item><guid isPermaLink='false'>case-1</guid><link>https://ecf.nyed.uscourts.gov/doc1/{number}</link>"
        f"<title>1:23-cv-1</title><description>filing {number}</description></item>"
        for number in (1, 2)
    )
    feed = parse(rss(items))
    assert feed.repeats_guids
    assert [entry.identity for entry in feed.entries] == [
        "link:https://ecf.nyed.uscourts.gov/doc1/1",
        "link:https://ecf.nyed.uscourts.gov/doc1/2",
    ]


def test_a_repeated_link_is_no_identity_either() -> None:
    items = "".join(
        f"<item><link>https://example.org/same</link><title>x</title><description>{number}</description></item>"
        for number in (1, 2)
    )
    one, two = (entry.identity for entry in parse(rss(items)).entries)
    assert one.startswith("content:")
    assert two.startswith("content:")
    assert one != two


def test_equal_entries_are_one() -> None:
    item = "<item><guid>g</guid><title>x</title></item>"
    feed = parse(rss(item * 2))
    assert not feed.repeats_guids
    assert [entry.identity for entry in feed.entries] == ["guid:g", "guid:g"]


def test_guids_can_be_distrusted() -> None:
    (entry,) = parse(RSS, trust_guids=False).entries
    assert entry.identity == "link:https://example.org/a?id=1"


def test_a_long_guid_has_a_short_identity() -> None:
    one, two = parse(
        rss("".join(f"<item><guid>{'x' * 5_000}{number}</guid><title>t</title></item>" for number in (1, 2)))
    ).entries
    assert len(one.identity) <= 512
    assert one.identity != two.identity


def test_both_readers_give_an_entry_the_same_identity() -> None:
    # No namespace that our own reader knows Atom by.
    namespace = "http://www.w3.org/2005/Atom"
    fast_feed, slow_feed = parse(ATOM), parse(ATOM.replace(f'<feed xmlns="{namespace}"', "<feed"))
    assert (fast_feed.reader, slow_feed.reader) == ("lxml", "feedparser")
    assert [entry.identity for entry in fast_feed.entries] == [entry.identity for entry in slow_feed.entries]
    assert [entry.link for entry in fast_feed.entries] == [entry.link for entry in slow_feed.entries]
    assert fast_feed.self_link == slow_feed.self_link


def test_hours_and_times_at_which_a_publisher_wants_to_be_left_alone() -> None:
    hours = "<skipHours><hour>0</hour><hour> 5</hour><hour>24</hour><hour>25</hour><hour>x</hour></skipHours>"
    assert parse(rss("", channel=hours)).skip_hours == {0, 5}


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("a@example.org (A. Writer)", "A. Writer"),
        ("A. Writer &lt;a@example.org&gt;", "A. Writer"),
        ("&lt;b&gt;A&lt;/b&gt;", "A"),
        ("", ""),
    ],
)
def test_authors_are_names(author: str, name: str) -> None:
    assert parse(rss(f"<item><title>x</title><author>{author}</author></item>")).entries[0].author == name


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"<!-- nothing -->", "empty"),
        (b"<!DOCTYPE html><html><body>Hello</body></html>", "html_page"),
        (b"<html><head><title>Just a moment...</title></head></html>", "challenge_page"),
        (b"<!doctype HTML><title>Attention Required! | Cloudflare</title>", "challenge_page"),
        (b"<html><body><form id='captcha'></form></body></html>", "challenge_page"),
        (b"Please verify you are a human", "challenge_page"),
        (b'{"items": "x"}', "json"),
        (b"[1, 2", "json"),
        (b"[" * 100_000, "json"),
        (b'{"version": "https://jsonfeed.org/version/1", "a": ' + b"9" * 10_000, "json"),
        (b"<opml version='2.0'><body/></opml>", "opml"),
        (b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>", "sitemap"),
        (b"<note><to>x</to></note>", "xml"),
        (b"Not found", "text"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 20, "binary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(1000), "binary"),
    ],
)
def test_what_is_no_feed_is_named(body: bytes, reason: str) -> None:
    with pytest.raises(NotAFeed) as caught:
        parse(body)
    assert caught.value.reason == reason
    assert len(caught.value.message) > 10
