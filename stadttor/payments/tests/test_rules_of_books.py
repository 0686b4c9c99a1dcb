"""Numbers and parts of the books, without a database."""

from datetime import date

import pytest
from stdnum import luhn
from stdnum.iso7064 import mod_11_10, mod_97_10

from stadttor.core.refused import Refused
from stadttor.payments.rules import finance
from stadttor.payments.rules.finance import Part

ZEUGNIS = [{"id": "fuehrungszeugnis", "cents": 1300, "shares": [{"to": "Bundeskasse", "cents": 780}]}]


def test_of_a_certificate_the_town_keeps_two_fifths():
    assert finance.parts(ZEUGNIS, 1300, 1300) == (Part("", 520), Part("Bundeskasse", 780))


def test_of_less_the_town_gives_first():
    assert finance.parts(ZEUGNIS, 1300, 600) == (Part("", 520), Part("Bundeskasse", 80))
    assert finance.parts([], 3070, 3070) == (Part("", 3070),)


def test_others_never_get_more_than_there_is():
    assert finance.parts(ZEUGNIS, 500, 500) == (Part("Bundeskasse", 500),)


@pytest.mark.parametrize(
    ("prefix", "check", "valid"),
    [("577WUG", "mod97", mod_97_10.is_valid), ("5770", "mod11", mod_11_10.is_valid), ("5770", "luhn", luhn.is_valid)],
)
def test_check_digits_are_those_of_the_standard(prefix, check, valid):
    numbers = [finance.claim_number(prefix, 6, check, serial) for serial in (1, 42, 999_999)]
    assert all(valid(one) for one in numbers)
    assert len(set(numbers)) == 3
    assert numbers[1].startswith(f"{prefix}000042")


def test_what_is_closed_gets_nothing_more():
    assert finance.booking_day(date(2026, 11, 22), None) == date(2026, 11, 22)
    assert finance.booking_day(date(2026, 11, 22), date(2026, 11, 22)) == date(2026, 11, 23)
    assert finance.booking_day(date(2026, 11, 22), date(2026, 11, 20)) == date(2026, 11, 22)


def test_accounts_are_the_services_own_before_the_general_ones():
    accounts = {"*/": "4311", "parken/": "4321", "*/Bundeskasse": "3799"}
    assert finance.account_of(accounts, "parken", "") == "4321"
    assert finance.account_of(accounts, "hund", "") == "4311"
    assert finance.account_of(accounts, "hund", "Bundeskasse") == "3799"
    assert finance.account_of(accounts, "hund", "Land") == ""


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (lambda: finance.must_be_schema("wug", 6, "mod97"), "prefix"),
        (lambda: finance.must_be_schema("WUG", 6, "luhn"), "prefix"),
        (lambda: finance.must_be_schema("", 3, "none"), "digits"),
        (lambda: finance.must_be_schema("", 6, "crc"), "check"),
        (lambda: finance.must_be_bank_account("Stadtkasse", "DE02120300000000202052", ""), "iban"),
        (lambda: finance.must_be_bank_account("", "DE02120300000000202051", ""), "holder"),
        (lambda: finance.must_be_bank_account("Stadtkasse", "DE02120300000000202051", "BYLA"), "bic"),
        (lambda: finance.must_be_accounts({"*/": ""}, {"*/": "accounts"}), "accounts"),
        (lambda: finance.must_be_days(0, "days"), "days"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(wrong, field):
    with pytest.raises(Refused) as refused:
        wrong()
    assert refused.value.field == field


def test_without_a_bank_account_letters_name_none():
    finance.must_be_bank_account("", "", "")
    finance.must_be_bank_account("Stadtkasse", "DE02120300000000202051", "BYLADEM1001")
