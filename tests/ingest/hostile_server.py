"""An HTTP server on loopback that answers with whatever bytes a test wants, however wrong they are."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Self

from aiohttp.abc import AbstractResolver, ResolveResult

from ingest.fetching import Fetcher, FetchPolicy, FetchResult

FORBIDDEN_HOST = "127.0.0.2"


@dataclass(frozen=True)
class Request:
    """What a client sent."""

    target: str
    headers: Mapping[str, str]
    """Names in lower case, values as their bytes in Latin-1."""


Respond = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


class HostileServer:
    """Serves one `respond` at a loopback address, on a port of its own unless given one."""

    def __init__(self, respond: Respond, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.respond = respond
        self.host = host
        self.port = port
        self.requests: list[Request] = []
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()

    def url(self, path: str = "/") -> str:
        return f"http://{self.host}:{self.port}{path}"

    def policy(self, **limits: Any) -> FetchPolicy:
        """Return a policy that allows this server and nothing else that is not public."""
        return FetchPolicy(allow=frozenset({(ip_address(self.host), self.port)}), **limits)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while True:
                    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                    first, *lines = head.rstrip("\r\n").split("\r\n")
                    pairs = (line.split(": ", 1) for line in lines)
                    request = Request(first.split(" ")[1], {name.lower(): value for name, value in pairs})
                    self.requests.append(request)
                    await self.respond(request, writer)
                    await writer.drain()
        finally:
            writer.close()
            self._connections.discard(task)


def answer(
    status: int = 200, headers: Mapping[str, str] | None = None, body: bytes = b"", *, length: int | None = None
) -> bytes:
    """Return a well-formed answer, whose Content-Length may lie."""
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        f"Content-Length: {len(body) if length is None else length}",
    ]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def always(raw: bytes, *, close: bool = False) -> Respond:
    """Answer every request with the same bytes, and hang up after them if asked to."""

    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        if close:
            await writer.drain()
            writer.close()

    return respond


def redirect(location: str, status: int = 302) -> bytes:
    return answer(status, {"Location": location})


def routes(table: Mapping[str, bytes]) -> Respond:
    """Answer each path with its bytes, any other with 404."""

    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(table.get(request.target, answer(404)))

    return respond


def fetch_from(respond: Respond, path: str = "/", *, etag: str | None = None, **limits: Any) -> FetchResult:
    """Run a server, fetch one address from it, and return the result."""

    async def main() -> FetchResult:
        async with HostileServer(respond) as server, Fetcher(server.policy(**limits)) as fetcher:
            return await fetcher.fetch(server.url(path), etag=etag)

    return asyncio.run(main())


class ScriptedResolver(AbstractResolver):
    """A DNS that gives the next answer of a script each time it is asked, and the last one for ever."""

    def __init__(self, *script: list[str] | OSError) -> None:
        self.script = list(script)
        self.questions: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        addresses = self.script[min(len(self.questions), len(self.script) - 1)]
        self.questions.append(host)
        if isinstance(addresses, OSError):
            raise addresses
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else family or socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        pass
