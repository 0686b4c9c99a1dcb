"""A roll-out that a steering body prepares in the browser: written, tried out by a job, planned with the services of the shell.

Whatever is planned was tried out as it stands, and lies within the bounds of the body: its group, and all that each of
the authorities covers that it reaches.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from stadttor.catalog.queries import ReleaseRow, release, version_for
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.jobs import enqueue
from stadttor.ground.work import work
from stadttor.rollout.models import Draft
from stadttor.rollout.queries import SteeringRow, Targets
from stadttor.rollout.queries.drafts import DraftRow, draft, draft_row
from stadttor.rollout.queries.steering import steering_at
from stadttor.rollout.rules.drafts import LONGEST_LAW, MOST, MOST_GIVEN, group_keys
from stadttor.rollout.rules.notice import Notice
from stadttor.rollout.services.planning import Plan, checked_targets, plan, try_out

KREIS = 5
"""Digits of a regional key that name the Kreis."""


def start_draft(*, body: SteeringRow, wanted: Plan, actor: Actor, now: datetime) -> UUID:
    """Begin to prepare a roll-out; gives its id. Nothing is tried or changed at any authority.

    Refused for a body that only looks on, beyond its bounds, as `plan` would refuse it, and when too many are prepared.
    """
    must_be_within(body, wanted, checked_targets(wanted, now))
    with work(body.authority_id):
        if Draft.objects.filter(authority_id=body.authority_id).count() >= MOST:
            raise Refused(
                "rollout_drafts", "Your body prepares {most} roll-outs already. Plan or throw away one.", most=MOST
            )
        row = Draft(id=new_id(), authority_id=body.authority_id, **_columns(wanted), saved_at=now)
        row.save(force_insert=True)
        _note(row, "drafted", actor, now)
    return row.id


def change_draft(*, body: SteeringRow, draft_id: UUID, seen: int, wanted: Plan, actor: Actor, now: datetime) -> None:
    """Prepare it otherwise; what was tried does not count any more. Refused like `start_draft`, and when a colleague changed
    it since `seen`."""
    must_be_within(body, wanted, checked_targets(wanted, now))
    with work(body.authority_id):
        row = _held(body, draft_id, seen)
        for name, value in _columns(wanted).items():
            setattr(row, name, value)
        _save(row, now)


def give_values(
    *, body: SteeringRow, draft_id: UUID, seen: int, key: str, values: Mapping[str, Any], now: datetime
) -> None:
    """The values below a beginning of the regional key, or for all with an empty one; without values it follows the shorter
    ones. Refused beyond the bounds of the body, and when a colleague changed it since `seen`."""
    if key:
        group_keys((key,), body.keys)
    with work(body.authority_id):
        row = _held(body, draft_id, seen)
        row.given = {
            **{name: one for name, one in row.given.items() if name != key},
            **({key: dict(values)} if values else {}),
        }
        if len(row.given) > MOST_GIVEN:
            raise Refused("rollout_given", "At most {most} places can have values of their own.", most=MOST_GIVEN)
        _save(row, now)


def throw_away(*, body: SteeringRow, draft_id: UUID, actor: Actor, now: datetime) -> None:
    """Prepare it no longer."""
    with work(body.authority_id):
        row = _held(body, draft_id)
        _note(row, "draft_deleted", actor, now)
        row.delete()


def ask_to_try(*, body: SteeringRow, draft_id: UUID) -> None:
    """Let a job try it out as it stands. Asking again changes nothing while the job waits, and starts one that gave up."""
    from stadttor.rollout.jobs import try_draft_out  # which calls verbs of this package

    with work(body.authority_id):
        row = _held(body, draft_id)
        if row.tried == row.change:
            return
        if row.asked != row.change:
            row.asked, row.step, row.steps = row.change, 0, 0
            row.save(update_fields=["asked", "step", "steps"])
        enqueue(
            try_draft_out, authority_id=body.authority_id, key=f"{row.id} {row.change}", draft_id=row.id, change_key=row.change
        )  # fmt: skip


def try_draft(*, authority_id: UUID, draft_id: UUID, change: int, now: datetime) -> None:
    """Do all of it, keep nothing of it, and note what it would do; safe to repeat. Nothing when it was changed since."""
    found = _still(authority_id, draft_id, change)
    if found is None:
        return
    try:
        result = _tried(found, authority_id, now)
    except Refused as refused:
        result = {"refused": [refused.text, {name: str(value) for name, value in refused.values.items()}]}
    with work(authority_id):
        Draft.objects.filter(authority_id=authority_id, id=draft_id, change=change).update(tried=change, found=result)


def plan_draft(*, body: SteeringRow, draft_id: UUID, seen: int, actor: Actor, now: datetime) -> int:
    """Keep it as a plan, with its targets as of now; gives the number of the roll-out, which has the draft's id. It is prepared no
    longer then.

    Who did it stands in the body's audit. Refused unless it was tried out as it stands, and as `plan` does.
    """
    wanted = wanted_of(draft(body.authority_id, draft_id), now)
    found = checked_targets(wanted, now)
    must_be_within(body, wanted, found)
    with work(body.authority_id):
        row = _held(body, draft_id, seen)
        if not draft_row(row).may_be_planned:
            raise Refused("rollout_untried", "Try it out first, as it stands now.", status=409)
        # With the draft's own id: who comes back to the draft is led to the roll-out, and there is never a second one.
        number = plan(wanted, now=now, found=found, rollout_id=row.id)
        subject = ("rollout", row.id)
        audit.record(body.authority_id, act="rollout.planned", actor=actor, subject=subject, at=now)
        row.delete()
    return number


def must_be_within(body: SteeringRow, wanted: Plan, found: Targets) -> None:
    """Refused unless the body may act on all that this plan reaches."""
    if not body.acts:
        raise not_found()
    group_keys(wanted.group.keys, body.keys)
    if not body.may_act_within(wanted.group.keys, lambda: [one.authority.id for one in found.authorities]):
        raise Refused(
            "rollout_covers",
            "Authorities of this group serve places beyond what your body is responsible for. Their Land plans for them.",
            status=403,
            field="keys",
        )


def wanted_of(row: DraftRow, now: datetime) -> Plan:
    """The plan that a draft means today."""
    day = row.effective_on or german_day(now) + timedelta(days=row.notice_days)
    notice = Notice(row.law, day, row.notice_days, row.urgent) if row.kind == "upgrade" else None
    return Plan(_release(row.version_id), row.kind, row.group, row.given, row.first_percent, notice)


def _release(version_id: UUID) -> ReleaseRow:
    version, _content = version_for(version_id)
    return release(version.package, version.version)


def _columns(wanted: Plan) -> dict[str, Any]:
    notice = wanted.notice
    if notice and len(notice.law) > LONGEST_LAW:
        raise Refused("too_long", "Write at most {most} characters.", field="law", most=LONGEST_LAW)
    return {
        "version_id": wanted.release.id,
        "kind": wanted.kind,
        "group": wanted.group.as_json(),
        "given": dict(wanted.given),
        "first_percent": wanted.first_percent,
        "law": notice.law if notice else "",
        "urgent": notice.urgent if notice else False,
        "effective_on": notice.effective_on if notice and notice.dated else None,
        "notice_days": notice.days if notice else 0,
    }


def _held(body: SteeringRow, draft_id: UUID, seen: int | None = None) -> Draft:
    """The draft, which nobody else changes before the open transaction is over."""
    if not body.acts:
        raise not_found()
    row = Draft.objects.select_for_update().filter(authority_id=body.authority_id, id=draft_id).first()
    if row is None:
        raise not_found()
    if seen is not None and row.change != seen:
        raise Refused("rollout_changed", "A colleague changed this meanwhile. Look at it again.", status=409)
    return row


def _save(row: Draft, now: datetime) -> None:
    row.change, row.saved_at = row.change + 1, now
    row.save()


def _note(row: Draft, act: str, actor: Actor, now: datetime) -> None:
    audit.record(row.authority_id, act=f"rollout.{act}", actor=actor, subject=("rollout_draft", row.id), at=now)


def _still(authority_id: UUID, draft_id: UUID, change: int) -> DraftRow | None:
    """The draft while this change is the one to be tried out; None when it is gone, was changed or is tried."""
    with work(authority_id):
        row = Draft.objects.filter(authority_id=authority_id, id=draft_id, change=change).first()
    return draft_row(row) if row and row.tried != change else None


def _tried(row: DraftRow, authority_id: UUID, now: datetime) -> dict[str, Any]:
    wanted = wanted_of(row, now)
    found = checked_targets(wanted, now)
    must_be_within(steering_at(authority_id), wanted, found)

    def note(step: int, steps: int) -> None:
        with work(authority_id):
            rows = Draft.objects.filter(authority_id=authority_id, id=row.id, change=row.change)
            rows.update(step=step, steps=steps)

    tried = try_out(wanted, now=now, progress=note)
    known = {one.authority.id: [one.authority.name, one.places[0].ars[:KREIS]] for one in found.authorities}
    return {
        "reached": len(found.authorities),
        "keys": found.keys,
        "apart": len(found.not_applicable),
        "nobody": len(found.nobody),
        "left": [[*known[one.authority_id], one.code, list(one.faults)] for one in tried.left],
        "unset": [[*known[authority_id], list(names)] for authority_id, names in tried.unset.items()],
    }
