"""A town that offers one service of the demo, with Frau Adler and an application made from one of the package's examples."""

import os
from copy import deepcopy
from typing import Any
from uuid import UUID

from stadttor.cases import services as cases
from stadttor.cases.models import Case
from stadttor.catalog import queries as catalog
from stadttor.catalog import services as adopting
from stadttor.catalog.rules.examples import filled
from stadttor.forms.rules.filled import Filled
from stadttor.forms.services.submitting import Application
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.work import work
from stadttor.identity import queries as identity
from stadttor.identity import services as staff
from stadttor.portal import access
from stadttor.portal.journey import applicant_email, applicant_name
from stadttor.portal.services import accept, fee_rows
from stadttor.records.services import open_file
from stadttor.site import delivery
from stadttor.site.demo_cast import APPLICATIONS
from tests.shelf import publish

ACCOUNT = {"email": "adler@weissenburg.example", "password": "ein langes Kennwort"}


class Town:
    """The files of the example stay away: nothing here looks at them."""

    def __init__(self, authority_id: UUID, slug: str, service: str, example: str) -> None:
        self.authority_id, self.slug, self.service = authority_id, slug, service
        publish(service, now=now())
        (version,) = (one for one in catalog.versions() if one.slug == service)
        self.adoption_id = adopting.adopt(
            authority_id=authority_id, version_id=version.id, parameters={}, actor=SYSTEM, now=now()
        )
        adopting.go_live(authority_id=authority_id, adoption_id=self.adoption_id, actor=SYSTEM, now=now())
        unit = staff.save_unit(
            authority_id=authority_id, unit_id=None, name="Bürgerbüro", services=[service], actor=SYSTEM, now=now()
        )
        staff.create_member(
            authority_id=authority_id, name="Frau Adler", roles=["clerk", "lead"], unit_ids=[unit], actor=SYSTEM,
            now=now(), **ACCOUNT,
        )  # fmt: skip
        self.token = staff.sign_in(authority_id=authority_id, address="::1", now=now(), **ACCOUNT)
        self.adler = identity.staff_of(self.token, authority_id, now())
        self.submission_id = self._applied(example)
        self.case_id = cases.open_case(authority_id=authority_id, submission_id=self.submission_id, now=now())
        open_file(authority_id=authority_id, case_id=self.case_id, number="1", title=service, now=now())

    def _applied(self, example: str) -> UUID:
        form = catalog.adopted_form(self.authority_id, self.service)
        [found] = [one for one in form.content.examples if one.file == f"examples/{example}.yaml"]
        said = filled(found, form.content, form.parameters)
        files = {one.path for one in form.form.fields.values() if one.type == "file"}
        answers = {group: _without(files, group, given) for group, given in said.answers.items()}
        given = Filled(form.form, answers, form.parameters, german_day(now()))
        sent = accept(
            form=form,
            application=Application(
                service=self.service, adoption_id=form.adoption_id, revision_id=form.revision_id, answers=given.clean(),
                fees=fee_rows(form, given), language="de", email=applicant_email(given), applicant=applicant_name(given),
            ),
            key="once", token=access.new_token(), randomness=os.urandom(16), now=now(),
        )  # fmt: skip
        return sent.submission_id

    def case(self) -> Case:
        with work(self.authority_id):
            return Case.objects.get(authority_id=self.authority_id, id=self.case_id)

    def version(self) -> int:
        return self.case().version

    def decide(self, outcome: str, **more: Any) -> UUID:
        about = {"staff": self.adler, "case_id": self.case_id, "version": self.version(), "now": now()}
        return cases.decide(**about, outcome=outcome, **more)

    def send(self, decision_id: UUID) -> None:
        for _time in range(2):  # every job may run twice
            delivery.send_decision_letter(authority_id=self.authority_id, case_id=self.case_id, decision_id=decision_id)


def _without(files: set[str], group: str, given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    return {name: value for name, value in given.items() if f"{group}.{name}" not in files}


def applied_again(town: Any, **changed: dict[str, Any]) -> Case:
    """Another application for a parking permit like that of a town of the isolation tests, with other answers in some groups."""
    form = catalog.adopted_form(town.authority_id, "bewohnerparkausweis", include_test=True)
    answers = deepcopy(dict(APPLICATIONS[0]["answers"]))
    for group, values in changed.items():
        answers[group] = {**answers[group], **values}
    given = Filled(form.form, answers, form.parameters, german_day(now()))
    sent = accept(
        form=form,
        application=Application(
            service=form.slug, adoption_id=form.adoption_id, revision_id=form.revision_id, answers=given.clean(), fees=[],
            language="de", email=applicant_email(given), applicant=applicant_name(given),
        ),
        key=os.urandom(8).hex(), token=access.new_token(), randomness=os.urandom(16), now=now(),
    )  # fmt: skip
    case_id = cases.open_case(authority_id=town.authority_id, submission_id=sent.submission_id, now=now())
    with work(town.authority_id):
        return Case.objects.get(id=case_id)
