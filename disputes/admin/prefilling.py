"""What other rooms know of an event before a curator records it: they know this room, and it does not know them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

from django.http import QueryDict


@dataclass(frozen=True, slots=True)
class Prefill:
    """What the form of an event begins with. Everything can be changed before it is recorded."""

    occurred: Mapping[str, str] | None = None
    standing: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    """The payload, as far as it is known."""
    quote: str = ""
    """The words of the article that say so."""
    note: str = ""
    """What the curator should know of where this comes from, in a sentence."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An event that an article is thought to state."""

    dispute: str
    type: str
    label: str
    quote: str
    query: Mapping[str, str]
    """What the address of the form says beside the article, so that `prefill` finds it again."""
    known: UUID | None = None
    """The event of the dispute that it seems to be, so that the article is rather attached to that."""


FindPrefill: TypeAlias = Callable[[QueryDict, str], Prefill | None]
FindOffers: TypeAlias = Callable[[UUID], Sequence[Offer]]
_prefills: list[FindPrefill] = []
_offers: list[FindOffers] = []


def event_prefill(find: FindPrefill) -> FindPrefill:
    """Fill the form of an event; the function gets the query of the address and the dispute.

    It gives None where the query does not speak to it, or names what is of another dispute. What the form's type has
    no field for is left out.
    """
    _prefills.append(find)
    return find


def event_offers(find: FindOffers) -> FindOffers:
    """Offer events on the page where one is recorded from an article; the function gets the article's id."""
    _offers.append(find)
    return find


def prefill(query: QueryDict, dispute: str) -> Prefill | None:
    """Give what the form begins with, or None. Costs what the rooms that are asked cost."""
    return next((found for find in _prefills if (found := find(query, dispute)) is not None), None)


def offers(article: UUID) -> list[Offer]:
    """Give the events that an article is thought to state. Costs what the rooms that are asked cost."""
    return [offer for find in _offers for offer in find(article)]
