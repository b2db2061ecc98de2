"""Checkpoints: the log's size and root, signed, kept in the database and once more outside of it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from disputes.models import Checkpoint
from disputes.proofs import tree
from disputes.proofs.keys import Keyring, configured_keyring
from disputes.proofs.leaves import KeptLeaves
from disputes.proofs.reference import Reference, lost_events
from disputes.proofs.signed_note import NoteError
from disputes.proofs.tree_head import TreeHead, open_checkpoint
from disputes.proofs.walk import Altered, Finding

KEPT_FILE = "ledger-checkpoint"
# Any number that no other advisory lock of this program has.
_LOCK = 6962_2013


def latest_checkpoint() -> Checkpoint | None:
    """Give the newest checkpoint, or None before the first. One indexed query."""
    return Checkpoint.objects.order_by("-size").first()


def make_checkpoint(keyring: Keyring | None = None) -> Checkpoint:
    """Sign the size and the root of the log as it is now; where nothing is new, give the newest checkpoint.

    Nothing is signed that contradicts what was signed before, neither a checkpoint in the database nor the one kept
    outside of it: Altered is raised instead. The events since the last stored node of the tree are read, their
    leaves computed anew. Raises KeyProblem where there is no key to sign with.
    """
    keyring = keyring or configured_keyring()
    key = keyring.signing_key()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        size = tree.log_size()
        newest = latest_checkpoint()
        kept = kept_checkpoint(keyring)
        if newest is not None:
            _check_agreement(Reference(newest.size, bytes(newest.root), "the newest checkpoint"), size)
        if kept is not None:
            _check_agreement(kept, size)
        root = tree.extend(size)
        if newest is None or newest.size < size:
            note = TreeHead(keyring.origin, size, root).sign(key)
            newest = Checkpoint.objects.create(size=size, root=root, note=note, made_at=timezone.now())
        # Before the commit, since all events that it covers are committed: a copy that is ahead of the table of
        # checkpoints still agrees with the log, while one that stays behind would hide that a backup was restored.
        if kept is None or kept.size < newest.size:
            _keep_leaves(keyring.home, newest.size, is_new_log=kept is None)
            _keep(keyring.home, newest.note)
    return newest


def kept_checkpoint(keyring: Keyring) -> Reference | None:
    """Read the checkpoint that is kept outside of the database, None where there is none.

    Raises Altered where it does not hold, and KeyProblem where there is no key to verify it by.
    """
    path = keyring.home / KEPT_FILE
    name = f"the checkpoint in {path}"
    try:
        note = path.read_text()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise Altered(Finding(None, f"{name} can't be read: {error}")) from error
    try:
        head = open_checkpoint(note, keyring.verifier_keys())
    except NoteError as error:
        raise Altered(Finding(None, f"{name} does not hold: {error}")) from error
    return Reference(head.size, head.root, name)


def lost_since(reference: Reference, size: int) -> Finding:
    """Say that events of this installation are lost, and what to do."""
    return lost_events(
        size,
        reference,
        f". Restore a newer one; where the database is another one on purpose, move the file {KEPT_FILE} away",
    )


def _check_agreement(reference: Reference, size: int) -> None:
    if reference.size > size:
        raise Altered(lost_since(reference, size))
    if tree.root_at(reference.size) != reference.root:
        raise Altered(
            Finding(
                None,
                f"the first {reference.size} events are not those of {reference.name}; verify_ledger finds out more",
            )
        )


def _keep_leaves(home: Path, size: int, *, is_new_log: bool) -> None:
    leaves = KeptLeaves(home)
    count = 0 if is_new_log else min(leaves.count(), size)
    leaves.extend(count, tree.read_leaf_hashes(count, size))


def _keep(home: Path, note: str) -> None:
    path = home / KEPT_FILE
    draft = home / f".{KEPT_FILE}.{os.getpid()}.{secrets.token_hex(4)}"
    with draft.open("w") as file:
        file.write(note)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
