"""The built-in simulator: says that it is one, and comes back to where the person was."""

import pytest

from stadttor.payments import ports, queries
from stadttor.payments.ports import Order
from stadttor.payments.simulator import Simulator
from stadttor.payments.tests.conftest import Bank

pytestmark = pytest.mark.db


def order(authority):
    return Order(authority.id, "schluessel", "WEI-1", 3070, "/status/1")


@pytest.mark.parametrize("provider", [Simulator(), Bank()], ids=["simulator", "fake"])
def test_every_provider_takes_the_same_order_twice_as_one_and_does_not_know_others(provider, authority):
    """The contract of `ports.Provider`, for the fake of these tests as well."""
    assert provider.ask(authority.id, "schluessel") == "open"
    assert provider.start(order(authority)) == provider.start(order(authority))
    assert provider.ask(authority.id, "schluessel") == "open"
    for _ in range(2):
        provider.refund(authority.id, "schluessel", 3070)


def test_the_page_says_that_no_money_moves(client, authority, owed, pay):
    page = client.get(pay(), headers={"accept-language": "en"}).content.decode()
    assert "This is a simulation" in page
    assert "No money moves here" in page


@pytest.mark.parametrize(
    ("choice", "state", "target"), [("pay", "paid", "/status/1"), ("cancel", "open", "/status/1?payment=cancelled")]
)
def test_a_choice_is_settled_and_leads_back(client, authority, owed, subject_id, pay, choice, state, target):
    back = client.post(pay(), {"choice": choice})
    assert (back.status_code, back["location"]) == (302, target)
    assert queries.payment_of(authority.id, subject_id).state == state


def test_the_first_choice_stands(client, authority, owed, subject_id, pay):
    page = pay()
    client.post(page, {"choice": "cancel"})
    client.post(page, {"choice": "pay"})
    assert queries.payment_of(authority.id, subject_id).state == "open"


def test_the_neighbours_host_and_unknown_keys_find_nothing(client, authority, neighbour, owed, pay):
    page = pay()
    assert client.get(page, headers={"host": "muenchen.localhost"}).status_code == 404
    assert client.get("/zahlung/simulator/unbekannt").status_code == 404


def test_with_a_real_provider_the_simulators_page_is_gone(client, authority, owed, pay, bank):
    assert client.get("/zahlung/simulator/versuch").status_code == 404
    assert ports.provider() is bank
