"""`stadttor audit verify [SLUG …]` recomputes the chains and compares them with the signed heads; `resume SLUG` goes on
after a restored backup.
"""

import sys
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from stadttor.ground import heads, keys, sealing
from stadttor.ground.clock import now
from stadttor.ground.commands import asks_for_help
from stadttor.ground.erasures import Erasure, erasures
from stadttor.ground.models import Authority
from stadttor.ground.verifying import Verdict, verify
from stadttor.ground.work import common, work

USAGE = "Usage: stadttor audit verify [SLUG …]\n       stadttor audit resume SLUG\n"
Known = list[tuple[UUID, str]]


def main(arguments: Sequence[str], at: datetime | None = None) -> int:
    """One line per authority. Exit codes: 0 intact and sealed, 1 a chain is broken, waits too long for its seals or there
    is none, 2 wrong use or an unknown slug.
    """
    if asks_for_help(arguments):
        sys.stdout.write(USAGE)
        return 0
    match list(arguments):
        case ["verify", *slugs]:
            return _verify(slugs, at or now())
        case ["resume", slug]:
            return _resume(slug, at or now())
    sys.stderr.write(USAGE)
    return 2


def _verify(slugs: Sequence[str], at: datetime) -> int:
    known = _authorities()
    if unknown := sorted(set(slugs) - {slug for _, slug in known}):
        return _unknown(unknown)
    wrong = 0
    for authority_id, slug in known:
        if not slugs or slug in slugs:
            with work(authority_id):
                verdict = verify(authority_id)
            wrong += verdict.fault is not None or _is_late(verdict, at)
            sys.stdout.write(f"{slug}: {_line(verdict, at)}\n")
    if not slugs:
        gone = _proven(known)
        for proof in gone.values():
            sys.stdout.write(f"{proof.slug}: erased at {proof.at}, with a signed proof\n")
        for line in _without_authority(known, gone.keys()):
            wrong += 1
            sys.stdout.write(f"{line}\n")
    return 1 if wrong else 0


def _without_authority(known: Known, gone: Collection[UUID]) -> Iterator[str]:
    """What is wrong beyond the chains that are there: another database, or one that lost whole authorities."""
    for authority_id in sorted(heads.kept_of() - {one for one, _ in known} - set(gone)):
        yield f"authority {authority_id}: BROKEN: signed heads of it are kept, but the database does not know it"
    if not known:
        yield "There is no authority in this database, so no chain was verified."


def _proven(known: Known) -> dict[UUID, Erasure]:
    """The authorities that were erased: this installation signed it, and no head was kept since."""
    ours = keys.signing().public_key().public_bytes_raw().hex()
    there = {one for one, _ in known}
    signed = {UUID(one.authority): one for one in erasures(Path(settings.STADTTOR_HEADS)) if one.is_signed_by(ours)}
    return {
        authority_id: proof
        for authority_id, proof in signed.items()
        if authority_id not in there and heads.expected(authority_id).last <= (proof.head[0] if proof.head else 0)
    }


def _resume(slug: str, at: datetime) -> int:
    for authority_id, one in _authorities():
        if one == slug:
            return _resume_one(authority_id, slug, at)
    return _unknown([slug])


def _resume_one(authority_id: UUID, slug: str, at: datetime) -> int:
    try:
        done = sealing.resume(authority_id, at)
    except sealing.NothingMissing as refused:
        sys.stderr.write(f"{slug}: {refused}; nothing was signed\n")
        return 1
    sys.stdout.write(f"{slug}: {done.missing()}, which stays noted; the chain goes on after position {done.position}\n")
    return 0


def _unknown(slugs: Sequence[str]) -> int:
    sys.stderr.writelines(f"There is no authority {slug}.\n" for slug in slugs)
    return 2


def _authorities() -> Known:
    with common():
        return list(Authority.objects.order_by("slug").values_list("id", "slug"))


def _line(verdict: Verdict, at: datetime) -> str:
    parts = [f"BROKEN: {verdict.fault}" if verdict.fault else "intact", f"{verdict.sealed} sealed"]
    if verdict.oldest:
        age = max(0, round((at - verdict.oldest).total_seconds()))
        parts[1] += f", {verdict.unsealed} not yet sealed (the oldest is {age} s old)"
        parts[1] += ": LATE, what is not sealed is not protected" if _is_late(verdict, at) else ""
    return "; ".join([*parts, *verdict.notes])


def _is_late(verdict: Verdict, at: datetime) -> bool:
    return verdict.oldest is not None and at - verdict.oldest > sealing.LATE_AFTER
