"""What authorities have to issue into wallets: permits that are valid, and what else a package lets a decision issue
(implements `identity.ports.Issuables`).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from stadttor.cases.ports import last_day
from stadttor.cases.queries import standing_decision
from stadttor.cases.queries.permits import PermitView, permit_of
from stadttor.catalog.queries import AdoptedForm, adopted_form, adoptions
from stadttor.core.cel import Environment
from stadttor.core.languages import OFFICIAL
from stadttor.core.network import address_parts
from stadttor.core.refused import Refused
from stadttor.ground import authorities
from stadttor.ground.clock import BERLIN, german_day, now
from stadttor.ground.web.language import N_, _, speaking
from stadttor.identity.issuing.services import ROOT
from stadttor.identity.issuing.status import status_list
from stadttor.identity.ports import CredentialKind, Issuable
from stadttor.portal.prefill import CLAIM_NAMES
from stadttor.site.matter import matter_of
from stadttor.tenancy.queries import authority_by_host, profile

PART = "wallets"
# Wallets speak in locales; ours in plain German is none.
LANGUAGES = (OFFICIAL, "en", "uk", "tr", "ar")
PERMIT = {
    "permit_number": N_("Number"),
    "holder": N_("Holder"),
    "number_plates": N_("Number plate"),
    "area": N_("Area"),
}
ALWAYS = {
    "first_day": N_("First day"),
    "last_day": N_("Last day"),
    "issuing_authority": N_("Authority"),
}
WORDS: dict[str, tuple[str | int | None, ...]] = {
    "permit_number": ("permit_number",),
    "number_plate": ("number_plates", None),
}


class Issued:
    """A kind for each service whose favourable decision brings a permit along, or another credential."""

    def kinds(self, authority_id: UUID) -> Sequence[CredentialKind]:
        """Of the services that are offered now; none where the authority does without."""
        if PART in profile(authority_id).parts_off:
            return []
        forms = (_form(authority_id, one.slug) for one in adoptions(authority_id) if one.state == "live")
        return [kind for form in forms if form and (kind := _kind(form))]

    def issuable(self, authority_id: UUID, kind: str, about: UUID, now: datetime) -> Issuable | None:
        """What it says now; nothing before the decision left, after its last day or its end, and of a service not offered."""
        town = authorities.by_id(authority_id)
        if town is None or PART in profile(authority_id).parts_off:
            return None
        if not any(one.slug == kind and one.state == "live" for one in adoptions(authority_id)):
            return None
        permit = permit_of(authority_id, about)
        if permit is not None:
            return _of_permit(permit, town.name, german_day(now)) if permit.service == kind else None
        return _of_decision(authority_id, kind, about, town.name, german_day(now))


def _of_permit(permit: PermitView, town: str, today: date) -> Issuable | None:
    """Until its last day is over; nothing once it was ended, from whatever day on."""
    if not permit.may_end(today):
        return None
    said = {
        "permit_number": permit.number,
        "holder": permit.holder,
        "number_plates": list(permit.plates),
        "area": permit.area,
    }
    return _issuable(said, town, permit.valid_from, permit.valid_until)


def _of_decision(authority_id: UUID, kind: str, about: UUID, town: str, today: date) -> Issuable | None:
    """What the package says of the answers as they were decided on, for its months from the day on that the decision left."""
    decision, matter = standing_decision(authority_id, about), matter_of(authority_id, about)
    rule = matter.found.form.content.credential if matter else None
    if matter is None or rule is None or decision is None or decision.sent_at is None:
        return None
    begins = german_day(decision.sent_at)
    ends = last_day(begins, rule.months)
    if matter.found.row.service != kind or decision.outcome not in rule.outcomes or ends < today:
        return None
    said = rule.said(Environment(matter.found.filled.seen))
    return _issuable(said, town, begins, ends) if said else None


def _issuable(said: Mapping[str, Any], town: str, begins: date, ends: date) -> Issuable:
    days = {"first_day": begins.isoformat(), "last_day": ends.isoformat(), "issuing_authority": town}
    claims = {name: value for name, value in {**said, **days}.items() if value}
    return Issuable(claims, _midnight(begins), _midnight(ends + timedelta(days=1)))


def own_list(uri: str) -> str | None:
    """One of our own status lists as it is at this moment; None for somebody else's address.

    Nobody has to ask himself over the network, and what ended is refused at once.
    """
    parts = address_parts(uri)
    town, number = authority_by_host(parts.netloc), parts.path.removeprefix(f"{ROOT}status/")
    if town is None or parts.path == number or not number.isdecimal():
        return None
    try:
        return status_list(town.id, int(number), uri, now())
    except Refused:
        return None


def _form(authority_id: UUID, slug: str) -> AdoptedForm | None:
    try:
        return adopted_form(authority_id, slug)
    except Refused:
        return None


def _kind(form: AdoptedForm) -> CredentialKind | None:
    """None where nothing of the service goes into a wallet."""
    permit, rule = form.content.permit, form.content.credential
    if permit is None and rule is None:
        return None
    said = {name: CLAIM_NAMES[name] for name in rule.claims} if rule else PERMIT
    words = {name: (name,) for name in rule.claims} if rule else WORDS
    labels: dict[str, dict[str, str]] = {name: {} for name in (*said, *ALWAYS)}
    for language in LANGUAGES:
        with speaking(language):
            for name, label in {**said, **ALWAYS}.items():
                labels[name][language] = _(label)
    titles = {language: form.texts(language).text("title") for language in LANGUAGES}
    return CredentialKind(form.slug, type_of(form.slug), titles, labels, words)


def type_of(service: str) -> str:
    """The `vct`: the same in every town, so that each can ask for what another one issued."""
    return f"urn:stadttor:{service}:1"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BERLIN)
