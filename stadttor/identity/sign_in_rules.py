"""What an authority asks of its colleagues' sign-ins: a passkey, and a proof before each decision."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.identity.models import SignInRules
from stadttor.identity.rules import WEAK_WAYS
from stadttor.identity.sessions import way_of


@dataclass(frozen=True)
class Rules:
    """`passkey_needed`: with a password alone nothing opens. `proof_for_decisions`: who decides proves who she is."""

    passkey_needed: bool = False
    proof_for_decisions: bool = False


def rules_of(authority_id: UUID) -> Rules:
    """Of this authority; until an organiser says otherwise a password is enough."""
    with work(authority_id):
        row = first(SignInRules, authority_id=authority_id)
    return Rules(row.passkey_needed, row.proof_for_decisions) if row else Rules()


def set_rules(*, authority_id: UUID, rules: Rules, token: str, actor: Actor, now: datetime) -> None:
    """Effective at once, for sessions that are open, too.

    Refused to whoever asks others for a passkey and came without: she would lock herself out.
    """
    if rules.passkey_needed and way_of(token) in WEAK_WAYS:
        raise Refused(
            "no_passkey_here",
            "Please register a passkey of your own first and confirm with it; you would lock yourself out.",
            field="passkey_needed",
        )
    with work(authority_id):
        given = {"passkey_needed": rules.passkey_needed, "proof_for_decisions": rules.proof_for_decisions}
        SignInRules.objects.update_or_create(authority_id=authority_id, defaults=given)
        subject = ("authority", authority_id)
        audit.record(authority_id, act="staff.sign_in_rules_set", actor=actor, subject=subject, at=now, details=given)
