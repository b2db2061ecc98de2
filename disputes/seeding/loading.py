"""Load seed files into the record: each file whole or not at all, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import DatabaseError, transaction

from disputes import ledger
from disputes.errors import Refused
from disputes.ledger import LedgerError
from disputes.models import Dispute, LedgerHead, Party
from disputes.seeding.collection import Seeds, read_seeds
from disputes.seeding.disputes import DisputeSeeding
from disputes.seeding.parties import PartySeeding
from disputes.seeding.problems import Problem, SeedError
from disputes.seeding.schema import DisputeSeed


@dataclass(frozen=True, slots=True)
class FileReport:
    """What loading one file came to: `name` is the dispute's slug, or "parties"."""

    name: str
    appended: int


def load_seeds(directory: Path) -> Iterator[FileReport]:
    """Bring the record to what the seed files of a folder say, and report file by file.

    All files are checked before the first event is appended. Each is then loaded in a transaction of its own that
    holds the head of the ledger, so that a failure loses nothing of the files before it and records nothing of its
    own. Loading unchanged files appends nothing and reads each stream once. Articles are registered by their address,
    not fetched.

    Raises SeedError, which names file, line and field.
    """
    seeds = read_seeds(
        directory,
        known_parties=set(Party.objects.values_list("slug", flat=True)),
        known_disputes=set(Dispute.objects.values_list("slug", flat=True)),
    )
    if seeds.parties:
        yield FileReport("parties", _load(seeds.parties_path, lambda: _record_parties(seeds)))
    appended = {dispute.slug: _load(path, _recording(path, dispute)) for path, dispute in seeds.disputes}
    for path, dispute in seeds.disputes:
        # Only now is every dispute there that another one may be related to.
        related = _load(path, _relating(path, dispute))
        yield FileReport(dispute.slug, appended[dispute.slug] + related)


def _record_parties(seeds: Seeds) -> None:
    parties = [PartySeeding(party, seeds.parties_path.name) for party in seeds.parties]
    for party in parties:
        party.describe()
    for party in parties:
        party.belong()


def _recording(path: Path, dispute: DisputeSeed) -> Callable[[], None]:
    return lambda: DisputeSeeding(dispute, path.name).record()


def _relating(path: Path, dispute: DisputeSeed) -> Callable[[], None]:
    return lambda: DisputeSeeding(dispute, path.name).relate()


def _load(path: Path, work: Callable[[], None]) -> int:
    """Do all the work on one file or none of it, and count the events that it appended."""
    try:
        with transaction.atomic():
            ledger.lock()
            before = _position()
            work()
            return _position() - before
    except (Refused, LedgerError) as error:
        raise SeedError([Problem(path, 1, (), f"not loaded: {error}")]) from error
    except DatabaseError as error:
        reason = str(error).strip() or type(error).__name__
        message = f"not loaded, the database failed: {reason}. What was loaded before stays; run it again"
        raise SeedError([Problem(path, 1, (), message)]) from error


def _position() -> int:
    return LedgerHead.objects.values_list("position", flat=True).get()
