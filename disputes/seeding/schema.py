"""The form of seed files, checked whole before anything is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, get_args

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from disputes.errors import suggestion
from disputes.events import EVENT_TYPES, EventType, Payload
from disputes.events.base import Address, Line, Prose, Slug
from disputes.events.curation import WatchRule
from disputes.occurred import Occurred
from disputes.seeding.document import Document, items
from disputes.seeding.problems import Location, Problem
from disputes.vocabulary import DataType, Kind, PartyKind, Role, Stance, Standing


def _occurred(value: Any) -> Any:
    """Read "2023-04" as a date; other forms are left to the model."""
    if not isinstance(value, str):
        return value
    try:
        return Occurred.parse(value)
    except ValidationError as error:
        raise ValueError(_plain(error.errors(include_url=False)[0]["msg"])) from error


SeedDate = Annotated[Occurred, BeforeValidator(_occurred)]


class FormerNameSeed(Payload):
    """A name that a party had until it took the next."""

    name: Line
    until: SeedDate | None = None


class ParentSeed(Payload):
    """Whose a party is."""

    party: Slug
    since: SeedDate | None = None
    note: Prose | None = None


class PartySeed(Payload):
    """A party: `name` is the present one, `formerly` are the earlier ones, oldest first."""

    slug: Slug
    name: Line
    kind: PartyKind | None = None
    formerly: tuple[FormerNameSeed, ...] = ()
    aliases: tuple[Line, ...] = ()
    parent: ParentSeed | None = None
    note: Prose | None = None


def _source(value: Any) -> Any:
    """Let a bare address stand for a source that supports the event."""
    return {"url": value} if isinstance(value, str) else value


class SourceSeed(Payload):
    """A page that an event rests on, or one that reports it otherwise."""

    url: Address
    stance: Stance = Stance.SUPPORTS
    quote: Prose | None = None
    locator: Line | None = None


class EventSeed(Payload):
    """What every event of a seed file has beside the fields of its own type.

    `key` is its identity: it is never changed and never used again for another event.
    """

    key: Slug
    type: Line
    occurred: SeedDate
    end: Line | None = None
    standing: Standing
    justification: Prose | None = None
    sources: tuple[Annotated[SourceSeed, BeforeValidator(_source)], ...] = ()
    payload: EventType


class ParticipationSeed(Payload):
    """A party in a role of the dispute."""

    party: Slug
    role: Role
    note: Line | None = None


class RelationSeed(Payload):
    """Another dispute that this one has to do with."""

    other: Slug
    note: Line | None = None


class DisputeSeed(Payload):
    """One dispute with all that the seeds say of it."""

    slug: Slug
    title: Line
    kind: Kind
    summary: Prose
    data_at_issue: Prose | None = None
    data_types: tuple[DataType, ...] = ()
    jurisdictions: tuple[Line, ...] = ()
    parties: tuple[ParticipationSeed, ...] = ()
    watch_rules: tuple[WatchRule, ...] = ()
    related: tuple[RelationSeed, ...] = ()
    conflicts: tuple[Prose, ...] = ()
    events: Annotated[tuple[EventSeed, ...], Field(min_length=1)]


_HEAD = frozenset(EventSeed.model_fields) - {"payload"}


def parse_parties(document: Document) -> tuple[list[PartySeed], list[Problem]]:
    """Read the parties of a file, and say what is wrong with those that have no right form."""
    if not isinstance(document.data, list):
        return [], [document.problem((), "a list of parties is expected here")]
    parties: list[PartySeed] = []
    problems: list[Problem] = []
    for index, entry in enumerate(document.data):
        try:
            parties.append(PartySeed.model_validate(entry))
        except ValidationError as error:
            problems += _problems(document, PartySeed, error, (index,))
    return parties, problems


def parse_dispute(document: Document) -> tuple[DisputeSeed | None, list[Problem]]:
    """Read the dispute of a file, or say everything that is wrong with it."""
    if not isinstance(document.data, dict):
        return None, [document.problem((), "the fields of a dispute are expected here, `slug` first")]
    problems: list[Problem] = []
    events: list[Any] = []
    for index, entry in enumerate(items(document.data.get("events"))):
        event, found = _parse_event(document, entry, ("events", index))
        problems += found
        events.append(event)
    # Events with problems were reported one by one; the rest of the file is judged without them.
    sound = [event for event in events if event is not None]
    try:
        read = document.data if "events" not in document.data else document.data | {"events": sound}
        dispute = DisputeSeed.model_validate(read)
    except ValidationError as error:
        found = _problems(document, DisputeSeed, error, ())
        return None, problems + [problem for problem in found if not (problems and problem.location == ("events",))]
    return (None if problems else dispute), problems


def _parse_event(document: Document, entry: Any, location: Location) -> tuple[EventSeed | None, list[Problem]]:
    if not isinstance(entry, dict):
        return None, [document.problem(location, "the fields of an event are expected here, `key` first")]
    declaration = EVENT_TYPES.get(str(entry.get("type")))
    if declaration is None or not declaration.is_occurrence:
        return None, [_wrong_type(document, entry, location)]
    problems: list[Problem] = []
    fields = {name: value for name, value in entry.items() if name not in _HEAD}
    for name in _date_fields(declaration):
        if isinstance(fields.get(name), str):
            fields[name] = _date(document, fields[name], (*location, name), problems)
    payload = None
    try:
        payload = declaration.model_validate(fields)
    except ValidationError as error:
        problems += _problems(document, declaration, error, location, also=_HEAD)
    head = {name: value for name, value in entry.items() if name in _HEAD}
    if "end" in head and isinstance(head.get("occurred"), str):
        begin = _date(document, head["occurred"], (*location, "occurred"), problems)
        if begin is not None:
            span = begin.model_dump() | {"end": head["end"]}
            head["occurred"] = _date(document, span, (*location, "end"), problems) or begin
    try:
        # `construct` stands in for a payload whose own problems are in the list already.
        event = EventSeed.model_validate(head | {"payload": payload or declaration.model_construct()})
    except ValidationError as error:
        problems += [
            problem
            for problem in _problems(document, EventSeed, error, location)
            if problem.location not in {known.location for known in problems}
        ]
        return None, problems
    if not event.sources and event.justification is None:
        problems.append(document.problem(location, "give sources, or say in a justification why there are none"))
    return (None if problems else event), problems


def _wrong_type(document: Document, entry: Mapping[str, Any], location: Location) -> Problem:
    known = sorted(name for name, declaration in EVENT_TYPES.items() if declaration.is_occurrence)
    if "type" not in entry:
        return document.problem(location, f"the field `type` is missing; one of {', '.join(known)}")
    name = str(entry["type"])
    hint = suggestion(name, known) or f"; known are {', '.join(known)}"
    return document.problem((*location, "type"), f"{name!r} is no type of an event about the world{hint}")


def _date_fields(declaration: type[EventType]) -> Iterator[str]:
    for name, field in declaration.model_fields.items():
        if Occurred in (field.annotation, *get_args(field.annotation)):
            yield name


def _date(document: Document, value: Any, location: Location, problems: list[Problem]) -> Occurred | None:
    try:
        return Occurred.parse(value) if isinstance(value, str) else Occurred.model_validate(value)
    except ValidationError as error:
        problems += [document.problem(location, _plain(found["msg"])) for found in error.errors(include_url=False)]
    except ValueError as error:
        problems.append(document.problem(location, str(error)))
    return None


def _problems(
    document: Document,
    model: type[BaseModel],
    error: ValidationError,
    base: Location,
    *,
    also: frozenset[str] = frozenset(),
) -> list[Problem]:
    """Turn what pydantic found into problems that say what is allowed; `also` are fields of the level around."""
    problems = []
    for found in error.errors(include_url=False):
        location: Location = found["loc"]
        message = _plain(found["msg"])
        if found["type"] == "extra_forbidden":
            allowed = _fields_at(model, location[:-1]) | (also if len(location) == 1 else frozenset())
            name = str(location[-1])
            message = f"there is no such field{suggestion(name, allowed)} (allowed: {', '.join(sorted(allowed))})"
        elif found["type"] == "string_pattern_mismatch":
            message = f"{found['input']!r} does not have the form {found['ctx']['pattern']}"
        elif found["type"] == "missing":
            message = f"the field `{location[-1]}` is missing"
            location = location[:-1]
        problems.append(document.problem((*base, *location), message))
    return problems


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")


def _fields_at(model: type[BaseModel], location: Location) -> frozenset[str]:
    """Name the fields of the model at the end of a way through nested models."""
    for part in location:
        if isinstance(part, str):
            field = model.model_fields.get(part)
            model = next(_models_in(field.annotation), model) if field is not None else model
    return frozenset(model.model_fields)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
