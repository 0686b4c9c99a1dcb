"""What happens to roll-outs by the clock: authorities are told, an upgrade begins on its day, what was deferred follows.

Repeatable at any point: a mail has a key, a batch is done or not, and what is under way is taken up again.
"""

import logging
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from stadttor.catalog.queries import package_content, release
from stadttor.catalog.rules.texts import OFFICIAL
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day
from stadttor.ground.web import formats
from stadttor.ground.web.language import speaking
from stadttor.ground.work import common, work
from stadttor.identity.queries import members
from stadttor.notices.services import send_mail
from stadttor.rollout.models import Rollout
from stadttor.rollout.queries import RolloutRow, deferred_until, rollouts, steering_bodies, targets_of
from stadttor.rollout.services.counting import count
from stadttor.rollout.services.running import begin, run_batch, stop, try_again
from stadttor.rollout.wording import risen_texts
from stadttor.tenancy.queries import authority_by_id

log = logging.getLogger("stadttor.rollout")
ANNOUNCED, BEGUN, GIVEN_UP, WORSE = "announced", "begun", "given_up", "worse"


def follow(*, now: datetime) -> None:
    """Do for every upgrade what falls due. One that fails is logged and keeps no other waiting; then it fails."""
    errors: list[Exception] = []
    for step in (_tell_announced, _tell_given_up, _tell_worse, _begin_due, _take_up_deferred, _go_on):
        for row in rollouts(kind="upgrade"):
            try:
                step(row, now)
            except Exception as error:  # of any kind: one roll-out must not keep the others from going on
                log.exception("roll-out %d: %s failed", row.number, step.__name__)
                errors.append(error)
    if errors:
        raise ExceptionGroup("not every roll-out was followed", errors)


def _tell_announced(row: RolloutRow, now: datetime) -> None:
    """Every organiser who is meant gets a mail, as soon as an upgrade is planned."""
    if row.state == "planned" and not row.followed:
        urgent = {"urgent": "yes"} if row.urgent else {}
        for authority_id in targets_of(row.id):
            _tell(row, authority_id, "upgrade_announced", "organiser", {"law": row.law, **urgent}, now)
        _note(row, ANNOUNCED)


def _tell_given_up(row: RolloutRow, now: datetime) -> None:
    if row.state == "given_up" and row.followed == ANNOUNCED:
        for authority_id in targets_of(row.id):
            _tell(row, authority_id, "upgrade_given_up", "organiser", {}, now)
        _note(row, GIVEN_UP)


def _tell_worse(row: RolloutRow, now: datetime) -> None:
    """Steering bodies are told when an upgrade was stopped or fares worse: they may take it back."""
    if row.state in ("stopped", "done") and row.why_stopped and row.followed != WORSE:
        with speaking(OFFICIAL):
            values = {"why": "; ".join(risen_texts(row.why_stopped)), "number": str(row.number)}
        for body in steering_bodies():
            if body.sees_rollout(row):
                # By the moment it was stopped or ended: what goes on and is stopped again is told again.
                occasion = row.followed if row.state == "stopped" else f"{row.ended_at}"
                _tell(row, body.authority_id, "rollout_worse", "steering", values, now, occasion)
        _note(row, WORSE)


def _begin_due(row: RolloutRow, now: datetime) -> None:
    """On its effective date an upgrade begins with its first wave; the next one waits for somebody's word."""
    if row.state == "planned" and row.followed and _is_over(row.effective_on, now):
        begin(row.number, now=now, followed=BEGUN)


def _take_up_deferred(row: RolloutRow, now: datetime) -> None:
    """Who deferred until a day gets it on that day, if the upgrade was not stopped or fares worse since."""
    due = deferred_until(row.id, german_day(now)) if row.state in ("done", "watched") and not row.why_stopped else []
    # One transaction: a death between the two would leave it paused, and nobody deferred whom the next run would find.
    with common(write=True):
        if due and try_again(row.number, only=due) and row.state == "done":
            begin(row.number, now=now, followed=BEGUN)


def _go_on(row: RolloutRow, now: datetime) -> None:
    """What the clock began it does to the end, also after a death in the middle. What somebody else runs is left to him."""
    if row.state != "running" or row.followed != BEGUN:
        return
    try:
        while run_batch(row.number, actor=SYSTEM, now=now):
            pass
    except Refused as refused:  # the key was revoked, or the version withdrawn: it says so, and somebody has to decide
        stop(row.number, why=refused.text.format(**refused.values), now=now)
        log.critical("roll-out %d was stopped: %s", row.number, refused)
    count(release(row.package), now=now)


def _is_over(day: date | None, now: datetime) -> bool:
    return day is not None and german_day(now) >= day


def _note(row: RolloutRow, word: str) -> None:
    with common(write=True):
        Rollout.objects.filter(id=row.id).update(followed=word)


def _tell(
    row: RolloutRow, authority_id: UUID, kind: str, role: str, more: Mapping[str, str], now: datetime, occasion: str = ""
) -> None:  # fmt: skip
    """One mail for each occasion to each colleague with the role; staff read German."""
    town = authority_by_id(authority_id)
    with speaking(OFFICIAL):
        day = formats.day(row.effective_on)
    values = {
        "service": _title(row),
        "version": row.version,
        "day": day,
        "authority": town.name if town else "",
        **more,
    }
    with work(authority_id):
        for one in members(authority_id):
            if one.active and role in one.roles:
                send_mail(
                    authority_id=authority_id, key=f"{kind}:{row.id}:{one.account_id}:{occasion}", to=one.email, kind=kind,
                    subject_id=row.id, language=OFFICIAL, values=values, now=now,
                )  # fmt: skip


def _title(row: RolloutRow) -> str:
    return package_content(row.version_id).texts_in(OFFICIAL).text("title")
