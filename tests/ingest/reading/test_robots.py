"""robots.txt is asked first, remembered, and obeyed (RFC 9309)."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from ingest.models import PageHost, PageState
from ingest.models import Publisher as PublisherRow
from ingest.reading.isolation import ReadingFailedError, reader
from ingest.reading.pages import read_due_pages
from tests.ingest.reading.conftest import Site
from tests.support.publisher import Answer

pytestmark = pytest.mark.django_db


def rules(text: str) -> Answer:
    return Answer(text.encode(), headers={"Content-Type": "text/plain"})


def test_it_works(site: Site) -> None:
    site.answers["/robots.txt"] = rules("User-agent: *\nDisallow: /1\n")
    page = site.read(site.page())
    assert (page.state, page.reason) == (PageState.DISALLOWED, "robots.txt disallows it")
    assert site.paths == ["/robots.txt"], "the page itself is never asked for"


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("User-agent: data-licensing-dispute-tracker\nDisallow: /\n\nUser-agent: *\nAllow: /\n", PageState.DISALLOWED),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Data-Licensing-Dispute-Tracker\nAllow: /\n", PageState.READ),
        ("User-agent: *\nDisallow: /\nAllow: /1\n", PageState.READ),
        ("User-agent: *\nDisallow: /*?\n", PageState.READ),
        ("User-agent: GPTBot\nDisallow: /\n", PageState.READ),
        ("User-agent: *\nDisallow:\n", PageState.READ),
        ("<html><body>Not found</body></html>", PageState.READ),
        ("\x00\xff rubbish", PageState.READ),
        ("", PageState.READ),
    ],
)
def test_its_rules_are_read_as_the_standard_says(site: Site, text: str, state: PageState) -> None:
    site.answers["/robots.txt"] = rules(text)
    assert site.read(site.page()).state == state


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_where_there_is_none_all_is_allowed(site: Site, status: int) -> None:
    site.answers["/robots.txt"] = Answer(status=status)
    assert site.read(site.page()).state == PageState.READ


@pytest.mark.parametrize("status", [429, 500, 503])
def test_while_it_can_not_be_received_nothing_is_asked_for(site: Site, status: int) -> None:
    site.answers["/robots.txt"] = Answer(status=status)
    page = site.read(site.page())
    assert page.state == PageState.WAITING
    assert page.next_try_at is not None
    assert page.next_try_at > timezone.now() + timedelta(minutes=50)
    assert set(site.paths) == {"/robots.txt"}
    site.answers["/robots.txt"] = rules("User-agent: *\nAllow: /\n")
    type(page).objects.update(next_try_at=timezone.now())
    assert site.read(page).state == PageState.READ


def test_it_is_asked_once_a_day_for_all_pages_of_a_host(site: Site) -> None:
    site.read(site.page("/1"))
    site.read(site.page("/2"))
    assert site.paths.count("/robots.txt") == 1
    PageHost.objects.update(robots_expires_at=timezone.now() - timedelta(minutes=1))
    site.answers["/robots.txt"] = rules("User-agent: *\nDisallow: /\n")
    assert site.read(site.page("/3")).state == PageState.DISALLOWED
    assert site.paths.count("/robots.txt") == 2


def test_it_is_followed_to_where_it_has_moved(site: Site) -> None:
    site.answers["/robots.txt"] = Answer(status=301, headers={"Location": "/moved.txt"})
    site.answers["/moved.txt"] = rules("User-agent: *\nDisallow: /1\n")
    assert site.read(site.page()).state == PageState.DISALLOWED
    assert site.paths == ["/robots.txt", "/moved.txt"]


def test_redirects_of_it_without_end_are_given_up(site: Site) -> None:
    site.answers["/robots.txt"] = Answer(status=302, headers={"Location": "/robots.txt"})
    page = site.read(site.page())
    assert (page.state, page.failures) == (PageState.WAITING, 1)
    assert len(site.paths) == 6


def test_a_redirect_leads_to_what_is_disallowed(site: Site) -> None:
    site.answers["/robots.txt"] = rules("User-agent: *\nDisallow: /private\n")
    site.answers["/1"] = Answer(status=302, headers={"Location": "/private/1"})
    assert site.read(site.page()).state == PageState.DISALLOWED
    assert site.paths == ["/robots.txt", "/1"]


def test_a_longer_pause_that_it_asks_for_is_kept(site: Site) -> None:
    site.answers["/robots.txt"] = rules("User-agent: *\nCrawl-delay: 60\n")
    site.page()
    read_due_pages()
    PageHost.objects.update(next_request_at=None)
    PublisherRow.objects.update(next_request_at=None)
    read_due_pages()
    pause = PageHost.objects.get().next_request_at
    assert pause is not None
    assert timedelta(seconds=50) < pause - timezone.now() < timedelta(seconds=61)


def test_rules_that_are_made_to_be_slow_stop_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "timeout", 2.0)
    slow = "User-agent: *\nDisallow: /" + "*a" * 60 + "*b$\n"
    with suppress(ReadingFailedError):
        reader.ask_robots(slow, f"https://press.example/{'a' * 2_000}")
    assert reader.ask_robots("User-agent: *\nDisallow: /x\n", "https://press.example/x").is_allowed is False
