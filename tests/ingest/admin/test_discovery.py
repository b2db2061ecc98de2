"""The feeds of a page in the admin: looked for, shown, and those added that are chosen."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

import pytest
from django.test import Client
from pytest_django import Settings

from ingest.models import Feed
from tests.support.publisher import Answer, Publisher
from tests.support.screens import errors_at, find, form_in, open_form, text_of

pytestmark = pytest.mark.django_db

DISCOVER = "/admin/ingest/feed/discover/"
PAGE = b"""<html><head>
<link rel="alternate" type="application/rss+xml" title="News" href="/news.xml">
<link rel="alternate" type="application/atom+xml" title="&lt;i&gt;Law&lt;/i&gt;" href="/law.xml">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments.xml">
</head></html>"""


@pytest.fixture
def publisher(settings: Settings) -> Iterator[Publisher]:
    with Publisher(lambda _request: Answer(PAGE, headers={"Content-Type": "text/html"})) as server:
        settings.FETCH_ALLOW = frozenset({(ip_address("127.0.0.1"), server.port)})
        yield server


def test_it_works(operator: Client, publisher: Publisher) -> None:
    base = publisher.url.rsplit("/", 1)[0]
    Feed.objects.create(url=f"{base}/law.xml", title="Law")
    assert DISCOVER in operator.get("/admin/ingest/feed/").content.decode()
    found = open_form(operator, DISCOVER).send({"url": publisher.url})
    assert find(found, "//input[@name='feed']/@value") == [f"{base}/news.xml", f"{base}/comments.xml"]
    assert "<i>Law" in text_of(found)
    assert "Registered" in text_of(found)
    form = form_in(operator, DISCOVER, found)
    assert form.values["feed"] == [f"{base}/news.xml"], "the first is ticked"
    chosen = [f"{base}/news.xml", f"{base}/comments.xml", "file:///etc/passwd"]
    said = text_of(form.send({"feed": chosen, "add": "1"}, follow=True))
    assert "2 feeds are added; a worker fetches them now." in said
    assert "Left out: 'file:///etc/passwd'" in said
    news = Feed.objects.get(url=f"{base}/news.xml")
    assert (news.added_by, news.next_fetch_reason) == ("oscar", "oscar chose it from a page")


def test_nothing_is_added_where_nothing_is_chosen(operator: Client) -> None:
    answer = operator.post(DISCOVER, {"add": "1"})
    assert answer.status_code == 422
    assert "No feed was chosen" in text_of(answer)
    assert not Feed.objects.exists()


def test_what_can_not_be_looked_at_is_said_at_the_field(operator: Client) -> None:
    refused = open_form(operator, DISCOVER).send({"url": "http://127.0.0.2/"})
    assert refused.status_code == 422
    assert "is not a public address" in errors_at(refused, "url")
    assert 'value="http://127.0.0.2/"' in refused.content.decode()


def test_a_page_without_feeds_says_what_to_do(operator: Client, publisher: Publisher) -> None:
    publisher.answer = lambda _request: Answer(b"<html></html>", headers={"Content-Type": "text/html"})
    assert "add it by that" in text_of(open_form(operator, DISCOVER).send({"url": publisher.url}))


def test_only_operators_may(curator: Client) -> None:
    assert curator.get(DISCOVER).status_code == 403
    assert curator.post(DISCOVER, {"url": "https://press.example/"}).status_code == 403
