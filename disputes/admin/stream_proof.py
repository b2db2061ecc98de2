"""The proof of all events of one dispute: that each is in the log that the newest checkpoint is signed for."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from pydantic_core import to_json

from disputes.admin.exporting import Export, dispute_export
from disputes.admin.permitted_view import PermittedView
from disputes.admin.read_only import Crumb, address
from disputes.admin.times import Times
from disputes.api.shapes.ledger import InclusionProof
from disputes.errors import Refused
from disputes.history import dispute_history
from disputes.models import Checkpoint, Dispute
from disputes.proofs import tree
from disputes.proofs.checkpoint import latest_checkpoint
from disputes.proofs.merkle import ProofError, hash_leaf, verify_inclusion
from disputes.proofs.walk import Altered


@dataclass(slots=True)
class StreamProof:
    """What can be said of the events of a dispute against the newest signed checkpoint."""

    checkpoint: Checkpoint | None
    """None where none is signed yet."""
    positions: Sequence[int] = ()
    """Of all events of the dispute."""
    proven: int = 0
    """How many are in the log that was signed for, unchanged."""
    problems: list[str] = field(default_factory=list)

    @property
    def since(self) -> int:
        """How many were recorded since the checkpoint."""
        size = self.checkpoint.size if self.checkpoint else 0
        return sum(position > size for position in self.positions)


def prove_stream(slug: str) -> StreamProof:
    """Prove every event of a dispute that the newest checkpoint covers, and follow each proof to its root.

    Some 2 ms an event. What is wrong stands in the result, and ends the proving.
    """
    checkpoint = latest_checkpoint()
    proof = StreamProof(checkpoint, _positions(slug, Times()))
    if checkpoint is None:
        return proof
    covered = [position for position in proof.positions if position <= checkpoint.size]
    try:
        for found in tree.prove_inclusions(covered, checkpoint.size):
            verify_inclusion(
                index=found.position - 1,
                size=found.size,
                leaf_hash=hash_leaf(found.leaf.encode()),
                path=found.path,
                root=bytes(checkpoint.root),
            )
            proof.proven += 1
    except (Altered, ProofError) as error:
        proof.problems.append(str(error))
    return proof


class ProofView(PermittedView):
    """Says whether the events of a dispute are what was signed for."""

    permission = "disputes.view_event"
    http_method_names = ["get"]

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Prove them now."""
        dispute = Dispute.objects.filter(pk=slug).first()
        if dispute is None:
            raise Http404(f"there is no dispute {slug!r}")
        context = {
            **self.admin.admin_site.each_context(request),
            "title": "Proof of the record",
            "crumbs": [
                Crumb("Disputes", address(self.admin, "changelist")),
                Crumb(dispute.title, address(self.admin, "change", slug)),
            ],
            "dispute": dispute,
            "proof": prove_stream(slug),
        }
        return TemplateResponse(request, "admin/disputes/stream_proof.html", context)


def _positions(slug: str, times: Times) -> list[int]:
    return [event.position for event in dispute_history(slug, until=times.as_of)]


def proof_lines(slug: str, times: Times) -> Iterator[bytes]:
    """Give the proof of each event, one JSON object a line, in the shape of the API's; the first is the checkpoint."""
    checkpoint = latest_checkpoint()
    covered = [position for position in _positions(slug, times) if checkpoint and position <= checkpoint.size]
    if checkpoint is None or not covered:
        raise Refused("No signed checkpoint covers this dispute yet. A worker makes one within a minute of an event.")
    return _proof_lines(checkpoint, covered)


def _proof_lines(checkpoint: Checkpoint, positions: Sequence[int]) -> Iterator[bytes]:
    yield to_json({"checkpoint": checkpoint.note}) + b"\n"
    for proof in tree.prove_inclusions(positions, checkpoint.size):
        told = InclusionProof(
            position=proof.position,
            size=proof.size,
            leaf=proof.leaf,
            leaf_hash=_told(hash_leaf(proof.leaf.encode())),
            root=_told(proof.root),
            path=[_told(step) for step in proof.path],
        )
        yield to_json(told) + b"\n"


def _told(digest: bytes) -> str:
    return b64encode(digest).decode()


dispute_export(
    Export(
        name="proof.ndjson",
        label="Proof of its events (NDJSON)",
        help_text="The newest signed checkpoint, and of each event the path that leads to its root.",
        content_type="application/x-ndjson",
        permission="disputes.view_event",
        write=proof_lines,
    )
)
