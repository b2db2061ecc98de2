"""What the views of one dispute have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import Http404

from disputes.admin.command_view import CommandView
from disputes.admin.read_only import Crumb, address
from disputes.models import Dispute
from disputes.streams import dispute_stream


class DisputeView(CommandView):
    """A command on one dispute."""

    dispute: Dispute
    anchor: ClassVar[str] = ""
    """The part of the page to come back to."""

    def prepare(self, **route: Any) -> None:
        """Find the dispute."""
        try:
            self.dispute = Dispute.objects.get(pk=route["slug"])
        except Dispute.DoesNotExist as error:
            raise Http404(f"there is no dispute {route['slug']!r}") from error

    def stream(self) -> str:
        """Name the dispute's stream."""
        return dispute_stream(self.dispute.slug)

    def version(self) -> int:
        """Give the version of the dispute as it was read."""
        return self.dispute.version

    def page_url(self) -> str:
        """Give the dispute's page."""
        return address(self.admin, "change", self.dispute.slug)

    def success_url(self, form: Any) -> str:
        """Go back to the dispute."""
        return f"{self.page_url()}#{self.anchor}" if self.anchor else self.page_url()

    def crumbs(self) -> Sequence[Crumb]:
        """List, dispute, this."""
        return (
            Crumb("Disputes", address(self.admin, "changelist")),
            Crumb(self.dispute.title, self.page_url()),
        )

    def context(self) -> dict[str, Any]:
        """Let the template name the dispute."""
        return {"dispute": self.dispute, "back_url": self.page_url()}
