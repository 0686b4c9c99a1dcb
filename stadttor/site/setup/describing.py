"""Who the authority is: letterhead and contact, opening hours, what the law asks for. A page of its own for each."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.blocks import Field
from stadttor.ground.web.formats import weekday
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.notices.law import court_of, likely_court
from stadttor.site.setup.pages import back_to_steps
from stadttor.tenancy.queries import OpeningHours, ProfileRow, coverage_of, profile_now
from stadttor.tenancy.services import HOLIDAYS, describe

LONGEST_LINE = 200
LONGEST_TEXT = 4_000
MOST_LINES = 8
HOLIDAY_NAMES = {
    "assumption": N_("Assumption Day, 15 August"),
    "augsburg_peace": N_("Augsburg Peace Festival, 8 August"),
    "corpus_christi": N_("Corpus Christi"),
}
_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))? ?(?:[-–]|bis) ?(\d{1,2})(?:[:.](\d{2}))?(?: ?Uhr)?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
BAD_COURT = N_("Name the court and its address: Verwaltungsgericht Musterstadt, Gerichtsweg 1, 12345 Musterstadt.")
_COURT = re.compile(r"(?i)gericht\b.*\S")
BAD_HOURS = N_("Enter the hours of a day like this: 8:00–12:00, 13:30–16:00. Leave the field empty for a closed day.")
IMPRINT = N_(
    "Who represents your authority, for example: “The town is a corporation under public law. It is represented by the "
    "first mayor …” (§ 5 DDG)."
)
OFFICER = N_(
    "How she or he is reached: postal address or e-mail address. It stands on the page about data protection (Art. 13 GDPR)."
)
REMEDY = N_(
    "Below every decision stands which remedy there is, within which time, where (§ 58 VwGO). Where it is "
    "known here and confirmed, that text counts. Elsewhere yours does. The steps say when it is missing."
)

Read = Callable[[Mapping[str, str]], dict[str, Any]]


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def contact(request: Any) -> HttpResponse:
    """Postal address, telephone, e-mail, website."""
    row = profile_now(request.authority.id)
    fields = [
        Field(
            "textarea", "lines", _("Postal address"), value="\n".join(row.lines or (request.authority.name,)), rows=4,
            help=_("Line by line as on a letter: name, street, postal code and town."),
        ),
        Field("phone", "phone", _("Telephone"), value=row.phone, required=False),
        Field("email", "email", _("E-mail address"), value=row.email, help=_("Of the town hall, not of one person.")),
        Field("text", "website", _("Website"), value=row.website, required=False, maxlength=LONGEST_LINE),
    ]  # fmt: skip
    text = _("This stands on every letter, in the imprint and on your first page.")
    return _form(request, _("Letterhead and contact"), text, fields, _contact)


def _contact(posted: Mapping[str, str]) -> dict[str, Any]:
    lines = [line.strip() for line in posted.get("lines", "").splitlines() if line.strip()]
    if not 2 <= len(lines) <= MOST_LINES:
        raise Refused("lines", N_("Enter at least the name, the street and the town, each in a line."), field="lines")
    email = posted.get("email", "").strip()
    if not is_email(email):
        raise Refused("email", N_("Enter an e-mail address like this: rathaus@musterstadt.de."), field="email")
    website = posted.get("website", "").strip()
    if website and not website.startswith(("https://", "http://")):
        website = f"https://{website}"
    return {"lines": lines, "phone": posted.get("phone", ""), "email": email, "website": website}


def is_email(text: str) -> bool:
    """Whether it looks like the address of a town hall."""
    return _EMAIL.fullmatch(text) is not None


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def law(request: Any) -> HttpResponse:
    """Imprint, data protection officer, remedy."""
    row = profile_now(request.authority.id)
    fields = [
        _text("imprint", _("Legal form and representation"), row, _(IMPRINT)),
        _text("officer", _("Data protection officer"), row, _(OFFICER)),
        Field(
            "text", "court", _("Administrative court"), value=row.court, required=False, maxlength=LONGEST_LINE,
            help=_court_help(request.authority.id),
        ),
        _text("remedy", _("Instruction on the remedy"), row, _(REMEDY)),
    ]  # fmt: skip
    text = _("The texts are yours. Ask your legal adviser, or take them from your letters of today.")
    return _form(request, _("Imprint, data protection and remedy"), text, fields, _law)


def _court_help(authority_id: UUID) -> str:
    """What is known of the court; a guess is said to be one, and goes into no letter."""
    keys = coverage_of(authority_id)
    sure, likely = court_of(keys), likely_court(keys)
    if sure:
        return _("Leave it empty: it is {court}", court=sure.said.rstrip(","))
    if likely:
        return _(
            "Letters name no court before you confirm it here, with its address. It is probably: {court}. Please compare it with "
            "your letters of today.",
            court=likely.said.rstrip(","),
        )
    return _("Letters name no court before you enter it here, with its address, as on your letters of today.")


def _text(name: str, label: str, row: ProfileRow, help: str) -> Field:
    return Field(
        "textarea",
        name,
        label,
        value=getattr(row, name),
        help=help,
        rows=4,
        maxlength=LONGEST_TEXT,
        required=name != "remedy",
    )


def _law(posted: Mapping[str, str]) -> dict[str, Any]:
    found = {name: posted.get(name, "").strip() for name in ("imprint", "officer", "remedy", "court")}
    for name, text in found.items():
        if not text and name in ("imprint", "officer"):
            raise Refused("missing", N_("Please fill this in."), field=name)
    if found["court"] and not _COURT.search(found["court"]):
        raise Refused("court", BAD_COURT, field="court")
    return {**found, "court": " ".join(found["court"].split())}


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def hours(request: Any) -> HttpResponse:
    """When the town hall is open, and which holidays only its place has."""
    row = profile_now(request.authority.id)
    days = [
        Field("text", f"day{day}", weekday(day), value=spoken(row.hours, day), required=False, maxlength=100,
              example="8:00–12:00, 13:30–16:00" if day == 0 else "")
        for day in range(7)
    ]  # fmt: skip
    names = [{"value": name, "label": _(HOLIDAY_NAMES[name])} for name in HOLIDAYS]
    holidays = Field(
        "multiselect", "holidays", _("Holidays of your place"), value=list(row.holidays), options=names, required=False,
        help=_("Holidays of the whole Land are known already."),
    )  # fmt: skip
    text = _("Leave a day empty on which you are closed.")
    return _form(request, _("Opening hours"), text, [*days, holidays], _hours)


def _hours(posted: Any) -> dict[str, Any]:
    found = [span for day in range(7) for span in spans(posted.get(f"day{day}", ""), day)]
    if not found:
        raise Refused("hours", N_("Enter the hours of at least one day."), field="day0")
    return {"hours": found, "holidays": [name for name in posted.getlist("holidays") if name in HOLIDAYS]}


def spoken(hours: Sequence[OpeningHours], day: int) -> str:
    """The hours of a day as one types them: `8:00–12:00, 13:30–16:00`."""
    return ", ".join(f"{one.start.lstrip('0')}–{one.end.lstrip('0')}" for one in hours if one.day == day)


def spans(text: str, day: int) -> list[dict[str, object]]:
    """`8–12, 13:30–16 Uhr` as spans of a day, in their order; none for an empty text.

    Refused when it is something else, and when two spans overlap.
    """
    found: list[dict[str, object]] = []
    for part in text.split(",") if text.strip() else ():
        match = _SPAN.fullmatch(" ".join(part.split()))
        start, end = ("", "") if match is None else (_time(match, 1), _time(match, 3))
        if not start or not end or start >= end or (found and str(found[-1]["until"]) > start):
            raise Refused("hours.format", BAD_HOURS, field=f"day{day}")
        found.append({"day": day, "from": start, "until": end})
    return found


def _time(match: re.Match[str], group: int) -> str:
    hour, minute = int(match[group]), int(match[group + 1] or 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else ""


def _form(request: Any, title: str, text: str, fields: Sequence[Field], read: Read) -> HttpResponse:
    """One form of the set-up: saved, or shown again with what is wrong and all that was typed."""
    error = None
    if request.method == "POST":
        try:
            values = read(request.POST)
            _must_be_short(request.POST)
            describe(request.authority.id, actor=request.staff.actor(), now=now(), **values)
            return back_to_steps()
        except Refused as refused:
            error = {"field": refused.field, "text": _(refused.text, **refused.values)}
            fields = [_typed(one, request.POST, error) for one in fields]
    context = {"title": title, "text": text, "fields": fields, "error": error}
    return render(request, "site/setup_form.html", context, status=422 if error else 200)


def _must_be_short(posted: Mapping[str, str]) -> None:
    for name, value in posted.items():
        if len(value) > LONGEST_TEXT:
            raise Refused("too_long", N_("This text is too long."), field=name)


def _typed(field: Field, posted: Any, error: Mapping[str, Any]) -> Field:
    value = posted.getlist(field.name) if field.type == "multiselect" else posted.get(field.name, "")
    return replace(field, value=value, error=error["text"] if error["field"] == field.name else "")
