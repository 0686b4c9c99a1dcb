"""`python -m tests.safety`: attack, write `reports/safety.json`, say what broke. `ROW=rls,audit` some rows, `NIGHT=1` more."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.measuring.circumstances import ROOT
from tests.measuring.readme import refresh
from tests.safety.outcome import COUNTS
from tests.safety.plan import PLAN, Planned, wanted
from tests.safety.report import write_report
from tests.safety.running import Size, run_rows
from tests.safety.stand import stand
from tests.safety.standing import Ran, runs


def main() -> int:
    """Exit codes: 0 the rows that ran kept their promises, 1 one broke, 2 an unknown row or wrong use."""
    if len(sys.argv) > 1:
        print(f"{__doc__}\nRows: {', '.join(row.name for row in PLAN)}")
        return 0 if {"-h", "--help"} & set(sys.argv[1:]) else 2
    try:
        planned = wanted(re.findall(r"[a-z_]+", os.environ.get("ROW", "")))
    except KeyError as unknown:
        print(f"There is no row {unknown}. Rows: {', '.join(row.name for row in PLAN)}", file=sys.stderr)
        return 2
    size = Size("night" if os.environ.get("NIGHT") else "ci")
    folder, begun = ROOT / "reports", datetime.now(UTC)
    with stand() as ground:
        run_rows(planned, size, folder / "raw", ground, lambda: datetime.now(UTC))
    report = write_report(folder)
    refresh(ROOT)
    _tell(report)
    return _verdict(_just_ran(planned, size, folder / "raw", begun))


def _just_ran(planned: Sequence[Planned], size: Size, raw: Path, begun: datetime) -> dict[str, Ran | None]:
    """The run of each row begun since then; None where there is an older one at most: the row died before its first line."""
    since = begun.isoformat(timespec="seconds")
    return {
        one.name: next(
            (ran for ran in runs(raw, one) if ran.begun["size"] == size.name and ran.begun["date"] >= since), None
        )
        for one in planned
        if one.row()
    }


def _verdict(ran: Mapping[str, Ran | None]) -> int:
    """The last words: of what ran just now, whatever older run stands in the report."""
    faults = {
        name: [f"{one.file}: {fault}" for fault in one.outcome.broken] if one else [f"{name}: there is no run of now"]
        for name, one in ran.items()
    }
    for fault in (fault for found in faults.values() for fault in found):
        print(f"BROKEN {fault}")
    kept = sum(not found for found in faults.values())
    print(f"{kept} of {len(faults)} rows kept their promises")
    return 0 if kept == len(faults) else 1


def _tell(report: dict[str, Any]) -> None:
    for name, value in report["figures"].items():
        if value is not None:
            print(f"{name} = {value}")
    for name, row in report["rows"].items():
        seen = {count: row[count] for count in COUNTS if row[count] is not None}
        print(f"{'kept' if row['kept'] else 'BROKEN':7}{name}: {seen}, {row['run']['seconds']} s")
        for text in (*row["broken"], *row["notes"]):
            print(f"       {name}: {text}")
    for row in report["not_yet_proven"]:
        print(f"not yet proven: {row['row']}, {row['promise']} ({row['why']})")


if __name__ == "__main__":
    sys.exit(main())
