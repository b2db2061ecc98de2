"""Make a token for the API."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from knox.models import AuthToken


class Command(BaseCommand):
    """Prints a new token, alone on standard output; only its hash is stored, so it cannot be shown again."""

    help = "Print a new API token of a user; send it as `Authorization: Token …`."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="the user that the token acts for")

    def handle(self, *args: Any, **options: Any) -> None:
        users = get_user_model()
        name = options["username"]
        try:
            user = users._default_manager.get_by_natural_key(name)
        except users.DoesNotExist as error:
            raise CommandError(
                f"There is no user {name!r}. Make one with `manage.py createsuperuser` or in the admin."
            ) from error
        if not user.is_active:
            raise CommandError(f"The user {name!r} is not active, so a token of theirs would be refused.")
        _, token = AuthToken.objects.create(user)
        self.stdout.write(token)
