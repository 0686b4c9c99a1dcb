"""`stadttor figures recount`: count the key figures from scratch, for instance after counting itself was mended."""

import argparse
import sys
from collections.abc import Sequence

from stadttor.ground import authorities
from stadttor.ground.clock import now
from stadttor.ground.commands import bar
from stadttor.insights.services.counting import recount
from stadttor.site.applications import calendar_of


def main(arguments: Sequence[str]) -> int:
    """A line for each authority with a counter. Exit codes: 0 done, 1 no such authority, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="stadttor figures", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    again = commands.add_parser("recount", help="count every month anew that still has cases; safe to break off")
    again.add_argument("slugs", nargs="*", metavar="AUTHORITY", help="name in addresses: weissenburg; without any all")
    chosen = parser.parse_args(list(arguments))
    ids = {one.slug: one.id for key in authorities.all_ids() if (one := authorities.by_id(key))}
    unknown = [slug for slug in chosen.slugs if slug not in ids]
    if unknown:
        sys.stderr.write(f"No authority here is called {unknown[0]}.\n")
        return 1
    for slug in chosen.slugs or sorted(ids):
        found = recount(authority_id=ids[slug], calendar=calendar_of(ids[slug]), now=now(), progress=bar)
        if found.counters or found.kept:
            told = f"{slug}: {found.counters:,} counters, {found.changed:,} of them were otherwise"
            stay = f"; {found.kept:,} sums stay, as cases behind them were deleted since" if found.kept else ""
            sys.stdout.write(f"{told}{stay}\n")
            sys.stdout.flush()
    return 0
