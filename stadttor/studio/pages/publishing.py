"""What differs from the published version, in words; asking for the next one, agreeing, taking back."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.catalog.queries import VersionRow, newest_version, versions
from stadttor.catalog.services.drafting import Compared, compared, raised
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.formats import moment
from stadttor.ground.web.language import N_, _, ngettext
from stadttor.ground.web.render import render
from stadttor.identity.guards import prove_before_access
from stadttor.studio import queries
from stadttor.studio.pages.guard import for_publishers
from stadttor.studio.pages.looking import Looked, look
from stadttor.studio.pages.saving import seen_in, trail
from stadttor.studio.pages.sides import sides_of
from stadttor.studio.queries import CopyRow, PublisherRow
from stadttor.studio.queries.publications import PublicationRow, publication
from stadttor.studio.rules.findings import said_line
from stadttor.studio.rules.publishing import HIGHER, is_stuck, may_follow
from stadttor.studio.services import publishing as services

STEPS = {
    "patch": N_("Only words: {version}"),
    "minor": N_("Something is added or different, and everything there stays usable: {version}"),
    "major": N_("Something goes, or is asked in another way: {version}"),
}
STUCK = N_("Version {version} could not be published so far. It is tried again by itself; the wish can be taken back.")
STATES = {
    "asked": N_("{name} wants to publish version {version} ({moment}). Somebody else must agree."),
    "confirmed": N_("Version {version} is being signed and published. Look again in a moment."),
    "published": N_("Version {version} is published."),
    "refused": N_("Version {version} was not published."),
    "withdrawn": N_("The wish to publish version {version} was taken back."),
}
KINDS = {"asked": "info", "confirmed": "info", "published": "success", "refused": "danger", "withdrawn": "info"}


@require_http_methods(["GET", "POST"])
@for_publishers
@prove_before_access
def publish(request: Any, publisher: PublisherRow, copy_id: UUID) -> HttpResponse:
    """The difference, and what may be done about it now."""
    copy = queries.copy(publisher.authority_id, copy_id)
    if request.method == "POST":
        try:
            _act(request, publisher, copy_id)
            return HttpResponseRedirect(url("studio:publish", copy_id=copy_id), status=303)
        except Refused as error:
            if error.status == 404:
                raise
            return _page(request, publisher, queries.copy(publisher.authority_id, copy_id), error)
    return _page(request, publisher, copy, None)


def _act(request: Any, publisher: PublisherRow, copy_id: UUID) -> None:
    act, actor = request.POST.get("act", ""), request.staff.actor()
    if act == "ask":
        services.ask_to_publish(
            publisher=publisher, copy_id=copy_id, seen=seen_in(request), step=request.POST.get("step", ""), actor=actor,
            now=now(),
        )  # fmt: skip
        return
    verbs = {"agree": services.confirm_publication, "take-back": services.take_back_publication}
    try:
        publication_id = UUID(request.POST.get("publication", ""))
    except ValueError:
        raise not_found() from None
    if act not in verbs:
        raise not_found()
    verbs[act](publisher=publisher, copy_id=copy_id, publication_id=publication_id, actor=actor, now=now())


def _page(request: Any, publisher: PublisherRow, copy: CopyRow, error: Refused | None) -> HttpResponse:
    row = publication(publisher.authority_id, copy.id)
    revision = row.revision if row and row.is_open else copy.revision
    files = queries.files(publisher.authority_id, copy.id, revision)
    stuck = bool(row and row.state == "confirmed" and is_stuck(row.confirmed_at, now()))
    looked = look(copy, files)
    newest = newest_version(copy.package)
    before = next((one for one in versions() if (one.package, one.version) == (copy.package, newest)), None)
    found = compared(before.id, files, looked.report.content) if before and looked.report.content else None
    steps = _steps(before, found)
    context = {
        "copy": copy,
        "trail": trail(copy.id, copy.title, _("Publish")),
        "looked": looked,
        "before": before,
        "is_behind": bool(before and copy.based_on != before.version),
        "sentences": [*(found.sentences if found else ()), *(_languages(files, before) if before and found else ())],
        "found": found,
        "first": _first(looked) if before is None else "",
        "steps": steps,
        "chosen": request.POST.get("step") or (steps[0]["value"] if steps else ""),
        "publication": row,
        "problems": [said_line(line) for line in row.problem.splitlines()] if row else [],
        "state": _state(row, stuck),
        "may_take_back": stuck or bool(row and row.state == "asked"),
        "kind": KINDS[row.state] if row else "",
        "may_agree": bool(row and row.state == "asked" and row.asked_by_id != request.staff.id),
        "four_eyes": publisher.four_eyes,
        "is_demo": bool(before and before.is_demo),
        "error": {"field": error.field or "step", "text": _(error.text, **error.values)} if error else None,
    }
    return render(request, "studio/publish.html", context, status=error.status if error else 200)


def _state(row: PublicationRow | None, stuck: bool) -> str:
    if row is None:
        return ""
    return _(STUCK if stuck else STATES[row.state], name=row.asked_by, version=row.version, moment=moment(row.asked_at))


def _steps(before: VersionRow | None, found: Compared | None) -> list[dict[str, str]]:
    """The steps that are high enough, the smallest first."""
    if before is None or found is None or found.step == "same":
        return []
    return [
        {"value": name, "label": _(STEPS[name], version=raised(before.version, step))}
        for name, step in HIGHER.items()
        if may_follow(name, found.step)
    ]


def _first(looked: Looked) -> str:
    return looked.report.content.manifest.version if looked.report.content else ""


def _languages(files: dict[str, bytes], before: VersionRow) -> list[str]:
    """How many texts read differently, language by language; German ones are counted by the catalogue's own sentence."""
    from stadttor.catalog.services.drafting import files_of

    now_said, then_said = (
        {(tag, row.key): text for row in sides_of(one).rows for tag, text in row.said.items()}
        for one in (files, files_of(before.id))
    )
    counts: dict[str, int] = {}
    for place in now_said.keys() | then_said.keys():
        if now_said.get(place) != then_said.get(place) and place[0] != "de":
            counts[place[0]] = counts.get(place[0], 0) + 1
    return [
        _("{language}: {texts}", language=tag, texts=ngettext("one text differs", "{count} texts differ", count))
        for tag, count in sorted(counts.items())
    ]
