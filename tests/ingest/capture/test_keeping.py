"""Keeping the bytes that were received: exact, once, and found by the digest in the log."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest
from django.core.files.storage import InMemoryStorage
from django.utils import timezone
from pytest_django import Settings
from warcio.archiveiterator import ArchiveIterator

from disputes import commands
from disputes.articles import reference
from disputes.models import Article, Event
from ingest import polling
from ingest.capture import DamagedCaptureError, body_bytes, captures_of
from ingest.models import ArticleCapture, Capture, CapturedBody, Feed
from ingest.models import Publisher as PublisherRow
from tests.ingest.capture.press import ITEMS, answer, take
from tests.support.publisher import Publisher, rss

pytestmark = pytest.mark.django_db


def test_it_works(feed: Feed) -> None:
    capture = take(feed)
    assert body_bytes(capture.body) == rss(*ITEMS)
    assert capture.body.digest == hashlib.sha256(rss(*ITEMS)).hexdigest()
    assert (capture.url, capture.status, capture.content_type) == (feed.url, 200, "application/rss+xml")


def test_the_digest_in_the_log_leads_to_the_bytes(feed: Feed, dispute: str) -> None:
    take(feed)
    article = Article.objects.get(url=ITEMS[0].link)
    commands.attach_evidence(dispute, article=reference(article), by="curator")
    assert f'"digest":"{article.digest}"' in Event.objects.latest("position").body
    capture = captures_of(article.pk, article.digest).get()
    assert ITEMS[0].text.encode() in body_bytes(capture.body)
    assert hashlib.sha256(f"{article.title}\n{article.text}".encode()).hexdigest() == article.digest


def test_what_was_asked_and_answered_is_a_warc_that_any_reader_reads(feed: Feed, storage: Path) -> None:
    capture = take(feed)
    with (storage / capture.body.name).open("rb") as file:
        records = [
            (record.rec_type, record.http_headers, record.rec_headers, record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    (kind, response, about, body), (other, request, _about, _nothing) = records
    assert (kind, other) == ("response", "request")
    assert body == rss(*ITEMS)
    assert response.get_header("X-Press") == "yes"
    assert about.get_header("WARC-Payload-Digest") == f"sha256:{capture.body.digest}"
    assert about.get_header("WARC-Target-URI") == feed.url
    assert request.get_header("User-Agent").startswith("data-licensing-dispute-tracker")


def test_a_body_in_gzip_is_kept_as_it_was_sent(publisher: Publisher, feed: Feed) -> None:
    packed = gzip.compress(rss(*ITEMS), mtime=0)
    publisher.answer = lambda _request: answer(packed, {"Content-Encoding": "gzip"})
    capture = take(feed)
    assert body_bytes(capture.body) == packed
    assert Article.objects.filter(url=ITEMS[0].link, captured_at__isnull=False).exists()


def test_headers_come_back_byte_for_byte(publisher: Publisher, feed: Feed, storage: Path) -> None:
    publisher.answer = lambda _request: answer(rss(*ITEMS), {"X-Place": "Caf\xe9 \xff"})
    capture = take(feed)
    with (storage / capture.body.name).open("rb") as file:
        head = gzip.decompress(file.read(capture.body.response_size)).partition(b"\r\n\r\n")[2]
    assert b"X-Place: Caf\xe9 \xff\r\n" in head
    assert ["X-Place", "Caf\xe9 \xff"] in capture.response_headers


def test_the_same_bytes_are_stored_once(publisher: Publisher, feed: Feed, storage: Path) -> None:
    first, again = take(feed), take(feed)
    assert (first.body, first.is_original, again.body, again.is_original) == (first.body, True, first.body, False)
    assert len([path for path in storage.rglob("*") if path.is_file()]) == 1


def test_words_that_did_not_change_are_linked_to_the_capture_that_brought_them(
    publisher: Publisher, feed: Feed
) -> None:
    first = take(feed)
    publisher.answer = lambda _request: answer(rss(ITEMS[0], remark="edited"))
    take(feed)
    assert set(ArticleCapture.objects.values_list("capture", flat=True)) == {first.pk}
    assert Capture.objects.count() == 2


def test_a_file_that_was_altered_is_not_given_out(publisher: Publisher, feed: Feed, storage: Path) -> None:
    publisher.answer = lambda _request: answer(rss(*ITEMS, remark="that"))
    forged = take(feed).body
    publisher.answer = lambda _request: answer(rss(*ITEMS, remark="this"))
    body = take(feed).body
    path = storage / body.name
    whole = path.read_bytes()
    body.name, body.response_size = forged.name, forged.response_size
    with pytest.raises(DamagedCaptureError, match="other bytes"):
        body_bytes(body)
    body.refresh_from_db()
    bomb = gzip.compress(bytes(50_000_000))
    for content in (whole[:100], b"rubbish", b"", bomb):
        path.write_bytes(content)
        with pytest.raises(DamagedCaptureError, match="not a whole WARC"):
            body_bytes(body)
    path.unlink()
    with pytest.raises(DamagedCaptureError, match="can't be read"):
        body_bytes(body)


def test_any_storage_of_django_will_do(feed: Feed, settings: Settings, storage: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "captures": {"BACKEND": f"{InMemoryStorage.__module__}.{InMemoryStorage.__qualname__}"},
    }
    capture = take(feed)
    assert body_bytes(capture.body) == rss(*ITEMS)
    assert not storage.exists()


def test_a_body_needs_fewer_bytes_on_disk(publisher: Publisher, feed: Feed) -> None:
    publisher.answer = lambda _request: answer(rss(*ITEMS, remark="a long remark, " * 1000))
    take(feed)
    body = CapturedBody.objects.get()
    assert body.stored_size < body.size / 5


def poll() -> None:
    Feed.objects.update(next_fetch_at=timezone.now())
    PublisherRow.objects.update(next_request_at=None, silent_until=None)
    polling.poll()


def test_the_poller_captures_what_is_new_and_nothing_else(publisher: Publisher, feed: Feed) -> None:
    for _time in range(2):
        poll()
    assert Capture.objects.get().feed == feed
    assert ArticleCapture.objects.count() == len(ITEMS)
    publisher.answer = lambda _request: answer(b"<html><title>No feed</title></html>")
    poll()
    assert Capture.objects.count() == 1, "what could not be parsed is no evidence"
