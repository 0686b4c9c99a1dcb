"""The permit of a granted application: shown to whoever asks in the street, and where its renewal begins; or its tags."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from stadttor.cases.queries import case_of_submission
from stadttor.cases.queries.permits import PermitView, permit_of
from stadttor.cases.queries.tags import TagView, tags_of
from stadttor.cases.services.permitting import give_back
from stadttor.catalog.queries import adopted_revision
from stadttor.core.refused import not_found
from stadttor.forms import queries as forms
from stadttor.forms.queries import SubmissionRow
from stadttor.ground.actor import CITIZEN
from stadttor.ground.clock import german_day, now
from stadttor.ground.web import formats
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.issuing.queries import can_offer
from stadttor.portal import access
from stadttor.portal.again import ACTS, TAG_ACTS, acts_for, acts_for_tag, begin_again

GIVE_BACK = "return"


@require_safe
def show(request: Any, submission_id: UUID) -> HttpResponse:
    """Number, plate, days and whether it is valid now, in large letters."""
    row, case_id = _case(request, submission_id)
    if tags := tags_of(request.authority.id, case_id):
        return _tags_page(request, row, tags)
    permit = _permit(request, case_id)
    form = adopted_revision(request.authority.id, row.revision_id)
    context = {
        "row": row,
        "permit": permit,
        "title": form.texts(request.language).text("title"),
        "valid": permit.is_valid(german_day(now())),
        "state": state_of(permit),
        "may_take": can_offer(request.authority.id, permit.case_id, permit.service, now()),
        "may_give_back": permit.may_end(german_day(now())),
        "acts": [{"act": act, "label": _(ACTS[act])} for act in acts_for(request.authority.id, permit)],
    }
    return render(request, "portal/permit.html", context)


@require_POST
def again(request: Any, submission_id: UUID, again_act: str) -> HttpResponse:
    """Begin its renewal, a change or a replacement, with what is known already; or give it back, after asking once more."""
    row, case_id = _case(request, submission_id)
    tags = tags_of(request.authority.id, case_id)
    permit = _chosen(request, tags) if tags else _permit(request, case_id)
    if again_act == GIVE_BACK and isinstance(permit, PermitView):
        return _give_back(request, row, permit)
    token = access.new_token()
    draft_id, page_id = begin_again(
        authority_id=request.authority.id,
        row=row,
        permit=permit,
        act=again_act,
        token=token,
        language=request.language,
        now=now(),
    )
    response = HttpResponseRedirect(url("portal:page", draft_id=draft_id, page_id=page_id))
    access.hand_over(request, response, "draft", draft_id, token)
    return response


def _tags_page(request: Any, row: SubmissionRow, tags: Sequence[TagView]) -> HttpResponse:
    """Each with its number, since when it is there, and where it is deregistered."""
    form, today = adopted_revision(request.authority.id, row.revision_id), german_day(now())
    rows = [
        {
            "tag": one,
            "counts": one.counts(today),
            "acts": [
                {"act": act, "label": _(TAG_ACTS[act], name=one.called)}
                for act in acts_for_tag(request.authority.id, one)
            ],
        }
        for one in tags
    ]
    return render(
        request, "portal/tags.html", {"row": row, "title": form.texts(request.language).text("title"), "rows": rows}
    )


def _chosen(request: Any, tags: Sequence[TagView]) -> TagView:
    """The one whose place was sent; not found for any other."""
    for one in tags:
        if request.POST.get("entry", "") == str(one.entry):
            return one
    raise not_found()


def _give_back(request: Any, row: SubmissionRow, permit: PermitView) -> HttpResponse:
    if not permit.may_end(german_day(now())):
        raise not_found()
    if request.POST.get("sure") != "yes":
        return render(request, "portal/give_back.html", {"row": row, "permit": permit, "act": GIVE_BACK})
    give_back(authority_id=request.authority.id, case_id=permit.case_id, actor=CITIZEN, now=now())
    return HttpResponseRedirect(url("portal:permit", submission_id=row.id))


def state_of(permit: PermitView) -> str:
    """In words why it is valid or not, in the current language."""
    day = german_day(now())
    if permit.state == "returned":
        return _("You gave this permit back.")
    if permit.state == "revoked":
        if permit.ended_from and permit.is_valid(day):
            last = min(permit.ended_from - timedelta(days=1), permit.valid_until)
            return _("This permit is valid until {day}. Then it is revoked.", day=formats.day(last))
        return _("This permit was revoked.")
    if permit.state == "replaced" and not permit.is_valid(day):
        return _("Another permit took the place of this one.")
    if day < permit.valid_from:
        return _("This permit is not valid yet.")
    return _("This permit is valid.") if permit.is_valid(day) else _("This permit has ended.")


def _case(request: Any, submission_id: UUID) -> tuple[SubmissionRow, UUID]:
    """For whoever holds the secret of the application. Refused as not found otherwise, and before it has a case."""
    if request.authority is None:
        raise not_found()
    row = forms.submission_for(request.authority.id, submission_id, access.token_of(request, submission_id))
    request.trial = row.is_test
    case_id = case_of_submission(request.authority.id, row.id)
    if case_id is None:
        raise not_found()
    return row, case_id


def _permit(request: Any, case_id: UUID) -> PermitView:
    """Refused as not found for a case that brought none."""
    permit = permit_of(request.authority.id, case_id)
    if permit is None:
        raise not_found()
    return permit
