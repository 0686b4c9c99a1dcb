"""The letterhead of member municipalities in whose name an association decides: each with a page of its own."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.site.setup.describing import LONGEST_LINE, LONGEST_TEXT, MOST_LINES, is_email
from stadttor.site.setup.pages import has_letterheads
from stadttor.tenancy.queries import MemberRow, member, members
from stadttor.tenancy.services import LARGEST_CREST, describe_member

TEXTS = ("phone", "email", "website", "remedy")


@require_safe
@require_role("organiser")
def listed(request: Any) -> HttpResponse:
    """The municipalities, each with what it has of its own."""
    if not has_letterheads(request.authority):
        raise not_found()
    rows = [
        {"name": one.name, "href": url("setup:member", ars=one.ars), "has": ", ".join(_own(one))}
        for one in members(request.authority.id)
    ]
    return render(request, "site/setup_members.html", {"rows": rows, "saved": request.GET.get("done") == "saved"})


def _own(one: MemberRow) -> list[str]:
    """What it has otherwise than the association, in the current language."""
    named = (
        (_("Postal address"), one.lines), (_("Telephone"), one.phone), (_("E-mail address"), one.email),
        (_("Website"), one.website), (_("Crest"), one.crest), (_("Instruction on the remedy"), one.remedy),
    )  # fmt: skip
    return [label for label, value in named if value]


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def letterhead(request: Any, ars: str) -> HttpResponse:
    """Address, contact, crest and remedy of one municipality; what is empty is the association's."""
    row = member(request.authority.id, ars) if has_letterheads(request.authority) else None
    if row is None:
        raise not_found()
    values = {**{name: getattr(row, name) for name in TEXTS}, "lines": "\n".join(row.lines)}
    error = None
    if request.method == "POST":
        values = {name: request.POST.get(name, "").replace("\0", "") for name in (*TEXTS, "lines")}
        try:
            _save(request, ars, values)
            return HttpResponseRedirect(url("setup:members") + "?done=saved", status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = {"field": refused.field, "text": _(refused.text, **refused.values)}
    context = {"row": row, "values": values, "has_crest": bool(row.crest), "error": error}
    return render(request, "site/setup_member.html", context, status=422 if error else 200)


def _save(request: Any, ars: str, typed: Mapping[str, str]) -> None:
    for name, value in typed.items():
        if len(value) > (LONGEST_TEXT if name in ("remedy", "lines") else LONGEST_LINE):
            raise Refused("too_long", N_("This text is too long."), field=name)
    lines = [line.strip() for line in typed["lines"].splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise Refused("lines", N_("These are too many lines for a letterhead."), field="lines")
    if typed["email"].strip() and not is_email(typed["email"].strip()):
        raise Refused("email", N_("Enter an e-mail address like this: rathaus@musterstadt.de."), field="email")
    website = typed["website"].strip()
    if website and not website.startswith(("https://", "http://")):
        website = f"https://{website}"
    crest = _crest(request)
    describe_member(
        request.authority.id,
        ars,
        actor=request.staff.actor(),
        now=now(),
        lines=lines,
        phone=typed["phone"].strip(),
        email=typed["email"].strip(),
        website=website,
        remedy=typed["remedy"].strip(),
        **({} if crest is None else {"crest": crest}),
    )


def _crest(request: Any) -> str | None:
    """The drawing that was sent; empty to have the association's again, None to leave it as it is."""
    sent = request.FILES.get("crest")
    if sent is None:
        return "" if request.POST.get("no_crest") else None
    try:
        return str(sent.read(LARGEST_CREST + 1).decode())
    except UnicodeDecodeError:
        raise Refused(
            "crest.format",
            N_("The crest must be an SVG drawing of plain shapes, at most 64 kB, without scripts, links or pictures."),
            field="crest",
        ) from None
