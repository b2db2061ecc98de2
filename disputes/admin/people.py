"""People: who they are, their roles, when they were here last, and what was changed about them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Model, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views import View
from knox.models import AuthToken

from disputes.admin.theme import ModelAdmin, display

if TYPE_CHECKING:
    AdminPasswordChangeForm: Any
    UserChangeForm: Any
    UserCreationForm: Any
    CheckboxSelectMultiple: Any
else:
    from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
    from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget as CheckboxSelectMultiple

logger = logging.getLogger(__name__)

CHANGES_SHOWN = 20
_WORDS = {
    "is_staff": ("May use the admin", "Without it the account works through the API alone."),
    "groups": ("Roles", "A viewer sees; a curator also records; an operator also handles feeds; an administrator all."),
    "is_superuser": ("Superuser", "No permission stops them, and only a superuser changes them."),
}
CHANGE_USER = "auth.change_user"

admin.site.unregister(User)


class ActivationView(View):
    """Let an account in, or keep it out, on POST alone. Its sessions end and its tokens are refused at once."""

    admin: UserAdmin = None  # type: ignore[assignment]  # given by `as_view`
    is_active: bool = False
    http_method_names = ["post"]

    def post(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """Do it, log it, and go back to the person."""
        if not request.user.has_perm(CHANGE_USER):
            raise PermissionDenied
        person = User.objects.filter(pk=user_id).first()
        if person is None:
            raise Http404(f"there is no user {user_id}")
        if not self.admin.has_change_permission(request, person):
            raise PermissionDenied
        if person.pk == request.user.pk and not self.is_active:
            messages.error(request, "That is your own account; another administrator has to deactivate it.")
        else:
            self._set(request, person)
        return HttpResponseRedirect(reverse(f"{self.admin.admin_site.name}:auth_user_change", args=[user_id]))

    def _set(self, request: HttpRequest, person: User) -> None:
        changed = User.objects.filter(pk=person.pk, is_active=not self.is_active).update(is_active=self.is_active)
        done = "active again" if self.is_active else "deactivated"
        if changed:
            self.admin.log_change(request, person, f"{done.capitalize()}.")
        more = "and its tokens, are taken again" if self.is_active else "ended, and its tokens are refused"
        logins = "Logins" if self.is_active else "Its sessions are"
        messages.success(request, f"{person.get_username()} is {done}. {logins} {more}.")


class PersonForm(UserChangeForm):  # type: ignore[misc] # the theme has no types
    """An account, in the words of this product."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, (label, help_text) in _WORDS.items():
            # What the viewer may not change is no field.
            if name in self.fields:
                self.fields[name].label, self.fields[name].help_text = label, help_text


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin[User]):  # type: ignore[type-arg]
    """Users. Their names stand in the ledger, so they are neither renamed nor deleted but deactivated."""

    form = PersonForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    actions = None
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("What they may do", {"fields": ("groups", "is_staff", "is_superuser")}),
        ("When", {"fields": ("last_login", "date_joined")}),
    )
    list_display = ("username", "show_groups", "show_state", "show_last_login", "show_tokens", "show_use")
    list_filter = ("is_active", "is_staff", "groups")
    change_form_outer_after_template = "admin/disputes/parts/account.html"

    class Media:
        """The style of what stands below the form."""

        css: ClassVar = {"all": ["disputes/operations.css"]}

    def get_urls(self) -> list[URLPattern]:
        """Let accounts be deactivated by a button."""
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:user_id>/deactivate/",
                wrap(ActivationView.as_view(admin=self, is_active=False)),
                name="auth_user_deactivate",
            ),
            path(
                "<int:user_id>/activate/",
                wrap(ActivationView.as_view(admin=self, is_active=True)),
                name="auth_user_activate",
            ),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Fetch the groups of all rows at once, and count the tokens in the same query."""
        tokens = AuthToken.objects.filter(user=OuterRef("pk")).order_by().values("user")
        rows: QuerySet[User] = super().get_queryset(request).prefetch_related("groups")
        return rows.annotate(
            tokens=Subquery(tokens.annotate(number=Count("pk")).values("number")),
            token_used_at=Subquery(tokens.annotate(last=Max("use__last_used_at")).values("last")),
        )

    @display(description="Roles")
    def show_groups(self, row: User) -> str:
        """Give the groups the user is in."""
        names = [group.name for group in row.groups.all()]
        return ", ".join(["superuser", *names] if row.is_superuser else names)

    @display(
        description="Account", ordering="is_active", label={"Active": "success", "No admin": "info", "Off": "danger"}
    )
    def show_state(self, row: User) -> str:
        """Say whether the account may log in, and into the admin."""
        if not row.is_active:
            return "Off"
        return "Active" if row.is_staff or row.is_superuser else "No admin"

    @display(description="Last login (UTC)", ordering="last_login")
    def show_last_login(self, row: User) -> str:
        """Give the moment, in the form that the other lists have."""
        return f"{row.last_login:%Y-%m-%d %H:%M}" if row.last_login else "never"

    @display(description="Tokens", ordering="tokens")
    def show_tokens(self, row: Any) -> str:
        """Give how many tokens act for the user."""
        return str(row.tokens or "")

    @display(description="Token last used (UTC)", ordering="token_used_at")
    def show_use(self, row: Any) -> str:
        """Give when the last of them was used."""
        if not row.tokens:
            return ""
        return f"{row.token_used_at:%Y-%m-%d %H:%M}" if row.token_used_at else "never"

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Tick the roles: there are a handful, and none is made on the way."""
        if db_field.name != "groups":
            return super().formfield_for_dbfield(db_field, request, **options)
        return db_field.formfield(widget=CheckboxSelectMultiple())

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show below the form the tokens of the person and what was changed about them. Three queries."""
        person = self.get_object(request, object_id)
        extra: dict[str, Any] = {}
        if person is not None:
            may_change = self.has_change_permission(request, person)
            extra = {
                "person": person,
                "account_tokens": AuthToken.objects.filter(user=person).select_related("use").order_by("-created")
                if request.user.has_perm("knox.view_authtoken")
                else (),
                "account_changes": _changes_of(person),
                "may_deactivate": may_change and person.pk != request.user.pk,
                "may_make_token": may_change and person.is_active and request.user.has_perm("knox.add_authtoken"),
                "may_revoke": request.user.has_perm("knox.delete_authtoken"),
            }
        response: HttpResponse = super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})
        return response

    def construct_change_message(
        self,
        request: HttpRequest,
        form: Any,
        formsets: Any,
        add: bool = False,  # noqa: FBT001 (Django's signature)
    ) -> Any:
        """Say in the log which roles somebody had and has, not only that they changed."""
        if add or "groups" not in form.changed_data:
            return super().construct_change_message(request, form, formsets, add)
        before = {group.name for group in form.initial.get("groups", ())}
        after = {group.name for group in form.cleaned_data["groups"]}
        others = [name for name in form.changed_data if name != "groups"]
        roles = f"Roles: {', '.join(sorted(before)) or 'none'} → {', '.join(sorted(after)) or 'none'}."
        return f"{roles} Changed {', '.join(others)}." if others else roles

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Write it down for whoever looks at the account, and into the log of the server."""
        entry: Any = super().log_change(request, obj, message)
        logger.info(
            "%s changed the account %s: %s", request.user, obj, entry.get_change_message() if entry else message
        )
        return entry

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let only a superuser change a superuser, password included."""
        if isinstance(obj, User) and obj.is_superuser and not request.user.is_superuser:
            return False
        allowed: bool = super().has_change_permission(request, obj)
        return allowed

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: a later user of the same name would take over what was recorded under it."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Keep names as they are in the ledger, and nobody makes themself more than they are."""
        fields = [*super().get_readonly_fields(request, obj), "last_login", "date_joined"]
        if obj is not None:
            fields.append("username")
        if not request.user.is_superuser:
            fields.append("is_superuser")
        return fields


def note_on_account(request: HttpRequest, person: User, message: str) -> None:
    """Write down, for whoever looks at an account, what was done with it."""
    by: int = request.user.pk  # type: ignore[assignment] # whoever gets here is logged in
    LogEntry.objects.log_actions(by, User.objects.filter(pk=person.pk), CHANGE, message, single_object=True)


def _changes_of(person: User) -> list[tuple[LogEntry, str]]:
    kind = ContentType.objects.get_for_model(User)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(person.pk)).select_related("user")
    return [(entry, entry.get_change_message()) for entry in entries.order_by("-action_time", "-pk")[:CHANGES_SHOWN]]
