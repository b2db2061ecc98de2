"""The child process of isolation: reads one request after another, parses, and answers; `python -m` runs it.

It gets documents of strangers and so has as little as possible: no secrets in its environment, no file that it
could write, ceilings on memory and processor time, no core dumps, and a parent that kills it when it takes too long.
"""

import gc
import math
import os
import resource
import signal
import sys
import time
from contextlib import suppress
from typing import BinaryIO

from pydantic_core import to_json

from ingest.parsing.model import NotAFeed, ParseError
from ingest.parsing.parse import parse_feed
from ingest.parsing.protocol import ANSWER_LENGTH, LAST_REASONS, REQUEST_LENGTHS, Answer, Request


def main() -> None:
    """Answer requests on standard input until it closes; arguments: bytes of memory, seconds of processor time."""
    memory, seconds = int(sys.argv[1]), float(sys.argv[2])
    requests, answers = sys.stdin.buffer, _private_stdout()
    for limit, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        _lower(limit, value)
    # What a document leaves behind is searched for between documents, among its own objects only.
    gc.disable()
    gc.freeze()
    while True:
        lengths = requests.read(REQUEST_LENGTHS.size)
        if len(lengths) < REQUEST_LENGTHS.size:
            return
        head_length, body_length = REQUEST_LENGTHS.unpack(lengths)
        request = Request.model_validate_json(requests.read(head_length))
        # The signal of this timer ends the process. The limit stands in where a library blocks it.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        _lower(resource.RLIMIT_CPU, math.ceil(time.process_time() + seconds) + 1)
        # The body gets no name here, so that it goes as soon as it is decoded.
        encoded, is_last = _answer(request, requests.read(body_length))
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(ANSWER_LENGTH.pack(len(encoded)))
        answers.write(encoded)
        answers.flush()
        if is_last:
            return
        del encoded
        gc.collect()


def _answer(request: Request, body: bytes) -> tuple[bytes, bool]:
    """Return the answer in JSON, and whether it is the last of this process."""
    try:
        feed = parse_feed(
            body,
            content_type=request.content_type,
            url=request.url,
            now=request.now,
            trust_guids=request.trust_guids,
        )
        # In bytes at once: a text with an emoji in it would take four for each character.
        return to_json(Answer(feed=feed)), False
    except ParseError as error:
        answer = Answer(reason=error.reason, message=error.message, is_not_a_feed=isinstance(error, NotAFeed))
    except MemoryError:
        answer = Answer(reason="parse_memory", message="the document needs more memory than a parser is given")
    except Exception as error:  # noqa: BLE001 - whatever a library stumbles over, the operator reads it
        answer = Answer(reason="parse_crash", message=f"the parser stumbled: {error!r}"[:300])
    return to_json(answer), answer.reason in LAST_REASONS


def _private_stdout() -> BinaryIO:
    """Return standard output, which libraries that print from now on write elsewhere."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _lower(limit: int, value: int) -> None:
    """Lower a soft limit; the hard one of processor time must stay, to be able to go on."""
    _, hard = resource.getrlimit(limit)
    soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
    # macOS knows RLIMIT_AS by name only; there the clock alone limits what a document may take.
    with suppress(ValueError, OSError):
        resource.setrlimit(limit, (soft, hard if limit == resource.RLIMIT_CPU else soft))


if __name__ == "__main__":
    main()
