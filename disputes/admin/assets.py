"""Static files that every page of the admin loads."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static


def stylesheet(request: HttpRequest) -> str:  # noqa: ARG001 (unfold passes it)
    """Give the address of the stylesheet of our own screens."""
    return static("disputes/admin.css")


def palette(request: HttpRequest) -> str:  # noqa: ARG001 (unfold passes it)
    """Give the address of the stylesheet with the theme's colours."""
    return static("disputes/palette.css")


def frame(request: HttpRequest) -> str:  # noqa: ARG001 (unfold passes it)
    """Give the address of the stylesheet of what stands around every screen."""
    return static("disputes/frame.css")


def theme_script(request: HttpRequest) -> str:  # noqa: ARG001 (unfold passes it)
    """Give the address of the script that keeps the theme within the content security policy."""
    return static("disputes/theme.js")


def context(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 (unfold passes it)
    """Keep the theme from writing its colours into each page, where the policy allows no style; see `palette`."""
    return {"colors": {}}
