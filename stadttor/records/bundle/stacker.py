"""The child process that puts letters one behind the other and keeps them readable aloud: knows pikepdf, not the product.

Its order comes on standard input as JSON: `documents` the number of an open file with the letters one after the other,
`places` [{start, size, letter}], `title`; a letter is one envelope and may have several documents. The answer is one
PDF with the structure of all (PDF/UA), a bookmark per envelope, and on every sheet a mark such as 2/3, drawn as an artifact.
The same order gives the same bytes.
"""

import io
import json
import os
import resource
import sys
from collections.abc import Sequence
from typing import Any

import pikepdf

SECONDS = 120
MEMORY = 1024 * 1024 * 1024
# Strokes of the digits, as of a pocket calculator: a b c d e f g.
_STROKES = {
    "a": (0, 4, 2, 4), "b": (2, 2, 2, 4), "c": (2, 0, 2, 2), "d": (0, 0, 2, 0),
    "e": (0, 0, 0, 2), "f": (0, 2, 0, 4), "g": (0, 2, 2, 2),
}  # fmt: skip
_DIGITS = {
    "0": "abcdef", "1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc",
    "5": "afgcd", "6": "afgcde", "7": "abc", "8": "abcdefg", "9": "abcdfg",
}  # fmt: skip
_SIZE, _STEP = 1.3, 5.2
_RIGHT, _BOTTOM = 566.0, 22.0


def drawn(text: str) -> bytes:
    """The mark in the lower right corner: digits and a slash as lines, so that no font is needed."""
    left = _RIGHT - _STEP * len(text)
    lines = []
    for place, char in enumerate(text):
        x = left + place * _STEP
        strokes = [(0, 0, 2, 4)] if char == "/" else [_STROKES[one] for one in _DIGITS[char]]
        for x1, y1, x2, y2 in strokes:
            lines.append(
                f"{x + x1 * _SIZE:.2f} {_BOTTOM + y1 * _SIZE:.2f} m {x + x2 * _SIZE:.2f} {_BOTTOM + y2 * _SIZE:.2f} l S"
            )
    return ("/Artifact <</Type /Pagination>> BDC q 0.6 w 1 J " + " ".join(lines) + " Q EMC").encode()


class Stack:
    """All letters in one document whose first is its ground: its colours, its claims, its language."""

    def __init__(self, ground: pikepdf.Pdf) -> None:
        self.whole = ground
        self.root = ground.Root.StructTreeRoot
        self.kids = list(_as_list(self.root.K))
        self.numbers = list(_numbers(self.root.ParentTree))
        self.roles: dict[str, Any] = dict(self.root.get("/RoleMap", pikepdf.Dictionary()).items())
        self.next = int(self.root.ParentTreeNextKey)
        self.sources: list[pikepdf.Pdf] = []

    def add(self, other: pikepdf.Pdf) -> None:
        """The pages of another letter and their structure behind what is there."""
        self.sources.append(other)
        before = len(self.whole.pages)
        self.whole.pages.extend(other.pages)
        for page in list(self.whole.pages)[before:]:
            _shift(page.obj, "/StructParents", self.next)
            for annotation in page.obj.get("/Annots", []):
                _shift(annotation, "/StructParent", self.next)
        tree = self.whole.copy_foreign(other.Root.StructTreeRoot)
        for kid in _as_list(tree.K):
            kid.P = self.root
            kid.Lang = other.Root.get("/Lang", self.whole.Root.get("/Lang"))
            self.kids.append(kid)
        self.numbers += [(key + self.next, value) for key, value in _numbers(tree.ParentTree)]
        self.roles |= dict(tree.get("/RoleMap", pikepdf.Dictionary()).items())
        self.next += int(tree.ParentTreeNextKey)

    def close(self) -> None:
        """Write the common structure."""
        self.root.K = pikepdf.Array(self.kids)
        flat = [part for key, value in self.numbers for part in (key, value)]
        self.root.ParentTree = self.whole.make_indirect(pikepdf.Dictionary(Nums=pikepdf.Array(flat)))
        self.root.ParentTreeNextKey = self.next
        self.root.RoleMap = pikepdf.Dictionary(self.roles)


def _shift(of: Any, name: str, by: int) -> None:
    if name in of:
        of[name] = int(of[name]) + by


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def _numbers(tree: Any) -> list[tuple[int, Any]]:
    """The pairs of a number tree in their order."""
    if "/Kids" in tree:
        return [pair for kid in tree.Kids for pair in _numbers(kid)]
    flat = list(tree.get("/Nums", []))
    return [(int(key), value) for key, value in zip(flat[::2], flat[1::2], strict=True)]


def stacked(handle: int, places: Sequence[dict[str, Any]], title: str) -> pikepdf.Pdf:
    """All letters in one PDF."""
    opened = [pikepdf.open(io.BytesIO(os.pread(handle, one["size"], one["start"]))) for one in places]
    sheets = [len(one.pages) for one in opened]
    stack = Stack(opened[0])
    for one in opened[1:]:
        stack.add(one)
    stack.close()
    _mark(stack.whole, [place["letter"] for place in places], sheets)
    _name(stack.whole, title)
    return stack.whole


def _mark(whole: pikepdf.Pdf, letters: Sequence[int], sheets: Sequence[int]) -> None:
    """Which sheet of which envelope, and where each begins."""
    owners = [letter for letter, count in zip(letters, sheets, strict=True) for _sheet in range(count)]
    begins = {letter: owners.index(letter) for letter in owners}
    with whole.open_outline() as outline:
        outline.root[:] = [pikepdf.OutlineItem(str(letter), at) for letter, at in begins.items()]
    for at, letter in enumerate(owners):
        mark = f"{at - begins[letter] + 1}/{owners.count(letter)}"
        whole.pages[at].contents_add(whole.make_stream(drawn(mark)), prepend=False)


def _name(whole: pikepdf.Pdf, title: str) -> None:
    whole.docinfo["/Title"] = title
    with whole.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as said:
        said["dc:title"] = title


def main() -> None:
    """One order, one answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    order = json.load(sys.stdin.buffer)
    with open(1, "r+b", closefd=False) as target:
        stacked(order["documents"], order["places"], order["title"]).save(target, deterministic_id=True)


if __name__ == "__main__":
    main()
