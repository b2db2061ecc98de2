"""The stage makes databases and gets rid of them."""

import threading

import psycopg
import pytest
from django.conf import settings
from psycopg.errors import InsufficientPrivilege

from benchmarks import stage as stages
from benchmarks.stage import Stage
from tracker.services import postgres

pytestmark = pytest.mark.skipif(
    not settings.EMBEDDED_POSTGRES, reason="needs a superuser, whom a given server may lack"
)


@pytest.fixture
def stage(services: None) -> Stage:
    stage = Stage()
    stage.url = settings.DATABASE_URL
    return stage


def as_superuser(database: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(
        host=str(settings.HOME.postgres_sockets), port=postgres.PORT, user=postgres.SUPERUSER, dbname=database
    )


def is_there(database: str) -> bool:
    with psycopg.connect(settings.DATABASE_URL) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
    return found is not None


def test_it_works(stage: Stage) -> None:
    with stage._new_database() as name:
        assert is_there(name)
    assert not is_there(name)


def test_a_superuser_who_works_in_a_database_is_waited_for(stage: Stage) -> None:
    """Autovacuum is one, and the owner may not send it away."""
    with stage._new_database() as name:
        superuser = as_superuser(name)
        threading.Timer(0.3, superuser.close).start()
    assert not is_there(name)


def test_one_who_stays_is_an_error(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "DROP_PATIENCE", 0.2)
    with stage._new_database() as name, pytest.raises(InsufficientPrivilege), as_superuser(name):
        stage._drop(name)
    assert not is_there(name)


def test_a_server_that_allows_no_checkpoint_is_said_to(stage: Stage) -> None:
    stage._superuser_url = settings.DATABASE_URL
    stage.checkpoint()
    assert stage.facts()["checkpoint_before_measures"] == "the role of DATABASE_URL may not"
