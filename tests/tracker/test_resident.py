"""Servers let the garbage collector pass over what they have loaded when they begin to serve."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.product import ROOT


@pytest.mark.parametrize(
    "begin",
    [
        "from tracker import web; web.post_worker_init(None)",
        "from tracker.celery import app; from celery import signals; signals.worker_process_init.send(app)",
    ],
    ids=["web", "worker"],
)
def test_it_works(begin: str) -> None:
    """In a process of its own, since it would hold for all tests that follow."""
    program = f"import gc; {begin}; print(gc.get_freeze_count())"
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    assert int(told.stdout) > 1_000
