import pytest

from adapters.simulated_register import SimulatedRegisters
from stadttor.forms.ports import RegisterAway
from stadttor.forms.tests.registers import FakeRegisters, must_keep_the_contract, question


@pytest.mark.parametrize("registers", [SimulatedRegisters(), FakeRegisters()])
def test_it_keeps_the_contract_of_the_port(registers):
    must_keep_the_contract(registers)


def test_what_it_gives_is_a_sound_file_and_says_that_it_is_invented():
    found = SimulatedRegisters().fetch(question())
    assert b"(Simulation: erfundener Auszug" in found.data
    assert ("Kennzeichen", "WUG-AY 88") in found.says


def test_it_has_something_about_its_own_people_alone():
    registers = SimulatedRegisters()
    assert registers.fetch(question(birth_date="1988-05-25")) is None
    assert registers.fetch(question(family_name="WEBER", birth_date="1975-02-11")) is None
    assert registers.fetch(question(evidence="geburtsurkunde")) is None
    assert registers.fetch(question(given_name="A (B) \\ Ж")).data


def test_it_can_be_away():
    with pytest.raises(RegisterAway):
        SimulatedRegisters().fetch(question(family_name="SURI", birth_date="1950-00-00"))
