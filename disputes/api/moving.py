"""What goes on under another slug: merged disputes and parties are redirected, with all that was asked."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from rest_framework.response import Response
from rest_framework.reverse import reverse


class MergedAway(Exception):
    """A dispute or a party that was merged into another, which tells all that was recorded of it."""

    def __init__(self, slug: str, into: str) -> None:
        super().__init__(f"{slug} was merged into {into}")
        self.into = into

    def response(self, context: Mapping[str, Any]) -> Response:
        """Redirect to the same resource of the other (RFC 9110, 15.4.9: with the method that was used).

        A merge can be undone, so the redirection is asked about each time.
        """
        request = context["request"]
        match = request.resolver_match
        location = reverse(match.view_name, kwargs={**match.kwargs, "slug": self.into}, request=request)
        query = request.META.get("QUERY_STRING", "")
        headers = {"Location": f"{location}?{query}" if query else location, "Cache-Control": "no-cache"}
        return Response(status=HTTPStatus.PERMANENT_REDIRECT, headers=headers)
