"""Somebody reports a barrier, an organiser answers, and what was said goes when it is no longer needed."""

from datetime import datetime, timedelta
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.erasing import erase
from stadttor.ground.rows import change, first, insert_unless_taken
from stadttor.ground.work import work
from stadttor.notices.services import erase_about, send_mail
from stadttor.papers.models import Barrier
from stadttor.papers.queries.watching import watching
from stadttor.papers.rules.barriers import (
    KEEP_ANSWERED_DAYS,
    KEEP_OPEN_DAYS,
    MOST_A_DAY,
    must_be_answer,
    must_be_report,
)

AT_ONCE = 500


def report_barrier(
    *, authority_id: UUID, key: UUID, text: str, place: str, email: str, language: str, now: datetime
) -> None:
    """Keep a report; the same form sent twice is one. `email` was looked at by the page, empty when none was given.

    Refused for what says nothing or too much, and when one authority gets too many in a day. No audit entry: it would say when
    somebody was here.
    """
    must_be_report(text, place)
    row = Barrier(
        authority_id=authority_id, key=key, text=text, place=place, email=email, language=language, reported=now
    )
    with work(authority_id):
        since = now - timedelta(days=1)
        if Barrier.objects.filter(authority_id=authority_id, reported__gt=since).count() >= MOST_A_DAY:
            raise Refused(
                "too_many", "Too many reports came today. Please write to the address on this page.", status=429
            )
        insert_unless_taken(row)


def answer_barrier(
    *, authority_id: UUID, barrier_id: UUID, answer: str, authority_name: str, actor: Actor, now: datetime
) -> None:
    """Mark it as answered; the answer goes by mail if an address was given, and the address is forgotten here.

    Refused for no answer where somebody waits for one, and for one that was answered already. 404 for an unknown one.
    """
    with work(authority_id):
        row = first(Barrier, lock=True, authority_id=authority_id, id=barrier_id)
        if row is None:
            raise not_found()
        if row.answered:
            raise Refused("answered", "Somebody has answered this report already.", status=409)
        must_be_answer(answer, is_mailed=bool(row.email))
        values = {"answer": answer, "email": "", "answered": now, "answered_by_name": actor.name}
        change(Barrier, values, authority_id=authority_id, id=barrier_id)
        if row.email:
            body = watching(authority_id).enforcement
            send_mail(
                authority_id=authority_id, key=f"barrier:{row.id}", to=row.email, kind="barrier", subject_id=row.id,
                language=row.language, now=now,
                values={
                    "answer": answer, "body": f"{body.name}, {body.website}" if body else "", "authority": authority_name,
                },
            )  # fmt: skip
        subject, details = ("barrier", row.id), {"mailed": bool(row.email)}
        audit.record(authority_id, act="barrier.answered", actor=actor, subject=subject, at=now, details=details)


def forget_barriers(*, authority_id: UUID, now: datetime) -> int:
    """Delete reports three months after their answer, and after a year in any case, with the mails about them."""
    answered, reported = now - timedelta(days=KEEP_ANSWERED_DAYS), now - timedelta(days=KEEP_OPEN_DAYS)
    with work(authority_id):
        rows = Barrier.objects.filter(authority_id=authority_id)
        over = rows.filter(answered__lt=answered) | rows.filter(reported__lt=reported)
        ids = list(over.values_list("id", flat=True)[:AT_ONCE])
        for barrier_id in ids:
            erase_about(authority_id=authority_id, subject_id=barrier_id)
            erase(Barrier, authority_id, id=barrier_id)
    return len(ids)
