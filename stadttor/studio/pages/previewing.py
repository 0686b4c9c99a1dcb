"""A page of the form as the citizen sees it: with an example's answers, in any language; what is tried is never kept."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from stadttor.catalog.services.drafting import OFFICIAL, PackageContent, PackageRefused, letter_of
from stadttor.core.languages import LANGUAGES
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.downloads import file_response
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.studio import queries
from stadttor.studio.pages.guard import for_publishers
from stadttor.studio.pages.looking import look
from stadttor.studio.pages.saving import trail
from stadttor.studio.ports import Tried, draw
from stadttor.studio.queries import PublisherRow

HARMLESS = ("examples/", "texts/")
"""A page can be drawn while an example does not yet answer a new field, or a text is missing."""


@require_http_methods(["GET", "POST"])
@for_publishers
def preview(request: Any, publisher: PublisherRow, copy_id: UUID) -> HttpResponse:
    """The working copy as it is now; as soon as it can be read. `beside` it stands in a frame of the page that edits it."""
    copy = queries.copy(publisher.authority_id, copy_id)
    looked = look(copy, queries.files(publisher.authority_id, copy_id, copy.revision))
    content = looked.report.content
    if content and (kind := request.GET.get("letter", "")) in content.letters:
        return _letter(request, content, kind)
    examples = {one.file: one.data for one in content.examples} if content else {}
    asked = {name: request.GET.get(name, "")[:200] for name in ("page", "in", "example")}
    language = asked["in"] if content and asked["in"] in content.manifest.languages else OFFICIAL
    data = examples.get(asked["example"], {})
    drawn = None
    if content and all(one["file"].startswith(HARMLESS) for one in looked.findings):
        posted = dict(request.POST.lists()) if request.method == "POST" else None
        drawn = draw(
            Tried(
                content, language, german_day(now()), asked["page"], data.get("answers", {}), data.get("parameters", {}),
                posted,
            )
        )  # fmt: skip
    context = {
        "copy": copy,
        "is_beside": request.GET.get("beside") == "yes",
        "trail": trail(copy.id, copy.title, _("Preview")),
        "looked": looked,
        "drawn": drawn,
        "shown_in": LANGUAGES.get(language, LANGUAGES[OFFICIAL]),
        "asked": {**asked, "in": language, "page": drawn.page_id if drawn else ""},
        "pages": [{"value": one, "label": title} for one, title in drawn.steps] if drawn else [],
        "letters": _letters(request.path, content, language, asked["example"]) if drawn and content else [],
        "languages": [
            {"value": tag, "label": LANGUAGES[tag].name if tag in LANGUAGES else tag}
            for tag in (content.manifest.languages if content else ())
        ],
        "examples": [{"value": file, "label": str(one.get("title") or file)} for file, one in examples.items()],
    }
    return render(request, "studio/preview.html", context)


def _letters(path: str, content: PackageContent, language: str, example: str) -> list[dict[str, str]]:
    """Each letter for each outcome, in the language and with the example that are chosen."""
    texts = content.texts_in(OFFICIAL)
    permit = content.permit.letter if content.permit else ""
    found = []
    for kind in sorted(content.letters):
        for outcome in content.permit.outcomes if content.permit and kind == permit else content.manifest.outcomes:
            asked = {"letter": kind, "outcome": outcome, "in": language, "example": example}
            words = texts.text(f"letters.{kind}.subject", kind), texts.text(f"outcomes.{outcome}", outcome)
            found.append({"words": ": ".join(words), "href": f"{path}?{urlencode(asked)}"})
    return found


def _letter(request: Any, content: PackageContent, kind: str) -> HttpResponse:
    """With the answers of the example that is chosen; without one with invented facts."""
    asked = {name: request.GET.get(name, "")[:200] for name in ("example", "outcome", "in")}
    language = asked["in"] if asked["in"] in content.manifest.languages else OFFICIAL
    try:
        pdf = letter_of(content, kind, example=asked["example"], outcome=asked["outcome"], language=language)
        return file_response(pdf, "application/pdf", kind)
    except PackageRefused as error:
        return HttpResponse(str(error), content_type="text/plain; charset=utf-8", status=422)
