"""The files of a package: which names are allowed, and reading a folder without leaving it."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from stadttor.catalog.rules import limits
from stadttor.catalog.rules.faults import Fault, PackageRefused, refuse

Files = Mapping[str, bytes]
"""File contents by path with forward slashes, relative to the package."""

_LAYOUT = re.compile(
    r"package\.yaml|form\.yaml|fees\.yaml|fim\.yaml|handover\.yaml|process\.bpmn|README\.md|CHANGELOG\.md|LICENSE"
    r"|letters/[a-z0-9][a-z0-9_-]*\.(typ|svg|png)"
    r"|texts/[a-z]{2,3}(-[a-z0-9]{2,8})?\.yaml"
    r"|examples/[a-z0-9][a-z0-9_-]*\.yaml"
)
_NAMES = 'See "Service packages" for the names a package may use.'


def check_path(path: str) -> Fault | None:
    """Why this name may not stand in a package, or None. Knows tricks of tar, zip, Windows and Unicode."""
    shown = ascii(path)[1:-1][: limits.PATH_LENGTH]
    if len(path) > limits.PATH_LENGTH:
        return Fault(shown, 0, f"The path is longer than {limits.PATH_LENGTH} characters.", "Use a shorter name.")
    if path.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", path):
        return Fault(shown, 0, "The path is absolute.", "Only paths inside the package are allowed.")
    if ".." in re.split(r"[/\\]", path):
        return Fault(shown, 0, "The path leads outside the package.", "Remove `..`.")
    if not _LAYOUT.fullmatch(path):
        return Fault(shown, 0, "A package has no file of this name.", _NAMES)
    return None


def check_files(files: Files) -> list[Fault]:
    """Names, number and sizes."""
    faults = [fault for path in files if (fault := check_path(path))]
    if len(files) > limits.FILES:
        faults.append(Fault(".", 0, f"More than {limits.FILES} files.", "Remove files."))
    if sum(map(len, files.values())) > limits.ARCHIVE_BYTES:
        faults.append(Fault(".", 0, f"More than {limits.ARCHIVE_BYTES:,} bytes in all.", "Make pictures smaller."))
    for path, content in files.items():
        if len(content) > limits.FILE_BYTES:
            faults.append(Fault(path, 0, f"Larger than {limits.FILE_BYTES:,} bytes.", "Make it smaller."))
    for needed in ("package.yaml", "form.yaml", "texts/de.yaml"):
        if needed not in files:
            faults.append(Fault(needed, 0, "This file is missing.", "Add it."))
    return faults


def read_folder(folder: Path) -> dict[str, bytes]:
    """All files of a package folder. Links, devices and other folders are refused, never followed."""
    if not folder.is_dir() or folder.is_symlink():
        raise refuse(str(folder), 0, "This is not a folder.", "Name the folder that holds package.yaml.")
    files: dict[str, bytes] = {}
    for path, entry in _walk(folder, ""):
        files[path] = _read(entry, path)
        if len(files) > limits.FILES:
            raise refuse(".", 0, f"More than {limits.FILES} files.", "Remove files.")
    if faults := check_files(files):
        raise PackageRefused(faults)
    return files


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Every file below the folder; hidden files (editors, version control) are passed over."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            path = prefix + entry.name
            if entry.name.startswith("."):
                continue
            if entry.is_symlink():
                raise refuse(path, 0, "This is a link.", "Put the file itself here.")
            if not entry.is_dir(follow_symlinks=False):
                yield path, entry
            elif prefix or entry.name not in ("letters", "texts", "examples"):
                raise refuse(path, 0, "A package has no folder of this name.", _NAMES)
            else:
                yield from _walk(Path(entry.path), path + "/")


def _read(entry: os.DirEntry[str], path: str) -> bytes:
    """Open without following a link that was put there since, and read a bounded number of bytes."""
    handle = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise refuse(path, 0, "This is not an ordinary file.", "Remove it.")
        content = file.read(limits.FILE_BYTES + 1)
    if len(content) > limits.FILE_BYTES:
        raise refuse(path, 0, f"Larger than {limits.FILE_BYTES:,} bytes.", "Make it smaller.")
    return content
