"""`reports/bench.json`: where, what and when was measured, the figures, the goals and which of them are missed."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.bench.figures import GOALS, missed, recompute
from tests.measuring.circumstances import circumstances


def write_report(folder: Path, *, facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Compute the figures of `folder`/raw and write the report beside it."""
    figures = recompute(folder / "raw")
    report = {
        **circumstances(now),
        **facts,
        "figures": figures,
        "goals": GOALS,
        "missed": missed(figures),
    }
    (folder / "bench.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    return report
