"""A copy of the log in a file that anyone can verify with nothing but the file and the public key.

The file is UTF-8, one JSON text a line, each canonical (RFC 8785), so that every byte is accounted for:

    {"events":2,"format":"ledger-export/1","origin":"…"}
    {"hash":"…","leaf":{"body":{…},"position":1,"recorded_at":"…","version":1}}
    {"hash":"…","leaf":{"body":{…},"position":2,"recorded_at":"…","version":1}}
    {"checkpoint":"…"}

What stands behind "leaf" is the data of the leaf byte for byte, stream and type in its body. "hash" is the leaf hash
in base64: by itself it proves nothing, but it tells which event was altered where the root only tells that one was.
With a name that ends in .gz the file is compressed by gzip.
"""

from __future__ import annotations

import gzip
import os
import secrets
import zlib
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple, cast

import rfc8785
from pydantic_core import from_json

from disputes.proofs.reference import Reference, first_difference, lost_events, not_as_signed
from disputes.proofs.signed_note import LONGEST_NOTE, NoteError, VerifierKey
from disputes.proofs.tree_head import TreeHead, open_checkpoint
from disputes.proofs.walk import Altered, Finding, Walk

FORMAT = "ledger-export/1"
LONGEST_LINE = 16 * 1024 * 1024
"""Bytes; the longest event is far below, and a file of strangers must not fill the memory."""
_BEFORE_HASH = b'{"hash":"'
_BEFORE_LEAF = b'","leaf":'
_HASH_END = len(_BEFORE_HASH) + 44
_LEAF_START = _HASH_END + len(_BEFORE_LEAF)
_CHECKPOINT_START = b'{"checkpoint":'
_HEADER_START = b'{"events":'
_GZIP = b"\x1f\x8b"
_DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile)
_EVERY = 10_000

Progress = Callable[[int, int], None]
"""Told how many events are done, of how many."""


def header_line(origin: str, size: int) -> bytes:
    """Write the first line."""
    return rfc8785.dumps({"events": size, "format": FORMAT, "origin": origin}) + b"\n"


def event_line(leaf: str, leaf_hash: bytes) -> bytes:
    """Write the line of an event."""
    return b"".join((_BEFORE_HASH, b64encode(leaf_hash), _BEFORE_LEAF, leaf.encode(), b"}\n"))


def checkpoint_line(note: str) -> bytes:
    """Write the last line."""
    return rfc8785.dumps({"checkpoint": note}) + b"\n"


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file to write an export to; it appears under its name when it is complete, and not at all otherwise."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with draft.open("wb") as file:
            if path.suffix == ".gz":
                # Neither name nor time, so that the same log gives the same bytes.
                with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
                    yield cast("IO[bytes]", packed)
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def verify_export(
    path: Path, keys: Sequence[VerifierKey], progress: Progress | None = None, references: Sequence[Reference] = ()
) -> TreeHead:
    """Verify a file and give what its checkpoint says: that it holds the whole log up to there, unchanged.

    It has to agree with the given references as well. Needs no database. Streams; linear in the number of streams.
    Some 8 s for 1,000,000 events. Raises Altered with the first bad position, which for a first line that is wrong is
    0 and for a last one the number of events and 1; OSError where the file can't be opened.
    """
    walk = Walk()
    try:
        with _opened(path) as lines:
            return _verify(path, lines, walk, _Verifier(keys, sorted(references), progress))
    except _DAMAGED as error:
        raise Altered(
            Finding(walk.size + 1, f"the compressed file is damaged or cut short behind event {walk.size}: {error}")
        ) from error


def read_reference(path: Path, keys: Sequence[VerifierKey]) -> Reference:
    """Read what a log is to be compared with: a checkpoint as a signed note, or a whole copy of the log.

    Raises NoteError where nobody who is trusted has signed it or it is neither, Altered where a copy is not as it was
    recorded itself, and OSError.
    """
    with path.open("rb") as file:
        start = file.read(LONGEST_NOTE * 4 + 1)
    if start.startswith((_GZIP, _HEADER_START)):
        head = verify_export(path, keys)
        return Reference(head.size, head.root, f"the copy in {path}", partial(_leaf_hashes, path))
    try:
        head = open_checkpoint(start.decode(), keys)
    except UnicodeDecodeError as error:
        raise NoteError("this is neither a checkpoint nor a file that export_ledger wrote") from error
    return Reference(head.size, head.root, f"the checkpoint in {path}")


def _leaf_hashes(path: Path) -> Iterator[bytes]:
    """Read the hashes of a file that was verified, or of as much of it as was."""
    with _opened(path) as lines:
        lines.readline(LONGEST_LINE)
        for line in iter(lambda: lines.readline(LONGEST_LINE), b""):
            if not line.startswith(_BEFORE_HASH):
                return
            yield b64decode(line[len(_BEFORE_HASH) : _HASH_END])


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as file:
        is_packed = file.peek(len(_GZIP)).startswith(_GZIP)
        yield cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if is_packed else file


class _Verifier(NamedTuple):
    keys: Sequence[VerifierKey]
    references: list[Reference]
    progress: Progress | None


def _verify(path: Path, lines: IO[bytes], walk: Walk, by: _Verifier) -> TreeHead:
    origin, size = _read_header(lines.readline(LONGEST_LINE))
    ahead = [reference for reference in by.references if reference.size]
    agreed = 0
    for line in iter(lambda: lines.readline(LONGEST_LINE), b""):
        if line.startswith(_CHECKPOINT_START):
            break
        _step(walk, line)
        while ahead and ahead[0].size == walk.size:
            reference = ahead.pop(0)
            if walk.tree.root() != reference.root:
                by_note = not_as_signed(reference, agreed + 1, walk.size)
                raise Altered(_difference(by.references, path) or by_note)
            agreed = walk.size
        if by.progress is not None and walk.size % _EVERY == 0:
            by.progress(walk.size, size)
    else:
        raise Altered(Finding(walk.size + 1, f"the file is cut short behind event {walk.size} of {size}"))
    last = walk.size + 1
    head = _read_checkpoint(line, last, by.keys)
    if lines.read(1):
        raise Altered(Finding(last, "something follows the checkpoint"))
    if head.size > walk.size:
        raise Altered(Finding(last, f"event {last} is missing: the checkpoint covers {head.size} events"))
    if head.size < walk.size:
        raise Altered(Finding(head.size + 1, f"event {head.size + 1} is too many: the checkpoint covers {head.size}"))
    if (origin, size) != (head.origin, head.size):
        raise Altered(
            Finding(
                0,
                f"the first line speaks of {size} events of {origin!r}, and the checkpoint of {head.size} of "
                f"{head.origin!r}",
            )
        )
    if walk.tree.root() != head.root:
        raise Altered(_difference(by.references, path) or _not_as_signed(agreed + 1, size))
    if ahead:
        raise Altered(lost_events(head.size, ahead[0]))
    return head


def _difference(references: Sequence[Reference], path: Path) -> Finding | None:
    found = first_difference(references, partial(_leaf_hashes, path))
    return None if found is None else not_as_signed(found[0], found[1], found[1])


def _not_as_signed(first: int, last: int) -> Finding:
    return Finding(
        first,
        f"an event between {first} and {last} is not the one that the checkpoint was signed for. All agree with the "
        "hashes beside them, so hashes were altered too, and which event it is can't be told from the file alone: "
        "`verify_ledger FILE --against COPY` tells it by another copy",
    )


def _read_header(line: bytes) -> tuple[str, int]:
    try:
        header = from_json(line)
        origin, size = header["origin"], header["events"]
        if type(origin) is str and type(size) is int and line == header_line(origin, size):
            return origin, size
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    raise Altered(Finding(0, f"the first line is not that of a {FORMAT}"))


def _step(walk: Walk, line: bytes) -> None:
    if not (line.startswith(_BEFORE_HASH) and line[_HASH_END:_LEAF_START] == _BEFORE_LEAF and line.endswith(b"}\n")):
        due = walk.size + 1
        cut = "" if line.endswith(b"\n") else ", and it is cut short or longer than any event"
        raise Altered(Finding(due, f"the line of event {due} does not have the form of one{cut}"))
    encoded = line[len(_BEFORE_HASH) : _HASH_END]
    try:
        leaf_hash = b64decode(encoded, validate=True)
    except Base64Error:
        leaf_hash = b""
    if b64encode(leaf_hash) != encoded:
        raise Altered(Finding(walk.size + 1, f"the hash of event {walk.size + 1} is not canonical base64"))
    walk.step(line[_LEAF_START:-2], leaf_hash)


def _read_checkpoint(line: bytes, position: int, keys: Sequence[VerifierKey]) -> TreeHead:
    try:
        note = from_json(line)["checkpoint"]
        if type(note) is str and line == checkpoint_line(note):
            return open_checkpoint(note, keys)
    except (ValueError, KeyError, RecursionError) as error:
        raise Altered(Finding(position, f"the line of the checkpoint can't be read: {error}")) from error
    except NoteError as error:
        raise Altered(Finding(position, f"the checkpoint does not hold: {error}")) from error
    raise Altered(Finding(position, "the line of the checkpoint is not as it was written"))
