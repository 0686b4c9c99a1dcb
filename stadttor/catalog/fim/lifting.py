"""From XDatenfelder 2 to 3.0.0: longer ids, three-part versions, other names.

What version 3 has no place for is written below the description, as the standard's own converter does.
"""

import re
from dataclasses import replace

from stadttor.catalog.fim.model import Element, Rule, Texts
from stadttor.catalog.fim.tables import RENAMED_2

_SHORT = re.compile(r"\b([A-Z])(\d{2})(\d{6})\b")
_LEFT_OVER = (
    ("status", "Status"),
    ("codeliste", "Codeliste"),
    ("gueltigAb", "gültig ab"),
    ("gueltigBis", "gültig bis"),
    ("freigabedatum", "freigegeben am"),
    ("veroeffentlichungsdatum", "veröffentlicht am"),
    ("versionshinweis", "Versionshinweis"),
    ("bezeichnungEingabe", "Bezeichnung Eingabe"),
    ("bezeichnungAusgabe", "Bezeichnung Ausgabe"),
)
_RELEASED, _IN_WORK, _INACTIVE = "6", "2", "7"


def lifted_id(identifier: str) -> str:
    """`F00000043` → `F00000000043`: main number range, sub range 000, number. Other forms stay."""
    return _SHORT.sub(r"\g<1>\g<2>000\g<3>", identifier)


def lifted_version(version: str) -> str:
    """`1.2` → `1.2.0`."""
    return f"{version}.0" if re.fullmatch(r"\d+\.\d+", version) else version


def lifted(one: Element, created: str) -> Element:
    """An element read from XDatenfelder 2; `created` is the moment of its message."""
    said = {RENAMED_2.get(name, name): text for name, text in one.said.items()}
    if one.kind == "schema":
        said["bezeichnung"] = said.pop("bezeichnungEingabe", "")
    if one.kind == "field":
        said["vorbefuellung"] = "keine"
    status, old_list = said.pop("status", ""), said.pop("codeliste", "")
    left = {"status": status, "codeliste": old_list}
    if one.kind == "schema":
        left["bezeichnungAusgabe"] = said.pop("bezeichnungAusgabe", "")
    said["freigabestatus"] = _state(status, bool(said.get("statusGesetztAm")))
    said["letzteAenderung"] = created
    said["beschreibung"] = _described(said.get("beschreibung", ""), one.id, one.version, left)
    said = {name: text for name, text in said.items() if text}
    return replace(one, id=lifted_id(one.id), version=lifted_version(one.version), said=said)


def _state(status: str, released: bool) -> str:
    if status == "inaktiv":
        return _INACTIVE
    return _RELEASED if released else _IN_WORK


def lifted_rule(rule: Rule, created: str) -> Rule:
    """A rule: its definition is the text of version 3, in which it names elements by their long ids."""
    old = rule.said
    left = {name: text for name, text in old.items() if text != old.get("name")}
    said = {
        "name": old.get("name", ""),
        "beschreibung": _described(old.get("beschreibung", ""), rule.id, rule.version, left),
        "freitextRegel": lifted_id(old.get("definition", "")),
        "fachlicherErsteller": old.get("fachlicherErsteller", ""),
        "letzteAenderung": created,
        "typ": "K",
        "skript": old.get("script", ""),
    }
    said = {name: text for name, text in said.items() if text}
    return replace(rule, id=lifted_id(rule.id), version=lifted_version(rule.version), said=said)


def _described(text: str, identifier: str, version: str, left: Texts) -> str:
    facts = [f"ID {identifier}", f"Version {version}"] if version else [f"ID {identifier}"]
    facts += [f"{name} {' '.join(left[key].split())}" for key, name in _LEFT_OVER if left.get(key)]
    return "\n".join(filter(None, [text, f"Aus XDatenfelder 2: {'; '.join(facts)}"]))
