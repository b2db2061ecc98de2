"""Where captured bodies are kept: in the home, or in a bucket where one is named and can be spoken to."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from tracker import environment
from tracker.environment import capture_storage

FOLDER = Path("/somewhere/captures")


def test_it_works() -> None:
    storage = storages["captures"]
    name = storage.save("00/test", ContentFile(b"bytes"))
    path = settings.HOME.captures / name
    assert path.read_bytes() == b"bytes"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    storage.delete(name)


def test_a_folder_is_what_is_usual() -> None:
    said = capture_storage(FOLDER, bucket="", endpoint="")
    assert said["OPTIONS"]["location"] == FOLDER
    assert said["OPTIONS"]["base_url"] is None, "no address of the site leads to the files"


def test_an_endpoint_without_a_bucket_is_a_mistake() -> None:
    with pytest.raises(ImproperlyConfigured, match="CAPTURE_S3_BUCKET"):
        capture_storage(FOLDER, bucket="", endpoint="https://s3.example")


def test_a_bucket_without_the_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    # The tests have it, for `tests/ingest/capture/test_bucket.py`; an operator's environment has not.
    monkeypatch.setattr(environment, "find_spec", lambda _name: None)
    with pytest.raises(ImproperlyConfigured, match=r"pip install 'django-storages\[s3\]'"):
        capture_storage(FOLDER, bucket="captures", endpoint="")
