"""An authority asks the publisher of a package for a change, or says that a request of others is hers too."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from stadttor.catalog.queries import adoptions, release
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.rows import change, first, insert, insert_unless_taken
from stadttor.ground.work import work
from stadttor.insights.queries.triage import comments_of
from stadttor.insights.rules.triage import TAGS, cleaned
from stadttor.insights.services.triage import became_request
from stadttor.studio.models import Asking, ChangeRequest
from stadttor.studio.queries.requests import publisher_of, request_for
from stadttor.studio.rules.requests import CHANGED, Wanted, must_be_wanted


def ask_for_change(
    *,
    authority_id: UUID,
    key: UUID,
    package: str,
    wanted: Wanted,
    feedback_ids: Sequence[UUID] = (),
    actor: Actor,
    now: datetime,
) -> UUID:
    """Send a request to the package's publisher; gives its id, which is `key`: the same again sends nothing more.

    Comments go along as they were checked. Refused for a package the authority does not use or whose publisher is not
    here, and for comments in which nobody looked for personal data.
    """
    wanted = tidied(wanted)
    must_be_wanted(wanted, TAGS)
    used = next((row for row in adoptions(authority_id) if row.package == package), None)
    if used is None:
        raise Refused("request_package", "Please choose one of the listed values.", field="package")
    publisher = publisher_of(package)
    if publisher is None:
        raise Refused(
            "request_elsewhere",
            "The publisher of this package is not in this installation. Save the request as a file and send it yourself.",
            field="package",
        )
    package_id = release(package).package_id
    with work(authority_id):
        quotes = checked_quotes(authority_id, used.slug, feedback_ids)
        row = ChangeRequest(
            id=key, publisher_id=publisher.authority_id, package_id=package_id, version=used.version, at=now,
            **vars(wanted),
        )  # fmt: skip
        if not insert_unless_taken(row):
            if first(Asking, request_id=key, authority_id=authority_id) is None:
                raise Refused("request_key", "Please open the form again.", status=409)
            return key
        insert(Asking(id=new_id(), request_id=key, authority_id=authority_id, at=now, quotes=quotes))
        became_request(authority_id=authority_id, feedback_ids=feedback_ids)
        audit.record(authority_id, act="request.sent", actor=actor, subject=("request", key), at=now)
    return key


def join_request(
    *, authority_id: UUID, request_id: UUID, feedback_ids: Sequence[UUID] = (), actor: Actor, now: datetime
) -> None:
    """Say that it concerns this authority as well; a second time changes nothing. Refused (404) for one of another's package."""
    with work(authority_id):
        row = request_for(authority_id, request_id)
        quotes = checked_quotes(authority_id, row.slug, feedback_ids)
        asking = Asking(id=new_id(), request_id=request_id, authority_id=authority_id, at=now, quotes=quotes)
        if insert_unless_taken(asking):
            became_request(authority_id=authority_id, feedback_ids=feedback_ids)
            audit.record(authority_id, act="request.joined", actor=actor, subject=("request", request_id), at=now)


def take_note(*, authority_id: UUID, request_id: UUID, seen: int, now: datetime) -> None:
    """The organiser has read how the request stands, up to line `seen`. Refused (404) for one that is not there, (409)
    when more was written since."""
    with work(authority_id):
        row = request_for(authority_id, request_id)
        if row.standing.number != seen:
            raise Refused("request_changed", CHANGED, status=409)
        change(Asking, {"seen": now}, request_id=request_id, authority_id=authority_id)


def checked_quotes(authority_id: UUID, slug: str, feedback_ids: Sequence[UUID]) -> list[str]:
    """The comments as they may leave the house. Refused for one of another service, and for one that nobody checked."""
    found = comments_of(authority_id, feedback_ids)
    if any(row.service != slug for row in found):
        raise Refused("request_service", "These comments are about another service.", field="package")
    if not all(row.is_checked for row in found):
        raise Refused(
            "request_unchecked",
            "Look for personal data first: open each comment, and strike out what names people or say that there is none.",
            field="comment",
        )
    return [row.text for row in found]


def tidied(wanted: Wanted) -> Wanted:
    """As everybody can show and print it."""
    return Wanted(**{name: cleaned(text) for name, text in vars(wanted).items()})
