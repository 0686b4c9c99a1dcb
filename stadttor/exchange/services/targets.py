"""Where the hand-overs of a service go: set by an organiser, tried by a job. Secrets are sealed and never shown."""

from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.exchange import ports, rules
from stadttor.exchange.models import HandOver, Target
from stadttor.ground import audit, authorities, keys
from stadttor.ground.actor import Actor
from stadttor.ground.jobs import enqueue
from stadttor.ground.rows import first
from stadttor.ground.sealed import seal, unseal
from stadttor.ground.work import work

SECRETS = "exchange-targets"


def save_target(
    *,
    authority_id: UUID,
    service: str,
    way: str,
    place: str,
    username: str,
    host_key: str,
    secret: str,
    active: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Set where the hand-overs of a service go; an empty secret keeps the one before, as long as the host is the same.

    Hand-overs that wait go to the new place. Refused when something does not fit.
    """
    if way not in ports.ways():
        raise Refused("target_way", "Please choose one of these ways.", field="way")
    rules.must_be_place(way, place)
    rules.must_be_access(way, username, host_key)
    if not ports.way(way).allows(place):
        raise Refused(
            "target_host",
            "The operator has not allowed this host yet. Please ask for it to be named in STADTTOR_HAND_OVER_HOSTS.",
            field="place",
        )
    rules.must_be_secret(way, username, secret)
    with work(authority_id):
        former = first(Target, authority_id=authority_id, service=service)
        same_host = former is not None and (former.way, rules.host_of(way, former.place)) == (
            way,
            rules.host_of(way, place),
        )
        if way == rules.SFTP and not secret and not (former and former.secret and same_host):
            raise Refused("target_secret", "Please enter the password or the private key.", field="secret")
        given = {
            "way": way,
            "place": place,
            "username": username if way != rules.FOLDER else "",
            "host_key": host_key if way == rules.SFTP else "",
            "active": active,
            "looked_at": None,
            "looked_problem": "",
        }
        if secret or not same_host:
            sealed = seal(keys.derived(authority_id, SECRETS), authority_id, secret.encode()) if secret else b""
            given["secret"] = sealed
        Target.objects.update_or_create(authority_id=authority_id, service=service, defaults=given)
        _note(authority_id, "target_set", service, actor, now, way=way, active=active)
        _try_waiting(authority_id, service, now)


def remove_target(*, authority_id: UUID, service: str, actor: Actor, now: datetime) -> None:
    """From now on the service is handed over by copy sheet; what waits becomes one at its next try."""
    with work(authority_id):
        gone, _tables = Target.objects.filter(authority_id=authority_id, service=service).delete()
        if not gone:
            raise not_found()
        _note(authority_id, "target_removed", service, actor, now)


def ask_to_look(*, authority_id: UUID, service: str) -> None:
    """Have a job try the connection; the page says what came of it."""
    from stadttor.exchange.jobs import look

    with work(authority_id):
        target = first(Target, authority_id=authority_id, service=service)
        if target is None:
            raise not_found()
        Target.objects.filter(authority_id=authority_id, id=target.id).update(looked_at=None, looked_problem="")
        enqueue(look, authority_id=authority_id, key=f"target:{target.id}", target_id=target.id)


def look_at_target(*, authority_id: UUID, target_id: UUID, now: datetime) -> None:
    """Try the connection and note what came of it."""
    with work(authority_id):
        target = first(Target, authority_id=authority_id, id=target_id)
        if target is None:
            return
        place = place_of(target)
    problem = ""
    try:
        ports.way(target.way).look(place)
    except ports.TargetAway as error:
        problem = error.code
    with work(authority_id):
        mine = Target.objects.filter(authority_id=authority_id, id=target_id, place=target.place)
        mine.update(looked_at=now, looked_problem=problem)


def place_of(target: Target) -> ports.Place:
    """Where and as whom, with the secret opened."""
    town, secret = authorities.by_id(target.authority_id), bytes(target.secret)
    if secret:
        secret = unseal(keys.derived(target.authority_id, SECRETS), target.authority_id, secret)
    slug = town.slug if town else ""
    return ports.Place(slug, target.place, target.username, secret.decode(), target.host_key)


def _try_waiting(authority_id: UUID, service: str, now: datetime) -> None:
    """What waits for a later try is tried at the new place now."""
    from stadttor.exchange.services.making import wait_for_delivery

    for row in HandOver.objects.filter(authority_id=authority_id, service=service, state=rules.WAITING):
        wait_for_delivery(row, now)


def _note(authority_id: UUID, act: str, service: str, actor: Actor, now: datetime, **more: object) -> None:
    subject = ("authority", authority_id)
    details = {"service": service, **more}
    audit.record(authority_id, act=f"exchange.{act}", actor=actor, subject=subject, at=now, details=details)
