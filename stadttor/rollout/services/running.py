"""Run a roll-out, batch by batch. Each batch is one transaction: it happened or it did not, whatever dies meanwhile.

Whoever runs it asks for the next batch until there is none. Two who run the same one take turns.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, OperationalError
from psycopg.errors import DeadlockDetected

from stadttor.catalog.services import take_back_in_turn
from stadttor.core.refused import Refused, not_found
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.steps import step
from stadttor.ground.work import Turns, common, in_turn
from stadttor.rollout.models import Batch, LeftOut, NotApplicable, Objection, Rollout
from stadttor.rollout.rules.notice import may_begin
from stadttor.rollout.rules.states import WORTH_ANOTHER_TRY, must_fit, must_follow
from stadttor.rollout.rules.watching import must_have_been_watched
from stadttor.rollout.rules.waves import BATCH
from stadttor.rollout.services.acting import Left, act_for, values_for

TRIES = 3


def begin(number: int, *, now: datetime, followed: str = "") -> None:
    """Let it run, at first or again. Refused before the effective date of an upgrade.

    `followed` is what the clock notes of it in the same transaction; what a person begins is hers.
    """

    def check(row: Rollout) -> None:
        if not may_begin(row.effective_on, german_day(now)):
            raise Refused(
                "rollout_too_early",
                "This upgrade takes effect on {day}; until then authorities may object.",
                status=409,
                day=row.effective_on.isoformat() if row.effective_on else "",
            )
        if row.state == "watched":
            raise Refused(
                "rollout_watched", "The first wave is being watched. Begin the next wave instead.", status=409
            )
        if row.why_stopped:  # pages that broke until now were looked at: only new ones stop it again
            row.gone_on_at = now
        row.begun_at, row.why_stopped, row.followed = row.begun_at or now, "", followed

    _to(number, "running", check)


def pause(number: int) -> None:
    """Do nothing more after the batch that runs now."""
    _to(number, "paused")


def stop(number: int, *, why: str, now: datetime) -> None:
    """The same, because something is wrong; `why` stands in the status. Each stop has its moment, and is told by it."""

    def note(row: Rollout) -> None:
        row.why_stopped, row.followed = why, f"stopped {now.isoformat()}"

    _to(number, "stopped", note)


def give_up(number: int) -> None:
    """Do nothing of a plan that was a mistake. What began already is taken back instead."""
    _to(number, "given_up")


def next_wave(number: int, *, now: datetime) -> None:
    """Go on after a wave that was watched for a week. Refused before, unless the upgrade is urgent.

    Refused while a wave runs, too: a second click would leave out the one that the first began.
    """

    def check(row: Rollout) -> None:
        must_fit(row.state, "next-wave")
        must_have_been_watched(row.wave_ended, now, urgent=row.urgent)
        row.wave, row.wave_ended = row.wave + 1, None

    _to(number, "running", check)


def start_taking_back(number: int) -> None:
    """Put back what was done; `take_back_batch` does it."""
    _to(number, "taking_back")


def state_held(number: int) -> str:
    """The state, which nobody changes before the open transaction is over."""
    row = Rollout.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise not_found()
    return row.state


def _to(number: int, state: str, check: Callable[[Rollout], object] = lambda row: None) -> None:
    with common(write=True):
        row = Rollout.objects.select_for_update().filter(number=number).first()
        if row is None:
            raise not_found()
        must_follow(row.state, state)
        check(row)
        row.state = state
        row.save()


def run_batch(number: int, *, actor: Actor, now: datetime) -> bool:
    """Do the next batch of the present wave; gives whether there was one. Then the wave or the whole is over.

    Does nothing while the roll-out does not run.
    """
    return _again(lambda: _run_batch(number, actor, now))


def take_back_batch(number: int, *, actor: Actor, now: datetime) -> bool:
    """Take the next batch back; gives whether there was one."""
    return _again(lambda: _take_back_batch(number, actor, now))


def _again(verb: Callable[[], bool]) -> bool:
    """An organiser who adopts the same service at the same moment is seen at the next try.

    So is another roll-out with which the database found this one locked (its victim was rolled back whole).
    """
    for _try in range(TRIES - 1):
        try:
            return verb()
        except IntegrityError:
            continue
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
    return verb()


@step
def _run_batch(number: int, actor: Actor, now: datetime) -> bool:
    with in_turn() as turns:
        row = _held(number)
        if row.state != "running":
            return False
        batch = _next(row, row.done, wave=row.wave)
        if batch is None:
            _end_wave(row, now)
            return False
        left = _act(turns, row, batch.authorities, actor, now)
        _keep(row, left)
        Rollout.objects.filter(id=row.id).update(done=batch.number)
    return True


@step
def _take_back_batch(number: int, actor: Actor, now: datetime) -> bool:
    with in_turn() as turns:
        row = _held(number)
        if row.state != "taking_back":
            return False
        batch = _next(row, row.put_back, number__lte=row.done)
        if batch is None:
            Rollout.objects.filter(id=row.id).update(state="taken_back", ended_at=now)
            return False
        out = set(LeftOut.objects.filter(rollout=row).values_list("authority_id", flat=True))
        wanted = [one for one in batch.authorities if one not in out]
        kept = take_back_in_turn(turns, version_id=row.version_id, authorities=wanted, actor=actor, now=now)
        _keep(row, [Left(authority_id, one.code) for authority_id, one in kept.items()])
        Rollout.objects.filter(id=row.id).update(put_back=batch.number)
    return True


def _held(number: int) -> Rollout:
    """The roll-out, which nobody pauses or takes back before this batch is over."""
    rows = Rollout.objects.select_related("version").defer("version__archive").select_for_update(of=("self",))
    return rows.get(number=number)


def _next(row: Rollout, last: int, **equal: int) -> Batch | None:
    """The first batch after the last one."""
    return Batch.objects.filter(rollout=row, number__gt=last, **equal).order_by("number").first()


def _end_wave(row: Rollout, now: datetime) -> None:
    over = {"state": "watched", "wave_ended": now} if row.wave < row.waves else {"state": "done", "ended_at": now}
    Rollout.objects.filter(id=row.id).update(**over)


def _act(turns: Turns, row: Rollout, authorities: Collection[UUID], actor: Actor, now: datetime) -> list[Left]:
    left = _said_no(row, authorities, now)
    apart = {one.authority_id for one in left}
    given = values_for(row.given, [one for one in authorities if one not in apart])
    gone = [one for one in authorities if one not in apart and one not in given]
    left += [Left(one, "not_covering") for one in gone]
    return left + act_for(turns, kind=row.kind, version_id=row.version_id, given=given, actor=actor, now=now)


def _said_no(row: Rollout, authorities: Collection[UUID], now: datetime) -> list[Left]:
    apart = NotApplicable.objects.filter(package=row.version.package_id, authority_id__in=list(authorities))
    left = [Left(one, "not_applicable") for one in apart.values_list("authority_id", flat=True)]
    objections = Objection.objects.filter(rollout=row, authority_id__in=list(authorities))
    for authority_id, until in objections.values_list("authority_id", "until"):
        if until is None or until > german_day(now):
            left.append(Left(authority_id, "deferred" if until else "objected"))
    return left


def _keep(row: Rollout, left: Collection[Left]) -> None:
    LeftOut.objects.filter(rollout=row, authority_id__in=[one.authority_id for one in left]).delete()
    LeftOut.objects.bulk_create(
        [LeftOut(rollout=row, authority_id=one.authority_id, code=one.code, faults=list(one.faults)) for one in left]
    )


def try_again(number: int, *, only: Collection[UUID] | None = None) -> int:
    """Put those that were left out for a reason that may be gone at the end of the last wave; gives how many.

    The roll-out can be run again then. With `only` these of them alone.
    """
    with common(write=True):
        row = Rollout.objects.select_for_update().filter(number=number).first()
        if row is None:
            raise not_found()
        if row.state not in ("done", "paused", "stopped", "watched"):
            must_follow(row.state, "running")
        out = LeftOut.objects.filter(rollout=row, code__in=WORTH_ANOTHER_TRY)
        if only is not None:
            out = out.filter(authority_id__in=only)
        authorities = sorted(out.values_list("authority_id", flat=True))
        out.delete()
        _append(row, authorities)
        if authorities and row.state == "done":
            row.state, row.ended_at = "paused", None
            row.save()
    return len(authorities)


def _append(row: Rollout, authorities: list[UUID]) -> None:
    """As new batches of the last wave; the old ones forget them, so that each is counted once."""
    moved = set(authorities)
    batches = list(Batch.objects.filter(rollout=row).order_by("number"))
    for batch in batches:
        kept = [one for one in batch.authorities if one not in moved]
        if len(kept) < len(batch.authorities):
            batch.authorities = kept
            batch.save(update_fields=["authorities"])
    last = batches[-1].number
    parts = [authorities[place : place + BATCH] for place in range(0, len(authorities), BATCH)]
    Batch.objects.bulk_create(
        [
            Batch(rollout=row, number=last + place, wave=row.waves, authorities=part)
            for place, part in enumerate(parts, 1)
        ]
    )
