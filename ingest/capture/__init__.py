"""Keeping what was received, byte for byte, so that evidence can be checked against its source.

`keep` stores an exchange over HTTP, its body once however often it comes; `link` says which words of which articles
were taken from it, so that the digest in an `evidence_attached` event leads to the bytes. `forget_article` and
`delete_captures` are the two ways in which bytes go; `ingest.capture.wacz` writes a dispute's captures as a file.
"""

from ingest.capture.deletion import delete_captures, forget_article, sweep_storage
from ingest.capture.naming import digests_in_log
from ingest.capture.store import body_bytes, capture_storage, captures_of, keep, keep_feed_document, link
from ingest.capture.warc import DamagedCaptureError

__all__ = [
    "DamagedCaptureError",
    "body_bytes",
    "capture_storage",
    "captures_of",
    "delete_captures",
    "digests_in_log",
    "forget_article",
    "keep",
    "keep_feed_document",
    "link",
    "sweep_storage",
]
