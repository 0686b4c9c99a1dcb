"""Verbs: which colleagues of the helping authority work on the cases of an agreement."""

from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.work import Turns, in_turn
from stadttor.identity.models import Helper, Membership
from stadttor.identity.rules import does_casework
from stadttor.tenancy.queries import AgreementRow, agreement_of


def name_helper(*, authority_id: UUID, agreement_id: UUID, account_id: UUID, actor: Actor, now: datetime) -> None:
    """Let a clerk of the helping authority work on its cases as long as it counts; twice is once.

    Refused as not found for every other authority, and when it has ended; for whoever is no clerk of the helping one, and
    whom the responsible one dismissed.
    """
    row = agreement_of(authority_id, agreement_id)
    if row.helper_id != authority_id or row.accepted is None or row.state(german_day(now)) == "ended":
        raise not_found()
    with in_turn() as turns:
        with turns.of(authority_id):
            # Locked: whoever takes her role away at this moment comes after, and takes this away with it.
            members = Membership.objects.select_for_update().filter(authority_id=authority_id, active=True)
            member = members.filter(account_id=account_id, account__active=True).first()
            if member is None or not does_casework(member.roles):
                raise Refused("not_a_clerk", "This person does not work on cases here.", field="account")
        helper, is_new = Helper.objects.get_or_create(agreement_id=agreement_id, account_id=account_id)
        if helper.dismissed:
            raise Refused(
                "helper_dismissed",
                "The responsible authority does not want this person to work on its cases. Only it can allow that again.",
                field="account",
            )
        if is_new:
            _note(turns, row, "agreement.helper_named", account_id, actor, now)


def dismiss_helper(*, authority_id: UUID, agreement_id: UUID, account_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a colleague off an agreement at once, by either side. Refused as not found for everybody else.

    Whom the responsible side dismisses stays dismissed until it allows her again.
    """
    row = agreement_of(authority_id, agreement_id)
    with in_turn() as turns:
        named = Helper.objects.filter(agreement_id=agreement_id, account_id=account_id, dismissed=False)
        if named.update(dismissed=True) if authority_id == row.authority_id else named.delete()[0]:
            _note(turns, row, "agreement.helper_dismissed", account_id, actor, now)


def allow_helper(*, authority_id: UUID, agreement_id: UUID, account_id: UUID, actor: Actor, now: datetime) -> None:
    """The responsible side takes its dismissal back: the helping one may name her again. Refused as not found for others."""
    row = agreement_of(authority_id, agreement_id)
    if row.authority_id != authority_id:
        raise not_found()
    with in_turn() as turns:
        if Helper.objects.filter(agreement_id=agreement_id, account_id=account_id, dismissed=True).delete()[0]:
            _note(turns, row, "agreement.helper_allowed", account_id, actor, now)


def let_go(authority_id: UUID, account_id: UUID) -> None:
    """Whoever is no clerk at home any more helps nobody in its name; a dismissal stays. Inside the open work of her home."""
    Helper.objects.filter(account_id=account_id, agreement__helper_id=authority_id, dismissed=False).delete()


def _note(turns: Turns, row: AgreementRow, act: str, account_id: UUID, actor: Actor, now: datetime) -> None:
    details = {"account": str(account_id), "service": row.service}
    for side in sorted((row.authority_id, row.helper_id)):
        with turns.of(side):
            audit.record(side, act=act, actor=actor, subject=("agreement", row.id), at=now, details=details)
