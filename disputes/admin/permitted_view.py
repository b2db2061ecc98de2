"""What the admin's own views share: they belong to an admin, and are for those who have a permission."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.views import View

from disputes.admin.read_only import ReadOnlyAdmin


class PermittedView(View):
    """A view for those who have its permission; all others get 403 before anything is looked up."""

    admin: ReadOnlyAdmin[Any] = None  # type: ignore[assignment]  # given by `as_view`
    permission: ClassVar[str]

    request: HttpRequest

    def prepare(self, **route: Any) -> None:
        """Find what it is about, for whoever may. Raises Http404 where it does not exist."""

    def dispatch(self, request: HttpRequest, *arguments: Any, **route: Any) -> HttpResponseBase:
        """Refuse those who may not."""
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        self.prepare(**route)
        return super().dispatch(request, *arguments, **route)
