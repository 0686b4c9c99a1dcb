"""What the check says about a working copy: findings with the way to their place, examples with their result."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.http import urlencode

from stadttor.catalog.services.drafting import Fault, Report
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _
from stadttor.studio.pages.inputs import KINDS
from stadttor.studio.pages.sides import read
from stadttor.studio.queries import CopyRow
from stadttor.studio.rules.findings import said
from stadttor.studio.rules.parts import Part, Target, every, outline, text_at
from stadttor.studio.services.checking import looked_over_as
from stadttor.studio.services.draft import GERMAN
from stadttor.studio.services.shaping import FORM

_PATH = re.compile(r"`(pages(?:\.[\w-]+)+)`")


def part_url(copy_id: UUID, target: Target, done: str = "") -> str:
    """Where a part is edited."""
    return (
        url("studio:part", copy_id=copy_id) + "?" + urlencode({"part": str(target), **({"done": done} if done else {})})
    )


@dataclass(frozen=True)
class Looked:
    """The check of one state of the files. `passed` and `examples` count the package's own tests."""

    report: Report
    findings: tuple[dict[str, Any], ...]
    examples: tuple[dict[str, Any], ...]

    @property
    def passed(self) -> int:
        return sum(bool(one["passed"]) for one in self.examples)

    def of_file(self, path: str) -> list[dict[str, Any]]:
        """The findings in one file."""
        return [one for one in self.findings if one["file"] == path]


def look(copy: CopyRow, files: Mapping[str, bytes]) -> Looked:
    """Check the files and run the examples."""
    report = looked_over_as(copy.package, files)
    parts = _Parts(copy.id, files)
    findings = tuple({**_finding(copy.id, one), "part": parts.named_in(one)} for one in report.faults)
    return Looked(report, findings, tuple(_examples(copy.id, report)))


class _Parts:
    """The pages, groups and fields of a copy, read when a finding is in one of them."""

    def __init__(self, copy_id: UUID, files: Mapping[str, bytes]) -> None:
        self._copy_id, self._files = copy_id, files

    def named_in(self, fault: Fault) -> dict[str, str] | None:
        """The innermost part a finding is in, by its German words, with its page; none for a finding elsewhere."""
        path = _PATH.search(fault.text) if fault.file == FORM else None
        place = tuple(int(one) if one.isdecimal() else one for one in path[1].split(".")) if path else ()
        part = next(
            (one for one in reversed(self._every) if one.target.name and place[: len(one.place)] == one.place), None
        )
        if not place or part is None:
            return None
        target = part.target
        words = text_at(self._german, *target.text_place, "label" if target.field else "title")
        return {"kind": _(KINDS[target.kind]), "name": words or target.name, "href": part_url(self._copy_id, target)}

    @cached_property
    def _every(self) -> list[Part]:
        return list(every(outline(read(self._files, FORM))))

    @cached_property
    def _german(self) -> object:
        return read(self._files, GERMAN)


def _finding(copy_id: UUID, fault: Fault) -> dict[str, Any]:
    is_file = "." in fault.file.strip(".")
    address = url("studio:file", copy_id=copy_id, file=fault.file) if is_file else ""
    if address and fault.line:
        address += f"?line={fault.line}"
    place = _("{file}, line {line}", file=fault.file, line=fault.line) if fault.line else fault.file
    return {"file": fault.file, "place": place, "text": said(fault.text), "mend": said(fault.mend), "href": address}


def _examples(copy_id: UUID, report: Report) -> list[dict[str, Any]]:
    if report.content is None:
        return []
    return [
        {
            "title": str(one.data.get("title") or one.file),
            "href": url("studio:file", copy_id=copy_id, file=one.file),
            "passed": not (wrong := [fault.text for fault in report.faults if fault.file == one.file]),
            "wrong": [said(one) for one in wrong],
        }
        for one in report.content.examples
    ]
