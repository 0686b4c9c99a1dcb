"""An appointment is part of what is held about a person: found by its address, saved with everything but its secret."""

import json
from datetime import date

import pytest

from stadttor.ground.actor import Actor
from stadttor.privacy import queries, services
from stadttor.privacy.matching import Sought
from stadttor.privacy.tests.people import read

pytestmark = pytest.mark.db
BORN = date(1988, 5, 25)
ADDRESS = "amira.yilmaz@example.org"


@pytest.mark.parametrize(
    ("sought", "count"),
    [
        (Sought(email=" Amira.Yilmaz@Example.org"), 1),
        (Sought("Amira Yılmaz", None, ADDRESS), 1),
        (Sought("Jonas Weber", None, ADDRESS), 0),
        (Sought(email="jonas.weber@example.org"), 0),
    ],
)
def test_found_by_the_address_as_far_as_the_name_fits(authority, neighbour, pool_of, book, sought, count):
    book(authority, pool_of(authority))
    book(neighbour, pool_of(neighbour))
    assert len(queries.find_person(authority.id, sought)) == count


@pytest.mark.parametrize(
    ("sought", "count"),
    [(Sought("Amira Yılmaz", BORN), 1), (Sought("Jonas Weber", BORN), 0), (Sought(email=ADDRESS), 0)],
)
def test_booked_on_the_telephone_without_an_address_found_by_the_name(authority, pool_of, book, sought, count):
    """And what has an address is not found by a name: too many people have one."""
    pool = pool_of(authority)
    row = book(authority, pool, actor=Actor("staff", None, "Herr Olsen"), email="")
    book(authority, pool, email="amira@example.org")
    assert [one.id for one in queries.find_person(authority.id, sought)] == [row.id] * count


def test_saved_with_its_mails_and_without_its_secret(authority, lead, pool_of, book, now):
    row = book(authority, pool_of(authority))
    export = services.export_person(staff=lead, sought=Sought(email=ADDRESS), chosen=[row.id], language="de", now=now)
    (found,) = json.loads(read(export)["data.json"])["applications"]
    (booking,) = found["data"]["appointments_booking"]
    assert booking["number"] == row.number
    assert not {"token_hash", "token_sealed"} & booking.keys()
    assert [mail["recipient"] for mail in found["data"]["notices_mail"]] == [ADDRESS]
    assert [one["act"] for one in found["access"]] == ["appointment.booked"]
