"""`stadttor authority new …`: the first authority and its first organiser, who does the rest in the browser; and leaving."""

import argparse
import getpass
import sys
from collections.abc import Sequence

from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.authorities import STEERING
from stadttor.ground.backup.problems import NotReachable
from stadttor.ground.clock import now
from stadttor.ground.commands import AWAY
from stadttor.ground.launcher.problems import LaunchProblem
from stadttor.identity.services import create_member
from stadttor.rollout.services import make_steering
from stadttor.site.leaving.cli import add_commands
from stadttor.tenancy.queries import authority_by_slug
from stadttor.tenancy.services import HOLIDAYS, create_authority, describe


def main(arguments: Sequence[str]) -> int:
    """Exit codes: 0 done, 1 refused, 2 wrong use. The password is asked for, or read from standard input."""
    parser = argparse.ArgumentParser(prog="stadttor authority", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new", help="create an authority and its first organiser")
    new.add_argument("slug", help="name in addresses: weissenburg")
    new.add_argument("name", help="full name: Große Kreisstadt Weißenburg i. Bay.")
    new.add_argument("--covers", required=True, nargs="+", help="regional keys (ARS) or their first 9 or 5 digits")
    new.add_argument("--kind", default="gemeinde", choices=("gemeinde", "verband", "kreis", "land"))
    new.add_argument("--holiday", action="append", default=[], choices=HOLIDAYS, help="of its place, beyond the Land's")
    new.set_defaults(act=_create)
    steering = commands.add_parser(
        "steering", help="create a body that sees how far services are, and its first organiser"
    )
    steering.add_argument("slug", help="name in addresses: steuerung")
    steering.add_argument("name", help="full name: Koordinierungsstelle Bayern")
    steering.add_argument(
        "--in", dest="keys", default=[], nargs="+", help="keys of Länder (2 digits) or Kreise (5); else all"
    )
    steering.add_argument("--acts", action="store_true", help="it may run, pause and take back roll-outs within them")
    steering.set_defaults(act=_create, kind=STEERING, covers=[], holiday=[])
    for command in (new, steering):
        command.add_argument("--organiser", required=True, help="e-mail address of the first organiser")
        command.add_argument("--organiser-name", required=True)
    add_commands(commands)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.act(chosen))
    except LaunchProblem as problem:
        sys.stderr.write(f"{problem}\n")
        return AWAY if isinstance(problem, NotReachable) else 1
    except Refused as error:
        sys.stderr.write(f"{error.text.format(**error.values)}\n")
        return 1


def _create(chosen: argparse.Namespace) -> int:
    """An authority that exists already only gets the organiser, so that a broken-off run can be repeated."""
    known = authority_by_slug(chosen.slug)
    authority_id = known.id if known else None
    password = getpass.getpass("Password of the organiser: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    if authority_id is None:
        authority_id = create_authority(
            slug=chosen.slug, name=chosen.name, kind=chosen.kind, covers=chosen.covers, actor=SYSTEM, now=now()
        )
        describe(authority_id, actor=SYSTEM, now=now(), holidays=chosen.holiday)
    if chosen.kind == STEERING:
        make_steering(authority_id=authority_id, keys=chosen.keys, acts=chosen.acts)
    create_member(
        authority_id=authority_id,
        email=chosen.organiser,
        name=chosen.organiser_name,
        roles=["organiser", "steering"] if chosen.kind == STEERING else ["organiser"],
        unit_ids=[],
        password=password,
        actor=SYSTEM,
        now=now(),
    )
    sys.stdout.write(f"{chosen.slug} is there; {chosen.organiser} can sign in at /desk/.\n")
    return 0
