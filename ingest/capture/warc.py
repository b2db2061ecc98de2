"""Records of web archives (WARC 1.1, ISO 28500:2017), each a gzip member of its own so that it can be read alone."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import Final
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

Headers = Iterable[tuple[str, str]]

_END: Final = b"\r\n\r\n"
"""Ends a record."""
_LONGEST_HEADERS: Final = 4 * 1024 * 1024
"""Bytes of the headers of a record; a fetch takes far less."""
# The body is kept without its transfer coding, so readers must not look for one. Archives rename the header.
_TRANSFER_ENCODING: Final = "transfer-encoding"
_RENAMED: Final = "X-Archive-Orig-Transfer-Encoding"


class DamagedCaptureError(Exception):
    """A stored file is not what was written to it."""


class Exchange:
    """A request and its answer, ready to be written as records."""

    def __init__(
        self, *, url: str, fetched_at: datetime, status: int, request_headers: Headers, response_headers: Headers
    ) -> None:
        self.url = url
        self.date = warc_date(fetched_at)
        self.status = status
        self._request_headers = list(request_headers)
        self._response_headers = [
            (_RENAMED if name.lower() == _TRANSFER_ENCODING else name, value) for name, value in response_headers
        ]

    @property
    def response_id(self) -> str:
        """The same for the same address and time, so that the same exchange is never two records."""
        return _record_id("response", self.url, self.date)

    def response(self, body: bytes) -> bytes:
        """Write the response with its body."""
        headers = {"WARC-Record-ID": self.response_id, "WARC-Date": self.date, **_payload_digest(body)}
        return _member("response", self.url, headers, http=self._answer(), payload=body)

    def request(self) -> bytes:
        """Write the request."""
        parts = urlsplit(self.url)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        line = _Head(f"{target} HTTP/1.1", self._request_headers, protocol="GET")
        headers = {
            "WARC-Record-ID": _record_id("request", self.url, self.date),
            "WARC-Date": self.date,
            "WARC-Concurrent-To": self.response_id,
        }
        return _member("request", self.url, headers, http=line)

    def revisit(self, digest: str, *, original_url: str, original_at: datetime) -> bytes:
        """Write that the body with this SHA-256 came again, as it had come first from another address or earlier."""
        headers = {
            "WARC-Record-ID": self.response_id,
            "WARC-Date": self.date,
            "WARC-Profile": WARCWriter.REVISIT_PROFILE_1_1,
            "WARC-Refers-To-Target-URI": original_url,
            "WARC-Refers-To-Date": warc_date(original_at),
            "WARC-Payload-Digest": f"sha256:{digest}",
        }
        return _member("revisit", self.url, headers, http=self._answer())

    def _answer(self) -> _Head:
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = ""
        return _Head(f"{self.status} {phrase}".strip(), self._response_headers, protocol="HTTP/1.1")


def warcinfo(filename: str, fields: Mapping[str, str], *, at: datetime) -> bytes:
    """Write the record that says who made a file."""
    text = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items()).encode()
    date = warc_date(at)
    headers = {"WARC-Record-ID": _record_id("warcinfo", filename, date), "WARC-Date": date, "WARC-Filename": filename}
    return _member("warcinfo", "", headers, payload=text, content_type="application/warc-fields")


def conversion(url: str, text: bytes, *, of: Exchange, content_type: str = "text/plain; charset=utf-8") -> bytes:
    """Write what was made of an answer: the text of an article, whose digest events name."""
    headers = {
        "WARC-Record-ID": _record_id("conversion", url, of.date, hashlib.sha256(text).hexdigest()),
        "WARC-Date": of.date,
        "WARC-Refers-To": of.response_id,
        **_payload_digest(text),
    }
    return _member("conversion", url, headers, payload=text, content_type=content_type)


def payload_of(member: bytes, size: int) -> bytes:
    """Give the body of so many bytes that a response ends with, which was written here. Raises DamagedCaptureError.

    Whether it is the body that was stored is for its digest to say.
    """
    inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        # No more than there can be, should somebody have put a bomb in its place.
        record = inflater.decompress(member, size + _LONGEST_HEADERS)
    except zlib.error as error:
        raise DamagedCaptureError(f"the file is not a whole WARC: {error}") from error
    if not inflater.eof or not record.endswith(_END) or len(record) < size + len(_END):
        raise DamagedCaptureError("the file is not a whole WARC")
    return record[len(record) - len(_END) - size : len(record) - len(_END)]


def warc_date(moment: datetime) -> str:
    """Write a moment as WARC 1.1 does, to the microsecond."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class _Head(StatusAndHeaders):  # type: ignore[misc] # warcio has no types
    """A first line and headers that are written as they are; warcio's own escapes what is not ASCII."""

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = self.to_bytes(header_filter, "iso-8859-1")


class _Member:
    """One gzip member. Level 3 takes a quarter of the time of warcio's own level 9, for a tenth more bytes."""

    def __init__(self) -> None:
        self._compressor = zlib.compressobj(3, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        self._buffer = BytesIO()

    def write(self, data: bytes) -> None:
        self._buffer.write(self._compressor.compress(data))

    def flush(self) -> None:
        """Do nothing: warcio flushes at the end of a record, and there is one."""

    def finish(self) -> bytes:
        self._buffer.write(self._compressor.flush())
        return self._buffer.getvalue()


def _member(
    kind: str,
    url: str,
    headers: Mapping[str, str],
    *,
    http: _Head | None = None,
    payload: bytes = b"",
    content_type: str = "",
) -> bytes:
    out = _Member()
    writer = WARCWriter(out, gzip=False, warc_version="WARC/1.1")
    record: ArcWarcRecord = writer.create_warc_record(
        url,
        kind,
        payload=BytesIO(payload),
        length=len(payload),
        warc_content_type=content_type,
        warc_headers_dict=dict(headers),
        http_headers=http,
    )
    writer.write_record(record)
    return out.finish()


def _payload_digest(payload: bytes) -> dict[str, str]:
    return {"WARC-Payload-Digest": f"sha256:{hashlib.sha256(payload).hexdigest()}"}


def _record_id(*parts: str) -> str:
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, ' '.join(parts))}>"
