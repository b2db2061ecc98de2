#!/usr/bin/env python
"""Run a management command of the tracker."""

import os
import sys


def main() -> None:
    """Hand the command line to Django, with the embedded servers running where the command needs them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 (settings first)

    from tracker.home import HomeError  # noqa: PLC0415
    from tracker.services import ServiceError, commands, ensure_services  # noqa: PLC0415

    if commands.needs_services(sys.argv[1:]):
        try:
            ensure_services()
        except (HomeError, ServiceError) as error:
            sys.exit(f"manage.py: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
