"""What a letter's source may not contain, found before anything is compiled. The compiler's sandbox is the wall; this
says in words, with a line, why a letter would fail at it.
"""

import re
from collections.abc import Iterator

from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.faults import Fault

PLATFORM = "/platform/letter.typ"
_IMPORT = re.compile(r"\b(?:import|include)\s+\"([^\"]*)\"")
_ACTIVE = re.compile(r"\b(plugin|eval|read|json|yaml|toml|csv|xml|cbor|bibliography)\s*\(")
_PICTURE = re.compile(r"\bimage\s*\(\s*\"([^\"]*)\"")
_OWN_FILE = re.compile(r"[a-z0-9][a-z0-9_-]*\.(typ|svg|png)")
_COMMENT = re.compile(r"^\s*//")


def check_sources(content: PackageContent) -> Iterator[Fault]:
    """Imports from elsewhere, files read, code evaluated; each with its line."""
    names = {path.rsplit("/", 1)[1] for path in content.letter_files}
    for path, source in content.letter_files.items():
        if path.endswith(".typ"):
            yield from _check_source(path, source.decode("utf-8"), names)
        elif path.endswith(".svg"):
            yield from _check_picture(path, source)
        elif path.endswith(".png") and not source.startswith(b"\x89PNG\r\n\x1a\n"):
            yield Fault(path, 0, "This is no PNG picture.", "Export it as PNG.")


def _check_source(path: str, source: str, names: set[str]) -> Iterator[Fault]:
    for number, line in enumerate(source.splitlines(), 1):
        if _COMMENT.match(line):
            continue
        for target in [*_IMPORT.findall(line), *_PICTURE.findall(line)]:
            if target != PLATFORM and not (_OWN_FILE.fullmatch(target) and target in names):
                mend = f"Letters use `{PLATFORM}` and files of their own folder."
                yield Fault(path, number, f"The letter takes in `{target[:80]}`.", mend)
        for name in _ACTIVE.findall(line):
            mend = "Everything a letter needs is in `data`."
            yield Fault(path, number, f"`{name}(…)` is not allowed in a letter.", mend)


def _check_picture(path: str, source: bytes) -> Iterator[Fault]:
    lowered = source.lower()
    for word in (b"<!doctype", b"<!entity", b"<script", b"<foreignobject", b'href="http', b"file:"):
        if word in lowered:
            line = lowered.count(b"\n", 0, lowered.index(word)) + 1
            yield Fault(path, line, f"`{word.decode()}` is not allowed in a picture.", "Export a plain SVG.")
