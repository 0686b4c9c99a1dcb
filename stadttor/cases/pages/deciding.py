"""Deciding with building blocks, the letter as it will arrive, and the second person's page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from stadttor.cases import ports, services
from stadttor.cases.pages import labels
from stadttor.cases.pages import speaking as speaking_to
from stadttor.cases.pages.acts import to_case, version_in
from stadttor.cases.pages.answers import answers
from stadttor.cases.pages.proving import package_asks
from stadttor.cases.ports import LetterDraft
from stadttor.cases.queries import CaseView
from stadttor.cases.rules import Choice, Permit, Validity, Vocabulary, must
from stadttor.cases.rules.decisions import NEEDS_REASON
from stadttor.cases.rules.tags import MOST, Tags
from stadttor.cases.services.deciding import put_in_words, stands_already
from stadttor.cases.services.pricing import cents_in
from stadttor.core.outcomes import is_decision
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.downloads import file_response
from stadttor.ground.web.formats import money
from stadttor.ground.web.language import speaking
from stadttor.ground.web.render import render
from stadttor.ground.work import work
from stadttor.identity.guards import prove_first_where, require_casework


@require_http_methods(["GET", "POST"])
@require_casework
@prove_first_where(package_asks)
def decide(request: Any, case_id: UUID) -> HttpResponse:
    """Choose outcome, reasons and side conditions; the letter shows beside."""
    case, vocabulary = _case(request, case_id)
    if request.method == "GET":
        if not (case.state == "decided" and vocabulary.outcomes):
            must("decide", case.state)
        return _page(request, case, vocabulary, None)
    try:
        chosen = _chosen(request)
        _must_have_days(request, vocabulary.permit_of(chosen["outcome"]))
        services.decide(
            staff=request.staff,
            case_id=case_id,
            version=version_in(request),
            now=now(),
            cautions_seen=request.POST.getlist("cautions_seen"),
            caution_reason=request.POST.get("caution_reason", ""),
            channel=request.POST.get("channel", "")[:20],
            channel_reason=request.POST.get("channel_reason", ""),
            fee=request.POST.get("fee", "")[:20],
            fee_reason=request.POST.get("fee_reason", ""),
            in_one_contact="in_one_contact" in request.POST if "one_contact_asked" in request.POST else None,
            **chosen,
        )
    except Refused as error:
        if error.status == 404:
            raise
        if error.code == "changed_meanwhile" and _stands_already(request, case_id):
            return to_case(case_id, "decided")
        case, vocabulary = _case(request, case_id)
        return _page(request, case, vocabulary, error)
    return to_case(case_id, "decided")


@require_POST
@require_casework
def preview(request: Any, case_id: UUID) -> HttpResponse:
    """The letter as a PDF for the frame beside the form. Posted, because reasons belong into no address."""
    case, vocabulary = _case(request, case_id)
    if "decision" in request.POST:
        draft = _draft_of_decision(request, case)
    else:
        chosen = _chosen(request)
        _must_have_days(request, vocabulary.permit_of(chosen["outcome"]))
        said = put_in_words(vocabulary, **chosen, now=now())
        draft = LetterDraft(
            case.ref, said.outcome, said.reasons, said.conditions, request.staff.name, now(), validity=said.validity,
            fee_cents=_fee_in(request, case, said.outcome), tags=said.tags,
        )  # fmt: skip
    if request.GET.get("copy") == "1":
        draft = replace(draft, language=case.ref.language)
    return file_response(ports.letters().letter_preview(draft), "application/pdf", f"{case.number}.pdf")


@require_http_methods(["GET", "POST"])
@require_casework
@prove_first_where(package_asks)
def confirm(request: Any, case_id: UUID) -> HttpResponse:
    """The second person reads the proposal and the letter, then agrees or sends it back."""
    case, vocabulary = _case(request, case_id)
    if case.decision is None or not case.decision.pending:
        raise not_found()
    if request.method == "GET":
        return _confirm_page(request, case, vocabulary, None)
    verb = {"staff": request.staff, "case_id": case_id, "version": version_in(request), "now": now()}
    try:
        if request.POST.get("agree") == "yes":
            services.confirm_second(**verb)
            return to_case(case_id, "confirmed")
        services.send_back(**verb, reason=request.POST.get("reason", ""))
    except Refused as error:
        if error.status == 404:
            raise
        case, vocabulary = _case(request, case_id)
        return _confirm_page(request, case, vocabulary, error)
    return to_case(case_id, "sent_back")


def _stands_already(request: Any, case_id: UUID) -> bool:
    """Who presses twice has changed the case herself: she is told what she was told the first time."""
    return stands_already(staff=request.staff, case_id=case_id, now=now(), **_chosen(request))


def _case(request: Any, case_id: UUID) -> tuple[CaseView, Vocabulary]:
    case = services.look_at(staff=request.staff, case_id=case_id, now=now())
    with work(request.staff.authority_id):
        vocabulary = ports.applications().vocabulary(case.ref)
    if case.state == "decided":
        told = case.decision if case.decision and case.decision.sent_at else None
        return case, vocabulary.after(told.outcome if told else "")
    return case, vocabulary


def _chosen(request: Any) -> dict[str, Any]:
    """The decision in the form, as the verb takes it. Refused for a day that does not exist."""
    return _typed(request) | {name: _day(request, name) for name in ("valid_from", "valid_until")}


def _typed(request: Any) -> dict[str, Any]:
    posted = request.POST
    return {
        "outcome": posted.get("outcome", "")[:40],
        "reasons": posted.getlist("reasons"),
        "free_reason": posted.get("free_reason", ""),
        "conditions": posted.getlist("conditions"),
        "free_condition": posted.get("free_condition", ""),
        "tags": _numbers(request),
    }


def _numbers(request: Any) -> list[str] | None:
    """The numbers of what is entered, as typed, in the order of the application; None where none was asked for."""
    names = [f"tags.{place}" for place in range(MOST)]
    return [request.POST.get(name, "")[:40] for name in names] if names[0] in request.POST else None


def _parts(request: Any, name: str) -> dict[str, str]:
    return {part: request.POST.get(f"{name}.{part}", "").strip() for part in ("day", "month", "year")}


def _day(request: Any, name: str) -> date | None:
    """The day in three boxes, None when all are empty."""
    parts = _parts(request, name)
    if not any(parts.values()):
        return None
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except (ValueError, OverflowError):
        raise _no_day(name) from None


def _must_have_days(request: Any, permit: Permit | None) -> None:
    """What stands in the boxes counts: an empty one is not filled behind the clerk's back."""
    for name in ("valid_from", "valid_until") if permit else ():
        if f"{name}.day" in request.POST and not any(_parts(request, name).values()):
            raise _no_day(name)


def _no_day(name: str) -> Refused:
    """Two dates stand on the page: the summary above it says which one is meant."""
    if name == "valid_from":
        return Refused("date_missing", "Please enter the first day of the permit, for example 24 12 2026.", field=name)
    return Refused("date_missing", "Please enter the last day of the permit, for example 24 12 2026.", field=name)


def _draft_of_decision(request: Any, case: CaseView) -> LetterDraft:
    """The proposal that waits for the second person."""
    decision = case.decision
    if decision is None:
        raise not_found()
    reasons, conditions = (
        tuple(Choice(one["key"], one["text"]) for one in blocks) for blocks in (decision.reasons, decision.conditions)
    )
    validity = None
    if decision.valid_from and decision.valid_until:
        validity = Validity(decision.valid_from, decision.valid_until)
    return LetterDraft(
        case.ref,
        decision.outcome,
        reasons,
        conditions,
        decision.decided_by_name,
        decision.decided_at,
        validity,
        fee_cents=decision.fee_cents,
        tags=decision.tags,
    )


def _page(request: Any, case: CaseView, vocabulary: Vocabulary, error: Refused | None) -> HttpResponse:
    outcomes, typed = vocabulary.decidable(), _typed(request)
    with work(request.staff.authority_id):
        content = ports.applications().content(case.ref, request.language)
        with speaking(request.language):
            reaching = ports.reaching(case.ref)
    with speaking(request.language):
        ways = _ways(request, case)
        context = {
            "case": case,
            "copy_in": labels.copy_in(case.ref.language) if vocabulary.has_copy else "",
            "speaks": speaking_to.of_deciding(case, vocabulary),
            "groups": answers(content)["groups"],
            "outcomes": [{"value": one.key, "label": one.text, "hint": one.help} for one in outcomes],
            "reasons": _blocks("reasons", case, vocabulary, vocabulary.reasons, typed),
            "conditions": _blocks("conditions", case, vocabulary, vocabulary.conditions, typed),
            "permit": _validity(request, vocabulary.permit) if vocabulary.permit else None,
            "tags": _tags(vocabulary.tags, typed["tags"], error) if vocabulary.tags else None,
            "chosen": typed,
            "in_one_contact": _in_one_contact(request, case),
            "to_confirm": _to_confirm(request, vocabulary),
            "cautions": ports.cautions(case.ref, request.language),
            "has_letters": ports.wired.letters is not None,
            "ways": ways,
            "fee": _fee(request, case, vocabulary),
            "decisions": " ".join(one.key for one in outcomes if is_decision(one.key)),
            "others": " ".join(one.key for one in outcomes if not is_decision(one.key)),
            "reaching": reaching,
            "error": {"field": error.field or "outcome", "text": labels.said(error)} if error else None,
        }
    return render(request, "cases/decide.html", context, status=error.status if error else 200)


def _in_one_contact(request: Any, case: CaseView) -> bool:
    """As she ticked it; before that what the history says: nobody was asked, and the case was never opened again."""
    if "one_contact_asked" in request.POST:
        return "in_one_contact" in request.POST
    return not case.questions and all(event.act != "reopened" for event in case.history)


def _ways(request: Any, case: CaseView) -> dict[str, Any] | None:
    """The lawful ways, the rule's chosen, and what she typed. In the current language."""
    with work(request.staff.authority_id):
        found = ports.ways_of(case.ref)
    if found is None:
        return None
    return {
        "options": [{"value": one.key, "label": one.label, "hint": one.help} for one in found.ways],
        "chosen": request.POST.get("channel", "") or found.proposed,
        "because": found.because,
        "reason": request.POST.get("channel_reason", ""),
    }


def _fee(request: Any, case: CaseView, vocabulary: Vocabulary) -> dict[str, Any] | None:
    """What each outcome asks for by the fees, and what she typed; None where no decision asks for a fee."""
    with work(request.staff.authority_id):
        asked = [(one, ports.fee_of(case.ref, one.key)) for one in vocabulary.decidable()]
    known = [(one, cents) for one, cents in asked if cents is not None]
    if not known:
        return None
    return {
        "values": " ".join(one.key for one, _cents in known),
        "proposed": "; ".join(f"{one.text}: {money(cents)}" for one, cents in known),
        "typed": request.POST.get("fee", ""),
        "reason": request.POST.get("fee_reason", ""),
    }


def _fee_in(request: Any, case: CaseView, outcome: str) -> int | None:
    """What the letter asks for as it is typed now."""
    with work(request.staff.authority_id):
        proposed = ports.fee_of(case.ref, outcome)
    return None if proposed is None else cents_in(request.POST.get("fee", "")[:20], proposed)


def _to_confirm(request: Any, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """The package's cautions, each with those outcomes it is for that can be chosen here, and whether it was confirmed."""
    names = {one.key: one.text for one in vocabulary.outcomes}
    return [
        {
            "key": one.key,
            "text": one.text,
            "values": " ".join(one.outcomes),
            "names": "; ".join(names[key] for key in one.outcomes if key in names),
            "asks_why": one.key in vocabulary.reasoned,
            "why": request.POST.get("caution_reason", ""),
            "seen": [one.key] if one.key in request.POST.getlist("cautions_seen") else [],
        }
        for one in vocabulary.cautions
        if any(key in names for key in one.outcomes)
    ]


def _blocks(
    name: str, case: CaseView, vocabulary: Vocabulary, blocks: Sequence[Choice], typed: dict[str, Any]
) -> list[dict[str, Any]]:
    """The building blocks by the outcomes they are for, in the package's order; each stands there once.

    The group that fits the chosen outcome carries the id to which an error leads.
    """
    outcomes = vocabulary.decidable()
    every = tuple(one.key for one in outcomes)
    groups: dict[tuple[str, ...], list[Choice]] = {}
    for block in blocks:
        groups.setdefault(tuple(key for key in every if block.fits(key)), []).append(block)
    names = {one.key: one.text for one in outcomes}
    first = next((keys for keys in groups if typed["outcome"] in keys), None)
    return [
        {
            "id": f"f-{name}" if keys == first else f"f-{name}-{'-'.join(keys)}",
            "values": " ".join(keys),
            "names": ", ".join(names[key] for key in keys),
            "for_all": keys == every,
            "needed_for": ", ".join(names[key] for key in keys if key in NEEDS_REASON) if name == "reasons" else "",
            "open": typed["outcome"] in keys or any(one.key in typed[name] for one in group),
            "options": speaking_to.options(vocabulary, case, name, group),
        }
        for keys, group in groups.items()
        if keys
    ]


def _validity(request: Any, permit: Permit) -> dict[str, Any]:
    """From when until when, as typed, else as the application asks for it; a browser leaves out what it hides."""
    if "valid_from.day" in request.POST:
        return {"values": " ".join(permit.outcomes)} | {
            name: _parts(request, name) for name in ("valid_from", "valid_until")
        }
    begins = permit.begins or german_day(now())
    ends = permit.last_from(begins)
    return {"values": " ".join(permit.outcomes), "valid_from": begins, "valid_until": ends}


def _tags(tags: Tags, typed: Sequence[str] | None, error: Refused | None) -> dict[str, Any]:
    """A box for the number of each thing, as typed, else as it is known."""
    numbers = (*(tags.numbers if typed is None else typed), *[""] * len(tags.called))
    wrong = error.field if error else ""
    fields = [
        {
            "name": name,
            "called": called,
            "value": number,
            "error": labels.said(error) if error and name == wrong else "",
        }
        for name, called, number in (
            (f"tags.{place}", *one) for place, one in enumerate(zip(tags.called, numbers, strict=False))
        )
    ]
    return {"values": " ".join(tags.outcomes), "fields": fields}


def _way_of(request: Any, case: CaseView) -> str:
    """How the decision will be delivered, with the reason where it is another way than the rule's; empty for none."""
    decision = case.decision
    if decision is None or not decision.channel:
        return ""
    with work(request.staff.authority_id):
        found = ports.ways_of(case.ref)
    label = next((one.label for one in found.ways if one.key == decision.channel), "") if found else ""
    return f"{label}: {decision.channel_reason}" if decision.channel_reason else label


def _confirm_page(request: Any, case: CaseView, vocabulary: Vocabulary, error: Refused | None) -> HttpResponse:
    decision = case.decision
    with speaking(request.language):
        context = {
            "case": case,
            "copy_in": labels.copy_in(case.ref.language) if vocabulary.has_copy else "",
            "decision": decision,
            "outcome": labels.outcome(decision.outcome) if decision else "",
            "is_author": decision is not None and decision.decided_by == request.staff.id,
            "reason": request.POST.get("reason", ""),
            "way": _way_of(request, case),
            "fee": labels.fee(decision) if decision else "",
            "has_letters": ports.wired.letters is not None,
            "error": {"field": error.field or "reason", "text": labels.said(error)} if error else None,
        }
    return render(request, "cases/confirm.html", context, status=error.status if error else 200)
