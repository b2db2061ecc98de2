"""The leaf hashes of all that was signed, once more outside of the database.

Whoever changes an event in the database and its leaf hash with it leaves a log that agrees with itself. A checkpoint
then shows that something was changed, and these hashes show which event: they can't be reached from the database, and
they prove themselves, since they hash to the root that was signed. 32 bytes an event; without them only the place is
told less exactly.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from disputes.proofs.merkle import HASH_SIZE

LEAVES_FILE = "ledger-leaves"
_CHUNK = 32_768 * HASH_SIZE


@dataclass(frozen=True, slots=True)
class KeptLeaves:
    """The file in the home of an installation."""

    home: Path

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.home / LEAVES_FILE

    def count(self) -> int:
        """Give how many hashes are kept, 0 where there is no file."""
        try:
            return self.path.stat().st_size // HASH_SIZE
        except FileNotFoundError:
            return 0

    def read(self, until: int) -> Iterator[bytes]:
        """Read the first `until` hashes, or as many as there are. Streams."""
        left = until * HASH_SIZE
        with self.path.open("rb") as file:
            while chunk := file.read(min(_CHUNK, left)):
                left -= len(chunk)
                for at in range(0, len(chunk) - HASH_SIZE + 1, HASH_SIZE):
                    yield chunk[at : at + HASH_SIZE]

    def extend(self, after: int, hashes: Iterable[bytes]) -> None:
        """Write hashes behind the first `after`, in place of whatever stands there, and force them to the disk.

        Killed half-way it leaves fewer than it was given, and the next time writes on from there.
        """
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "wb") as file:
            file.truncate(after * HASH_SIZE)
            file.seek(after * HASH_SIZE)
            file.writelines(hashes)
            file.flush()
            os.fsync(file.fileno())
