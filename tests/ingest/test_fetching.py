"""Fetching: what comes back, conditional requests, redirects, and many at once."""

import asyncio
from datetime import UTC, datetime

import pytest

from ingest.fetching import (
    BadRedirectError,
    BadResponseError,
    BadSchemeError,
    Fetcher,
    RedirectLoopError,
    TooManyRedirectsError,
    fetch,
)
from tests.ingest.hostile_server import (
    HostileServer,
    Request,
    ScriptedResolver,
    always,
    answer,
    fetch_from,
    redirect,
    routes,
)


def test_it_works() -> None:
    async def main() -> None:
        reply = answer(200, {"ETag": '"1"', "Content-Type": "application/rss+xml"}, b"<rss/>")
        async with HostileServer(always(reply)) as server:
            result = await fetch(server.url("/feed"), policy=server.policy(contact="https://example.org/about"))
        assert (result.status, result.body, result.wire_bytes) == (200, b"<rss/>", 6)
        assert (result.url, result.permanent_redirect) == (server.url("/feed"), None)
        assert (result.etag, result.content_type) == ('"1"', "application/rss+xml")
        assert result.is_success
        assert 0 < result.duration < 5
        sent = server.requests[0].headers
        assert sent["user-agent"] == "data-licensing-dispute-tracker/0.1 (+https://example.org/about)"
        assert sent["accept-encoding"] == "gzip, deflate"
        assert sent["accept"].startswith("application/atom+xml")
        assert not sent.keys() & {"cookie", "referer", "authorization", "if-none-match", "if-modified-since"}

    asyncio.run(main())


@pytest.mark.parametrize(
    "validator",
    ['"abc"', 'W/"abc"', "unquoted", '"un"balanced', "\u00fcml\u00e4ut", "x" * 300, '"a", "b"', "*", "\\"],
)
def test_validators_are_echoed_byte_for_byte(validator: str) -> None:
    async def main() -> None:
        reply = answer(200, {"ETag": validator, "Last-Modified": f"{validator} at some time"})
        async with HostileServer(always(reply)) as server, Fetcher(server.policy()) as fetcher:
            first = await fetcher.fetch(server.url())
            assert first.etag == validator
            await fetcher.fetch(server.url(), etag=first.etag, last_modified=first.last_modified)
        sent = server.requests[1].headers
        assert sent["if-none-match"].encode("latin-1") == validator.encode()
        assert sent["if-modified-since"].encode("latin-1") == f"{validator} at some time".encode()

    asyncio.run(main())


@pytest.mark.parametrize("validator", [b"\xff\xfe", b"x" * 2_000])
def test_a_validator_that_cannot_come_back_unchanged_is_not_kept(validator: bytes) -> None:
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nETag: " + validator + b"\r\n\r\n"
    assert fetch_from(always(reply)).etag is None


def test_a_validator_cannot_add_headers_to_the_request() -> None:
    async def main() -> None:
        async with HostileServer(always(answer())) as server, Fetcher(server.policy()) as fetcher:
            await fetcher.fetch(server.url(), etag='"1"\r\nX-Evil: 1')
        assert not server.requests[0].headers.keys() & {"if-none-match", "x-evil"}

    asyncio.run(main())


def test_not_modified_is_an_answer() -> None:
    result = fetch_from(always(answer(304, {"ETag": '"1"'})), etag='"1"')
    assert result.is_not_modified
    assert result.body == b""


def test_not_modified_without_having_been_asked_is_an_error() -> None:
    with pytest.raises(BadResponseError, match="304"):
        fetch_from(always(answer(304)))


@pytest.mark.parametrize("status", [404, 410, 429, 500, 503])
def test_refusals_are_answers_and_their_body_is_not_read(status: int) -> None:
    result = fetch_from(always(answer(status, {"Retry-After": "120"}, b"x" * 1000, length=10**9)))
    assert (result.status, result.retry_after, result.body, result.wire_bytes) == (status, 120, b"", 0)
    assert not result.is_success


def test_retry_after_as_a_date_counts_from_now() -> None:
    async def main() -> None:
        reply = answer(503, {"Retry-After": "Wed, 05 Mar 2025 10:02:00 GMT"})
        now = datetime(2025, 3, 5, 10, 0, tzinfo=UTC)
        async with (
            HostileServer(always(reply)) as server,
            Fetcher(server.policy(), clock=lambda: now) as fetcher,
        ):
            assert (await fetcher.fetch(server.url())).retry_after == 120

    asyncio.run(main())


def test_a_temporary_redirect_is_followed_and_not_remembered() -> None:
    result = fetch_from(routes({"/": redirect("/b"), "/b": answer(200, body=b"b")}))
    assert result.body == b"b"
    assert result.url.endswith("/b")
    assert result.permanent_redirect is None


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_is_reported(status: int) -> None:
    result = fetch_from(routes({"/": redirect("b?x=1#top", status), "/b?x=1": answer(200)}))
    assert result.permanent_redirect == result.url
    assert result.url.endswith("/b?x=1")


def test_only_the_unbroken_run_of_permanent_redirects_counts() -> None:
    result = fetch_from(
        routes(
            {
                "/": redirect("/1", 301),
                "/1": redirect("/2", 308),
                "/2": redirect("/3", 302),
                "/3": redirect("/4", 301),
                "/4": answer(200),
            }
        )
    )
    assert result.permanent_redirect is not None
    assert result.permanent_redirect.endswith("/2")
    assert result.url.endswith("/4")


def test_redirects_for_ever_end() -> None:
    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(redirect(f"/{int(request.target[1:] or 0) + 1}"))

    async def main() -> None:
        async with HostileServer(respond) as server, Fetcher(server.policy()) as fetcher:
            with pytest.raises(TooManyRedirectsError, match="more than 5"):
                await fetcher.fetch(server.url("/0"))
        assert len(server.requests) == 6

    asyncio.run(main())


def test_five_redirects_are_followed() -> None:
    table = {f"/{number}": redirect(f"/{number + 1}") for number in range(5)} | {"/5": answer(200, body=b"5")}
    assert fetch_from(routes(table), "/0").body == b"5"


def test_a_redirect_loop_is_found_at_once() -> None:
    async def main() -> None:
        table = {"/a": redirect("/b"), "/b": redirect("/a#again")}
        async with HostileServer(routes(table)) as server, Fetcher(server.policy()) as fetcher:
            with pytest.raises(RedirectLoopError):
                await fetcher.fetch(server.url("/a"))
        assert len(server.requests) == 2

    asyncio.run(main())


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/xml,x", "gopher://x/"])
def test_a_redirect_never_leaves_http(location: str) -> None:
    with pytest.raises(BadSchemeError, match="redirects to"):
        fetch_from(always(redirect(location)))


@pytest.mark.parametrize("location", ["", "http://[", "http://:80:80/"])
def test_a_redirect_to_nowhere_is_an_error(location: str) -> None:
    with pytest.raises(BadRedirectError) as caught:
        fetch_from(always(redirect(location)))
    assert caught.value.reason == "bad_redirect"


def test_cookies_are_neither_kept_nor_sent_on() -> None:
    async def main() -> None:
        table = {
            "/": answer(302, {"Location": "/b", "Set-Cookie": "id=1; Path=/"}),
            "/b": answer(200, {"Set-Cookie": "id=2; Path=/"}),
        }
        async with HostileServer(routes(table)) as server, Fetcher(server.policy()) as fetcher:
            await fetcher.fetch(server.url())
            await fetcher.fetch(server.url())
        assert all("cookie" not in request.headers for request in server.requests)
        assert all("referer" not in request.headers for request in server.requests)

    asyncio.run(main())


def test_the_environments_proxies_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.2:9")
    assert fetch_from(always(answer(200, body=b"direct"))).body == b"direct"


def test_one_request_at_a_time_to_a_host_and_waiting_is_free() -> None:
    async def main() -> None:
        at_once = 0
        most = 0

        async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
            nonlocal at_once, most
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0.2)
            at_once -= 1
            writer.write(answer(200))

        async with HostileServer(respond) as server, Fetcher(server.policy(total_seconds=0.5)) as fetcher:
            results = await asyncio.gather(*(fetcher.fetch(server.url(f"/{number}")) for number in range(5)))
        assert most == 1
        assert all(result.duration < 0.5 for result in results)

    asyncio.run(main())


def test_many_hosts_at_once() -> None:
    async def main() -> None:
        hosts = [f"feed-{number}.example" for number in range(20)]
        everybody = asyncio.Barrier(len(hosts))

        async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
            await everybody.wait()
            writer.write(answer(200, body=request.headers["host"].encode()))

        async with (
            HostileServer(respond) as server,
            Fetcher(server.policy(), resolver=ScriptedResolver(["127.0.0.1"])) as fetcher,
        ):
            results = await asyncio.gather(*(fetcher.fetch(f"http://{host}:{server.port}/") for host in hosts))
        assert [result.body.decode() for result in results] == [f"{host}:{server.port}" for host in hosts]

    asyncio.run(main())
