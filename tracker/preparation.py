"""What must be done to a home before the product can serve: schema, static files, seeds, a first account."""

import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from disputes import projections
from disputes.erasure.sealing import MissingKey
from disputes.events import UnknownEventType, UnknownPayloadVersion
from disputes.proofs.checkpoint import make_checkpoint
from disputes.proofs.keys import KeyProblem
from disputes.proofs.walk import Altered
from tracker.home import lock, open_lock

Log = Callable[[str], None]

STATIC_TIMEOUT = 300.0


def prepare_database(log: Log) -> None:
    """Bring the database up to date; everything here finds out by itself that it was done before."""
    log("bringing the database up to date")
    call_command("migrate", interactive=False, verbosity=0)
    refresh_read_models(log)
    load_seeds(log)
    sign_ledger(log)
    create_first_administrator(log)


def collect_static_files(log: Log) -> None:
    """Collect the static files where one of them has changed since the last time.

    Half a second where nothing has; homes of one checkout share the result and take turns.
    """
    target = Path(settings.STATIC_ROOT)
    target.mkdir(parents=True, exist_ok=True)
    stamp = target / ".fingerprint"
    with open_lock(target / ".lock") as descriptor:
        lock(descriptor, exclusive=True, timeout=STATIC_TIMEOUT)
        fingerprint = static_fingerprint()
        if not stamp.exists() or stamp.read_text() != fingerprint:
            log("collecting static files")
            # Nothing is cleared away: a product that runs beside this one may still serve the older names.
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(fingerprint)


def static_fingerprint() -> str:
    """Return a digest of the names, sizes and times of all static files, without reading them."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=[]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def refresh_read_models(log: Log) -> None:
    """Rebuild the read models where other code has told them; where that fails they stay as they are, and it says why.

    A minute for some millions of events, once after an upgrade that tells rows otherwise.
    """
    if projections.are_current():
        return
    log("rebuilding the read models")
    try:
        projections.rebuild()
    except (projections.RebuildProblem, UnknownEventType, UnknownPayloadVersion, MissingKey) as error:
        log(f"the read models stay as they are: {error}")


def load_seeds(log: Log) -> None:
    """Load the known disputes and, unless SEED_FEEDS and SEED_ARTICLES are off, default feeds and a sample of articles.

    Fetches nothing.
    """
    log("loading the seeds")
    call_command("load_seeds", verbosity=0)
    if settings.SEED_FEEDS:
        call_command("load_feeds", verbosity=0)
    if settings.SEED_ARTICLES:
        call_command("load_articles", verbosity=0)


def sign_ledger(log: Log) -> None:
    """Make a checkpoint of what is recorded; where none can be made the product starts all the same and says why."""
    try:
        make_checkpoint()
    except (KeyProblem, Altered) as error:
        log(f"no checkpoint of the log is made: {error}")


def create_first_administrator(log: Log) -> None:
    """Make an administrator where there is none, from DJANGO_SUPERUSER_USERNAME, _PASSWORD and _EMAIL.

    Without a password one is made up and written to the terminal, this once: only its hash is kept.
    """
    users = get_user_model()._default_manager
    if users.filter(is_superuser=True).exists():
        return
    name = os.environ.get("DJANGO_SUPERUSER_USERNAME") or "admin"
    given = os.environ.get("DJANGO_SUPERUSER_PASSWORD")
    password = given or secrets.token_urlsafe(12)
    email = os.environ.get("DJANGO_SUPERUSER_EMAIL", "")
    users.create_superuser(username=name, email=email, password=password)
    log(f"made the administrator {name!r}, " + ("with the given password" if given else f"password {password}"))
    if not given:
        log("that password is not shown again; `manage.py changepassword` sets another")
