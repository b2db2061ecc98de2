"""Who sends a request, and whether the role allows it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from disputes.tokens import note_use


class TokenAuthentication(KnoxTokenAuthentication):  # type: ignore[misc] # knox has no types
    """Reads `Authorization: Token …`; anything that can't be a token is a 401, never a fault."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        """Look the token up by its hash, and note that it is used."""
        if not token.isalnum() or not token.isascii():
            raise AuthenticationFailed("that is no token")
        try:
            found: tuple[Any, Any] = super().authenticate_credentials(token)
        except ValueError as error:
            raise AuthenticationFailed("that is no token") from error
        note_use(found[1])
        return found


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # it registers itself
    """Describes the token in OpenAPI."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:  # noqa: ARG002 (the base's signature)
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token …`, as `manage.py create_api_token USERNAME` prints it.",
        }


class RolePermission(BasePermission):
    """Reading is open to anyone; each writing method needs the permission that the resource names for it.

    A method that the resource does not have passes, so that it is answered by 405 whoever asks.
    """

    message = "your account does not have the role that this needs"

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Ask for the permission that the view's `permissions` name for the method."""
        if request.method in SAFE_METHODS or request.method not in view.allowed_methods:
            return True
        needed: str = getattr(view, "permissions")[request.method]  # noqa: B009 (every Resource has them)
        return request.user.is_authenticated and request.user.has_perm(needed)
