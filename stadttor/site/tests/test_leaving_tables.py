"""Whose a table is, is known for every table: a new one is in every export, or nothing is exported."""

import psycopg
import pytest
from django.apps import apps

from stadttor.ground.models import Common
from stadttor.ground.wall import common_models, walled_models
from stadttor.site.leaving.shared import references
from stadttor.site.leaving.tables import OWN, SHARED, own_tables, unsorted_tables

NAMES_AN_AUTHORITY = """
SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name IN ('authority_id', 'home_id', 'only_at')
"""


@pytest.mark.db
def test_every_table_that_names_an_authority_is_sorted(database):
    """A new table is in every export without a word, or somebody says why not."""
    assert unsorted_tables() == []
    assert not OWN.keys() & SHARED.keys()
    known = {model._meta.db_table for model in [*walled_models(), *common_models()]}
    with psycopg.connect(database["STADTTOR_OWNER_URL"]) as connection:
        found = {name for (name,) in connection.execute(NAMES_AN_AUTHORITY).fetchall()}
    assert found <= known
    assert {one for one in found if one in SHARED} == {"identity_staffsession", "tenancy_agreement"}


def test_a_common_table_nobody_sorted_is_named():
    class Forgotten(Common):
        class Meta:
            app_label = "site"
            managed = False

    try:
        assert unsorted_tables([Forgotten]) == ["site_forgotten"]
    finally:
        apps.all_models["site"].pop("forgotten")


@pytest.mark.db
def test_what_own_rows_refer_to_is_known_elsewhere(database):
    with psycopg.connect(database["STADTTOR_DATABASE_URL"]) as connection:
        found = references(connection, own_tables(connection))
    assert {one.to for one in found} >= {"catalog_package", "catalog_packageversion", "catalog_preset"}
