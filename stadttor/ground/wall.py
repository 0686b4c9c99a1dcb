"""Makes the database match the declared wall: policies, rights and composite keys of every table. Run as owner.

The product's role has no rights on a table until this ran for it: a forgotten table is unreadable, never unprotected.
"""

from collections.abc import Collection, Iterable

from django.apps import apps
from django.db import connection, transaction

from stadttor.ground.constraints import SameAuthority
from stadttor.ground.models import Common, Walled

APP, BACKUP = "stadttor_app", "stadttor_backup"
ME = "current_setting('app.authority')::uuid"
POLICY = f"authority_id = {ME}"


def walled_models() -> list[type[Walled]]:
    """Every table of a person or a case."""
    return [model for model in apps.get_models() if issubclass(model, Walled)]


def common_models() -> list[type[Common]]:
    """Every global table of ours."""
    return [model for model in apps.get_models() if issubclass(model, Common)]


def apply() -> None:
    """Policies, rights and keys for all tables, in one transaction; safe to repeat."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f'")
        keys = {name for (name,) in cursor.fetchall()}
        for statement in statements(keys, connection.introspection.table_names(cursor)):
            cursor.execute(statement)


def statements(keys: Collection[str], tables: Collection[str]) -> Iterable[str]:
    """The SQL, in order; `keys` and `tables` exist already. Names come from our own models, never from outside."""
    walled = [model for model in walled_models() if model._meta.db_table in tables]
    shared = [model for model in common_models() if model._meta.db_table in tables]
    ours: list[type[Walled] | type[Common]] = [*walled, *shared]
    yield f"GRANT USAGE ON SCHEMA public TO {APP}, {BACKUP}"
    for one in walled:
        yield from _policy(one._meta.db_table)
    for common in shared:
        yield from _rules(common)
    yield from _missing_keys(walled, keys)
    for model in ours:
        table = model._meta.db_table
        yield f'REVOKE ALL ON "{table}" FROM {APP}'
        yield f'GRANT {model.app_rights} ON "{table}" TO {APP}'
    yield from _queue_rights()
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {BACKUP}"
    yield f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {BACKUP}"


def _policy(table: str) -> Iterable[str]:
    yield from _secured(table)
    yield f'DROP POLICY IF EXISTS wall ON "{table}"'
    yield f'CREATE POLICY wall ON "{table}" USING ({POLICY}) WITH CHECK ({POLICY})'


def _rules(model: type[Common]) -> Iterable[str]:
    """Policies of a common table whose rows are not for all. What no rule names, nobody may do."""
    table = model._meta.db_table
    if model.rules:
        yield from _secured(table)
    for command, rule in model.rules.items():
        name, clause = f"shared_{command.lower()}", rule.format(me=ME)
        tests = {"INSERT": "WITH CHECK ({0})", "UPDATE": "USING ({0}) WITH CHECK ({0})"}.get(command, "USING ({0})")
        yield f'DROP POLICY IF EXISTS {name} ON "{table}"'
        yield f'CREATE POLICY {name} ON "{table}" FOR {command} {tests.format(clause)}'


def _secured(table: str) -> Iterable[str]:
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'


def _missing_keys(walled: Iterable[type[Walled]], keys: Collection[str]) -> Iterable[str]:
    """Keys are named for good: a changed one gets a new name. Adding one reads all rows, which only the unforced owner may."""
    for model in walled:
        table = model._meta.db_table
        for constraint in model._meta.constraints:
            if isinstance(constraint, SameAuthority) and constraint.name not in keys:
                target = apps.get_model(constraint.to)._meta.db_table
                yield from (f'ALTER TABLE "{name}" NO FORCE ROW LEVEL SECURITY' for name in {table, target})
                yield f'ALTER TABLE "{table}" ADD CONSTRAINT "{constraint.name}" {constraint.sql(model)}'
                yield from (f'ALTER TABLE "{name}" FORCE ROW LEVEL SECURITY' for name in {table, target})


def _queue_rights() -> Iterable[str]:
    """The job queue's own tables: global by decision, arguments hold ids only."""
    for table in ("jobs", "events", "periodic_defers", "workers"):
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_{table} TO {APP}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP}"
