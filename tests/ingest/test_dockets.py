"""Court feeds: their entries become docket entries, tied to proceedings by court and docket number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from disputes import commands
from disputes.models import Article, Event, Proceeding
from ingest.articles import store_entries
from ingest.candidates import match_pending
from ingest.dockets import entries_of, proceedings_of, read_filing
from ingest.looking_back import look_back, match_waiting
from ingest.models import Candidate, CandidateState, DocketEntry, Feed
from ingest.parsing import ParsedFeed, parse_feed
from tests.ingest.documents import NOW

FEEDS = Path(__file__).resolve().parents[2].parent / "shared" / "feeds"
pytestmark = pytest.mark.django_db


def pacer(*items: tuple[str, str, str], court: str = "ded") -> ParsedFeed:
    """Give a document of PACER; an item is its number with the caption, its text, and the number of its document."""
    told = "".join(
        f"<item><title>{title}</title><link>https://ecf.{court}.uscourts.gov/cgi-bin/DktRpt.pl?8{position}</link>"
        f"<guid isPermaLink='true'>https://ecf.{court}.uscourts.gov/cgi-bin/DktRpt.pl?8{position}&amp;{position}</guid>"
        f"<description>[{text}] (&lt;a href='https://ecf.{court}.uscourts.gov/doc1/1'&gt;{document}&lt;/a&gt;)"
        "</description><pubDate>Mon, 06 Feb 2023 10:00:00 EST</pubDate></item>"
        for position, (title, text, document) in enumerate(items)
    )
    body = f"<rss version='2.0'><channel><title>District of Delaware - Recent Entries</title>{told}</channel></rss>"
    return parse_feed(body.encode(), content_type=None, url=f"https://ecf.{court}.uscourts.gov/rss", now=NOW)


COURTLISTENER = """<feed xmlns="http://www.w3.org/2005/Atom">
<title>Docket updates for Pixels, Inc. v. Models, Inc. (1:23-cv-00135)</title>
<entry><title>Entry #7 in Pixels, Inc. v. Models, Inc. (1:23-cv-00135)</title><id>tag:courtlistener,7</id>
<link href="https://www.courtlistener.com/docket/1/pixels/?order_by=desc#entry-7"/>
<updated>2023-02-06T10:00:00Z</updated><summary type="html">COMPLAINT filed</summary></entry></feed>"""

ORDER = ("1:23-cv-00135-GBW Pixels, Inc. v. Models, Inc.", "Order on Motion to Dismiss", "16")
OTHER = ("1:23-cv-01350 Somebody v. Else", "Letter", "3")


@pytest.fixture
def feed() -> Feed:
    return Feed.objects.create(url="https://ecf.ded.uscourts.gov/cgi-bin/rss_outside.pl")


def said_of_case(court: str, number: str) -> dict[str, Any]:
    return {
        "occurred": "2023-02-03",
        "standing": "confirmed",
        "data": {
            "summary": "Filed.",
            "proceeding": "case",
            "court": court,
            "docket_number": number,
            "caption": "Pixels, Inc. v. Models, Inc.",
        },
        "justification": "For the tests",
        "by": "curator",
    }


def record_case(slug: str, court: str, number: str = "1:23-cv-00135") -> Proceeding:
    commands.open_dispute(slug, title=f"Pixels and {slug}", kind="litigation", summary="About data.", by="curator")
    commands.record_event(slug, type="complaint_filed", **said_of_case(court, number))
    return Proceeding.objects.get(dispute=slug)


def test_it_works(feed: Feed) -> None:
    store_entries(feed, pacer(ORDER), now=NOW)
    entry = DocketEntry.objects.get()
    assert (entry.court, entry.docket_number, entry.docket_key) == ("ded", "1:23-cv-00135-GBW", "23-cv-135")
    assert (entry.caption, entry.document_number) == ("Pixels, Inc. v. Models, Inc.", "16")
    assert entry.text == "Order on Motion to Dismiss"
    assert f"{entry.filed_at:%Y-%m-%d %H:%M}" == "2023-02-06 15:00"


def test_courtlistener_names_the_entry_and_no_court(feed: Feed) -> None:
    store_entries(feed, parse_feed(COURTLISTENER.encode(), content_type=None, url=feed.url, now=NOW), now=NOW)
    entry = DocketEntry.objects.get()
    assert (entry.court, entry.docket_number, entry.document_number) == ("", "1:23-cv-00135", "7")
    assert (entry.caption, entry.text) == ("Pixels, Inc. v. Models, Inc.", "COMPLAINT filed")


@pytest.mark.parametrize("court", ["U.S. District Court, D. Delaware", "D. Del.", "District of Delaware", "ded"])
@pytest.mark.parametrize("number", ["1:23-cv-00135", "23-cv-135", "1:23-cv-00135-GBW", "C.A. No. 23-135-GBW"])
def test_an_entry_is_tied_by_court_and_number_in_any_spelling(feed: Feed, court: str, number: str) -> None:
    store_entries(feed, pacer(ORDER, OTHER), now=NOW)
    # Recorded later than the entry came.
    case = record_case("a", court, number)
    ((entry, proceeding),) = entries_of([case])
    assert (entry.document_number, proceeding) == ("16", case)
    tied = proceedings_of(DocketEntry.objects.all())
    assert [len(cases) for _, cases in sorted(tied.items(), key=lambda item: len(item[1]))] == [0, 1]


def test_the_same_number_of_another_court_is_another_case(feed: Feed) -> None:
    store_entries(feed, pacer(ORDER), now=NOW)
    assert entries_of([record_case("a", "N.D. California")]) == []


def test_without_a_court_the_names_of_the_case_decide(feed: Feed) -> None:
    store_entries(feed, parse_feed(COURTLISTENER.encode(), content_type=None, url=feed.url, now=NOW), now=NOW)
    case = record_case("a", "D. Delaware")
    assert len(entries_of([case])) == 1
    DocketEntry.objects.update(caption="Somebody v. Else")
    assert entries_of([case]) == []
    DocketEntry.objects.update(caption="Pixels, Inc. v. Models, Inc.", docket_number="4:23-cv-00135")
    assert entries_of([case]) == [], "of another office"


def test_an_entry_of_the_docket_becomes_evidence_and_that_of_another_court_does_not(feed: Feed) -> None:
    record_case("a", "U.S. District Court, D. Delaware")
    record_case("b", "U.S. District Court, N.D. California")
    store_entries(feed, pacer(("1:23-cv-00135 X v. Y", "Minute Entry", "9")), now=NOW)
    assert match_pending() == 1
    candidate = Candidate.objects.get()
    assert (candidate.dispute_id, candidate.state) == ("a", CandidateState.ACCEPTED)
    assert candidate.reasons[0]["kind"] == "docket_number"
    assert candidate.reasons[0]["text"] == "1:23-cv-00135"


def test_a_court_that_is_corrected_later_brings_the_entries_up_again(feed: Feed) -> None:
    record_case("a", "U.S. District Court, N.D. California")
    look_back([])
    store_entries(feed, pacer(("1:23-cv-00135 X v. Y", "Minute Entry", "9")), now=NOW)
    match_waiting()
    assert not Candidate.objects.exists()
    filed = Event.objects.get(type="complaint_filed")
    said = said_of_case("D. Delaware", "1:23-cv-00135")
    commands.correct_event("a", event=filed.event_id, reason="Read the docket.", **said)
    look_back([])
    match_waiting()
    assert Candidate.objects.get().state == CandidateState.ACCEPTED


def test_an_edited_entry_is_told_anew_once(feed: Feed) -> None:
    store_entries(feed, pacer(ORDER), now=NOW)
    store_entries(feed, pacer((ORDER[0], "Corrected Order", "16")), now=NOW)
    assert DocketEntry.objects.get().text == "Corrected Order"


def test_erasing_the_article_erases_the_entry(feed: Feed) -> None:
    store_entries(feed, pacer(ORDER), now=NOW)
    commands.erase_article(Article.objects.get().pk, reason="Asked for.", by="administrator")
    assert not DocketEntry.objects.exists()


@pytest.mark.parametrize(
    "title", ["Recent Entries", "5 facts", "v. Somebody", "1:23-cv-00135", "5:18-~gr-00001", "Entry #7 in a hurry"]
)
def test_rubbish_on_a_court_host_does_no_harm(feed: Feed, title: str) -> None:
    assert store_entries(feed, pacer((title, "x" * 5_000, "no number")), now=NOW).new_articles == 1


@pytest.mark.skipif(not FEEDS.is_dir(), reason="../shared/feeds is not here")
def test_every_filing_of_the_real_feeds_is_read(feed: Feed) -> None:
    courts = set()
    paths = [*(FEEDS / "real-pacer").iterdir(), FEEDS / "sample" / "courtlistener__docket_atom_synthetic.xml"]
    for path in paths:
        parsed = parse_feed(path.read_bytes(), content_type=None, url=feed.url, now=NOW)
        filings = [read_filing(entry) for entry in parsed.entries]
        assert all(filings), path.name
        assert all(filing and "[" not in filing.text and filing.docket_number for filing in filings), path.name
        courts |= {filing.court for filing in filings if filing}
        # What is equal in everything is one.
        stored = store_entries(feed, parsed, now=NOW)
        assert stored.new_articles == stored.entries
        assert store_entries(feed, parsed, now=NOW).new_articles == 0
    assert courts == {"", "ca2", "ca6", "mdb", "nysb", "nysd", "wvsd"}
    assert DocketEntry.objects.count() == Article.objects.count()
