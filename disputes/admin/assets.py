"""Static files that every page of the admin loads."""

from django.http import HttpRequest
from django.templatetags.static import static


def stylesheet(request: HttpRequest) -> str:  # noqa: ARG001 (unfold passes it)
    """Give the address of the stylesheet of our own screens."""
    return static("disputes/admin.css")
