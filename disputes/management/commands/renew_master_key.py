"""Wrap the keys of persons under a new master key, and destroy the old one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from disputes import ledger
from disputes.erasure.errors import Unreadable
from disputes.erasure.master_key import configured_master_keys
from disputes.erasure.subjects import wrap_anew


class Command(BaseCommand):
    """Make what older copies of the database hold of sealed texts unreadable at once."""

    help = (
        "Wrap the keys of persons under a new master key and destroy the old one. No older backup of the database "
        "then opens any sealed name, the erased ones for good. Make a backup right after. See docs/erasure.md."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Put a new key in front, wrap, and only then let the old one go: stopped half-way it is run again."""
        keyring = configured_master_keys()
        try:
            # Where the keys are given by a setting its first one is the new one.
            new = keyring.load()[0] if keyring.given else keyring.add()
            with transaction.atomic():
                ledger.lock()
                wrapped = wrap_anew(new)
            if not keyring.given:
                keyring.keep_only(new)
        except Unreadable as error:
            raise CommandError(str(error)) from error
        rest = f" Now take the others out of {keyring.where}." if keyring.given else ""
        self.stdout.write(f"{wrapped} keys are wrapped anew.{rest} Make a backup: older ones open no sealed name.")
