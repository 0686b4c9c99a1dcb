"""The verbs of the stock: nothing is overwritten, nothing stands there twice, nothing is seen next door."""

from dataclasses import replace
from datetime import timedelta

import pytest

from stadttor.catalog.tests.builders import adopted
from stadttor.core.refused import Refused
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.inventory import queries, services
from stadttor.inventory.rules import stock
from stadttor.inventory.rules.stock import Process
from stadttor.inventory.services import keeping
from stadttor.inventory.tests.builders import LOST, kept

pytestmark = pytest.mark.db


def save(authority, process_id, process, seen):
    return services.save_process(
        authority_id=authority.id, process_id=process_id, seen=seen, process=process, actor=SYSTEM, now=clock.now()
    )


def take_over(authority):
    return services.take_over(authority_id=authority.id, actor=SYSTEM, now=clock.now())


def acts(authority):
    with work(authority.id):
        found = AuditEntry.objects.filter(authority_id=authority.id, act__startswith="process.").order_by("at")
        return list(found.values_list("act", flat=True))


def test_what_is_saved_is_read_again_and_noted(authority):
    process_id = kept(authority)
    save(authority, process_id, replace(LOST, volume=130), seen=1)
    row = queries.process(authority.id, process_id)
    assert (row.version, row.is_of) == (2, replace(LOST, volume=130))
    assert acts(authority) == ["process.added", "process.changed"]


def test_two_organisers_never_overwrite_each_other(authority):
    process_id = kept(authority)
    save(authority, process_id, replace(LOST, volume=130), seen=1)
    with pytest.raises(Refused, match="changed_since"):
        save(authority, process_id, replace(LOST, volume=140), seen=1)
    assert queries.process(authority.id, process_id).is_of.volume == 130


def test_a_name_stands_there_once(authority, neighbour):
    kept(authority)
    other = kept(authority, Process("Flohmarkt"))
    with pytest.raises(Refused, match="process_name"):
        kept(authority)
    with pytest.raises(Refused, match="process_name"):
        save(authority, other, LOST, seen=1)
    kept(neighbour)


def test_services_of_the_catalogue_are_taken_over_once(authority):
    adopted(authority.id, clock.now() - timedelta(minutes=1))
    assert (take_over(authority), take_over(authority)) == (1, 0)
    (row,) = queries.processes(authority.id)
    assert (row.is_of.name, row.is_of.service) == ("Muster", "muster")
    assert row.is_of.law
    assert acts(authority) == ["process.taken_over"]


def test_the_service_of_a_process_outlives_a_change_of_its_name(authority):
    adopted(authority.id, clock.now() - timedelta(minutes=1))
    take_over(authority)
    (row,) = queries.processes(authority.id)
    save(authority, row.id, Process("Anders"), seen=1)
    assert queries.process(authority.id, row.id).is_of.service == "muster"
    assert take_over(authority) == 0


def test_a_deleted_process_is_gone_and_noted(authority, neighbour):
    process_id = kept(authority)
    with pytest.raises(Refused, match="not_found"):
        services.delete_process(authority_id=neighbour.id, process_id=process_id, actor=SYSTEM, now=clock.now())
    services.delete_process(authority_id=authority.id, process_id=process_id, actor=SYSTEM, now=clock.now())
    assert queries.processes(authority.id) == []
    assert acts(authority) == ["process.added", "process.deleted"]


def test_there_is_room_for_so_many_only(authority, monkeypatch):
    assert keeping.MOST_PROCESSES == stock.MOST_PROCESSES
    monkeypatch.setattr(keeping, "MOST_PROCESSES", 1)
    kept(authority)
    with pytest.raises(Refused, match="too_many_processes"):
        kept(authority, Process("Flohmarkt"))


def test_nobody_reads_a_process_of_another_town(authority, neighbour):
    process_id = kept(authority)
    assert queries.processes(neighbour.id) == []
    with pytest.raises(Refused, match="not_found"):
        queries.process(neighbour.id, process_id)
