"""The choices of filters that curators keep, alone or for all."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from disputes.errors import NotFound, Unfit
from ingest.models import SavedView

MOST = 50
LONGEST_NAME = 80


def views_for(user_id: int) -> QuerySet[SavedView]:
    """Give the views that somebody sees: their own, and those that others share. One query."""
    seen = SavedView.objects.filter(Q(owner=user_id) | Q(is_shared=True))
    return seen.select_related("owner").order_by("name", "id")[: 2 * MOST]


def save_view(owner_id: int, *, name: str, query: str, is_shared: bool) -> SavedView:
    """Keep a view under a name; one of the same owner and name is replaced. Raises Unfit."""
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise Unfit("give the view a name")
    if len(name) > LONGEST_NAME:
        raise Unfit(f"the name of a view has {LONGEST_NAME} characters at most")
    is_known = SavedView.objects.filter(owner=owner_id, name=name).exists()
    if not is_known and SavedView.objects.filter(owner=owner_id).count() >= MOST:
        raise Unfit(f"you have {MOST} views already; remove one first")
    view, _created = SavedView.objects.update_or_create(
        owner_id=owner_id, name=name, defaults={"query": query, "is_shared": is_shared}
    )
    return view


def remove_view(owner_id: int, view_id: int) -> str:
    """Remove a view of one's own; give its name. Raises NotFound where it is none of theirs."""
    view = SavedView.objects.filter(owner=owner_id, pk=view_id).first()
    if view is None:
        raise NotFound(f"you have no view {view_id}; one that is shared is removed by whoever shared it")
    view.delete()
    return view.name
