"""Bring the database up to date, where `up` does not do it."""

from typing import Any

from django.core.management.base import BaseCommand

from tracker import preparation


class Command(BaseCommand):
    """Migrates, loads the seeds and makes the first administrator; running it again changes nothing."""

    help = "Migrate the database, load the seeds and make the first administrator (for deployments without `up`)."

    def handle(self, *args: Any, **options: Any) -> None:
        preparation.prepare_database(self.stdout.write)
