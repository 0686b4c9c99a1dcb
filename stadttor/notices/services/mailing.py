"""A mail is promised with its cause and sent by the worker."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.ground.jobs import enqueue
from stadttor.ground.rows import first, insert_unless_taken
from stadttor.ground.steps import step
from stadttor.ground.work import work
from stadttor.notices import jobs
from stadttor.notices.models import Mail
from stadttor.notices.rules import is_address
from stadttor.notices.wording import mail_text


@step
def send_mail(
    *,
    authority_id: UUID,
    key: str,
    to: str,
    kind: str,
    subject_id: UUID,
    language: str,
    values: Mapping[str, str],
    now: datetime,
) -> UUID:
    """Promise one mail per `key`: the same key again gives the same mail and has no second effect.

    Kinds and the values they need: resume {service, link, authority}; receipt, question, decision, message, payment and
    reopened {service, number, link, authority}, receipt also {fee, payment} while a fee is open, paid also {amount, day},
    refunded {amount}, withdrawn {day}, decision maybe {opinion}; appointment, appointment_moved,
    appointment_soon and appointment_cancelled {service, number, when, where, link, authority}, the last also {reason};
    wallet_code {service, number, code, authority}; barrier {answer, body, authority}; draft_ends {service, day, authority};
    invitation {authority, by, link, until}; upgrade_announced {service, version, day, law, authority}, upgrade_given_up the same
    without law, rollout_worse {service, version, number, why, authority}; request_answered {service, request, state, authority}.
    Any of them may have `trial`: then it says in its subject and first that nothing in it counts.
    Refused when `to` is no address; KeyError for an unknown kind, a missing value.
    """
    if not is_address(to):
        raise Refused("email", "Enter an e-mail address like this: name@example.org.", field="email")
    mail_text(kind, language, values)
    with work(authority_id):
        mail = Mail(
            authority_id=authority_id,
            key=key,
            kind=kind,
            subject_id=subject_id,
            recipient=to,
            language=language,
            values=dict(values),
            created=now,
        )
        if not insert_unless_taken(mail):
            return _promised(authority_id, key)
        enqueue(jobs.send, authority_id=authority_id, key=f"mail:{mail.id}", mail_id=mail.id)
    return mail.id


def _promised(authority_id: UUID, key: str) -> UUID:
    mail = first(Mail, authority_id=authority_id, key=key)
    assert mail, key
    return mail.id
