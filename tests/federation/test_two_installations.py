"""Bavaria publishes, Hesse adopts: two installations, two databases, real HTTP between them."""

import re
from pathlib import Path

import pytest

from stadttor.catalog import queries, services, signing
from stadttor.catalog.tests.builders import ADLER, KEY, NAME, a_package
from stadttor.ground.clock import now
from stadttor.site.catalogue_cli import main as catalogue
from stadttor.site.wiring import connect
from tests.federation.installation import Installation, installed

pytestmark = [pytest.mark.db]
PUBLISHER = "Redaktion Bayern"


@pytest.fixture(scope="module")
def bavaria(tmp_path_factory):
    with installed(tmp_path_factory.mktemp("bavaria")) as there:
        yield there


class Desk:
    """A publisher's desk in Bavaria: her key, her archives, what she hands to her operator."""

    def __init__(self, folder: Path, there: Installation) -> None:
        self.folder, self.there = folder, there
        there.run(
            "package", "keygen", str(folder / "redaktion.jwk"), "--publisher", PUBLISHER, "--namespace", "de.example"
        )
        there.run("package", "trust", str(folder / "redaktion.trust.json"))
        self.key = signing.read_key((folder / "redaktion.jwk").read_bytes())

    def publish(self, version: str, *words: str) -> None:
        archive = signing.build(a_package(package=("version: 0.1.0", f"version: {version}")), NAME, version, self.key)
        file = self.folder / f"{version}.stadttor.zip"
        file.write_bytes(archive)
        self.there.run("package", "publish", *words, str(file))


def hesse(capsys, *words: str) -> str:
    """A command in Hesse, which is the installation of this test; gives what it said."""
    connect()
    assert catalogue(words) == 0
    return capsys.readouterr().out


def refused(capsys, *words: str) -> str:
    assert catalogue(words) == 1
    return capsys.readouterr().err


def test_bavaria_publishes_and_a_town_in_hesse_adopts(bavaria, tmp_path, capsys, authority):
    desk = Desk(tmp_path, bavaria)
    desk.publish("0.1.0")
    desk.publish("0.2.0", "--private")
    said = bavaria.run("catalogue", "open", "--name", "Bayern")
    kid = re.search(r"[A-Za-z0-9_-]{43}", said)[0]

    # Hesse agrees on the key that Bavaria's operator read out, and on no other.
    assert "not signed with the key" in refused(capsys, "subscribe", bavaria.address, "--key", KEY.thumbprint())
    hesse(capsys, "subscribe", bavaria.address, "--key", kid, "--name", "bayern")
    assert f"new: {NAME} 0.1.0 (Muster), not here, by {PUBLISHER}, whose key is not trusted here" in hesse(
        capsys, "list"
    )

    # Whom Bavaria trusts is not whom Hesse trusts.
    assert "not trusted here" in refused(capsys, "import", "bayern", NAME)
    assert queries.versions() == []
    publisher = hesse(capsys, "publishers", "bayern").split()[0]
    assert "names another namespace" in refused(capsys, "trust", "bayern", publisher, "de")
    assert "not trusted here" in refused(capsys, "import", "bayern", NAME)
    hesse(capsys, "trust", "bayern", publisher, "de.example")
    assert "is now in the catalogue" in hesse(capsys, "import", "bayern", NAME)

    # A town in Hesse adopts what Bavaria signed, byte for byte.
    (version,) = queries.versions()
    assert (version.version, version.publisher) == ("0.1.0", PUBLISHER)
    adoption_id = services.adopt(
        authority_id=authority.id, version_id=version.id, parameters={}, actor=ADLER, now=now()
    )
    services.go_live(authority_id=authority.id, adoption_id=adoption_id, actor=ADLER, now=now())
    assert queries.adopted_form(authority.id, version.slug) is not None

    # A new version in Bavaria is seen in Hesse after the next reading, and a change of the key in between is followed.
    desk.publish("0.3.0")
    bavaria.run("catalogue", "rotate-key")
    assert f"new: {NAME} 0.3.0 (Muster), here 0.1.0" in hesse(capsys, "refresh")
    bavaria.run("catalogue", "retire-key")
    hesse(capsys, "import", "bayern", NAME)
    assert queries.adoption(authority.id, adoption_id).newest_version == "0.3.0"

    # What Bavaria takes back is an upgrade for nobody in Hesse any more; what is adopted goes on.
    bavaria.run("catalogue", "withdraw", NAME, "0.3.0", "--reason", "Falsche Gebühr")
    hesse(capsys, "refresh", "bayern")
    adoption = queries.adoption(authority.id, adoption_id)
    assert (adoption.newest, adoption.state) == (None, "live")
    assert "was withdrawn" in refused(capsys, "import", "bayern", NAME, "0.3.0")
    assert "0.2.0" not in hesse(capsys, "list")


def test_a_command_that_is_refused_says_why_in_one_line(capsys):
    connect()
    for words in (("refresh", "nobody"), ("unsubscribe", "nobody"), ("import", "nobody", NAME), ("rotate-key",)):
        assert len(refused(capsys, *words).splitlines()) == 1
