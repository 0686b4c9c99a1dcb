"""Packages for tests: the skeleton that `stadttor package new` writes, with changes."""

from datetime import datetime
from uuid import UUID

import pytest

from stadttor.catalog import archive as archives
from stadttor.catalog import services, signing
from stadttor.catalog.cli import SKELETON
from stadttor.catalog.rules.checking import Checks, Report, check_package
from stadttor.catalog.rules.faults import PackageRefused
from stadttor.catalog.rules.files import read_folder
from stadttor.ground.actor import Actor

NAME = "de.example.muster"
ADLER = Actor("staff", UUID(int=7), "Frau Adler")
KEY = signing.new_key()
TRUST = archives.TrustedKey(dict(KEY.as_dict(private=False)), "Muster-Redaktion", "de.example")
NO_LETTERS = Checks(letter=lambda kind, content: [])


def a_package(**changes: bytes | tuple[str, str] | None) -> dict[str, bytes]:
    """The skeleton; `form=("old", "new")` replaces text in form.yaml, bytes replace the file, None removes it.

    Names: package, form, fees, texts, neu (an example), process.
    """
    paths = {
        "package": "package.yaml", "form": "form.yaml", "fees": "fees.yaml", "texts": "texts/de.yaml",
        "neu": "examples/neu.yaml", "process": "process.bpmn",
    }  # fmt: skip
    files = {path: content for path, content in read_folder(SKELETON).items() if not path.startswith("letters/")}
    for name, change in changes.items():
        path = paths[name]
        if isinstance(change, tuple):
            assert change[0].encode() in files[path]
            files[path] = files[path].replace(change[0].encode(), change[1].encode())
        elif change is None:
            del files[path]
        else:
            files[path] = change
    return files


def checked(files: dict[str, bytes]) -> Report:
    return check_package(files, NO_LETTERS)


def faults_of(files: dict[str, bytes]) -> str:
    """Every fault, one a line; fails when there is none."""
    with pytest.raises(PackageRefused) as caught:
        checked(files).accepted()
    return str(caught.value)


def published(now: datetime, version: str = "0.1.0", files: dict[str, bytes] | None = None) -> services.Published:
    """A version in the catalogue, signed by a trusted key."""
    services.trust_key(TRUST, now=now)
    found = files or a_package(package=("version: 0.1.0", f"version: {version}"))
    return services.publish(archive=signing.build(found, NAME, version, KEY), now=now)


def adopted(authority_id: UUID, now: datetime, *, live: bool = True, **parameters: object) -> UUID:
    """The skeleton, adopted; gives the adoption's id."""
    version_id = published(now).version_id
    adoption_id = services.adopt(
        authority_id=authority_id, version_id=version_id, parameters=parameters, actor=ADLER, now=now
    )
    if live:
        services.go_live(authority_id=authority_id, adoption_id=adoption_id, actor=ADLER, now=now)
    return adoption_id
