"""Settings of gunicorn, which serves the site: `gunicorn --config python:tracker.web tracker.wsgi`."""

import os
from pathlib import Path
from typing import Any

from tracker.resident import spare_loaded

# One process with threads: requests wait for the database, not for Python. More processes: WEB_CONCURRENCY,
# which gunicorn reads itself, or more containers; then each has metrics of its own.
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "8"))
bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
timeout = 60
graceful_timeout = 4
keepalive = 5
# The heartbeat file of a worker must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (made private by gunicorn)
control_socket_disable = True


def post_worker_init(_worker: Any) -> None:
    """Begin to serve, with the site loaded."""
    spare_loaded()
