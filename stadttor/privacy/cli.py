"""`stadttor privacy erase-again`: after a restored backup, delete again what had been deleted before."""

import sys
from collections.abc import Sequence
from uuid import UUID

from stadttor.ground import authorities
from stadttor.ground.clock import now
from stadttor.ground.commands import asks_for_help
from stadttor.privacy.services import Again, erase_again

USAGE = "Usage: stadttor privacy erase-again\n"


def main(arguments: Sequence[str]) -> int:
    """One line per authority with something to tell. Exit code 1 when something is left to be looked at, 2 on wrong use."""
    if asks_for_help(arguments):
        sys.stdout.write(USAGE)
        return 0
    if list(arguments) != ["erase-again"]:
        sys.stderr.write(USAGE)
        return 2
    found = {one: erase_again(authority_id=one, now=now()) for one in authorities.all_ids()}
    for authority_id, again in found.items():
        sys.stdout.write(_told(authority_id, again))
    return 1 if any(again.held or again.failed or again.strange for again in found.values()) else 0


def _told(authority_id: UUID, again: Again) -> str:
    authority = authorities.by_id(authority_id)
    lines = [
        f"{authority.slug if authority else authority_id}: {again.erased} cases deleted again, {again.gone} were gone"
    ]
    lines += [f"  case {one} stays: somebody held it after it had been deleted" for one in again.held]
    lines += [f"  case {one} could not be deleted: see the log, then try again" for one in again.failed]
    lines += [
        f"  line {one} of the remembered deletions is broken or not signed by us: left out" for one in again.strange
    ]
    return "\n".join(lines) + "\n"
