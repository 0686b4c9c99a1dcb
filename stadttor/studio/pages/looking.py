"""What the check says about a working copy: findings with the way to their place, examples with their result."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from stadttor.catalog.services.drafting import Fault, Report
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _
from stadttor.studio.queries import CopyRow
from stadttor.studio.rules.findings import said
from stadttor.studio.services.checking import looked_over_as


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
    findings = tuple(_finding(copy.id, one) for one in report.faults)
    return Looked(report, findings, tuple(_examples(copy.id, report)))


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
