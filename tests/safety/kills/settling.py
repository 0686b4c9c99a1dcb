"""After the last kill: what was begun must end in time; then every promise is looked up and every effect counted."""

import json
import subprocess
import sys
import time
from pathlib import Path

from tests.measuring.circumstances import ROOT
from tests.safety.kills import acts, bookings, clock, counting
from tests.safety.kills.journal import promises
from tests.safety.kills.killing import Killer
from tests.safety.kills.people import People
from tests.safety.kills.running import House
from tests.safety.kills.verdict import LATE_AFTER_S, SETTLE_S
from tests.safety.running import RowLines


def end_what_was_begun(running: House, last: float, lines: RowLines) -> None:
    """What was there at the last kill is done within a minute of it, while people end; whatever is not is stuck."""
    with running.admin() as admin:
        _until_done(admin, lines, "kill", last, counting.begun(admin))


def settle(running: House, lines: RowLines) -> None:
    """Time passes by hand, then everything must be done within a minute of the people's last act."""
    from tests.safety.kills.ringing import ten_minutes_pass

    with running.admin() as admin:
        ten_minutes_pass(admin)
        _until_done(admin, lines, "people", time.monotonic())


def _until_done(
    admin: counting.Admin, lines: RowLines, since: str, moment: float, by: counting.Begun | None = None
) -> None:
    """Note how long it took since the moment, and what was left undone after a minute."""
    from tests.safety.kills.ringing import minute_passes

    while True:
        minute_passes(admin)
        left, waited = counting.undone(admin, by), time.monotonic() - moment
        if not left or waited > SETTLE_S:
            break
        time.sleep(0.2)
    for one in counting.unfinished(admin) if left else ():
        lines.write("unfinished", **one)
    lines.write("settled", since=since, seconds=waited, undone=left)


def count(running: House, killer: Killer, people: People, folder: Path, lines: RowLines) -> None:
    with running.admin() as admin:
        counting.make_ready(admin)
        for one in counting.applications(admin):
            lines.write("application", **one)
        for one in (*bookings.appointments(admin), *acts.acts(admin)):
            lines.write("application", **one)
        told = list(promises(people.journals))
        of_bookings = [one for one in told if one["kind"] in bookings.OF_BOOKINGS]
        of_acts = [one for one in told if one["kind"] in acts.KINDS]
        others = [one for one in told if one["kind"] not in bookings.OF_BOOKINGS | acts.KINDS]
        for one in (*bookings.kept(admin, of_bookings), *acts.kept(admin, of_acts), *counting.kept(admin, others)):
            one.pop("kind")
            lines.write("promise", **one)
        for one in counting.mails(admin, promises(folder / "mails"), killer.deaths):
            lines.write("mail", **one)
        lines.write("files", **_files(running))
        lines.write("handed_over", **counting.handed_over(admin, folder))
        lines.write("days", **acts.lines_handed_over(admin, folder))
        lines.write("figures", **_figures(admin))
        lines.write("rolled_out", **counting.rolled_out(admin))
    for at, status, of in people.answers:
        lines.write("error", status=status, of=of, late=not any(a <= at <= b + LATE_AFTER_S for a, b in killer.outages))
    for name in people.hung:
        lines.write("hung", of=name)
    for text in people.lost_patience:
        lines.write("patience", text=text)
    lines.write("audit", sound=_audit_is_sound(running))


def _figures(admin: counting.Admin) -> dict[str, int]:
    """Counted by the product's clock as it was all along, and once more from the beginning."""
    found = []
    for _ in range(2):
        clock.count_figures(admin)
        end = time.monotonic() + SETTLE_S
        while clock.is_counting(admin) and time.monotonic() < end:
            time.sleep(0.2)
        found.append(acts.figures(admin))
        acts.forget_figures(admin)
    return acts.told_apart(*found)


def _files(running: House) -> dict[str, int]:
    """Every stored file opened and compared, with the product's own keys and rights."""
    command = [sys.executable, "-m", "tests.safety.kills.stored"]
    done = subprocess.run(command, cwd=ROOT, env=running.around(), check=True, stdout=subprocess.PIPE)
    found: dict[str, int] = json.loads(done.stdout)
    return found


def _audit_is_sound(running: House) -> bool:
    """By the product's own verifier, with its own rights."""
    command = [sys.executable, "-m", "stadttor", "audit", "verify"]
    return subprocess.run(command, cwd=ROOT, env=running.around(), check=False, capture_output=True).returncode == 0
