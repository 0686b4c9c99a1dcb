"""`stadttor package import-xdf` and `export-xdf`: between a FIM data schema and a package folder."""

import argparse
import json
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

from stadttor.catalog.fim.application import json_schema, xsd
from stadttor.catalog.fim.codelists import read_code_list
from stadttor.catalog.fim.exporting import Exported, export_package
from stadttor.catalog.fim.importing import import_message
from stadttor.catalog.fim.model import Element, positions
from stadttor.catalog.fim.packaging import skeleton_of
from stadttor.catalog.fim.reading import read_message
from stadttor.catalog.fim.sidecar import FILE, from_document
from stadttor.catalog.fim.writing import write_message
from stadttor.catalog.fim.xml import MAX_BYTES
from stadttor.catalog.rules.checking import Checks, check_package
from stadttor.catalog.rules.faults import refuse
from stadttor.catalog.rules.files import Files
from stadttor.catalog.rules.strict_yaml import load
from stadttor.ground.clock import now


def imported(file: Path, folder: Path, package: str, code_lists: Sequence[Path], checks: Checks) -> int:
    """Write the package of a schema into a folder and say what is left to do. Raises PackageRefused."""
    if folder.exists() and any(folder.iterdir()):
        raise refuse(str(folder), 0, "The folder is not empty.", "Name a new folder.")
    message = read_message(_bounded(file), str(file))
    lists = [read_code_list(_bounded(path), str(path)) for path in code_lists]
    skeleton = skeleton_of(import_message(message, lists), package)
    check_package(skeleton.files, checks).accepted()
    for path, content in skeleton.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    print(f"{counted(message.root)} imported into {folder}, which passes the check.")
    print("Left to do (also in README.md):")
    for task in skeleton.tasks:
        print(f"- {task}")
    return 0


def _bounded(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def counted(root: Element) -> str:
    """How much a schema holds, in words."""
    found = [placed.element for placed in positions(root)]
    kinds = [one.kind for one in found]
    rules = len(root.rules) + sum(len(one.rules) for one in found)
    return f"{kinds.count('field')} fields, {kinds.count('group')} groups and {rules} rules of {root.id} {root.version}".rstrip()


def exported(files: Files, target: Path, checks: Checks) -> int:
    """Write schema, XSD and JSON Schema of a package. `target` is the schema's file; the others stand beside it."""
    found = export_files(files, checks)
    root = found.message.root
    written: dict[Path, bytes] = {
        target: write_message(found.message),
        target.with_suffix(".xsd"): xsd(found),
        target.with_suffix(".schema.json"): _json(json_schema(found)),
    }
    for path, content in written.items():
        path.write_bytes(content)
        print(f"{path}: {len(content):,} bytes.")
    print(f"{counted(root)}, XDatenfelder 3.0.0.")
    return 0


def export_files(files: Files, checks: Checks) -> Exported:
    """The schema of a package that passes the check. Raises PackageRefused."""
    content = check_package(files, checks).accepted()
    sidecar = from_document(load(files[FILE], FILE)) if FILE in files else None
    return export_package(content, sidecar, now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def add_arguments(commands: Any) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """The parsers of both commands."""
    to_package = commands.add_parser("import-xdf", help="make a package of a FIM data schema (XDatenfelder 2 or 3.0.0)")
    to_package.add_argument("file", type=Path)
    to_package.add_argument("--id", required=True, help="reverse domain and name, e.g. de.example.hundesteuer")
    to_package.add_argument("--to", type=Path, help="the folder to write; default: the last part of the id")
    to_package.add_argument(
        "--code-list", type=Path, action="append", default=[], help="a code list (genericode) that the schema names"
    )
    to_schema = commands.add_parser("export-xdf", help="write a package as FIM data schema, with XSD and JSON Schema")
    to_schema.add_argument("folder", type=Path)
    to_schema.add_argument("--to", type=Path, help="the schema's file; default: <folder>.xdf3.xml")
    return to_package, to_schema
