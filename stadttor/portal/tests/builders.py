"""The product's own packages as an authority offers them, and a journey through one, without a database."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from stadttor.catalog.queries import AdoptedForm
from stadttor.catalog.rules.content import PackageContent, read_package
from stadttor.catalog.rules.files import read_folder
from stadttor.catalog.rules.manifest import published_manifest
from stadttor.forms.queries import DraftRow
from stadttor.portal.journey import Journey

PACKAGES = Path(__file__).resolve().parents[3] / "packages"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@lru_cache
def content(name: str) -> PackageContent:
    found = read_package(read_folder(PACKAGES / name), published_manifest).content
    assert found is not None
    return found


class Alone(AdoptedForm):
    """As an authority offers it that serves one place only: no address picks anything."""

    def for_answers(self, _answers: Mapping[str, Any]) -> AdoptedForm:
        return self


def offered(name: str = "bewohnerparkausweis", **parameters: Any) -> AdoptedForm:
    """The package with its defaults and these settings over them."""
    found = content(name)
    return Alone(
        authority_id=UUID(int=1),
        adoption_id=UUID(int=2),
        revision_id=UUID(int=3),
        slug=name,
        state="live",
        version_id=UUID(int=4),
        version=found.manifest.version,
        sha256="",
        parameters=found.parameters.merged(parameters),
        content=found,
    )


def journey(form: AdoptedForm, answers: dict[str, Any], language: str = "de") -> Journey:
    """Amira's way through the form, with these answers so far."""
    draft = DraftRow(
        id=UUID(int=5),
        service=form.slug,
        adoption_id=form.adoption_id,
        revision_id=form.revision_id,
        language=language,
        answers=answers,
        email="",
        revision=1,
        edited=NOW,
        expires=NOW + timedelta(days=30),
        submission_id=None,
    )
    return Journey(draft, form, language, NOW)
