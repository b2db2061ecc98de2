"""Tokens of the API: made, revoked, and known by when they were used last."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction
from knox.models import AuthToken

from disputes.errors import FieldError, Invalid, NotFound
from disputes.models import TokenUse

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

logger = logging.getLogger(__name__)

NOTED_EVERY: Final = 60.0
"""Seconds within which further uses of a token are not noted."""
_REMEMBERED: Final = 1_000
"""Tokens of which a process remembers that it has noted a use."""

_NOTE: Final = """
    INSERT INTO disputes_tokenuse (token_id, purpose, made_by, last_used_at) VALUES (%s, '', '', now())
    ON CONFLICT (token_id) DO UPDATE SET last_used_at = now()
    WHERE disputes_tokenuse.last_used_at IS NULL OR disputes_tokenuse.last_used_at < now() - interval '1 minute'
"""
_noted: dict[str, float] = {}


def make_token(
    username: str, *, by: str, purpose: str = "", lifetime: timedelta | None = None
) -> tuple[AuthToken, str]:
    """Make a token that acts for a user; give it and its secret, of which only the hash is stored.

    Raises Invalid where there is no such user, or one whose tokens would be refused.
    """
    users: Any = get_user_model()
    user: AbstractBaseUser | None = users._default_manager.filter(username=username).first()
    if user is None:
        detail = f"there is no user {username!r}"
        raise Invalid(detail, [FieldError("/user", detail)])
    if not user.is_active:
        detail = f"{username!r} is not active, so a token of theirs would be refused"
        raise Invalid(detail, [FieldError("/user", detail)])
    with transaction.atomic():
        token, secret = AuthToken.objects.create(user, expiry=lifetime)
        TokenUse.objects.create(token=token, purpose=purpose, made_by=by)
    logger.info("%s made the token %s… of %s%s", by, token.token_key, username, f" for {purpose}" if purpose else "")
    return token, secret


def revoke_token(digest: str, *, by: str) -> AuthToken:
    """Delete a token: from now on it is refused. Gives it as it was. Raises NotFound."""
    with transaction.atomic():
        token = AuthToken.objects.select_for_update(of=("self",)).select_related("user").filter(pk=digest).first()
        if token is None:
            raise NotFound("there is no such token; it may have been revoked meanwhile")
        AuthToken.objects.filter(pk=digest).delete()
    logger.info("%s revoked the token %s… of %s", by, token.token_key, token.user.get_username())
    return token


def note_use(token: AuthToken) -> None:
    """Note that a token was used, at most once a minute. One statement then, and none in between.

    A use that can't be noted is logged and stops nobody.
    """
    now = time.monotonic()
    if now - _noted.get(token.pk, -NOTED_EVERY) < NOTED_EVERY:
        return
    if len(_noted) >= _REMEMBERED:
        _noted.clear()
    _noted[token.pk] = now
    try:
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, [token.pk])
    except DatabaseError as error:
        # It may have been revoked in this moment.
        logger.warning("The use of the token %s… could not be noted: %s", token.token_key, error)
