"""The content security policy of the settings, sent with every answer."""

from __future__ import annotations

from csp.constants import UNSAFE_EVAL
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase


class ContentSecurityMiddleware(CSPMiddleware):
    """Sends the policy, and lets the pages of the admin evaluate strings.

    The theme's Alpine makes functions of the expressions that its templates hold; its build that does not has no way to
    `localStorage`, where the theme keeps the colour scheme. The public pages and the API do without.
    """

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,  # noqa: FBT001 (its signature)
    ) -> PolicyParts:
        """Add the allowance to what a view of the admin answered."""
        parts = super().get_policy_parts(request, response, report_only)
        if request.resolver_match is not None and "admin" in request.resolver_match.app_names:
            parts.update = {**(parts.update or {}), "script-src": [UNSAFE_EVAL]}
        return parts
