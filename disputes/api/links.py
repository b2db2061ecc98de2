"""Addresses of resources, absolute."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from rest_framework.request import Request


class Links:
    """Makes the permalinks of one request's answer. Slugs and ids need no escaping, so joining them is enough.

    What is told as of a moment links to what was known at that moment.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._root = request.build_absolute_uri(reverse("api-index"))
        as_of = request.query_params.get("as_of")
        self._as_of = f"?{urlencode({'as_of': as_of})}" if as_of else ""

    def dispute(self, slug: str) -> str:
        """Give the address of a dispute."""
        return f"{self._root}disputes/{slug}/{self._as_of}"

    def event(self, slug: str, event: UUID) -> str:
        """Give the address of an event of a dispute."""
        return f"{self._root}disputes/{slug}/events/{event}/{self._as_of}"

    def party(self, slug: str) -> str:
        """Give the address of a party."""
        return f"{self._root}parties/{slug}/{self._as_of}"

    def article(self, article: UUID) -> str:
        """Give the address of an article in the register."""
        return f"{self._root}articles/{article}/"

    def under_root(self, path: str) -> str:
        """Give the address of any resource by its path."""
        return f"{self._root}{path}"

    def with_query(self, **changes: Any) -> str:
        """Give the address that was asked, with some parameters changed."""
        query = self._request.query_params.copy()
        for name, value in changes.items():
            query[name] = str(value)
        return f"{self._request.build_absolute_uri(self._request.path)}?{query.urlencode()}"
