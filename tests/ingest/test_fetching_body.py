"""Bodies and headers that are too large, too slow, cut off or wrongly encoded."""

import asyncio
import gzip
import time
import zlib
from ipaddress import ip_address

import pytest

from ingest.fetching import (
    BadEncodingError,
    BadResponseError,
    ConnectionFailedError,
    FetchPolicy,
    TimedOutError,
    TLSFailedError,
    TooLargeError,
    TruncatedError,
    fetch,
)
from tests.ingest.hostile_server import HostileServer, Request, Respond, always, answer, fetch_from

FEED = b"<rss><channel><title>x</title></channel></rss>" * 100


def _gzip(data: bytes) -> bytes:
    """Compress without the time of day, which would give a test another name in every process of a run."""
    return gzip.compress(data, mtime=0)


def _bare_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


def _encoded(encoding: str, body: bytes, *, length: int | None = None, close: bool = False) -> Respond:
    return always(answer(200, {"Content-Encoding": encoding}, body, length=length), close=close)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", _gzip(FEED)),
        ("x-gzip", _gzip(FEED)),
        ("GZIP", _gzip(FEED)),
        ("gzip", _gzip(FEED[:999]) + _gzip(FEED[999:])),
        ("gzip", _gzip(FEED) + b"\x00" * 512),
        ("deflate", zlib.compress(FEED)),
        ("deflate", _bare_deflate(FEED)),
        ("identity", FEED),
        ("", FEED),
    ],
)
def test_bodies_are_decoded(encoding: str, body: bytes) -> None:
    result = fetch_from(_encoded(encoding, body))
    assert result.body == FEED
    assert result.wire_bytes == len(body)


def test_a_body_that_comes_byte_by_byte_is_decoded() -> None:
    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n\r\n")
        for byte in zlib.compress(FEED):
            writer.write(b"1\r\n" + bytes([byte]) + b"\r\n")
            await writer.drain()
        writer.write(b"0\r\n\r\n")

    assert fetch_from(respond).body == FEED


def test_an_empty_body_that_claims_to_be_compressed_is_empty() -> None:
    assert fetch_from(_encoded("gzip", b"")).body == b""


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip", "gzip, br", "aes128gcm", "x" * 500])
def test_encodings_that_were_not_asked_for_are_refused(encoding: str) -> None:
    with pytest.raises(BadEncodingError) as caught:
        fetch_from(_encoded(encoding, gzip.compress(gzip.compress(FEED))))
    assert caught.value.reason == "bad_encoding"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", b"not gzip at all"), ("deflate", b"\xff\xff\xff\xff"), ("gzip", _gzip(FEED)[:-8] + b"12345678")],
)
def test_a_body_that_does_not_decode_is_an_error(encoding: str, body: bytes) -> None:
    with pytest.raises(BadEncodingError):
        fetch_from(_encoded(encoding, body))


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", _gzip(FEED)[:-1]),
        ("gzip", _gzip(FEED)[:5]),
        ("gzip", _gzip(FEED) + _gzip(FEED)[:30]),
        ("deflate", zlib.compress(FEED)[:-1]),
        ("deflate", _bare_deflate(FEED)[:-1]),
        ("deflate", b"x"),
    ],
)
def test_a_compressed_body_needs_its_end_mark(encoding: str, body: bytes) -> None:
    with pytest.raises(TruncatedError) as caught:
        fetch_from(_encoded(encoding, body))
    assert caught.value.reason == "truncated"


@pytest.mark.parametrize(
    "raw",
    [
        answer(200, body=FEED, length=len(FEED) + 1),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhel",
    ],
)
def test_a_body_that_ends_before_its_declared_end_is_an_error(raw: bytes) -> None:
    with pytest.raises(TruncatedError):
        fetch_from(always(raw, close=True))


def test_bytes_after_the_declared_end_are_an_error_in_one_line() -> None:
    with pytest.raises(BadResponseError) as caught:
        fetch_from(always(answer(200, body=FEED, length=100), close=True))
    assert caught.value.reason == "bad_response"
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 300


def test_a_declared_length_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(TooLargeError, match="declared") as caught:
        fetch_from(always(answer(200, length=5_000_001)))
    assert caught.value.reason == "too_large"


def test_an_endless_body_is_cut_off() -> None:
    sent = 0

    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()
            sent += 65_536

    with pytest.raises(TooLargeError, match="on the wire"):
        fetch_from(respond)
    assert sent < 12_000_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_is_stopped_one_byte_past_the_limit(encoding: str) -> None:
    zeros = bytes(1_000_000)
    compressor = zlib.compressobj(wbits=31 if encoding == "gzip" else 15)
    body = b"".join(compressor.compress(zeros) for _ in range(1_000)) + compressor.flush()
    started = time.process_time()
    with pytest.raises(TooLargeError, match="once decoded"):
        fetch_from(_encoded(encoding, body))
    assert time.process_time() - started < 2


def test_a_body_at_the_limit_passes() -> None:
    body = bytes(10_000_000)
    assert len(fetch_from(_encoded("gzip", gzip.compress(body))).body) == 10_000_000
    with pytest.raises(TooLargeError):
        fetch_from(_encoded("gzip", gzip.compress(body + b"x")))


def test_a_body_of_a_million_empty_members_is_refused() -> None:
    with pytest.raises(BadEncodingError, match="members"):
        fetch_from(_encoded("gzip", gzip.compress(b"") * 200_000))


def _drip(head: bytes, drop: bytes) -> Respond:
    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            await asyncio.sleep(0.02)
            writer.write(drop)
            await writer.drain()

    return respond


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    ],
)
def test_the_whole_exchange_has_one_time_limit_whatever_the_drip(head: bytes, drop: bytes) -> None:
    started = time.monotonic()
    with pytest.raises(TimedOutError, match=r"within 0\.5 seconds") as caught:
        fetch_from(_drip(head, drop), total_seconds=0.5)
    assert caught.value.reason == "timeout"
    assert time.monotonic() - started < 3


def test_slow_redirects_share_the_time_limit() -> None:
    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        writer.write(answer(302, {"Location": f"{request.target}x"}))

    with pytest.raises(TimedOutError):
        fetch_from(respond, total_seconds=0.5)


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(5_000)) + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 " + b"O" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"y" * 100_000 + b": x\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"<html>no headers</html>\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nbroken header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_floods_of_headers_and_rubbish_are_errors(raw: bytes) -> None:
    with pytest.raises((BadResponseError, TruncatedError)):
        fetch_from(always(raw, close=True))


@pytest.mark.parametrize("raw", [b"", b"HTTP/1.1 200 OK\r\nX: y"])
def test_hanging_up_without_an_answer_is_an_error(raw: bytes) -> None:
    with pytest.raises((ConnectionFailedError, BadResponseError)):
        fetch_from(always(raw, close=True))


def test_a_closed_port_is_an_error() -> None:
    async def main() -> None:
        async with HostileServer(always(b"")) as server:
            policy, url = server.policy(), server.url()
        await fetch(url, policy=policy)

    with pytest.raises(ConnectionFailedError) as caught:
        asyncio.run(main())
    assert caught.value.reason == "connection"


def test_plain_text_where_tls_is_due_is_an_error() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def main() -> None:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            allowed = frozenset({(ip_address("127.0.0.1"), port)})
            await fetch(f"https://127.0.0.1:{port}/", policy=FetchPolicy(allow=allowed))

    with pytest.raises(TLSFailedError) as caught:
        asyncio.run(main())
    assert caught.value.reason == "tls"
