"""What the templates of forms ask of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

register = template.Library()


@register.filter
def problems(form: Any) -> Sequence[Any]:
    """Give what is wrong with a form, in the order of its fields, for the summary above it."""
    # Template libraries are loaded while the theme itself is still being imported, and the admin needs it whole.
    from disputes.admin.problems import problems_of  # noqa: PLC0415

    return problems_of(form)
