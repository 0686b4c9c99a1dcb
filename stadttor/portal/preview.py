"""A page of a form that is still being written, as citizens would see it: a draft in memory that nobody keeps."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from markupsafe import Markup

from stadttor.catalog.queries import AdoptedForm, SetPackage
from stadttor.forms.queries import DraftRow
from stadttor.forms.rules.reading import read_page
from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.prose import package_prose
from stadttor.ground.web.render import render_text
from stadttor.portal.journey import Journey, constant
from stadttor.portal.pages.entrance import SERVICE_PARTS
from stadttor.studio.ports import Drawn, Tried

NOBODY = UUID(int=0)
SERVICE, SUMMARY = "~service", "~summary"
"""Beside the form's own pages, whose ids have no such sign."""


class Unkept(Journey):
    """Like any journey, but what is made of its package is not remembered: there is another one after each save."""

    def constant(self, path: str) -> Mapping[str, Any]:
        return constant(self.form.set_package, self.language, path)


def preview(tried: Tried) -> Drawn:
    """The page with the example's answers and what was tried over them; what was tried is explained as it would be there."""
    journey: Journey = _journey(tried, dict(tried.answers))
    if tried.page_id in (SERVICE, SUMMARY):
        with speaking(tried.language):
            html = _service(journey) if tried.page_id == SERVICE else _summary(journey)
        return Drawn(tried.page_id, Markup(html), _titles(journey))  # noqa: S704  # a template escaped it
    here = journey.page(tried.page_id) or journey.steps[0]
    if tried.posted is not None:
        journey = journey.with_answers(read_page(here, tried.posted))
        here = journey.page(here.id) or journey.steps[0]
    with speaking(tried.language):
        wrong = journey.wrong(here) if tried.posted is not None else []
        context = {
            "title": journey.texts.text(f"pages.{here.id}.title"),
            "intro": journey.texts.text(f"pages.{here.id}.intro"),
            "service_title": journey.texts.text("title"),
            "groups": journey.groups(here, wrong),
            "errors": [{"text": line["text"]} for line in journey.explaining.lines(wrong)] if wrong else [],
            "step": [page.id for page in journey.steps].index(here.id) + 1,
            "steps": journey.most_steps + 1,
            "about": journey.may_grow,
        }
        html = render_text("portal/previewed.html", context)
    return Drawn(here.id, Markup(html), _titles(journey))  # noqa: S704  # a template escaped it


def _titles(journey: Journey) -> tuple[tuple[str, str], ...]:
    with speaking(journey.language):
        last = _("Check and send")
    own = ((page.id, journey.texts.text(f"pages.{page.id}.title", page.id)) for page in journey.steps)
    return ((SERVICE, journey.texts.text("title")), *own, (SUMMARY, last))


def _service(journey: Journey) -> str:
    texts = journey.texts
    parts = ((part, texts.text(f"service.{part}")) for part in SERVICE_PARTS)
    context = {
        "texts": texts,
        "parts_of": [(part, package_prose(text)) for part, text in parts if text],
        "other_ways": package_prose(texts.text("service.other_ways")),
        "law": package_prose(texts.text("service.law")),
    }
    return render_text("portal/previewed_service.html", context)


def _summary(journey: Journey) -> str:
    context = {"service_title": journey.texts.text("title"), "sections": journey.summary()}
    return render_text("portal/previewed_summary.html", context)


def _journey(tried: Tried, answers: dict[str, Any]) -> Unkept:
    content = tried.content
    parameters = content.parameters.merged(dict(tried.parameters))
    form = AdoptedForm(
        authority_id=NOBODY, adoption_id=NOBODY, revision_id=NOBODY, slug=content.manifest.slug, state="test",
        version_id=NOBODY, version=content.manifest.version, sha256="", parameters=parameters, content=content,
    )  # fmt: skip
    # Its own, not one that the process remembers for all.
    vars(form)["set_package"] = SetPackage(content, parameters)
    moment = datetime.combine(tried.day, time(12), UTC)
    draft = DraftRow(
        NOBODY, form.slug, NOBODY, NOBODY, tried.language, answers, "", 0, moment, moment, None
    )  # fmt: skip
    return Unkept(draft, form, tried.language, moment)
