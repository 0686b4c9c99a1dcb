"""`stadttor audit verify [SLUG …]` recomputes the chains and compares them with the signed heads; `resume SLUG` goes on
after a restored backup.
"""

import sys
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from stadttor.ground import sealing
from stadttor.ground.clock import now
from stadttor.ground.models import Authority
from stadttor.ground.verifying import Verdict, verify
from stadttor.ground.work import common, work

USAGE = "Usage: stadttor audit verify [SLUG …]\n       stadttor audit resume SLUG\n"


def main(arguments: Sequence[str]) -> int:
    """One line per authority. Exit code 1 when a chain is broken, 2 on wrong use."""
    match list(arguments):
        case ["verify", *slugs]:
            return _verify(slugs)
        case ["resume", slug]:
            return _resume(slug)
    sys.stderr.write(USAGE)
    return 2


def _verify(slugs: Sequence[str]) -> int:
    broken = 0
    for authority_id, slug in _authorities(slugs):
        with work(authority_id):
            verdict = verify(authority_id)
        broken += verdict.fault is not None
        sys.stdout.write(f"{slug}: {_line(verdict, now())}\n")
    return 1 if broken else 0


def _resume(slug: str) -> int:
    for authority_id, _ in _authorities([slug]):
        position = sealing.resume(authority_id, now())
        sys.stdout.write(f"{slug}: the chain goes on after position {position}; what is missing stays noted\n")
        return 0
    sys.stderr.write(f"There is no authority {slug}.\n")
    return 2


def _authorities(slugs: Sequence[str]) -> list[tuple[UUID, str]]:
    with common():
        wanted = Authority.objects.filter(slug__in=slugs) if slugs else Authority.objects.all()
        return list(wanted.order_by("slug").values_list("id", "slug"))


def _line(verdict: Verdict, at: datetime) -> str:
    parts = [f"BROKEN: {verdict.fault}" if verdict.fault else "intact", f"{verdict.sealed} sealed"]
    if verdict.oldest:
        age = max(0, round((at - verdict.oldest).total_seconds()))
        parts[1] += f", {verdict.unsealed} not yet sealed (the oldest is {age} s old)"
    return "; ".join([*parts, *verdict.notes])
