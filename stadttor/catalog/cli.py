"""`stadttor package …`: what publishers do with a package at their desk. Exit code 1 when anything is wrong."""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from stadttor.catalog import archive as archives
from stadttor.catalog import signing
from stadttor.catalog.checks import house_checks
from stadttor.catalog.fim import cli as fim
from stadttor.catalog.rules import limits
from stadttor.catalog.rules.checking import Report, check_package
from stadttor.catalog.rules.faults import PackageRefused, refuse
from stadttor.catalog.rules.files import Files, read_folder
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.services.drafting import SKELETON, SKELETON_ID
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now


def main(argv: Sequence[str]) -> int:
    """Run one command. 0 done, 1 refused (every fault is printed), 2 wrong use."""
    parser = _parser()
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as exit_:
        return int(exit_.code or 0)
    try:
        return int(arguments.run(arguments))
    except PackageRefused as refused:
        return _print_faults(refused)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="stadttor package", description="Service packages: write, check, sign, publish."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    new = commands.add_parser("new", help="write a package that works, to begin with")
    new.add_argument("folder", type=Path)
    new.add_argument("--id", required=True, help="reverse domain and name, e.g. de.example.hundesteuer")
    new.set_defaults(run=_new)
    check = commands.add_parser("check", help="find every fault and run the package's examples")
    check.add_argument("folder", type=Path)
    check.set_defaults(run=_check)
    build = commands.add_parser("build", help="check, then write the signed archive")
    build.add_argument("folder", type=Path)
    build.add_argument("--key", type=Path, required=True, help="the private key that `keygen` wrote")
    build.add_argument("--to", type=Path, help="the archive to write; default: <name>-<version>.stadttor.zip")
    build.set_defaults(run=_build)
    verify = commands.add_parser("verify", help="say who signed an archive and whether it is unchanged")
    verify.add_argument("archive", type=Path)
    verify.add_argument(
        "--trust", type=Path, action="append", help="trust file of a publisher; default: this installation's"
    )
    verify.set_defaults(run=_verify)
    publish = commands.add_parser("publish", help="put a signed archive into this installation's catalogue")
    publish.add_argument("archive", type=Path)
    publish.add_argument(
        "--private", action="store_true", help="for this installation alone: not in its catalogue for others"
    )
    publish.set_defaults(run=_publish)
    keygen = commands.add_parser("keygen", help="make a signing key and its trust file")
    keygen.add_argument("key", type=Path, help="file for the private key; the trust file gets the ending .trust.json")
    keygen.add_argument("--publisher", required=True)
    keygen.add_argument("--namespace", required=True, help="reverse domain that the key may sign for, e.g. de.example")
    keygen.set_defaults(run=_keygen)
    trust = commands.add_parser("trust", help="accept packages of a publisher in this installation")
    trust.add_argument("file", type=Path, help="the publisher's trust file")
    trust.set_defaults(run=_trust)
    revoke = commands.add_parser("revoke", help="trust a publisher's key no more, and name what rests on it")
    revoke.add_argument("kid", help="the key's name, as `keys` prints it")
    revoke.set_defaults(run=_revoke)
    to_package, to_schema = fim.add_arguments(commands)
    to_package.set_defaults(run=_import_xdf)
    to_schema.set_defaults(run=_export_xdf)
    commands.add_parser("keys", help="list the keys this installation trusts or trusted").set_defaults(run=_keys)
    return parser


def _import_xdf(arguments: argparse.Namespace) -> int:
    folder = arguments.to or Path(arguments.id.rsplit(".", 1)[-1])
    return fim.imported(arguments.file, folder, arguments.id, arguments.code_list, house_checks())


def _export_xdf(arguments: argparse.Namespace) -> int:
    files = read_folder(arguments.folder)
    target = arguments.to or Path(f"{arguments.folder.resolve().name}.xdf3.xml")
    return fim.exported(files, target, house_checks())


def _print_faults(refused: PackageRefused) -> int:
    for fault in refused.faults:
        print(fault, file=sys.stderr)
    count = len(refused.faults)
    print("1 fault." if count == 1 else f"{count} faults.", file=sys.stderr)
    return 1


def _new(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.folder
    if folder.exists() and any(folder.iterdir()):
        raise refuse(str(folder), 0, "The folder is not empty.", "Name a new folder.")
    for path, content in skeleton(arguments.id).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    print(f"{folder} is ready. Next: stadttor package check {folder}")
    return 0


def skeleton(package_id: str) -> dict[str, bytes]:
    """The files of a new package with this id, which pass the check. Raises PackageRefused for an unusable id."""
    files = read_folder(SKELETON)
    manifest = files["package.yaml"].replace(SKELETON_ID.encode(), package_id.encode())
    changed = files | {"package.yaml": manifest}
    check_package(changed, house_checks()).accepted()
    return changed


def _checked(folder: Path) -> tuple[Files, Report, Manifest]:
    files = read_folder(folder)
    report = check_package(files, house_checks())
    return files, report, report.accepted().manifest


def _check(arguments: argparse.Namespace) -> int:
    _, report, manifest = _checked(arguments.folder)
    content = report.accepted()
    print(f"{manifest.id} {manifest.version}: no faults.")
    print(
        f"{len(content.form.fields)} fields, {len(content.letters)} letters, {len(content.examples)} examples passed."
    )
    _print_missing(report.missing)
    return 0


def _print_missing(missing: Mapping[str, Sequence[str]]) -> None:
    for language, keys in missing.items():
        some = ", ".join(keys[:5]) + (" …" if len(keys) > 5 else "")
        print(f"{language}: {len(keys)} texts are still German: {some}" if keys else f"{language}: complete.")


def _build(arguments: argparse.Namespace) -> int:
    files, _, manifest = _checked(arguments.folder)
    key = signing.read_key(arguments.key.read_bytes())
    if not key.is_private:
        raise refuse(str(arguments.key), 0, "This is a public key.", "Give the private key.")
    archive = signing.build(files, manifest.id, manifest.version, key)
    target = arguments.to or Path(f"{manifest.slug}-{manifest.version}.stadttor.zip")
    target.write_bytes(archive)
    print(f"{target}: {len(archive):,} bytes, signed by {key.thumbprint()}.")
    return 0


def _archive(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(limits.ARCHIVE_BYTES + 1)


def _verify(arguments: argparse.Namespace) -> int:
    from stadttor.catalog.queries import trusted_keys

    trusted = [_read_trust(path) for path in arguments.trust] if arguments.trust else trusted_keys()
    verified = signing.verify(_archive(arguments.archive), trusted)
    print(
        f"{verified.id} {verified.version}, unchanged, signed by {verified.signer.publisher} ({verified.signer.kid})."
    )
    return 0


def _publish(arguments: argparse.Namespace) -> int:
    from stadttor.catalog.services import publish

    published = publish(archive=_archive(arguments.archive), now=now(), private=arguments.private)
    print(f"{published.package} {published.version} is {'now' if published.is_new else 'already'} in the catalogue.")
    return 0


def _keygen(arguments: argparse.Namespace) -> int:
    key = signing.new_key()
    public = dict(key.as_dict(private=False))
    trust = archives.TrustedKey(public, arguments.publisher, arguments.namespace)
    handle = os.open(arguments.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(signing.key_file(key))
    target = arguments.key.with_suffix(".trust.json")
    content = {"publisher": trust.publisher, "namespace": trust.namespace, "public_jwk": public}
    target.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    print(f"{arguments.key} is secret: keep it. {target} is for everybody who shall trust it.")
    return 0


def _trust(arguments: argparse.Namespace) -> int:
    from stadttor.catalog.services import trust_key

    key = _read_trust(arguments.file)
    trust_key(key, now=now())
    print(f"Packages of {key.publisher} below {key.namespace} are accepted from now on.")
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    from stadttor.catalog.services import revoke_key

    found = revoke_key(arguments.kid, actor=SYSTEM, now=now())
    print(f"{arguments.kid} is trusted no more: nothing signed with it is published or adopted from now on.")
    for one in found:
        print(f"  still in use: {one.authority}: {one.package} {one.version} ({one.state})")
    return 0


def _keys(arguments: argparse.Namespace) -> int:
    from stadttor.catalog.queries import keys

    for one in keys():
        state = f"revoked on {one.revoked_at:%Y-%m-%d}" if one.revoked_at else "trusted"
        print(f"{one.kid}  {one.publisher}, below {one.namespace}, {state}")
    return 0


def _read_trust(path: Path) -> archives.TrustedKey:
    try:
        found = json.loads(path.read_text())
        key = archives.TrustedKey(found["public_jwk"], str(found["publisher"]), str(found["namespace"]))
        signing.read_key(json.dumps(key.public_jwk))
    except (ValueError, KeyError, TypeError):
        raise refuse(str(path), 0, "This is not a trust file.", "Ask the publisher for it.") from None
    if "d" in key.public_jwk:
        raise refuse(str(path), 0, "This file holds a private key.", "Ask the publisher for the trust file.")
    return key
