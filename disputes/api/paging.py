"""Pages by cursor: each page begins behind a row, not behind a number of rows.

So a row that is inserted or removed meanwhile neither repeats nor hides another, and the last page costs what the
first does. Every ordering ends with a key that no two rows share. Rows without a value come last, whichever the
direction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import F, Model, OrderBy, Q, QuerySet

from disputes.api.problems import INVALID_PARAMETER, Problem

Row = TypeVar("Row")
ModelRow = TypeVar("ModelRow", bound=Model)

DEFAULT_SIZE = 50
LARGEST_SIZE = 200

# A signature, so that only cursors that were given out come back, and nothing of one has to be distrusted.
_SIGNER = Signer(salt="disputes.api.paging")
_READERS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "float": float,
    "UUID": UUID,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}


@dataclass(frozen=True, slots=True)
class Ordering:
    """An order that a list can be asked for: by a value, then by a key that no two rows share.

    `value` and `key` are paths of attributes of the rows, and columns or annotations where they come from a query.
    """

    value: str
    key: str
    descending: bool = False

    def of(self, row: object) -> tuple[Any, Any]:
        """Give the place of a row in this order."""
        return attrgetter(self.value)(row), attrgetter(self.key)(row)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The row behind which, or before which, a page begins."""

    of: str
    """The list, the ordering and the two times that it belongs to; the values of others have other types."""
    backward: bool
    value: Any
    key: Any

    def write(self) -> str:
        """Give the text that is handed out."""
        return _SIGNER.sign_object([self.of, self.backward, _write(self.value), _write(self.key)])

    @classmethod
    def read(cls, text: str, of: str) -> Cursor:
        """Read what was handed out. Raises Problem where it was not, or belongs to another list or ordering."""
        try:
            belongs_to, backward, value, key = _SIGNER.unsign_object(text)
        except (BadSignature, ValueError) as error:
            detail = "the cursor is broken; take it from the `next` or `previous` of an answer as it stands"
            raise Problem.of_parameters(INVALID_PARAMETER, {"cursor": detail}) from error
        if belongs_to != of:
            detail = "the cursor belongs to another list, another ordering or other times; start without a cursor"
            raise Problem.of_parameters(INVALID_PARAMETER, {"cursor": detail})
        return cls(of, backward, _read(value), _read(key))


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows in their order, and where the pages before and behind begin."""

    rows: list[Row]
    previous: Cursor | None
    next: Cursor | None


def page_of_query(
    rows: QuerySet[ModelRow], of: str, ordering: Ordering, *, size: int, cursor: Cursor | None
) -> Page[ModelRow]:
    """Read one page of a query. One query, of at most `size` + 1 rows."""
    backward = cursor is not None and cursor.backward
    if cursor is not None:
        rows = rows.filter(_behind(ordering, cursor))
    found = list(rows.order_by(*_order(ordering, backward=backward))[: size + 1])
    return _page(found, of, ordering, size=size, cursor=cursor)


def page_of_rows(rows: Sequence[Row], of: str, ordering: Ordering, *, size: int, cursor: Cursor | None) -> Page[Row]:
    """Cut one page out of rows that are all at hand. Costs one sort of them."""
    backward = cursor is not None and cursor.backward
    with_value = [row for row in rows if ordering.of(row)[0] is not None]
    without = [row for row in rows if ordering.of(row)[0] is None]
    with_value.sort(key=ordering.of, reverse=ordering.descending)
    without.sort(key=lambda row: ordering.of(row)[1], reverse=ordering.descending)
    ordered = [*with_value, *without]
    if backward:
        ordered.reverse()
    if cursor is not None:
        ordered = [row for row in ordered if _is_behind(ordering, ordering.of(row), cursor)]
    return _page(ordered[: size + 1], of, ordering, size=size, cursor=cursor)


def _page(found: list[Row], of: str, ordering: Ordering, *, size: int, cursor: Cursor | None) -> Page[Row]:
    more = len(found) > size
    rows = found[:size]
    backward = cursor is not None and cursor.backward
    if backward:
        rows.reverse()
    if not rows:
        return Page([], None, None)
    first = Cursor(of, True, *ordering.of(rows[0]))  # noqa: FBT003 (a field of the cursor)
    last = Cursor(of, False, *ordering.of(rows[-1]))  # noqa: FBT003
    has_previous = more if backward else cursor is not None
    has_next = backward or more
    return Page(rows, first if has_previous else None, last if has_next else None)


def _order(ordering: Ordering, *, backward: bool) -> tuple[OrderBy, OrderBy]:
    descending = ordering.descending is not backward
    value, key = F(ordering.value), F(ordering.key)
    if backward:
        return (
            value.desc(nulls_first=True) if descending else value.asc(nulls_first=True),
            key.desc() if descending else key.asc(),
        )
    return (
        value.desc(nulls_last=True) if descending else value.asc(nulls_last=True),
        key.desc() if descending else key.asc(),
    )


def _behind(ordering: Ordering, cursor: Cursor) -> Q:
    """Say in SQL what `_is_behind` says, in a form that an index on (value, key) answers."""
    compare = "lt" if ordering.descending is not cursor.backward else "gt"
    beyond_key = Q(**{f"{ordering.key}__{compare}": cursor.key})
    is_null = Q(**{f"{ordering.value}__isnull": True})
    if cursor.value is None:
        return (is_null & beyond_key) | ~is_null if cursor.backward else is_null & beyond_key
    not_before = Q(**{f"{ordering.value}__{compare}e": cursor.value})
    behind = not_before & (Q(**{f"{ordering.value}__{compare}": cursor.value}) | beyond_key)
    return behind if cursor.backward else behind | is_null


def _is_behind(ordering: Ordering, place: tuple[Any, Any], cursor: Cursor) -> bool:
    value, key = place
    if value is None or cursor.value is None:
        if (value is None) is not (cursor.value is None):
            return (value is None) is not cursor.backward
        value = cursor_value = 0
    else:
        cursor_value = cursor.value
    if ordering.descending is not cursor.backward:
        return bool((value, key) < (cursor_value, cursor.key))
    return bool((value, key) > (cursor_value, cursor.key))


def _write(value: Any) -> list[str] | None:
    if value is None:
        return None
    return [type(value).__name__, value.isoformat() if isinstance(value, date) else str(value)]


def _read(written: list[str] | None) -> Any:
    return None if written is None else _READERS[written[0]](written[1])
