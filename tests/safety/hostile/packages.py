"""Hostile packages by name, each signed by a publisher who is trusted: only what is in them can refuse them."""

import zipfile
from math import isqrt

from stadttor.catalog.rules import limits
from stadttor.catalog.rules.files import Files
from stadttor.catalog.tests.builders import a_package
from stadttor.core.cel.reading import MAX_DEPTH, MAX_INTEGER, MAX_LENGTH, MAX_OPERATORS
from tests.safety.hostile import spoiling as s
from tests.safety.hostile.forms import FORMS
from tests.safety.hostile.processes import PROCESSES
from tests.safety.hostile.spoiling import Hostile

DAMAGED, OUTSIDE_OF = "This is no package archive", "The path leads outside the package"
CONDITION = "show_if`"
TOO_MUCH = "takes too much time or memory"
TAGS = ["de", *(f"{one}{other}" for one in "abcd" for other in "fghijklmnop")]
NEU = a_package()["examples/neu.yaml"]
LETTER_TEXTS = "    subject: Ihr Antrag\n    granted: Ja.\n    refused: Nein.\n    withdrawn: Ende.\n"


def _options(count: int) -> Files:
    names = [f"o{number}" for number in range(count)]
    texts = "    x: {" + ", ".join(f"{name}: W" for name in names) + "}\n"
    return s.fields([f"{{id: x, type: select, options: [{', '.join(names)}]}}"], ["x"], texts)


def _fields(count: int) -> Files:
    names = [f"f{number}" for number in range(count)]
    return s.fields([f"{{id: {name}, type: text}}" for name in names], names)


def _repeated(most: int) -> Files:
    group = f"\n      - id: hunde\n        repeat: {{max: {most}}}\n        fields:\n          - {{id: x, type: text}}"
    texts = (s.LABELS, f"  hunde:\n    x: {{label: Name}}\n{s.LABELS}")
    files = a_package(form=(s.FIELD, f"{s.FIELD}{group}"), texts=texts)
    return {
        **files,
        "texts/de.yaml": files["texts/de.yaml"] + b"groups:\n  hunde: {title: Hunde, add: Noch einer, item: Hund}\n",
    }


def _circle(second: str) -> Files:
    one = "{id: x, type: text, show_if: \"a.anliegen.y != ''\"}"
    return s.fields([one, f"{{id: y, type: text, show_if: \"a.anliegen.{second} != ''\"}}"], ["x", "y"])


def _letters(count: int) -> Files:
    names = [f"l{number}" for number in range(count)]
    texts = "".join(f"  {name}:\n{LETTER_TEXTS}" for name in names)
    letters = {f"letters/{name}.typ": f"{s.LETTER}#reasons-list()\n".encode() for name in names}
    return a_package(texts=("letters:\n", f"letters:\n{texts}")) | letters


def _operators(count: int) -> str:
    """A condition with so many, in few characters."""
    return " && ".join(["true"] * (count + 1))


def _condition(length: int) -> str:
    first, second = "a.anliegen.art", "== 'neu'"
    return f"{first}{' ' * (length - len(first) - len(second))}{second}"


def _languages(count: int) -> Files:
    tags = TAGS[:count]
    more = {f"texts/{tag}.yaml": b"title: Muster\n" for tag in tags[1:]}
    return a_package(package=("languages: [de]", f"languages: [{', '.join(tags)}]")) | more


def _settings(count: int) -> str:
    return "".join(f"    s{number}: {{type: integer, title: S, default: 1}}\n" for number in range(count))


def _list(count: int, most: int = limits.TABLE_ROWS) -> str:
    numbers = ", ".join(["1"] * count)
    return f"    mehr: {{type: array, title: M, maxItems: {most}, items: {{type: integer}}, default: [{numbers}]}}\n"


def _compared(rows: int) -> Files:
    """A check that looks at each of one list for each of another."""
    lists = "".join(
        f"    {name}: {{type: array, title: L, maxItems: {rows}, items: {{type: integer}}, default: []}}\n"
        for name in "bc"
    )
    files = a_package(package=("  properties:\n", f"  properties:\n{lists}"))
    check = '\nparameter_checks:\n  - {if: "p.b.exists(x, x in p.c)", refuse: b, text: doppelt}\n'
    texts = files["texts/de.yaml"] + b"parameter_checks: {doppelt: Das steht zweimal da.}\n"
    return {**files, "package.yaml": files["package.yaml"] + check.encode(), "texts/de.yaml": texts}


def _handed_over(text: str, beyond: int = 0) -> Files:
    """With a rule for handing over, and so many bytes of nothing behind it."""
    rule = f"target: Fachverfahren\nat: decided\noutcomes: [granted]\ndue: P3D\nsheet:\n{text}"
    return {**a_package(), "handover.yaml": f"{rule}# {'x' * beyond}".encode()}


def _screens(each: int) -> Files:
    """Two of them, each with so many values: none of the two lists is too long by itself."""
    values = ", ".join(f"{{to: W{number}, from: case.number}}" for number in range(each))
    return _handed_over(f"  - {{screen: Eins, fields: [{values}]}}\n  - {{screen: Zwei, fields: [{values}]}}\n")


def _coded(count: int = 1, length: int = 1) -> Files:
    codes = ", ".join(f"k{number}: {'c' * length}" for number in range(count))
    return _handed_over(f"  - {{screen: Eins, fields: [{{to: W, from: case.number, codes: {{{codes}}}}}]}}\n")


def _words(length: int) -> str:
    """A setting of so many letters of any script: short to write, and long once compiled."""
    return f"    mehr: {{type: string, title: M, pattern: '\\pL{{{length}}}', default: {'a' * length}}}\n"


def _same(prefix: str, ending: str, count: int, content: bytes) -> dict[str, bytes]:
    return {f"{prefix}{number}.{ending}": content for number in range(count)}


LONG_PATH = "letters/" + "a" * (limits.PATH_LENGTH - 12) + ".svg"
FEES = a_package()["fees.yaml"]
ARCHIVES: dict[str, Hostile] = {
    "nothing": Hostile(lambda: b"", (DAMAGED,)),
    "something else": Hostile(lambda: b"hello" * 99, (DAMAGED,)),
    "an archive larger than allowed": s.many(
        _same("letters/p", "svg", limits.ARCHIVE_BYTES // 3_900_000 + 1, s.picture(3_900_000)), "archive is larger than 20,000,000",
        good=_same("letters/p", "svg", 2, s.picture(3_900_000)),
    ),
    "a packed bomb": s.zipped(
        lambda it: it.writestr("LICENSE", bytes(100_000_000)), "LICENSE: Larger than 4,000,000", "compressed",
        mode=zipfile.ZIP_DEFLATED,
    ),
    "a link": s.zipped(s.a_link, "texts/tr.yaml: This is a link"),
    "a file twice": s.zipped(lambda it: it.writestr("form.yaml", b"pages: []"), "form.yaml: This file is there twice"),
    "a comment": s.zipped(s.a_comment, "something besides its files"),
    "something behind the archive": Hostile(lambda: s.sound() + b"MZ" + bytes(99), ("something besides its files",)),
    "something before the archive": Hostile(lambda: b"#!/bin/sh\n" + s.sound(), ("something besides its files",)),
    "a byte changed in the middle": Hostile(s.one_byte(3_000), (DAMAGED,)),
    "cut off": Hostile(lambda: s.sound()[:-99], (DAMAGED,)),
    "a file changed after signing": Hostile(
        s.swapped(lambda: {**s.skeleton(), "fees.yaml": b"[]\n"}), ("fees.yaml: This file was changed after signing",)
    ),
    "a file added after signing": Hostile(
        s.swapped(lambda: {**s.skeleton(), "LICENSE": b"x"}), ("LICENSE: This file was added after signing",)
    ),
    "a signature of another package": Hostile(s.signature_of_another, ("signature does not belong to this content",)),
    "a list of sums nested without end": Hostile(
        s.packed(s.skeleton, lambda _: b"[" * 100_000, "x..y"), ("The list of sums cannot be read",)
    ),
    "a list of sums larger than allowed": Hostile(
        s.packed(s.skeleton, lambda files: s.sums_of(files) + b" " * limits.MANIFEST_BYTES), ("sums is larger than 200,000",)
    ),
    "an endless signature": Hostile(
        s.packed(s.skeleton, s.sums_of, "x" * (limits.SIGNATURE_BYTES + 1)), ("The signature is too long",)
    ),
    "not signed": Hostile(s.packed(s.skeleton, s.sums_of, ""), ("The archive is not signed",)),
    "another name signed than inside": Hostile(
        lambda: s.signed(s.skeleton(), package_id="de.example.anderes"), ("signed name or version is another",)
    ),
    "another version signed than inside": Hostile(
        lambda: s.signed(s.skeleton(), version="9.9.9"), ("signed name or version is another",)
    ),
    "a name of somebody else": Hostile(
        lambda: s.renamed(s.skeleton(), "de.stadttor.bewohnerparkausweis"), ("may sign packages below `de.example` only",)
    ),
}  # fmt: skip
PATHS: dict[str, Hostile] = {
    "a path upwards": s.added("../evil.yaml", b"x", OUTSIDE_OF),
    "a path upwards, twice": s.added("texts/../../evil.yaml", b"x", OUTSIDE_OF),
    "a path upwards for Windows": s.added("texts\\..\\evil.yaml", b"x", OUTSIDE_OF),
    "an absolute path": s.added("/etc/cron.d/evil", b"x", "The path is absolute"),
    "a drive": s.added("C:/evil.yaml", b"x", "The path is absolute"),
    "a program": s.added("run.py", b"import os", "run.py: A package has no file of this name"),
    "a hidden file": s.added(".git/config", b"x", ".git/config: A package has no file of this name"),
    "a path longer than allowed": s.added(
        f"letters/{'a' * limits.PATH_LENGTH}.svg", s.picture(), "path is longer than 120", good=(LONG_PATH, s.picture())
    ),
    "a path that reads backwards": s.added("texts/\u202elmay.ed", b"x", "A package has no file of this name"),
}
LIMITS: dict[str, Hostile] = {
    "more files than allowed": s.many(
        _same("letters/p", "svg", limits.FILES, s.picture()), "More than 500 files",
        good=_same("letters/p", "svg", limits.FILES - 20, s.picture()),
    ),
    "a file larger than allowed": s.added(
        "LICENSE", b"x" * (limits.FILE_BYTES + 1), "LICENSE: Larger than 4,000,000", good=("LICENSE", b"x" * limits.FILE_BYTES)
    ),
    "more examples than allowed": s.many(
        _same("examples/e", "yaml", limits.EXAMPLES + 1, NEU), "at most 200 are allowed",
        good=_same("examples/e", "yaml", limits.EXAMPLES - 2, NEU),
    ),
    "more fields than allowed": s.spoiled(
        lambda: _fields(limits.FIELDS + 1), "1000 are allowed", twin=lambda: _fields(limits.FIELDS - 20)
    ),
    "more letters than allowed": s.spoiled(
        lambda: _letters(limits.LETTERS + 1), "There are 31, at most 30 are allowed", twin=lambda: _letters(3)
    ),
    "more languages than allowed": s.spoiled(
        lambda: _languages(limits.LANGUAGES + 1), "`languages`", "40", twin=lambda: _languages(limits.LANGUAGES)
    ),
    "more settings than allowed": s.setting(
        _settings(limits.PARAMETERS), "more than 100 entries", good=_settings(limits.PARAMETERS - 1)
    ),
    "a list longer than allowed": s.setting(_list(1, limits.TABLE_ROWS + 1), "at most 2,000 rows", good=_list(1)),
    "more rows than allowed": s.setting(
        _list(limits.TABLE_ROWS + 1).replace(f"maxItems: {limits.TABLE_ROWS}, ", ""), "the default does not fit",
        good=_list(limits.TABLE_ROWS),
    ),
    "checks that look at too much": s.spoiled(
        lambda: _compared(limits.TABLE_ROWS), "they could look at 4,000,000",
        twin=lambda: _compared(isqrt(limits.CHECKED_VALUES) - 100),
    ),
    "YAML larger than allowed": s.changed(
        FEES + b"# " + b"x" * limits.YAML_BYTES, "larger than 1,000,000", of="fees",
        good=FEES + b"# " + b"x" * (limits.YAML_BYTES - len(FEES) - 2),
    ),
    "more values than allowed": s.setting(_list(limits.YAML_NODES), "More than 60,000 values", good=_list(2_000)),
    "nested deeper than allowed": s.changed(s.levels(limits.MAPPING_DEPTH + 1), "Nested deeper than 8 levels.", of="fees"),
    "lists deeper than allowed": s.changed(b"[" * (limits.COLLECTION_DEPTH + 1), "deeper than 16 levels, lists", of="fees"),
    "nested without end": s.changed(b"[" * 50_000, "Nested deeper than", of="fees"),
    "a text longer than allowed": s.changed(
        ("declaration: Ich", "declaration: " + "x" * limits.TEXT_BYTES + "x Ich"), "A text longer than 20,000", of="texts",
        good=("declaration: Ich", "declaration: " + "x" * 10_000 + " Ich"),
    ),
    "more options than allowed": s.spoiled(
        lambda: _options(501), "options`", "too many. Mend: At most 500", twin=lambda: _options(500)
    ),
    "a repetition without end": s.spoiled(
        lambda: _repeated(1_000_000), "repeat.max`: max is not a number from 0 to 200", twin=lambda: _repeated(200)
    ),
}  # fmt: skip
HAND_OVERS: dict[str, Hostile] = {
    "more values handed over than allowed": s.spoiled(
        lambda: _screens(limits.HAND_OVER_FIELDS // 2 + 1), "More than 300 values", twin=lambda: _screens(limits.HAND_OVER_FIELDS // 2)
    ),
    "more codes than allowed": s.spoiled(
        lambda: _coded(limits.HAND_OVER_CODES + 1), "codes`: It is no mapping of values to codes",
        twin=lambda: _coded(limits.HAND_OVER_CODES),
    ),
    "a code longer than allowed": s.spoiled(
        lambda: _coded(length=limits.HAND_OVER_CODE_LENGTH + 1), "The code is not a short text",
        twin=lambda: _coded(length=limits.HAND_OVER_CODE_LENGTH),
    ),
    "a rule for handing over larger than allowed": s.spoiled(
        lambda: _handed_over("  - {screen: Eins, fields: [{to: W, from: case.number}]}\n", limits.YAML_BYTES),
        "handover.yaml: The file is larger than 1,000,000",
        twin=lambda: _handed_over("  - {screen: Eins, fields: [{to: W, from: case.number}]}\n", limits.YAML_BYTES - 200),
    ),
}  # fmt: skip
YAML: dict[str, Hostile] = {
    "an alias bomb": s.changed(s.alias_bomb(), "Anchors and aliases", of="fees"),
    "a tag that makes objects": s.changed(b"!!python/object/apply:os.system ['id']\n", "The tag `tag:yaml", of="fees"),
    "a merge key": s.changed(b"a: {b: 1}\n<<: {c: 1}\n", "Merge keys", of="fees"),
    "two documents": s.changed(b"[]\n---\n[]\n", "A second document begins here", of="fees"),
    "a key twice": s.changed(("trust: none", "trust: hoch\ntrust: none"), "`trust` stands here twice", of="package"),
    "a zero byte": s.changed(b'- "a\\0b"\n', "A text with a zero byte", of="fees"),
    "no text at all": s.changed(b"\xff\xfe\x00\x01", "The file is not UTF-8", of="fees"),
    "a number without end": s.changed(
        b"- {id: a, cents: " + b"9" * 5_000 + b", text: a}\n", "5000 characters", of="fees"
    ),
}
CONDITIONS: dict[str, Hostile] = {
    "a condition longer than allowed": s.condition(
        _condition(MAX_LENGTH + 1), CONDITION, "500 are allowed", good=_condition(MAX_LENGTH)
    ),
    "more operators than allowed": s.condition(
        _operators(MAX_OPERATORS + 1), CONDITION, "More than 60 operators", good=_operators(MAX_OPERATORS)
    ),
    "an endless condition": s.condition(
        "[1].all(x, [1].all(y, [1].all(z, x + y + z > 0)))", CONDITION, "all needs a repeated group"
    ),
    "brackets without end": s.condition(
        "(" * 200 + "true" + ")" * 200, CONDITION, "levels of brackets",
        good="(" * (MAX_DEPTH - 1) + "a.anliegen.art == 'neu'" + ")" * (MAX_DEPTH - 1),
    ),
    "a number larger than a browser knows": s.condition(
        f"{MAX_INTEGER + 1} > 1", CONDITION, "The number is too big", good=f"{MAX_INTEGER} > 1"
    ),
    "a pattern inside a condition": s.condition("a.anliegen.art.matches('(a+)+$')", CONDITION, "matches is not in the profile"),
    "a division": s.condition("1 / 0 == 1", CONDITION, "Division is not in the profile"),
    "somebody else's names": s.condition("settings.SECRET_KEY == ''", CONDITION, "settings is not declared"),
    "conditions in a circle": s.spoiled(
        lambda: _circle("x"), "depend on each other in a circle", twin=lambda: _circle("nummer")
    ),
    "a catastrophic pattern with look-around": s.one_field(
        'type: text, pattern: "(?=(a+)+)b"', "pattern is not usable", good='type: text, pattern: "(a+)+b"'
    ),
    "a pattern that explodes": s.one_field(
        'type: text, pattern: "((a{1,100}){1,100}){1,100}"', "pattern is not usable",
        good='type: text, pattern: "((a{1,10}){1,10})"',
    ),
    "a pattern longer than allowed": s.one_field(
        f'type: text, pattern: "{"a" * (limits.PATTERN_LENGTH + 1)}"', "501 characters, 500 are allowed",
        good=f'type: text, pattern: "{"a" * limits.PATTERN_LENGTH}"',
    ),
    "a pattern of a setting longer than allowed": s.setting(
        f"    mehr: {{type: string, title: M, pattern: '{'a?' * 251}', default: a}}\n", "at most 500 characters",
        good=f"    mehr: {{type: string, title: M, pattern: '{'a?' * 250}', default: a}}\n",
    ),
    "a pattern that takes too much memory": s.setting(
        _words(limits.PATTERN_MEMORY >> 11), "pattern too large", good=_words(limits.PATTERN_MEMORY >> 17)
    ),
    "a fee without end": s.changed(
        b'- {id: a, cents: "' + b"9 * " * 500 + b'9", text: a}\n', "2001 characters, 500 are allowed", of="fees"
    ),
}  # fmt: skip
LETTERS: dict[str, Hostile] = {
    "a letter that reads a file": s.letter('#read("/etc/passwd")', "`read(…)` is not allowed in a letter"),
    "a letter that loads a module": s.letter('#import "@preview/evil:1.0.0": *', "takes in `@preview/evil:1.0.0`"),
    "a letter that takes from above": s.letter('#include "../../secret.typ"', "takes in `../../secret.typ`"),
    "a letter that runs text": s.letter('#eval("1 + 1")', "`eval(…)` is not allowed in a letter"),
    "a letter that runs a program": s.letter('#let spy = plugin("spy.wasm")', "`plugin(…)` is not allowed"),
    "a letter that never ends": s.letter("#let i = 0\n#while i >= 0 { i += 1 }", "loop seems to be infinite"),
    "a letter that calls itself": s.letter("#let f(n) = f(n + 1)\n#f(0)", "maximum function call depth exceeded"),
    "a letter of a million pages": s.letter("#for i in range(1000000) { pagebreak(weak: false) }", TOO_MUCH),
    "a letter that eats memory": s.letter('#let x = "a" * 1000000000\n#x.len()', TOO_MUCH),
    "a letter that grows": s.letter('#let x = "a"\n#for i in range(60) { x = x + x }\n#x.len()', TOO_MUCH),
    "a picture with a script": s.added(
        "letters/w.svg", s.picture().replace(b"<path", b"<script>x</script><path"), "w.svg:1: `<script` is not allowed",
        good=("letters/w.svg", s.picture()),
    ),
    "a picture of something else": s.added("letters/w.png", b"MZ" + bytes(99), "letters/w.png: This is no PNG picture"),
}  # fmt: skip
TEXTS: dict[str, Hostile] = {
    "a link that runs": s.changed(
        ("declaration: Ich", "declaration: '[hier](javascript:alert(1))' #"), "links to `javascript:", of="texts",
        good=("declaration: Ich", "declaration: '[hier](https://www.weissenburg.de)' #"),
    ),
    "a portal that runs": s.changed(
        ("search:", "elsewhere: {url: 'javascript:alert(1)'}\nsearch:"), "elsewhere.url`: has the wrong form", of="package"
    ),
}  # fmt: skip
PACKAGES = ARCHIVES | PATHS | LIMITS | FORMS | HAND_OVERS | YAML | CONDITIONS | PROCESSES | LETTERS | TEXTS
"""Each is made anew when called."""
