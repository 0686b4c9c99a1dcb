"""The product's packages in the catalogue of a run, without setting their letters: nobody looks at one here, and it takes long."""

from datetime import datetime
from uuid import UUID

import yaml

from stadttor.core.trust import Trust
from tests.measuring.circumstances import ROOT

PACKAGES = ROOT / "packages"


def names() -> list[str]:
    return sorted(path.parent.name for path in PACKAGES.glob("*/package.yaml"))


def publish(package: str, now: datetime, *, slug: str = "", trust: Trust | None = None) -> UUID:
    """The package, under another name or with another level where one is given; gives the version's id."""
    from stadttor.catalog import archive as archives
    from stadttor.catalog import signing
    from stadttor.catalog.queries import trusted_keys
    from stadttor.catalog.rules.checking import Checks, check_package
    from stadttor.catalog.rules.files import read_folder
    from stadttor.catalog.services import trust_key
    from stadttor.catalog.services.publishing import _store
    from stadttor.ground.work import common

    key = signing.new_key()
    trust_key(archives.TrustedKey(dict(key.as_dict(private=False)), "Identity", "de.stadttor"), now=now)
    files = read_folder(PACKAGES / package)
    manifest = yaml.safe_load(files["package.yaml"])
    manifest |= {"id": f"de.stadttor.{slug or package}", "trust": trust or manifest["trust"]}
    files["package.yaml"] = yaml.safe_dump(manifest, allow_unicode=True, sort_keys=False).encode()
    archive = signing.build(files, manifest["id"], manifest["version"], key)
    content = check_package(files, Checks()).accepted()
    with common(write=True):
        return _store(archive, signing.verify(archive, trusted_keys()), content, now).version_id
