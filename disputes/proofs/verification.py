"""The verification of the database's log: every event, every checkpoint, and what keeps them as they are."""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Any

from disputes.models import Checkpoint, Event, TreeNode
from disputes.proofs import tree
from disputes.proofs.checkpoint import kept_checkpoint, lost_since
from disputes.proofs.export import Progress
from disputes.proofs.guards import check_guards
from disputes.proofs.keys import KeyProblem, Keyring, configured_keyring
from disputes.proofs.leaves import KeptLeaves
from disputes.proofs.merkle import STEP, STEP_WIDTH
from disputes.proofs.reference import Reference, first_difference, lost_events, not_as_signed
from disputes.proofs.signed_note import NoteError, VerifierKey
from disputes.proofs.tree_head import open_checkpoint
from disputes.proofs.walk import Altered, Finding, Walk, leaf_text

_EVERY = 10_000


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification of the database found."""

    size: int
    """How many events were in order, one after the other from the first."""
    log_size: int
    """How many there were to be, by the position of the newest."""
    root: bytes
    """The root over these."""
    checkpoints: int
    """How many signed checkpoints the events agree with."""
    findings: tuple[Finding, ...]

    @property
    def is_in_order(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def first_bad_position(self) -> int | None:
        """The lowest position that a finding names; None where none names one."""
        return min((found.position for found in self.findings if found.position is not None), default=None)


class _Verification:
    """One pass over the log, with what it has to agree with on the way."""

    def __init__(self, keyring: Keyring, references: Iterable[Reference]) -> None:
        self.keyring = keyring
        self.references = sorted(reference for reference in references if reference.size)
        self.findings: list[Finding] = []
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.walk = Walk(lambda height, index, node: self.nodes.__setitem__((height, index), node))
        self.agreeing = 0
        self.agreed_size = 0
        # Read before the events: what is appended meanwhile lies behind, and is for the next verification.
        self.head_position = tree.log_size()

    def run(self, progress: Progress | None) -> Report:
        self.findings.extend(check_guards())
        try:
            self._walk_events(progress)
        except Altered as error:
            self.findings.append(error.finding)
        else:
            self._check_beginning()
            self._check_nodes()
        return Report(self.walk.size, self.head_position, self.walk.tree.root(), self.agreeing, tuple(self.findings))

    def _walk_events(self, progress: Progress | None) -> None:
        walk = self.walk
        keys = self._keys()
        with closing(self._stored(keys)) as stored:
            signed = heapq.merge(stored, self._kept(keys), self.references)
            ahead = next(signed, None)
            due = ahead.size if ahead else None
            for row in tree.read_rows(0, self.head_position):
                position, version, moment, body, leaf_hash, event_id, stream, type_, schema, recorded_by = row
                told = walk.step(leaf_text(body, position, moment, version).encode(), leaf_hash)
                if (
                    told["stream"] != stream
                    or told.get("id") != event_id
                    or told.get("type") != type_
                    or told.get("schema") != schema
                    or told.get("recorded_by") != recorded_by
                ):
                    raise Altered(_differing(row, told))
                while walk.size == due:
                    assert ahead is not None  # noqa: S101 (its size is due)
                    self._agree(ahead)
                    ahead = next(signed, None)
                    due = ahead.size if ahead else None
                if progress is not None and position % _EVERY == 0:
                    progress(position, self.head_position)
            if walk.size < self.head_position:
                lost = f"event {walk.size + 1} is missing: the newest has position {self.head_position}"
                raise Altered(Finding(walk.size + 1, lost))
            # Checkpoints may have been made meanwhile, of events appended meanwhile.
            size_now = tree.log_size()
            for left in chain([ahead] if ahead else [], signed):
                if left.size > size_now:
                    is_given = any(left is given for given in self.references)
                    raise Altered(lost_events(size_now, left) if is_given else lost_since(left, size_now))

    def _agree(self, signed: Reference) -> None:
        if self.walk.tree.root() == signed.root:
            self.agreeing += 1
            self.agreed_size = signed.size
            return
        raise Altered(self._narrow(self.agreed_size + 1, signed))

    def _narrow(self, first: int, signed: Reference) -> Finding:
        """Look for the first event that differs, in every copy of leaves and of nodes that may have been forgotten."""
        kept = KeptLeaves(self.keyring.home)
        copies = list(self.references)
        if kept.count() >= signed.size:
            copies.insert(0, replace(signed, leaf_hashes=partial(kept.read, signed.size)))
        found = first_difference(copies, partial(tree.read_leaf_hashes, 0, self.head_position))
        if found is not None:
            reference, position = found
            return not_as_signed(reference, position, position)
        last = signed.size
        stored = TreeNode.objects.filter(
            height=STEP, index__gte=(first - 1) // STEP_WIDTH, index__lte=(last - 1) // STEP_WIDTH
        ).order_by("index")
        for index, node in stored.values_list("index", "hash").iterator():
            if self.nodes.get((STEP, index), bytes(node)) != bytes(node):
                return not_as_signed(signed, max(first, index * STEP_WIDTH + 1), min(last, (index + 1) * STEP_WIDTH))
        return not_as_signed(signed, first, last)

    def _check_beginning(self) -> None:
        before = Event.objects.filter(position__lt=1).order_by("position").values_list("position", flat=True).first()
        if before is not None:
            self.findings.append(Finding(before, f"event {before} is one too many: the log begins with event 1"))

    def _check_nodes(self) -> None:
        for height, index, node in TreeNode.objects.values_list("height", "index", "hash").iterator():
            # Those behind the end were stored meanwhile.
            if (index + 1) << height <= self.walk.size and self.nodes.get((height, index)) != bytes(node):
                self.findings.append(
                    Finding(
                        None,
                        f"the stored node {index} at height {height} is wrong, and proofs with it. It is derived: "
                        "`verify_ledger --rebuild-tree` stores it anew",
                    )
                )
                return

    def _stored(self, keys: list[VerifierKey]) -> Generator[Reference, None, None]:
        """Give the stored checkpoints that hold, in order of size; note the others."""
        stored = Checkpoint.objects.filter(size__gt=0).order_by("size").values_list("size", "root", "note")
        for size, root, note in stored.iterator(chunk_size=500):
            name = f"the checkpoint of {size} events"
            try:
                head = open_checkpoint(note, keys)
            except NoteError as error:
                self.findings.append(Finding(None, f"{name} does not hold: {error}"))
                continue
            if (head.size, head.root) == (size, bytes(root)):
                yield Reference(size, head.root, name)
            else:
                self.findings.append(Finding(None, f"{name} says something else than was signed"))

    def _kept(self, keys: list[VerifierKey]) -> list[Reference]:
        """Give the checkpoint outside of the database, if there is one that holds."""
        try:
            kept = kept_checkpoint(self.keyring) if keys else None
        except Altered as error:
            self.findings.append(error.finding)
            return []
        return [kept] if kept is not None and kept.size else []

    def _keys(self) -> list[VerifierKey]:
        try:
            return self.keyring.verifier_keys()
        except KeyProblem as error:
            if Checkpoint.objects.exists():
                self.findings.append(Finding(None, f"checkpoints can't be verified: {error}"))
            return []


def verify_database(
    keyring: Keyring | None = None, progress: Progress | None = None, references: Sequence[Reference] = ()
) -> Report:
    """Verify the whole log in the database, up to what is there when it begins.

    Every leaf is computed anew from the stored text; the columns have to agree with it; positions, versions and times
    have to follow each other; every checkpoint, the one kept outside of the database and the given references have to
    agree with the events, the former signed by keys of this installation; the stored nodes of the tree have to be
    right; what refuses changes has to be as the migrations made it, and to act. Writes nothing, blocks nobody and
    keeps no transaction open. Streams; some 8 s for 1,000,000 events, and 0.1 ms for each checkpoint.
    """
    return _Verification(keyring or configured_keyring(), references).run(progress)


def _differing(row: tree.Row, told: Mapping[str, Any]) -> Finding:
    columns = dict(zip(("id", "stream", "type", "schema", "recorded_by"), row[5:], strict=True))
    names = " and ".join(name for name, value in columns.items() if told.get(name) != value)
    return Finding(row[0], f"event {row[0]} has another {names} in its body than in the columns beside it")
