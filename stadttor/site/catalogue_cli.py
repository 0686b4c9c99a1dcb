"""`stadttor catalogue …`: share this installation's packages with others, and follow theirs."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from stadttor.catalog import queries, services
from stadttor.catalog.services import own_keys
from stadttor.catalog.services.following import WORDS
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
    _following(commands)
    return parser


def _following(commands: Any) -> None:
    follow = commands.add_parser(
        "subscribe", help="follow another installation's catalogue; again, to agree on another key"
    )
    follow.add_argument("address", help="https://stadttor.bayern.example")
    follow.add_argument(
        "--key", required=True, help="the thumbprint that `show` prints there; have it by a way of its own"
    )
    follow.add_argument("--name", default="", help="what it is called here; default: its host")
    follow.set_defaults(run=_subscribe)
    commands.add_parser("list", help="what is followed, and what is new there").set_defaults(run=_list)
    again = commands.add_parser("refresh", help="read them now; the worker does it every hour")
    again.add_argument("name", nargs="?", help="without it all")
    again.set_defaults(run=_refresh)
    trust = commands.add_parser("trust", help="accept packages of a publisher that a catalogue names")
    take = commands.add_parser("import", help="fetch a version, check it, and put it into the catalogue here")
    for name, verb, line in (
        ("unsubscribe", _unsubscribe, "follow it no more; what was imported stays"),
        ("publishers", _publishers, "whom it names, and whether they are trusted here"),
    ):
        command = commands.add_parser(name, help=line)
        command.add_argument("name")
        command.set_defaults(run=verb)
    trust.add_argument("name")
    trust.add_argument("kid", help="the key's name, as `publishers` prints it")
    trust.add_argument("namespace", help="below which its packages are accepted, as `publishers` prints it")
    trust.set_defaults(run=_trust)
    take.add_argument("name")
    take.add_argument("package", help="de.example.hundesteuer")
    take.add_argument("version", nargs="?", default="", help="1.2.0; without it the highest")
    take.set_defaults(run=_import)


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


def _subscribe(chosen: argparse.Namespace) -> int:
    name = services.subscribe(address=chosen.address, kid=chosen.key, name=chosen.name, now=now())
    _say(f"{name} is followed from now on.")
    return _list(chosen)


def _unsubscribe(chosen: argparse.Namespace) -> int:
    services.unsubscribe(name=chosen.name, now=now())
    _say(f"{chosen.name} is followed no more. What was imported stays.")
    return 0


def _list(chosen: argparse.Namespace) -> int:
    news = queries.news()
    for one in queries.followed_catalogues():
        state = (
            f"NOT BELIEVED: {WORDS[one.problem]}" if one.problem else f"valid until {one.expires_at:%Y-%m-%d %H:%M} UTC"
        )
        _say(
            f"{one.name}  {one.title}, {one.address}, index {one.number}, read {one.good_at:%Y-%m-%d %H:%M} UTC, {state}"
        )
        for new in (row for row in news if row.catalogue == one.name):
            here = f"here {new.here}" if new.here else "not here"
            trust = "" if new.is_trusted else ", whose key is not trusted here"
            _say(f"  new: {new.package} {new.version} ({new.title}), {here}, by {new.publisher}{trust}")
    return 0


def _refresh(chosen: argparse.Namespace) -> int:
    if chosen.name:
        services.refresh(name=chosen.name, now=now())
        return _list(chosen)
    refused = services.refresh_all(now=now())
    for name, error in refused.items():
        sys.stderr.write(f"{name}: {error}\n")
    _list(chosen)
    return 1 if refused else 0


def _publishers(chosen: argparse.Namespace) -> int:
    for one in queries.publishers_in(chosen.name):
        _say(f"{one.kid}  {one.publisher}, below {one.namespace}, {one.state} here")
    return 0


def _trust(chosen: argparse.Namespace) -> int:
    key = services.trust_publisher(name=chosen.name, kid=chosen.kid, namespace=chosen.namespace, now=now())
    _say(f"Packages of {key.publisher} below {key.namespace} are accepted from now on.")
    return 0


def _import(chosen: argparse.Namespace) -> int:
    done = services.import_version(name=chosen.name, package=chosen.package, version=chosen.version, now=now())
    _say(f"{done.package} {done.version} is {'now' if done.is_new else 'already'} in the catalogue.")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
