"""Back to the page of the inbox where a button was pressed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from disputes.admin.read_only import ReadOnlyAdmin, address


def query_of_page(request: HttpRequest) -> QueryDict:
    """Give the query of the page where a button was pressed, to be changed; empty for an address elsewhere."""
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return QueryDict(urlsplit(back).query if is_ours else "", mutable=True)


def back_to_inbox(admin: ReadOnlyAdmin[Any], query: QueryDict) -> str:
    """Give the address of the inbox under a query."""
    inbox = address(admin, "changelist")
    return f"{inbox}?{query.urlencode()}" if query else inbox
