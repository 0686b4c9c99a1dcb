"""`stadttor wallet …`: with which key and certificates an authority asks wallets, and when they end."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from stadttor.core.refused import Refused
from stadttor.ground import authorities
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.identity import wallet_access


def main(argv: Sequence[str]) -> int:
    """Run one command. Exit codes: 0 done and nothing ends soon, 1 refused or something does, 2 wrong use (argparse)."""
    arguments = _parser().parse_args(list(argv))
    return _show() if arguments.command == "show" else _put(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stadttor wallet", description="Asking EUDI wallets.")
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
    commands.add_parser("show", help="who can ask wallets, and what ends within sixty days")
    return parser


def _put(arguments: argparse.Namespace) -> int:
    authority = authorities.by_slug(arguments.authority)
    if authority is None:
        return _refuse(f"There is no authority {arguments.authority}.")
    try:
        wallet_access.put_access(
            authority_id=authority.id,
            key=wallet_access.key_of(arguments.key.read_text()),
            chain=arguments.chain.read_text(),
            registrations=dict(_registration(one) for one in arguments.registration),
            prefix=arguments.prefix,
            across=arguments.across,
            actor=SYSTEM,
            now=now(),
        )
    except Refused as refused:
        return _refuse(refused.text.format(**refused.values))
    except (OSError, ValueError) as error:
        return _refuse(str(error))
    print(f"{authority.name} asks wallets with {arguments.chain.name} from now on.")
    return 0


def _registration(given: str) -> tuple[str, str]:
    service, _equals, path = given.rpartition("=")
    return service, Path(path).read_text().strip()


def _show() -> int:
    at, soon = now(), 0
    for authority_id in authorities.all_ids():
        authority = authorities.by_id(authority_id)
        if authority is None or wallet_access.access_of(authority_id) is None:
            continue
        endings = wallet_access.ending(authority_id, at)
        soon += len(endings)
        print(f"{authority.slug}: asks wallets")
        for one in endings:
            print(f"  {one.told(at)}")
    return 1 if soon else 0


def _refuse(text: str) -> int:
    print(text, file=sys.stderr)
    return 1
