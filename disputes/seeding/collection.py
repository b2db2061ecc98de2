"""All seed files of a folder, read and checked against each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from disputes.addresses import AddressError, canonical_url
from disputes.commands.execution import PARTY_FIELDS
from disputes.errors import suggestion
from disputes.seeding.document import Document, read_document
from disputes.seeding.problems import Location, Problem, SeedError
from disputes.seeding.schema import DisputeSeed, EventSeed, PartySeed, parse_dispute, parse_parties


@dataclass(frozen=True, slots=True)
class Seeds:
    """What the files of a folder say. Paths are those of the files."""

    parties_path: Path
    parties: tuple[PartySeed, ...]
    disputes: tuple[tuple[Path, DisputeSeed], ...]


def read_seeds(directory: Path, *, known_parties: Collection[str] = (), known_disputes: Collection[str] = ()) -> Seeds:
    """Read `parties.yaml` and `disputes/*.yaml` of a folder.

    Files may name parties and disputes that are in the record already (`known_…`) beside those that they bring. Raises
    SeedError with everything that is wrong in any of them, in order of file and line. Touches no database.
    """
    parties_path = directory / "parties.yaml"
    paths = sorted((directory / "disputes").glob("*.yaml"))
    if not paths and not parties_path.exists():
        raise SeedError([Problem(directory, 1, (), "this folder holds neither parties.yaml nor disputes/*.yaml")])
    parties: list[PartySeed] = []
    problems: list[Problem] = []
    if parties_path.exists():
        document = _read(parties_path, problems)
        if document is not None:
            parties, found = parse_parties(document)
            problems += found or _problems_among_parties(document, parties, known_parties)
    disputes: list[tuple[Document, DisputeSeed]] = []
    for path in paths:
        document = _read(path, problems)
        if document is not None:
            dispute, found = parse_dispute(document)
            problems += found
            if dispute is not None:
                disputes.append((document, dispute))
    if not problems:
        party_slugs = {*known_parties, *(party.slug for party in parties)}
        dispute_slugs = {*known_disputes, *(dispute.slug for _document, dispute in disputes)}
        for document, dispute in disputes:
            problems += _problems_of_dispute(document, dispute, party_slugs, dispute_slugs)
    if problems:
        raise SeedError(sorted(problems, key=lambda problem: (problem.path, problem.line)))
    return Seeds(parties_path, tuple(parties), tuple((document.path, dispute) for document, dispute in disputes))


def _read(path: Path, problems: list[Problem]) -> Document | None:
    try:
        return read_document(path)
    except SeedError as error:
        problems += error.problems
        return None


def _problems_among_parties(document: Document, parties: list[PartySeed], known: Collection[str]) -> list[Problem]:
    slugs = {*known, *(party.slug for party in parties)}
    problems = list(_require_unique(document, [((index, "slug"), party.slug) for index, party in enumerate(parties)]))
    for index, party in enumerate(parties):
        if party.parent is not None:
            problems += _require(document, (index, "parent", "party"), party.parent.party, slugs, "party")
    return problems


def _problems_of_dispute(
    document: Document, dispute: DisputeSeed, parties: Collection[str], disputes: Collection[str]
) -> Iterator[Problem]:
    if document.path.stem != dispute.slug:
        yield document.problem(("slug",), f"the file of {dispute.slug} is called {dispute.slug}.yaml")
    roles = [(("parties", index), f"{part.party} as {part.role}") for index, part in enumerate(dispute.parties)]
    yield from _require_unique(document, roles)
    keys: list[tuple[Location, str]] = [
        (("events", index, "key"), event.key) for index, event in enumerate(dispute.events)
    ]
    yield from _require_unique(document, keys)
    yield from _require_unique(document, [(("conflicts", index), text) for index, text in enumerate(dispute.conflicts)])
    for index, part in enumerate(dispute.parties):
        yield from _require(document, ("parties", index, "party"), part.party, parties, "party")
    for index, relation in enumerate(dispute.related):
        others = set(disputes) - {dispute.slug}
        yield from _require(document, ("related", index, "other"), relation.other, others, "other dispute")
    proceedings: set[str] = set()
    for index, event in enumerate(dispute.events):
        yield from _problems_of_event(document, event, ("events", index), parties, proceedings)


def _problems_of_event(
    document: Document, event: EventSeed, location: Location, parties: Collection[str], proceedings: set[str]
) -> Iterator[Problem]:
    for name in PARTY_FIELDS:
        value = getattr(event.payload, name, None)
        for slug in (value,) if isinstance(value, str) else value or ():
            yield from _require(document, (*location, name), slug, parties, "party")
    for index, source in enumerate(event.sources):
        try:
            canonical_url(source.url)
        except AddressError as error:
            yield document.problem((*location, "sources", index), str(error))
    key = getattr(event.payload, "proceeding", None)
    if key is not None:
        into = getattr(event.payload, "into", None)
        if not into and any(getattr(event.payload, name, None) for name in ("court", "docket_number", "caption")):
            proceedings.add(key)
        begun = "proceeding that an event before this one begins with its court, docket number or caption"
        for name in ("proceeding", "from_proceeding"):
            if named := getattr(event.payload, name, None):
                yield from _require(document, (*location, name), named, proceedings, begun)
        if into:
            proceedings.add(into)


def _require(document: Document, location: Location, name: str, known: Collection[str], what: str) -> Iterator[Problem]:
    if name not in known:
        yield document.problem(location, f"{name!r} is no {what}{suggestion(name, known)}")


def _require_unique(document: Document, values: Sequence[tuple[Location, str]]) -> Iterator[Problem]:
    first: dict[str, Location] = {}
    for location, value in values:
        if value in first:
            yield document.problem(location, f"{value!r} is given twice, first on line {document.line(first[value])}")
        first.setdefault(value, location)
