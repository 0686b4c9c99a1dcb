"""The Jinja2 environment of all pages: one, shared, with autoescape and a bytecode cache.

Templates of a module lie in `stadttor/<module>/templates/`; `base.html`, `desk.html`, `error.html` and `kern/` here.
"""

from collections.abc import MutableMapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest
from jinja2 import ChainableUndefined, Environment, FileSystemBytecodeCache, FileSystemLoader, select_autoescape

from stadttor.core.languages import LANGUAGES, language
from stadttor.ground.web import controls, drawing, formats, keeping, look
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _, current, language_name, ngettext, with_markup
from stadttor.ground.web.manifest import asset
from stadttor.ground.web.official import official_note
from stadttor.ground.web.prose import package_prose, prose

PRODUCT = Path(__file__).resolve().parents[2]
CACHE = PRODUCT.parent / "var" / "cache" / "templates"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The environment, made once per process."""
    made = _Pages(
        loader=FileSystemLoader(template_folders()),
        autoescape=select_autoescape(["html", "xml"]),
        bytecode_cache=bytecode_cache(),
        auto_reload=False,
        undefined=ChainableUndefined,
        cache_size=-1,
    )
    made.globals.update(
        _=_,
        ngettext=ngettext,
        with_markup=with_markup,
        url=url,
        asset=asset,
        languages=tuple(LANGUAGES.values()),
        language_of=language,
        language_name=language_name,
        current_language=current,
        official_note=official_note,
        countries=formats.countries,
        date_parts=formats.date_parts,
        as_field=controls.as_field,
        control_id=controls.control_id,
        wrapper=controls.wrapper,
        described_by=controls.described_by,
        control=controls.control,
        line=controls.line,
        drawn=drawing.drawn,
        all_drawn=drawing.all_drawn,
        given=controls.given_text,
        chosen_values=controls.chosen_values,
        yes_no=yes_no,
        kept_query=kept_query,
        kept=keeping.kept,
        completed=keeping.completed,
        has_look=look.known,
    )
    made.filters.update(
        money=formats.money,
        amount=formats.amount,
        number=formats.number,
        date=formats.day,
        moment=formats.moment,
        clock=formats.clock,
        weekday=formats.weekday,
        filesize=formats.filesize,
        country=formats.country,
        field_id=controls.field_id,
        prose=prose,
        package_prose=package_prose,
    )
    return made


class _Pages(Environment):
    """Globals are copied into each template instead of chained: every import looks through all of them."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def template_folders() -> list[Path]:
    """The folders templates are looked for in, the building blocks first."""
    return [PRODUCT / "ground" / "web" / "templates", *sorted(PRODUCT.glob("*/templates"))]


def bytecode_cache() -> FileSystemBytecodeCache | None:
    """A cache below `var/`, none where it cannot be written (the first rendering then compiles)."""
    try:
        CACHE.mkdir(mode=0o700, parents=True, exist_ok=True)
        return FileSystemBytecodeCache(str(CACHE))
    except OSError:
        return None


def kept_query(request: HttpRequest | None) -> str:
    """What links to this same page in another language keep of its address: `page=2&`, mostly nothing."""
    if request is None or not request.META.get("QUERY_STRING"):
        return ""
    query = request.GET.copy()
    query.pop("lang", None)
    return f"{query.urlencode()}&" if query else ""


def yes_no() -> list[dict[str, str]]:
    """The two answers to a yes/no question."""
    return [{"value": "true", "label": _("Yes")}, {"value": "false", "label": _("No")}]
