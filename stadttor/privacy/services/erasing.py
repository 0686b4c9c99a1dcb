"""A case goes from every table and file at once, and its proof stays."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from stadttor.cases.queries import EndedCase
from stadttor.cases.services import erase_case
from stadttor.exchange.services import erase_hand_overs
from stadttor.forms.services.erasing import erase_application
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.erasing import Erased, erase, keyed
from stadttor.ground.jobs import cancel_about
from stadttor.ground.rows import insert
from stadttor.ground.work import work
from stadttor.identity.issuing.services import erase_issued
from stadttor.payments.services import note_stray
from stadttor.privacy.models import Deletion, Hold, Retention
from stadttor.privacy.queries.ended import last_day_of, money_of
from stadttor.privacy.services.remembering import remember
from stadttor.records.services import erase_file


@dataclass(frozen=True)
class Why:
    """The cause of a deletion (one of rules.CAUSES), what the archive said, who does it, when.

    `again`: it was done before, and a restored backup brought the case back, perhaps as one in work.
    """

    cause: str
    archive: str
    actor: Actor
    at: datetime
    again: bool = False


def erase_all(authority_id: UUID, case: EndedCase, why: Why) -> UUID:
    """Delete a case with all that was made of it; gives the id of the proof. Inside the open work, all or nothing.

    It is remembered outside the database as soon as it is committed. Payments stay: budget law asks for the vouchers of
    the town's books. They name a number and an amount, nobody. One that was paid for nothing is left to an organiser.
    """
    with work(authority_id):
        if case.submission_id and money_of(authority_id, case) == "owed":
            note_stray(authority_id=authority_id, subject_id=case.submission_id, now=why.at)
        gone = _erase(authority_id, case, why)
        proof = _proof(authority_id, case, gone, why)
        insert(proof)
        audit.record(
            authority_id,
            act="privacy.deleted",
            actor=why.actor,
            subject=("case", case.id),
            at=why.at,
            details={"proof_id": str(proof.id), "cause": why.cause, "archive": why.archive, "digest": proof.digest}
            | ({"again": True} if why.again else {}),
        )
        # Robust: what the disk refuses now, the next night remembers.
        transaction.on_commit(lambda: remember(proof), robust=True)
        return proof.id


def _erase(authority_id: UUID, case: EndedCase, why: Why) -> Erased:
    named = [case.id, *([case.submission_id] if case.submission_id else [])]
    cancel_about(authority_id, named)
    gone = erase_file(authority_id=authority_id, case_id=case.id)
    gone += erase_hand_overs(authority_id=authority_id, case_id=case.id)
    gone += erase(Hold, authority_id, case_id=case.id)
    gone += erase(Retention, authority_id, case_id=case.id)
    gone += erase_issued(authority_id=authority_id, about=case.id, now=why.at)
    gone += erase_case(authority_id=authority_id, case_id=case.id, in_work_too=why.again)
    if case.submission_id:
        gone += erase_application(authority_id=authority_id, submission_id=case.submission_id)
    return gone


def _proof(authority_id: UUID, case: EndedCase, gone: Erased, why: Why) -> Deletion:
    return Deletion(
        authority_id=authority_id,
        case_id=case.id,
        service=case.service,
        cause=why.cause,
        at=why.at,
        closed=german_day(case.closed_at) if case.closed_at else None,
        until=last_day_of(case),
        archive=why.archive,
        counts=dict(gone.counts),
        files=sorted(gone.files),
        digest=gone.digest(authority_id),
        number_hash=number_hash(authority_id, case.number),
    )


def number_hash(authority_id: UUID, number: str) -> str:
    """Tells whether a proof is that of a receipt number somebody names."""
    return keyed(authority_id, f"number {number}".encode())
