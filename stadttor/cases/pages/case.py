"""The case page: answers left, documents right, history below, the next sensible act on top."""

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from stadttor.cases import panels, ports, queries, services
from stadttor.cases.pages import labels, told
from stadttor.cases.pages.answers import answers
from stadttor.cases.pages.protecting import mask
from stadttor.cases.pages.viewing import TURNS, ZOOMS
from stadttor.cases.ports import Document
from stadttor.cases.queries import CaseView, DecisionView, EventView, QuestionView
from stadttor.cases.rules import may
from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.downloads import SHOWN
from stadttor.ground.web.formats import day, moment, money
from stadttor.ground.web.language import N_, _, ngettext, speaking
from stadttor.ground.web.render import render
from stadttor.ground.work import work
from stadttor.identity.guards import require_casework

# Acts as buttons: address, word, whether it is a post of its own (else a page), icon.
BUTTONS = {
    "take": ("cases:take", N_("Take this case"), True, "account-circle"),
    "decide": ("cases:decide", N_("Decide"), False, "checklist"),
    "go_on": ("cases:decide", N_("Enter what became of it"), False, "checklist"),
    "confirm": ("cases:confirm", N_("Check and confirm the decision"), False, "check"),
    "undo": ("cases:undo", N_("Take the decision back"), True, "arrow-back"),
    "close": ("cases:close", N_("Close the case"), True, "check"),
    "ask_back": ("cases:ask", N_("Ask the applicant"), False, "question-mark"),
    "answer": ("written_answer", N_("Write down an answer for the applicant"), False, "edit"),
    "stop_asking": (
        "cases:stop_asking",
        N_("Take the question back, or decide without the answer"),
        False,
        "arrow-back",
    ),
    "assign": ("cases:assign", N_("Give to somebody else"), False, "arrow-forward"),
    "give_back": ("cases:give_back", N_("Give back to the unit"), True, "arrow-back"),
    "reopen": ("cases:reopen", N_("Open the case again"), False, "autorenew"),
    "protect": ("cases:protect", N_("Protect the person's data"), False, "visibility-off"),
    "unprotect": ("cases:protect", N_("End the protection"), False, "visibility"),
}

# What shows that somebody has dealt with what came in before; taking a case or noting something does not.
DEALT_WITH = frozenset({
    "asked_back", "stopped_asking", "answer_written", "decided", "proposed", "confirmed", "sent_back",
    "taken_back", "step_done", "closed", "withdrawn",
})  # fmt: skip


@require_safe
@require_casework
def case(request: Any, case_id: UUID) -> HttpResponse:
    """Everything about a case on one page; of a protected person's the mask until she said why she opens it."""
    staff, moment_now = request.staff, now()
    try:
        found = services.look_at(staff=staff, case_id=case_id, now=moment_now)
    except Refused as refused:
        if refused.code != queries.PROTECTED:
            raise
        return told.said(request, mask(request, case_id), request.path)
    colleagues = queries.colleagues_at(staff, case_id, moment_now)
    with work(staff.authority_id):
        content = ports.applications().content(found.ref, request.language)
        documents = queries.documents_of(found, content)
        goes_on = _goes_on(found)
        protections = queries.protections_of(staff.authority_id, case_id) if staff.may("lead") else []
    shown_panels = panels.views(found.ref, staff)
    cautions = ports.cautions(found.ref, request.language)
    with speaking(request.language):
        context = {
            "case": found,
            "colleagues": colleagues,
            "panels": shown_panels,
            "places": _places(found, shown_panels),
            "cautions": cautions,
            "done": told.done(request),
            "news": _news(found),
            **answers(content),
            **_documents(request, found, documents),
            **_acts(found, leads=staff.may("lead"), helps=bool(staff.helps), goes_on=goes_on),
            "protections": protections,
            **_state(found),
            "history": [_event(event) for event in found.history],
            "origins": labels.ORIGINS,
        }
    return told.said(request, render(request, "cases/case.html", context), request.path)


def _places(found: CaseView, shown_panels: Sequence[panels.PanelView]) -> list[dict[str, str]]:
    """Where one can jump to: the page is long, and what decides may stand far down."""
    places = [("answers", _("Answers")), ("documents", _("Documents"))]
    places += [("questions", _("Questions to the applicant"))] if found.questions else []
    places += [("decision", _("Decision"))] if found.decision else []
    places += [(f"panel-{number}", panel.title) for number, panel in enumerate(shown_panels, 1)]
    places += [("notes", _("Notes for colleagues")), ("history", _("History"))]
    return [{"id": id_, "label": label} for id_, label in places]


def _news(found: CaseView) -> list[dict[str, str]]:
    """What came in and nobody has dealt with yet, newest first, each with where to look."""
    page = reverse("cases:case", args=[found.id])
    fresh = takewhile(lambda event: event.act not in DEALT_WITH, found.history)
    answers = {str(question.id): question for question in found.questions}
    return [one for event in fresh if (one := _new(event, answers.get(event.details.get("question_id", "")), page))]


def _new(event: EventView, question: QuestionView | None, page: str) -> dict[str, str] | None:
    if event.act == "proof_infected":
        title = _("A document contained a virus and was deleted on {when}", when=moment(event.at))
        return {"title": title, "text": "", "href": f"{page}#documents", "label": _("Go to the documents")}
    if event.act != "answered" or question is None:
        return None
    files = [one["id"] for answer in question.answers for one in answer.get("documents", ())]
    return {
        "title": _("The applicant answered on {when}", when=moment(event.at)),
        "text": ngettext("One document came with the answer.", "{count} documents came with the answer.", len(files))
        if files
        else "",
        "href": f"{page}?document={files[0]}#documents" if files else f"{page}#questions",
        "label": _("Go to the new documents") if files else _("Go to the answer"),
    }


def _state(found: CaseView) -> dict[str, object]:
    return {
        "copy_in": labels.copy_in(found.ref.language),
        "state": labels.badge_of_state(found.state),
        "test": labels.badge_of_test(),
        "protected": labels.badge_of_protection(),
        "deadline": labels.badge_of_deadline(found.colour, found.due),
        "trust": _(labels.TRUST.get(found.trust, found.trust)),
        "received": day(found.received) if found.channel in labels.ENTERED else moment(found.received),
        "entered": found.channel in labels.ENTERED,
        "channel": _(labels.CHANNELS.get(found.channel, found.channel)),
        "decision": _decision(found.decision) if found.decision else None,
        "letter_is_late": bool(found.decision and found.decision.send_at and found.decision.send_at < now()),
        "earlier": [_decision(one) for one in found.decisions if one is not found.decision],
    }


def _documents(request: Any, found: CaseView, documents: list[Document]) -> dict[str, object]:
    """The list of documents and the one in the viewer: `?document=…&turn=90&zoom=200`."""
    wanted = request.GET.get("document", "")
    readable = [one for one in documents if one.is_readable]
    shown = next((one for one in readable if str(one.id) == wanted), readable[0] if readable else None)
    titles = _titles(documents)
    turn, zoom = _one_of(request.GET.get("turn"), TURNS), _one_of(request.GET.get("zoom"), ZOOMS)
    return {
        "documents": [
            {
                "document": one,
                "title": titles[one.id],
                "href": _view_url(found, one, 0, 100),
                "current": shown is not None and one.id == shown.id,
                "why_not": "" if one.is_readable else _(labels.UNREADABLE.get(one.state, one.state)),
            }
            for one in documents
        ],
        "viewer": _viewer(found, shown, titles[shown.id], turn, zoom) if shown else None,
    }


def _titles(documents: Sequence[Document]) -> dict[UUID, str]:
    """What each document is called in the list; those named alike are numbered in their order."""
    titles, alike = {}, Counter[str]()
    for one in documents:
        title = one.label or one.name
        alike[title] += 1
        titles[one.id] = title if alike[title] == 1 else f"{title} ({alike[title]})"
    return titles


def _viewer(found: CaseView, shown: Document, title: str, turn: int, zoom: int) -> dict[str, object]:
    address = reverse("cases:document", args=[found.id, shown.id])
    tail = f"#zoom={zoom}" if shown.media_type == "application/pdf" and zoom != 100 else ""
    smaller, bigger = _neighbours(zoom)
    return {
        "title": title,
        "media_type": shown.media_type if shown.media_type in SHOWN else "",
        "url": f"{address}?{urlencode({'turn': turn, 'zoom': zoom})}{tail}",
        "download": f"{address}?download=1",
        "turn_url": _view_url(found, shown, (turn + 90) % 360, zoom),
        "smaller_url": _view_url(found, shown, turn, smaller) if smaller != zoom else "",
        "bigger_url": _view_url(found, shown, turn, bigger) if bigger != zoom else "",
    }


def _neighbours(zoom: int) -> tuple[int, int]:
    place = ZOOMS.index(zoom)
    return ZOOMS[max(place - 1, 0)], ZOOMS[min(place + 1, len(ZOOMS) - 1)]


def _view_url(found: CaseView, shown: Document, turn: int, zoom: int) -> str:
    query = {"document": str(shown.id), **({"turn": turn} if turn else {}), **({"zoom": zoom} if zoom != 100 else {})}
    return f"{reverse('cases:case', args=[found.id])}?{urlencode(query)}#documents"


def _one_of(text: str | None, known: tuple[int, ...]) -> int:
    return next((number for number in known if text == str(number)), known[0])


def _goes_on(found: CaseView) -> bool:
    """Whether something may follow what the applicant was told, such as the visit that was prepared. Inside the open work."""
    told = found.decision if found.state == "decided" else None
    return bool(told and told.sent_at and ports.applications().vocabulary(found.ref).after(told.outcome).outcomes)


def _acts(found: CaseView, *, leads: bool, helps: bool, goes_on: bool) -> dict[str, object]:
    """The next act as the first button, the other possible ones behind it. Whom it is given to the authority itself says."""
    first = "go_on" if goes_on else found.next
    others = [act for act in BUTTONS if act not in (first, "go_on") and _possible(found, act, leads=leads)]
    others = [act for act in others if not (helps and act == "assign")]
    return {
        "next": _button(found, first) if first else None,
        "others": [_button(found, act) for act in others],
        "steps": found.steps,
    }


def _possible(found: CaseView, act: str, *, leads: bool) -> bool:
    if act in ("protect", "unprotect"):
        return (leads and found.is_protected) if act == "unprotect" else not found.is_protected
    if act == "take":
        return not found.mine and may("take", found.state)
    if act == "give_back":
        return found.mine and found.assignee_id is not None and may("give_back", found.state)
    if act == "close":
        return found.state == "decided" and found.decision is not None and found.decision.sent_at is not None
    if act == "undo":
        return found.may_undo
    if act == "confirm":
        return False
    return may(act, found.state)  # type: ignore[arg-type]  # the keys of BUTTONS are acts


def _button(found: CaseView, act: str) -> dict[str, object]:
    address, word, posts, icon = BUTTONS[act]
    return {"label": _(word), "href": reverse(address, args=[found.id]), "posts": posts, "icon": icon}


def _decision(one: DecisionView) -> dict[str, object]:
    return {"row": one, "outcome": labels.outcome(one.outcome), "fee": labels.fee(one)}


def _event(event: EventView) -> dict[str, object]:
    title, icon = labels.ACTS.get(event.act, (event.act.replace("_", " "), "info"))
    who = event.actor_name or (_("Applicant") if event.actor_kind == "citizen" else "")
    text = labels.outcome(event.details["outcome"]) if event.details.get("outcome") else ""
    if cents := event.details.get("cents"):
        text = " · ".join(filter(None, (money(cents), event.details.get("receipt", ""))))
    return {"when": moment(event.at), "who": who, "title": _(title), "text": text, "icon": icon}
