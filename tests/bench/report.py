"""`reports/bench.json`: where, what and when was measured, the figures, the goals and which of them are missed."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.bench.figures import GOALS, missed, recompute

ROOT = Path(__file__).resolve().parents[2]


def write_report(folder: Path, *, facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Compute the figures of `folder`/raw and write the report beside it."""
    figures = recompute(folder / "raw")
    report = {
        "machine": _machine(),
        "commit": _git("rev-parse", "HEAD"),
        "uncommitted_changes": bool(_git("status", "--porcelain", "--", "stadttor", "adapters")),
        "date": now.isoformat(timespec="seconds"),
        **facts,
        "figures": figures,
        "goals": GOALS,
        "missed": missed(figures),
    }
    (folder / "bench.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    return report


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


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
