"""Accounts in the log of the server: whose password and whose roles changed, by whatever way."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models.signals import m2m_changed, pre_save

logger = logging.getLogger(__name__)

_WATCHED = {"is_active": "active", "is_superuser": "a superuser", "is_staff": "one who may use the admin"}
_CHANGES = {"post_add": "has the role", "post_remove": "has no more the role"}


def watch() -> None:
    """Begin to watch accounts. To be called once, when all applications are loaded."""
    users = get_user_model()
    pre_save.connect(_account_saved, sender=users, dispatch_uid="account_log")
    m2m_changed.connect(_roles_changed, sender=getattr(users, "groups").through, dispatch_uid="account_log")  # noqa: B009


def _account_saved(sender: Any, instance: Any, *, raw: bool = False, update_fields: Any = None, **_signal: Any) -> None:
    """Compare with what is stored. One query, but not for a login, which saves its time alone."""
    if raw or (update_fields is not None and not {"password", *_WATCHED} & set(update_fields)):
        return
    before = sender._default_manager.filter(pk=instance.pk).first() if instance.pk else None
    if before is None:
        logger.info("The account %s is new", instance.get_username())
        return
    if before.password != instance.password:
        logger.info("The account %s has another password", instance.get_username())
    for name, words in _WATCHED.items():
        if getattr(before, name) != getattr(instance, name):
            now = "is" if getattr(instance, name) else "is no more"
            logger.info("The account %s %s %s", instance.get_username(), now, words)


def _roles_changed(instance: Any, *, action: str, reverse: bool, pk_set: set[int] | None, **_signal: Any) -> None:
    if action == "pre_clear":
        logger.info("All is taken that %s had", instance)
    if action not in _CHANGES or not pk_set:
        return
    if reverse:
        users = get_user_model()._default_manager.filter(pk__in=pk_set)
        pairs = [(user.get_username(), instance.name) for user in users]
    else:
        pairs = [(instance.get_username(), group.name) for group in Group.objects.filter(pk__in=pk_set)]
    for name, role in pairs:
        logger.info("The account %s %s %s", name, _CHANGES[action], role)
