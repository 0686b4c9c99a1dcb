"""What a service does with data, read off the package as an authority adopted it (Art. 13 and 30 GDPR)."""

from collections.abc import Collection
from dataclasses import dataclass

from stadttor.catalog.queries import AdoptedForm
from stadttor.catalog.rules.texts import Texts
from stadttor.ground.web.language import ngettext


@dataclass(frozen=True)
class Said:
    """A text of the package with the language it is really in."""

    text: str
    language: str


@dataclass(frozen=True)
class Part:
    """What one page of the form asks for."""

    title: Said
    asked: tuple[Said, ...]


@dataclass(frozen=True)
class Notice:
    """`personal` and `special` are fields of the classes K2 and from K3 on; `fetched` are proofs that a register can give;
    `target` is where the case is handed over, empty for nowhere; `period` how long it is kept, as the package says it."""

    title: Said
    law: tuple[str, ...]
    personal: tuple[Part, ...]
    special: tuple[Part, ...]
    fetched: tuple[Said, ...]
    target: str
    pays: bool
    signs_in: bool
    tax_secrecy: bool
    period: str
    version: str


def notice(form: AdoptedForm, language: str) -> Notice:
    """Everything the package says of it, in a language."""
    texts, manifest, handover = form.texts(language), form.manifest, form.content.handover
    return Notice(
        title=_said(texts, "title"),
        law=tuple(manifest.law),
        personal=_parts(form, texts, ("K2",)),
        special=_parts(form, texts, ("K3", "K4")),
        fetched=tuple(
            _said(texts, f"fields.{one.path}.label") for page in form.form.pages for one in page.fields if one.register
        ),
        target=handover.target if handover else "",
        pays=bool(form.fees) and manifest.payment != "none",
        signs_in=manifest.trust != "none",
        tax_secrecy=manifest.secrecy == "tax",
        period=manifest.retention,
        version=form.version,
    )


def _parts(form: AdoptedForm, texts: Texts, classes: Collection[str]) -> tuple[Part, ...]:
    found = []
    for page in form.form.pages:
        asked = [one for one in page.fields if one.type != "info" and one.data_class in classes]
        labels = dict.fromkeys(_said(texts, f"fields.{one.path}.label") for one in asked)
        if labels:
            found.append(Part(_said(texts, f"pages.{page.id}.title"), tuple(labels)))
    return tuple(found)


def _said(texts: Texts, key: str) -> Said:
    return Said(texts.text(key), texts.language_of(key))


def period_text(period: str) -> str:
    """`P3Y` in words; years run from the end of the year, months and days from the day (`core.retention`)."""
    count, unit = int(period[1:-1]), period[-1]
    if unit == "Y":
        return ngettext(
            "{count} year after the end of the year in which it is closed",
            "{count} years after the end of the year in which it is closed",
            count,
        )
    if unit == "M":
        return ngettext("{count} month after it is closed", "{count} months after it is closed", count)
    return ngettext("{count} day after it is closed", "{count} days after it is closed", count)
