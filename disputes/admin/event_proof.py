"""The proof of one event, on its page: which signed checkpoint covers it, and the path that leads there."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field

from disputes.models import Checkpoint, Event
from disputes.proofs.checkpoint import latest_checkpoint
from disputes.proofs.merkle import ProofError, hash_leaf, verify_inclusion
from disputes.proofs.tree import NoSuchProof, prove_inclusion
from disputes.proofs.walk import Altered


@dataclass(frozen=True, slots=True)
class EventProof:
    """What can be said of an event against the newest signed checkpoint."""

    checkpoint: Checkpoint | None
    """None where none covers the event yet."""
    problem: str = ""
    """Why the event is not what was signed for; empty where it is."""
    path: list[str] = field(default_factory=list)
    """Base64 of the sibling hashes, from the leaf to the root."""


def prove_event(event: Event) -> EventProof:
    """Prove an event by the newest checkpoint, and follow the proof as a reader elsewhere would.

    A handful of queries, however long the log is. Raises nothing: what is wrong stands in the result.
    """
    checkpoint = latest_checkpoint()
    if checkpoint is None or checkpoint.size < event.position:
        return EventProof(None)
    try:
        proof = prove_inclusion(event.position, checkpoint.size)
        verify_inclusion(
            index=event.position - 1,
            size=checkpoint.size,
            leaf_hash=hash_leaf(proof.leaf.encode()),
            path=proof.path,
            root=bytes(checkpoint.root),
        )
    except (Altered, NoSuchProof, ProofError) as error:
        return EventProof(checkpoint, problem=str(error))
    return EventProof(checkpoint, path=[b64encode(found).decode() for found in proof.path])
