"""Where, what and when was measured."""

import os
import platform
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("stadttor", "adapters")
MEASURED = (
    *PRODUCT, "packages", "tests", "docs/security", "conftest.py", "pyproject.toml", "requirements.lock",
    "requirements-dev.lock",
)  # fmt: skip
"""The product, what measures it and what that reads: a figure belongs to a commit only when none of it was changed."""


def circumstances(now: datetime) -> dict[str, Any]:
    """Machine, commit and date, as every report begins. What git cannot say is no clean tree."""
    return {
        "machine": _machine(),
        "commit": _git("rev-parse", "HEAD") or "unknown",
        "uncommitted_changes": _git("status", "--porcelain", "--", *MEASURED) != "",
        "date": now.isoformat(timespec="seconds"),
    }


def commits_between(older: str, newer: str) -> int | None:
    """How many commits touched the product from one to the other; None where this clone does not know them."""
    count = _git("rev-list", "--count", f"{older}..{newer}", "--", *PRODUCT)
    return int(count) if count and count.isdigit() else None


def _machine() -> dict[str, Any]:
    return {
        "processor": _first("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory_mb": int(_first("/proc/meminfo", "MemTotal").split()[0]) // 1000,
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def _first(path: str, key: str) -> str:
    lines = Path(path).read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), "0")


def _git(*words: str) -> str | None:
    """What git answers; None where it fails or is not there."""
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return None if done.returncode else done.stdout.strip()
