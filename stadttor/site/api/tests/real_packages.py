"""The packages of this repository as content, without a catalogue."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from stadttor.catalog.queries import AdoptedForm
from stadttor.catalog.rules.checking import Checks, check_package
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.files import read_folder

NO_LETTERS = Checks(letter=lambda kind, content: [])


def real_packages(root: Path) -> Iterator[PackageContent]:
    for manifest in sorted(root.glob("*/package.yaml")):
        yield check_package(read_folder(manifest.parent), NO_LETTERS).accepted()


def offered_by_nobody(content: PackageContent, parameters: Mapping[str, Any]) -> AdoptedForm:
    nobody = UUID(int=0)
    return AdoptedForm(
        authority_id=nobody,
        adoption_id=nobody,
        revision_id=nobody,
        slug=content.manifest.slug,
        state="live",
        version_id=nobody,
        version=content.manifest.version,
        sha256="",
        parameters=content.parameters.merged(parameters),
        content=content,
    )
