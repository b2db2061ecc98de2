"""The product needs nothing that only the development requirements bring."""

import re
import subprocess
import sys

from tests.support.product import ROOT

# Imports what the processes of the product import, as if only the named distributions were installed.
IMPORT_ALL = """
import importlib, pkgutil, sys
from importlib.metadata import packages_distributions

required = set(sys.argv[1:])
homes = packages_distributions()

class Absent:
    def find_spec(self, name, path=None, target=None):
        owners = {owner.lower().replace("_", "-").replace(".", "-") for owner in homes.get(name.split(".")[0], ())}
        if owners and not owners & required:
            raise ModuleNotFoundError(f"No module named {name!r} in requirements.txt", name=name)

sys.meta_path.insert(0, Absent())
import django
django.setup()
for name in ("gunicorn.app.wsgiapp", "gunicorn.workers.gthread", "celery.bin.celery", "celery.bin.worker",
             "celery.apps.beat", "kombu.transport.redis", "psycopg", "whitenoise.storage"):
    importlib.import_module(name)
for room in ("tracker", "ingest", "disputes"):
    for module in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
        if module.name not in {"tracker.bound", "tracker.wsgi"}:
            importlib.import_module(module.name)
"""


def test_the_runtime_requirements_suffice() -> None:
    lines = ROOT.joinpath("requirements.txt").read_text().splitlines()
    required = [match[1].lower() for line in lines if (match := re.match(r"([A-Za-z0-9._-]+)==", line))]
    result = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *required], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
