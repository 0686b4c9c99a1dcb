"""A revision becomes a version: asked for, confirmed by a second publisher, signed and published by the worker."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from stadttor.catalog.queries import newest_version, versions
from stadttor.catalog.services import publish
from stadttor.catalog.services.drafting import (
    PackageRefused,
    compared,
    put,
    raised,
    signed,
)
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.jobs import enqueue
from stadttor.ground.rows import change, first, insert_unless_taken
from stadttor.ground.web.language import N_
from stadttor.ground.work import work
from stadttor.studio import models, queries
from stadttor.studio.queries import PublisherRow
from stadttor.studio.rules.copies import Crossed, must_be_name
from stadttor.studio.rules.publishing import HIGHER, is_stuck, is_tried, may_follow
from stadttor.studio.services.checking import MANIFEST, looked_over_as, must_be_own
from stadttor.studio.services.editing import save

LONGEST_PROBLEM = 4_000
UNDER_WAY = N_("A publication of this package is under way already.")


def ask_to_publish(
    *, publisher: PublisherRow, copy_id: UUID, seen: int, step: str, actor: Actor, now: datetime
) -> UUID:
    """Wish that the copy becomes the next version by this step (`rules.publishing`); gives the publication's id.

    The version is written into package.yaml first, as a revision of its own. With a single editor it is confirmed at once.
    Raises Crossed when anything changed since `seen`; Refused while another one is open, when the check finds anything, when
    nothing differs, for a step smaller than what changed, and for a name that is no longer below the publisher's namespace.
    """
    authority_id = publisher.authority_id
    copy = queries.copy(authority_id, copy_id)
    if copy.revision != seen:
        raise Crossed((), copy.revision, copy.changed_by)
    must_be_name(copy.package, publisher.namespace)
    files = queries.files(authority_id, copy_id, seen)
    version = _next_version(copy.package, files, step)
    manifest = put(files[MANIFEST], MANIFEST, ("version",), version)
    with work(authority_id):
        revision = save(
            authority_id=authority_id, copy_id=copy_id, seen=seen, contents={MANIFEST: manifest}, actor=actor, now=now
        )
        if revision not in (seen, seen + 1):
            raise Crossed((), revision, copy.changed_by)
        row = models.Publication(
            id=new_id(), authority_id=authority_id, copy_id=copy_id, revision=revision, version=version,
            state="asked" if publisher.four_eyes else "confirmed", asked_by_id=actor.id, asked_by_name=actor.name, asked_at=now,
            confirmed_at=None if publisher.four_eyes else now,
        )  # fmt: skip
        if not insert_unless_taken(row):
            raise Refused("publication_open", UNDER_WAY, field="step")
        _note(row, "publication.asked", actor, now)
        if not publisher.four_eyes:
            _let_sign(row)
    return row.id


def _next_version(package: str, files: dict[str, bytes], step: str) -> str:
    """The version the step leads to; for a package that was never published, the one it says itself."""
    report = looked_over_as(package, files)
    if report.faults or report.content is None:
        raise Refused("findings", "Mend what the check found first.", field="step")
    newest = newest_version(package)
    published = next((one for one in versions() if (one.package, one.version) == (package, newest)), None)
    if published is None:
        return report.content.manifest.version
    found = compared(published.id, files, report.content)
    if found.step == "same":
        raise Refused("nothing_new", "Nothing differs from the version that is published.", field="step")
    if step not in HIGHER or not may_follow(step, found.step):
        raise Refused("step_too_small", "What changed needs a higher version. Choose another step.", field="step")
    return raised(published.version, HIGHER[step])


def confirm_publication(
    *, publisher: PublisherRow, copy_id: UUID, publication_id: UUID, actor: Actor, now: datetime
) -> None:
    """A second publisher says yes; then the worker signs. Refused for whoever asked herself, and when it is not waiting."""
    with work(publisher.authority_id):
        row = _waiting(publisher.authority_id, copy_id, publication_id)
        if row.asked_by_id == actor.id:
            raise Refused("second_person", "Somebody else must agree: you asked for it yourself.", status=403)
        key = {"authority_id": publisher.authority_id, "id": row.id}
        change(models.Publication, {"state": "confirmed", "confirmed_by_name": actor.name, "confirmed_at": now}, **key)
        _note(row, "publication.confirmed", actor, now)
        _let_sign(row)


def take_back_publication(
    *, publisher: PublisherRow, copy_id: UUID, publication_id: UUID, actor: Actor, now: datetime
) -> None:
    """While nobody agreed yet, or when the worker did not manage it for an hour: nothing is published.

    The version stays in package.yaml. Raises Refused (404), and while the worker is at it or has put it into the catalogue.
    """
    with work(publisher.authority_id):
        row = _waiting(publisher.authority_id, copy_id, publication_id, stuck_at=now)
        # `tried_at` is written under the same lock: whoever signs at this moment is seen here, or sees what was done here.
        if row.state == "confirmed" and (is_tried(row.tried_at, now) or _is_there(row)):
            raise Refused("publication_open", UNDER_WAY, field="step")
        _end(row, "withdrawn", "", now)
        _note(row, "publication.withdrawn", actor, now)


def sign_and_publish(*, authority_id: UUID, publication_id: UUID, actor: Actor, now: datetime) -> None:
    """What the worker does with a confirmed one: all is checked, signed and in the catalogue, or refused with the faults.

    Safe to repeat: the same files and key make the same archive, which is published once.
    """
    key = {"authority_id": authority_id, "id": publication_id}
    with work(authority_id):
        row = first(models.Publication, lock=True, authority_id=authority_id, id=publication_id)
        if row is None or row.state != "confirmed":
            return
        change(models.Publication, {"tried_at": now}, **key)
    try:
        problem = _problem(queries.publisher_at(authority_id), row, now)
    except Exception:
        # It is tried again; until then it may be taken back.
        with work(authority_id):
            change(models.Publication, {"tried_at": None}, **key)
        raise
    with work(authority_id):
        row = first(models.Publication, lock=True, authority_id=authority_id, id=publication_id)
        if row is None or row.state != "confirmed":
            return
        _end(row, "refused" if problem else "published", problem, now)
        if not problem:
            change(models.WorkingCopy, {"based_on": row.version}, authority_id=authority_id, id=row.copy_id)
        _note(row, "publication.refused" if problem else "publication.published", actor, now)


def _problem(publisher: PublisherRow, row: models.Publication, now: datetime) -> str:
    """Why it cannot be published; empty when it is in the catalogue now."""
    authority_id = publisher.authority_id
    package = queries.copy(authority_id, row.copy_id).package
    files = queries.files(authority_id, row.copy_id, row.revision)
    try:
        must_be_own(package, publisher.namespace, files)
        archive = signed(files, Path(settings.STADTTOR_PUBLISHER_KEYS) / publisher.key_file)
        publish(archive=archive, now=now)
    except PackageRefused as refused:
        return "\n".join(map(str, refused.faults))[:LONGEST_PROBLEM]
    except OSError as error:
        return f"{publisher.key_file}: {error.strerror}"
    return ""


def _waiting(
    authority_id: UUID, copy_id: UUID, publication_id: UUID, stuck_at: datetime | None = None
) -> models.Publication:
    """The one that nobody agreed to, with `stuck_at` also one that is stuck then; locked."""
    row = first(models.Publication, lock=True, authority_id=authority_id, copy_id=copy_id, id=publication_id)
    if row is None or row.state not in models.OPEN:
        raise not_found()
    if row.state == "confirmed" and not (stuck_at and is_stuck(row.confirmed_at or row.asked_at, stuck_at)):
        raise not_found()
    return row


def _is_there(row: models.Publication) -> bool:
    """Whether it came into the catalogue and only its end was lost; the watcher has that made good."""
    copy = first(models.WorkingCopy, authority_id=row.authority_id, id=row.copy_id)
    return copy is not None and any((one.package, one.version) == (copy.package, row.version) for one in versions())


def _end(row: models.Publication, state: str, problem: str, now: datetime) -> None:
    values = {"state": state, "problem": problem, "ended_at": now}
    change(models.Publication, values, authority_id=row.authority_id, id=row.id)


def _let_sign(row: models.Publication) -> None:
    from stadttor.studio.jobs import publish_copy  # which calls a verb of this module

    enqueue(publish_copy, authority_id=row.authority_id, key=str(row.id), publication_id=row.id)


def _note(row: models.Publication, act: str, actor: Actor, now: datetime) -> None:
    details = {"version": row.version, "revision": row.revision}
    audit.record(row.authority_id, act=act, actor=actor, subject=("copy", row.copy_id), at=now, details=details)
