"""What a log has to agree with: signed tree heads, and where there is one, a copy of the leaves they were signed for.

Free of Django.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from disputes.proofs.merkle import root_of
from disputes.proofs.walk import Finding


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """A tree head whose signature holds; in order of size."""

    size: int
    root: bytes
    name: str = field(compare=False)
    """What it is, for messages: "the checkpoint of 143 events"."""
    leaf_hashes: Callable[[], Iterator[bytes]] | None = field(default=None, compare=False)
    """Reads a copy of the leaf hashes that it was signed for, from the first on."""


def first_difference(
    references: Iterable[Reference], found: Callable[[], Iterable[bytes]]
) -> tuple[Reference, int] | None:
    """Give the position of the first leaf that is another one than was signed for, and what says so.

    None where no copy of the leaves is at hand, or only one that does not hash to the signed root itself. Reads a copy
    twice; some 2 s for 1,000,000 leaves.
    """
    for reference in references:
        if reference.leaf_hashes is None or root_of(reference.leaf_hashes()) != reference.root:
            continue
        pairs = zip(reference.leaf_hashes(), found(), strict=False)
        for position, (signed, leaf_hash) in enumerate(pairs, 1):
            if signed != leaf_hash:
                return reference, position
    return None


def not_as_signed(reference: Reference, first: int, last: int) -> Finding:
    """Say that an event of these positions is another one, although it agrees with the leaf hash beside it."""
    if first == last:
        return Finding(
            first,
            f"event {first} is not the one that {reference.name} was signed for, although it agrees with the leaf hash "
            "beside it",
        )
    return Finding(
        first,
        f"an event between {first} and {last} is not the one that {reference.name} was signed for, although all agree "
        "with the leaf hashes beside them. Which one it is only a copy of the log can tell: "
        "`verify_ledger --against COPY`",
    )


def lost_events(size: int, reference: Reference, advice: str = "") -> Finding:
    """Say that the log is shorter than it was when it was signed for."""
    return Finding(
        size + 1,
        f"the log has {size} events, and {reference.name} was signed for {reference.size}: events {size + 1} to "
        f"{reference.size} are lost, as when an old backup is restored{advice}",
    )
