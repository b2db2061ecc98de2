"""The stage of all tests: a home in a temporary folder, and real servers in it when a test needs them.

Set DATABASE_URL or REDIS_URL to run the tests against servers of your own.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

# Before the settings are read, and afresh in every process of a parallel run. pyproject.toml names no
# settings module for the same reason: pytest-django would read it before this file.
os.environ["TRACKER_HOME"] = str(Path(tempfile.mkdtemp(prefix="tracker-tests-")).resolve())
os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"

import django
from django.conf import settings

django.setup()
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Nothing is collected for the tests; what the product collects is seen where the product itself is started.
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.STATIC_ROOT = Path(os.environ["TRACKER_HOME"], "static")
settings.STATIC_ROOT.mkdir()

import pytest  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402
from pytest_django.plugin import DjangoDbBlocker  # noqa: E402

from tests.support.database import copy_database, drop_database, fresh_database  # noqa: E402
from tests.support.product import Product  # noqa: E402
from tracker.services import EmbeddedServices  # noqa: E402


def pytest_configure() -> None:
    """Let a SIGTERM end the run as a Ctrl-C does, with every server stopped."""
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", returncode=143))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let each worker of a parallel run read the settings from this file too, once it has a home of its own.

    Told of them by the environment, pytest-django would read them first, with this process's home for all.
    """
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure() -> None:
    """Remove the home; the fixtures below have stopped its servers."""
    shutil.rmtree(os.environ["TRACKER_HOME"], ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write what a hostile test logged so that a worker can send it on: half of a surrogate pair has no UTF-8."""
    report = yield
    report.sections = [(name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections]
    return report


@pytest.fixture(scope="session", autouse=True)
def _valkey() -> Iterator[None]:
    """Start the embedded Valkey for the whole run: 50 ms, so no test has to ask for it."""
    with EmbeddedServices(settings.HOME, postgres=False, valkey=settings.EMBEDDED_VALKEY):
        yield


@pytest.fixture(scope="session")
def services(_valkey: None) -> Iterator[None]:
    """Start the embedded PostgreSQL as well; every test that touches the database comes by here."""
    with EmbeddedServices(settings.HOME, postgres=settings.EMBEDDED_POSTGRES, valkey=settings.EMBEDDED_VALKEY):
        yield


@pytest.fixture(autouse=True)
def _empty_cache(_valkey: None) -> None:
    """Forget what the last test cached: throttles, above all."""
    cache.clear()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, services: None) -> None:
    """Have the server up before pytest-django makes its database in it."""


@pytest.fixture(scope="session")
def database_template(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Give the name of a migrated database that nobody connects to, to copy from."""
    with django_db_blocker.unblock():
        name = f"{connection.settings_dict['NAME']}_template"
        connection.close()
        drop_database(name)
        copy_database(connection.settings_dict["NAME"], name)
    yield name
    with django_db_blocker.unblock():
        drop_database(name)


@pytest.fixture(scope="session", autouse=True)
def _no_flush() -> Iterator[None]:
    """Keep Django from emptying tables after a test that commits.

    The ledger refuses TRUNCATE, and weakening it for the tests would leave its promise untested. Such
    tests get a database of their own instead, see `committed_database`.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: None)
        yield


@pytest.fixture
def _django_db_helper(request: pytest.FixtureRequest, _django_db_helper: None) -> Iterator[None]:
    """Give a test that commits, however it says so, a database of its own."""
    marker = request.node.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server", "django_db_reset_sequences"} & set(request.fixturenames)
    if not commits and not (marker and (marker.kwargs.get("transaction") or any(marker.args[:1]))):
        yield
        return
    template: str = request.getfixturevalue("database_template")
    with fresh_database(template):
        yield


@pytest.fixture
def committed_database(transactional_db: None) -> str:
    """Give the test a real database in which commits, locks and threads behave as in production.

    It is a fresh copy of the migrated template (some 50 ms) and is dropped afterwards; the connections of all
    threads of this process go there. The same happens to every test marked
    `@pytest.mark.django_db(transaction=True)`. Returns the database's name, for connections made by hand.
    """
    return str(connection.settings_dict["NAME"])


@pytest.fixture
def product_home() -> Iterator[Path]:
    """Give an empty folder under a short path, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="tracker-product-", ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve() / "home"


@pytest.fixture
def product_settings() -> dict[str, str]:
    """Give the environment that `product` gets on top, such as FETCH_ALLOW."""
    return {}


@pytest.fixture
def product(product_home: Path, product_settings: dict[str, str]) -> Iterator[Product]:
    """Start the product's real processes on an empty home and a free port, and stop them afterwards; 5 s.

    Gives `base_url`, `home`, `port`, `admin_username`, `admin_password`, `stop()`, `restart()`, `kill()`,
    `manage(command, …)`, `create_token()` and `output()`. A test that needs settings of its own overrides the
    fixture `product_settings`, in its module or by `@pytest.mark.parametrize("product_settings", [{…}])`.
    """
    running = Product(product_home, settings=product_settings)
    try:
        running.start()
        yield running
    finally:
        running.clean_up()
