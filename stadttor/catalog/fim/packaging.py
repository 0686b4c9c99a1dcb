"""The files of a package for an imported schema, and what a person still has to write in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from stadttor.catalog.fim.importing import Imported, shown
from stadttor.catalog.fim.model import Element
from stadttor.catalog.fim.sidecar import FILE, to_data
from stadttor.catalog.rules import limits
from stadttor.catalog.rules.faults import refuse
from stadttor.forms.parsing import parse_form
from stadttor.forms.rules import Filled

TODAY = date(2026, 11, 23)
"""The day of the example; it asks nothing that depends on a day."""
_UNWRITTEN = "Noch zu schreiben."
_SERVICE = ("who", "need", "cost", "duration", "next", "other_ways")
_LETTER = """#import "/platform/letter.typ": *
#show: letter

#t("letters.bescheid." + data.outcome)

#reasons-list()
"""


@dataclass(frozen=True)
class Skeleton:
    """`files` by path; `tasks` are what a person still has to do, one sentence each."""

    files: Mapping[str, bytes]
    tasks: tuple[str, ...]


def skeleton_of(imported: Imported, package: str) -> Skeleton:
    """A package with this id that passes the check as it is. Raises PackageRefused where a file would be too large."""
    root = imported.sidecar.message.root
    tasks = tuple(_tasks(imported))
    _must_fit("form.yaml", imported.form)
    contents = {
        "package.yaml": _manifest(root, package),
        "form.yaml": imported.form,
        FILE: to_data(imported.sidecar),
        "texts/de.yaml": _texts(root, imported),
        "examples/leer.yaml": _example(imported.form),
    }
    for path, data in contents.items():
        _must_fit(path, data)
    files = {path: _yaml(data) for path, data in contents.items()}
    files |= {"letters/bescheid.typ": _LETTER.encode(), "README.md": _readme(root, tasks).encode()}
    return Skeleton(files, tasks)


def _must_fit(path: str, data: Any) -> None:
    """Said before it is written, which takes the writer of YAML a minute for what the check then refuses."""
    values, size, todo = 0, 0, [data]
    while todo:
        one = todo.pop()
        values, size = values + 1, size + (len(one.encode()) if isinstance(one, str) else 0)
        if values > limits.YAML_NODES:
            raise refuse(
                path, 0, f"The schema makes more than {limits.YAML_NODES:,} values of it.", "Split the schema."
            )
        if size > limits.YAML_BYTES:
            raise refuse(path, 0, f"The schema makes more than {limits.YAML_BYTES:,} bytes of it.", "Split the schema.")
        if isinstance(one, Mapping):
            todo += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            todo += one


class _Dumper(yaml.SafeDumper):
    """Without anchors, which packages may not use."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    """Line ends other than \\n are escaped: a parser would make \\n of them."""
    style = '"' if any(mark in text for mark in "\x85\u2028\u2029") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _yaml(data: Any) -> bytes:
    text = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    return str(text).encode()


def _manifest(root: Element, package: str) -> dict[str, Any]:
    law = [" ".join(one.text.split())[:300] for one in root.references if one.text.strip()][:50]
    return {
        "format": 1,
        "id": package,
        "version": "0.1.0",
        "leistung": None,
        "publisher": " ".join(root.text("statusGesetztDurch").split())[:300] or _UNWRITTEN,
        "competent": "gemeinde",
        "outcomes": ["granted", "refused", "withdrawn"],
        "trust": "none",
        "languages": ["de"],
        "law": law or [_UNWRITTEN],
        "channels": ["online", "counter", "post"],
        "due": "P30D",
        "retention": "P3Y",
        "payment": "none",
        "parameters": {"type": "object", "properties": {}},
    }


def _texts(root: Element, imported: Imported) -> dict[str, Any]:
    title = shown(root.label)
    return {
        "title": title,
        "summary": _UNWRITTEN,
        "service": dict.fromkeys(_SERVICE, _UNWRITTEN),
        **imported.texts,
        "declaration": "Ich bestätige, dass meine Angaben richtig und vollständig sind.",
        "receipt": {"next": _UNWRITTEN},
        "outcomes": {"granted": "Bewilligt", "refused": "Abgelehnt", "withdrawn": "Zurückgenommen"},
        "outcome_help": dict.fromkeys(("granted", "refused"), _UNWRITTEN),
        "letters": {
            "bescheid": {
                "subject": title,
                "granted": "Wir bewilligen Ihren Antrag.",
                "refused": "Wir lehnen Ihren Antrag ab.",
                "withdrawn": "Sie haben Ihren Antrag zurückgenommen. Das Verfahren ist beendet.",
            }
        },
    }


def _example(form: Mapping[str, Any]) -> dict[str, Any]:
    """Nothing answered: what the form then says, as the engine found it."""
    problems = {one.path: one.code for one in Filled(parse_form(form, {}), {}, {}, TODAY).validate_all()}
    expect: dict[str, Any] = {"valid": not problems, **({"errors": problems} if problems else {})}
    return {"title": "Nichts ausgefüllt", "today": TODAY.isoformat(), "answers": {}, "expect": expect}


def _tasks(imported: Imported) -> Iterator[str]:
    root = imported.sidecar.message.root
    yield "package.yaml: Kennung der Leistung, Zuständigkeit, Frist, Aufbewahrung, Gebühren und Vertrauensniveau prüfen."
    if not root.references:
        yield "package.yaml: Rechtsgrundlagen (law) nennen; das Schema nennt keine."
    yield "texts/de.yaml: Zusammenfassung, service, receipt und outcome_help schreiben."
    yield "texts/de.yaml: Gründe (reasons) und den Wortlaut des Bescheids schreiben; weitere Sprachen ergänzen."
    yield "examples: ausgefüllte Beispiele ergänzen, mindestens eines, das angenommen wird."
    yield from (f"form.yaml, {at}: {note}" for at, note in imported.notes)


def _readme(root: Element, tasks: tuple[str, ...]) -> str:
    name = f"{root.id} {root.version}".strip()
    head = (
        f"# {root.label}\n\nAus dem FIM-Datenschema {name}. Was FIM über das Formular hinaus sagt, steht in {FILE}.\n"
    )
    return head + "\n## Noch zu tun\n\n" + "".join(f"- {' '.join(task.split())}\n" for task in tasks)
