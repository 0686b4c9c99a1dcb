"""Verbs of agreements: the responsible authority offers, the helping one accepts, either ends it. Both sides' audit says so."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.authorities import STEERING
from stadttor.ground.clock import german_day
from stadttor.ground.models import Authority
from stadttor.ground.work import Turns, in_turn
from stadttor.tenancy.models import Agreement
from stadttor.tenancy.queries.agreements import forget
from stadttor.tenancy.rules.agreements import ENDED, OFFERED, must_be_basis, must_be_days, must_be_end, state_of


def offer_agreement(
    *,
    authority_id: UUID,
    helper_slug: str,
    service: str,
    title: str,
    unit_id: UUID,
    legal_basis: str,
    starts: date,
    ends: date | None,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Ask another authority to handle a service; nothing changes until it accepts. The caller knows service and unit.

    Refused for an authority nobody knows or that itself offers, and when the service is handled by somebody on one of the days.
    """
    must_be_basis(legal_basis)
    must_be_days(starts, ends, german_day(now))
    with in_turn() as turns:
        helper = Authority.objects.filter(slug=helper_slug.strip().lower(), active=True).exclude(kind=STEERING).first()
        if helper is None or helper.id == authority_id:
            raise Refused("helper_unknown", "Please enter the address of another authority's portal.", field="helper")
        # Two offers at once, seen by no key of the table: the second waits here, and then finds the first.
        Authority.objects.select_for_update(no_key=True).get(id=authority_id)
        _must_be_free(authority_id, service, starts, ends)
        row = Agreement.objects.create(
            authority_id=authority_id,
            helper=helper,
            service=service,
            title=title,
            unit_id=unit_id,
            legal_basis=legal_basis.strip(),
            starts=starts,
            ends=ends,
            offered=now,
        )
        _note(turns, row, "agreement.offered", actor, now)
        return row.id


def accept_agreement(*, authority_id: UUID, agreement_id: UUID, actor: Actor, now: datetime) -> None:
    """The helping authority agrees. Refused as not found for everybody else, and when nothing is offered any more."""
    with in_turn() as turns:
        row = _locked(agreement_id)
        if row.helper_id != authority_id:
            raise not_found()
        if _state(row, now) != OFFERED:
            raise Refused("agreement_not_open", "This agreement is not open to be accepted any more.", status=409)
        row.accepted = now
        row.save(update_fields=["accepted"])
        _note(turns, row, "agreement.accepted", actor, now)
    forget()


def end_agreement(*, authority_id: UUID, agreement_id: UUID, day: date, actor: Actor, now: datetime) -> None:
    """Either side ends it: on this day the helper's clerks see nothing any more, today at once. An offer is taken back.

    Refused as not found for everybody else, when it is over, and for a day that is past or later than agreed.
    """
    with in_turn() as turns:
        row = _locked(agreement_id)
        if authority_id not in (row.authority_id, row.helper_id):
            raise not_found()
        state = _state(row, now)
        if state == ENDED:
            raise Refused("agreement_over", "This agreement has ended already.", status=409)
        if state == OFFERED:
            row.ends = row.starts
        else:
            must_be_end(day, row.ends, german_day(now))
            row.ends = day
        row.save(update_fields=["ends"])
        _note(turns, row, "agreement.ended", actor, now)
    forget()


def _locked(agreement_id: UUID) -> Agreement:
    row = Agreement.objects.select_for_update().filter(id=agreement_id).first()
    if row is None:
        raise not_found()
    return row


def _state(row: Agreement, now: datetime) -> str:
    return state_of(row.starts, row.ends, row.accepted, german_day(now))


def _must_be_free(authority_id: UUID, service: str, starts: date, ends: date | None) -> None:
    others = Agreement.objects.filter(authority_id=authority_id, service=service)
    others = others.filter(Q(ends=None) | Q(ends__gt=starts))
    for other in others.filter(starts__lt=ends) if ends else others:
        # One that ends before it starts was an offer that was taken back.
        if other.ends is None or other.ends > other.starts:
            raise Refused(
                "agreed_already",
                "Another agreement counts for this service at that time. End it first.",
                field="service",
            )


def _note(turns: Turns, row: Agreement, act: str, actor: Actor, now: datetime) -> None:
    """In the chains of both: each must be able to show it without the other, also when that is gone. So they are named by
    their public names: no id of an erased authority stays with its neighbours.
    """
    details = {"authority": row.authority.slug, "helper": row.helper.slug, "service": row.service}
    details |= {"starts": str(row.starts), "ends": str(row.ends or "")}
    for side in sorted((row.authority_id, row.helper_id)):
        with turns.of(side):
            audit.record(side, act=act, actor=actor, subject=("agreement", row.id), at=now, details=details)
