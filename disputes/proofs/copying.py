"""Writing the export of the database's log."""

from __future__ import annotations

from pathlib import Path

from disputes.models import Checkpoint
from disputes.proofs import tree
from disputes.proofs.export import Progress, checkpoint_line, event_line, header_line, writing
from disputes.proofs.keys import Keyring
from disputes.proofs.walk import Altered, Finding, Walk, leaf_text

_EVERY = 10_000


def export_log(path: Path, checkpoint: Checkpoint, keyring: Keyring, progress: Progress | None = None) -> None:
    """Write the log up to a checkpoint to a file, verifying it on the way: nothing that is altered leaves as a copy.

    Streams; linear in the number of streams. Some 10 s for 1,000,000 events. Raises Altered, and OSError.
    """
    walk = Walk()
    size = checkpoint.size
    with writing(path) as file:
        file.write(header_line(keyring.origin, size))
        for row in tree.read_rows(0, size):
            leaf = leaf_text(row[3], row[0], row[2], row[1])
            walk.step(leaf.encode(), row[4])
            file.write(event_line(leaf, row[4]))
            if progress is not None and walk.size % _EVERY == 0:
                progress(walk.size, size)
        if walk.size != size:
            raise Altered(Finding(walk.size + 1, f"event {walk.size + 1} is missing"))
        if walk.tree.root() != bytes(checkpoint.root):
            raise Altered(Finding(None, f"the first {size} events are not those of their checkpoint"))
        file.write(checkpoint_line(checkpoint.note))
