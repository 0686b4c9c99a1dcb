"""The texts of a copy's files, side by side."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from stadttor.catalog.services.drafting import PackageRefused, load
from stadttor.core.languages import LANGUAGES
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _, ngettext
from stadttor.studio.rules.texts import OFFICIAL, Sides, sides


def read(files: Mapping[str, bytes], path: str) -> Any:
    """The data of a YAML file; None when it cannot be read, nothing when it is not there."""
    if not files.get(path, b"").strip():
        return {}
    try:
        return load(files[path], path, with_lines=False).data
    except PackageRefused:
        return None


def sides_of(files: Mapping[str, bytes]) -> Sides:
    """All texts in the languages that package.yaml names; those of which there is a file, when it cannot be read."""
    manifest = read(files, "package.yaml")
    manifest = manifest if isinstance(manifest, dict) else {}
    named = manifest.get("languages")
    there = [path[len("texts/") : -len(".yaml")] for path in sorted(files) if path.startswith("texts/")]
    tags = [one for one in named if isinstance(one, str)] if isinstance(named, list) else there
    tags = list(dict.fromkeys([OFFICIAL, *tags]))
    permit = manifest.get("permit")
    letter = permit.get("letter") if isinstance(permit, dict) else None
    return sides(
        tags, {tag: read(files, f"texts/{tag}.yaml") for tag in tags}, letter if isinstance(letter, str) else ""
    )


def language_counts(copy_id: UUID, files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Each language with what is missing in it and the way there."""
    found = sides_of(files)
    address = url("studio:texts", copy_id=copy_id)
    rows = []
    for tag in found.languages:
        count = found.missing.get(tag, 0)
        if tag in found.unreadable:
            note = _("This file cannot be read")
        elif tag == OFFICIAL:
            note = ngettext("one text", "{count} texts", sum(bool(row.said.get(OFFICIAL)) for row in found.rows))
        else:
            note = (
                ngettext("one text is still German", "{count} texts are still German", count)
                if count
                else _("complete")
            )
        only = f"&missing={tag}" if count else ""
        rows.append(
            {"tag": tag, "known": tag in LANGUAGES, "note": note, "count": count, "href": f"{address}?in={tag}{only}"}
        )
    return rows
