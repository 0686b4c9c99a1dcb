"""Templates keep to the strict policy for content and hold no text of their own."""

import re
from pathlib import Path

import pytest

from stadttor.identity.kept_form import SECRET

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "stadttor").glob("**/templates/**/*.html"))

CLASSES = re.compile(r"\{% block \w*class %\}.*?\{% endblock %\}")
TAGS = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.S)
MARKUP = re.compile(r"<script.*?</script>|<!--.*?-->|<[^>]*>", re.S)
ATTRIBUTES = re.compile(r'\b(?:alt|title|placeholder|aria-label|value)="([^"{}]*[A-Za-zÄÖÜäöüß]{3,}[^"{}]*)"')
# Values of controls are codes; names of file kinds and protocols are the same in every language.
CODES = {
    "lang",
    "dir",
    "yes",
    "no",
    "true",
    "false",
    "back",
    "later",
    "pay",
    "cancel",
    "person",
    "unit",
    "PDF",
    "ZIP",
    "CSV",
}


def source(path: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S)


@pytest.fixture(params=TEMPLATES, ids=lambda path: "/".join(path.parts[-2:]))
def template(request) -> str:
    return source(request.param)


def test_no_style_handler_or_inline_script(template):
    assert not re.search(r"\sstyle\s*=", template)
    assert not re.search(r"<style", template)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", template)
    assert "javascript:" not in template
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", template, re.S):
        assert "src=" in attributes or 'type="application/json"' in attributes or not body.strip()


def test_no_address_of_another_host(template):
    assert not re.search(r"""(src|href|action)=["']https?://""", template)


def test_no_text_outside_the_catalogues(template):
    """What a person reads comes through `_()`: what is left without tags and markup has no word in it."""
    plain = MARKUP.sub(" ", TAGS.sub(" ", CLASSES.sub(" ", template)))
    assert [word for word in re.findall(r"[A-Za-zÄÖÜäöüß]{2,}", plain) if word not in CODES] == []
    shown = [text for text in ATTRIBUTES.findall(TAGS.sub("", template)) if text not in CODES]
    assert [text for text in shown if " " in text or re.search("[ÄÖÜäöüß]", text)] == []


def test_nothing_is_marked_safe_unchecked(template):
    assert not re.search(r"\|\s*safe\b", template)
    assert "autoescape false" not in template


def test_no_password_field_is_carried_through_signing_in():
    """What was written when a session ended is shown again; a password never is (`identity/kept_form.py`)."""
    names = {
        name for path in TEMPLATES for name in re.findall(r'"type": "password", "name": "(\w+)"', path.read_text())
    }
    assert names
    assert names <= SECRET


OWN_SCRIPTS = sorted((ROOT / "stadttor").glob("*/**/assets/*.js"))


@pytest.mark.parametrize("script", OWN_SCRIPTS, ids=lambda path: path.name)
def test_no_script_of_ours_writes_html(script: Path) -> None:
    """Of HTML from elsewhere only htmx makes elements, and it asks this origin alone."""
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|setHTML", script.read_text())


@pytest.mark.parametrize("script", OWN_SCRIPTS, ids=lambda path: path.name)
def test_no_script_of_ours_keeps_data_in_the_browser(script: Path) -> None:
    assert not re.search(r"localStorage|sessionStorage|indexedDB|caches\.|document\.cookie", script.read_text())


def test_there_are_scripts_of_ours() -> None:
    assert {"desk.js", "form.js", "conditions.js"} <= {path.name for path in OWN_SCRIPTS}
