"""A colleague scans or photographs papers straight into a case."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from stadttor.cases import ports
from stadttor.cases.panels import back_to_case
from stadttor.cases.queries import CaseView
from stadttor.cases.services import look_at, note_from_outside, stays
from stadttor.core.languages import OFFICIAL
from stadttor.core.refused import Refused
from stadttor.forms.services.attaching import checked
from stadttor.ground.clock import now
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.web.render import render
from stadttor.ground.work import work
from stadttor.identity.guards import require_casework
from stadttor.records.services import file_document, open_file, put

KINDS = ("pdf", "jpeg", "png")
ACCEPT = ".pdf,.jpg,.jpeg,.png"
MOST_MB = 20
MOST_FILES = 20
INPUTS = ("files", "photos")


@require_http_methods(["GET", "POST"])
@require_casework
def add_documents(request: Any, case_id: UUID) -> HttpResponse:
    """Ask for the files and what they are; each is checked like a citizen's. The same file twice is one document."""
    found = look_at(staff=request.staff, case_id=case_id, now=now())
    if found.state in ("closed", "withdrawn"):
        raise Refused("case_ended", N_("This case has ended. Open it again before you add documents."), status=409)
    labels = _labels(found)
    if request.method == "GET":
        return _page(request, found, labels, None)
    try:
        _add(request, found, labels)
    except Refused as error:
        if error.field is None:
            raise
        return _page(request, found, labels, error)
    return back_to_case(case_id, "documents_added")


def _labels(found: CaseView) -> dict[str, str]:
    """What papers this service knows, in German as they are filed."""
    with work(found.ref.authority_id):
        known = ports.applications().vocabulary(found.ref).evidences
    return {one.key: one.text for one in known}


def _add(request: Any, found: CaseView, labels: dict[str, str]) -> None:
    """File all of them, or none when one is refused."""
    sent = [one for name in INPUTS for one in request.FILES.getlist(name)]
    if not sent:
        raise Refused("no_file", N_("Please choose a file or take a photo."), field="files")
    if len(sent) > MOST_FILES:
        raise Refused("too_many_files", N_("You can add {n} files here at most."), field="files", n=MOST_FILES)
    title = _title(request, labels)
    _file(request.staff, found, title, [_checked(one) for one in sent])


def _title(request: Any, labels: dict[str, str]) -> str:
    typed = " ".join(request.POST.get("title", "").replace("\0", "").split())[:120]
    title = labels.get(request.POST.get("evidence", ""), "")
    if typed or title:
        return typed or title
    raise Refused("untitled", N_("Please say what it is."), field="title")


def _checked(sent: Any) -> tuple[bytes, str]:
    """The bytes and their media type. Refused when it is too large, of another kind, broken, active or infected."""
    if sent.size > MOST_MB * 1_000_000:
        text = N_("This file is larger than {mb} MB. Please make a smaller photo or scan.")
        raise Refused("file_big", text, field="files", mb=MOST_MB)
    data = sent.read()
    media_type, _name = checked(data=data, name=sent.name or "", accept=KINDS, max_mb=MOST_MB, path="files")
    return data, media_type


def _file(staff: Any, found: CaseView, title: str, given: Iterable[tuple[bytes, str]]) -> None:
    authority_id, moment, actor = staff.authority_id, now(), staff.actor()
    scans = [put(authority_id=authority_id, data=data, media_type=media_type) for data, media_type in given]
    with stays(authority_id, found.id):
        open_file(authority_id=authority_id, case_id=found.id, number=found.number, title=found.title, now=moment)
        ids = [
            file_document(
                authority_id=authority_id,
                case_id=found.id,
                kind="proof",
                title=title,
                origin="clerk",
                kept=kept,
                source_key=f"scan:{kept.sha256}",
                now=moment,
                actor=actor,
            )
            for kept in scans
        ]
        note_from_outside(
            authority_id=authority_id,
            case_id=found.id,
            act="documents_added",
            actor=actor,
            details={"documents": [str(one) for one in ids]},
            public=False,
            now=moment,
        )


def _page(request: Any, found: CaseView, labels: dict[str, str], error: Refused | None) -> HttpResponse:
    with speaking(request.language):
        context = {
            "case": found,
            "evidences": [{"value": key, "label": text} for key, text in labels.items()],
            "accept": ACCEPT,
            "most": MOST_FILES,
            "posted": request.POST,
            "official": OFFICIAL,
            "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
        }
    return render(request, "site/scanning.html", context, status=422 if error else 200)
