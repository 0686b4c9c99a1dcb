"""The demo's mailbox: what the mail catcher caught. In production there is neither."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.core.languages import language
from stadttor.core.refused import not_found
from stadttor.ground.web.render import render
from stadttor.notices import demo_mail


@require_safe
def mails(request: Any) -> HttpResponse:
    """All caught mails, the newest first."""
    _only_in_the_demo()
    return render(request, "notices/mails.html", {"mails": demo_mail.caught()})


@require_safe
def mail(request: Any, mail_name: str) -> HttpResponse:
    """One caught mail, its links of this installation clickable."""
    _only_in_the_demo()
    found = demo_mail.caught_mail(mail_name)
    context = {"mail": found, "paragraphs": demo_mail.paragraphs(found.text), "written_in": language(found.language)}
    return render(request, "notices/mail.html", context)


def _only_in_the_demo() -> None:
    if not settings.STADTTOR_DEMO:
        raise not_found()
