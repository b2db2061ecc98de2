"""What every resource shares: the parameters it knows, entity tags, problem documents, pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar, get_type_hints

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.views import APIView

from disputes.api import parameters as asked
from disputes.api.authentication import RolePermission, TokenAuthentication
from disputes.api.conditional import entity_tag, is_known
from disputes.api.filters import Filters
from disputes.api.links import Links
from disputes.api.media import MEDIA_TYPE, JsonParser, JsonRenderer
from disputes.api.paging import DEFAULT_SIZE, Cursor, Ordering, Page, page_of_query, page_of_rows
from disputes.api.parameters import Asked, Parameter
from disputes.api.problems import handle
from disputes.api.schema import ResourceSchema
from disputes.api.throttling import quota_headers
from disputes.errors import FieldError, Invalid

Row = TypeVar("Row")
ModelRow = TypeVar("ModelRow", bound=Model)
Item = Mapping[str, Any]


class Resource(APIView):
    """One resource under /api/v1/.

    Subclasses declare what GET may be asked, which permission each writing method needs, and which fields an
    answer has. A parameter that is not declared is refused, and what is declared is what OpenAPI says.
    """

    http_method_names: ClassVar[list[str]] = ["get", "post", "head", "options"]  # type: ignore[misc]
    renderer_classes = (JsonRenderer,)
    parser_classes = (JsonParser,)
    authentication_classes = (TokenAuthentication, SessionAuthentication)
    permission_classes = (RolePermission,)
    schema = ResourceSchema()

    permissions: ClassVar[Mapping[str, str]] = {}
    """The permission that each writing method needs."""
    asks: ClassVar[tuple[Parameter[Any], ...]] = ()
    """What GET may be asked beside `fields` and `expand`."""
    fields_of: ClassVar[Any] = None
    """The TypedDict of an answer whose fields can be chosen."""
    expandable: ClassVar[tuple[str, ...]] = ()
    """The fields that can tell more."""
    throttle_scopes: ClassVar[Mapping[str, str]] = {}
    """The rate, of those in the settings, that a method has for itself."""
    may_be_merged: ClassVar[bool] = False
    """Whether GET redirects where the dispute or the party of the address was merged into another."""
    headers_of: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    """The request headers that a writing method heeds, each with its meaning."""

    def parameters(self, method: str) -> Sequence[Parameter[Any]]:
        """Give every parameter that the method knows."""
        if method not in {"GET", "HEAD"}:
            return ()
        found = list(self.asks)
        if self.fields_of is not None:
            found.append(asked.fields_parameter(self.field_names))
        if self.expandable:
            found.append(asked.expand_parameter(self.expandable))
        return found

    def request_headers(self, method: str) -> Mapping[str, str]:
        """Give every header that the method heeds."""
        if method == "GET":
            return {"If-None-Match": "The ETag of what the reader has; 304 where it is current."}
        return self.headers_of.get(method, {})

    @property
    def field_names(self) -> Collection[str]:
        """The fields that an answer has."""
        return list(get_type_hints(self.fields_of))

    @property
    def throttle_scope(self) -> str | None:
        """The rate that the method has beside that of its caller."""
        return self.throttle_scopes.get(self.request.method or "")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse unknown parameters before anything else looks at them."""
        self.asked = Asked(request.query_params, self.parameters(request.method or ""))
        self.links = Links(request)
        super().initial(request, *args, **kwargs)

    @cached_property
    def throttles(self) -> list[Any]:
        """The rates that count this request; each tells afterwards what it leaves."""
        return super().get_throttles()

    def get_throttles(self) -> list[Any]:
        return self.throttles

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say how much the caller may still ask for."""
        final = super().finalize_response(request, response, *args, **kwargs)
        for name, value in quota_headers(self.throttles).items():
            final.headers[name] = value
        return final

    def get_exception_handler(self) -> Any:
        return handle

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]  # noqa: ARG002
        """Say in `Allow` what can be done here."""
        return HttpResponse(status=204)

    def body(self, request: Request, *, may_be_empty: bool = False) -> dict[str, Any]:
        """Give the JSON object that was sent. Raises ParseError where there is none."""
        # Without a body the framework gives what an empty form would.
        sent = request.data if request.data and isinstance(request.data, dict) else {}
        if not sent and not may_be_empty:
            raise ParseError("the body is empty; send a JSON object as application/json")
        return sent

    def refuse_body(self, request: Request) -> None:
        """Refuse members that would be passed over. Raises Invalid."""
        sent = self.body(request, may_be_empty=True)
        if sent:
            errors = [FieldError(f"/{name}", "is not taken here; leave it out") for name in sent]
            raise Invalid("this takes no body", errors)

    def chosen(self, item: Item) -> Item:
        """Limit an answer to the fields that were asked for."""
        if self.fields_of is None:
            return item
        fields = self.asked.get(asked.fields_parameter(self.field_names))
        # Some fields are there only where another parameter asks for them.
        return item if fields is None else {name: item[name] for name in fields if name in item}

    def is_expanded(self, name: str) -> bool:
        """Say whether the field was asked to tell more."""
        return bool(self.expandable) and name in (self.asked.get(asked.expand_parameter(self.expandable)) or ())

    def answer(self, data: Item, *, version: int | None = None) -> HttpResponse:
        """Answer a GET with an entity tag, or 304 where the reader has this already."""
        body = JsonRenderer().render(data)
        tag = entity_tag(body, version)
        if is_known(self.request, tag):
            response = HttpResponse(status=304)
        else:
            response = HttpResponse(body, content_type=MEDIA_TYPE)
        response["ETag"] = tag
        # May be kept, and is asked about each time: with its tag that costs a 304.
        response["Cache-Control"] = "no-cache"
        return response


class ListResource(Resource, Generic[Row]):
    """A list in pages. `orderings` names what it can be sorted by."""

    orderings: ClassVar[Mapping[str, Ordering]] = {}
    default_ordering: ClassVar[str] = ""

    def parameters(self, method: str) -> Sequence[Parameter[Any]]:
        if method not in {"GET", "HEAD"}:
            return ()
        found = [*super().parameters(method), asked.CURSOR, asked.PAGE_SIZE, asked.COUNT]
        if self.orderings:
            found.append(asked.ordering_parameter(self.orderings, self.default_ordering))
        return found

    def page(self, rows: QuerySet[Any] | Sequence[Row]) -> tuple[Page[Row], int | None]:
        """Read the page that was asked for, and the number of all rows where that was asked."""
        word = self.asked.get(asked.ordering_parameter(self.orderings, self.default_ordering)) or self.default_ordering
        ordering = self.orderings[word.removeprefix("-")]
        if word.startswith("-"):
            ordering = Ordering(ordering.value, ordering.key, descending=True)
        size = self.asked.get(asked.PAGE_SIZE) or DEFAULT_SIZE
        text = self.asked.get(asked.CURSOR)
        of = " ".join([type(self).__name__, word, *self._times()])
        cursor = None if text is None else Cursor.read(text, of)
        page: Page[Any]
        if isinstance(rows, QuerySet):
            count = rows.count() if self.asked.get(asked.COUNT) else None
            page = page_of_query(rows, of, ordering, size=size, cursor=cursor)
        else:
            count = len(rows) if self.asked.get(asked.COUNT) else None
            page = page_of_rows(rows, of, ordering, size=size, cursor=cursor)
        return page, count

    def _times(self) -> list[str]:
        """Give the two times that were asked for; a cursor of one moment leads nowhere at another."""
        query = self.request.query_params
        return [f"{time.name}={query[time.name]}" for time in (asked.ON_DATE, asked.AS_OF) if time.name in query]

    def answer_page(
        self, page: Page[Row], count: int | None, items: Sequence[Item], *, version: int | None = None
    ) -> HttpResponse:
        """Answer with the items of a page."""
        document: dict[str, Any] = {
            "next": self._at(page.next),
            "previous": self._at(page.previous),
            "results": [self.chosen(item) for item in items],
        }
        if count is not None:
            document["count"] = count
        return self.answer(document, version=version)

    def _at(self, cursor: Cursor | None) -> str | None:
        return None if cursor is None else self.links.with_query(cursor=cursor.write())


class TableResource(ListResource[ModelRow], Generic[ModelRow]):
    """A list that one query answers, narrowed by filters."""

    filters: ClassVar[type[Filters]]

    def parameters(self, method: str) -> Sequence[Parameter[Any]]:
        if method not in {"GET", "HEAD"}:
            return ()
        return [*self.filters.parameters(), *super().parameters(method)]

    def filtered(self, rows: QuerySet[ModelRow]) -> QuerySet[ModelRow]:
        """Narrow rows by the filters that were asked for; their values were read, and so refused, before."""
        narrowed: QuerySet[ModelRow] = self.filters(data=self.request.query_params, queryset=rows).qs
        return narrowed
