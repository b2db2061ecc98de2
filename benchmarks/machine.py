"""The machine that figures come from, without which they say little."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path
from typing import Any

import psutil

from benchmarks.workers import ROOT

BUSY = 0.5
"""A load above this part of the processors, before anything runs, is that of others, and too much to trust figures."""


def facts() -> dict[str, Any]:
    """Give the machine as it is before the benchmark, and the revision of the code."""
    return {
        "processors": os.cpu_count(),
        "processor": _processor(),
        "memory_bytes": psutil.virtual_memory().total,
        "platform": platform.platform(),
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
        "revision": _git("rev-parse", "HEAD") or None,
        "is_changed": bool(_git("status", "--porcelain", "--untracked-files=no")),
    }


def describe(found: dict[str, Any], server: dict[str, str]) -> str:
    """Say on two lines what the figures come from."""
    changed = " with changes" if found["is_changed"] else ""
    revision = f"revision {found['revision'][:10]}{changed}" if found["revision"] else "no revision"
    settings = ", ".join(f"{name} {server[name]}" for name in ("fsync", "synchronous_commit", "shared_buffers"))
    return (
        f"{found['processors']} processors ({found['processor']}), {found['memory_bytes'] / 2**30:.0f} GiB, "
        f"load {found['load_before']:.1f}; Python {found['python']}; {revision}\n"
        f"PostgreSQL {server['server_version']}, {server['kind']}; {settings}"
    )


def is_busy(found: dict[str, Any]) -> bool:
    """Say whether others used the machine so much that only ratios can be trusted."""
    return bool(found["load_before"] > BUSY * (found["processors"] or 1))


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(iter(names), "") or platform.processor() or platform.machine()


def _git(*arguments: str) -> str:
    result = subprocess.run(
        ["git", *arguments],  # noqa: S607 (whichever git there is)
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout.strip()
