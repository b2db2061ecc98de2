"""Publishers on loopback, all on one port: `python -m benchmarks.contestants.publishers FOLDER …`.

`/real/7` is the seventh document of the folders, as its publisher sent it. `/simulated/7` is a feed that is written
on demand. Both have an ETag and answer 304 to whoever knows it. What a simulated feed says is told by its query:

- `revision`: the ETag that it has now; a client that knows it gets 304;
- `entries`: how many entries it has, each new with a new revision;
- `delay`: after how many seconds the answer comes, as from a publisher that is far away.

`/witness` tells how politely the simulated publishers were asked: requests, the most at once to one host (a name under
"example" is a registrable domain here), and the shortest pause in seconds between the end of an answer and the next
request to it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

CONTENT_TYPES = {".atom": "application/atom+xml", ".json": "application/feed+json", ".rss": "application/rss+xml"}
WORDS_OF_ENTRY = 120
_SYLLABLES = ("ba", "co", "den", "fi", "gar", "hul", "im", "jo", "ker", "lis", "mon", "nu", "or", "pel", "qui", "ras")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a publisher sends."""

    status: int
    etag: str = ""
    body: bytes = b""
    content_type: str = "application/rss+xml"
    delay: float = 0.0


@dataclass(slots=True)
class Witness:
    """How one host was asked."""

    at_once: int = 0
    answered_at: float = float("-inf")


@dataclass(slots=True)
class Publishers:
    """All publishers of this process."""

    documents: Sequence[tuple[bytes, str]]
    """Body and content type of the real feeds."""
    requests: int = 0
    most_at_once: int = 0
    shortest_pause: float = float("inf")
    _domains: defaultdict[str, Witness] = field(default_factory=lambda: defaultdict(Witness))
    _etags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._etags = [f'"{hashlib.sha256(body).hexdigest()[:32]}"' for body, _type in self.documents]

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while head := await _read_head(reader):
                target, headers = head
                await self._answer(target, headers, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # cancelled at the very end, where asyncio would complain of it
        finally:
            writer.close()

    async def _answer(self, target: str, headers: Mapping[str, str], writer: asyncio.StreamWriter) -> None:
        address = urlsplit(target)
        kind, _, number = address.path.lstrip("/").partition("/")
        known = headers.get("if-none-match", "")
        if kind == "witness":
            _write(writer, Answer(200, body=self._testimony(), content_type="application/json"))
            return
        if kind == "real":
            _write(writer, self._real(int(number), known))
            return
        # A witness only of those whose politeness is looked at.
        domain = self._domains[headers.get("host", "").partition(":")[0]]
        self.requests += 1
        self.shortest_pause = min(self.shortest_pause, time.monotonic() - domain.answered_at)
        domain.at_once += 1
        self.most_at_once = max(self.most_at_once, domain.at_once)
        try:
            answer = simulated(int(number), dict(parse_qsl(address.query)), known)
            await asyncio.sleep(answer.delay)
            _write(writer, answer)
        finally:
            domain.at_once -= 1
            domain.answered_at = time.monotonic()

    def _real(self, number: int, known: str) -> Answer:
        body, content_type = self.documents[number]
        etag = self._etags[number]
        return Answer(304, etag) if known == etag else Answer(200, etag, body, content_type)

    def _testimony(self) -> bytes:
        pause = None if self.shortest_pause == float("inf") else self.shortest_pause
        found = {"requests": self.requests, "most_at_once": self.most_at_once, "shortest_pause": pause}
        return json.dumps(found).encode()


def simulated(number: int, query: Mapping[str, str], known: str) -> Answer:
    """Give what a simulated feed answers to whoever knows an ETag of it."""
    etag = f'"{query.get("revision", "1")}"'
    delay = float(query.get("delay", "0"))
    if known == etag:
        return Answer(304, etag, delay=delay)
    return Answer(200, etag, _document(number, etag, int(query.get("entries", "1"))), delay=delay)


def _document(number: int, etag: str, entries: int) -> bytes:
    chance = random.Random(f"{number} {etag}")  # noqa: S311 (no secret)
    site = f"https://publisher-{number}.example"
    items = "".join(
        f"<item><title>{_words(chance, 8)}</title><link>{site}/{place}-{chance.getrandbits(40):x}</link>"
        f"<guid isPermaLink='false'>{number}-{place}-{chance.getrandbits(40):x}</guid>"
        f"<pubDate>{formatdate(1_790_000_000 + place * 3_600 + number)}</pubDate>"
        f"<description>&lt;p&gt;{_words(chance, WORDS_OF_ENTRY)}.&lt;/p&gt;</description></item>"
        for place in range(entries)
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Publisher {number}</title>'
        f"<link>{site}/</link><description>News</description>{items}</channel></rss>"
    ).encode()


def _words(chance: random.Random, amount: int) -> str:
    return " ".join("".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(amount))


async def _read_head(reader: asyncio.StreamReader) -> tuple[str, dict[str, str]] | None:
    """Read what is asked for and the headers; None where the client has hung up."""
    line = await reader.readline()
    if not line:
        return None
    headers: dict[str, str] = {}
    while (header := (await reader.readline()).decode("iso-8859-1").strip()) != "":
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    return line.decode("iso-8859-1").split()[1], headers


def _write(writer: asyncio.StreamWriter, answer: Answer) -> None:
    phrase = {200: "OK", 304: "Not Modified"}[answer.status]
    lines = [f"HTTP/1.1 {answer.status} {phrase}", f"ETag: {answer.etag}", f"Content-Length: {len(answer.body)}"]
    if answer.status == 304:
        del lines[-1]
    else:
        lines.append(f"Content-Type: {answer.content_type}")
    writer.write("\r\n".join([*lines, "", ""]).encode() + answer.body)


def _documents(folders: Sequence[str]) -> list[tuple[bytes, str]]:
    paths = [path for folder in folders for path in sorted(Path(folder).iterdir())]
    return [(path.read_bytes(), CONTENT_TYPES.get(path.suffix, "application/xml")) for path in paths]


async def _serve(folders: Sequence[str]) -> None:
    publishers = Publishers(_documents(folders))
    server = await asyncio.start_server(publishers.converse, "127.0.0.1", 0, backlog=1_000)
    ready = {"port": server.sockets[0].getsockname()[1], "documents": len(publishers.documents)}
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    # It lives as long as whoever started it holds its standard input.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_serve(sys.argv[1:]))
