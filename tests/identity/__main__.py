"""`python -m tests.identity`: try everything, write `reports/identity.json`. `PART=wallet,saml` some parts only."""

import os
import re
import sys
import time
import traceback
from datetime import UTC, datetime

from tests.identity.plan import Planned, wanted
from tests.identity.report import write_report
from tests.identity.stand import Stand, stand
from tests.measuring.circumstances import ROOT, circumstances
from tests.measuring.lines import Lines


def main() -> int:
    """Exit codes: 0 all right, 1 a case was answered wrongly or a part failed, 2 an unknown part."""
    try:
        planned = wanted(re.findall(r"[a-z_]+", os.environ.get("PART", "")))
    except KeyError as unknown:
        print(f"There is no part {unknown}.", file=sys.stderr)
        return 2
    lines = Lines(ROOT / "reports" / "raw")
    with stand(ROOT / "var" / "identity") as one:
        done = [_run(part, one, lines) for part in planned]
    report = write_report(ROOT / "reports")
    for name, value in report["figures"].items():
        print(f"{name} = {value}")
    for name, part in report["parts"].items():
        for text in (*part["notes"], *(f"WRONG {wrong}" for wrong in part["wrong"])):
            print(f"{name}: {text}")
    for missing in report["not_run"]:
        print(f"{missing['part']}: {missing['why']}")
    for name in report["missed"]:
        print(f"MISSED {name}: {report['figures'][name]}, goal {report['goals'][name]}")
    for name, text in report["lacking"].items():
        print(f"LACKING {name}: {text}")
    return 0 if all(done) and not report["missed"] and not report["lacking"] else 1


def _run(planned: Planned, one: Stand, lines: Lines) -> bool:
    """Whether it was not run, or came to its end with every case right."""
    part, subject, right = planned.part(), f"identity-{planned.name}", True
    if part is None:
        return True
    print(f"{planned.name} …", flush=True)
    lines.write(subject, kind="begun", **circumstances(datetime.now(UTC)))
    if planned.outside and not one.has_peers:
        lines.write(subject, kind="skipped", why="the outside clients (../shared/peers/identity) are not here")
        return True
    begun = time.monotonic()
    try:
        cases = 0
        for line in part.run(one):
            lines.write(subject, **line)
            right, cases = right and line.get("right", True), cases + (line["kind"] == "case")
    except Exception as error:  # one part that fails must not hide the others
        traceback.print_exc()
        lines.write(subject, kind="failed", why=f"{type(error).__name__}: {error}"[:2_000])
        return False
    lines.write(subject, kind="ended", seconds=time.monotonic() - begun)
    return right and not planned.lacking(cases)


if __name__ == "__main__":
    sys.exit(main())
