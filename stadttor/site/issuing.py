"""What authorities have to issue into wallets: permits that are valid (implements `identity.ports.Issuables`)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from stadttor.cases.queries.permits import permit_of
from stadttor.catalog.queries import AdoptedForm, adopted_form, adoptions
from stadttor.core.languages import OFFICIAL
from stadttor.core.refused import Refused
from stadttor.ground import authorities
from stadttor.ground.clock import BERLIN, german_day, now
from stadttor.ground.web.language import N_, _, speaking
from stadttor.identity.issuing.services import ROOT
from stadttor.identity.issuing.status import status_list
from stadttor.identity.ports import CredentialKind, Issuable
from stadttor.tenancy.queries import authority_by_host

# Wallets speak in locales; ours in plain German is none.
LANGUAGES = (OFFICIAL, "en", "uk", "tr", "ar")
CLAIMS = {
    "permit_number": N_("Number"),
    "holder": N_("Holder"),
    "number_plates": N_("Number plate"),
    "area": N_("Area"),
    "first_day": N_("First day"),
    "last_day": N_("Last day"),
    "issuing_authority": N_("Authority"),
}
WORDS = {"permit_number": ("permit_number",), "number_plate": ("number_plates", None)}


class Permits:
    """A kind for each service whose favourable decision brings a permit along."""

    def kinds(self, authority_id: UUID) -> Sequence[CredentialKind]:
        """Of the services that are offered now."""
        forms = (_form(authority_id, one.slug) for one in adoptions(authority_id) if one.state == "live")
        return [_kind(form) for form in forms if form and form.content.permit]

    def issuable(self, authority_id: UUID, kind: str, about: UUID, now: datetime) -> Issuable | None:
        """What the permit says, until its last day is over; nothing once it was ended, from whatever day on."""
        permit, town = permit_of(authority_id, about), authorities.by_id(authority_id)
        if permit is None or town is None or permit.service != kind or not permit.may_end(german_day(now)):
            return None
        said = {
            "permit_number": permit.number,
            "holder": permit.holder,
            "number_plates": list(permit.plates),
            "area": permit.area,
            "first_day": permit.valid_from.isoformat(),
            "last_day": permit.valid_until.isoformat(),
            "issuing_authority": town.name,
        }
        ends = _midnight(permit.valid_until + timedelta(days=1))
        return Issuable({name: value for name, value in said.items() if value}, _midnight(permit.valid_from), ends)


def own_list(uri: str) -> str | None:
    """One of our own status lists as it is at this moment; None for somebody else's address.

    Nobody has to ask himself over the network, and a permit that ended is refused at once.
    """
    parts = urlsplit(uri)
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


def _kind(form: AdoptedForm) -> CredentialKind:
    labels: dict[str, dict[str, str]] = {name: {} for name in CLAIMS}
    for language in LANGUAGES:
        with speaking(language):
            for name, label in CLAIMS.items():
                labels[name][language] = _(label)
    titles = {language: form.texts(language).text("title") for language in LANGUAGES}
    return CredentialKind(form.slug, type_of(form.slug), titles, labels, WORDS)


def type_of(service: str) -> str:
    """The `vct`: the same in every town, so that each can ask for what another one issued."""
    return f"urn:stadttor:{service}:1"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BERLIN)
