"""Change requests: what one says, how it stands, what may follow what."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.ground.web.language import N_

URGENCIES: Mapping[str, str] = {
    "blocks": N_("Nobody gets through"),
    "unlawful": N_("It is against the law or leads to wrong decisions"),
    "hinders": N_("It makes things harder"),
    "wish": N_("It would be nicer"),
}
STATES: Mapping[str, str] = {
    "open": N_("Open"),
    "accepted": N_("Accepted"),
    "later": N_("Later"),
    "refused": N_("Not accepted"),
    "published": N_("Published"),
    "merged": N_("Part of another request"),
}
DECIDED = ("accepted", "later", "refused")
LONGEST_TITLE, LONGEST_WRONG, LONGEST_PLACE, LONGEST_REASON, LONGEST_BODY, LONGEST_VERSION = (
    120,
    4_000,
    200,
    2_000,
    120,
    40,
)
CHANGED = N_("Somebody changed this request a moment ago. Please look at it again.")


@dataclass(frozen=True)
class Wanted:
    """What an authority writes. `place` is a page or field, `law` the source; both may be empty."""

    title: str
    wrong: str
    place: str
    law: str
    urgency: str
    tag: str


@dataclass(frozen=True)
class Standing:
    """How a request stands, see `models.RequestLine`; `number` 0: its publisher has written nothing yet."""

    number: int = 0
    state: str = "open"
    body: str = ""
    decide_by: date | None = None
    reason: str = ""
    planned: str = ""
    published: str = ""
    into: UUID | None = None

    def is_overdue(self, today: date) -> bool:
        """Whether the day passed by which the body named decides."""
        return self.state == "open" and self.decide_by is not None and self.decide_by < today

    @property
    def is_answered(self) -> bool:
        return self.state in (*DECIDED, "published")


def must_be_wanted(wanted: Wanted, tags: Mapping[str, str]) -> None:
    """Refused with the field that is missing, too long, or none of the values listed."""
    _must_fit(
        title=(wanted.title, 1, LONGEST_TITLE), wrong=(wanted.wrong, 1, LONGEST_WRONG),
        place=(wanted.place, 0, LONGEST_PLACE), law=(wanted.law, 0, LONGEST_PLACE),
    )  # fmt: skip
    for field, value, known in (("urgency", wanted.urgency, URGENCIES), ("tag", wanted.tag, tags)):
        if value not in known:
            raise Refused("request_choice", "Please choose one of the listed values.", field=field)


def named(before: Standing, *, body: str, decide_by: date | None, today: date) -> Standing:
    """A body decides until a day. Refused without either, for a day that is over, and once it is decided."""
    _must_be(before, "open")
    _must_fit(body=(body, 1, LONGEST_BODY))
    if decide_by is None or decide_by < today:
        raise Refused("request_day", "Please enter a day from today on.", field="decide_by")
    return replace(before, body=body, decide_by=decide_by)


def decided(before: Standing, *, outcome: str, reason: str, planned: str) -> Standing:
    """What the body named decided. Refused without a body, without a reason; what is accepted says for which version."""
    _must_be(before, "open", "accepted", "later")
    if not before.body:
        raise Refused("request_body", "First name the body that decides, and by when.", field="body")
    if outcome not in DECIDED:
        raise Refused("request_choice", "Please choose one of the listed values.", field="outcome")
    _must_fit(reason=(reason, 1, LONGEST_REASON), planned=(planned, int(outcome == "accepted"), LONGEST_VERSION))
    return replace(before, state=outcome, reason=reason, planned=planned if outcome == "accepted" else "")


def published(before: Standing, *, version: str) -> Standing:
    """It is in a version that is published."""
    _must_be(before, "accepted")
    return replace(before, state="published", published=version)


def merged(before: Standing, *, into: UUID) -> Standing:
    """It is part of another request from now on."""
    _must_be(before, "open")
    return replace(before, state="merged", into=into)


def _must_be(before: Standing, *states: str) -> None:
    if before.state not in states:
        raise Refused("request_stands", CHANGED, status=409)


def _must_fit(**texts: tuple[str, int, int]) -> None:
    for field, (text, least, most) in texts.items():
        if len(text) < least:
            raise Refused("request_missing", "Please write something here.", field=field)
        if len(text) > most:
            raise Refused("request_long", "Please write at most {longest} letters.", field=field, longest=most)
