"""Letters: typst sources of packages and our own, set as accessible, archivable PDF with the authority's letterhead."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stadttor.notices.letters.typesetting import LetterFailed, set_letter

__all__ = ["BUILTIN", "LetterFailed", "builtin", "render_letter"]

BUILTIN = (
    "summary",
    "question",
    "revocation",
    "reminder",
    "cover",
    "note",
    "resend",
    "receipt",
    "closing",
    "proof",
    "figures",
)


def render_letter(source: str, files: Mapping[str, bytes], data: Mapping[str, Any]) -> bytes:
    """The PDF (PDF/UA-1, PDF/A-2a) of a letter; `data` comes from `letters.data.letter_data`. Raises LetterFailed.

    A crest that cannot be set stops no letter: it goes out without it. `tenancy.queries.crest_faults` tells the organiser.
    """
    try:
        return set_letter(source, files, data).pdf
    except LetterFailed as failed:
        sender = data.get("authority")
        if not isinstance(sender, Mapping) or not sender.get("crest"):
            raise
        try:
            return set_letter(source, files, {**data, "authority": {**sender, "crest": ""}}).pdf
        except LetterFailed:
            raise failed from None


def builtin(name: str) -> str:
    """The source of one of our own letters: summary (of an application), question (asking back), cover (of a file), note,
    resend (before a decision that goes out again), receipt (for money at the counter), closing (of a day),
    proof (shown from a wallet), figures (of a month)."""
    assert name in BUILTIN, name
    return (Path(__file__).parent / "builtin" / f"{name}.typ").read_text("utf-8")
