"""Makes a page out of a template and what it shows."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from markupsafe import Markup, escape

from stadttor.core.languages import OFFICIAL
from stadttor.ground.web import csrf
from stadttor.ground.web.environment import environment
from stadttor.ground.web.language import current, speaking


def render(
    request: HttpRequest, template: str, context: Mapping[str, object] | None = None, status: int = 200
) -> HttpResponse:
    """The page as a response: `render(request, "cases/case.html", {"case": row})`.

    Call it after `work()` has closed: rendering needs no database. Every template also sees `request`, `authority`,
    `person`, `staff`, `language` and `csrf_input`.
    """
    with speaking(getattr(request, "language", OFFICIAL)):
        page = render_text(template, {**request_context(request), **(context or {})})
    return HttpResponse(page, status=status, headers={"Cache-Control": "private, no-store"})


def render_text(template: str, context: Mapping[str, object]) -> str:
    """The template as text in the current language (parts of pages, mails)."""
    return environment().get_template(template).render(context)


def request_context(request: HttpRequest) -> dict[str, object]:
    """What every page knows of its request."""
    return {
        "request": request,
        "authority": getattr(request, "authority", None),
        "person": getattr(request, "person", None),
        "staff": getattr(request, "staff", None),
        "language": current(),
        "csrf_input": SimpleLazyObject(lambda: csrf_input(request)),
    }


def csrf_input(request: HttpRequest) -> Markup:
    """The hidden input every posted form carries."""
    return Markup('<input type="hidden" name="csrfmiddlewaretoken" value="%s">') % escape(csrf.token(request))
