"""What docs/erasure.md tells operators to do can be done."""

from __future__ import annotations

import re
from pathlib import Path

from django.core.management import get_commands

from disputes import projections
from disputes.erasure import master_key
from disputes.events.personal import ERASED
from disputes.models import SubjectKey

PAGE = (Path(__file__).parents[3] / "docs" / "erasure.md").read_text()


def test_its_commands_exist() -> None:
    named = set(re.findall(r"manage\.py (\w+)", PAGE))
    assert named >= {"erase_personal_data", "renew_master_key", "rebuild_projections"}
    assert named <= set(get_commands())


def test_a_backup_without_names_leaves_out_every_read_model() -> None:
    left_out = set(re.findall(r"--exclude-table-data='(\w+)'", PAGE))
    assert left_out == {model._meta.db_table for model in projections.READ_MODELS}


def test_it_names_things_as_they_are_called() -> None:
    for name in (master_key.FILE, master_key.SETTING, SubjectKey._meta.db_table, ERASED, "personal_data_erased"):
        assert name in PAGE
