"""Print runs: letters that wait are put together, posted on a day, or taken apart again before that."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.rows import change, first, insert_unless_taken, rows
from stadttor.ground.steps import step
from stadttor.ground.work import work
from stadttor.notices.models import LegalDelivery, PrintRun
from stadttor.notices.services.delivering import NO_DECISION, becomes_known, end_way

MOST_LETTERS = 100
"""Of one run: so that it is one document of a size every printer takes."""
LATEST_DAYS = 14
"""How long after the run was made it may be posted without being made anew."""


@step
def make_run(*, authority_id: UUID, actor: Actor, now: datetime) -> UUID:
    """Put the letters that wait longest together, at most `MOST_LETTERS`; gives the run. Refused when none waits."""
    with work(authority_id):
        waiting = rows(
            LegalDelivery,
            authority_id=authority_id,
            state="waiting",
            order=("created", "id"),
            most=MOST_LETTERS,
            lock=True,
        )
        if not waiting:
            raise Refused("nothing_waits", "No letter waits for the post.", status=409)
        run = _numbered(authority_id, actor, now)
        for one in waiting:
            change(LegalDelivery, {"state": "printed", "run_id": run.id}, authority_id=authority_id, id=one.id)
        _note(run, "print_run.made", actor, now, letters=len(waiting))
        return run.id


def _numbered(authority_id: UUID, actor: Actor, now: datetime) -> PrintRun:
    """A new run with the next number of the authority."""
    last = first(PrintRun, order=("-number",), authority_id=authority_id)
    run = PrintRun(
        authority_id=authority_id, number=last.number + 1 if last else 1, made_at=now, made_by_name=actor.name
    )
    if not insert_unless_taken(run):
        raise changed()
    return run


@step
def post_run(*, authority_id: UUID, run_id: UUID, day: date, actor: Actor, now: datetime) -> list[UUID]:
    """The letters of a run were handed to the post on this day; gives their cases. From then on the run stays as it is.

    Safe to repeat with the same day (then no case is named). Refused for a run taken apart, for another day, and for a day
    before the run was made or after today.
    """
    with work(authority_id):
        run = _locked(authority_id, run_id)
        if run.posted_on == day:
            return []
        if run.posted_on or run.undone_at:
            raise changed()
        made = german_day(run.made_at)
        if not made <= day <= german_day(now) or (day - made).days > LATEST_DAYS:
            raise Refused(
                "posting_day",
                "Please enter the day of posting: not before the run was made, not after today.",
                field="day",
            )
        values = {"posted_on": day, "posted_by_name": actor.name}
        change(PrintRun, values, authority_id=authority_id, id=run_id)
        letters = rows(
            LegalDelivery, authority_id=authority_id, run_id=run_id, state="printed", order=("id",), lock=True
        )
        for one in letters:
            becomes_known(one, "posted", day, actor, now)
        _note(run, "print_run.posted", actor, now, day=day.isoformat(), letters=len(letters))
        return [one.case_id for one in letters]


@step
def undo_run(*, authority_id: UUID, run_id: UUID, actor: Actor, now: datetime, sure: bool = False) -> None:
    """Take a run apart that was not posted: its letters wait again. Safe to repeat.

    Refused once it was posted, and for one that was printed unless she is `sure`: its letters would go out twice.
    """
    with work(authority_id):
        run = _locked(authority_id, run_id)
        if run.posted_on:
            raise Refused("posted_already", "This print run was posted. It stays as it is.", status=409)
        if run.undone_at:
            return
        if run.printed_at and not sure:
            raise Refused(
                "run_was_printed",
                "This print run was printed. If somebody has posted the letters, they go out twice."
                " Throw away what was printed first.",
                status=409,
            )
        change(PrintRun, {"undone_at": now}, authority_id=authority_id, id=run_id)
        for one in rows(LegalDelivery, authority_id=authority_id, run_id=run_id, order=("id",), lock=True):
            change(LegalDelivery, {"state": "waiting", "run_id": None}, authority_id=authority_id, id=one.id)
        _note(run, "print_run.undone", actor, now)


def note_printed(*, authority_id: UUID, run_id: UUID, actor: Actor, now: datetime) -> None:
    """Somebody saved the letters of a run to print them; each time stands in the audit, the last one with the run."""
    with work(authority_id):
        run = _locked(authority_id, run_id)
        values = {"printed_at": now, "printed_by_name": actor.name}
        change(PrintRun, values, authority_id=authority_id, id=run_id)
        _note(run, "print_run.printed", actor, now)


def drop_plain(*, authority_id: UUID, case_id: UUID, actor: Actor, now: datetime) -> None:
    """The case was withdrawn: a letter that decides nothing and was not printed is not sent any more. Safe to repeat.

    It goes out of a run that nobody printed, and a run without letters is taken apart; what was printed may be in its
    envelope already.
    """
    with work(authority_id):
        mine: dict[str, Any] = {"authority_id": authority_id, "case_id": case_id, "area": NO_DECISION, "ended_at": None}
        for one in rows(LegalDelivery, **mine, state="waiting", order=("id",), lock=True):
            end_way(one, "withheld", "", actor, now)
        laid = {one.run_id for one in rows(LegalDelivery, **mine, state="printed", order=("id",)) if one.run_id}
        # One that somebody prints or posts at this moment is not waited for: she waits for the case, which is locked here.
        runs = PrintRun.objects.select_for_update(skip_locked=True).filter(authority_id=authority_id, id__in=laid)
        for run in runs.filter(printed_at=None, posted_on=None).order_by("id"):
            for one in rows(LegalDelivery, **mine, run_id=run.id, order=("id",), lock=True):
                change(LegalDelivery, {"run_id": None}, authority_id=authority_id, id=one.id)
                end_way(one, "withheld", "", actor, now)
            if first(LegalDelivery, authority_id=authority_id, run_id=run.id) is None:
                change(PrintRun, {"undone_at": now}, authority_id=authority_id, id=run.id)
                _note(run, "print_run.undone", actor, now)


def changed() -> Refused:
    """Somebody else was quicker."""
    return Refused(
        "run_changed", "Somebody else has worked on the post in the meantime. Please look again.", status=409
    )


def _locked(authority_id: UUID, run_id: UUID) -> PrintRun:
    run = first(PrintRun, lock=True, authority_id=authority_id, id=run_id)
    if run is None:
        raise not_found()
    return run


def _note(run: PrintRun, act: str, actor: Actor, now: datetime, **details: object) -> None:
    audit.record(run.authority_id, act=act, actor=actor, subject=("print_run", run.id), at=now, details=details)
