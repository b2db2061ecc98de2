"""Who may do what: the roles of CONTRACT.md as groups, each with its permissions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig
from django.db.models import Q

VIEWER, CURATOR, OPERATOR, ADMINISTRATOR = "viewer", "curator", "operator", "administrator"
ROLES = (VIEWER, CURATOR, OPERATOR, ADMINISTRATOR)

PERMISSIONS: Mapping[str, tuple[str, ...]] = {
    CURATOR: ("disputes.curate_dispute", "disputes.manage_party"),
    OPERATOR: ("disputes.audit_ledger", "disputes.manage_subscription"),
    ADMINISTRATOR: (
        "disputes.erase_personal_data",
        "disputes.audit_ledger",
        "disputes.curate_dispute",
        "disputes.manage_party",
        "disputes.manage_subscription",
        "auth.add_user",
        "auth.change_user",
        "auth.delete_user",
        "auth.view_user",
        "auth.add_group",
        "auth.change_group",
        "auth.delete_group",
        "auth.view_group",
        "auth.view_permission",
        "knox.add_authtoken",
        "knox.delete_authtoken",
        "knox.view_authtoken",
        "axes.delete_accessattempt",
        "axes.view_accessattempt",
    ),
}
"""What each role may do in this application, beside looking at all of it."""


def grant_roles(app_label: str, permissions: Mapping[str, tuple[str, ...]], *, using: str = "default") -> None:
    """Make the groups of the roles, and give them the permissions that an application has for them.

    Every role may look at everything of the application. Idempotent: it adds what is missing and takes nothing away,
    so what an administrator gave a group besides stays. To be called after the migration that made the permissions.
    """
    # Models of other applications exist only once all are loaded.
    from django.contrib.auth.models import Group, Permission  # noqa: PLC0415

    known = Permission.objects.using(using)
    views = list(known.filter(content_type__app_label=app_label, codename__startswith="view_"))
    for role in ROLES:
        group, _created = Group.objects.using(using).get_or_create(name=role)
        wanted = Q(pk__in=[])
        for name in permissions.get(role, ()):
            label, codename = name.split(".")
            wanted |= Q(content_type__app_label=label, codename=codename)
        group.permissions.add(*views, *known.filter(wanted))


def after_migration(sender: AppConfig, *, using: str = "default", **_signal: Any) -> None:
    """Bring the roles up to date with this application; a receiver of `post_migrate`."""
    grant_roles(sender.label, PERMISSIONS, using=using)
