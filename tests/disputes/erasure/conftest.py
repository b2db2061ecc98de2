"""A home of its own for every test, since the keys of its database lie in it."""

from pathlib import Path

import pytest
from pytest_django import Settings

from disputes.erasure.master_key import MasterKeyring, configured_master_keys


@pytest.fixture(autouse=True)
def keyring(settings: Settings, tmp_path: Path) -> MasterKeyring:
    """Give the master keys of the test."""
    settings.TRACKER_HOME = tmp_path / "home"
    return configured_master_keys()
