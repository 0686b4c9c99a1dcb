"""`python -m tests.bench`: measure, write `reports/bench.json`, say what misses its goal. `BENCH=small` for a try."""

import os
import sys
import time
from datetime import UTC, datetime

from tests.bench.run import official_register, run
from tests.bench.sizes import SIZES
from tests.measuring.circumstances import ROOT
from tests.measuring.readme import refresh


def main() -> int:
    """Exit codes: 0 measured, whatever the figures; 2 an unknown size."""
    size = SIZES.get(os.environ.get("BENCH", "full"))
    if size is None:
        print(f"BENCH is one of: {', '.join(SIZES)}", file=sys.stderr)
        return 2
    begun = time.monotonic()

    def tell(step: str) -> None:
        print(f"{time.monotonic() - begun:6.0f} s  {step}", flush=True)

    folder = ROOT / "reports" if size.name == "full" else ROOT / "var" / "bench"
    registers = official_register() if size.most is None else ()
    report = run(size, folder, datetime.now(UTC), tell, registers)
    if size.name == "full":
        refresh(ROOT)
    for name, value in report["figures"].items():
        goal = f"  (goal {report['goals'][name]})" if name in report["goals"] else ""
        print(f"{'MISSED' if name in report['missed'] else '':7}{name} = {value}{goal}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
