"""fim.yaml comes from a stranger."""

import pytest

from stadttor.catalog.fim.tests.builders import a_field, a_group, a_message, files_of
from stadttor.catalog.tests.builders import checked


def faults_with(old: str, new: str) -> str:
    """What the check says when the file is changed so."""
    files = dict(files_of(a_message(a_group(1, a_field(1)))))
    assert old in files["fim.yaml"].decode()
    files["fim.yaml"] = files["fim.yaml"].decode().replace(old, new).encode()
    return "\n".join(str(fault) for fault in checked(files).faults)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("gruppe_1.feld_1", "gruppe_1.fehlt", "The form has no question `gruppe_1.fehlt`"),
        ("G99000000001/F99000000001:", "G99000000001/F2:", "The schema has no position G99000000001/F2"),
        ("kind: field", "kind: feld", "The kind 'feld' is not known"),
        ("count: '1:1'", "count: oft", "`count` is no cardinality"),
        ("id: F99000000001", "id: '<x>'", "is not usable"),
        ("datentyp: text", "datentyp: zahl", "`datentyp` knows no code 'zahl'"),
        ("datentyp: text", "datentip: text", "`datentip` is not known here"),
        ("root: S99000000001 1.0.0", "root: F99000000001 1.0.0", "`root` is no schema"),
        ("- element: F99000000001 1.0.0", "- element: F2", "`elements.F2` is not a mapping|`elements.G99"),
        ("- element: F99000000001 1.0.0", "- element: G99000000001 1.0.0", "contains itself"),
        ("name: Feld 1", "name: 1", "`name` is not a text"),
        ("message:", "messages:", "`messages` is not known here"),
    ],
)  # fmt: skip
def test_a_fault_is_found_with_its_line(old: str, new: str, said: str) -> None:
    faults = faults_with(old, new)
    assert any(part in faults for part in said.split("|")), faults
    assert faults.startswith("fim.yaml:")


def test_elements_that_multiply_are_refused() -> None:
    """Each level holds the next one twice: thirty lines would be a billion positions."""
    lines = ["message: {id: x, created: '2026-11-23T10:00:00Z'}", "root: e0", "elements:"]
    for level in range(15):
        held = f"[{{element: e{level + 1}, count: '1:1'}}, {{element: e{level + 1}, count: '1:1'}}]"
        kind = "schema" if level == 0 else "group"
        lines.append(f"  e{level}: {{kind: {kind}, id: G{level}, contains: {held}}}")
    lines.append("  e15: {kind: field, id: F1}")
    files = dict(files_of(a_message(a_group(1, a_field(1))))) | {"fim.yaml": "\n".join(lines).encode()}
    assert "`root` is no schema of at most" in str(checked(files).faults)


def test_a_chain_read_from_its_end_is_refused_too() -> None:
    lines = ["message: {id: x, created: '2026-11-23T10:00:00Z'}", "root: e0", "elements:"]
    held = ", ".join(f"{{element: e{level}, count: '1:1'}}" for level in range(2000, 0, -1))
    lines.append(f"  e0: {{kind: schema, id: S1, contains: [{held}]}}")
    lines += [
        f"  e{level}: {{kind: group, id: G{level}, contains: [{{element: e{level + 1}, count: '1:1'}}]}}"
        for level in range(1, 2000)
    ]
    lines.append("  e2000: {kind: field, id: F1}")
    files = dict(files_of(a_message(a_group(1, a_field(1))))) | {"fim.yaml": "\n".join(lines).encode()}
    assert "groups stand too deep" in str(checked(files).faults)
