"""The text of a checkpoint: C2SP's tlog-checkpoint, a signed note of a log's size and root. Free of Django."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from disputes.proofs.merkle import HASH_SIZE
from disputes.proofs.signed_note import NoteError, SigningKey, VerifierKey, decode_base64, open_note

_SIZE = re.compile("0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class TreeHead:
    """How long a log is and what its root is."""

    origin: str
    """The name of the log, which is also that of the key that signs for it."""
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    def sign(self, key: SigningKey) -> str:
        """Give the checkpoint: this, signed."""
        if key.name != self.origin:
            raise ValueError(f"the key of {key.name} does not sign for {self.origin}")
        return key.sign(self.text)


def open_checkpoint(note: str, keys: Sequence[VerifierKey]) -> TreeHead:
    """Read a checkpoint that one of the keys has signed. Raises NoteError, UnknownSigner among them."""
    text, key = open_note(note, keys)
    head = _parse(text)
    if head.origin != key.name:
        raise NoteError(f"the checkpoint speaks for {head.origin!r} and is signed by {key.name}")
    return head


def _parse(text: str) -> TreeHead:
    lines = text.split("\n")
    # Three lines, and the nothing behind the last newline. The specification allows further lines and advises against
    # them; this log writes none.
    if len(lines) != 4 or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise NoteError("the note is no checkpoint: it has not the three lines origin, size and root")
    try:
        root = decode_base64(lines[2])
    except ValueError as error:
        raise NoteError(f"the root in the checkpoint can't be read: {error}") from error
    if len(root) != HASH_SIZE:
        raise NoteError(f"the root in the checkpoint has {len(root)} bytes, not {HASH_SIZE}")
    return TreeHead(lines[0], int(lines[1]), root)
