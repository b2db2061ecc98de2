"""Make a token for the API."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from disputes.errors import Invalid
from disputes.tokens import make_token

_MEND = "Make one with `manage.py createsuperuser` or in the admin, where people are also made active again."


class Command(BaseCommand):
    """Prints a new token, alone on standard output; only its hash is stored, so it cannot be shown again."""

    help = "Print a new API token of a user; send it as `Authorization: Token …`."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="the user that the token acts for")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            _token, secret = make_token(options["username"], by="manage.py")
        except Invalid as error:
            raise CommandError(f"{error.detail[0].upper()}{error.detail[1:]}. {_MEND}") from error
        self.stdout.write(secret)
