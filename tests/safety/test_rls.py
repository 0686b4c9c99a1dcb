"""What may stand without a wall."""

from types import SimpleNamespace

from stadttor.catalog.models import Adoption, Package
from stadttor.ground.wall import common_models
from tests.safety.rls import commons


def test_every_common_table_that_names_an_authority_is_listed_with_its_reason():
    assert commons.unlisted() == []
    assert commons.LISTED.keys() <= {model._meta.db_table for model in common_models()}


def test_a_new_common_table_of_an_authority_is_a_leak_until_it_is_listed(monkeypatch):
    """Report: any table that was declared common was let through."""
    monkeypatch.delitem(commons.LISTED, "catalog_adoption")
    assert commons.unlisted() == ["catalog_adoption"]
    assert commons.unlisted([Package]) == []


def test_a_reason_that_changed_is_looked_at_again():
    changed = SimpleNamespace(_meta=Adoption._meta, why_common="it is handy")
    assert commons.unlisted([changed]) == ["catalog_adoption"]


def test_the_notes_name_each_table_that_is_readable_without_an_authority():
    assert all(table in commons.NOTE for table in commons.LISTED)
