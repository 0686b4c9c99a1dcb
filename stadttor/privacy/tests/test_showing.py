"""Who of the house did something stays in the house, also inside the lines of a history."""

from uuid import UUID

import pytest

from stadttor.privacy.queries.holdings import Holding
from stadttor.privacy.services.showing import shown

ROWS = {
    "forms_entry": [{"staff_name": "Frau Adler", "overrides": [{"name": "Frau Adler", "reason": "Hat keine."}]}],
    "cases_permit": [{"number": "1", "history": [{"act": "revoked", "name": "Frau Adler", "reason": "Weggezogen."}]}],
}


@pytest.mark.parametrize("scope", ["person", "applicant"])
def test_no_line_of_a_history_names_a_colleague_to_the_person(scope):
    found = dict(shown(UUID(int=1), Holding("", ROWS, (), ()), scope))
    assert "Adler" not in str(found)
    assert "Weggezogen." in str(found)
    assert "Hat keine." in str(found)


def test_the_archive_gets_the_names():
    assert str(dict(shown(UUID(int=1), Holding("", ROWS, (), ()), "archive"))).count("Adler") == 3


KEYS = {"citizens_keptthing": [{"account_id": str(UUID(int=2)), "since": "2026-11-23"}]}


@pytest.mark.parametrize("scope", ["account", "applicant", "person", "archive"])
def test_in_whose_accounts_an_application_lies_is_told_to_nobody(scope):
    assert dict(shown(UUID(int=1), Holding("WUG-1", {**ROWS, **KEYS}, (), ()), scope)).keys() == ROWS.keys()


def test_what_lies_in_her_own_account_she_is_told():
    tables = {"citizens_citizenaccount": [{"source": "bundid"}], **KEYS}
    assert dict(shown(UUID(int=1), Holding("account", tables, (), ()), "account")) == tables
