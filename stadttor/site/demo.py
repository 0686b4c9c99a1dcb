"""Demo data: towns from the register, the four packages adopted, colleagues, and a few applications by the usual cast.

Everything is made by the product's own verbs, so that the demo shows what the product does. Safe to repeat.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from stadttor.appointments import demo as appointments
from stadttor.cases import services as cases
from stadttor.cases.queries import case_for, protected_among
from stadttor.catalog import demo as packages
from stadttor.catalog import queries as catalog
from stadttor.catalog import services as adopting
from stadttor.core.languages import OFFICIAL
from stadttor.exchange.ports import FOLDER
from stadttor.exchange.queries import target_for
from stadttor.exchange.services import save_target
from stadttor.forms.rules.filled import Filled
from stadttor.forms.services.submitting import Application
from stadttor.ground.actor import SYSTEM
from stadttor.ground.authorities import STEERING as STEERING_KIND
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.language import speaking
from stadttor.identity import demo as logins
from stadttor.identity import queries as identity
from stadttor.identity import services as staff
from stadttor.payments.queries.finance import BankAccount, all_rules
from stadttor.payments.services.finance import Books, set_rules
from stadttor.portal.journey import applicant_email, applicant_name
from stadttor.portal.services import accept, fee_rows
from stadttor.rollout import queries as rollout_read
from stadttor.rollout import services as rollout
from stadttor.site import simulated_account, simulated_wallet
from stadttor.site.demo_cast import (
    APPLICATIONS,
    COLLEAGUES,
    COMPETENCE,
    HELP,
    HELP_BASIS,
    MEMBERS,
    PARAMETERS,
    PASSWORD,
    STEERING,
    STEERING_ROLES,
    UNITS,
)
from stadttor.site.handing_over import offered
from stadttor.site.ways import DEMO_FOLDER
from stadttor.studio.services import make_publisher
from stadttor.tenancy import demo as places
from stadttor.tenancy import queries as places_read
from stadttor.tenancy.queries import member
from stadttor.tenancy.services import accept_agreement, create_authority, describe_member, offer_agreement


def load() -> int:
    """Load what is missing, and write the logins where the launcher prints them from."""
    moment = now()
    authorities = places.load(now=moment)
    packages.load_packages(settings.STADTTOR_PACKAGES, keys=settings.STADTTOR_KEYS, now=moment)
    for slug, authority_id in authorities.items():
        _describe_members(authority_id, moment)
        _adopt_all(slug, authority_id, moment)
        _employ(slug, authority_id, moment)
        simulated_account.set_up(authority_id, slug, moment)
        simulated_wallet.set_up(authority_id, moment)
        _hand_over(slug, authority_id, moment)
        _keep_books(authority_id, moment)
    _help(authorities, moment)
    appointments.load(authorities["weissenburg"], moment)
    for application in APPLICATIONS:
        _apply(authorities[application["authority"]], application, moment)
    _say_who_is_competent(moment)
    _steer(moment)
    _write_logins()
    return 0


def _adopt_all(slug: str, authority_id: UUID, moment: datetime) -> None:
    """Every package this kind of authority offers, live; one that is left to be adopted by hand is left."""
    offered = {row.slug for row in catalog.adoptions(authority_id)}
    for version in catalog.versions():
        wanted = PARAMETERS.get(slug, {}).get(version.slug)
        if wanted is None or version.slug in offered:
            continue
        adoption_id = adopting.adopt(
            authority_id=authority_id, version_id=version.id, parameters=wanted, actor=SYSTEM, now=moment
        )
        for ars, one in MEMBERS.items():
            if member(authority_id, ars) and version.slug in one["settings"]:
                adopting.change_member_parameters(
                    authority_id=authority_id,
                    adoption_id=adoption_id,
                    ars=ars,
                    parameters=one["settings"][version.slug],
                    actor=SYSTEM,
                    now=moment,
                )
        adopting.go_live(authority_id=authority_id, adoption_id=adoption_id, actor=SYSTEM, now=moment)


def _describe_members(authority_id: UUID, moment: datetime) -> None:
    """What the municipalities of an association have of their own."""
    for ars, one in MEMBERS.items():
        known = member(authority_id, ars)
        if known and one["places"] and not known.places:
            describe_member(authority_id, ars, actor=SYSTEM, now=moment, places=one["places"])


def _say_who_is_competent(moment: datetime) -> None:
    """Small places leave residents' parking to their Kreis here; a Große Kreisstadt does it itself."""
    parking = catalog.release("de.stadttor.bewohnerparkausweis")
    if not rollout_read.competence_of(parking.package_id, german_day(moment)):
        rollout.set_competence(package_id=parking.package_id, since=german_day(moment), **COMPETENCE)


def _steer(moment: datetime) -> None:
    """A body that sees the cockpit, and a roll-out that waits for it; counted, so that there is something to see."""
    slug, name, keys, local, colleague = STEERING
    if places_read.authority_by_slug(slug) is None:
        body = create_authority(slug=slug, name=name, kind=STEERING_KIND, covers=[], actor=SYSTEM, now=moment)
        rollout.make_steering(authority_id=body, keys=keys, acts=True)
        make_publisher(
            slug=slug,
            namespace=packages.NAMESPACE,
            name=packages.PUBLISHER,
            key_file=packages.KEY_FILE,
            four_eyes=False,
        )
        staff.create_member(
            authority_id=body, email=f"{local}@{slug}.example", name=colleague, roles=STEERING_ROLES,
            unit_ids=[], password=PASSWORD, actor=SYSTEM, now=moment,
        )  # fmt: skip
        release = catalog.release("de.stadttor.hundesteuer")
        rollout.plan(rollout.Plan(release, "adopt", rollout.Group(keys), {}), now=moment)
    rollout.count_all(now=moment)


def _employ(slug: str, authority_id: UUID, moment: datetime) -> None:
    if identity.members(authority_id):
        return
    unit_ids = {
        name: staff.save_unit(
            authority_id=authority_id, unit_id=None, name=name, services=services, actor=SYSTEM, now=moment
        )
        for name, services in UNITS.items()
    }
    for local, name, roles, units in COLLEAGUES:
        staff.create_member(
            authority_id=authority_id,
            email=f"{local}@{slug}.example",
            name=name,
            roles=roles,
            unit_ids=[unit_ids[unit] for unit in units],
            password=PASSWORD,
            actor=SYSTEM,
            now=moment,
        )


def _help(authorities: Mapping[str, UUID], moment: datetime) -> None:
    """One town handles a service for a neighbour, so that both sides can be looked at."""
    responsible, helping, service, unit, name = HELP
    authority_id, helper_id = authorities[responsible], authorities[helping]
    if places_read.agreements_of(authority_id):
        return
    made = offer_agreement(
        authority_id=authority_id, helper_slug=helping, service=service,
        title=catalog.adopted_form(authority_id, service).texts(OFFICIAL).text("title"),
        unit_id=next(one.id for one in identity.units(authority_id) if one.name == unit), legal_basis=HELP_BASIS,
        starts=german_day(moment), ends=None, actor=SYSTEM, now=moment,
    )  # fmt: skip
    accept_agreement(authority_id=helper_id, agreement_id=made, actor=SYSTEM, now=moment)
    account_id = next(one.account_id for one in identity.members(helper_id) if one.name == name)
    staff.name_helper(authority_id=helper_id, agreement_id=made, account_id=account_id, actor=SYSTEM, now=moment)


def _hand_over(slug: str, authority_id: UUID, moment: datetime) -> None:
    """What is handed over goes into folders for practice; the pages say that no procedure reads them."""
    for one in offered(authority_id):
        if not one.has_file or target_for(authority_id, one.slug):
            continue
        (settings.VAR / DEMO_FOLDER / slug / one.slug).mkdir(parents=True, exist_ok=True)
        save_target(
            authority_id=authority_id, service=one.slug, way=FOLDER, place=one.slug, username="", host_key="", secret="",
            active=True, actor=SYSTEM, now=moment,
        )  # fmt: skip


def _keep_books(authority_id: UUID, moment: datetime) -> None:
    """How the cash office wants it, with an account of nobody: the bank's own example."""
    if all_rules(authority_id):
        return
    members = {ars: one["account"] for ars, one in MEMBERS.items() if member(authority_id, ars)}
    own = {"bewohnerparkausweis/": "1.1230.4311", "hundesteuer/": "9.0000.4032"}
    accounts = {"*/": "1.1220.4311", "*/Bundeskasse": "3799.01", **own}
    books = Books("577", 8, "mod97", "Q", accounts, "Stadtkasse", "DE02120300000000202051", "BYLADEM1001", 3)
    books = replace(books, members={ars: BankAccount(**account) for ars, account in members.items()})
    begins = german_day(moment).replace(month=1, day=1)
    set_rules(authority_id=authority_id, valid_from=begins, books=books, actor=SYSTEM, now=moment)


def _apply(authority_id: UUID, application: Mapping[str, Any], moment: datetime) -> None:
    """Hand in an application as a citizen would; its key makes it one application however often this runs.

    With `protected` a colleague protects its person, for this reason.
    """
    form = catalog.adopted_form(authority_id, application["service"]).for_answers(application["answers"])
    filled = Filled(form.form, application["answers"], form.parameters, german_day(moment))
    accepted = accept(
        form=form,
        application=Application(
            service=form.slug,
            adoption_id=form.adoption_id,
            revision_id=form.revision_id,
            answers=filled.clean(),
            fees=fee_rows(form, filled),
            language=application["language"],
            email=applicant_email(filled),
            applicant=applicant_name(filled),
        ),
        key=f"demo:{application['key']}",
        token=os.urandom(32).hex(),
        randomness=os.urandom(16),
        now=moment,
    )
    if reason := application.get("protected"):
        _protect(authority_id, accepted.submission_id, reason, moment)


def _protect(authority_id: UUID, submission_id: UUID, reason: str, moment: datetime) -> None:
    case_id = cases.open_case(authority_id=authority_id, submission_id=submission_id, now=moment)
    if protected_among(authority_id, [case_id]):
        return
    olsen = next(one for one in identity.members(authority_id) if one.name == "Herr Olsen")
    who = identity.Staff(
        olsen.account_id, olsen.name, olsen.email, authority_id, frozenset(olsen.roles), olsen.unit_ids
    )
    version = case_for(who, case_id, moment).version
    cases.protect(staff=who, case_id=case_id, version=version, reason=reason, now=moment)


def _write_logins() -> None:
    folder = settings.VAR / "demo"
    people = [(name, f"{local}@weissenburg.example", roles) for local, name, roles, _units in COLLEAGUES]
    people.append((STEERING[4], f"{STEERING[3]}@{STEERING[0]}.example", STEERING_ROLES))
    logins.keep(folder, people, PASSWORD, "@muenchen.example, @stuttgart.example …")
    with speaking(OFFICIAL):
        (folder / "logins.txt").write_text("\n".join(logins.lines(folder)) + "\n")
