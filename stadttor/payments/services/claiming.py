"""A claim that a decision makes: its Kassenzeichen stands in the letter that asks for the money, its lines in the books.

A line says from which day something is owed, not that anything came in. No line is changed: what is not owed any more is a
negative one.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.actor import SYSTEM, Actor
from stadttor.ground.clock import german_day
from stadttor.ground.erasing import Erased, erase
from stadttor.ground.rows import first
from stadttor.ground.steps import step
from stadttor.ground.web.language import N_
from stadttor.ground.work import work
from stadttor.payments.models import Booking, Claim, Listed, Lowered, Payment
from stadttor.payments.queries.finance import rules_on
from stadttor.payments.queries.listing import BY_LIST
from stadttor.payments.queries.lowering import LoweredRow
from stadttor.payments.rules.finance import CLAIMED, account_of
from stadttor.payments.rules.instalments import Instalment
from stadttor.payments.services.booking import claim_of, day_of

AT_ONCE = 500


@step
def claim_for(*, authority_id: UUID, decision_id: UUID, now: datetime) -> str:
    """The Kassenzeichen of a decision, made once; empty while no organiser said how one is made."""
    with work(authority_id):
        return claim_of(authority_id, decision_id, german_day(now), now).number or ""


def ask_for(
    *,
    authority_id: UUID,
    decision_id: UUID,
    service: str,
    instalments: Sequence[Instalment],
    actor: Actor,
    now: datetime,
    mandate: date | None = None,
) -> None:
    """Write down what a decision asks for, a line for each day on which some of it is due. Safe to repeat.

    `mandate` is the day on which the payer allowed direct debits.
    """
    if not instalments:
        return
    with work(authority_id):
        day = day_of(authority_id, now)
        claim = claim_of(authority_id, decision_id, day, now)
        if _lines(claim):
            return
        if mandate:
            claim.mandate = mandate
            claim.save(update_fields=["mandate"])
        rules = rules_on(authority_id, day)
        account = account_of(rules.accounts, service, "") if rules else ""
        owed = ((one.due, service, account, one.cents) for one in instalments)
        _write(claim, owed, actor, day, now, act="finance.claimed")


def let_go(
    *, authority_id: UUID, decision_id: UUID, actor: Actor, now: datetime, listed_from: int | None = None
) -> None:
    """A decision does not count any more: what its lines and the yearly lists ask for is not owed. Nothing to do for one that
    asked for nothing.

    With `listed_from` what was listed for years before stays owed: the decision in its place says nothing of them. Safe to
    repeat.
    """  # fmt: skip
    with work(authority_id):
        # Nobody books before this work ends: two that let go at once would both find the same lines.
        day = day_of(authority_id, now)
        claim = first(Claim, authority_id=authority_id, subject_id=decision_id)
        listed = list(Listed.objects.filter(authority_id=authority_id, claim_id=claim.id)) if claim else []
        stays = {_due(part) for one in listed if listed_from and one.year < listed_from for part in one.due}
        left: dict[tuple[date, str, str], int] = {}
        for line in _lines(claim) if claim else ():
            assert line.due
            key = (line.due, line.service, line.account)
            left[key] = left.get(key, 0) + line.cents
        for one in listed:
            for part in one.due if one.told_by == BY_LIST else ():
                key = (_due(part), one.service, one.account)
                left[key] = left.get(key, 0) + part[1]
        left = {key: cents for key, cents in left.items() if key[0] not in stays}
        owed = [(*key, -cents) for key, cents in sorted(left.items()) if cents]
        if claim and owed:
            _write(claim, owed, actor, day, now, act="finance.claim_let_go")


def write_listed(
    claim: Claim, service: str, account: str, due: Sequence[Instalment], actor: Actor, day: date, now: datetime
) -> None:
    """Lines for a later year whose list was made before, inside the open work."""
    _write(claim, ((one.due, service, account, one.cents) for one in due), actor, day, now, act="finance.claimed")


def lower_claim(
    *,
    authority_id: UUID,
    service: str,
    row: LoweredRow,
    less: Sequence[Instalment],
    actor: Actor,
    now: datetime,
) -> None:
    """A decision asks for less from now on: so many cents on each of these days, as a line of its own.

    Refused where the same thing was let go already. The caller holds the lock of the days (`lock_days`) since it reckoned.
    """
    with work(authority_id):
        day = day_of(authority_id, now)
        claim = claim_of(authority_id, row.decision_id, day, now)
        if first(Lowered, authority_id=authority_id, case_id=row.case_id, place=row.place):
            raise Refused("lowered_already", N_("This was let go already."), status=409)
        Lowered.objects.create(
            authority_id=authority_id, claim_id=claim.id, case_id=row.case_id, place=row.place, until=row.until, told=row.told,
            day=row.day, listed=row.listed, by_case_id=row.by_case_id, at=now,
        )  # fmt: skip
        _change(claim, service, less, -1, actor, day, now, act="finance.claim_lowered")


def raise_claim(
    *,
    authority_id: UUID,
    decision_id: UUID,
    service: str,
    places: Collection[int],
    more: Sequence[Instalment],
    actor: Actor,
    now: datetime,
) -> None:
    """What was let go at these places is owed again: whoever decided so took it back. The caller holds the lock of the days."""
    with work(authority_id):
        day = day_of(authority_id, now)
        claim = claim_of(authority_id, decision_id, day, now)
        Lowered.objects.filter(authority_id=authority_id, claim_id=claim.id, place__in=places).delete()
        _change(claim, service, more, 1, actor, day, now, act="finance.claim_raised")


def forget_claims(authority_id: UUID, begin: datetime, now: datetime, counting: QuerySet[Any] | None = None) -> Erased:
    """Delete the claims of decisions made before, unless a line or a listed year of theirs is younger or due later; inside the
    open work.

    `counting` are decisions that are owed every year: the yearly list asks for them under the claim's Kassenzeichen.
    """
    gone, day, mine = Erased(), german_day(begin), {"authority_id": authority_id}
    paid = Payment.objects.filter(**mine, id=OuterRef("subject_id"))
    younger = Booking.objects.filter(**mine, claim_id=OuterRef("id")).filter(Q(day__gte=day) | Q(due__gte=day))
    # A list is made up to three months before its year, and is due in it.
    listed = Listed.objects.filter(**mine, claim_id=OuterRef("id")).filter(Q(at__gte=begin) | Q(year__gte=day.year))
    old = Claim.objects.filter(~Exists(paid), ~Exists(younger), ~Exists(listed), **mine, made__lt=begin)
    if counting is not None:
        old = old.filter(~Exists(counting.filter(id=OuterRef("subject_id"))))
    for claim in old[:AT_ONCE]:
        about = ("claim", claim.id)
        audit.record(authority_id, act="finance.claim_deleted", actor=SYSTEM, subject=about, at=now, details={})
        gone += erase(Lowered, authority_id, claim_id=claim.id)
        gone += erase(Listed, authority_id, claim_id=claim.id)
        gone += erase(Booking, authority_id, claim_id=claim.id)
        gone += erase(Claim, authority_id, id=claim.id)
    return gone


def _change(
    claim: Claim,
    service: str,
    parts: Sequence[Instalment],
    sign: int,
    actor: Actor,
    day: date,
    now: datetime,
    *,
    act: str,
) -> None:
    lines, rules = _lines(claim), rules_on(claim.authority_id, day)
    account = lines[0].account if lines else account_of(rules.accounts, service, "") if rules else ""
    _write(claim, ((one.due, service, account, sign * one.cents) for one in parts), actor, day, now, act=act)


def _due(part: Sequence[Any]) -> date:
    return date.fromisoformat(part[0])


def _lines(claim: Claim) -> list[Booking]:
    found = Booking.objects.filter(authority_id=claim.authority_id, claim_id=claim.id, method=CLAIMED)
    return list(found.order_by("at", "id"))


def _write(
    claim: Claim, owed: Iterable[tuple[date, str, str, int]], actor: Actor, day: date, now: datetime, *, act: str
) -> None:
    total = 0
    for due, service, account, cents in owed:
        total += cents
        Booking.objects.create(
            authority_id=claim.authority_id,
            claim_id=claim.id,
            method=CLAIMED,
            service=service,
            account=account,
            cents=cents,
            due=due,
            day=day,
            at=now,
            by_id=actor.id,
            by_name=actor.name,
        )
    about, details = ("claim", claim.id), {"decision_id": str(claim.subject_id), "cents": total}
    audit.record(claim.authority_id, act=act, actor=actor, subject=about, at=now, details=details)
