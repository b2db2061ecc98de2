"""No list of the admin asks the database more often because it shows more rows."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from benchmarks.landscape import Landscape, make
from tests.support.database import fresh_database
from tests.support.screens import log_in

# The module's own database is filled from outside of any test; the mark has it made.
pytestmark = pytest.mark.django_db

FEW, MANY = 3, 20
SMALL = Landscape(
    disputes=30, events=700, articles=300, pending=60, feeds=30, fetches_of_feed=2, today=date(2026, 11, 24)
)
LISTED = [model for model in apps.get_models() if admin.site.is_registered(model)]

Counts = dict[type[Model], dict[int, list[str]]]
"""Model -> number of rows that a page may show -> what its list asked."""


@pytest.fixture(scope="module")
def asked(
    database_template: str, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Counts:
    """Open every list twice, on pages of few and of many rows."""
    with django_db_blocker.unblock(), fresh_database(database_template), pytest.MonkeyPatch.context() as patch:
        # The checkpoint outside of the database is of this log, and of no other test's.
        patch.setattr(settings, "TRACKER_HOME", tmp_path_factory.mktemp("home"))
        make(SMALL)
        client = log_in(name="root", is_superuser=True)
        found: Counts = {}
        for model in LISTED:
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            client.get(address)  # what is looked up once for all, such as content types
            found[model] = {}
            for rows in (FEW, MANY):
                patch.setattr(type(admin.site.get_model_admin(model)), "list_per_page", rows)
                with CaptureQueriesContext(
                    connection,
                ) as queries:
                    response = client.get(address)
                assert response.status_code == 200, address
                found[model][rows] = [query["sql"] for query in queries]
    return found


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model._meta.label_lower)
def test_a_list_asks_as_often_for_many_rows_as_for_few(asked: Counts, model: type[Model]) -> None:
    few, many = asked[model][FEW], asked[model][MANY]
    assert len(many) == len(few), "\n".join(many)
