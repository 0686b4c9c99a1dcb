"""The catalogues of the product's texts: extract them from the source, find what is missing, compile.

One gettext file per language and module, `stadttor/locale/<language>/<module>.po`: a module's author edits her own
file. English is the msgid. They are merged and compiled into `messages.mo`, by `compile` or on first use when a source
is newer; msgfmt is not needed. A msgid that `ground` translates already is not repeated in other modules.

    python -m stadttor texts extract [module …]     refresh the .po files, translations are kept
    python -m stadttor texts missing [module …]     name what has no translation; exit 1 if there is any
    python -m stadttor texts compile
"""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from stadttor.ground.web.catalogs import TRANSLATED, folder_of, mo_file, po_files

PRODUCT = Path(__file__).resolve().parents[2]
KEYWORDS = {"_": None, "N_": None, "with_markup": None, "ngettext": (1, 2), "Refused": (2,)}
METHODS = {".py": "python", ".html": "jinja2.ext:babel_extract", ".txt": "jinja2.ext:babel_extract"}
FIRST = "ground"
# No dates and names: an extraction changes only what really changed.
HEADER = """msgid ""
msgstr ""
"Language: {tag}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plural}\\n"

"""


def po_file(tag: str, module: str) -> Path:
    """The texts of one module in one language."""
    return folder_of(tag) / f"{module}.po"


def compiled(tag: str) -> bytes:
    """The texts of a language, compiled now and kept in its file."""
    return _compile(tag, _sources(tag), mo_file(tag))


def compile_all() -> None:
    """Compiles every language."""
    for tag in TRANSLATED:
        compiled(tag)


def extract(modules: Iterable[str]) -> None:
    """Refreshes the .po files of these modules from their source; what is translated stays."""
    for module in sorted(modules, key=lambda name: (name != FIRST, name)):
        found = _messages_of(module)
        for tag in TRANSLATED:
            _refresh(tag, module, found)


def missing(modules: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """What has no translation: (language, module, msgid). Plain German may lean on German."""
    for module in modules:
        for tag in TRANSLATED:
            if tag != "de-simple":
                yield from ((tag, module, _first(m.id)) for m in _read(tag, module) if m.id and not _translated(m))


def modules() -> list[str]:
    """The modules of the product that may have texts."""
    return sorted(child.name for child in PRODUCT.iterdir() if (child / "__init__.py").exists())


def _sources(tag: str) -> list[Path]:
    return sorted(po_files(tag), key=lambda source: (source.stem != FIRST, source.stem))


def _compile(tag: str, sources: Sequence[Path], target: Path) -> bytes:
    merged = Catalog(locale=TRANSLATED[tag], charset="utf-8")
    for source in sources:
        for message in _read(tag, source.stem):
            if message.id and _translated(message) and not _has(merged, message):
                merged.add(message.id, message.string)
    buffer = BytesIO()
    write_mo(buffer, merged)
    _write(target, buffer.getvalue())
    return buffer.getvalue()


def _write(target: Path, content: bytes) -> None:
    """Writes in one step; a product installed read-only keeps its texts in memory only."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        half = target.with_suffix(f".{os.getpid()}")
        half.write_bytes(content)
        half.replace(target)
    except OSError:
        return


def _has(catalog: Catalog, message: Message) -> bool:
    known = catalog.get(_first(message.id))
    return known is not None and _translated(known)


def _read(tag: str, module: str) -> Catalog:
    source = po_file(tag, module)
    if not source.exists():
        return Catalog(locale=TRANSLATED[tag])
    with source.open("rb") as stream:
        return read_po(stream, locale=TRANSLATED[tag], charset="utf-8")


def _messages_of(module: str) -> dict[str, str | tuple[str, ...]]:
    """The texts in a module's source, by msgid, without those that `ground` has."""
    shared = set() if module == FIRST else {_first(message.id) for message in _read("de", FIRST)}
    found: dict[str, str | tuple[str, ...]] = {}
    for source in sorted((PRODUCT / module).rglob("*")):
        if source.suffix in METHODS and "tests" not in source.parts:
            for msgid in _messages_in(source):
                if _first(msgid) not in shared and (isinstance(msgid, tuple) or _first(msgid) not in found):
                    found[_first(msgid)] = msgid
    return found


def _messages_in(source: Path) -> Iterator[str | tuple[str, ...]]:
    options = {"encoding": "utf-8", "silent": "false"}
    for _line, msgid, _comments, _context in extract_from_file(
        METHODS[source.suffix], source, keywords=KEYWORDS, options=options
    ):
        if msgid and _first(msgid):
            yield msgid


def _refresh(tag: str, module: str, found: dict[str, str | tuple[str, ...]]) -> None:
    known = _read(tag, module)
    fresh = Catalog(locale=TRANSLATED[tag], charset="utf-8", fuzzy=False)
    for key, msgid in sorted(found.items()):
        before = known.get(key)
        fresh.add(msgid, before.string if before and type(before.id) is type(msgid) else None)
    if not found and not po_file(tag, module).exists():
        return
    buffer = BytesIO()
    write_po(buffer, fresh, width=120, sort_output=True, no_location=True, omit_header=True)
    _write(po_file(tag, module), HEADER.format(tag=tag, plural=fresh.plural_forms).encode() + buffer.getvalue())


def _first(msgid: str | Sequence[str]) -> str:
    return msgid if isinstance(msgid, str) else msgid[0]


def _translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command `texts`."""
    parser = argparse.ArgumentParser(prog="stadttor texts", description="Texts of the pages in their languages.")
    parser.add_argument("act", choices=("extract", "missing", "compile"))
    parser.add_argument("module", nargs="*")
    given = parser.parse_args(arguments)
    wanted = given.module or modules()
    if given.act == "extract":
        extract(wanted)
    if given.act in ("extract", "compile"):
        compile_all()
        return 0
    gaps = list(missing(wanted))
    for tag, module, msgid in gaps:
        sys.stdout.write(f"{tag}\t{module}\t{msgid}\n")
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main())
