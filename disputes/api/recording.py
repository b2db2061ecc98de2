"""From the body of a request to the command that records it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema

from disputes import commands
from disputes.api.writing import How
from disputes.commands.execution import build_payload, resolve_article, resolve_evidence
from disputes.errors import FieldError, Invalid, NotFound, field_errors
from disputes.events import EVENT_TYPES, ArticleReference, Evidence
from disputes.events.base import Line, Prose
from disputes.recorded import RecordedEvent
from disputes.vocabulary import Stance

Body = TypeVar("Body", bound=BaseModel)


def _text_or_object(value: Any) -> Any:
    if value is not None and not isinstance(value, str | dict):
        raise ValueError("write a string or an object")
    return value


_DATE_SCHEMA = {
    "type": ["string", "object", "null"],
    "description": 'Such as "2023-04", or {"date": "2023-04", "precision": "month"}.',
}
_ARTICLE_SCHEMA = {
    "type": ["string", "object"],
    "description": 'Its id or address, or {"id"} or {"url"}. An address that is not known is entered in the register.',
}
When = Annotated[Any, BeforeValidator(_text_or_object), WithJsonSchema(_DATE_SCHEMA)]
Article = Annotated[Any, BeforeValidator(_text_or_object), WithJsonSchema(_ARTICLE_SCHEMA)]


class StrictBody(BaseModel):
    """A body that has no member but those declared."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class EvidenceBody(StrictBody):
    """What an occurrence rests on."""

    article: Article
    stance: Stance = Stance.SUPPORTS
    quote: Prose | None = None
    locator: Line | None = None


class ReadingBody(StrictBody):
    """What an event should have said: the whole of it, not the difference."""

    type: Line | None = None
    occurred: When = None
    standing: Line | None = None
    data: dict[str, Any]
    evidence: Annotated[list[EvidenceBody], Field(max_length=100)] = []
    justification: Prose | None = None


class EventBody(ReadingBody):
    """An event to record."""

    type: Line


class _Correction(StrictBody):
    event: UUID
    reason: Prose
    reading: ReadingBody


class _Retraction(StrictBody):
    event: UUID
    reason: Prose


class _Attachment(EvidenceBody):
    event: UUID | None = None


class _Detachment(StrictBody):
    article: Article
    reason: Prose


class _Rejection(StrictBody):
    article: Article
    reason: Prose | None = None


def read_body(form: type[Body], body: Mapping[str, Any], pointer: str = "") -> Body:
    """Read a body by its form. Raises Invalid, which points to each field that is wrong."""
    try:
        return form.model_validate(body)
    except ValidationError as error:
        raise Invalid("the body is not right", field_errors(error, pointer)) from error


def record(slug: str, body: EventBody, how: How, *, repeats: RecordedEvent | None = None) -> RecordedEvent:
    """Carry out what a body asks for.

    `repeats` is the event that was recorded under the same id before; a different body then is an EventIdConflict.
    Raises what the commands raise; pointers lead into the body.
    """
    articles = _Articles(repeats)
    declaration = EVENT_TYPES.get(body.type)
    if declaration is None or declaration.is_occurrence:
        return commands.record_event(
            slug,
            type=body.type,
            occurred=body.occurred,
            standing=body.standing,
            data=body.data,
            evidence=articles.evidence(body.evidence),
            justification=body.justification,
            **how,
        )
    if body.type not in {*_PLAIN, *_AMENDMENTS}:
        recordable = ", ".join([*_PLAIN, *_AMENDMENTS])
        detail = f"{body.type} is not recorded here; of the events about the record these are: {recordable}"
        raise Invalid(detail, [FieldError("/type", detail)])
    _refuse_what_curation_lacks(body)
    if body.type in _PLAIN:
        payload = build_payload(body.type, body.data)
        return _PLAIN[body.type](slug, **payload.model_dump(mode="json", exclude_none=True), **how)
    return _AMENDMENTS[body.type](slug, body.data, articles, how)


class _Articles:
    """Resolves articles; in a repetition they keep the digests of the first time, whatever was captured since."""

    def __init__(self, repeats: RecordedEvent | None) -> None:
        self._known: dict[UUID, ArticleReference] = {}
        if repeats is not None:
            reading = repeats.data.get("reading", {})
            cited = [*repeats.evidence, *reading.get("evidence", ()), repeats.data]
            references = [ArticleReference.model_validate(item["article"]) for item in cited if "article" in item]
            self._known = {reference.id: reference for reference in references}

    def evidence(self, items: Sequence[EvidenceBody]) -> list[Evidence]:
        resolved = resolve_evidence([item.model_dump() for item in items])
        return [item.model_copy(update={"article": self._first(item.article)}) for item in resolved]

    def article(self, value: Any) -> ArticleReference:
        try:
            return self._first(resolve_article(value))
        except (Invalid, NotFound) as error:
            raise Invalid(error.detail, [FieldError("/data/article", error.detail)]) from error

    def _first(self, reference: ArticleReference) -> ArticleReference:
        return self._known.get(reference.id, reference)


def _refuse_what_curation_lacks(body: EventBody) -> None:
    errors = [
        FieldError(f"/{name}", f"{body.type} is about the record and has no {name}; leave it out")
        for name in ("occurred", "standing", "evidence", "justification")
        if getattr(body, name)
    ]
    if errors:
        raise Invalid(f"{body.type} has its data only", errors)


# Events whose payload is what their command takes.
_PLAIN: Mapping[str, Callable[..., RecordedEvent]] = {
    "dispute_described": commands.describe_dispute,
    "conflict_noted": commands.note_conflict,
    "dispute_related": commands.relate_disputes,
    "dispute_closed": commands.close_dispute,
    "dispute_reopened": commands.reopen_dispute,
    "party_joined": commands.add_party,
    "party_left": commands.remove_party,
    "watch_terms_changed": commands.change_watch_rules,
}


def _correct(slug: str, data: Mapping[str, Any], articles: _Articles, how: How) -> RecordedEvent:
    wanted = read_body(_Correction, data, "/data")
    reading = wanted.reading
    try:
        return commands.correct_event(
            slug,
            event=wanted.event,
            reason=wanted.reason,
            type=reading.type,
            occurred=reading.occurred,
            standing=reading.standing,
            data=reading.data,
            evidence=articles.evidence(reading.evidence),
            justification=reading.justification,
            **how,
        )
    except Invalid as error:
        # The command speaks of the reading; the caller wrote it inside of the data.
        errors = [FieldError(f"/data/reading{found.pointer}", found.detail) for found in error.errors]
        raise Invalid(error.detail, errors) from error


def _retract(slug: str, data: Mapping[str, Any], _articles: _Articles, how: How) -> RecordedEvent:
    wanted = read_body(_Retraction, data, "/data")
    return commands.retract_event(slug, event=wanted.event, reason=wanted.reason, **how)


def _attach(slug: str, data: Mapping[str, Any], articles: _Articles, how: How) -> RecordedEvent:
    wanted = read_body(_Attachment, data, "/data")
    return commands.attach_evidence(
        slug,
        article=articles.article(wanted.article),
        event=wanted.event,
        stance=wanted.stance,
        quote=wanted.quote,
        locator=wanted.locator,
        **how,
    )


def _detach(slug: str, data: Mapping[str, Any], articles: _Articles, how: How) -> RecordedEvent:
    wanted = read_body(_Detachment, data, "/data")
    return commands.detach_evidence(slug, article=articles.article(wanted.article), reason=wanted.reason, **how)


def _reject(slug: str, data: Mapping[str, Any], articles: _Articles, how: How) -> RecordedEvent:
    wanted = read_body(_Rejection, data, "/data")
    return commands.reject_evidence(slug, article=articles.article(wanted.article), reason=wanted.reason, **how)


_AMENDMENTS: Mapping[str, Callable[[str, Mapping[str, Any], _Articles, How], RecordedEvent]] = {
    "event_corrected": _correct,
    "event_retracted": _retract,
    "evidence_attached": _attach,
    "evidence_detached": _detach,
    "evidence_rejected": _reject,
}
