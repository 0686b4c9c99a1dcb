"""A working copy is opened, saved, gone back in, thrown away. Each is one transaction with its audit entry."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection

from stadttor.catalog.queries import VersionRow, newest_version, versions
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.rows import change, first, insert, insert_unless_taken, read
from stadttor.ground.work import work
from stadttor.studio import models
from stadttor.studio.queries import PublisherRow
from stadttor.studio.queries.copies import FILES
from stadttor.studio.rules.copies import (
    KEPT_REVISIONS,
    LONGEST_TITLE,
    MOST_COPIES,
    Contents,
    Crossed,
    must_be_name,
    really_changed,
    within,
)

# Of files, the changes that a newer one before the oldest kept revision has overtaken; of revisions, those before it.
FORGET_CHANGES = """
DELETE FROM studio_filechange AS old WHERE authority_id = %s AND copy_id = %s AND number < %s AND EXISTS (
SELECT FROM studio_filechange AS newer WHERE newer.authority_id = old.authority_id AND newer.copy_id = old.copy_id
AND newer.path = old.path AND newer.number > old.number AND newer.number <= %s)
"""
FORGET_REVISIONS = "DELETE FROM studio_revision WHERE authority_id = %s AND copy_id = %s AND number < %s"


def open_published(*, publisher: PublisherRow, package: str, actor: Actor, now: datetime) -> UUID:
    """A working copy of the newest published version, or the one there is already; gives its id. Raises Refused (404)."""
    from stadttor.catalog.services.drafting import files_of

    newest = newest_version(package) if within(package, publisher.namespace) else None
    found = next((one for one in versions() if (one.package, one.version) == (package, newest)), None)
    if found is None:
        raise not_found()
    return _open(publisher, found.package, found, files_of(found.id), actor, now)


def begin(*, publisher: PublisherRow, package: str, actor: Actor, now: datetime) -> UUID:
    """A working copy of a new package, from the skeleton; gives its id.

    Refused for a name that is none, is below another namespace, or has been taken.
    """
    from stadttor.catalog.services.drafting import PackageRefused, started

    must_be_name(package, publisher.namespace)
    if newest_version(package):
        raise Refused("package_taken", "There is already a package with this name. Open that one.", field="package")
    try:
        files = started(package)
    except PackageRefused as refused:
        raise Refused("package_name", "{reason}", field="package", reason=refused.faults[0].text) from refused
    return _open(publisher, package, None, files, actor, now)


def _open(
    publisher: PublisherRow, package: str, version: VersionRow | None, files: Mapping[str, bytes], actor: Actor,
    now: datetime,
) -> UUID:  # fmt: skip
    authority_id = publisher.authority_id
    with work(authority_id):
        if models.WorkingCopy.objects.filter(authority_id=authority_id).count() >= MOST_COPIES:
            raise Refused(
                "too_many_copies", "There is room for {most} working copies.", field="package", most=MOST_COPIES
            )
        row = models.WorkingCopy(
            id=new_id(), authority_id=authority_id, package=package, title=version.title if version else package,
            based_on=version.version if version else "", changed=now, changed_by_name=actor.name,
        )  # fmt: skip
        if not insert_unless_taken(row):
            there = first(models.WorkingCopy, authority_id=authority_id, package=package)
            assert there is not None
            return there.id
        _write(row, 1, "opened", dict(files), actor, now, before=None)
        audit.record(authority_id, act="copy.opened", actor=actor, subject=("copy", row.id), at=now)
    return row.id


def save(
    *,
    authority_id: UUID,
    copy_id: UUID,
    seen: int,
    contents: Contents,
    actor: Actor,
    now: datetime,
    alone: bool = False,
) -> int:
    """New contents of files, by somebody who saw revision `seen`; gives the revision they are in. `alone`: by the script.

    Contents that are there already make no revision. Raises Crossed, and writes nothing, when one of these files was
    changed since; Refused (404), and for names and sizes no package may have.
    """
    with work(authority_id):
        row = _locked(authority_id, copy_id)
        before = _files(row, row.revision)
        wanted = really_changed(before, contents)
        if not wanted:
            return row.revision
        if crossed := _changed_since(row, seen, wanted):
            raise Crossed(crossed, row.revision, row.changed_by_name)
        _must_be_possible(before, wanted)
        number = _write(row, row.revision + 1, "autosaved" if alone else "saved", wanted, actor, now, _stands_at(row))
        audit.record(
            authority_id, act="copy.saved", actor=actor, subject=("copy", copy_id), at=now, details={"revision": number}
        )
    return number


def go_back(*, authority_id: UUID, copy_id: UUID, seen: int, to: int, actor: Actor, now: datetime) -> int:
    """The files as they stood at revision `to`, as a new revision; gives its number. Raises Refused (404).

    Raises Crossed when anything was changed since `seen`: nobody undoes what she has not read.
    """
    with work(authority_id):
        row = _locked(authority_id, copy_id)
        goal = first(models.Revision, authority_id=authority_id, copy_id=copy_id, number=to)
        if goal is None:
            raise not_found()
        if row.revision != seen:
            raise Crossed((), row.revision, row.changed_by_name)
        there, then = _files(row, row.revision), _files(row, to)
        wanted = really_changed(there, {path: then.get(path) for path in there.keys() | then.keys()})
        number = _write(
            row, row.revision + 1, "went_back", wanted, actor, now, _stands_at(row), same_as=goal.same_as
        )  # fmt: skip
        details = {"revision": number, "to": to}
        audit.record(
            authority_id, act="copy.went_back", actor=actor, subject=("copy", copy_id), at=now, details=details
        )
    return number


def throw_away(*, authority_id: UUID, copy_id: UUID, actor: Actor, now: datetime) -> None:
    """The working copy with all its revisions; what is published stays. Raises Refused (404)."""
    with work(authority_id):
        if not models.WorkingCopy.objects.filter(authority_id=authority_id, id=copy_id).delete()[0]:
            raise not_found()
        audit.record(authority_id, act="copy.thrown_away", actor=actor, subject=("copy", copy_id), at=now)


def _locked(authority_id: UUID, copy_id: UUID) -> models.WorkingCopy:
    row = first(models.WorkingCopy, lock=True, authority_id=authority_id, id=copy_id)
    if row is None:
        raise not_found()
    return row


def _files(row: models.WorkingCopy, revision: int) -> dict[str, bytes]:
    found = read(FILES, row.authority_id, row.id, revision)
    return {path: bytes(content) for path, content in found if content is not None}


def _stands_at(row: models.WorkingCopy) -> int:
    """The revision whose files the copy has now."""
    found = first(models.Revision, authority_id=row.authority_id, copy_id=row.id, number=row.revision)
    assert found is not None
    return found.same_as


def _changed_since(row: models.WorkingCopy, seen: int, paths: Collection[str]) -> list[str]:
    changes = models.FileChange.objects.filter(authority_id=row.authority_id, copy_id=row.id, number__gt=seen)
    return sorted(set(changes.filter(path__in=list(paths)).values_list("path", flat=True)))


def _must_be_possible(before: Mapping[str, bytes], wanted: Contents) -> None:
    """Refused for what no package may hold at all; everything else may be wrong while it is written."""
    from stadttor.catalog.services.drafting import check_files, check_path

    after = {path: content for path, content in {**before, **wanted}.items() if content is not None}
    faults = [fault for path in wanted if (fault := check_path(path))] or [
        fault for fault in check_files(after) if fault.file in (".", *wanted) and "missing" not in fault.text
    ]
    if faults:
        raise Refused("file_refused", "{reason}", field="content", reason=f"{faults[0].text} {faults[0].mend}")


def _write(
    row: models.WorkingCopy, number: int, act: str, contents: Contents, actor: Actor, now: datetime,
    before: int | None, same_as: int | None = None,
) -> int:  # fmt: skip
    """The revision with its files, and the copy at it; inside the open work."""
    key = {"authority_id": row.authority_id, "copy_id": row.id}
    insert(
        models.Revision(
            id=new_id(),
            **key,
            number=number,
            act=act,
            same_as=same_as or number,
            before=before,
            at=now,
            by_name=actor.name,
        )
    )
    for path, content in contents.items():
        insert(models.FileChange(id=new_id(), **key, path=path, number=number, content=content))
    values = {"revision": number, "changed": now, "changed_by_name": actor.name, **_title_in(contents)}
    change(models.WorkingCopy, values, authority_id=row.authority_id, id=row.id)
    if number > KEPT_REVISIONS:
        _forget(row, min(number - KEPT_REVISIONS, _oldest_wanted(row)))
    return number


def _title_in(contents: Contents) -> dict[str, str]:
    """The German title, where these contents have one; a file that cannot be read leaves the old one."""
    from stadttor.catalog.services.drafting import OFFICIAL, PackageRefused, load

    try:
        data = load(contents.get(f"texts/{OFFICIAL}.yaml") or b"", "texts", with_lines=False).data
    except PackageRefused:
        return {}
    found = data.get("title") if isinstance(data, dict) else None
    return {"title": found[:LONGEST_TITLE]} if isinstance(found, str) else {}


def _oldest_wanted(row: models.WorkingCopy) -> int:
    """The revision that is to be published: it is kept, however much is saved until somebody agrees."""
    wanted = models.Publication.objects.filter(authority_id=row.authority_id, copy_id=row.id, state__in=models.OPEN)
    return wanted.values_list("revision", flat=True).first() or row.revision


def _forget(row: models.WorkingCopy, oldest: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FORGET_CHANGES, [row.authority_id, row.id, oldest, oldest])
        cursor.execute(FORGET_REVISIONS, [row.authority_id, row.id, oldest])
