"""Hostile packages by their form and what stands beside it: conditions in a row, credentials, lines, a data schema."""

from collections.abc import Mapping
from itertools import pairwise

from stadttor.catalog.fim.model import MAX_DEPTH, MAX_POSITIONS
from stadttor.catalog.rules import limits
from stadttor.catalog.rules.files import Files
from stadttor.catalog.rules.wording import SEARCH_WORDS
from stadttor.catalog.tests.builders import a_package
from stadttor.forms.definition import MAX_CHAIN, MAX_NESTING
from stadttor.forms.wallet_key import DEEPEST, MOST
from tests.safety.hostile import spoiling as s
from tests.safety.hostile.spoiling import Hostile

LAW = 'law: ["§ 22 VwVfG"]'


def _chain(count: int) -> Files:
    """So many questions, each asked where the one before it was answered."""
    names = [f"x{number}" for number in range(count)]
    conditions = ["", *(f", show_if: \"a.anliegen.{name} != ''\"" for name in names[:-1])]
    lines = [f"{{id: {name}, type: text{condition}}}" for name, condition in zip(names, conditions, strict=True)]
    return s.fields(lines, names)


def _credential(claims: Mapping[str, str]) -> Files:
    """A proof that a wallet may show, with these claims."""
    asked = ", ".join(f"{name}: {path}" for name, path in claims.items())
    wallet = f"{{type: 'urn:eudi:pid:de:1', claims: {{{asked}}}}}"
    files = s.fields([f"{{id: x, type: file, evidence: wohnsitz, wallet: {wallet}}}"], ["x"])
    said = f"x: {{label: L, credential: Ausweis, claims: {{{', '.join(f'{name}: W' for name in claims)}}}}}"
    return {**files, "texts/de.yaml": files["texts/de.yaml"].replace(b"x: {label: L}", said.encode())}


def _claims(count: int) -> Files:
    return _credential({f"c{number}": "locality" for number in range(count)})


def _claim(depth: int) -> Files:
    return _credential({"ort": f"[{', '.join(['address'] * depth)}]"})


def _option(length: int) -> Files:
    name = "o" * length
    return s.fields([f"{{id: x, type: select, options: [{name}]}}"], ["x"], f"    x: {{{name}: W}}\n")


def _checks(count: int) -> Files:
    """So many checks of the settings."""
    files = a_package()
    checks = '  - {if: "p.gebuehr_cents < 0", refuse: gebuehr_cents, text: falsch}\n' * count
    texts = files["texts/de.yaml"] + b"parameter_checks: {falsch: Das ist falsch.}\n"
    manifest = files["package.yaml"] + f"\nparameter_checks:\n{checks}".encode()
    return {**files, "package.yaml": manifest, "texts/de.yaml": texts}


def _searched(count: int) -> Files:
    words = ", ".join(f"w{number}" for number in range(count))
    files = a_package(package=("languages: [de]", "languages: [de, en]"))
    return {**files, "texts/en.yaml": f"title: Sample\nsearch: {words}\n".encode()}


def _schema(contains: Mapping[str, list[str]]) -> Files:
    """A package with a data schema S; `contains` says what stands in what."""
    held = sorted({one for many in contains.values() for one in many} - set(contains))
    lines = ["message: {id: probe, created: '2026-11-23T10:00:00Z'}", "root: S", "elements:"]
    for key, inner in contains.items():
        kind = "schema" if key == "S" else "group"
        lines.append(f"  {key}: {{kind: {kind}, id: {key}, said: {{name: N}}, contains: [")
        lines.append(", ".join(f"{{element: {one}, count: '1:1'}}" for one in inner) + "]}")
    lines += [f"  {key}: {{kind: field, id: {key}, said: {{name: N}}}}" for key in held]
    lines[4::2] = [f"    {line}" if line[0] == "{" else line for line in lines[4::2]]
    return {**a_package(), "fim.yaml": "\n".join(lines).encode()}


def _groups(depth: int, each: int = 1) -> Files:
    """Groups in groups down to a field, each with the next so many times."""
    names = ["S", *(f"G{number}" for number in range(depth)), "F"]
    return _schema({name: [inner] * each for name, inner in pairwise(names)})


FORMS: dict[str, Hostile] = {
    "a chain of conditions longer than allowed": s.spoiled(
        lambda: _chain(MAX_CHAIN + 1), "More than 20 conditions depend on each other", twin=lambda: _chain(MAX_CHAIN)
    ),
    "a form nested deeper than allowed": s.changed(
        s.levels(MAX_NESTING + 1), "form.yaml:", "Nested deeper than 8 levels.", of="form"
    ),
    "more claims of a credential than allowed": s.spoiled(
        lambda: _claims(MOST + 1), "not a list of 1 to 20 claims", twin=lambda: _claims(MOST)
    ),
    "a claim deeper than allowed": s.spoiled(
        lambda: _claim(DEEPEST + 1), "leads to no claim", twin=lambda: _claim(DEEPEST)
    ),
    "an option longer than allowed": s.spoiled(
        lambda: _option(101), "Options are not a list of short texts", twin=lambda: _option(100)
    ),
    "answers without end": s.one_field(
        "type: textarea, max_length: 20001", "not a number from 0 to 20000", good="type: textarea, max_length: 20000"
    ),
    "files without end": s.one_field(
        "type: file, evidence: e, max_files: 21", "max_files is not a number from 0 to 20",
        good="type: file, evidence: e, max_files: 20",
    ),
    "a file without end": s.one_field(
        "type: file, evidence: e, max_mb: 21", "max_mb is not a number from 0 to 20", good="type: file, evidence: e, max_mb: 20"
    ),
    "a key longer than allowed": s.changed(b"k" * 201 + b": 1\n", "A key longer than 200 characters", of="fees"),
    "more laws than allowed": s.changed(
        (LAW, f"law: [{'§ 1 X, ' * 51}]"), "`law`", of="package", good=(LAW, f"law: [{'§ 1 X, ' * 50}]")
    ),
    "a line longer than allowed": s.changed(
        (LAW, f"law: [{'§' * 301}]"), "`law.0`", of="package", good=(LAW, f"law: [{'§' * 300}]")
    ),
    "more words to search for than allowed": s.spoiled(
        lambda: _searched(SEARCH_WORDS + 1), "At most 60 words", twin=lambda: _searched(SEARCH_WORDS)
    ),
    "more checks of settings than allowed": s.spoiled(
        lambda: _checks(limits.PARAMETERS + 1), "more than 100 checks", twin=lambda: _checks(limits.PARAMETERS)
    ),
    "a schema of more positions than allowed": s.spoiled(
        lambda: _schema({"S": ["F"] * (MAX_POSITIONS + 1)}), "no schema of at most 3,000 positions",
        twin=lambda: _schema({"S": ["F"] * MAX_POSITIONS}),
    ),
    "a schema that multiplies itself": s.spoiled(
        lambda: _groups(MAX_DEPTH - 1, each=10), "no schema of at most 3,000 positions", twin=lambda: _groups(2, each=10)
    ),
    "a schema deeper than allowed": s.spoiled(
        lambda: _groups(MAX_DEPTH + 1), "groups stand too deep in each other", twin=lambda: _groups(MAX_DEPTH)
    ),
    "a schema that contains itself": s.spoiled(
        lambda: _schema({"S": ["G"], "G": ["G"]}), "contains itself", twin=lambda: _schema({"S": ["G"], "G": ["F"]})
    ),
}  # fmt: skip
