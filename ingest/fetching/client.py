"""One HTTP client for many fetches at once, guarded at the socket."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self

import aiohttp
from aiohttp.abc import AbstractResolver
from multidict import CIMultiDictProxy
from yarl import URL

from ingest.fetching.body import ACCEPT_ENCODING, read_body
from ingest.fetching.errors import (
    BadAddressError,
    BadRedirectError,
    BadResponseError,
    ConnectionFailedError,
    FetchError,
    ForbiddenAddressError,
    NameNotFoundError,
    RedirectLoopError,
    TimedOutError,
    TLSFailedError,
    TooLargeError,
    TooManyRedirectsError,
    TruncatedError,
)
from ingest.fetching.guard import ForbiddenSocketAddressError, check_url, guarded_sockets
from ingest.fetching.headers import echoable, max_age, retry_after
from ingest.fetching.pacing import Pace, Passage, publisher_of
from ingest.fetching.policy import FetchPolicy
from ingest.fetching.result import FetchResult

ACCEPT_FEEDS: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.5, */*;q=0.1"
)

_PERMANENT: Final = frozenset((HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT))
_REDIRECTS: Final = _PERMANENT | {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT}
_WITHOUT_BODY: Final = frozenset((HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT))


@dataclass(frozen=True, slots=True)
class _Answer:
    """One hop's answer."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes = b""
    wire_body: bytes = b""
    request_headers: tuple[tuple[str, str], ...] = ()


class Fetcher:
    """Fetches many addresses at once over one client, one request at a time to each publisher.

    An async context manager, bound to the event loop in which it is entered. It keeps no cookies, sends no
    Referer and ignores the environment's proxies.
    """

    def __init__(
        self,
        policy: FetchPolicy,
        *,
        resolver: AbstractResolver | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.policy = policy
        self._resolver = resolver
        self._clock = clock
        self._stack = AsyncExitStack()
        self._session: aiohttp.ClientSession | None = None
        self._pace = Pace(policy.pause_seconds)

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            resolver=self._resolver,
            socket_factory=guarded_sockets(self.policy),
            limit=self.policy.connections,
            limit_per_host=1,
            ttl_dns_cache=10,
        )
        self._session = await self._stack.enter_async_context(
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.policy.user_agent, "Accept-Encoding": ACCEPT_ENCODING},
                # The total is ours alone: aiohttp's own begins anew on every hop.
                timeout=aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None),
                auto_decompress=False,
                trust_env=False,
                raise_for_status=False,
                max_line_size=self.policy.maximum_header_bytes,
                max_field_size=self.policy.maximum_header_bytes,
                max_headers=self.policy.maximum_headers,
            )
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()
        self._session = None

    async def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = ACCEPT_FEEDS,
        follow_redirects: bool = True,
        passage: Passage | None = None,
    ) -> FetchResult:
        """Get one address, following redirects by hand, and return what the server answered.

        `etag` and `last_modified` are the validators of the last answer; they make the request conditional. Without
        `follow_redirects` a redirect is the answer, and `redirect` says where it leads.
        `passage` is asked before each request. Raises FetchError. Waiting for it, and for other requests to the same
        publisher, does not count against the time limit.
        """
        headers = {"Accept": accept}
        conditional = False
        if etag is not None and echoable(etag):
            headers["If-None-Match"] = etag
            conditional = True
        if last_modified is not None and echoable(last_modified):
            headers["If-Modified-Since"] = last_modified
            conditional = True

        hop = check_url(url, self.policy)
        visited = {hop}
        permanent: URL | None = None
        only_permanent = True
        duration = 0.0
        while True:
            if passage is not None:
                await passage.enter(publisher_of(hop))
            answer, seconds = await self._timed_exchange(hop, headers, self.policy.total_seconds - duration)
            duration += seconds
            if answer.status not in _REDIRECTS:
                return self._result(hop, permanent, answer, duration, conditional=conditional)
            target = self._target(hop, answer)
            if not follow_redirects:
                return self._result(hop, None, answer, duration, conditional=conditional, redirect=target)
            only_permanent = only_permanent and answer.status in _PERMANENT
            if only_permanent:
                permanent = target
            if target in visited:
                raise RedirectLoopError(f"{hop.host} redirects in a circle, back to {target}")
            if len(visited) > self.policy.maximum_redirects:
                raise TooManyRedirectsError(
                    f"more than {self.policy.maximum_redirects} redirects, the last one to {target}"
                )
            visited.add(target)
            hop = target

    def _target(self, hop: URL, answer: _Answer) -> URL:
        location = answer.headers.get("Location", "").strip()
        if not location:
            raise BadRedirectError(f"{hop.host} answered {answer.status} without saying where to")
        try:
            target = str(hop.join(URL(location)))
        except ValueError as error:
            raise BadRedirectError(f"{hop.host} redirects to {location[:200]!r}, which is no address") from error
        try:
            return check_url(target, self.policy)
        except FetchError as error:
            raise type(error)(f"{hop.host} redirects to {location[:200]!r}: {error.message}") from error

    async def _timed_exchange(self, url: URL, headers: dict[str, str], limit: float) -> tuple[_Answer, float]:
        clock = asyncio.get_running_loop().time
        async with self._pace.turn(publisher_of(url)):
            started = clock()
            try:
                async with asyncio.timeout(limit):
                    answer = await self._exchange(url, headers)
            except TimeoutError as error:
                raise TimedOutError(f"no complete answer within {self.policy.total_seconds:g} seconds") from error
            return answer, clock() - started

    async def _exchange(self, url: URL, headers: dict[str, str]) -> _Answer:
        if self._session is None:
            raise RuntimeError("a Fetcher fetches inside 'async with' only")
        answered = False
        try:
            async with self._session.get(url, headers=headers, allow_redirects=False) as response:
                answered = True
                sent = tuple(response.request_info.headers.items())
                answer = _Answer(response.status, response.headers, request_headers=sent)
                if 200 <= response.status < 300 and response.status not in _WITHOUT_BODY:
                    return await self._read(response, answer)
                response.close()
                return answer
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _explained(error, url, answered=answered) from error

    async def _read(self, response: aiohttp.ClientResponse, answer: _Answer) -> _Answer:
        declared = response.content_length
        limit = self.policy.maximum_wire_bytes
        received = bytearray()
        try:
            if declared is not None and declared > limit:
                raise TooLargeError(f"the body is declared as {declared:,} bytes; at most {limit:,} are read")
            body, _size = await read_body(
                _keeping(response.content.iter_any(), received),
                content_encoding=",".join(response.headers.getall("Content-Encoding", ())),
                maximum_wire_bytes=limit,
                maximum_decoded_bytes=self.policy.maximum_decoded_bytes,
            )
        except FetchError:
            # The rest of the body must not be drained for the sake of keeping the connection.
            response.close()
            raise
        # Most bodies come as they are; those need no second copy.
        wire_body = body if len(body) == len(received) and body == received else bytes(received)
        return replace(answer, body=body, wire_body=wire_body)

    def _result(
        self,
        url: URL,
        permanent: URL | None,
        answer: _Answer,
        duration: float,
        *,
        conditional: bool,
        redirect: URL | None = None,
    ) -> FetchResult:
        headers = answer.headers
        if answer.status == HTTPStatus.NOT_MODIFIED and not conditional:
            raise BadResponseError(f"{url.host} answered 304 to a request without validators")
        now = self._clock()
        return FetchResult(
            status=answer.status,
            url=str(url),
            permanent_redirect=None if permanent is None else str(permanent),
            body=answer.body,
            etag=echoable(headers.get("ETag")),
            last_modified=echoable(headers.get("Last-Modified")),
            content_type=echoable(headers.get("Content-Type")),
            retry_after=retry_after(headers.get("Retry-After"), now=now),
            max_age=max_age(headers, now=now),
            wire_bytes=len(answer.wire_body),
            duration=duration,
            wire_body=answer.wire_body,
            request_headers=answer.request_headers,
            response_headers=tuple(headers.items()),
            redirect=None if redirect is None else str(redirect),
        )


async def fetch(
    url: str, *, policy: FetchPolicy, etag: str | None = None, last_modified: str | None = None
) -> FetchResult:
    """Get one address with a client of its own; for more than one, keep a Fetcher.

    Raises FetchError.
    """
    async with Fetcher(policy) as fetcher:
        return await fetcher.fetch(url, etag=etag, last_modified=last_modified)


async def _keeping(chunks: AsyncIterator[bytes], received: bytearray) -> AsyncIterator[bytes]:
    """Pass the chunks on and keep a copy; the reader behind stops at its limits."""
    async for chunk in chunks:
        received += chunk
        yield chunk


def _explained(error: Exception, url: URL, *, answered: bool) -> FetchError:
    """Say in the operator's terms what went wrong; `answered` when the headers had come already."""
    host = url.host
    kind: type[FetchError]
    match error:
        case aiohttp.ClientConnectorError(os_error=ForbiddenSocketAddressError(address=address)):
            kind, message = (
                ForbiddenAddressError,
                f"{host} stands for {address}, which is not a public address",
            )
        case aiohttp.ClientConnectorDNSError():
            kind, message = NameNotFoundError, f"{host} has no address: {error.os_error}"
        case aiohttp.ClientSSLError() | aiohttp.ClientConnectorCertificateError():
            kind, message = TLSFailedError, f"{host} offers no valid TLS connection: {error}"
        case aiohttp.InvalidURL():
            kind, message = BadAddressError, f"{url} cannot be asked for: {error.description}"
        case aiohttp.ClientResponseError():
            detail = " ".join(error.message.split())[:200]
            kind, message = BadResponseError, f"{host} sent no proper HTTP answer: {detail}"
        case aiohttp.ClientPayloadError():
            kind, message = TruncatedError, f"the body from {host} ends before its declared end"
        case _ if answered:
            kind, message = TruncatedError, f"{host} hung up in the middle of the body"
        case aiohttp.ClientConnectorError():
            kind, message = ConnectionFailedError, f"{host} cannot be reached: {error.os_error}"
        case aiohttp.ServerDisconnectedError():
            kind, message = ConnectionFailedError, f"{host} hung up without an answer"
        case _:
            kind, message = ConnectionFailedError, f"the connection to {host} failed: {error!r}"
    return kind(message)
