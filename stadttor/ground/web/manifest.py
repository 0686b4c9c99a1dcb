"""The built assets: which hashed file stands behind a plain name."""

import json
from functools import lru_cache
from pathlib import Path

BUILD = Path(__file__).resolve().parent / "static" / "build"
PREFIX = "/static/"
LETTER_FONTS = "letter-fonts"


def asset(name: str) -> str:
    """The address of a built asset: `kern.css` becomes `/static/kern.3f2a….css`.

    Raises KeyError for a name that was not built; without any build the plain name is given, so that tests of pages
    need no Node.
    """
    names = manifest()
    return PREFIX + (names[name] if names else name)


@lru_cache(maxsize=1)
def manifest() -> dict[str, str]:
    """Plain name to hashed name; empty before the first build."""
    try:
        return dict(json.loads((BUILD / "manifest.json").read_text("utf-8")))
    except FileNotFoundError:
        return {}


def letter_fonts() -> Path:
    """The folder with the fonts letters are set in (Noto Sans, Noto Naskh Arabic; SIL OFL 1.1)."""
    return BUILD / LETTER_FONTS
