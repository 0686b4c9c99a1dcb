"""The FIM method's own quality checker judges our schemas.

It is no part of the project. To run it: `pip install saxonche` (MPL-2.0), clone github.com/vs5000/FIM-XSLT, and name its
folder `XSLTs` in STADTTOR_FIM_XSLT. Only then these tests run.
"""

import os
import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from stadttor.catalog.fim.application import data_of, to_xml
from stadttor.catalog.fim.model import Message, positions
from stadttor.catalog.fim.reading import read_message
from stadttor.catalog.fim.tests.builders import PACKAGES, SAMPLES, VALID, content_of, export_of_folder, sample
from stadttor.catalog.fim.writing import write_message
from stadttor.catalog.rules.examples import filled
from stadttor.catalog.rules.files import read_folder

FOLDER = os.environ.get("STADTTOR_FIM_XSLT", "")
_FINDING = re.compile(r'class="(FehlerKritisch|FehlerMethodisch|Warnung|Hinweis) (M\d{4})"')

pytestmark = pytest.mark.skipif(not FOLDER, reason="STADTTOR_FIM_XSLT names no folder of the method's stylesheets")


def transformed(stylesheet: str, file: Path, **parameters: str) -> str:
    saxonche = pytest.importorskip("saxonche", reason="pip install saxonche")
    with saxonche.PySaxonProcessor(license=False) as processor:
        program = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(Path(FOLDER) / stylesheet))
        for name, value in ({"DateiOutput": "0", "DebugMode": "0", "CodelistenInhalt": "0"} | parameters).items():
            program.set_parameter(name, processor.make_string_value(value))
        return str(program.transform_to_string(source_file=str(file)))


def findings(message: Message, folder: Path) -> Counter[str]:
    """How many findings of each kind the checker has (`FehlerKritisch M1006`). It must not ask the network."""
    (folder / "schema.xml").write_bytes(write_message(message))
    report = transformed(
        "QS-DF_1_20_xdf3.xsl", folder / "schema.xml", AktuelleCodelisteLaden="0", SammelrepositoryCheck="0"
    )
    assert message.root.id in report  # with another prefix than xdf3 it would say nothing about anything
    return Counter(f"{kind} {code}" for kind, code in _FINDING.findall(report))


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda folder: folder.name)
def test_a_package_of_ours_has_no_errors(folder: Path, tmp_path: Path) -> None:
    found = findings(export_of_folder(folder).message, tmp_path)
    assert {kind: count for kind, count in found.items() if kind.startswith("Fehler")} == {}
    assert found  # the placeholder of a document profile alone is a warning: the checker did look


def test_the_checker_notices(tmp_path: Path) -> None:
    """The real schema of 2019 was never clean: what it found there when it was first run."""
    found = findings(read_message(sample(VALID[0]), "x"), tmp_path)
    assert found["FehlerKritisch M1014"] == 11
    assert found["FehlerKritisch M1010"] > 80


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda folder: folder.name)
def test_our_data_is_valid_by_the_methods_own_xsd(folder: Path, tmp_path: Path) -> None:
    content, exported = content_of(read_folder(folder)), export_of_folder(folder)
    (tmp_path / "schema.xml").write_bytes(write_message(exported.message))
    judge = etree.XMLSchema(
        etree.fromstring(transformed("XDF3_2_XFall_1_01_xdf3.xsl", tmp_path / "schema.xml", MitVersionen="0").encode())
    )
    for example in content.examples:
        if example.data["expect"]["valid"]:
            answers = filled(example, content, content.parameters.defaults()).clean()
            judge.assertValid(etree.fromstring(to_xml(exported, data_of(exported, content.form, answers))))


def test_we_lift_version_2_as_the_methods_own_converter_does(tmp_path: Path) -> None:
    ours = read_message(sample(VALID[0]), "x")
    (tmp_path / "theirs.xml").write_text(transformed("XDF2_2_XDF3_0_14_xdf2.xsl", SAMPLES / VALID[0]))
    theirs = read_message((tmp_path / "theirs.xml").read_bytes(), "theirs.xml")
    for one, other in zip(positions(ours.root), positions(theirs.root), strict=True):
        assert (one.trail, one.position.count) == (other.trail, other.position.count)
        assert (one.element.version, one.element.bounds) == (other.element.version, other.element.bounds)
        for name in ("name", "bezeichnungEingabe", "hilfetextEingabe", "feldart", "datentyp", "schemaelementart"):
            assert "".join(one.element.text(name).split()) == "".join(other.element.text(name).split())
        assert [rule.id for rule in one.element.rules] == [rule.id for rule in other.element.rules]
