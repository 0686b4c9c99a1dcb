"""Working copies: bounds, names, and what two editors did to the same file."""

import re
from collections.abc import Collection, Mapping

from stadttor.core.refused import Refused
from stadttor.ground.web.language import N_

MOST_COPIES = 200
KEPT_REVISIONS = 500
"""Of a working copy; what is older can no longer be gone back to."""
_NAME = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+")
LONGEST_NAME = 100
LONGEST_TITLE = 200
CROSSED = N_("Somebody changed this in the meantime. Nothing was overwritten. Press “Save” to see both.")

Contents = Mapping[str, bytes | None]
"""New contents by path; none takes the file away."""


class Crossed(Refused):
    """Somebody else changed the same files since: nothing was written. `paths` are these files."""

    def __init__(self, paths: Collection[str], revision: int, by: str) -> None:
        super().__init__("changed_since", CROSSED, status=409)
        self.paths, self.revision, self.by = tuple(sorted(paths)), revision, by


def within(package: str, namespace: str) -> bool:
    """Whether a package's name lies below a namespace."""
    return package.startswith(namespace.rstrip(".") + ".")


def must_be_name(package: str, namespace: str) -> None:
    """Refused for what is no name of a package, and for one below another namespace."""
    if len(package) > LONGEST_NAME or not _NAME.fullmatch(package):
        example = f"{namespace}.hundesteuer"
        raise Refused(
            "package_name", "Write a name in small letters, in parts with dots between: {example}.", field="package",
            example=example,
        )  # fmt: skip
    if not within(package, namespace):
        raise Refused("package_namespace", "The name must begin with {start}.", field="package", start=f"{namespace}.")


def really_changed(before: Mapping[str, bytes], wanted: Contents) -> dict[str, bytes | None]:
    """Those of the contents that are not there already."""
    return {path: content for path, content in wanted.items() if before.get(path) != content}
