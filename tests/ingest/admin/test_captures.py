"""Captures in the admin: what was received is shown as facts, and handed out as a file that nothing opens."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from disputes import commands
from disputes.models import Article
from ingest import feeds
from ingest.models import Capture, Feed
from tests.ingest.capture.conftest import feed, publisher, storage  # noqa: F401 (fixtures)
from tests.ingest.capture.press import ITEMS, answer, take
from tests.support.publisher import Item, Publisher, rss
from tests.support.screens import find, log_in, text_of

pytestmark = pytest.mark.django_db
LIST = "/admin/ingest/capture/"


def url(what: str, capture: Capture) -> str:
    return reverse(f"admin:ingest_capture_{what}", args=[capture.pk])


@pytest.fixture
def capture(feed: Feed) -> Capture:  # noqa: F811
    return take(feed)


def test_it_works(operator: Client, capture: Capture) -> None:
    assert capture.url in text_of(operator.get(LIST))
    page = text_of(operator.get(url("change", capture)))
    for part in (capture.body.digest, "X-Press", "User-Agent", "Article 1", "Download the bytes"):
        assert part in page


def test_the_bytes_are_a_file_and_nothing_that_a_browser_runs(operator: Client, capture: Capture) -> None:
    response = operator.get(url("download", capture))
    assert response.content == rss(*ITEMS)
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_what_strangers_sent_in_headers_is_text(
    operator: Client,
    publisher: Publisher,  # noqa: F811
    feed: Feed,  # noqa: F811
) -> None:
    publisher.answer = lambda _request: answer(rss(*ITEMS), {"X-Press": "<script>steal()</script>"})
    page = operator.get(url("change", take(feed))).content.decode()
    assert "<script>steal()" not in page
    assert "&lt;script&gt;steal()" in page


@pytest.mark.django_db(transaction=True)
def test_a_body_is_read_as_text_and_never_as_markup(operator: Client, publisher: Publisher) -> None:  # noqa: F811
    hostile = Item("https://press.example/x", "<script>steal()</script>", "right \u202e to left \u2028 and on")
    publisher.answer = lambda _request: answer(rss(hostile))
    added = feeds.add_feed(publisher.url, by="oscar")
    capture = Capture.objects.get(feed=added)
    fetches = operator.get(reverse("admin:ingest_feed_change", args=[added.pk]))
    assert find(fetches, "//td[@data-label='Received']/a/@href") == [url("text", capture)]
    response = operator.get(url("text", capture))
    (body,) = find(response, "//pre")
    assert "steal()" in body.text
    assert len(body) == 0, "no element came of it"
    assert "⟨U+202E⟩" in body.text
    assert "\u202e" not in body.text
    part = operator.get(url("text", capture) + "?from=20")
    assert find(part, "string(//pre)") == body.text[20:]
    for odd in ("-1", "x", "99999999", "%00"):
        assert operator.get(url("text", capture) + f"?from={odd}").status_code == 200


def test_captures_are_filtered_by_feed_and_by_a_part_of_the_web(operator: Client, capture: Capture, feed: Feed) -> None:  # noqa: F811
    assert capture.url in text_of(operator.get(LIST, {"feed": feed.pk}))
    assert capture.url not in text_of(operator.get(LIST, {"feed": feed.pk + 1}))
    for term in ("127.0.0.1", capture.url, capture.url[:-1], capture.url.upper()):
        assert capture.url in text_of(operator.get(LIST, {"q": term})), term
    for term in ("press.example", "27.0.0.1", "http://127.0.0.1:99999/", "%"):
        assert capture.url not in text_of(operator.get(LIST, {"q": term})), term


def test_a_capture_is_found_by_the_digest_in_the_log(operator: Client, capture: Capture) -> None:
    article = Article.objects.get(url=ITEMS[0].link)
    for digest in (article.digest, capture.body.digest):
        assert capture.url in text_of(operator.get(LIST, {"q": digest}))
    assert capture.url not in text_of(operator.get(LIST, {"q": "0" * 64}))


def test_what_was_erased_can_not_be_downloaded(operator: Client, capture: Capture) -> None:
    commands.erase_article(Article.objects.get(url=ITEMS[0].link).pk, reason="Asked for.", by="admin")
    for what in ("download", "text"):
        assert operator.get(url(what, capture)).status_code == 404
    page = text_of(operator.get(url("change", capture)))
    assert "[erased]" in page
    assert "Download the bytes" not in page


def test_whoever_may_not_see_captures_gets_none(client: Client, capture: Capture) -> None:
    nobody, viewer = log_in(name="nobody"), log_in("viewer", name="vera")
    for what in ("download", "text"):
        assert client.get(url(what, capture)).status_code == 302
        assert nobody.get(url(what, capture)).status_code == 403
        assert viewer.get(url(what, capture)).status_code == 200, "a viewer sees all there is to see"
        assert viewer.post(url(what, capture)).status_code == 405
        assert viewer.get(reverse(f"admin:ingest_capture_{what}", args=[capture.pk + 99])).status_code == 404
