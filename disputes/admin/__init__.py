"""The admin: every screen over the record. Screens read; each write is a view of its own that carries out one command.

Django's autodiscovery imports this package, which registers the screens.
"""

from disputes.admin import (
    article_admin,
    audit_admin,
    dispute_admin,
    erasure_admin,
    ledger_admin,
    party_admin,
    people,
    role_admin,
    subscription_admin,
    token_admin,
)

__all__ = [
    "article_admin",
    "audit_admin",
    "dispute_admin",
    "erasure_admin",
    "ledger_admin",
    "party_admin",
    "people",
    "role_admin",
    "subscription_admin",
    "token_admin",
]
