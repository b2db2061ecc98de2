"""The WSGI application, for gunicorn or any other server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

application = get_wsgi_application()

from tracker.services import ensure_services  # noqa: E402 (needs the settings)

# Joins the servers of the home where none are configured; under `manage.py up` they are.
ensure_services()
