"""Proofs that the log is unchanged and complete: checkpoints, inclusion, consistency."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.http import HttpResponse
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from disputes.api.conditional import entity_tag, is_known
from disputes.api.media import JsonRenderer
from disputes.api.parameters import Parameter, read_whole_number
from disputes.api.problems import ALTERED, INVALID_PARAMETER, NOT_FOUND, Problem
from disputes.api.resource import Resource
from disputes.api.schema import ResourceSchema, operation, reference
from disputes.api.shapes.ledger import Checkpoint, ConsistencyProof, InclusionProof
from disputes.proofs import tree
from disputes.proofs.checkpoint import latest_checkpoint
from disputes.proofs.keys import KeyProblem, configured_keyring
from disputes.proofs.merkle import hash_leaf
from disputes.proofs.walk import Altered

logger = logging.getLogger(__name__)

_LARGEST = (1 << 63) - 1
_NUMBER = {"type": "integer", "minimum": 1}
_read_number = read_whole_number(1, _LARGEST)

POSITION = Parameter("position", "The position of the event.", _read_number, _NUMBER)
SIZE = Parameter("size", "The size of the log; that of the newest checkpoint unless told.", _read_number, _NUMBER)
FROM = Parameter("from", "The smaller size of the log.", _read_number, _NUMBER)
TO = Parameter("to", "The larger size; that of the newest checkpoint unless told.", _read_number, _NUMBER)


class NoteRenderer(BaseRenderer):
    """The checkpoint as the signed note that it is."""

    media_type = "text/plain"
    format = "txt"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002 (the framework's signature)
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> bytes:
        # Problems come here as well, for a reader who takes plain text only.
        return data.encode() if isinstance(data, str) else JsonRenderer().render(data)


class _CheckpointSchema(ResourceSchema):
    def _problem_codes(self) -> Sequence[int]:
        return sorted({*super()._problem_codes(), NOT_FOUND.status})


class CheckpointDetail(Resource):
    """The newest checkpoint."""

    renderer_classes = (JsonRenderer, NoteRenderer)  # type: ignore[assignment] # one more than the others have
    schema = _CheckpointSchema()

    @operation("get_checkpoint", tag="ledger", answers=reference(Checkpoint))
    def get(self, request: Request) -> HttpResponse:
        """Give the newest signed checkpoint.

        A C2SP tlog-checkpoint, signed with Ed25519. With `Accept: text/plain` the signed note alone is given. Keep
        checkpoints: with one in hand, and a consistency proof, you can show whether the log was rewritten since.
        """
        found = latest_checkpoint()
        if found is None:
            raise Problem(NOT_FOUND, "there is no checkpoint yet; the worker makes one in its next round")
        if isinstance(request.accepted_renderer, NoteRenderer):
            return self._answer_note(found.note)
        return self.answer(
            Checkpoint(
                origin=found.note.partition("\n")[0],
                size=found.size,
                root=_told(bytes(found.root)),
                note=found.note,
                public_keys=_public_keys(),
                made_at=found.made_at,
            )
        )

    def _answer_note(self, note: str) -> HttpResponse:
        body = note.encode()
        tag = entity_tag(body)
        if is_known(self.request, tag):
            response = HttpResponse(status=304)
        else:
            response = HttpResponse(body, content_type="text/plain; charset=utf-8")
        response["ETag"] = tag
        response["Cache-Control"] = "no-cache"
        return response


class _ProofSchema(ResourceSchema):
    def _problem_codes(self) -> Sequence[int]:
        return sorted({*super()._problem_codes(), ALTERED.status})


class _Proof(Resource):
    """What proofs share: the size that is meant where none is told, and what is said where the log is altered."""

    schema = _ProofSchema()

    def needed(self, parameter: Parameter[int]) -> int:
        """Read a parameter that has to be there."""
        found = self.asked.get(parameter)
        if found is None:
            raise _wrong(parameter, f"{parameter.name} is needed: {parameter.description.lower()}")
        return found

    def size_of(self, parameter: Parameter[int]) -> int:
        """Read a size of the log that there is."""
        size = self.asked.get(parameter)
        newest = tree.log_size()
        if size is None:
            checkpoint = latest_checkpoint()
            size = checkpoint.size if checkpoint is not None else newest
        if not 1 <= size <= newest:
            raise _wrong(parameter, f"the log has {newest} events, so it has not been of size {size} yet")
        return size

    @contextmanager
    def telling_alterations(self) -> Iterator[None]:
        """Say what is wrong with the log where nothing can be proven of it any more."""
        try:
            yield
        except Altered as error:
            logger.error("A proof was asked for that can't be given: %s", error)  # noqa: TRY400 (it says it all)
            raise Problem(
                ALTERED,
                f"{error}, so nothing can be proven of it; the operator finds out more with verify_ledger",
                first_bad_position=error.finding.position,
            ) from error


class Inclusion(_Proof):
    """The proof that an event is in the log."""

    asks = (POSITION, SIZE)

    @operation("prove_inclusion", tag="ledger", answers=reference(InclusionProof))
    def get(self, _request: Request) -> HttpResponse:
        """Prove that an event is in the log of a size.

        Hash the leaf, follow the path as RFC 9162, section 2.1.3.2, says, and compare the root that you come to with
        that of a signed checkpoint of this size.
        """
        position = self.needed(POSITION)
        size = self.size_of(SIZE)
        if position > size:
            raise _wrong(POSITION, f"the log of {size} events has positions 1 to {size}, and not {position}")
        with self.telling_alterations():
            proof = tree.prove_inclusion(position, size)
        return self.answer(
            InclusionProof(
                position=position,
                size=size,
                leaf=proof.leaf,
                leaf_hash=_told(hash_leaf(proof.leaf.encode())),
                root=_told(proof.root),
                path=[_told(found) for found in proof.path],
            )
        )


class Consistency(_Proof):
    """The proof that the log only grew."""

    asks = (FROM, TO)

    @operation("prove_consistency", tag="ledger", answers=reference(ConsistencyProof))
    def get(self, _request: Request) -> HttpResponse:
        """Prove that the log of one size begins with the log of a smaller one.

        Follow the path as RFC 9162, section 2.1.4.2, says, and compare both roots with those of signed checkpoints.
        """
        old = self.needed(FROM)
        new = self.size_of(TO)
        if old > new:
            raise _wrong(FROM, f"the log of {new} events does not begin with one of {old}; from is the smaller size")
        with self.telling_alterations():
            proof = tree.prove_consistency(old, new)
        return self.answer(
            ConsistencyProof(
                old_size=old,
                new_size=new,
                old_root=_told(proof.old_root),
                new_root=_told(proof.new_root),
                path=[_told(found) for found in proof.path],
            )
        )


def _wrong(parameter: Parameter[int], detail: str) -> Problem:
    return Problem.of_parameters(INVALID_PARAMETER, {parameter.name: detail})


def _public_keys() -> list[str]:
    try:
        return [str(key) for key in configured_keyring().verifier_keys()]
    except KeyProblem:
        # Where another machine makes the checkpoints and shares no home, this one does not know its keys.
        return []


def _told(found: bytes) -> str:
    return b64encode(found).decode()
