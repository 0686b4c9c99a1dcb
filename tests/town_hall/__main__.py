"""`python -m tests.town_hall`: play all, write `reports/town-hall.json`. `JOURNEY=phone,plate` plays some and writes no report."""

import os
import re
import shutil
import sys
import time
import traceback
from datetime import UTC, datetime

from playwright.sync_api import Browser, sync_playwright

from tests.journeys.fixtures import CHROMIUM, FLAGS
from tests.journeys.story import Album
from tests.measuring.circumstances import ROOT, circumstances
from tests.measuring.lines import Lines
from tests.town_hall import handbook
from tests.town_hall.house import House, built
from tests.town_hall.plan import Planned, wanted
from tests.town_hall.play import Play, seen
from tests.town_hall.report import SUBJECT, recompute, write_report
from tests.town_hall.targets import targets

PICTURES, HOUSE = ROOT / "var" / "story" / "town-hall", ROOT / "var" / "town-hall"


def main() -> int:
    """Exit codes: 0 all right, 1 a journey failed or there is no browser, 2 an unknown journey."""
    names = re.findall(r"[a-z_]+", os.environ.get("JOURNEY", ""))
    try:
        planned = wanted(names)
    except KeyError as unknown:
        print(f"There is no journey {unknown}.", file=sys.stderr)
        return 2
    if CHROMIUM is None:
        print("No Chromium on this machine. Debian: apt install chromium")
        return 1
    for folder in (PICTURES, HOUSE):
        shutil.rmtree(folder, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    # A part of it is for looking: what it saw is no report of the whole.
    reports = ROOT / "var" / "town-hall-part" if names else ROOT / "reports"
    _play_all(planned, Lines(reports / "raw"))
    report = recompute(reports / "raw") if names else write_report(reports)
    for name, value in report["figures"].items():
        print(f"{name} = {value}")
    for name, why in report["not_played"].items():
        print(f"{name}: not played, {why}")
    failed = {name: one["failed"] for name, one in report["journeys"].items() if one["failed"]}
    for name, whys in failed.items():
        print("\n".join(f"FAILED {name}: {why}" for why in whys))
    for name in report["missed"]:
        print(f"MISSED {name}: {report['figures'][name]}, goal {report['goals'][name]}")
    return 1 if failed or report["missed"] else 0


def _play_all(planned: list[Planned], lines: Lines) -> None:
    lines.write(SUBJECT, kind="begun", **circumstances(datetime.now(UTC)))
    lines.write(SUBJECT, kind="figure", name="service_descriptions", value=_described())
    album = Album(PICTURES)
    with (
        targets(HOUSE.parent / "town-hall-targets") as named,
        built(HOUSE, named) as house,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for one in planned:
            _play(one, house, browser, album, lines)
        browser.close()
    print(f"{len(album.taken)} pictures in {PICTURES.relative_to(ROOT)}")


def _described() -> int:
    """How many services are described without a form, in German."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    django.setup()
    from stadttor.descriptions.queries import described

    return len(described("de"))


def _play(planned: Planned, house: House, browser: Browser, album: Album, lines: Lines) -> None:
    """One journey; what fails in it is counted, and the next one begins."""
    played = planned.play()
    if played is None:
        return
    print(f"{planned.title} …", flush=True)
    play, begun, since = Play(house, browser, album, planned.name), time.monotonic(), time.time()
    try:
        for line in played(play):
            lines.write(SUBJECT, journey=planned.name, **_plain(line))
            if not line.get("right", True):
                print(f"WRONG {line['name']}: {line['expected']} expected, {line['got']}", flush=True)
    except Exception as error:  # one journey that fails must not hide the others
        traceback.print_exc()
        why = f"{type(error).__name__}: {error}"[:2_000]
        lines.write(SUBJECT, journey=planned.name, kind="broken", why=why, pictures=play.picture_of_failure())
    left_out = sorted(handbook.missing(planned.name, since))
    lines.write(SUBJECT, journey=planned.name, **_plain(seen("the handbook's pictures", [], left_out)))
    for line in play.leave():
        lines.write(SUBJECT, journey=planned.name, **_plain(line))
    lines.write(SUBJECT, journey=planned.name, kind="ended", seconds=round(time.monotonic() - begun, 1))


def _plain(line: dict[str, object]) -> dict[str, object]:
    """As JSON can say it."""
    return {
        name: value if isinstance(value, (str, int, float, list, type(None))) else str(value)
        for name, value in line.items()
    }


if __name__ == "__main__":
    sys.exit(main())
