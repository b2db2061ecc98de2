#!/usr/bin/env python
"""Run a management command of the tracker."""

import os
import sys


def main() -> None:
    """Hand the command line to Django, with the embedded servers running where the command needs them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    from django.conf import settings  # noqa: PLC0415 (the module's name first)
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    from tracker.home import HomeError  # noqa: PLC0415
    from tracker.services import ServiceError, commands, ensure_services  # noqa: PLC0415

    try:
        _ = settings.DATABASES  # reads the environment, so that its errors come before any other
        if commands.needs_services(sys.argv[1:]):
            ensure_services()
    except (ImproperlyConfigured, HomeError, ServiceError) as error:
        sys.exit(f"manage.py: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
