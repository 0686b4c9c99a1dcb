"""Descriptions in the shape of XZuFi as JSON: the names of `Leistung231` in the OpenAPI of the FIM portal (0.24.0).

A list of them, or an object with one in `leistungen`. Numbers of the text modules are those of the LeiKa handbook. What a
town says beyond XZuFi stands in individual text modules of our own code list. No schema and no file of an editorial office
was at hand: this is the shape, not a delivery that was tested against one.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any

from stadttor.core.languages import LANGUAGES
from stadttor.core.refused import Refused
from stadttor.descriptions.rules.given import LARGEST, LONGEST_ID, MOST_GIVEN, Given, Read, fault, once, too_large
from stadttor.descriptions.rules.own import PLACES, Said, cleaned, listed

MODULES: Mapping[str, tuple[str, ...]] = {
    "title": ("03", "02"), "summary": ("06", "18", "07"), "who": ("09",), "need": ("08",), "how": ("11",)
}  # fmt: skip
"""Text modules by field, the first one there counts: Leistungsbezeichnung II before its short form, Teaser before Kurztext
before Volltext, Voraussetzungen, erforderliche Unterlagen, Verfahrensablauf. 05: Rechtsgrundlagen."""
LAW = "05"
OWN_LIST = "urn:stadttor:leistungsbeschreibung"
SHARED = ("cost", "office", "situation")
_BLOCKS = frozenset({"p", "div", "ul", "ol", "br", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr"})


def read_xzufi(content: bytes) -> Read:
    """Every description of the file; an entry that cannot be read is a fault. Refused for what is no such file."""
    if len(content) > LARGEST:
        raise too_large()
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        raise _no_file() from None
    found = data.get("leistungen") if isinstance(data, dict) else data
    if not isinstance(found, list):
        raise _no_file()
    if len(found) > MOST_GIVEN:
        raise Refused("many", "A file has {most} descriptions at most.", field="file", most=MOST_GIVEN)
    given, faults = [], []
    for place, one in enumerate(found, 1):
        try:
            given.append(_given(place, one))
        except _Wrong as wrong:
            faults.append(fault(place, Refused("shape", "This is not as XZuFi has it."), wrong.where, wrong.allowed))
    again = list(once(given))
    places = {one.place for one in again}
    return Read(tuple(one for one in given if one.place not in places), (*faults, *again))


class _Wrong(Exception):
    def __init__(self, where: str, allowed: str = "") -> None:
        self.where, self.allowed = where, allowed


def _given(place: int, one: Any) -> Given:
    if not isinstance(one, dict):
        raise _Wrong("leistung")
    id_ = one.get("id")
    value = cleaned("title", id_["value"]) if isinstance(id_, dict) and isinstance(id_.get("value"), str) else ""
    if not value or len(value) > LONGEST_ID:
        raise _Wrong("id.value")
    texts: dict[str, dict[str, str]] = {}
    by_code = {
        str(module.get("leika_textmodul")): _localized(module.get("inhalt"), "modul_text.inhalt")
        for module in _list(one, "modul_text")
    }
    for name, codes in MODULES.items():
        for tag, text in next((by_code[code] for code in codes if by_code.get(code)), {}).items():
            texts.setdefault(tag, {})[name] = text
    for name, key in (("cost", "modul_kosten"), ("deadline", "modul_frist")):
        for module in _list(one, key):
            for tag, text in _localized(module.get("beschreibung"), f"{key}.beschreibung").items():
                texts.setdefault(tag, {})[name] = text
    shared: dict[str, Any] = {}
    if LAW in by_code:
        shared["law"] = listed(by_code[LAW].get("de", ""), "\n")
    if "modul_begriff_im_kontext" in one:
        shared["words"] = tuple(_words(one))
    hidden = None
    for name, said in _own(one):
        if name in SHARED:
            shared[name] = said.get("de", "")
        elif name == "hidden":
            hidden = said.get("de") == "ja"
        elif name in PLACES:
            for tag, text in said.items():
                texts.setdefault(tag, {})[name] = text
    for module in _list(one, "modul_fachliche_freigabe"):
        if (day := module.get("fachlich_freigegeben_am")) is not None:
            try:
                shared["reviewed"] = date.fromisoformat(day)
            except (TypeError, ValueError):
                raise _Wrong("fachlich_freigegeben_am", "2026-12-31") from None
    # A language stands in the file as a whole: what it does not say there is not said.
    names = (*MODULES, "cost", "deadline", *PLACES)
    return Given(value, place, {tag: {**dict.fromkeys(names, ""), **by} for tag, by in texts.items()}, shared, hidden)


def _list(one: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = one.get(key) or []
    if not isinstance(found, list) or not all(isinstance(module, dict) for module in found):
        raise _Wrong(key)
    return found


def _localized(found: Any, where: str) -> dict[str, str]:
    """By language; languages nobody here speaks are left out."""
    if found is None:
        return {}
    if not isinstance(found, list):
        raise _Wrong(where)
    texts = {}
    for one in found:
        if not isinstance(one, dict) or not isinstance(one.get("language_code"), str):
            raise _Wrong(f"{where}.language_code", ", ".join(LANGUAGES))
        if not isinstance(one.get("_value"), str | None):
            raise _Wrong(f"{where}._value")
        tag = one["language_code"] if one["language_code"] in LANGUAGES else one["language_code"].split("-")[0]
        if tag in LANGUAGES and one.get("_value"):
            texts[tag] = cleaned("need", plain(one["_value"]))
    return texts


def _words(one: Mapping[str, Any]) -> Iterable[str]:
    for module in _list(one, "modul_begriff_im_kontext"):
        for entry in _list(module, "begriff_im_kontext"):
            begriff = entry.get("begriff")
            text = begriff.get("_value") if isinstance(begriff, dict) else begriff
            if not isinstance(text, str):
                raise _Wrong("begriff_im_kontext.begriff")
            yield from listed(unescape(text), ",")


def _own(one: Mapping[str, Any]) -> Iterable[tuple[str, dict[str, str]]]:
    for module in _list(one, "modul_text_individuell"):
        kind = module.get("individuelles_textmodultyp")
        if isinstance(kind, dict) and kind.get("list_uri") == OWN_LIST:
            yield str(kind.get("code")), _localized(module.get("inhalt"), "modul_text_individuell.inhalt")


def as_xzufi(id_: str, said: Said, hidden: bool) -> dict[str, Any]:
    """One in this shape; `read_xzufi` of it is the same description."""

    def told(name: str) -> list[dict[str, str]]:
        return [
            {"language_code": tag, "_value": escape(by[name], quote=False)}
            for tag, by in said.texts.items()
            if by.get(name)
        ]

    def german(text: str) -> list[dict[str, str]]:
        return [{"language_code": "de", "_value": escape(text, quote=False)}]

    def own(name: str, texts: list[dict[str, str]]) -> dict[str, Any]:
        return {
            "individuelles_textmodultyp": {"list_uri": OWN_LIST, "list_version_id": "1", "code": name},
            "inhalt": texts,
        }

    modules = [{"leika_textmodul": codes[0], "inhalt": told(name)} for name, codes in MODULES.items() if told(name)]
    return {
        "id": {"value": id_},
        "modul_text": [*modules, {"leika_textmodul": LAW, "inhalt": german("\n".join(said.law))}],
        "modul_kosten": [{"beschreibung": told("cost")}] if told("cost") else [],
        "modul_frist": [{"beschreibung": told("deadline")}] if told("deadline") else [],
        "modul_begriff_im_kontext": [
            {
                "begriff_im_kontext": [
                    {"begriff": {"language_code": "de", "_value": escape(w, quote=False)}} for w in said.words
                ]
            }
        ],
        "modul_fachliche_freigabe": [{"fachlich_freigegeben_am": said.reviewed.isoformat()}],
        "modul_text_individuell": [
            *(own(name, told(name)) for name in PLACES if told(name)),
            *(own(name, german(getattr(said, name))) for name in SHARED),
            own("hidden", german("ja" if hidden else "nein")),
        ],
    }


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.silent += tag in ("script", "style")
        if tag == "li":
            self.parts.append("\n- ")
        elif tag in _BLOCKS:
            self.parts.append("\n" if tag == "br" else "\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.silent = max(0, self.silent - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(re.sub(r"\s+", " ", data))


def plain(text: str) -> str:
    """HTML as editorial offices write it as our plain text: paragraphs and lists stay, everything else goes."""
    if "<" not in text:
        return unescape(text)
    reader = _Plain()
    reader.feed(text)
    reader.close()
    return re.sub(r"\n\s*\n\s*", "\n\n", "".join(reader.parts)).strip()


def _no_file() -> Refused:
    return Refused("no_table", "This is no file we can read. Please send a CSV or a JSON.", field="file")
