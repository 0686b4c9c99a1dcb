"""Catalogues between installations by the clock: signed, read, and counted when something is wrong."""

from datetime import timedelta

import pytest
from django.conf import settings

from stadttor.catalog import ports, queries, services
from stadttor.catalog.federation.tests.builders import BAVARIA, NOW, a_file, kid
from stadttor.catalog.models import IssuedIndex
from stadttor.catalog.services import own_keys
from stadttor.catalog.tests import other_server
from stadttor.core.refused import Refused
from stadttor.ground.clock import now as this_moment
from stadttor.ground.work import common
from stadttor.site import jobs, watcher, wiring

pytestmark = pytest.mark.db


@pytest.fixture
def moment():
    """The jobs look at the clock themselves."""
    return this_moment().replace(microsecond=0)


@pytest.fixture
def bavaria(monkeypatch, moment):
    """Another installation, followed as the product is wired."""
    monkeypatch.setattr(ports, "_make", wiring._other_catalogues)
    with other_server.serving() as server:
        server.index(honest(moment))
        services.subscribe(address=server.address, kid=kid(BAVARIA), name="bayern", now=moment)
        yield server


def honest(moment, number=7):
    return a_file(number=number, made_at=moment, expires_at=moment + timedelta(days=7))


def counted(capsys, moment):
    """What `stadttor watch` says of catalogues: code and lines."""
    code = watcher.main([], moment)
    return code, [" ".join(line.split()) for line in capsys.readouterr().out.splitlines() if "catalogue" in line]


def test_the_clock_reads_what_is_followed_and_a_refusal_is_told_and_counted(bavaria, moment, capsys, caplog):
    bavaria.index(honest(moment, number=8))
    jobs.refresh_catalogues(0)
    assert [one.number for one in queries.followed_catalogues()] == [8]
    assert counted(capsys, moment) == (0, ["own catalogue expired 0", "catalogues not fresh 0"])
    bavaria.index(honest(moment, number=7))
    jobs.refresh_catalogues(0)
    assert "catalogue bayern was not believed: 7 < 8: The index is older" in caplog.text
    assert counted(capsys, moment) == (1, ["own catalogue expired 0", "catalogues not fresh 1"])


def test_an_outage_is_counted_after_a_day(bavaria, moment, capsys):
    bavaria.pages.clear()
    jobs.refresh_catalogues(0)
    assert counted(capsys, moment + timedelta(hours=1))[0] == 0
    assert counted(capsys, moment + timedelta(hours=25))[0] == 1


def test_the_clock_signs_our_own_once_it_is_open_and_its_end_is_counted(moment, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "STADTTOR_KEYS", tmp_path)
    jobs.issue_catalogue(0)
    with pytest.raises(Refused):
        queries.issued_index(moment)
    own_keys.make_own_keys("Hessen")
    for _ in range(2):
        jobs.issue_catalogue(0)
    with common():
        assert IssuedIndex.objects.count() == 1
    assert counted(capsys, moment)[0] == 0
    assert counted(capsys, moment + timedelta(days=8)) == (1, ["own catalogue expired 1", "catalogues not fresh 0"])


def test_in_production_a_catalogue_in_our_own_network_is_not_asked_unless_the_operator_named_it(monkeypatch):
    monkeypatch.setattr(settings, "STADTTOR_DEMO", False)
    with other_server.serving() as server:
        server.index(honest(NOW))
        asked = wiring._other_catalogues()
        for address in (server.address, server.address.replace("http:", "https:")):
            with pytest.raises(services.CatalogueRefused) as refused:
                asked.get(f"{address}/catalogue/index.json", most=10_000)
            assert refused.value.code == "host"
        monkeypatch.setenv("STADTTOR_CATALOGUE_HOSTS", server.address.partition("//")[2])
        with pytest.raises(services.CatalogueRefused) as refused:
            wiring._other_catalogues().get(server.address.replace("http:", "https:") + "/x", most=10_000)
        # It was asked, and does not speak TLS.
        assert refused.value.code == "broken_off"
    assert server.asked == []
