"""`stadttor wallet …`: with which keys and certificates an authority asks wallets and issues into them, and when they end."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from stadttor.core.refused import Refused
from stadttor.ground import authorities
from stadttor.ground.actor import SYSTEM
from stadttor.ground.authorities import AuthorityRow
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import portal_of
from stadttor.identity import wallet_access
from stadttor.identity.issuing.services import revoke_place
from stadttor.identity.issuing.signing import ending, issues, put_signer


def main(argv: Sequence[str]) -> int:
    """Run one command. Exit codes: 0 done and nothing ends soon, 1 refused or something does, 2 wrong use (argparse)."""
    arguments = _parser().parse_args(list(argv))
    if arguments.command == "show":
        return _show()
    authority = authorities.by_slug(arguments.authority)
    if authority is None:
        return _refuse(f"There is no authority {arguments.authority}.")
    act = {"put": _put, "sign": _sign, "revoke": _revoke}[arguments.command]
    try:
        return act(authority, arguments)
    except Refused as refused:
        return _refuse(refused.text.format(**refused.values))
    except (OSError, ValueError) as error:
        return _refuse(str(error))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stadttor wallet", description="Asking EUDI wallets, and issuing into them.")
    commands = parser.add_subparsers(dest="command", required=True)
    put = commands.add_parser("put", help="let an authority ask with these from now on")
    put.add_argument("authority", help="its short name: weissenburg")
    put.add_argument("--key", type=Path, required=True, help="its private key, PEM")
    put.add_argument(
        "--chain", type=Path, required=True, help="access certificate and its issuers, PEM, without the root"
    )
    put.add_argument(
        "--registration", action="append", default=[], metavar="[SERVICE=]FILE",
        help="registration certificate, for one service or for all; may be repeated",
    )  # fmt: skip
    put.add_argument("--prefix", choices=("x509_hash", "x509_san_dns"), default="x509_hash")
    put.add_argument("--across", action="append", default=[], metavar="SERVICE", help="may be asked by QR code as well")
    sign = commands.add_parser("sign", help="let an authority issue credentials with these from now on")
    sign.add_argument("authority", help="its short name: weissenburg")
    sign.add_argument("--key", type=Path, required=True, help="its private key on P-256, PEM")
    sign.add_argument("--chain", type=Path, required=True, help="its certificate and issuers, PEM, without the root")
    sign.add_argument(
        "--disbelieve-earlier", action="store_true",
        help="believe nothing any more that was signed before: for a key that got into other hands",
    )  # fmt: skip
    revoke = commands.add_parser("revoke", help="take back one credential of which only the place in its list is known")
    revoke.add_argument("authority", help="its short name: weissenburg")
    revoke.add_argument("list", type=int, help="the number at the end of its status list's address")
    revoke.add_argument("place", type=int, help="its index there")
    commands.add_parser("show", help="who can ask wallets or issue into them, and what ends within sixty days")
    return parser


def _put(authority: AuthorityRow, arguments: argparse.Namespace) -> int:
    wallet_access.put_access(
        authority_id=authority.id,
        key=wallet_access.key_of(arguments.key.read_text()),
        chain=arguments.chain.read_text(),
        registrations=dict(_registration(one) for one in arguments.registration),
        prefix=arguments.prefix,
        across=arguments.across,
        actor=SYSTEM,
        now=now(),
        host=urlsplit(portal_of(authority.slug)).hostname or "",
    )
    print(f"{authority.name} asks wallets with {arguments.chain.name} from now on.")
    return 0


def _sign(authority: AuthorityRow, arguments: argparse.Namespace) -> int:
    put_signer(
        authority_id=authority.id,
        key=wallet_access.key_of(arguments.key.read_text()),
        chain=arguments.chain.read_text(),
        actor=SYSTEM,
        now=now(),
        believe_earlier=not arguments.disbelieve_earlier,
    )
    print(f"{authority.name} signs credentials with {arguments.chain.name} from now on.")
    return 0


def _revoke(authority: AuthorityRow, arguments: argparse.Namespace) -> int:
    counted = revoke_place(
        authority_id=authority.id, number=arguments.list, place=arguments.place, actor=SYSTEM, now=now()
    )
    if not counted:
        return _refuse("There is no credential there that still counts.")
    print(f"The credential at {arguments.place} of list {arguments.list} does not count any more.")
    return 0


def _registration(given: str) -> tuple[str, str]:
    service, _equals, path = given.rpartition("=")
    return service, Path(path).read_text().strip()


def _show() -> int:
    at, soon = now(), 0
    for authority_id in authorities.all_ids():
        authority = authorities.by_id(authority_id)
        does = [
            text
            for text, there in (
                ("asks wallets", wallet_access.access_of(authority_id) is not None),
                ("issues into wallets", issues(authority_id, at)),
            )
            if there
        ]
        if authority is None or not does:
            continue
        endings = [*wallet_access.ending(authority_id, at), *ending(authority_id, at)]
        soon += len(endings)
        print(f"{authority.slug}: {', '.join(does)}")
        for one in endings:
            print(f"  {one.told(at)}")
    return 1 if soon else 0


def _refuse(text: str) -> int:
    print(text, file=sys.stderr)
    return 1
