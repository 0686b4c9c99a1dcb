"""Which two regional keys draw the same people to themselves."""

import pytest

from stadttor.tenancy.queries import compete


@pytest.mark.parametrize(
    ("one", "other", "do"),
    [
        ("095770177177", "095770177177", True),
        ("095775534127", "095775534", True),  # a municipality and its Verband
        ("095775534", "095775534127", True),
        ("053150000000", "05315", True),  # a kreisfreie Stadt and the key of its Kreis
        ("095770177177", "09577", False),  # a town and its Landkreis
        ("095770177177", "095770136136", False),
        ("095775534", "09577", False),
        ("09577", "09", False),
    ],
)
def test_keys_compete_where_one_administration_could_be_asked_instead_of_the_other(one, other, do):
    assert compete(one, other) is do
