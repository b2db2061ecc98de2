"""Ours: the lists of the API, their first page and their last, in this process."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

# Nobody is to be throttled; the settings read it as Django is set up.
os.environ["THROTTLE_ANON"] = os.environ["THROTTLE_USER"] = "1000000/min"

from benchmarks.contestants import ours  # noqa: F401 (sets Django up)
from benchmarks.contestants.serving import Done, Run, serve

# isort: split
from django.test import Client
from django.urls import reverse

from disputes.api import urls as disputes_urls
from disputes.api.paging import Cursor
from disputes.api.resource import ListResource
from disputes.models import Dispute, LedgerHead
from ingest.api import urls as ingest_urls
from ingest.models import Feed

REQUESTS = 5


class Listed(NamedTuple):
    """A list in one of its orders."""

    name: str
    first: str
    """The address of its first page."""
    last: str
    """The address of its last, which a cursor leads to."""


def first_pages() -> Run:
    """Ask for the first page of every list in every order; a part is the quickest of some requests."""
    return _pages(lambda listed: listed.first)


def last_pages() -> Run:
    """The same of the last pages."""
    return _pages(lambda listed: listed.last)


def _pages(address: Callable[[Listed], str]) -> Run:
    client = Client(HTTP_HOST="localhost")
    lists = list(_lists(client))

    def run() -> Done:
        processor = time.process_time()
        parts = {listed.name: min(_once(client, address(listed)) for _ in range(REQUESTS)) for listed in lists}
        return Done(len(parts), sum(parts.values()) / 1_000, time.process_time() - processor, 0.0, parts=parts)

    return run


def _lists(client: Client) -> Iterator[Listed]:
    """Find every list in the addresses of the API; what lies below something lies below the one with most rows."""
    longest = Dispute.objects.order_by("-version").values_list("slug", flat=True)[0]
    below = {"slug": longest, "feed": Feed.objects.order_by("pk").values_list("pk", flat=True)[0]}
    for pattern in (*disputes_urls.urlpatterns, *ingest_urls.urlpatterns):
        view: Any = getattr(pattern.callback, "view_class", None)
        if view is None or not issubclass(view, ListResource):
            continue
        arguments = {name: below[name] for name in pattern.pattern.converters}
        address = reverse(str(pattern.name), kwargs=arguments)
        for word in view.orderings:
            for order, opposite in ((word, f"-{word}"), (f"-{word}", word)):
                first = f"{address}?{urlencode({'ordering': order})}"
                yield Listed(f"{pattern.name} {order}", first, _last(client, view, address, order, opposite))
    # The log has one order, and a position in the place of a cursor.
    log, head = reverse("api-log"), LedgerHead.objects.get().position
    yield Listed("api-log position", log, f"{log}?after={head - 50}")


def _last(client: Client, view: Any, address: str, order: str, opposite: str) -> str:
    """Take the cursor behind the first page of the opposite order, and have it lead on in this one."""
    answer = client.get(address, {"ordering": opposite})
    assert answer.status_code == 200, answer.content
    following = answer.json()["next"]
    if following is None:
        return f"{address}?{urlencode({'ordering': order})}"
    (text,) = parse_qs(urlsplit(following).query)["cursor"]
    there = Cursor.read(text, f"{view.__name__} {opposite}")
    cursor = Cursor(f"{view.__name__} {order}", backward=False, value=there.value, key=there.key)
    return f"{address}?{urlencode({'ordering': order, 'cursor': cursor.write()})}"


def _once(client: Client, address: str) -> float:
    begun = time.perf_counter()
    answer = client.get(address)
    seconds = time.perf_counter() - begun
    assert answer.status_code == 200, answer.content
    return seconds * 1_000


if __name__ == "__main__":
    serve({"first_pages": first_pages, "last_pages": last_pages})
