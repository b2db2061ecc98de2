"""What the operator says of sources, and what is known of some."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from django.utils import timezone

from disputes.errors import Unfit
from ingest.models import Feed, FullTextRule, FullTextWish, Page, PageState
from ingest.reading.enlisting import read_again
from ingest.reading.rules import Rules
from tests.ingest.reading.conftest import Site
from tests.ingest.reading.pages import SENTENCES

pytestmark = pytest.mark.django_db
FACTS = Path(__file__).resolve().parents[4] / "shared" / "facts" / "feeds.yaml"
NEVER, SUMMARIES, ALWAYS = FullTextWish.NEVER, FullTextWish.SUMMARIES, FullTextWish.ALWAYS


def wish(url: str, *feeds: Feed) -> FullTextWish:
    return Rules.load().wish(url, [feed.pk for feed in feeds])[0]


def test_it_works() -> None:
    assert wish("https://press.example/1") == SUMMARIES
    FullTextRule.objects.create(domain="press.example", wish=NEVER, reason="Its terms forbid it")
    assert Rules.load().wish("https://www.press.example/1", []) == (NEVER, "Its terms forbid it")
    assert wish("https://otherpress.example/1") == SUMMARIES


@pytest.mark.parametrize(
    "url",
    [
        "https://ecf.cand.uscourts.gov/doc1/1",
        "https://www.courtlistener.com/docket/1/",
        "https://news.google.com/x",
        "https://www.bing.com/news/apiclick.aspx?url=x",
    ],
)
def test_what_costs_money_or_wants_to_be_asked_is_not_read_by_itself(url: str) -> None:
    assert wish(url) == NEVER
    FullTextRule.objects.create(domain="courtlistener.com", wish=SUMMARIES, reason="They agreed")
    assert wish("https://www.courtlistener.com/docket/1/") == SUMMARIES


@pytest.mark.skipif(not FACTS.is_file(), reason="the facts about feeds are not beside this checkout")
def test_no_page_is_read_of_a_source_whose_facts_speak_against_it() -> None:
    """The facts say of few publishers what their pages may be used for; of these none is read by itself."""
    listed = yaml.safe_load(FACTS.read_text())
    against = [each for each in listed if "paid PACER pages" in each["note"] or "KEEP OFF" in each["note"]]
    assert len(against) >= 8
    assert {wish(each["url"]) for each in against} == {NEVER}
    dockets = [each["url"] for each in listed if "/docket/" in each["url"]]
    assert len(dockets) >= 36
    assert {wish(url) for url in dockets} == {NEVER}, "Free Law Project wants to be asked"


def test_the_nearest_domain_counts_and_never_comes_first() -> None:
    feed = Feed.objects.create(url="https://press.example/feed")
    FullTextRule.objects.create(domain="press.example", wish=ALWAYS)
    FullTextRule.objects.create(domain="shop.press.example", wish=SUMMARIES)
    assert wish("https://shop.press.example/1", feed) == SUMMARIES
    assert wish("https://www.press.example/1", feed) == ALWAYS
    FullTextRule.objects.create(feed=feed, wish=NEVER)
    assert wish("https://www.press.example/1", feed) == NEVER
    assert wish("https://www.press.example/1") == ALWAYS


def test_a_source_that_forbids_it_is_not_asked_for_anything(site: Site) -> None:
    FullTextRule.objects.create(feed=site.feed, wish=NEVER)
    with pytest.raises(Page.DoesNotExist):
        site.page()
    assert site.paths == []


def test_a_rule_holds_for_pages_that_wait_already(site: Site) -> None:
    page = site.page()
    FullTextRule.objects.create(feed=site.feed, wish=NEVER, reason="Its terms forbid it")
    site.read(page)
    assert (page.state, page.reason) == (PageState.UNWANTED, "Its terms forbid it")
    assert site.paths == []
    with pytest.raises(Unfit, match="Its terms forbid it"):
        read_again(page.article.pk, by="operator")


def test_a_source_may_be_read_always(site: Site) -> None:
    FullTextRule.objects.create(feed=site.feed, wish=ALWAYS)
    assert site.page(text="\n".join(SENTENCES)).state == PageState.WAITING


def test_an_entry_without_a_page_of_its_own_is_not_read(site: Site) -> None:
    with pytest.raises(Page.DoesNotExist):
        site.page(f"/case#entry-{timezone.now():%s}")
