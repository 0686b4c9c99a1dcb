"""Packages that are still written: begun, checked, compared, signed. Loaded by the studio's pages and jobs alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as Folder
from uuid import UUID

from stadttor.catalog.archive import open_archive
from stadttor.catalog.models import PackageVersion
from stadttor.catalog.rules.checking import Checks, Report, check_package
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.differences import compare, needed_step
from stadttor.catalog.rules.faults import Fault, PackageRefused
from stadttor.catalog.rules.files import Files, check_files, check_path, read_folder
from stadttor.catalog.rules.rearranging import add_item, move_item, swap_items, take_away
from stadttor.catalog.rules.renaming import mention_of, renamed
from stadttor.catalog.rules.rewriting import put
from stadttor.catalog.rules.semver import Step, raised
from stadttor.catalog.rules.strict_yaml import Document, Path, load
from stadttor.catalog.rules.texts import OFFICIAL
from stadttor.catalog.stored import content_by_id
from stadttor.catalog.wording import difference
from stadttor.core.refused import not_found
from stadttor.ground.work import common

__all__ = [
    "OFFICIAL",
    "SKELETON",
    "SKELETON_ID",
    "Compared",
    "Document",
    "Fault",
    "Files",
    "PackageContent",
    "PackageRefused",
    "Path",
    "Report",
    "add_item",
    "check_files",
    "check_path",
    "compared",
    "files_of",
    "letter_of",
    "load",
    "looked_over",
    "mention_of",
    "move_item",
    "put",
    "raised",
    "renamed",
    "signed",
    "started",
    "swap_items",
    "take_away",
]  # fmt: skip
SKELETON = Folder(__file__).parent.parent / "skeleton"
SKELETON_ID = "de.example.muster"


def started(package_id: str) -> dict[str, bytes]:
    """The files of a new package with this id. Raises PackageRefused for an unusable id."""
    files = read_folder(SKELETON)
    manifest = files["package.yaml"].replace(SKELETON_ID.encode(), package_id.encode())
    changed = files | {"package.yaml": manifest}
    looked_over(changed).accepted()
    return changed


def files_of(version_id: UUID) -> Mapping[str, bytes]:
    """The files of a published version. Raises Refused (404)."""
    with common():
        archive = PackageVersion.objects.filter(id=version_id).values_list("archive", flat=True).first()
    if archive is None:
        raise not_found()
    return open_archive(bytes(archive)).files


def looked_over(files: Files) -> Report:
    """The check without what takes long: letters are not set, a process of the package's own is not run through.

    Takes a tenth of a second; publishing checks everything.
    """
    return check_package(files, Checks(process=lambda xml: ()))


@dataclass(frozen=True)
class Compared:
    """What differs from a published version: sentences, the files, and how far the version must rise at least."""

    sentences: tuple[str, ...]
    files: tuple[str, ...]
    step: Step


def compared(version_id: UUID, files: Files, content: PackageContent) -> Compared:
    """The difference of what is written to a published version, in the reader's language. Raises Refused (404)."""
    old = files_of(version_id)
    with common():
        sha256 = PackageVersion.objects.values_list("sha256", flat=True).get(id=version_id)
        before = content_by_id(version_id, sha256)
    paths = tuple(
        path for path in sorted(old.keys() | files.keys())
        if _without_version(path, old.get(path)) != _without_version(path, files.get(path))
    )  # fmt: skip
    found = compare(before, content)
    step = needed_step(found, before, content, paths) if paths else "same"
    return Compared(tuple(difference(found)) if paths else (), paths, step)


def _without_version(path: str, content: bytes | None) -> object:
    """A file as it is compared: the version alone is no difference of package.yaml."""
    if path != "package.yaml" or content is None:
        return content
    try:
        return put(content, path, ("version",), "0.0.0")
    except PackageRefused:
        return content


def signed(files: Files, key_file: Folder) -> bytes:
    """The archive of a package, signed with the key in this file. For the worker alone: it reads a private key.

    Raises PackageRefused for a file that is no private key, and OSError when it is not there.
    """
    from stadttor.catalog import signing

    key = signing.read_key(key_file.read_bytes())
    if not key.is_private:
        raise PackageRefused([Fault(key_file.name, 0, "This is a public key.", "Give the private key.")])
    manifest = load(files["package.yaml"], "package.yaml", with_lines=False).data
    return signing.build(files, str(manifest["id"]), str(manifest["version"]), key)


def letter_of(
    content: PackageContent, kind: str, *, example: str = "", outcome: str = "", language: str = OFFICIAL
) -> bytes:
    """One of its letters as PDF, in a language: with invented facts, or with the answers of an example by the name of its file.
    Raises PackageRefused when it cannot be set."""
    # Loaded with the first letter: few web processes ever set one.
    from stadttor.catalog.checks import letter_pdf
    from stadttor.notices.letters import LetterFailed

    chosen = outcome if outcome in content.manifest.outcomes else content.manifest.outcomes[0]
    found = next((one for one in content.examples if one.file == example), None)
    try:
        return letter_pdf(content, kind, chosen, example=found, language=language)
    except LetterFailed as error:
        raise PackageRefused([Fault(f"letters/{kind}.typ", 0, str(error), "Correct the letter.")]) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:  # an example that is still written
        raise PackageRefused([Fault(example, 0, "The example cannot be filled in.", "Correct the example.")]) from error
