"""`python -m tests.safety`: attack, write `reports/safety.json`, say what broke. `ROW=rls,audit` some rows, `NIGHT=1` more."""

import os
import re
import sys
from datetime import UTC, datetime
from typing import Any

from tests.measuring.circumstances import ROOT
from tests.measuring.readme import refresh
from tests.safety.outcome import COUNTS
from tests.safety.plan import PLAN, wanted
from tests.safety.report import write_report
from tests.safety.running import Size, run_rows
from tests.safety.stand import stand


def main() -> int:
    """Exit codes: 0 the rows that ran kept their promises, 1 one broke, 2 an unknown row."""
    try:
        planned = wanted(re.findall(r"[a-z_]+", os.environ.get("ROW", "")))
    except KeyError as unknown:
        print(f"There is no row {unknown}. Rows: {', '.join(row.name for row in PLAN)}", file=sys.stderr)
        return 2
    size = Size("night" if os.environ.get("NIGHT") else "ci")
    folder = ROOT / "reports"
    with stand() as ground:
        run_rows(planned, size, folder / "raw", ground, lambda: datetime.now(UTC))
    report = write_report(folder)
    refresh(ROOT)
    _tell(report)
    names = tuple(f"{row.name}:" for row in planned)
    return 1 if any(fault.startswith(names) for fault in report["broken"]) else 0


def _tell(report: dict[str, Any]) -> None:
    for name, value in report["figures"].items():
        if value is not None:
            print(f"{name} = {value}")
    for name, row in report["rows"].items():
        seen = {count: row[count] for count in COUNTS if row[count] is not None}
        print(f"{'kept' if row['kept'] else 'BROKEN':7}{name}: {seen}, {row['run']['seconds']} s")
        for note in row["notes"]:
            print(f"       {name}: {note}")
    for row in report["not_yet_proven"]:
        print(f"not yet proven ({row['why']}): {row['row']}, {row['promise']}")
    for fault in report["broken"]:
        print(f"BROKEN {fault}")


if __name__ == "__main__":
    sys.exit(main())
