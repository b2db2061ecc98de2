"""How every command runs: read the stream, decide, append, project, all in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from pydantic import TypeAdapter, ValidationError

from disputes import ledger, prepared, projections
from disputes.articles import find_article, reference, register_address
from disputes.dispute import DisputeState, fold
from disputes.errors import (
    FieldError,
    Invalid,
    NotFound,
    Refused,
    Unfit,
    field_errors,
    suggestion,
    unknown_dispute,
    unknown_event,
    unknown_party,
)
from disputes.events import EVENT_TYPES, ArticleReference, EventType, Evidence
from disputes.events.base import Slug
from disputes.history import dispute_history, party_history
from disputes.ledger import NewEvent, Repetition, VersionConflict
from disputes.models import Party
from disputes.occurred import Occurred
from disputes.party import PartyState, fold_party
from disputes.recorded import Reading, RecordedEvent
from disputes.streams import dispute_stream, party_stream
from disputes.subscriptions import doorbell
from disputes.vocabulary import Standing

History = Sequence[RecordedEvent]
When = Occurred | Mapping[str, Any] | str | None
"""A date in any form that a caller gives it."""


def today() -> date:
    """Give the day it is in UTC; every date in the record is compared with it."""
    return timezone.now().date()


def load_dispute(slug: str) -> DisputeState:
    """Fold a dispute as it is now. Raises NotFound."""
    state = fold(slug, dispute_history(slug), on_date=today())
    if not state.exists:
        raise unknown_dispute(slug)
    return state


def load_party(slug: str) -> PartyState:
    """Fold a party as it is now. Raises NotFound."""
    state = fold_party(slug, party_history(slug))
    if not state.exists:
        raise unknown_party(slug)
    return state


def append_to_dispute(
    slug: str,
    events: Sequence[NewEvent],
    *,
    check: Callable[[DisputeState], None] | None = None,
    expected_version: int | None,
    by: str,
    opens: bool = False,
    undoes_merge: bool = False,
) -> list[RecordedEvent]:
    """Append to a dispute after `check` found that the events fit its state, and bring its read models up to date.

    Events that are recorded already with the same content are given back. With no expected version the command waits
    its turn and is decided on what is there then. Raises what `check` raises, NotFound, EventIdConflict and, with an
    expected version, VersionConflict.
    """

    def decide() -> tuple[int, History]:
        history = dispute_history(slug)
        state = fold(slug, history, on_date=today())
        if not state.exists and not opens:
            raise unknown_dispute(slug)
        if state.merged_into is not None and not undoes_merge:
            raise Unfit(f"{slug} was merged into {state.merged_into}; write there, or undo the merge")
        if check is not None:
            check(state)
        return state.version, history

    return _append(dispute_stream(slug), events, decide, expected_version, by)


def append_to_party(
    slug: str,
    events: Sequence[NewEvent],
    *,
    check: Callable[[PartyState], None] | None = None,
    expected_version: int | None,
    by: str,
    opens: bool = False,
    undoes_merge: bool = False,
) -> list[RecordedEvent]:
    """Append to a party; as `append_to_dispute`."""

    def decide() -> tuple[int, History]:
        history = party_history(slug)
        state = fold_party(slug, history)
        if not state.exists and not opens:
            raise unknown_party(slug)
        if state.merged_into is not None and not undoes_merge:
            raise Unfit(f"{slug} was merged into {state.merged_into}; write there, or undo the merge")
        if check is not None:
            check(state)
        return state.version, history

    return _append(party_stream(slug), events, decide, expected_version, by)


def _append(
    stream: str,
    events: Sequence[NewEvent],
    decide: Callable[[], tuple[int, History]],
    expected_version: int | None,
    by: str,
) -> list[RecordedEvent]:
    if not events:
        return []
    if repeated := _repeated(stream, events, by):
        return repeated
    try:
        return _append_new(stream, events, decide, expected_version, by)
    except (Refused, VersionConflict):
        # The same command may have been carried out by somebody else since we looked.
        if repeated := _repeated(stream, events, by):
            return repeated
        raise


def _append_new(
    stream: str,
    events: Sequence[NewEvent],
    decide: Callable[[], tuple[int, History]],
    expected_version: int | None,
    by: str,
) -> list[RecordedEvent]:
    with transaction.atomic():
        if expected_version is None:
            # Decided on what is there when its turn comes: nobody can write between the reading and the append.
            ledger.lock()
        version, history = decide()
        if expected_version is not None and version != expected_version:
            raise VersionConflict(stream, expected=expected_version, actual=version)
        recorded = ledger.append(stream, events, expected_version=version, recorded_by=by)
        if not isinstance(recorded, Repetition):
            projections.project_appended(stream, history, recorded)
            doorbell.ring()
    return recorded


def _repeated(stream: str, events: Sequence[NewEvent], by: str) -> list[RecordedEvent]:
    """Give what is recorded of these events already, where the caller never saw the first answer; or nothing."""
    if len(ledger.find(event.event_id for event in events)) < len(events):
        return []
    # The ledger compares the contents.
    return ledger.append(stream, events, expected_version=0, recorded_by=by)


def new_event(
    name: str,
    data: Mapping[str, Any],
    *,
    event_id: UUID | None = None,
    occurred: Occurred | None = None,
    standing: Standing | None = None,
    evidence: Sequence[Evidence] = (),
    justification: str | None = None,
) -> NewEvent:
    """Build an event of any type from raw data. Raises Invalid, which names each field that is wrong."""
    payload = build_payload(name, data)
    return NewEvent(
        event_id=event_id or uuid4(),
        payload=payload,
        occurred=occurred,
        standing=standing,
        evidence=tuple(evidence),
        justification=justification,
    )


PayloadCheck = Callable[[EventType], Iterable[FieldError]]
_CHECKS: defaultdict[str, list[PayloadCheck]] = defaultdict(list)


def payload_check(name: str) -> Callable[[PayloadCheck], PayloadCheck]:
    """Have payloads of an event type checked before they are recorded by who will have to live with them.

    Other rooms know this one, and it does not know them: the pipeline says so which watch rules it can look for. The
    pointers of the errors begin with "/data".
    """

    def register(check: PayloadCheck) -> PayloadCheck:
        _CHECKS[name].append(check)
        return check

    return register


def build_payload(name: str, data: Mapping[str, Any]) -> EventType:
    """Validate a payload. Raises Invalid for an unknown type or a wrong field."""
    declaration = EVENT_TYPES.get(name)
    if declaration is None:
        hint = suggestion(name, EVENT_TYPES)
        raise Invalid(
            f"there is no event type {name!r}{hint}",
            [FieldError("/type", f"unknown event type {name!r}{hint}")],
        )
    try:
        payload = declaration.model_validate(dict(data))
    except ValidationError as error:
        raise Invalid(f"the data do not fit {name}", field_errors(error, "/data")) from error
    if errors := [error for check in _CHECKS.get(name, ()) for error in check(payload)]:
        raise Invalid(f"the data do not fit {name}", errors)
    return payload


def resolve_occurred(value: Occurred | Mapping[str, Any] | str | None) -> Occurred | None:
    """Read a date in any form that a caller gives: "2023-04", {"date", "precision"} or the value itself."""
    if value is None or isinstance(value, Occurred):
        return value
    try:
        return Occurred.parse(value) if isinstance(value, str) else Occurred.model_validate(dict(value))
    except ValidationError as error:
        raise Invalid("the date is not right", field_errors(error, "/occurred")) from error
    except ValueError as error:
        raise Invalid("the date is not right", [FieldError("/occurred", str(error))]) from error


def resolve_standing(value: str | None) -> Standing | None:
    """Read a standing. Raises Invalid, which lists the standings there are."""
    if value is None:
        return None
    try:
        return Standing(value)
    except ValueError as error:
        known = ", ".join(Standing)
        raise Invalid(
            f"there is no standing {value!r}", [FieldError("/standing", f"{value!r} is none of {known}")]
        ) from error


def resolve_evidence(items: Sequence[Evidence | Mapping[str, Any]]) -> list[Evidence]:
    """Turn what a caller gives for evidence into references to articles of the register.

    Each item is {"article": id or address, "stance"?, "quote"?, "locator"?}; an address that is not known is
    registered as an article that was not captured. Raises Invalid.
    """
    resolved: list[Evidence] = []
    for index, item in enumerate(items):
        if isinstance(item, Evidence):
            resolved.append(item)
            continue
        fields = dict(item)
        article = fields.pop("article", None) or fields.pop("url", None)
        try:
            resolved.append(Evidence.model_validate({"article": resolve_article(article), **fields}))
        except ValidationError as error:
            raise Invalid("the evidence is not right", field_errors(error, f"/evidence/{index}")) from error
        except (Invalid, NotFound) as error:
            raise Invalid(error.detail, [FieldError(f"/evidence/{index}/article", error.detail)]) from error
    return resolved


def resolve_article(value: Any) -> ArticleReference:
    """Name the article that an id or an address means. Raises Invalid or NotFound."""
    if isinstance(value, ArticleReference):
        return value
    if isinstance(value, Mapping):
        value = value.get("id") or value.get("url")
    try:
        return reference(find_article(value if isinstance(value, UUID) else UUID(str(value))))
    except ValueError:
        if not isinstance(value, str):
            raise Invalid("name an article by its id or its address") from None
        return reference(register_address(value))


PARTY_FIELDS = ("actors", "targets", "counsel", "holder", "licensor", "licensee", "party", "parent")
"""Fields of payloads that name parties by slug."""


def require_parties(event: NewEvent) -> None:
    """Refuse an event that names parties which are not registered. One query."""
    named: dict[str, str] = {}
    for name in PARTY_FIELDS:
        value = getattr(event.payload, name, None)
        for slug in (value,) if isinstance(value, str) else value or ():
            named[slug] = name
    if not named:
        return
    rows = prepared.execute("SELECT slug FROM disputes_party WHERE slug = ANY (%s)", [list(named)])
    missing = named.keys() - {slug for (slug,) in rows}
    if missing:
        everyone = list(Party.objects.values_list("slug", flat=True))
        raise Invalid(
            "a party is not registered",
            [
                FieldError(f"/data/{named[slug]}", f"no party {slug!r} is registered{suggestion(slug, everyone)}")
                for slug in named
                if slug in missing
            ],
        )


def require_slug(slug: str, *, example: str) -> None:
    """Refuse what can't be a slug."""
    try:
        _SLUG.validate_python(slug)
    except ValidationError as error:
        rule = f"small letters, digits and single hyphens, at most 100, such as {example}"
        raise Invalid(f"{slug!r} can't be a slug", [FieldError("/slug", rule)]) from error


_SLUG: TypeAdapter[str] = TypeAdapter(Slug)


def require_counting(state: DisputeState, event: UUID) -> Reading:
    """Give the reading of an event that is not retracted. Raises NotFound or Unfit."""
    for reading in state.readings:
        if reading.event.event_id == event:
            if not reading.counts:
                raise Unfit(f"event {event} is retracted already")
            return reading
    raise unknown_event(event, state.slug)


def require_amendable(reading: Reading) -> None:
    """Refuse to take back what can't be undone. Raises Unfit."""
    if reading.event.type == "personal_data_erased":
        raise Unfit("the data are gone; that they were erased can't be corrected or retracted")


def given(**values: Any) -> dict[str, Any]:
    """Keep the values that were given, so that what is absent is not stored as null."""
    return {name: value for name, value in values.items() if value is not None}
