"""An error summary gets the focus (WCAG 2.2, 3.3.1, 4.1.3), which a script does: of the desk, or of the page itself."""

import pytest

from tests.measuring.circumstances import ROOT

PAGES = [
    page
    for page in sorted((ROOT / "stadttor").rglob("templates/**/*.html"))
    if "parts.error_summary(" in page.read_text()
]


@pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in PAGES])
def test_a_page_that_names_errors_loads_the_script_that_leads_to_them(page):
    """Report: on the register's page the focus stayed at the top of the document after an error."""
    text = page.read_text()
    assert '{% extends "desk.html" %}' in text or "asset('form.js')" in text
