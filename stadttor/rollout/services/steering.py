"""Make an authority a steering body; and what such a body does with a roll-out."""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.jobs import enqueue
from stadttor.ground.work import common, work
from stadttor.rollout.models import Steering
from stadttor.rollout.queries import RolloutRow, SteeringRow, rollout
from stadttor.rollout.rules.groups import group_of
from stadttor.rollout.rules.states import must_fit
from stadttor.rollout.services.running import begin, give_up, next_wave, pause, start_taking_back, state_held, try_again
from stadttor.rollout.services.watching import must_be_judged
from stadttor.tenancy.queries import coverage_of

LENGTHS = (2, 5)


def make_steering(*, authority_id: UUID, keys: Collection[str], acts: bool) -> None:
    """From now on this authority sees how far services are within these Länder or Kreise, none for the whole country.

    An act of the operator: no page leads here. Refused when a key is neither a Land's nor a Kreis's.
    """
    if coverage_of(authority_id):
        raise Refused("steering_serves", "This authority serves places. A steering body is an authority of its own.")
    checked = group_of(keys).keys
    for key in checked:
        if len(key) not in LENGTHS:
            raise Refused("ars.format", "This is no regional key: {reason}", reason=key)
    with common(write=True):
        Steering.objects.update_or_create(authority_id=authority_id, defaults={"keys": list(checked), "acts": acts})


def steer(*, body: SteeringRow, number: int, word: str, actor: Actor, now: datetime, unjudged: bool = False) -> None:
    """Let a roll-out do what the word says (`rules.states.WORDS`); what takes long goes on in a job.

    Who did it stands in the steering body's audit. Refused beyond its bounds, when the word does not fit the state, and
    for a next wave where too few applications came in to judge the first, unless it shall begin `unjudged`.
    """
    from stadttor.rollout.jobs import go_on  # which calls verbs of this package

    row = rollout(number)
    if not body.may_act_on(row):
        raise Refused("steering_bounds", "Your body may not act on this roll-out.", status=403)
    must_fit(row.state, word)
    if word == "next-wave":
        must_be_judged(row, unjudged=unjudged, now=now)
    verbs: dict[str, Callable[[], None]] = {
        "pause": lambda: pause(number),
        "go-on": lambda: begin(number, now=now),
        "next-wave": lambda: next_wave(number, now=now),
        "take-back": lambda: start_taking_back(number),
        "give-up": lambda: give_up(number),
        "try-again": lambda: _try_again(row, now),
    }
    with work(body.authority_id):
        must_fit(state_held(number), word)
        verbs[word]()
        audit.record(body.authority_id, act=f"rollout.{word}", actor=actor, subject=("rollout", row.id), at=now)
        if word not in ("pause", "give-up", "try-again") or (word == "try-again" and row.state == "done"):
            enqueue(go_on, authority_id=body.authority_id, key=str(row.id), rollout_id=row.id)


def _try_again(row: RolloutRow, now: datetime) -> None:
    """What is done goes on at once; what was paused, stopped or is watched does so with the rest."""
    if try_again(row.number) and row.state == "done":
        begin(row.number, now=now)
