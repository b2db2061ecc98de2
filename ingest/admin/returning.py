"""Back to the page of the inbox where a button was pressed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from disputes.admin.read_only import ReadOnlyAdmin, address


def back_to_inbox(admin: ReadOnlyAdmin[Any], request: HttpRequest, *, undo: Sequence[int] = ()) -> str:
    """Give the inbox as it was asked for, with an offer to undo what was decided; never an address elsewhere."""
    inbox = address(admin, "changelist")
    back = request.POST.get("back", "")
    query = urlsplit(back).query if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ""
    kept = QueryDict(query, mutable=True)
    kept.pop("undo", None)
    if undo:
        kept["undo"] = ",".join(str(number) for number in undo)
    return f"{inbox}?{kept.urlencode()}" if kept else inbox
