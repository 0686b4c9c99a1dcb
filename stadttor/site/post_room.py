"""The post room: what waits for the post, print runs, the day of posting. Names and addresses only, no cases."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from stadttor.cases.queries import protected_among
from stadttor.cases.services import note_from_outside
from stadttor.core.languages import OFFICIAL
from stadttor.core.refused import Refused, not_found
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day, now
from stadttor.ground.steps import step
from stadttor.ground.web.downloads import spooled_response
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.web.render import render
from stadttor.ground.work import work
from stadttor.identity.guards import require_role
from stadttor.notices.letters import builtin, render_letter
from stadttor.notices.letters.data import AuthorityFacts, CaseFacts, LetterFacts, RecipientFacts, letter_data
from stadttor.notices.queries import DeliveryRow, RunRow, letters_of_run, print_run, print_runs, waiting_letters
from stadttor.notices.services import make_run, note_printed, post_run, undo_run
from stadttor.records.bundle import stack_letters
from stadttor.tenancy.queries import authority_by_id, profile

DONE = {
    "made": N_("The print run was made. Please print it and enter the day of posting."),
    "posted": N_("The day of posting was entered."),
    "undone": N_("The print run was taken apart. Its letters wait again."),
}


@require_safe
@require_role("post")
def post_room(request: Any) -> HttpResponse:
    """What waits, what was printed, what was posted."""
    return _page(request, None)


@require_POST
@require_role("post")
def make(request: Any) -> HttpResponse:
    """Put what waits together."""
    try:
        make_run(authority_id=request.authority.id, actor=request.staff.actor(), now=now())
    except Refused as error:
        return _page(request, error)
    return _back("made")


@require_POST
@require_role("post")
def posted(request: Any, run_id: UUID) -> HttpResponse:
    """The letters went to the post on a day."""
    try:
        post_letters(authority_id=request.authority.id, run_id=run_id, day=_day(request), actor=request.staff.actor())
    except Refused as error:
        if error.status == 404:
            raise
        return _page(request, error, run_id)
    return _back("posted")


@require_POST
@require_role("post")
def undo(request: Any, run_id: UUID) -> HttpResponse:
    """Take a run apart."""
    try:
        sure = request.POST.get("sure") == "yes"
        undo_run(authority_id=request.authority.id, run_id=run_id, actor=request.staff.actor(), now=now(), sure=sure)
    except Refused as error:
        if error.status == 404:
            raise
        return _page(request, error, run_id)
    return _back("undone")


@require_safe
@require_role("post")
def letters_pdf(request: Any, run_id: UUID) -> StreamingHttpResponse:
    """All letters of a run as one PDF, the same each time."""
    run = print_run(request.authority.id, run_id)
    if run is None or run.undone_at:
        raise not_found()
    rows = letters_of_run(request.authority.id, run_id)
    with speaking(OFFICIAL):
        title = _("Print run {number}", number=run.number)
        covers = [_cover(one, run) if one.number > 1 else b"" for one in rows]
    file = stack_letters(
        authority_id=request.authority.id, letters=[one.documents for one in rows], first=covers, title=title
    )
    if request.method == "GET":
        note_printed(authority_id=request.authority.id, run_id=run_id, actor=request.staff.actor(), now=now())
    return spooled_response(file, "application/pdf", f"{title}.pdf")


@step
def post_letters(*, authority_id: UUID, run_id: UUID, day: date, actor: Actor) -> None:
    """Note the day of posting with each letter, and in the history of each case."""
    moment = now()
    with work(authority_id):
        for case_id in post_run(authority_id=authority_id, run_id=run_id, day=day, actor=actor, now=moment):
            note_from_outside(
                authority_id=authority_id,
                case_id=case_id,
                act="posted",
                actor=actor,
                details={"day": day.isoformat()},
                public=True,
                now=moment,
            )


def _cover(one: DeliveryRow, run: RunRow) -> bytes:
    """The sheet with the address of now before a decision that goes out again. In German."""
    row, described = authority_by_id(run.authority_id), profile(run.authority_id)
    name = row.name if row else ""
    facts = LetterFacts(
        kind="resend",
        language=OFFICIAL,
        subject=_("We send you our decision again") if one.area else _("We send you our letter again"),
        day=german_day(run.made_at),
        authority=AuthorityFacts(
            name, described.lines, described.phone, described.email, described.website, described.crest
        ),
        case=CaseFacts("", "", None, name),
        recipient=RecipientFacts(one.name, one.lines),
        body=_("Our letter could not be delivered to you before. It lies behind this sheet.")
        if not one.area
        else " ".join(
            (
                _("Our decision could not be delivered to you before. It lies behind this sheet."),
                _("What it says of your right of appeal counts from this delivery on."),
            )
        ),
    )
    return render_letter(builtin("resend"), {}, letter_data(facts))


def _day(request: Any) -> date:
    parts = [request.POST.get(f"day.{part}", "").strip() for part in ("year", "month", "day")]
    try:
        return date(*(int(part) for part in parts))
    except (ValueError, OverflowError):
        raise Refused("date_missing", "Please enter a date, for example 24 12 2026.", field="day") from None


def _back(done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('post_room')}?done={done}")


def _page(request: Any, error: Refused | None, run_id: UUID | None = None) -> HttpResponse:
    authority_id = request.authority.id
    runs, waiting = print_runs(authority_id), waiting_letters(authority_id)
    protected = protected_among(authority_id, {one.case_id for one in waiting})
    done = DONE.get(request.GET.get("done", ""), "")
    with speaking(request.language):
        context = {
            "waiting": [
                {
                    "name": _("Protected person") if one.case_id in protected else one.name,
                    "lines": () if one.case_id in protected else one.lines,
                    "created": one.created,
                }
                for one in waiting
            ],
            "open": [one for one in runs if not one.posted_on],
            "posted": [one for one in runs if one.posted_on],
            "today": german_day(now()),
            "wrong_run": run_id,
            "asked": bool(error and error.code == "run_was_printed"),
            "done": _(done) if done else "",
            "error": {"field": error.field or "", "text": _(error.text, **error.values)} if error else None,
        }
    return render(request, "site/post_room.html", context, status=error.status if error else 200)
