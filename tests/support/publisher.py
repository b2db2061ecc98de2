"""A publisher on loopback: an HTTP server whose next answers a test decides."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Answer:
    """What the server sends."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """What a client asked for."""

    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Item:
    """An article as its publisher sends it."""

    link: str
    title: str
    text: str


class Publisher:
    """Answers every request with what `answer` gives, and keeps the requests."""

    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        self.answer = answer
        self.requests: list[Request] = []
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                request = Request(self.path, dict(self.headers))
                publisher.requests.append(request)
                answer = publisher.answer(request)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it)
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def address(self) -> str:
        """What FETCH_ALLOW must name."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The address of its feed."""
        return f"http://{self.address}/feed.xml"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def rss(*items: Item, remark: str = "") -> bytes:
    """Write an RSS 2.0 document; another remark makes another body with the same entries."""
    entries = "".join(
        f"<item><title>{escape(item.title)}</title><link>{escape(item.link)}</link><guid>{escape(item.link)}</guid>"
        f"<description>{escape(item.text)}</description></item>"
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>The press</title>'
        f"<link>https://press.example/</link><description>News</description>{entries}</channel></rss>"
        f"<!-- {escape(remark)} -->"
    ).encode()
