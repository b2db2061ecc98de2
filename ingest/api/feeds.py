"""Feeds, and each fetch of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from disputes.api.filters import Filters, ReadFilter, words_filter
from disputes.api.links import Links
from disputes.api.paging import Ordering
from disputes.api.parameters import read_text
from disputes.api.recording import StrictBody, read_body
from disputes.api.resource import Resource, TableResource
from disputes.api.schema import operation, page_schema, reference
from disputes.errors import NotFound
from ingest.api import shapes
from ingest.feeds import add_feed, fetch_now
from ingest.models import Feed, FeedEntry, FeedState, Fetch, FetchOutcome

MANAGE = "ingest.manage_feed"


class FeedBody(StrictBody):
    """A feed to register."""

    url: Annotated[str, Field(min_length=1, max_length=2048)]


class FeedFilters(Filters):
    """Narrows feeds."""

    state = words_filter(FeedState.values, "How the feed is doing.", field_name="state", lookup_expr="in")
    q = ReadFilter(read=read_text, help_text="Words that the title or the address hold.", method="_search")

    @staticmethod
    def _search(rows: QuerySet[Feed], _name: str, text: str) -> QuerySet[Feed]:
        for word in text.split():
            rows = rows.filter(Q(title__icontains=word) | Q(url__icontains=word))
        return rows


class FeedList(TableResource[Feed]):
    """All feeds."""

    filters = FeedFilters
    fields_of = shapes.Feed
    orderings: ClassVar = {
        "title": Ordering("title", "id"),
        "added": Ordering("added_at", "id"),
        "last_fetch": Ordering("last_fetch_at", "id"),
        "next_fetch": Ordering("next_fetch_at", "id"),
    }
    default_ordering = "title"
    permissions: ClassVar = {"POST": MANAGE}
    throttle_scopes: ClassVar = {"POST": "fetch"}

    @operation("list_feeds", tag="feeds", answers=page_schema(shapes.Feed))
    def get(self, _request: Request) -> HttpResponse:
        """List feeds with their health."""
        page, count = self.page(self.filtered(Feed.objects.all()))
        return self.answer_page(page, count, tell_feeds(page.rows, self.links))

    @operation(
        "add_feed",
        tag="feeds",
        answers=reference(shapes.Feed),
        status=201,
        takes=reference(FeedBody, "validation"),
    )
    def post(self, request: Request) -> Response:
        """Register a feed.

        It is fetched once before the answer; an address that gives no feed is refused, and nothing is kept.
        """
        body = read_body(FeedBody, self.body(request))
        feed = add_feed(body.url, by=request.user.get_username())
        told = tell_feeds([feed], self.links)[0]
        return Response(told, status=201, headers={"Location": told["permalink"]})


class FeedDetail(Resource):
    """One feed."""

    fields_of = shapes.Feed

    @operation("get_feed", tag="feeds", answers=reference(shapes.Feed))
    def get(self, _request: Request, feed: int) -> HttpResponse:
        """Tell how a feed is doing."""
        return self.answer(self.chosen(tell_feeds([find_feed(feed)], self.links)[0]))


class FeedFetch(Resource):
    """Fetching a feed at once."""

    permissions: ClassVar = {"POST": MANAGE}
    throttle_scopes: ClassVar = {"POST": "fetch"}

    @operation("fetch_feed", tag="feeds", answers=reference(shapes.Feed), status=202)
    def post(self, request: Request, feed: int) -> Response:
        """Ask for a feed to be fetched at once.

        A worker does it: `fetches/` tells what came of it. Refused where the publisher asked to be left alone.
        """
        self.refuse_body(request)
        found = fetch_now(feed, by=request.user.get_username())
        return Response(tell_feeds([found], self.links)[0], status=202)


class FetchFilters(Filters):
    """Narrows fetches."""

    outcome = words_filter(FetchOutcome.values, "What came of it.", field_name="outcome", lookup_expr="in")


class FetchList(TableResource[Fetch]):
    """The fetches of one feed."""

    filters = FetchFilters
    fields_of = shapes.Fetch
    orderings: ClassVar = {"started": Ordering("started_at", "id")}
    default_ordering = "-started"

    @operation("list_fetches", tag="feeds", answers=page_schema(shapes.Fetch))
    def get(self, _request: Request, feed: int) -> HttpResponse:
        """List the fetches of a feed, the newest first."""
        page, count = self.page(self.filtered(Fetch.objects.filter(feed=find_feed(feed))))
        items = [
            shapes.Fetch(
                id=row.pk,
                started_at=row.started_at,
                duration_ms=row.duration_ms,
                status=row.status,
                bytes=row.bytes,
                entries=row.entries,
                new_articles=row.new_articles,
                outcome=row.outcome,
                error=row.error or None,
            )
            for row in page.rows
        ]
        return self.answer_page(page, count, items)


def find_feed(identity: int) -> Feed:
    """Give the feed with this id. Raises NotFound."""
    found = Feed.objects.filter(pk=identity).first()
    if found is None:
        raise NotFound(f"there is no feed {identity}")
    return found


def tell_feeds(feeds: Sequence[Feed], links: Links) -> list[shapes.Feed]:
    """Tell feeds. One query: how many articles came from each."""
    entries = FeedEntry.objects.filter(feed__in=[feed.pk for feed in feeds]).order_by().values("feed")
    numbers = dict(entries.annotate(number=Count("article", distinct=True)).values_list("feed", "number"))
    return [
        shapes.Feed(
            id=feed.pk,
            url=feed.url,
            permalink=links.under_root(f"feeds/{feed.pk}/"),
            title=feed.title,
            state=feed.state,
            pause_reason=feed.pause_reason or None,
            added_at=feed.added_at,
            added_by=feed.added_by,
            last_fetch_at=feed.last_fetch_at,
            last_success_at=feed.last_success_at,
            next_fetch_at=feed.next_fetch_at,
            next_fetch_reason=feed.next_fetch_reason or None,
            last_status=feed.last_status,
            last_error=feed.last_error or None,
            failures=feed.failures,
            article_count=numbers.get(feed.pk, 0),
        )
        for feed in feeds
    ]
