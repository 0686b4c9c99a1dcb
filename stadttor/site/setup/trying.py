"""A test case for each service that is tried out: an invented application, so that clerks practise up to the letter."""

import os
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.catalog.queries import AdoptedForm, adopted_form, invented_answers
from stadttor.core.languages import OFFICIAL
from stadttor.core.refused import Refused
from stadttor.forms.definition import Field
from stadttor.forms.rules.filled import Filled
from stadttor.forms.services.attaching import attach
from stadttor.forms.services.drafting import start_draft
from stadttor.forms.services.submitting import Accepted, Application
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.identity.queries import Staff
from stadttor.portal.journey import applicant_email, applicant_name
from stadttor.portal.services import accept, fee_rows
from stadttor.site.setup.steps import Town
from stadttor.tenancy.queries import areas_of

ONLY_IN_TEST = N_("Test cases can be made while the service is in test only.")
NO_EXAMPLE = N_("No example of the package fits your settings. Please try the service by filling in its form.")
STATES = {None: N_("not tried"), False: N_("begun"), True: N_("tried up to the decision")}
KINDS = {None: "warning", False: "info", True: "success"}


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def trying(request: Any) -> HttpResponse:
    """Every service in test: whether it was tried, and the button for a test case."""
    error = None
    if request.method == "POST":
        try:
            slug = request.POST.get("service", "")
            make_test_case(staff=request.staff, slug=slug, now=now())
            return HttpResponseRedirect(f"{url('setup:trying')}?made={slug}", status=303)
        except Refused as refused:
            if refused.status != 409:
                raise
            error = {"text": _(refused.text, **refused.values)}
    town = Town(request.authority.id, german_day(now()))
    rows = [
        {
            "slug": row.slug,
            "title": row.title,
            "state": {"label": _(STATES[town.tried(row)]), "kind": KINDS[town.tried(row)]},
            "case": town.test_cases[row.id][0] if row.id in town.test_cases else None,
            "service": url("portal:service", slug=row.slug),
        }
        for row in town.in_test
    ]
    made = next((row["title"] for row in rows if row["slug"] == request.GET.get("made")), "")
    context = {"rows": rows, "made": made, "error": error, "clerks": [row.name for row in town.clerks]}
    return render(request, "site/setup_trying.html", context, status=409 if error else 200)


def make_test_case(*, staff: Staff, slug: str, now: datetime) -> Accepted:
    """Hand in an invented application for a service in test; it goes the way of every application from here on.

    Its mails go to this colleague. Refused (409) where the service is open, and where no example of the package fits.
    """
    authority_id, today = staff.authority_id, german_day(now)
    form = adopted_form(authority_id, slug, include_test=True)
    if form.state != "test":
        raise Refused("not_in_test", ONLY_IN_TEST, status=409)
    area = next(iter(areas_of(authority_id)), None)
    answers = invented_answers(form, today, (area.postal_code, area.base) if area else None, staff.email)
    if answers is None:
        raise Refused("no_example", NO_EXAMPLE, status=409)
    token = os.urandom(32).hex()
    draft_id = start_draft(
        authority_id=authority_id, token=token, service=slug, adoption_id=form.adoption_id, revision_id=form.revision_id,
        language=OFFICIAL, now=now,
    )  # fmt: skip
    answers = _with_proofs(form, answers, draft_id, staff, now)
    form = form.for_answers(answers)
    filled = Filled(form.form, answers, form.parameters, today)
    application = Application(
        service=slug,
        adoption_id=form.adoption_id,
        revision_id=form.revision_id,
        answers=filled.clean(),
        fees=fee_rows(form, filled),
        language=OFFICIAL,
        email=applicant_email(filled),
        applicant=applicant_name(filled),
    )
    return accept(
        form=form, application=application, key=f"draft:{draft_id}", token=token, randomness=os.urandom(16), now=now,
        draft_id=draft_id, actor=staff.actor(),
    )  # fmt: skip


def _with_proofs(
    form: AdoptedForm, answers: Mapping[str, Any], draft_id: UUID, staff: Staff, now: datetime
) -> dict[str, Any]:
    """The same with a sheet of ours, which says what it is, for every file of the example."""
    found: dict[str, Any] = deepcopy(dict(answers))
    for field, index, element in _files(form, found):
        path = field.path if index is None else f"{field.group}.{index}.{field.id}"
        names = [str(one["name"]) for one in element[field.id]]
        element[field.id] = [
            str(
                attach(
                    authority_id=staff.authority_id, draft_id=draft_id, path=path, name=f"testfall-{place}.pdf",
                    data=sheet(), accept=("pdf",), max_mb=1, now=now, actor=staff.actor(),
                )
            )
            for place, _name in enumerate(names, 1)
        ]  # fmt: skip
    return found


def _files(form: AdoptedForm, answers: Mapping[str, Any]) -> Iterator[tuple[Field, int | None, dict[str, Any]]]:
    for name, group in form.form.groups.items():
        found = answers.get(name)
        elements = list(enumerate(found)) if isinstance(found, list) else [(None, found)]
        for index, element in elements:
            if not isinstance(element, dict):
                continue
            for field in group.fields:
                if field.type == "file" and element.get(field.id):
                    yield field, index, element


def sheet() -> bytes:
    """A PDF of one page that says that it is invented."""
    text = b"BT /F1 24 Tf 72 720 Td (Testfall: erfundener Nachweis) Tj ET"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return made + end % (table, len(made))
