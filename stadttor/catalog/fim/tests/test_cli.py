import json
from pathlib import Path

import pytest
from lxml import etree

from stadttor.catalog.cli import main
from stadttor.catalog.fim.tests.builders import ROOT, VALID, a_field, a_group, a_message, sample
from stadttor.catalog.fim.writing import write_message


def run(*argv: object) -> int:
    return main([str(one) for one in argv])


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    (tmp_path / "schema.xml").write_bytes(write_message(a_message(a_group(1, a_field(1), a_field(2)))))
    return tmp_path / "schema.xml"


def test_a_schema_becomes_a_package_that_passes_the_check(
    schema: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("import-xdf", schema, "--id", "de.example.probe", "--to", tmp_path / "probe") == 0
    said = capsys.readouterr().out
    assert "2 fields, 1 groups and 0 rules of S99000000001 1.0.0 imported" in said
    assert "- texts/de.yaml: Zusammenfassung, service, receipt und outcome_help schreiben." in said
    assert "texts/de.yaml: Zusammenfassung" in (tmp_path / "probe" / "README.md").read_text()
    assert run("check", tmp_path / "probe") == 0


def test_the_real_schema_comes_in_and_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.xml").write_bytes(sample(VALID[0]))
    assert run("import-xdf", tmp_path / "in.xml", "--id", "de.example.blaue-karte", "--to", tmp_path / "karte") == 0
    assert "88 fields, 29 groups and 3 rules of S00000000121 1.0.0" in capsys.readouterr().out
    assert run("export-xdf", tmp_path / "karte", "--to", tmp_path / "out.xml") == 0
    assert "88 fields, 29 groups and 3 rules of S00000000121 1.0.0" in capsys.readouterr().out


def test_an_invalid_schema_leaves_nothing_behind(
    schema: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schema.write_bytes(schema.read_bytes().replace(b"1:1", b"viele", 1))
    assert run("import-xdf", schema, "--id", "de.example.probe", "--to", tmp_path / "probe") == 1
    assert "schema.xml:" in capsys.readouterr().err
    assert not (tmp_path / "probe").exists()


def test_an_unusable_id_leaves_nothing_behind(schema: Path, tmp_path: Path) -> None:
    assert run("import-xdf", schema, "--id", "Probe", "--to", tmp_path / "probe") == 1
    assert not (tmp_path / "probe").exists()


def test_a_package_is_written_as_schema_xsd_and_json_schema(tmp_path: Path) -> None:
    assert run("export-xdf", ROOT / "packages" / "hundesteuer", "--to", tmp_path / "hund.xml") == 0
    assert etree.parse(tmp_path / "hund.xml").getroot().prefix == "xdf3"
    etree.XMLSchema(etree.parse(tmp_path / "hund.xsd"))
    assert json.loads((tmp_path / "hund.schema.json").read_text())["type"] == "object"
