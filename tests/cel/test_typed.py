"""What a person types into a number, an amount or a date: both sides take it for the same value."""

import shutil

import pytest

from tests.cel.test_corpus import ROOT
from tests.safety.fuzz.typing import SAMPLES, compared


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_browser_reads_what_the_server_reads(kind: str) -> None:
    """Report: `22. 11. 2026`, `1,234.56` and pasted direction marks left questions hidden until the page was sent."""
    if not shutil.which("node") or not (ROOT / "node_modules" / "@marcbachmann" / "cel-js").is_dir():
        pytest.skip("no node or no node_modules on this machine")
    marked = [f"\u200f{text}\u00ad" for text in SAMPLES[kind]]
    for one in compared([(kind, text) for text in (*SAMPLES[kind], *marked)]):
        assert one.server == one.browser, one.source
