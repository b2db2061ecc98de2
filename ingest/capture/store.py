"""Storing and finding exchanges over HTTP."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from typing import Final
from uuid import UUID

import orjson
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db.models import QuerySet

from disputes import prepared
from ingest.capture.surt import sort_key
from ingest.capture.warc import DamagedCaptureError, Exchange, Headers, payload_of
from ingest.fetching import FetchResult
from ingest.models import ArticleCapture, Capture, CapturedBody, Feed
from ingest.selecting import select_rows

logger = logging.getLogger(__name__)

# Django would write out each row of each poll anew; these run as often as feeds change.
_INSERT_BODY: Final = """
    INSERT INTO ingest_capturedbody (digest, size, name, stored_size, response_size) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (digest) DO NOTHING RETURNING digest
"""
_INSERT_CAPTURE: Final = """
    INSERT INTO ingest_capture (url, sort_key, fetched_at, stored_at, status, content_type, request_headers,
    response_headers, body_id, is_original, feed_id)
    VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s, %s, %s) RETURNING id
"""
# Held against an erasure, which takes them FOR UPDATE: either it is seen here, or it waits and sees the capture.
_ARTICLES_OF_DOCUMENT: Final = """
    SELECT id, digest, captured_at IS NOT DISTINCT FROM %s, erased_at IS NOT NULL FROM disputes_article
    WHERE id IN (SELECT article_id FROM ingest_feedentry WHERE feed_id = %s AND last_seen_at >= %s) FOR KEY SHARE
"""
_INSERT_LINKS: Final = """
    INSERT INTO ingest_articlecapture (article_id, digest, capture_id)
    SELECT given.article, given.digest, %s FROM unnest(%s::uuid[], %s::text[]) AS given(article, digest)
    ON CONFLICT DO NOTHING RETURNING id
"""


def capture_storage() -> Storage:
    """Give the storage of the files: a folder of the home, or what CAPTURE_S3_BUCKET says."""
    return storages["captures"]


def keep(result: FetchResult, *, fetched_at: datetime, stored_at: datetime, feed: Feed | None = None) -> Capture:
    """Store an exchange: the body in a file where it is new, and what was said around it.

    Three queries, and a file where the body is new. A process that dies in between leaves at most a file that nothing
    names, which `sweep_storage` finds.
    """
    request_headers, response_headers = _readable(result.request_headers), _readable(result.response_headers)
    exchange = Exchange(
        url=result.url,
        fetched_at=fetched_at,
        status=result.status,
        request_headers=request_headers,
        response_headers=response_headers,
    )
    body, is_original = _keep_body(result.wire_body, exchange)
    capture = Capture(
        url=result.url[:2048],
        sort_key=sort_key(result.url),
        fetched_at=fetched_at,
        stored_at=stored_at,
        status=result.status,
        content_type=(result.content_type or "")[:200],
        request_headers=request_headers,
        response_headers=response_headers,
        body=body,
        is_original=is_original,
        feed=feed,
    )
    values = (
        capture.url,
        capture.sort_key,
        fetched_at,
        stored_at,
        capture.status,
        capture.content_type,
        orjson.dumps(request_headers).decode(),
        orjson.dumps(response_headers).decode(),
        body.digest,
        is_original,
        None if feed is None else feed.pk,
    )
    ((capture.pk,),) = prepared.execute(_INSERT_CAPTURE, values)
    return capture


def keep_feed_document(feed: Feed, result: FetchResult, *, fetched_at: datetime, stored_at: datetime) -> list[UUID]:
    """Store the document of a feed whose entries were stored at `stored_at`; give the articles it had words for.

    A document that carries an article whose words were erased is not kept, since they would be in it again. Belongs
    into the transaction that stored the entries. Five queries.
    """
    there = prepared.execute(_ARTICLES_OF_DOCUMENT, (stored_at, feed.pk, stored_at))
    if any(is_erased for _article, _digest, _is_new, is_erased in there):
        logger.info("The document of feed %s is not captured: words in it were erased", feed.pk)
        return []
    new = [(article, digest) for article, digest, is_new, _is_erased in there if is_new]
    link(keep(result, fetched_at=fetched_at, stored_at=stored_at, feed=feed), new)
    return [article for article, _digest in new]


def link(capture: Capture, articles: Sequence[tuple[UUID, str]]) -> None:
    """Say that the words of these articles, given with their digests, were taken from a capture. One query."""
    if articles:
        ids, digests = zip(*articles, strict=True)
        prepared.execute(_INSERT_LINKS, (capture.pk, list(ids), list(digests)))


def captures_of(article: UUID, digest: str = "") -> QuerySet[Capture]:
    """Give the captures from which an article's words were taken: all of them, or those of one digest."""
    links = ArticleCapture.objects.filter(article=article)
    if digest:
        links = links.filter(digest=digest)
    return Capture.objects.filter(pk__in=links.values("capture")).select_related("body")


def body_bytes(body: CapturedBody) -> bytes:
    """Give a body as it was sent; some megabytes at most.

    Raises DamagedCaptureError where the bytes were erased, the file is missing, or its bytes are others.
    """
    return _verified(_stored_file(body), body)


def verified_file(body: CapturedBody) -> bytes:
    """Give the file of a body, a response and its request. Raises DamagedCaptureError as `body_bytes` does."""
    content = _stored_file(body)
    _verified(content, body)
    return content


def original_of(body: CapturedBody) -> Capture:
    """Give the exchange that brought a body first, which its file holds."""
    return Capture.objects.get(body=body, is_original=True)


def _stored_file(body: CapturedBody) -> bytes:
    if not body.name:
        raise DamagedCaptureError("the bytes were deleted, since words in them were erased")
    try:
        with capture_storage().open(body.name) as file:
            content: bytes = file.read()
    except _storage_errors() as error:
        raise DamagedCaptureError(f"the file {body.name} of the storage can't be read: {error}") from error
    return content


def _storage_errors() -> tuple[type[Exception], ...]:
    """Give what a storage raises: OSError, and of a bucket what its client does, where that is installed."""
    try:
        client = import_module("botocore.exceptions")
    except ImportError:
        return (OSError,)
    return (OSError, client.BotoCoreError, client.ClientError)


def _verified(content: bytes, body: CapturedBody) -> bytes:
    payload = payload_of(content[: body.response_size], body.size)
    found = hashlib.sha256(payload).hexdigest()
    if found != body.digest:
        raise DamagedCaptureError(f"the file {body.name} holds other bytes than were stored: {found}")
    return payload


def _keep_body(content: bytes, exchange: Exchange) -> tuple[CapturedBody, bool]:
    """Find the body or store it; say whether this exchange is the one in its file."""
    digest = hashlib.sha256(content).hexdigest()
    there = select_rows(CapturedBody, "WHERE digest = %s", (digest,))
    if there:
        # Also where its bytes were erased: they do not come back.
        return there[0], False
    response, request = exchange.response(content), exchange.request()
    # A name that nobody else chooses: two workers never write, and never delete, the same file.
    name = f"{digest[:2]}/{digest}-{secrets.token_hex(4)}.warc.gz"
    name = capture_storage().save(name, ContentFile(response + request))
    body = CapturedBody(
        digest=digest,
        size=len(content),
        name=name,
        stored_size=len(response) + len(request),
        response_size=len(response),
    )
    if prepared.execute(_INSERT_BODY, (digest, body.size, name, body.stored_size, body.response_size)):
        return body, True
    # Another worker was faster.
    capture_storage().delete(name)
    return CapturedBody.objects.get(digest=digest), False


def _readable(headers: Headers) -> list[tuple[str, str]]:
    """Read the bytes of headers as ISO 8859-1, which loses none and is what a header is (RFC 9110, section 5.5)."""
    return [(_latin(name), _latin(value)) for name, value in headers]


def _latin(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("iso-8859-1")
