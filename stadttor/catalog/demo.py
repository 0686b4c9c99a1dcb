"""Packages for the demo: every folder of packages/ signed with a key made on this machine, labelled as a demo key."""

import os
from datetime import datetime
from pathlib import Path

from joserfc.jwk import OKPKey

from stadttor.catalog import archive as archives
from stadttor.catalog import signing
from stadttor.catalog.queries import newest_version
from stadttor.catalog.rules.faults import PackageRefused
from stadttor.catalog.rules.files import read_folder
from stadttor.catalog.rules.manifest_check import parse_manifest
from stadttor.catalog.rules.semver import parse_version
from stadttor.catalog.rules.strict_yaml import load
from stadttor.catalog.services import Published, publish, trust_key

PUBLISHER = "Stadttor-Redaktion"
NAMESPACE = "de.stadttor"
KEY_FILE = "demo-publisher.jwk"


def load_packages(root: Path, *, keys: Path, now: datetime) -> list[Published]:
    """Publish every package folder below `root`; `keys` is the folder that holds the demo key. Safe to repeat.

    Raises PackageRefused with all faults of the first package that has any.
    """
    key = _demo_key(keys / KEY_FILE)
    trust_key(archives.TrustedKey(dict(key.as_dict(private=False)), PUBLISHER, NAMESPACE), now=now, is_demo=True)
    folders = sorted(path.parent for path in root.glob("*/package.yaml"))
    return [one for folder in folders if (one := _publish(folder, key, now))]


def _publish(folder: Path, key: OKPKey, now: datetime) -> Published | None:
    """Sign and publish; all of it is checked there, and only when it is new. None where the studio has gone beyond it."""
    files = read_folder(folder)
    manifest, faults = parse_manifest(load(files["package.yaml"], "package.yaml"))
    if manifest is None:
        raise PackageRefused(faults)
    newest = newest_version(manifest.id)
    if newest and parse_version(newest) > manifest.semver:
        return None
    return publish(archive=signing.build(files, manifest.id, manifest.version, key), now=now)


def _demo_key(path: Path) -> OKPKey:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return signing.read_key(path.read_bytes())
    with os.fdopen(handle, "w") as file:
        file.write(signing.key_file(signing.new_key()))
    return signing.read_key(path.read_bytes())
