"""Versions of packages: Semantic Versioning 2.0.0, without pre-releases and build data."""

import re
from typing import Literal, NamedTuple

Step = Literal["same", "patch", "minor", "major", "lower"]

_VERSION = re.compile(r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})")


class Version(NamedTuple):
    """Compares as numbers: 1.10.0 comes after 1.9.0."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return ".".join(map(str, self))


def parse_version(text: str) -> Version:
    """Raises ValueError unless the text is `number.number.number`."""
    match = _VERSION.fullmatch(text)
    if not match:
        raise ValueError("a version is three numbers, like 1.0.0")
    return Version(*map(int, match.groups()))


def raised(version: str, how: Step) -> str:
    """The next version by this step; the same one for none."""
    major, minor, patch = parse_version(version)
    higher = {
        "major": Version(major + 1, 0, 0),
        "minor": Version(major, minor + 1, 0),
        "patch": Version(major, minor, patch + 1),
    }
    return str(higher.get(how, Version(major, minor, patch)))


def step(old: str, new: str) -> Step:
    """How far apart two versions are."""
    before, after = parse_version(old), parse_version(new)
    if after == before:
        return "same"
    if after < before:
        return "lower"
    if after.major != before.major:
        return "major"
    return "minor" if after.minor != before.minor else "patch"
