"""`python -m tests.bench_rollout`: measure, write `reports/rollout.json`. Needs the official register; skips without it."""

import sys
import time
from datetime import UTC, datetime

from tests.bench.run import official_register
from tests.bench_rollout.run import FULL, run
from tests.measuring.circumstances import ROOT


def main() -> int:
    """Exit code 0 whatever the figures, and when it was skipped."""
    registers = official_register()
    if not registers:
        print("Skipped: the official register lies neither beside the repository nor in $BENCH_REGISTER.")
        return 0
    begun = time.monotonic()

    def tell(step: str) -> None:
        print(f"{time.monotonic() - begun:6.0f} s  {step}", flush=True)

    report = run(FULL, ROOT / "reports", datetime.now(UTC), tell, registers)
    for name, value in report["figures"].items():
        goal = f"  (goal {report['goals'][name]})" if name in report["goals"] else ""
        print(f"{'MISSED' if name in report['missed'] else '':7}{name} = {value}{goal}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
