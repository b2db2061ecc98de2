"""Pages by cursor: each page begins behind a row, not behind a number of rows.

So a row that is inserted or removed meanwhile neither repeats nor hides another, and the last page costs what the
first does. Every ordering ends with a key that no two rows share. Rows without a value come last, whichever the
direction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.core.signing import BadSignature, Signer
from django.db.models import F, Field, Model, OrderBy, Q, QuerySet

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
    """Read one page of a query: at most `size` + 1 rows, behind the cursor at once where an index has the order.

    One query; a second where the value may be missing, for the page on which the rows with a value end.
    """
    found: list[ModelRow] = []
    for stretch in _stretches(rows, ordering, cursor):
        found += stretch[: size + 1 - len(found)]
        if len(found) > size:
            break
    return _page(found, of, ordering, size=size, cursor=cursor)


def _stretches(rows: QuerySet[ModelRow], ordering: Ordering, cursor: Cursor | None) -> Iterator[QuerySet[ModelRow]]:
    """Give what lies behind a cursor in its order, in parts that an index on (value, key) answers each.

    Of a column, rows with and without a value are apart: asked for together, no index begins at the cursor, and a page
    would cost what lies before it. What is computed for each row has no index to lose.
    """
    backward = cursor is not None and cursor.backward
    column = _column(rows, ordering)
    if column is None:
        behind = rows if cursor is None else rows.filter(_behind(ordering, cursor))
        yield behind.order_by(*_order(ordering, backward=backward))
        return
    descending = ordering.descending is not backward
    sign = "-" if descending else ""
    if not column.null:
        behind = rows if cursor is None else rows.filter(_beyond(ordering, cursor))
        yield behind.order_by(f"{sign}{ordering.value}", f"{sign}{ordering.key}")
        return
    is_empty = Q(**{f"{ordering.value}__isnull": True})
    valued = rows.filter(~is_empty).order_by(f"{sign}{ordering.value}", f"{sign}{ordering.key}")
    empty = rows.filter(is_empty).order_by(f"{sign}{ordering.key}")
    if cursor is None:
        yield from (valued, empty)
    elif cursor.value is None:
        yield empty.filter(_beyond_key(ordering, cursor))
        if backward:
            yield valued
    else:
        yield valued.filter(_beyond(ordering, cursor))
        if not backward:
            yield empty


def _column(rows: QuerySet[Any], ordering: Ordering) -> Field[Any, Any] | None:
    """Give the column that the value is; None where it is computed."""
    if ordering.value in rows.query.annotations:
        return None
    try:
        field = rows.model._meta.get_field(ordering.value)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) else None


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
    """Say in SQL what `_is_behind` says."""
    is_null = Q(**{f"{ordering.value}__isnull": True})
    if cursor.value is None:
        beyond = _beyond_key(ordering, cursor)
        return (is_null & beyond) | ~is_null if cursor.backward else is_null & beyond
    behind = _beyond(ordering, cursor)
    return behind if cursor.backward else behind | is_null


def _beyond(ordering: Ordering, cursor: Cursor) -> Q:
    """Say which rows with a value lie behind the cursor's, in a form that an index on (value, key) answers."""
    compare = _comparison(ordering, cursor)
    not_before = Q(**{f"{ordering.value}__{compare}e": cursor.value})
    return not_before & (Q(**{f"{ordering.value}__{compare}": cursor.value}) | _beyond_key(ordering, cursor))


def _beyond_key(ordering: Ordering, cursor: Cursor) -> Q:
    return Q(**{f"{ordering.key}__{_comparison(ordering, cursor)}": cursor.key})


def _comparison(ordering: Ordering, cursor: Cursor) -> str:
    return "lt" if ordering.descending is not cursor.backward else "gt"


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
