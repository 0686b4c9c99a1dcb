"""Permits: issued with the decision that grants them, returned, revoked, replaced, given up; asked about by plate."""

import hmac
from collections.abc import Mapping
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any
from uuid import UUID

from stadttor.cases import events, ports
from stadttor.cases.models import Case, Permit, PermitPlate
from stadttor.cases.queries.access import must_see, viewer_of
from stadttor.cases.queries.detail import reference_of
from stadttor.cases.queries.permits import is_plate_valid
from stadttor.cases.rules import Validity, in_print
from stadttor.cases.rules.permits import ENDINGS, PermitFacts, must_be_endable, plate_key, plates_in
from stadttor.cases.services.changing import happened, locked
from stadttor.cases.services.ways import lawful_way
from stadttor.core.german_sort import sort_key
from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import SYSTEM, Actor
from stadttor.ground.clock import BERLIN, german_day
from stadttor.ground.keys import derived
from stadttor.ground.steps import step
from stadttor.ground.work import work
from stadttor.identity.issuing.services import revoke
from stadttor.identity.queries import Staff

PLATES = "permit plates"
"""The purpose of the key with which the audit chain names a plate that was asked about."""


@step
def issue_permit(*, authority_id: UUID, case_id: UUID, facts: PermitFacts, validity: Validity, now: datetime) -> None:
    """A decision that grants leaves: its permit is there from then on, and ends the one that it takes the place of.

    A later decision of the same case changes the permit. Another permit ends only if its number was named and it is the
    same holder's of the same service: a mistyped number ends nothing.
    """
    with work(authority_id):
        case = locked(authority_id, case_id)
        permit = _of(case) or Permit(authority_id=authority_id, case_id=case_id, number=case.number)
        permit.service, permit.holder, permit.holder_key = case.service, facts.holder, sort_key(facts.holder)
        permit.area, permit.valid_from, permit.valid_until = facts.area, validity.begins, validity.ends
        permit.state, permit.ended_from, permit.replaced_by, permit.reminded_at = "valid", None, None, None
        plates = plates_in(facts.plates)
        said = {"plates": list(plates), "from": validity.begins.isoformat(), "until": validity.ends.isoformat()}
        told(permit, "issued", SYSTEM, now, said)
        _keep_plates(case, plates)
        _end_in_wallets(permit, "changed", None, SYSTEM, now)
        happened(case, act="permit_issued", actor=SYSTEM, at=now, public=True)
        _replace(case, facts, validity.begins, now)


def _of(case: Case) -> Permit | None:
    mine = Permit.objects.select_for_update().filter(authority_id=case.authority_id, case_id=case.id)
    return mine.filter(valid_until__isnull=False).first()


def _keep_plates(case: Case, plates: tuple[str, ...]) -> None:
    PermitPlate.objects.filter(authority_id=case.authority_id, case_id=case.id).delete()
    by_key = {plate_key(plate): plate for plate in plates}
    PermitPlate.objects.bulk_create(
        PermitPlate(authority_id=case.authority_id, case_id=case.id, plate=plate, key=key)
        for key, plate in by_key.items()
    )


def _replace(case: Case, facts: PermitFacts, from_day: date, now: datetime) -> None:
    """End the former permit on the day before the new one begins; one that ends before that ends by itself."""
    former = Permit.objects.select_for_update().filter(
        authority_id=case.authority_id,
        number=facts.replaces.strip().upper(),
        service=case.service,
        holder_key=sort_key(facts.holder),
        state="valid",
    )
    permit = former.exclude(case_id=case.id).first()
    if permit is None:
        return
    permit.state, permit.ended_from, permit.replaced_by = "replaced", from_day, case.id
    told(permit, "replaced", SYSTEM, now, {"day": from_day.isoformat()})
    _end_in_wallets(permit, "replaced", from_day, SYSTEM, now)
    happened(locked(case.authority_id, permit.case_id), act="permit_replaced", actor=SYSTEM, at=now, public=True)


@step
def let_permit_go(*, authority_id: UUID, case_id: UUID, now: datetime, ended_from: date | None = None) -> None:
    """A later decision of the case grants nothing: the permit of the earlier one ends, at once or on the day on which the
    decision can count as known.
    """
    with work(authority_id):
        case = locked(authority_id, case_id)
        permit = _of(case)
        if permit is not None and permit.state == "valid":
            permit.state, permit.ended_from = "revoked", ended_from or german_day(now)
            told(permit, "revoked", SYSTEM, now, {"day": permit.ended_from.isoformat()})
            _end_in_wallets(permit, "revoked", ended_from, SYSTEM, now)
            happened(case, act="permit_revoked", actor=SYSTEM, at=now, public=True)


@step
def end_permit(
    *,
    staff: Staff,
    case_id: UUID,
    act: str,
    reason: str,
    ended_from: date,
    channel: str = "",
    channel_reason: str = "",
    now: datetime,
) -> None:
    """The holder gave the permit back, or it is revoked (§ 49 VwVfG): from which day on, and why.

    `channel` is the lawful way of the Bescheid that revokes it, left out that of the rule; another one needs a reason.
    Refused without a reason, for one that has ended, for a day in the past, and for revoking from a day on which its Bescheid
    cannot be known yet; not found when the case is not hers to see.
    """
    with work(staff.authority_id):
        case = must_see(viewer_of(staff, now), locked(staff.authority_id, case_id))
        permit = _of(case)
        if permit is None or act not in ENDINGS:
            raise not_found()
        said = in_print(reason, "reason")
        if not said:
            raise Refused("reason_missing", "Please say why.", field="reason")
        today, way, known = german_day(now), {}, None
        # Only what is revoked needs a Bescheid: what the holder lays on the table may end today.
        if act == "revoked":
            by, why = lawful_way(reference_of(case), channel, channel_reason)
            known = ports.known_from(reference_of(case), by, today)
            way = {"channel": by, "channel_reason": why} if why else {}
        must_be_endable(permit.state, ended_from, permit.valid_from, today, known.day if known else None)
        permit.state, permit.ended_from = act, ended_from
        told(permit, act, staff.actor(), now, {"reason": said, "day": ended_from.isoformat(), **way})
        _end_in_wallets(permit, act, ended_from, staff.actor(), now)
        happened(case, act=f"permit_{act}", actor=staff.actor(), at=now, public=True)
        if act == "revoked":
            events.publish(events.PermitRevoked(case.authority_id, case.id, now))


def give_back(*, authority_id: UUID, case_id: UUID, actor: Actor, now: datetime) -> None:
    """The holder gives the permit back herself: it does not count from now on. Safe to repeat; refused for one that was revoked."""
    with work(authority_id):
        case = locked(authority_id, case_id)
        permit = _of(case)
        if permit is None:
            raise not_found()
        if permit.state == "returned":
            return
        today = german_day(now)
        must_be_endable(permit.state, today, permit.valid_from, today)
        permit.state, permit.ended_from = "returned", today
        told(permit, "returned", actor, now, {"day": today.isoformat()})
        _end_in_wallets(permit, "returned", None, actor, now)
        happened(case, act="permit_returned", actor=actor, at=now, public=True)


def give_up(case: Case, actor: Actor, now: datetime) -> None:
    """Inside the open work in which the applicant takes the case back: what an earlier decision of it brought ends at once.

    That is her permit, and whatever else of the case she has in a wallet.
    """
    permit = _of(case)
    if permit is not None and permit.state == "valid":
        permit.state, permit.ended_from = "returned", german_day(now)
        told(permit, "returned", actor, now, {"day": german_day(now).isoformat()})
        happened(case, act="permit_returned", actor=actor, at=now, public=True)
    revoke(authority_id=case.authority_id, about=case.id, why="withdrawn", begins=now, actor=actor, now=now)


def _end_in_wallets(permit: Permit, why: str, from_day: date | None, actor: Actor, now: datetime) -> None:
    """What of it is in a wallet counts no more, from the beginning of that day on; at once without a day."""
    begins = max(now, datetime.combine(from_day, time(), BERLIN)) if from_day else now
    revoke(authority_id=permit.authority_id, about=permit.case_id, why=why, begins=begins, actor=actor, now=now)


def told(permit: Permit, act: str, actor: Actor, now: datetime, more: Mapping[str, Any]) -> None:
    """Inside the open work: save the permit with a line of its history."""
    line = {"at": now.isoformat(), "act": act, "name": actor.name if actor.kind == "staff" else "", **more}
    permit.history = [*permit.history, line]
    permit.save()


def check_plate(*, staff: Staff, plate: str, now: datetime) -> bool:
    """Whether a car with this plate is allowed today, for somebody who stands before it. Nothing else is said.

    Each question stands in the audit chain, with who asked and a keyed hash of the plate.
    """
    key = plate_key(plate)
    if not key:
        raise Refused("plate_missing", "Please enter the number plate.", field="plate")
    with work(staff.authority_id):
        valid = is_plate_valid(staff.authority_id, key, german_day(now))
        details = {"plate": hashed_plate(staff.authority_id, key), "valid": valid}
        subject = ("authority", staff.authority_id)
        audit.record(
            staff.authority_id, act="permit.checked", actor=staff.actor(), subject=subject, details=details, at=now
        )
    return valid


def hashed_plate(authority_id: UUID, key: str) -> str:
    """How the audit chain names a plate: only who has the key of the installation can tell whether it is this one."""
    return hmac.new(derived(authority_id, PLATES), key.encode(), sha256).hexdigest()[:32]


def note_reminded(*, authority_id: UUID, case_id: UUID, now: datetime) -> bool:
    """The holder is told that the permit ends; gives whether it is the first time."""
    with work(authority_id):
        found = Permit.objects.filter(
            authority_id=authority_id, case_id=case_id, reminded_at__isnull=True, state="valid"
        )
        return found.update(reminded_at=now) > 0
