"""Texts side by side: each in all languages, what is missing marked, saved text by text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from stadttor.catalog.services.drafting import PackageRefused, put
from stadttor.core.languages import LANGUAGES
from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.blocks import page_of
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.studio import queries, services
from stadttor.studio.pages.guard import for_publishers
from stadttor.studio.pages.saving import Both, crossed, is_alone, not_saved, saved, seen_in, text_in, trail
from stadttor.studio.pages.sides import language_counts, sides_of
from stadttor.studio.queries import CopyRow, PublisherRow
from stadttor.studio.rules.copies import Contents, Crossed
from stadttor.studio.rules.texts import OFFICIAL, Sides, TextRow

PAGE = 12
TRIES = 3
LONGEST = 100
ANY = "any"
SHORT = 60

Typed = dict[tuple[str, str], str]
"""New texts by (language, key)."""


@dataclass(frozen=True)
class Asked:
    """Which texts are shown: `only` one language beside German, `missing` in that one or in any, with these words."""

    only: str = ""
    missing: str = ""
    words: str = ""

    def shows(self, row: TextRow, languages: tuple[str, ...]) -> bool:
        if self.missing and not row.missing(languages if self.missing == ANY else [self.missing]):
            return False
        words = self.words.casefold()
        return not words or words in row.key.casefold() or any(words in said.casefold() for said in row.said.values())


@require_http_methods(["GET", "POST"])
@for_publishers
def texts(request: Any, publisher: PublisherRow, copy_id: UUID) -> HttpResponse:
    """Shown as asked for; saved with all that was typed."""
    copy = queries.copy(publisher.authority_id, copy_id)
    if request.method == "POST":
        return _post(request, copy)
    return _page(request, copy, None)


def _asked(request: Any, found: Sides) -> Asked:
    only, missing = request.GET.get("in", ""), request.GET.get("missing", "")
    return Asked(
        only if only in found.languages else "",
        missing if missing in (*found.languages, ANY) else "",
        request.GET.get("q", "").strip()[:LONGEST],
    )


def _page(request: Any, copy: CopyRow, error: Refused | None) -> HttpResponse:
    files = queries.files(request.authority.id, copy.id, copy.revision)
    found = sides_of(files)
    asked = _asked(request, found)
    shown = [tag for tag in found.languages if tag in (OFFICIAL, asked.only)] if asked.only else list(found.languages)
    shown = [tag for tag in shown if tag not in found.unreadable]
    rows = [row for row in found.rows if asked.shows(row, found.languages)]
    number = request.GET.get("page", "1")
    path = url("studio:texts", copy_id=copy.id)
    query = {"in": asked.only, "missing": asked.missing, "q": asked.words}
    page = page_of(
        len(rows), int(number) if number.isdecimal() and len(number) < 6 else 1, size=PAGE, path=path,
        query={key: value for key, value in query.items() if value},
    )  # fmt: skip
    names = [{"value": tag, "label": LANGUAGES[tag].name if tag in LANGUAGES else tag} for tag in found.languages]
    context = {
        "copy": copy,
        "trail": trail(copy.id, copy.title, _("Texts")),
        "languages": language_counts(copy.id, files),
        "unreadable": [
            (tag, url("studio:file", copy_id=copy.id, file=f"texts/{tag}.yaml")) for tag in found.unreadable
        ],
        "asked": asked,
        "names": [one for one in names if one["value"] != OFFICIAL],
        "page": page,
        "rows": [
            {"key": row.key, "texts": [_side(request, row, tag, error is not None) for tag in shown if _has(row, tag)]}
            for row in rows[(page.number - 1) * PAGE : page.number * PAGE]
        ],
        "seen": request.POST.get("seen", "") if error else copy.revision,
        "is_saved": request.GET.get("done") == "saved",
        "error": {"field": "", "text": _(error.text, **error.values)} if error else None,
    }
    return render(request, "studio/texts.html", context, status=error.status if error else 200)


def _has(row: TextRow, tag: str) -> bool:
    """What only staff read has no other languages."""
    return tag == OFFICIAL or not row.for_staff or tag in row.said


def _side(request: Any, row: TextRow, tag: str, was_refused: bool) -> dict[str, Any]:
    name = f"{tag}:{row.key}"
    said = row.said.get(tag, "")
    return {
        "name": name,
        "tag": tag,
        "known": tag in LANGUAGES,
        "text": text_in(request.POST.get(name, said)) if was_refused else said,
        "missing": bool(row.missing([tag])),
        "rows": 1 if len(row.said.get(OFFICIAL, said)) <= SHORT else 4,
    }


# What was typed


def _post(request: Any, copy: CopyRow) -> HttpResponse:
    """Only texts that differ from what the page showed count as typed, so that two editors meet at the same text alone."""
    then = sides_of(queries.files(request.authority.id, copy.id, seen_in(request)))
    typed = _typed(request, then)
    alone = is_alone(request)
    address = request.get_full_path()
    address += ("&" if "?" in address else "?") + "done=saved" if "done=saved" not in address else ""
    try:
        for _try in range(TRIES):
            copy = queries.copy(request.authority.id, copy.id)
            if alone and copy.revision != seen_in(request):
                # The page still shows what another one changed: it must be loaded anew before it saves more.
                raise Crossed((), copy.revision, copy.changed_by)
            files = queries.files(request.authority.id, copy.id, copy.revision)
            both, contents = _merged(files, then, typed)
            if both:
                return _crossed(request, copy, typed, both)
            try:
                revision = services.save(
                    authority_id=request.authority.id, copy_id=copy.id, seen=copy.revision, contents=contents,
                    actor=request.staff.actor(), now=now(), alone=alone,
                )  # fmt: skip
                return saved(request, revision, address)
            except Crossed:
                continue  # somebody was faster by a moment: merged anew with what she wrote
        raise Crossed((), copy.revision, copy.changed_by)
    except Refused as error:
        if answer := not_saved(request, error):
            return answer
        return _page(request, copy, error)


def _typed(request: Any, then: Sides) -> Typed:
    found: Typed = {}
    for row in then.rows:
        for tag in then.languages:
            name = f"{tag}:{row.key}"
            if name in request.POST:
                text = text_in(request.POST[name])
                if text != row.said.get(tag, ""):
                    found[tag, row.key] = text
    return found


def _merged(files: Mapping[str, bytes], then: Sides, typed: Typed) -> tuple[list[Both], Contents]:
    """What met another one's text, and the files with everything else. Refused when a file cannot take a text."""
    now_there = {row.key: row for row in sides_of(files).rows}
    before = {row.key: row for row in then.rows}
    both: list[Both] = []
    contents: dict[str, bytes] = {}
    for (tag, key), text in typed.items():
        row = now_there.get(key, before[key])
        there, was = row.said.get(tag, ""), before[key].said.get(tag, "")
        if there not in (was, text):
            both.append(Both(f"{tag}:{key}", f"{key} ({tag})", there, text))
            continue
        path = f"texts/{tag}.yaml"
        try:
            contents[path] = put(contents.get(path, files.get(path, b"")), path, row.place, text)
        except PackageRefused as refused:
            reason = f"{key} ({tag}): {refused.faults[0].text} {refused.faults[0].mend}"
            raise Refused("text_refused", "{reason}", reason=reason) from refused
    return both, contents


def _crossed(request: Any, copy: CopyRow, typed: Typed, both: list[Both]) -> HttpResponse:
    error = Crossed((), copy.revision, copy.changed_by)
    if answer := not_saved(request, error):
        return answer
    shown = {one.name for one in both}
    rest = {f"{tag}:{key}": text for (tag, key), text in typed.items() if f"{tag}:{key}" not in shown}
    return crossed(request, copy, error, both, rest)
