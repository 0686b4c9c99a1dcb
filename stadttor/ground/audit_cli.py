"""`stadttor audit verify [SLUG …]`: recompute the chains and compare them with the signed heads."""

import sys
from collections.abc import Sequence

from stadttor.ground import audit
from stadttor.ground.models import Authority
from stadttor.ground.work import common, work


def main(arguments: Sequence[str]) -> int:
    """One line per authority. Exit code 1 when a chain is broken, 2 on wrong use."""
    if not arguments or arguments[0] != "verify":
        sys.stderr.write("Usage: stadttor audit verify [SLUG …]\n")
        return 2
    with common():
        wanted = Authority.objects.filter(slug__in=arguments[1:]) if arguments[1:] else Authority.objects.all()
        rows = list(wanted.order_by("slug").values_list("id", "slug"))
    broken = 0
    for authority_id, slug in rows:
        with work(authority_id):
            verdict = audit.verify(authority_id)
        broken += verdict.fault is not None
        state = f"BROKEN: {verdict.fault}" if verdict.fault else "intact"
        window = (
            f", {verdict.unsealed} not yet sealed (at most {audit.SEAL_WITHIN_S} s old)" if verdict.unsealed else ""
        )
        sys.stdout.write(f"{slug}: {state}; {verdict.sealed} sealed{window}\n")
    return 1 if broken else 0
