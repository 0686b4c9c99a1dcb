"""`stadttor rollout …`: one version of a package for many authorities. Ctrl-C or a kill ends between two batches."""

import argparse
import csv
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from stadttor.catalog.queries import release, spread
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.commands import bar
from stadttor.rollout import queries, services
from stadttor.rollout.rules.groups import Group, group_of
from stadttor.rollout.rules.notice import NOTICE_DAYS, Notice
from stadttor.rollout.services.planning import FIRST_WAVE_PERCENT
from stadttor.tenancy.queries import authority_by_slug

WORDS: Mapping[str, str] = {
    "has_it": "have it already",
    "address_taken": "use the address for another service",
    "withdrawn_here": "withdrew the service themselves",
    "not_adopted": "did not adopt the service",
    "not_higher": "have this version or a higher one",
    "changed_since": "changed something since, and keep it",
    "parameters": "have values that do not fit",
    "unset": "have required settings that nobody has set",
    "not_applicable": "said that it does not apply to them",
    "objected": "objected",
    "deferred": "deferred it",
    "not_covering": "serve no place any more",
}
READS_COME_FIRST = 10
MOST_NAMED = 10
DIGITS = {"land": 2, "kreis": 5}


def main(arguments: Sequence[str]) -> int:
    """Exit codes: 0 done, 1 refused, 2 wrong use."""
    chosen = _parser().parse_args(list(arguments))
    try:
        return int(chosen.run(chosen))
    except Refused as error:
        return _refuse(error.text.format(**error.values))
    except OSError as error:
        return _refuse(f"{error.filename}: {error.strerror}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stadttor rollout", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _plan_parser(commands.add_parser("plan", help="keep who shall get which version, or try it out"))
    for name, verb, line in (
        ("run", _run, "run it, or go on where it ended; repeatable"),
        ("resume", _run, "the same, after a pause"),
        ("pause", _pause, "stop after the present batch"),
        ("next-wave", _next_wave, "go on after the first wave, and run"),
        ("take-back", _take_back, "put all back to where it was, as far as they changed nothing since"),
        ("give-up", _give_up, "do nothing of a plan that has not begun; those who were told of it are told"),
        ("try-again", _try_again, "run once more for those left out for a reason that may be gone"),
        ("status", _status, "how far it is, who is left out and what is missing"),
    ):
        command = commands.add_parser(name, help=line)
        command.add_argument("number", type=int, nargs="?" if name == "status" else None)
        if name == "next-wave":
            command.add_argument("--unjudged", action="store_true",
                                 help="although too few applications came in to judge the new version")  # fmt: skip
        command.set_defaults(run=verb)
    competence = commands.add_parser("competence", help="say which level does a service in a Land")
    competence.add_argument("package")
    competence.add_argument("--land", required=True, help="two digits: 09")
    competence.add_argument("--level", required=True, choices=("gemeinde", "verband", "kreis", "land"))
    competence.add_argument("--law", required=True, help="what makes it competent")
    competence.add_argument("--from", dest="since", type=date.fromisoformat, help="the first day; default: today")
    competence.add_argument("--themselves", nargs="+", default=[], metavar="KIND",
                            help="municipalities that do it themselves all the same: grosse_kreisstadt")  # fmt: skip
    competence.set_defaults(run=_competence)
    apart = commands.add_parser("not-applicable", help="say that a service does not apply at an authority")
    apart.add_argument("package")
    apart.add_argument("authority", help="its address: weissenburg")
    apart.add_argument("--reason", default="")
    apart.add_argument("--again", action="store_true", help="it does apply after all")
    apart.set_defaults(run=_not_applicable)
    cockpit = commands.add_parser("cockpit", help="how far a service is at every competent authority, as CSV")
    cockpit.add_argument("package")
    cockpit.add_argument("--by", choices=(*DIGITS, "authority"), default="land")
    cockpit.set_defaults(run=_cockpit)
    return parser


def _plan_parser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("package")
    parser.add_argument("version", nargs="?", default="", help="default: the highest")
    parser.add_argument("--upgrade", action="store_true", help="change those who have a lower version")
    parser.add_argument("--in", dest="keys", nargs="+", default=[], metavar="KEY",
                        help="beginnings of regional keys: Land 09, Kreis 09577, association 095775538, municipality")  # fmt: skip
    parser.add_argument("--keys", dest="file", type=Path, help="a file with such keys, one a line")
    parser.add_argument("--smallest", type=int, help="inhabitants at least")
    parser.add_argument("--largest", type=int, help="inhabitants at most")
    parser.add_argument("--values", type=Path, help='JSON: {"": {"name": 1}, "09": {"name": 2}}')
    parser.add_argument("--first", type=int, choices=range(101), metavar="PERCENT",
                        help=f"size of the first wave; default {FIRST_WAVE_PERCENT} for an upgrade, else 0")  # fmt: skip
    parser.add_argument("--law", default="", help="of an upgrade: the law or the reason")
    parser.add_argument(
        "--effective",
        type=date.fromisoformat,
        help="of an upgrade: the effective date; default: the end of notice",
    )
    parser.add_argument("--notice", type=int, default=NOTICE_DAYS, help="of an upgrade: days to object")
    parser.add_argument("--urgent", action="store_true", help="a correction the law does not let wait")
    parser.add_argument("--dry-run", action="store_true", help="do all of it and keep nothing")
    parser.set_defaults(run=_plan)


def _plan(chosen: argparse.Namespace) -> int:
    wanted = _wanted(chosen)
    found = queries.targets(wanted.release, wanted.group)
    print(f"{wanted.release.package} {wanted.release.version}: {len(found.authorities):,} competent authorities "
          f"for {found.keys:,} keys.")  # fmt: skip
    if found.not_applicable:
        print(f"{len(found.not_applicable):,} more say that it does not apply to them.")
    if found.nobody:
        print(f"{len(found.nobody):,} keys have no competent authority here.")
        for place in found.nobody[:MOST_NAMED]:
            print(f"  {place.ars} {place.name}")
    if chosen.dry_run:
        _print_tried(services.try_out(wanted, now=now(), progress=bar), found)
        print("Nothing was kept.")
        return 0
    number = services.plan(wanted, now=now())
    if wanted.notice:
        print(
            f"Planned as roll-out {number}. Organisers are told by mail; it begins by itself on {wanted.notice.effective_on}."
        )
    else:
        print(f"Planned as roll-out {number}. Next: stadttor rollout run {number}")
    return 0


def _wanted(chosen: argparse.Namespace) -> services.Plan:
    notice = None
    if chosen.upgrade:
        earliest = german_day(now()) + timedelta(days=chosen.notice)
        notice = Notice(chosen.law, chosen.effective or earliest, chosen.notice, chosen.urgent)
    default = FIRST_WAVE_PERCENT if chosen.upgrade else 0
    return services.Plan(
        release=release(chosen.package, chosen.version),
        kind="upgrade" if chosen.upgrade else "adopt",
        group=_group(chosen),
        given=_values(chosen.values),
        first_percent=default if chosen.first is None else chosen.first,
        notice=notice,
    )


def _group(chosen: argparse.Namespace) -> Group:
    listed = chosen.file.read_text().split() if chosen.file else []
    return group_of([*chosen.keys, *listed], chosen.smallest, chosen.largest)


def _values(path: Path | None) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads(path.read_text()) if path else {}
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused("rollout_values", "Write the values as {form}.", form='{"": {"name": 1}, "09": {"name": 2}}')
    return found


def _run(chosen: argparse.Namespace) -> int:
    services.begin(chosen.number, now=now())
    return _go(chosen.number, services.run_batch)


def _next_wave(chosen: argparse.Namespace) -> int:
    services.watch_all(now=now())
    services.begin_next_wave(queries.rollout(chosen.number), unjudged=chosen.unjudged, now=now())
    return _go(chosen.number, services.run_batch)


def _take_back(chosen: argparse.Namespace) -> int:
    services.start_taking_back(chosen.number)
    return _go(chosen.number, services.take_back_batch)


def _go(number: int, verb: Callable[..., bool]) -> int:
    """Batch after batch. People who look at a page come first, so this runs with less right to the processor."""
    os.nice(READS_COME_FIRST)
    row = queries.rollout(number)
    while verb(number, actor=SYSTEM, now=now()):
        found = queries.progress(row.id)
        bar(found.taken_back if row.state == "taking_back" else found.done, found.total)
    return _tell(number)


def _pause(chosen: argparse.Namespace) -> int:
    services.pause(chosen.number)
    return _tell(chosen.number)


def _give_up(chosen: argparse.Namespace) -> int:
    services.give_up(chosen.number)
    return _tell(chosen.number)


def _try_again(chosen: argparse.Namespace) -> int:
    count = services.try_again(chosen.number)
    print(f"{count:,} authorities wait for another try. Next: stadttor rollout run {chosen.number}")
    return 0


def _status(chosen: argparse.Namespace) -> int:
    if chosen.number is not None:
        return _tell(chosen.number, who=True)
    for row in queries.rollouts():
        print(
            f"{row.number:5}  {row.state:12} {row.kind:8} {row.package} {row.version}{' (urgent)' if row.urgent else ''}"
        )
    return 0


def _tell(number: int, *, who: bool = False) -> int:
    row = queries.rollout(number)
    found = queries.progress(row.id)
    print(f"Roll-out {number}, {row.kind} {row.package} {row.version}: {row.state}, wave {row.wave} of {row.waves}.")
    if row.kind == "upgrade":
        urgent = "urgent legal correction, " if row.urgent else ""
        print(f"In effect on {row.effective_on}, {urgent}{row.notice_days} days of notice: {row.law}")
    if row.why_stopped:
        print(f"{'It fares worse' if row.state == 'done' else 'Stopped'}: {row.why_stopped}")
    print(
        f"{found.done:,} of {found.total:,} authorities done, {found.taken_back:,} taken back, of these left as they were:"
    )
    _print_left(found.left_out)
    if who and row.kind == "upgrade" and row.begun_at:
        _print_watched(services.watch(row, now=now()))
    if who:
        _print_who(row)
    return 0


def _print_left(counts: Mapping[str, int]) -> None:
    for code, count in counts.items():
        print(f"  {count:6,} {WORDS.get(code, code)}")
    if not counts:
        print("  nobody")


def _print_tried(tried: services.Tried, found: queries.Targets) -> None:
    """Counts, then each authority that would be left out or would miss required settings."""
    _print_left(Counter(sorted(one.code for one in tried.left)))
    slugs = {one.authority.id: one.authority.slug for one in found.authorities}
    for one in tried.left:
        faults = f" ({'; '.join(one.faults)})" if one.faults else ""
        print(f"{slugs[one.authority_id]}: {WORDS.get(one.code, one.code)}{faults}")
    for authority_id, names in tried.unset.items():
        print(f"{slugs[authority_id]}: to be set: {', '.join(names)}")


def _print_watched(found: services.Watched) -> None:
    """The same authorities before and now."""
    both = zip(("Before", "Since"), (found.before, found.after), found.errors, found.broken, strict=True)
    for name, of, errors, broken in both:
        print(f"{name}: {of.received:,} cases, {of.asked_back:,} asked back, {of.refused:,} of {of.decided:,} refused, "
              f"errors in {errors.part:,} of {errors.total:,} applications, {broken.part:,} pages broke.")  # fmt: skip
    if not found.is_judged:
        print("Too few applications came in to judge the new version.")


def _print_who(row: queries.RolloutRow) -> None:
    """Each authority that was left out or objects, with what it said, and each whose required settings nobody has set."""
    for one in queries.left_out(row.id):
        faults = f" ({'; '.join(one.faults)})" if one.faults else f" until {one.until}" if one.until else ""
        said = f": {one.reason}" if one.reason else ""
        print(f"{one.slug}: {WORDS.get(one.code, one.code)}{faults}{said}")
    slugs = queries.slugs_of(row.id)
    for found in spread(row.package_id):
        if found.unset and found.authority_id in slugs:
            print(f"{slugs[found.authority_id]}: to be set: {', '.join(found.unset)}")


def _competence(chosen: argparse.Namespace) -> int:
    package_id = release(chosen.package).package_id
    since = chosen.since or german_day(now())
    services.set_competence(
        package_id=package_id, land=chosen.land, level=chosen.level, source=chosen.law, since=since,
        themselves=chosen.themselves,
    )  # fmt: skip
    apart = f", but {', '.join(chosen.themselves)} do it themselves" if chosen.themselves else ""
    print(f"In {chosen.land} the level {chosen.level} does {chosen.package} from {since} on{apart} ({chosen.law}).")
    return 0


def _not_applicable(chosen: argparse.Namespace) -> int:
    authority = authority_by_slug(chosen.authority)
    if authority is None:
        return _refuse(f"{chosen.authority}: there is no such authority")
    here = {"package_id": release(chosen.package).package_id, "authority_id": authority.id}
    if chosen.again:
        services.does_apply(**here, actor=SYSTEM, now=now())
    else:
        services.does_not_apply(**here, reason=chosen.reason, actor=SYSTEM, now=now())
    return 0


def _cockpit(chosen: argparse.Namespace) -> int:
    """One line each; counts by stage, or one authority with its stage and what blocks it."""
    rows = queries.cockpit(release(chosen.package), now=now())
    writer = csv.writer(sys.stdout, delimiter=";", lineterminator="\n")
    if chosen.by == "authority":
        writer.writerow(("key", "authority", "name", "stage", "version", "blocked", "said"))
        for row in rows:
            writer.writerow((row.key, row.slug, row.name, row.stage, row.version, ", ".join(row.blocked), row.said))
        return 0
    writer.writerow((chosen.by, *queries.STAGES))
    for key, counts in queries.counted(rows, DIGITS[chosen.by]).items():
        writer.writerow((key, *(counts[stage] for stage in queries.STAGES)))
    return 0


def _refuse(reason: str) -> int:
    print(reason, file=sys.stderr)
    return 1
