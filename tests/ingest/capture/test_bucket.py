"""Captures in a bucket: a server that speaks S3 on loopback, through the client that an operator would install."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import boto3  # type: ignore[import-untyped]
import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.utils import timezone
from moto.server import ThreadedMotoServer
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from wacz.validate import Validation

from disputes import commands
from disputes.articles import reference
from disputes.models import Article
from ingest.capture import DamagedCaptureError, body_bytes, delete_captures, sweep_storage
from ingest.models import Capture, CapturedBody, Feed, FetchOutcome
from ingest.models import Publisher as PublisherRow
from ingest.polling import poll
from tests.ingest.capture.press import ITEMS, answer, take
from tests.support.publisher import Item, Publisher, rss
from tracker import environment

pytestmark = pytest.mark.django_db
BUCKET = "captures"
LONG_AGO = timezone.now() - timedelta(days=100)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Start the server and give its address."""
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture(autouse=True)
def bucket(server: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """Keep captures in an empty bucket, configured as the environment would; give the server's address."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=server)
    client.create_bucket(Bucket=BUCKET)
    configured = environment.capture_storage(tmp_path, bucket=BUCKET, endpoint=server)
    settings.STORAGES = {**settings.STORAGES, "captures": configured}
    yield server
    for key in keys(server):
        client.delete_object(Bucket=BUCKET, Key=key)
    client.delete_bucket(Bucket=BUCKET)


def keys(server: str) -> list[str]:
    listed = boto3.client("s3", endpoint_url=server).list_objects_v2(Bucket=BUCKET)
    return [each["Key"] for each in listed.get("Contents", [])]


def test_it_works(feed: Feed, bucket: str) -> None:
    captured = take(feed)
    assert keys(bucket) == [captured.body.name]
    assert body_bytes(captured.body) == rss(*ITEMS)
    take(feed)
    assert len(keys(bucket)) == 1, "the same bytes are stored once"


def test_nobody_reads_the_bucket_without_a_signature(feed: Feed) -> None:
    name = take(feed).body.name
    assert "Signature=" in storages["captures"].url(name)


def test_a_dispute_is_exported_from_the_bucket(feed: Feed, dispute: str, tmp_path: Path) -> None:
    take(feed)
    commands.attach_evidence(dispute, article=reference(Article.objects.get(url=ITEMS[0].link)), by="curator")
    file = tmp_path / "dispute.wacz"
    call_command("export_evidence", dispute, str(file))
    validation = Validation(str(file))
    assert validation.version == "1.1.1"
    assert validation.check_required_contents() == 0
    with zipfile.ZipFile(file) as package:
        assert ITEMS[0].text in package.read("pages/pages.jsonl").decode()


def test_what_is_past_its_time_is_deleted_and_evidence_stays(
    publisher: Publisher,
    feed: Feed,
    dispute: str,
    bucket: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    evidence = take(feed, now=LONG_AGO)
    commands.attach_evidence(dispute, article=reference(Article.objects.get(url=ITEMS[0].link)), by="curator")
    publisher.answer = lambda _request: answer(rss(Item("https://press.example/3", "3", "The third.")))
    take(feed, now=LONG_AGO + timedelta(days=1))
    assert len(keys(bucket)) == 2
    with django_capture_on_commit_callbacks(execute=True):
        assert delete_captures(timezone.now() - timedelta(days=30)) == 1
    assert keys(bucket) == [evidence.body.name]


def test_what_a_dead_worker_left_is_swept(feed: Feed, bucket: str) -> None:
    kept = take(feed).body.name
    boto3.client("s3", endpoint_url=bucket).put_object(Bucket=BUCKET, Key="ab/left-behind.warc.gz", Body=b"?")
    assert sweep_storage() == 0, "it may be about to be named"
    assert sweep_storage(now=timezone.now() + timedelta(days=2)) == 1
    assert keys(bucket) == [kept]


def test_a_file_that_is_missing_or_cannot_be_reached_is_told(
    feed: Feed, bucket: str, settings: Settings, tmp_path: Path
) -> None:
    body = take(feed).body
    boto3.client("s3", endpoint_url=bucket).delete_object(Bucket=BUCKET, Key=body.name)
    with pytest.raises(DamagedCaptureError, match=body.name):
        body_bytes(body)
    gone = environment.capture_storage(tmp_path, bucket="no-such-bucket", endpoint=bucket)
    settings.STORAGES = {**settings.STORAGES, "captures": gone}
    with pytest.raises(DamagedCaptureError, match="can't be read"):
        body_bytes(body)
    nobody = environment.capture_storage(tmp_path, bucket=BUCKET, endpoint="http://127.0.0.1:9")
    settings.STORAGES = {**settings.STORAGES, "captures": nobody}
    with pytest.raises(DamagedCaptureError, match="Could not connect"):
        body_bytes(body)


def test_a_poll_while_the_bucket_cannot_be_reached_stores_nothing_and_is_made_up_for(
    feed: Feed, settings: Settings, bucket: str, tmp_path: Path
) -> None:
    nobody = environment.capture_storage(tmp_path, bucket=BUCKET, endpoint="http://127.0.0.1:9")
    working = settings.STORAGES
    settings.STORAGES = {**working, "captures": nobody}
    (failed,) = poll(ignore_schedule=True)
    assert failed.outcome == FetchOutcome.FAILED
    assert "could not be stored" in failed.error
    assert not Article.objects.exists()
    settings.STORAGES = working
    PublisherRow.objects.update(next_request_at=None)
    (made_up,) = poll(ignore_schedule=True)
    assert made_up.new_articles == len(ITEMS)
    assert len(keys(bucket)) == 1


def test_the_erased_words_of_a_person_go_from_the_bucket(
    feed: Feed, bucket: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    take(feed)
    with django_capture_on_commit_callbacks(execute=True):
        commands.erase_article(Article.objects.get(url=ITEMS[0].link).pk, reason="Asked for by the person.", by="admin")
    assert keys(bucket) == []
    assert CapturedBody.objects.get().name == ""
    assert Capture.objects.exists()
