"""`stadttor catalogue …`: share this installation's packages with others. What is shared is signed and public."""

import argparse
import sys
from collections.abc import Sequence

from stadttor.catalog import services
from stadttor.catalog.services import own_keys
from stadttor.ground.clock import now


def main(arguments: Sequence[str]) -> int:
    """Exit codes: 0 done, 1 refused, 2 wrong use."""
    chosen = _parser().parse_args(list(arguments))
    try:
        return int(chosen.run(chosen))
    except services.REFUSED as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stadttor catalogue", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    own = commands.add_parser("open", help="make a key, and share what is published here from now on")
    own.add_argument("--name", required=True, help="whose catalogue it is: Bayern")
    own.set_defaults(run=_open)
    for name, verb, line in (
        ("show", _show, "what is shared, and the key that others need to follow it"),
        ("issue", _issue, "sign the index now; the worker does it by itself within five minutes"),
        ("rotate-key", _rotate, "sign with a new key, and with the old one besides"),
        ("retire-key", _retire, "sign with the old key no more"),
    ):
        commands.add_parser(name, help=line).set_defaults(run=verb)
    withdraw = commands.add_parser("withdraw", help="take a version back, for ever: nobody adopts it any more")
    withdraw.add_argument("--reason", required=True, help="one line for those who use it")
    offer = commands.add_parser("offer", help="share a version that was published as private")
    for command, verb in ((withdraw, _withdraw), (offer, _offer)):
        command.add_argument("package", help="de.example.hundesteuer")
        command.add_argument("version", help="1.2.0")
        command.set_defaults(run=verb)
    return parser


def _open(chosen: argparse.Namespace) -> int:
    own = own_keys.make_own_keys(chosen.name)
    _say(f"The catalogue of {own.name} is open. Its key, for those who follow it: {own.kid}")
    return _issue(chosen)


def _show(chosen: argparse.Namespace) -> int:
    own = own_keys.own_keys()
    if own is None:
        _say("This installation shares nothing. To begin: stadttor catalogue open --name NAME")
        return 0
    _say(f"{own.name}: signed with {own.kid}" + "".join(f", still with {kid} too" for kid in own.kids[1:]))
    for one in services.shared_versions():
        _say(f"  {one.package} {one.version}  {one.state}" + (f": {one.reason}" if one.reason else ""))
    return 0


def _issue(chosen: argparse.Namespace) -> int:
    issued = services.issue(now=now())
    if issued is None:
        return _show(chosen)
    count = f"{issued.versions} version{'' if issued.versions == 1 else 's'}"
    state = "issued" if issued.is_new else "in force"
    _say(f"Index {issued.number} with {count} is {state} until {issued.expires_at:%Y-%m-%d %H:%M} UTC.")
    return 0


def _rotate(chosen: argparse.Namespace) -> int:
    own = own_keys.rotate_own_key()
    _say(f"The new key is {own.kid}. Give the others some weeks to see it, then: stadttor catalogue retire-key")
    return _issue(chosen)


def _retire(chosen: argparse.Namespace) -> int:
    _say(f"Signed with {own_keys.retire_earlier_key().kid} alone from now on.")
    return _issue(chosen)


def _withdraw(chosen: argparse.Namespace) -> int:
    services.withdraw_version(package=chosen.package, version=chosen.version, reason=chosen.reason, now=now())
    _say(f"{chosen.package} {chosen.version} is withdrawn. What is adopted goes on; nobody adopts it from now on.")
    return _issue(chosen)


def _offer(chosen: argparse.Namespace) -> int:
    services.offer_version(package=chosen.package, version=chosen.version)
    return _issue(chosen)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
