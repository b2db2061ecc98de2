"""Tokens of the API: the list with their last use, the page of each, making one and revoking it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from knox.models import AuthToken

from disputes.admin.command_form import line
from disputes.admin.people import note_on_account
from disputes.admin.permitted_view import PermittedView
from disputes.admin.read_only import Button, CommandUrl, Crumb, ReadOnlyAdmin, address
from disputes.admin.theme import Select, display
from disputes.errors import Invalid, NotFound
from disputes.models import TokenUse
from disputes.tokens import make_token, revoke_token

ADD, DELETE = "knox.add_authtoken", "knox.delete_authtoken"
LIFETIMES = [("", "Until it is revoked"), ("30", "30 days"), ("90", "90 days"), ("365", "A year")]

admin.site.unregister(AuthToken)


class MakeForm(forms.Form):
    """For whom, what for and for how long."""

    user = line("User name", max_length=150, help_text="The token acts for this account, with its roles.")
    purpose = line("What it is for", max_length=100, help_text="Such as “nightly copy of the log”; others will ask.")
    lifetime = forms.ChoiceField(label="It holds", choices=LIFETIMES, required=False, widget=Select())


class MakeTokenView(PermittedView):
    """Make a token and show it, once: it is on the page that answers, and nowhere else."""

    permission = ADD

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for whom."""
        return self._show(MakeForm(initial={"user": request.GET.get("user", "")}), HTTPStatus.OK)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make it."""
        form = MakeForm(request.POST)
        if not form.is_valid():
            return self._show(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        said = form.cleaned_data
        person = User.objects.filter(username=said["user"]).first()
        if person is not None and person.is_superuser and not request.user.is_superuser:
            form.add_error("user", "only a superuser makes tokens that act for a superuser")
            return self._show(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        lifetime = timedelta(days=int(said["lifetime"])) if said["lifetime"] else None
        try:
            token, secret = make_token(
                said["user"], by=request.user.get_username(), purpose=said["purpose"], lifetime=lifetime
            )
        except Invalid as error:
            form.add_error("user", error.errors[0].detail)
            return self._show(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        note_on_account(request, token.user, f"Made the token {token.token_key}… for: {said['purpose']}.")
        context = {
            **self._context(),
            "title": f"A new token of {said['user']}",
            "token": token,
            "secret": secret,
            "purpose": said["purpose"],
        }
        response = TemplateResponse(request, "admin/disputes/token_made.html", context)
        response["Cache-Control"] = "private, no-store"
        return response

    def _show(self, form: forms.Form, status: HTTPStatus) -> HttpResponse:
        context = {
            **self._context(),
            "title": "Make a token",
            "intro": "A program that sends it may do what the account may do. It is shown once, on the next page.",
            "submit_label": "Make it",
            "form": form,
            "has_errors": status is not HTTPStatus.OK,
        }
        return TemplateResponse(self.request, "admin/disputes/command.html", context, status=status)

    def _context(self) -> dict[str, Any]:
        list_url = address(self.admin, "changelist")
        return {
            **self.admin.admin_site.each_context(self.request),
            "crumbs": [Crumb("Tokens", list_url)],
            "back_url": list_url,
        }


class RevokeView(PermittedView):
    """Delete a token, on POST alone."""

    permission = DELETE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, digest: str) -> HttpResponse:
        """Revoke it, write it down at the account, and go to the list."""
        held = AuthToken.objects.select_related("user").filter(pk=digest.replace("\x00", "")).first()
        if held is not None and held.user.is_superuser and not request.user.is_superuser:
            raise PermissionDenied
        try:
            token = revoke_token(digest.replace("\x00", ""), by=request.user.get_username())
        except NotFound as error:
            raise Http404(error.detail) from error
        note_on_account(request, token.user, f"Revoked the token {token.token_key}….")
        messages.success(
            request, f"The token {token.token_key}… of {token.user} is revoked: it is refused from now on."
        )
        return HttpResponseRedirect(address(self.admin, "changelist"))


@admin.register(AuthToken)
class TokenAdmin(ReadOnlyAdmin[AuthToken]):
    """Tokens. Only their hashes are stored; a token that is lost is revoked and made anew."""

    list_display = ("show_key", "user", "show_purpose", "show_made", "show_expiry", "show_use")
    list_select_related = ("user", "use")
    search_fields = ("token_key", "user__username", "use__purpose")
    search_help_text = "Beginning of the token, user name, or what it is for"
    ordering = ("-created", "pk")
    page_template = "admin/disputes/token.html"
    empty_state = "No program has a token yet. Make one with the button above, or with `manage.py create_api_token`."
    command_urls = (
        CommandUrl("make/", "make", MakeTokenView),
        CommandUrl("<str:digest>/revoke/", "revoke", RevokeView),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuthToken]:
        """Take the account and the use along."""
        rows: QuerySet[AuthToken] = super().get_queryset(request)
        return rows.select_related("user", "use")

    def list_buttons(self, request: HttpRequest) -> list[Button]:
        """Let an administrator make one."""
        if not request.user.has_perm(ADD):
            return []
        return [Button("Make a token", address(self, "make"), "add", primary=True)]

    @display(description="Begins with", ordering="token_key")
    def show_key(self, row: AuthToken) -> str:
        """Give its beginning, by which its owner knows it."""
        return f"{row.token_key}…"

    @display(description="What for")
    def show_purpose(self, row: AuthToken) -> str:
        """Give what it is for."""
        return _use(row).purpose

    @display(description="Made (UTC)", ordering="created")
    def show_made(self, row: AuthToken) -> str:
        """Give when and by whom it was made."""
        by = _use(row).made_by
        return f"{row.created:%Y-%m-%d %H:%M}{f' by {by}' if by else ''}"

    @display(description="Holds until", ordering="expiry")
    def show_expiry(self, row: AuthToken) -> str:
        """Give its end."""
        return f"{row.expiry:%Y-%m-%d}" if row.expiry else "revoked"

    @display(description="Last used (UTC)", ordering="use__last_used_at")
    def show_use(self, row: AuthToken) -> str:
        """Give when it was used last, to the minute."""
        used = _use(row).last_used_at
        return f"{used:%Y-%m-%d %H:%M}" if used else "never"

    def page(self, request: HttpRequest, row: AuthToken) -> Mapping[str, Any]:
        """Show what it is for, and offer to revoke it."""
        return {
            "title": f"Token {row.token_key}…",
            "token": row,
            "use": _use(row),
            "is_over": row.expiry is not None and row.expiry <= timezone.now(),
            "may_revoke": request.user.has_perm(DELETE) and (request.user.is_superuser or not row.user.is_superuser),
        }


def _use(token: AuthToken) -> TokenUse:
    """Give what is known of its use; of one that an older version made, and that was not used since, nothing is."""
    return getattr(token, "use", None) or TokenUse(token=token)
