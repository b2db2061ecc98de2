"""Reading the pages of articles of which the feed carries a summary."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from disputes import commands
from disputes.models import Article, ArticleRevision
from ingest import polling
from ingest.capture import body_bytes, captures_of
from ingest.models import Capture, Feed, Page, PageState, PendingMatch
from ingest.models import Publisher as PublisherRow
from ingest.reading.enlisting import enlist, read_again
from tests.ingest.reading.conftest import HTML, Serve, Site
from tests.ingest.reading.pages import SENTENCES, SUMMARY, TITLE, article
from tests.support.publisher import Answer, Item, rss

pytestmark = pytest.mark.django_db


def test_it_works(site: Site) -> None:
    page = site.read(site.page())
    assert (page.state, page.reason, page.next_try_at) == (PageState.READ, "", None)
    assert page.article.text.splitlines()[-1] == SENTENCES[-1]
    assert "Sign in" not in page.article.text
    assert page.article.language == "en-gb"
    assert site.paths == ["/robots.txt", "/1"]
    assert site.press.requests[-1].headers["User-Agent"].startswith("data-licensing-dispute-tracker/")


def test_a_summary_that_the_poller_brings_is_read_and_matched_again(site: Site) -> None:
    site.answers["/feed.xml"] = Answer(rss(Item(f"http://{site.press.address}/1", TITLE, SUMMARY)))
    Feed.objects.update(next_fetch_at=timezone.now())
    polling.poll()
    page = Page.objects.get()
    PendingMatch.objects.all().delete()
    site.read(page)
    assert page.article.text.startswith(SENTENCES[0]) or SENTENCES[0] in page.article.text
    assert PendingMatch.objects.get().article == page.article


def test_what_the_feed_said_stays_as_a_revision(site: Site) -> None:
    page = site.page()
    before = page.article.digest
    site.read(page)
    revision = ArticleRevision.objects.get()
    assert (revision.digest, revision.text) == (before, SUMMARY)
    assert page.article.digest != before


def test_the_digest_of_the_text_leads_to_the_bytes_of_the_page(site: Site) -> None:
    page = site.read(site.page())
    capture = captures_of(page.article.pk, page.article.digest).get()
    assert capture == page.capture
    assert body_bytes(capture.body) == article()


def test_a_teaser_from_the_feed_does_not_take_the_place_of_the_text(site: Site) -> None:
    url = f"http://{site.press.address}/1"
    site.answers["/feed.xml"] = Answer(rss(Item(url, TITLE, SUMMARY)))
    Feed.objects.update(next_fetch_at=timezone.now())
    polling.poll()
    page = site.read(Page.objects.get())
    whole = page.article.text
    site.answers["/feed.xml"] = Answer(rss(Item(url, TITLE, f"{SUMMARY} Edited.")))
    Feed.objects.update(next_fetch_at=timezone.now())
    PublisherRow.objects.update(next_request_at=None)
    polling.poll()
    page.article.refresh_from_db()
    assert page.article.text == whole


def test_a_text_that_is_whole_in_the_feed_is_not_read(site: Site) -> None:
    with pytest.raises(Page.DoesNotExist):
        site.page(text="\n".join(SENTENCES))


@pytest.mark.parametrize("end", ["…", " [...]", " Read more", "... Continue reading →"])
def test_a_text_that_is_cut_off_is_read(site: Site, end: str) -> None:
    assert site.page(text="\n".join(SENTENCES) + end).state == PageState.WAITING


def test_a_page_with_no_more_than_the_feed_changes_nothing(serve: Serve) -> None:
    site = serve(article(sentences=SENTENCES[:6]))
    page = site.read(site.page(text=" ".join(SENTENCES[:6])))
    assert (page.state, page.capture) == (PageState.NOTHING_MORE, None)
    assert not ArticleRevision.objects.exists()
    assert not Capture.objects.exists()


def test_an_edit_in_the_feed_has_the_page_read_again_but_not_at_once(site: Site, serve: Serve) -> None:
    page = site.read(site.page())
    enlist([page.article.pk], now=timezone.now())
    page.article.text = SUMMARY
    page.article.save()
    assert enlist([page.article.pk], now=timezone.now()) == 1
    page.refresh_from_db()
    assert page.state == PageState.READ
    later = timezone.now() + timedelta(days=2)
    Page.objects.update(last_try_at=timezone.now() - timedelta(days=2))
    enlist([page.article.pk], now=later)
    page.refresh_from_db()
    assert (page.state, page.next_try_at) == (PageState.WAITING, later)


def test_a_page_that_was_edited_gives_its_new_text(site: Site, serve: Serve) -> None:
    page = site.read(site.page())
    serve(article(sentences=[*SENTENCES[:-1], "A correction: the two companies did not settle their quarrel."]))
    read_again(page.article.pk, by="operator")
    site.read(page)
    assert "A correction" in page.article.text
    assert page.article.revisions.count() == 2


def test_an_erased_article_is_not_read(site: Site) -> None:
    page = site.page()
    commands.erase_article(page.article.pk, reason="Asked for.", by="admin")
    assert not Page.objects.exists()
    assert site.paths == []
    assert enlist([page.article.pk], now=timezone.now()) == 0


def test_the_bytes_of_a_page_go_with_the_words(site: Site) -> None:
    page = site.read(site.page())
    commands.erase_article(page.article.pk, reason="Asked for.", by="admin")
    assert Capture.objects.get().body.erased_at is not None
    assert Article.objects.get().text == ""


def test_redirects_are_followed_one_turn_each(site: Site) -> None:
    site.answers["/1"] = Answer(status=301, headers={"Location": "/2"})
    site.answers["/2"] = Answer(status=302, headers={"Location": "/3?a=b"})
    page = site.read(site.page())
    assert (page.state, page.redirects) == (PageState.READ, 2)
    assert page.url.endswith("/3?a=b")
    assert site.paths == ["/robots.txt", "/1", "/2", "/3?a=b"]
    assert Capture.objects.get().url == page.url


def test_redirects_without_end_are_given_up(site: Site) -> None:
    site.answers["/1"] = Answer(status=302, headers={"Location": "/1"})
    page = site.read(site.page())
    assert page.state == PageState.UNREADABLE
    assert "More than 5 redirects" in page.reason
    assert len(site.paths) == 7


def test_a_redirect_to_the_private_network_is_not_followed(site: Site) -> None:
    site.answers["/1"] = Answer(status=302, headers={"Location": "http://127.0.0.2/"})
    page = site.read(site.page())
    assert (page.state, page.next_try_at) == (PageState.UNREADABLE, None)
    assert "127.0.0.2" in page.reason


def test_a_page_that_is_too_large_is_not_asked_for_again(site: Site) -> None:
    site.answers["/1"] = Answer(b"x" * 5_000_001, headers=HTML)
    page = site.read(site.page())
    assert (page.state, page.next_try_at) == (PageState.UNREADABLE, None)
    assert "5,000,001 bytes" in page.reason
    assert site.paths.count("/1") == 1


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (401, PageState.LOGIN),
        (402, PageState.PAYWALL),
        (403, PageState.REFUSED),
        (404, PageState.GONE),
        (410, PageState.GONE),
        (451, PageState.REFUSED),
    ],
)
def test_a_refusal_is_final_and_says_why(site: Site, status: int, state: PageState) -> None:
    site.answers["/1"] = Answer(status=status)
    page = site.read(site.page())
    assert (page.state, page.next_try_at, page.last_status) == (state, None, status)
    assert str(status) in page.reason
    assert page.article.text == SUMMARY


def test_what_fails_is_tried_again_later_each_time_and_given_up_in_the_end(site: Site) -> None:
    site.answers["/1"] = Answer(status=500)
    page = site.page()
    waits = []
    for _try in range(4):
        site.read(page)
        assert page.state == PageState.WAITING
        assert page.next_try_at is not None
        waits.append(page.next_try_at - timezone.now())
        Page.objects.update(next_try_at=timezone.now())
    assert waits == sorted(waits)
    assert waits[0] > timedelta(minutes=55)
    site.read(page)
    assert (page.state, page.next_try_at) == (PageState.FAILED, None)
    assert "Given up after 5 tries" in page.reason
    site.answers["/1"] = Answer(article(), headers=HTML)
    read_again(page.article.pk, by="operator")
    assert site.read(page).state == PageState.READ


@pytest.mark.parametrize("status", [429, 503])
def test_a_publisher_that_asks_for_silence_gets_it_for_feeds_and_pages(site: Site, status: int) -> None:
    site.answers["/1"] = Answer(status=status, headers={"Retry-After": "86400"})
    page = site.read(site.page())
    silent = PublisherRow.objects.get()
    assert page.state == PageState.WAITING
    assert page.next_try_at is not None
    assert page.next_try_at > timezone.now() + timedelta(hours=23)
    assert silent.refusals == 1
    assert site.paths == ["/robots.txt", "/1"]
