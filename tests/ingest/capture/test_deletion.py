"""Captured bytes go with the words that are erased, and with time; never what is evidence."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from disputes import commands
from disputes.articles import named_digests, reference, register_address
from disputes.models import Article, EvidenceItem
from ingest.capture import DamagedCaptureError, body_bytes, delete_captures, sweep_storage
from ingest.capture.naming import note_named_digests
from ingest.models import Capture, CapturedBody, Feed, NamedDigest
from tests.ingest.capture.press import ITEMS, answer, take
from tests.support.publisher import Item, Publisher, rss

pytestmark = pytest.mark.django_db
REASON = "Asked for by the person."
LONG_AGO = timezone.now() - timedelta(days=100)


def files(storage: Path) -> list[Path]:
    return [path for path in storage.rglob("*") if path.is_file()]


def article(number: int) -> Article:
    return Article.objects.get(url=ITEMS[number].link)


def test_it_works(
    feed: Feed, storage: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    take(feed, now=LONG_AGO)
    with django_capture_on_commit_callbacks(execute=True):
        assert delete_captures(timezone.now()) == 1
    assert files(storage) == []
    assert not Capture.objects.exists()
    assert article(0).text, "only the bytes go"


def test_what_is_young_or_evidence_stays(
    publisher: Publisher,
    feed: Feed,
    dispute: str,
    storage: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    evidence = take(feed, now=LONG_AGO)
    commands.attach_evidence(dispute, article=reference(article(1)), by="curator")
    publisher.answer = lambda _request: answer(rss(Item("https://press.example/3", "3", "The third.")))
    take(feed, now=LONG_AGO + timedelta(days=1))
    publisher.answer = lambda _request: answer(rss(Item("https://press.example/4", "4", "The fourth.")))
    young = take(feed)
    with django_capture_on_commit_callbacks(execute=True):
        assert delete_captures(timezone.now() - timedelta(days=30)) == 1
    assert set(Capture.objects.all()) == {evidence, young}
    assert len(files(storage)) == 2


@pytest.mark.parametrize("taken_back", ["detached", "retracted", "rejected", "corrected"])
def test_what_the_log_has_named_stays_whatever_became_of_it(
    publisher: Publisher, feed: Feed, dispute: str, taken_back: str
) -> None:
    named = take(feed, now=LONG_AGO)
    told = reference(article(0))
    if taken_back == "rejected":
        commands.reject_evidence(dispute, article=told, by="curator")
    elif taken_back == "corrected":
        letter = commands.record_event(
            dispute,
            type="api_price_announced",
            occurred="2023-04-18",
            standing="reported",
            data={"summary": "Paid access.", "actors": []},
            evidence=[{"article": told.to_data()}],
            by="curator",
        )
        commands.retract_event(dispute, event=letter.event_id, reason="Another dispute's.", by="curator")
    else:
        attached = commands.attach_evidence(dispute, article=told, by="curator")
        if taken_back == "detached":
            commands.detach_evidence(dispute, article=told, reason="Another dispute's.", by="curator")
        else:
            commands.retract_event(dispute, event=attached.event_id, reason="A mistake.", by="curator")
    assert not EvidenceItem.objects.exists()
    # Another version of the same article, which the log never named.
    publisher.answer = lambda _request: answer(rss(replace(ITEMS[0], text="Other words."), ITEMS[1]))
    take(feed, now=LONG_AGO + timedelta(days=1))
    assert delete_captures(timezone.now()) == 1
    assert delete_captures(timezone.now()) == 0, "and so each time"
    assert Capture.objects.get() == named
    assert body_bytes(named.body) == rss(*ITEMS)


def test_only_what_the_log_got_since_is_looked_through(feed: Feed, dispute: str) -> None:
    take(feed)
    commands.attach_evidence(dispute, article=reference(article(0)), by="curator")
    note_named_digests()
    first = NamedDigest.objects.get()
    assert (first.article_id, first.digest) == (article(0).pk, article(0).digest)
    commands.attach_evidence(dispute, article=reference(article(1)), by="curator")
    assert [named for named, _digest, _position in named_digests(after=first.position)] == [article(1).pk]
    note_named_digests()
    note_named_digests()
    assert NamedDigest.objects.count() == 2


def test_a_text_that_looks_like_a_name_of_an_article_is_none(dispute: str) -> None:
    looks = f'"article":{{"digest":"{"0" * 64}","id":"{"0" * 36}"'
    commands.reject_evidence(dispute, article=register_address("https://press.example/9").pk, by="c", reason=looks)
    assert list(named_digests(after=0)) == []


def test_a_body_that_came_again_lately_stays(feed: Feed) -> None:
    take(feed, now=LONG_AGO)
    take(feed)
    assert delete_captures(timezone.now() - timedelta(days=30)) == 0
    assert Capture.objects.count() == 2


def test_the_bytes_of_an_erased_article_go_wherever_they_are(
    publisher: Publisher,
    feed: Feed,
    storage: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    publisher.answer = lambda _request: answer(rss(ITEMS[1], remark="before"))
    before = take(feed)
    publisher.answer = lambda _request: answer(rss(*ITEMS))
    first = take(feed)
    publisher.answer = lambda _request: answer(rss(*ITEMS, remark="its words stand in this one as well"))
    second = take(feed)
    with django_capture_on_commit_callbacks(execute=True):
        commands.erase_article(article(0).pk, reason=REASON, by="admin")
    for capture in (first, second):
        capture.refresh_from_db()
        assert capture.body.erased_at is not None
        with pytest.raises(DamagedCaptureError, match="were erased"):
            body_bytes(capture.body)
    assert body_bytes(before.body) == rss(ITEMS[1], remark="before")
    assert len(files(storage)) == 1
    assert ITEMS[0].text.encode() not in body_bytes(before.body)


def test_a_document_that_still_carries_erased_words_is_not_captured(publisher: Publisher, feed: Feed) -> None:
    take(feed)
    commands.erase_article(article(0).pk, reason=REASON, by="admin")
    newest = Capture.objects.latest("pk")
    publisher.answer = lambda _request: answer(rss(*ITEMS, remark="again"))
    assert take(feed) == newest
    publisher.answer = lambda _request: answer(rss(ITEMS[1], remark="it has left the feed"))
    assert take(feed) != newest


def test_erased_bytes_do_not_come_back(publisher: Publisher, feed: Feed, storage: Path) -> None:
    take(feed)
    commands.erase_article(article(0).pk, reason=REASON, by="admin")
    other = Feed.objects.create(url=f"{publisher.url}?again", title="Another press")
    Article.objects.update(erased_at=None)
    take(other)
    assert CapturedBody.objects.get().name == ""
    assert len(files(storage)) == 1, "the first file goes when its transaction commits; no second is there"


@pytest.mark.django_db(transaction=True)
def test_the_files_stay_where_the_erasure_does_not_commit(feed: Feed, storage: Path) -> None:
    capture = take(feed)

    with transaction.atomic():
        commands.erase_article(article(0).pk, reason=REASON, by="admin")
        transaction.set_rollback(True)
    capture.refresh_from_db()
    assert body_bytes(capture.body) == rss(*ITEMS)
    commands.erase_article(article(0).pk, reason=REASON, by="admin")
    assert files(storage) == []


def test_the_file_of_a_worker_that_died_is_swept_after_a_day(feed: Feed, storage: Path) -> None:
    capture = take(feed)
    (storage / "00").mkdir()
    for name in ("00/stale.warc.gz", "00/fresh.warc.gz"):
        (storage / name).write_bytes(b"half a file")
    day_before = (timezone.now() - timedelta(days=2)).timestamp()
    for path in (storage / "00/stale.warc.gz", storage / capture.body.name):
        os.utime(path, (day_before, day_before))
    assert sweep_storage() == 1
    assert {path.name for path in files(storage)} == {"fresh.warc.gz", Path(capture.body.name).name}


@pytest.mark.django_db(transaction=True)
def test_an_erasure_waits_for_a_capture_that_is_under_way(publisher: Publisher, feed: Feed, storage: Path) -> None:
    """Otherwise the capture would be committed after the erasure had looked for it."""
    take(feed)
    publisher.answer = lambda _request: answer(rss(*ITEMS, remark="the same words in another document"))
    captured, erased = threading.Event(), threading.Event()

    def capture() -> None:
        try:
            with transaction.atomic():
                take(feed)
                captured.set()
                erased.wait(0.3)  # in vain: it needs this transaction to end
        finally:
            connection.close()

    worker = threading.Thread(target=capture)
    worker.start()
    assert captured.wait(10)
    commands.erase_article(article(0).pk, reason=REASON, by="admin")
    erased.set()
    worker.join()
    assert CapturedBody.objects.count() == 2
    assert not CapturedBody.objects.filter(erased_at=None).exists()
    assert files(storage) == []
