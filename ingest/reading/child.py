"""The child process of isolation: answers one request after another about pages of strangers; `python -m` runs it."""

import gc
import math
import resource
import struct
import sys
import time
from contextlib import suppress
from typing import Final

from pydantic import BaseModel, ConfigDict

from ingest.reading.extraction import PageText, extract
from ingest.reading.robots import Permission, permission

LENGTHS: Final = struct.Struct(">II")
"""Begins a request: the length of its head, in JSON, and of the body that follows."""
LENGTH: Final = struct.Struct(">I")
"""Begins an answer: its length in JSON."""


class Request(BaseModel):
    """What to do with the body that follows: read a page, or ask a robots.txt about an address."""

    model_config = ConfigDict(frozen=True)

    url: str
    is_robots: bool = False
    headers: dict[str, str] = {}
    expected: str = ""


class Answer(BaseModel):
    """What came of it, or why nothing did."""

    model_config = ConfigDict(frozen=True)

    page: PageText | None = None
    permission: Permission | None = None
    problem: str = ""


def main() -> None:
    """Answer requests on standard input until it closes; arguments: bytes of memory, seconds for a request."""
    memory, seconds = int(sys.argv[1]), float(sys.argv[2])
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    for limit, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
    while True:
        lengths = requests.read(LENGTHS.size)
        if len(lengths) < LENGTHS.size:
            return
        head_length, body_length = LENGTHS.unpack(lengths)
        request = Request.model_validate_json(requests.read(head_length))
        body = requests.read(body_length)
        # The parent's clock is the real limit; this one holds where the parent has been killed.
        with suppress(ValueError, OSError):
            hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
            resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time() + seconds) + 1, hard))
        encoded = _answer(request, body).model_dump_json().encode("utf-8", "replace")
        answers.write(LENGTH.pack(len(encoded)) + encoded)
        answers.flush()
        gc.collect()


def _answer(request: Request, body: bytes) -> Answer:
    try:
        if request.is_robots:
            return Answer(permission=permission(body.decode("utf-8", "replace"), request.url))
        return Answer(page=extract(body, headers=request.headers, url=request.url, expected=request.expected))
    except MemoryError:
        return Answer(problem="it needs more memory than a reader is given")
    except Exception as error:  # noqa: BLE001 - whatever a library stumbles over, the operator reads it
        return Answer(problem=f"the reader stumbled: {error!r}"[:300])


if __name__ == "__main__":
    main()
