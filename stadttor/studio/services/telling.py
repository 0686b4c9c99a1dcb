"""Mails to those who asked a publisher for a change, once it answered."""

from datetime import datetime
from uuid import UUID

from stadttor.catalog.queries import adoptions
from stadttor.catalog.rules.texts import OFFICIAL
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.rows import change
from stadttor.ground.web.language import _, speaking
from stadttor.ground.work import work
from stadttor.identity.queries import members
from stadttor.notices.services import send_mail
from stadttor.studio.models import Asking
from stadttor.studio.queries.requests import RequestRow, asking, request_for, requests_at
from stadttor.studio.rules.requests import STATES
from stadttor.tenancy.queries import authority_by_id

KIND = "request_answered"


def want_mails(*, authority_id: UUID, request_id: UUID, wanted: bool, actor: Actor, now: datetime) -> None:
    """Whether the authority's organisers get mails about a request that it asked for. Refused (404) for one it does not see."""
    with work(authority_id):
        request_for(authority_id, request_id)
        if change(Asking, {"mail": wanted}, request_id=request_id, authority_id=authority_id):
            act = "request.mails_on" if wanted else "request.mails_off"
            audit.record(authority_id, act=act, actor=actor, subject=("request", request_id), at=now)


def tell_askers(*, publisher_id: UUID, request_id: UUID, number: int, now: datetime) -> None:
    """Mail the organisers of all that asked what the publisher answered in this line; safe to repeat, each gets it once.

    Nothing when more was written since: that answer is told then; nor when the request is gone, with who asked.
    """
    row = next((one for one in requests_at(publisher_id) if one.id == request_id), None)
    if row is None or row.standing.number != number or not row.standing.is_answered:
        return
    for authority_id in asking(publisher_id, request_id):
        _tell(authority_id, row, now)


def _tell(authority_id: UUID, row: RequestRow, now: datetime) -> None:
    """Staff read German."""
    town = authority_by_id(authority_id)
    service = next((one.title for one in adoptions(authority_id) if one.package == row.package), row.package)
    with speaking(OFFICIAL):
        state = _(STATES[row.standing.state])
    values = {"request": row.title, "service": service, "state": state, "authority": town.name if town else ""}
    with work(authority_id):
        for one in members(authority_id):
            if one.active and "organiser" in one.roles:
                send_mail(
                    authority_id=authority_id, key=f"{KIND}:{row.id}:{row.standing.number}:{one.account_id}", to=one.email,
                    kind=KIND, subject_id=row.id, language=OFFICIAL, values=values, now=now,
                )  # fmt: skip
