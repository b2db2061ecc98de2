"""Where what was merged away goes on."""

from __future__ import annotations

from disputes.models import Dispute, Party


def present_slug(model: type[Dispute] | type[Party], slug: str) -> str:
    """Give the slug under which a dispute or a party goes on: its own, or that of the one it was merged into.

    One query, and one more for each merge.
    """
    into = model._default_manager.filter(slug=slug).values_list("merged_into", flat=True).first()
    return present_slug(model, into) if into else slug
