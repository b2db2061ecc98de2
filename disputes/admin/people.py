"""People: users, their groups, and the tokens of their programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.http import HttpRequest
from knox.models import AuthToken

from disputes.admin.theme import ModelAdmin, display

if TYPE_CHECKING:
    AdminPasswordChangeForm: Any
    UserChangeForm: Any
    UserCreationForm: Any
else:
    from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

for model in (User, Group, AuthToken):
    admin.site.unregister(model)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin[User]):  # type: ignore[type-arg]
    """Users. Their names stand in the ledger, so they are neither renamed nor deleted but deactivated."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "show_groups", "is_active", "is_staff", "is_superuser", "show_last_login")
    list_filter = ("is_active", "is_staff", "groups")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Fetch the groups of all rows at once."""
        return super().get_queryset(request).prefetch_related("groups")

    @display(description="Roles")
    def show_groups(self, row: User) -> str:
        """Give the groups the user is in."""
        return ", ".join(group.name for group in row.groups.all())

    @display(description="Last login (UTC)", ordering="last_login")
    def show_last_login(self, row: User) -> str:
        """Give the moment, in the form that the other lists have."""
        return f"{row.last_login:%Y-%m-%d %H:%M}" if row.last_login else "never"

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
            fields += ["is_superuser", "user_permissions"]
        return fields


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin[Group]):
    """Roles. They are made by the product; who is in them is said at the user."""


@admin.register(AuthToken)
class TokenAdmin(ModelAdmin[AuthToken]):
    """Tokens of the API. Only their hashes are stored; they are made by `manage.py create_api_token`."""

    list_display = ("token_key", "user", "created", "expiry")
    list_display_links = None
    list_select_related = ("user",)
    search_fields = ("token_key", "user__username")
    ordering = ("-created",)
    actions = ("delete_selected",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: a new token would be shown in a page and kept in a browser's history."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: a token is revoked and made anew."""
        return False
