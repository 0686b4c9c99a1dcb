"""Finds what should have happened and did not, and gives it back to the queue: no promise hangs on one job alone.

A job that gave up, was lost or never came to be is enqueued again under the key it had: where it still waits, nothing
is added. Every such job is safe to repeat. What is found is counted; counts are all that is logged. What only a night or
people can do is counted for the command alone.
"""

import logging
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from stadttor.cases import jobs as case_jobs
from stadttor.cases.queries import UnsentDecision, cases_of_outer_submission, unsent_decisions
from stadttor.catalog.queries import has_expired, stale_catalogues
from stadttor.exchange import jobs as exchange_jobs
from stadttor.exchange.queries import not_taken_over, unsent_hand_overs
from stadttor.forms import jobs as form_jobs
from stadttor.forms.queries import received_without, unscanned_attachments
from stadttor.ground import authorities, sealing
from stadttor.ground.clock import now
from stadttor.ground.commands import asks_for_help
from stadttor.ground.jobs import enqueue
from stadttor.ground.work import work
from stadttor.notices import jobs as notice_jobs
from stadttor.notices.queries import late_letters, unsent_mails
from stadttor.payments import jobs as payment_jobs
from stadttor.payments.queries import ATTEMPT_LASTS, open_attempts, strays
from stadttor.payments.queries.closing import late_days
from stadttor.privacy.queries import late_hand_overs, late_nights
from stadttor.processes import jobs as process_jobs
from stadttor.processes.queries import overdue_timers
from stadttor.site.given_up import acknowledge, given_up
from stadttor.studio import jobs as studio_jobs
from stadttor.studio.queries.publications import unpublished

log = logging.getLogger("stadttor.watcher")

USAGE = """Usage: python -m stadttor watch                       count what is late
       python -m stadttor watch jobs                  list the jobs that gave up
       python -m stadttor watch acknowledge NUMBER …  take jobs that gave up off the list
"""
NUMBER = re.compile("[0-9]{1,18}")

DECISION_AFTER = timedelta(minutes=2)
TIMER_AFTER = timedelta(minutes=2)
MAIL_AFTER = timedelta(minutes=15)
CASE_AFTER = timedelta(minutes=1)
SCAN_AFTER = timedelta(minutes=5)
DELIVERY_AFTER = timedelta(minutes=15)
PUBLICATION_AFTER = timedelta(minutes=15)
ATTEMPT_AFTER = ATTEMPT_LASTS + timedelta(minutes=10)
STRAY_AFTER = timedelta(days=7)
LETTER_AFTER = timedelta(days=7)
# How far back an application without a case is looked for: the only kind whose rows are all applications.
LOOK_BACK = timedelta(days=30)
# A round takes this many of a kind and authority, and this many authorities: all of Germany is walked in some minutes.
MOST, MOST_AUTHORITIES = 500, 500

Again = Callable[[UUID, Any], None]


def watch_all(minute: int, at: datetime) -> None:
    """One round, in the given minute since 1970: authorities in turns, one line with counts where something is late."""
    found: Counter[str] = Counter()
    for authority_id in _in_turn(authorities.all_ids(), minute):
        try:
            found.update(watch(authority_id, at))
        except Exception:
            log.exception("authority %s failed", authority_id)
    if found:
        log.warning("overdue and tried again: %s", _line(found))


def watch(authority_id: UUID, at: datetime) -> Counter[str]:
    """Enqueue again what is overdue at one authority; gives the counts by kind, empty when nothing is."""
    found: Counter[str] = Counter()
    with work(authority_id):
        for kind, rows, again in _overdue(authority_id, at):
            for row in rows:
                again(authority_id, row)
                found[kind] += 1
    return found


def count(authority_id: UUID, at: datetime) -> Counter[str]:
    """The counts of one authority by kind; nothing is touched."""
    with work(authority_id):
        found = Counter({kind: len(list(rows)) for kind, rows, _again in _overdue(authority_id, at)})
        found.update({kind: len(rows) for kind, rows in _for_people(authority_id, at)})
    return found


def main(arguments: Sequence[str], at: datetime | None = None) -> int:
    """`python -m stadttor watch`. Exit codes: 0 nothing late, 1 something is, 2 wrong use."""
    if asks_for_help(arguments):
        sys.stdout.write(USAGE)
        return 0
    match list(arguments):
        case []:
            return _print_counts(at or now())
        case ["jobs"]:
            return _print_jobs()
        case ["acknowledge", *numbers] if numbers and all(NUMBER.fullmatch(one) for one in numbers):
            return _acknowledge([int(one) for one in numbers], at or now())
    sys.stderr.write(USAGE)
    return 2


def _print_jobs() -> int:
    found = given_up()
    for one in found:
        sys.stdout.write(f"{one.line()}\n")
    return 1 if found else 0


def _acknowledge(numbers: Sequence[int], at: datetime) -> int:
    done = acknowledge(numbers, at, lambda line: sys.stdout.write(f"acknowledged {line}\n"))
    if done < len(set(numbers)):
        sys.stderr.write(f"{len(set(numbers)) - done} of these are no jobs that gave up.\n")
        return 1
    return 0


def _print_counts(at: datetime) -> int:
    """The counts of all authorities."""
    found: Counter[str] = Counter()
    for authority_id in authorities.all_ids():
        found.update(count(authority_id, at))
    found["jobs that gave up"] = len(given_up())
    found["own catalogue expired"] = int(has_expired(at))
    found["catalogues not fresh"] = len(stale_catalogues(at))
    for kind, number in found.items():
        sys.stdout.write(f"{kind:24} {number:6}\n")
    return 1 if any(found.values()) else 0


def _in_turn(ids: list[UUID], minute: int) -> list[UUID]:
    turns = max(1, -(-len(ids) // MOST_AUTHORITIES))
    return ids[minute % turns :: turns]


def _line(found: Counter[str]) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in sorted(found.items()))


def _overdue(authority_id: UUID, at: datetime) -> Iterable[tuple[str, Iterable[Any], Again]]:
    """Each kind with what is overdue of it and how it is tried again, inside the open work."""
    yield "decisions not sent", unsent_decisions(authority_id, at - DECISION_AFTER, MOST), _send
    yield "timers not rung", overdue_timers(authority_id, at - TIMER_AFTER, MOST), _wake
    yield "mails not sent", unsent_mails(authority_id, at - MAIL_AFTER, MOST), _mail
    yield "applications, no case", _without_case(authority_id, at), _open
    yield "files not scanned", unscanned_attachments(authority_id, at - SCAN_AFTER, MOST), _scan
    yield "payments not asked for", open_attempts(authority_id, at - ATTEMPT_AFTER), _ask
    yield "data not delivered", unsent_hand_overs(authority_id, at - DELIVERY_AFTER, MOST), _deliver
    yield "packages not published", unpublished(authority_id, at - PUBLICATION_AFTER, MOST), _publish


def _for_people(authority_id: UUID, at: datetime) -> Iterable[tuple[str, Sequence[Any]]]:
    """Kinds that no job put back mends: the next run by the clock tries again, the rest only people can do."""
    yield "deletions not done", late_nights(authority_id, at, MOST)
    yield "hand-overs not done", late_hand_overs(authority_id, at, MOST)
    yield "entries not sealed", sealing.late(authority_id, at)
    yield "data not taken over", not_taken_over(authority_id, at, MOST)
    yield "letters that lie", late_letters(authority_id, at - LETTER_AFTER, MOST)
    yield "days not closed", late_days(authority_id, at)
    yield "payments for nothing", [one.id for one in strays(authority_id) if one.stray and one.stray < at - STRAY_AFTER]


def _without_case(authority_id: UUID, at: datetime) -> list[UUID]:
    cases = cases_of_outer_submission(authority_id)
    return received_without(authority_id, cases, since=at - LOOK_BACK, before=at - CASE_AFTER, most=MOST)


def _send(authority_id: UUID, row: UnsentDecision) -> None:
    key = f"decision:{row.id}"
    job = case_jobs.send_decision
    enqueue(job, authority_id=authority_id, key=key, case_id=row.case_id, decision_id=row.id)


def _wake(authority_id: UUID, row: tuple[UUID, datetime]) -> None:
    instance_id, due = row
    key = process_jobs.wake_key(instance_id, due)
    enqueue(process_jobs.wake_up, authority_id=authority_id, key=key, instance_id=instance_id)


def _mail(authority_id: UUID, mail_id: UUID) -> None:
    enqueue(notice_jobs.send, authority_id=authority_id, key=f"mail:{mail_id}", mail_id=mail_id)


def _open(authority_id: UUID, submission_id: UUID) -> None:
    key = f"submission:{submission_id}"
    enqueue(case_jobs.open_case, authority_id=authority_id, key=key, submission_id=submission_id)


def _scan(authority_id: UUID, attachment_id: UUID) -> None:
    key = f"attachment:{attachment_id}"
    enqueue(form_jobs.rescan, authority_id=authority_id, key=key, attachment_id=attachment_id)


def _ask(authority_id: UUID, key: str) -> None:
    enqueue(payment_jobs.ask, authority_id=authority_id, key=key, provider_key=key)


def _deliver(authority_id: UUID, hand_over_id: UUID) -> None:
    key = f"hand_over:{hand_over_id}"
    enqueue(exchange_jobs.deliver, authority_id=authority_id, key=key, hand_over_id=hand_over_id)


def _publish(authority_id: UUID, publication_id: UUID) -> None:
    key = str(publication_id)
    enqueue(studio_jobs.publish_copy, authority_id=authority_id, key=key, publication_id=publication_id)
