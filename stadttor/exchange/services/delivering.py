"""One try to deliver: claim, call the target, confirm. Nobody outside is asked while a transaction waits.

Killed anywhere between, the same file goes again under the same id after the lease: how the target has it once is the
promise of each way (`ports.Way`).
"""

import hashlib
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag

from stadttor.core.refused import Refused
from stadttor.exchange import ports, rules
from stadttor.exchange.models import HandOver, Target
from stadttor.exchange.services.ending import end, locked, note
from stadttor.exchange.services.making import PURPOSE, wait_for_delivery
from stadttor.exchange.services.targets import place_of
from stadttor.ground import files, keys
from stadttor.ground.actor import SYSTEM
from stadttor.ground.ports import BlobGone
from stadttor.ground.rows import first
from stadttor.ground.sealed import unseal
from stadttor.ground.steps import step
from stadttor.ground.work import reading, work

Claim = tuple[str, ports.Place, ports.Parcel]
Fetched = tuple[ports.Piece, ...] | ports.TargetAway


def deliver(*, authority_id: UUID, hand_over_id: UUID, now: datetime) -> None:
    """Try once; what fails is tried again later by itself. Nothing to do for what does not wait any more."""
    # Before the claim: what a slow file store takes is no part of the time in which nobody else may try.
    fetched = _fetch(authority_id, hand_over_id)
    claim = _claim(authority_id, hand_over_id, fetched, now)
    if claim is None:
        return
    kind, place, parcel = claim
    try:
        if isinstance(fetched, ports.TargetAway):
            raise fetched
        parcel = replace(parcel, along=fetched)
        answer = ports.way(kind).deliver(place, parcel)
    except ports.TargetAway as error:
        _not_taken(authority_id, hand_over_id, error, now)
        return
    taken(authority_id=authority_id, hand_over_id=hand_over_id, answer=answer, now=now)
    # Only tidying: whoever dies here leaves a small mark with the target, and nothing else.
    with suppress(ports.TargetAway):
        ports.way(kind).forget(place, parcel)


def tidy(*, authority_id: UUID, hand_over_id: UUID) -> None:
    """Take away what broken tries left with the target of a hand-over that is never tried again. Safe to repeat.

    Raises TargetAway: the queue tries again. Nothing to do where there is no target any more, or it lets us in no more.
    """
    with work(authority_id):
        row = first(HandOver, authority_id=authority_id, id=hand_over_id)
        target = first(Target, authority_id=authority_id, service=row.service) if row else None
        if row is None or target is None or row.state in rules.OPEN:
            return
        kind, place = target.way, place_of(target)
        along = tuple(_piece(one, b"") for one in row.along)
    with suppress(ports.TargetRefuses):
        ports.way(kind).forget(place, ports.Parcel(row.id, row.name, row.media_type, b"", along))


@step
def _claim(authority_id: UUID, hand_over_id: UUID, fetched: Fetched, now: datetime) -> Claim | None:
    """What to deliver and where; none when another is at it (then this comes again) or nothing waits."""
    with work(authority_id):
        row = HandOver.objects.select_for_update().filter(authority_id=authority_id, id=hand_over_id).first()
        if row is None or row.state != rules.WAITING:
            return None
        if row.leased is not None and row.leased > now:
            wait_for_delivery(row, row.leased)
            return None
        if not isinstance(fetched, ports.TargetAway) and len(fetched) != len(row.along):
            # It did not wait yet when its proofs were to be fetched: somebody had it tried again just now.
            wait_for_delivery(row, now)
            return None
        target = first(Target, authority_id=authority_id, service=row.service, active=True)
        if target is None:
            end(row, rules.SHEET, SYSTEM, now, act="no_target")
            return None
        row.tries, row.leased = row.tries + 1, now + rules.LEASE
        row.save(update_fields=["tries", "leased"])
        data = unseal(keys.derived(authority_id, PURPOSE), row.id, bytes(row.payload))
        return target.way, place_of(target), ports.Parcel(row.id, row.name, row.media_type, data)


def _fetch(authority_id: UUID, hand_over_id: UUID) -> Fetched:
    """The proofs that go along, which never change, or why they cannot be had now."""
    with reading(authority_id):
        row = first(HandOver, authority_id=authority_id, id=hand_over_id)
        along = list(row.along) if row and row.state == rules.WAITING else []
    try:
        return tuple(_read(authority_id, one) for one in along)
    except ports.TargetAway as error:
        return error


def _read(authority_id: UUID, told: dict[str, str]) -> ports.Piece:
    """A proof with its bytes, outside any work. Raises TargetAway while the store is, TargetRefuses for one that is lost."""
    try:
        data = files.read(authority_id, UUID(told["blob_id"]))
    except Refused as error:
        raise (ports.TargetRefuses("proof") if error.status == 404 else ports.TargetAway("store")) from error
    except (BlobGone, InvalidTag) as error:
        raise ports.TargetRefuses("proof") from error
    if hashlib.sha256(data).hexdigest() != told["sha256"]:
        raise ports.TargetRefuses("proof")
    return _piece(told, data)


def _piece(told: dict[str, str], data: bytes) -> ports.Piece:
    return ports.Piece(UUID(told["id"]), told["name"], told["media_type"], data)


@step
def taken(*, authority_id: UUID, hand_over_id: UUID, answer: str, now: datetime) -> None:
    """The target has it: kept with what it answered, also where the hand-over was ended otherwise during the try."""
    with work(authority_id):
        row = locked(authority_id, hand_over_id)
        if row.state == rules.TAKEN:
            return
        row.answer = answer[: rules.LONGEST_ANSWER]
        if row.state == rules.COPIED:
            row.save(update_fields=["answer"])
            note(row, "taken_too", SYSTEM, now)
            return
        end(row, rules.TAKEN, SYSTEM, now, act="taken")


@step
def _not_taken(authority_id: UUID, hand_over_id: UUID, error: ports.TargetAway, now: datetime) -> None:
    """Try again after a pause; what the target refuses waits for a person."""
    with work(authority_id):
        row = locked(authority_id, hand_over_id)
        if row.state != rules.WAITING:
            return
        if isinstance(error, ports.TargetRefuses):
            end(row, rules.REFUSED, SYSTEM, now, act="refused")
            HandOver.objects.filter(authority_id=authority_id, id=row.id).update(problem=error.code)
            return
        row.leased, row.problem = None, error.code
        row.save(update_fields=["leased", "problem"])
        note(row, "failed", SYSTEM, now, problem=error.code, tries=row.tries)
        wait_for_delivery(row, now + rules.pause_after(row.tries))
