"""What every event type shares: its declaration, its registry and the building blocks of payloads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from disputes.canonical import is_plain_schema
from disputes.occurred import Occurred
from disputes.vocabulary import Basis, DataType, Lane, Stance, Status, Unit, Use

# The general categories Cc and Cs of Unicode, but for the line feed and the tab.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def _printable(text: str) -> str:
    """Refuse what a database or a reader can't show: control characters, lone surrogates."""
    if found := _UNPRINTABLE.search(text):
        raise ValueError(f"holds the character U+{ord(found[0]):04X}, which can't be shown")
    return text


Line = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_printable)]
"""One line of text, such as a title or a name."""
Prose = Annotated[str, StringConstraints(min_length=1, max_length=5_000), AfterValidator(_printable)]
"""A paragraph or a few, such as a summary or a quote."""
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=100)]
"""The name of a dispute, a party or a proceeding in addresses: small letters, digits and single hyphens."""
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=2_048)]
"""The address of a document, http or https."""
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""An ISO 4217 code."""
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in hexadecimal."""


class Payload(BaseModel):
    """A value inside an event: immutable, and no field that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    def to_data(self) -> dict[str, Any]:
        """Give the JSON form that is stored: fields left at their default are left out."""
        return self.model_dump(mode="json", exclude_defaults=True)


class Money(Payload):
    """An amount or a range of amounts, where it comes from, and what it is paid for."""

    low: Annotated[Decimal, Field(ge=0, max_digits=24)] | None = None
    high: Annotated[Decimal, Field(ge=0, max_digits=24)] | None = None
    currency: Currency | None = None
    per: Unit | None = None
    basis: Basis
    approximate: bool = False
    undisclosed: bool = False
    in_kind: Line | None = None
    note: Prose | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.low is not None and self.high is not None and self.high < self.low:
            raise ValueError(f"the range runs from {self.low} down to {self.high}")
        if (self.low is not None or self.high is not None) and self.currency is None:
            raise ValueError("an amount needs its currency, such as USD")
        if self.low is None and self.high is None and not self.undisclosed and self.in_kind is None:
            raise ValueError("give an amount, or say that it is undisclosed or in kind")
        return self


class PriceTier(Payload):
    """One line of a price list."""

    name: Line
    price: Money | None = None
    quantity: Line | None = None


class ArticleReference(Payload):
    """An article as an event names it; the digest is that of the text as it was when the event was recorded."""

    id: UUID
    url: Address
    digest: Digest | None = None


class Evidence(Payload):
    """What an occurrence rests on: an article, the words in it, and whether it speaks for or against."""

    article: ArticleReference
    stance: Stance = Stance.SUPPORTS
    quote: Prose | None = None
    locator: Line | None = None


class EventType(Payload):
    """One event type: its class declares the payload, its class arguments the rest.

    `name` is what is stored; it never changes and never names Python code. `version` is that of the payload: any
    change but a further term in a vocabulary takes the next version, an upcaster (see `upcasting`) and a golden file
    (see `tests/disputes/golden`).
    """

    name: ClassVar[str]
    label: ClassVar[str]
    lane: ClassVar[Lane]
    version: ClassVar[int]
    leads_to: ClassVar[Status | None]
    is_occurrence: ClassVar[bool] = False

    def __init_subclass__(
        cls,
        *,
        name: str | None = None,
        label: str = "",
        lane: Lane | None = None,
        leads_to: Status | None = None,
        version: int = 1,
    ) -> None:
        super().__init_subclass__()
        if lane is not None:
            cls.lane = lane
        if name is None:
            return
        if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name) or name in EVENT_TYPES:
            raise TypeError(f"{name!r} is not a free event type name")
        cls.name, cls.label, cls.leads_to, cls.version = name, label, leads_to, version
        EVENT_TYPES[name] = cls

    @classmethod
    def __pydantic_init_subclass__(cls, **_declaration: Any) -> None:
        """Let pydantic hand on the class arguments, which `__init_subclass__` has used."""

    @classmethod
    @cache
    def is_plain(cls) -> bool:
        """Say whether payloads hold only what `canonical` calls plain."""
        return is_plain_schema(cls.model_json_schema(mode="serialization"))

    @classmethod
    def status_after(cls, data: Mapping[str, Any]) -> Status | None:  # noqa: ARG003 (subclasses look at it)
        """Name the status that this event leads to, or None where it changes nothing."""
        return cls.leads_to


class Occurrence(EventType):
    """An event about the world. It has a date, a standing and a source beside this payload."""

    is_occurrence: ClassVar[bool] = True

    summary: Prose
    actors: tuple[Slug, ...] = ()
    targets: tuple[Slug, ...] = ()
    amounts: tuple[Money, ...] = ()
    note: Prose | None = None


class EffectiveOccurrence(Occurrence):
    """An occurrence that takes effect on another day than it is announced."""

    effective: Occurred | None = None


class LicenceTerms(Occurrence):
    """What is known of a licence."""

    licensor: Slug | None = None
    licensee: Slug | None = None
    uses: tuple[Use, ...] = ()
    data_types: tuple[DataType, ...] = ()
    fixed_fee: Money | None = None
    variable_fee: Money | None = None
    exclusive: bool | None = None
    attribution: bool | None = None
    term: Line | None = None


EVENT_TYPES: dict[str, type[EventType]] = {}
"""Every event type by its stored name; filled as the modules of this package are imported."""
