"""Which rows of the database are one authority's: all behind the wall, and those of common tables that are about it.

Tables come from the models, so that a new one is in every export. A new common table is sorted here, or nothing is exported.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any
from uuid import UUID

import psycopg

from stadttor.ground.models import Common
from stadttor.ground.wall import common_models, walled_models
from stadttor.site.leaving.problems import LeaveProblem

Connection = psycopg.Connection[Any]

_NAMED = "authority_id = %(authority)s"
_ADOPTED = f"adoption_id IN (SELECT id FROM catalog_adoption WHERE {_NAMED})"  # noqa: S608  # words of ours, as below
_WORKS = f"SELECT account_id FROM identity_membership WHERE {_NAMED}"  # noqa: S608
_SIGNS_IN = f"SELECT account_id FROM identity_openididentity WHERE {_NAMED}"  # noqa: S608
_HOME = "home_id = %(authority)s"
# What was promised for it, and what it promised itself.
_PROMISED = f"({_NAMED} OR by_id = %(authority)s)"
# What a publisher was asked, and its answers. That others asked is theirs.
_ASKED_OF = "request_id IN (SELECT id FROM studio_changerequest WHERE publisher_id = %(authority)s)"  # noqa: S608
OWN: Mapping[str, str] = {
    "ground_authority": "id = %(authority)s",
    "ground_auditwaiting": _NAMED,
    "tenancy_coverage": _NAMED,
    "tenancy_profile": _NAMED,
    "tenancy_member": _NAMED,
    "identity_staffaccount": f"({_HOME} OR id IN ({_WORKS}) OR id IN ({_SIGNS_IN}))",
    "identity_staffpasskey": f"account_id IN (SELECT id FROM identity_staffaccount WHERE {_HOME})",  # noqa: S608
    "catalog_adoption": _NAMED,
    "catalog_adoptionrevision": _ADOPTED,
    "catalog_membervalues": _ADOPTED,
    "catalog_datedvalues": _ADOPTED,
    "rollout_notapplicable": _NAMED,
    "rollout_leftout": _NAMED,
    "rollout_objection": _NAMED,
    "rollout_firstuse": _NAMED,
    "rollout_steering": _NAMED,
    "studio_publisher": _NAMED,
    "rollout_commoncost": "by_id = %(authority)s",
    "studio_changerequest": "publisher_id = %(authority)s",
    "studio_asking": _NAMED,
    "studio_requestline": _ASKED_OF,
    "rollout_promise": _PROMISED,
    "rollout_promiseline": f"promise_id IN (SELECT id FROM rollout_promise WHERE {_PROMISED})",  # noqa: S608
}
"""Common tables with rows about an authority, and which these are."""

_PACKAGES = "packages are the same for all; they are published in the other cell, their archives have hashes"
_COCKPIT = "counted anew from what is there"
SHARED: Mapping[str, str] = {
    "tenancy_area": "the official register",
    "tenancy_importrun": "the official register",
    "tenancy_agreement": "between two of this cell: whoever leaves helps nobody here, and is helped by nobody",
    "identity_helper": "goes with its agreement",
    "identity_staffsession": "a signed-in browser: nobody is signed in by a copy",
    "identity_passkeychallenge": "a question of some minutes",
    "identity_signintries": "keyed hashes of no authority",
    "processes_definition": _PACKAGES,
    "catalog_publisherkey": _PACKAGES,
    "catalog_package": _PACKAGES,
    "catalog_packageversion": _PACKAGES,
    "catalog_withheld": _PACKAGES,
    "catalog_issuedindex": "what this installation publishes",
    "catalog_subscription": "what this installation follows",
    "catalog_imported": _PACKAGES,
    "insights_summedfigures": "figures over many authorities",
    "catalog_preset": "values of a roll-out that many share; an adoption's own row names its set",
    "rollout_competence": "law of a Land",
    "rollout_rollout": "a plan for many authorities",
    "rollout_batch": "a plan for many authorities",
    "rollout_counted": _COCKPIT,
    "rollout_standing": _COCKPIT,
}
"""Common tables of which nothing belongs to one authority, each with the reason."""

JOBS = "procrastinate_jobs"
_JOB_COLUMNS = (
    "queue_name", "task_name", "priority", "lock", "queueing_lock", "args", "status", "scheduled_at", "attempts",
)  # fmt: skip
_OPEN_JOBS = "args ->> 'authority_id' = %(authority)s::text AND status IN ('todo', 'doing', 'failed')"
# How a column is written where that is not what stands there. A colleague who is at home elsewhere keeps her password
# there; a job that somebody has begun is due again.
WRITTEN: Mapping[tuple[str, str], str] = {
    ("identity_staffaccount", "password_hash"): f"CASE WHEN {_HOME} THEN password_hash ELSE '' END",
    (JOBS, "status"): "CASE WHEN status = 'doing' THEN 'todo' ELSE status END",
    # Under one lock waits one job at most, and there may be one already beside the one that was begun.
    (JOBS, "queueing_lock"): "CASE WHEN status = 'doing' THEN NULL ELSE queueing_lock END",
}
_KEYS = """
SELECT c.relname, t.relname FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace
"""


@dataclass(frozen=True)
class Table:
    """The rows of one table that are an authority's, in SQL with the place `%(authority)s`."""

    name: str
    columns: tuple[str, ...]
    where: str

    @property
    def lines(self) -> str:
        """A query: each row as one JSON object."""
        columns = ", ".join(self._written(column) for column in self.columns)
        order = "task_name, args::text" if self.name == JOBS else "id"
        return f'SELECT row_to_json(t)::text FROM (SELECT {columns} FROM "{self.name}" WHERE {self.where} ORDER BY {order}) t'  # noqa: S608  # ours

    @property
    def count(self) -> str:
        """A query: how many."""
        return f'SELECT count(*) FROM "{self.name}" WHERE {self.where}'  # noqa: S608  # names of our models

    def _written(self, column: str) -> str:
        written = WRITTEN.get((self.name, column))
        return f'{written} AS "{column}"' if written else f'"{column}"'


def own_tables(connection: Connection) -> list[Table]:
    """All of them, those that others refer to first. Raises LeaveProblem for a common table nobody sorted."""
    unsorted = unsorted_tables()
    if unsorted:
        raise LeaveProblem(
            f"Nobody said whose these tables are: {', '.join(unsorted)}.", "stadttor/site/leaving/tables.py"
        )
    found = {model._meta.db_table: Table(model._meta.db_table, _columns(model), _NAMED) for model in walled_models()}
    for model in common_models():
        name = model._meta.db_table
        if name in OWN:
            found[name] = Table(name, _columns(model), OWN[name])
    order: TopologicalSorter[str] = TopologicalSorter({name: set() for name in sorted(found)})
    for child, parent in connection.execute(_KEYS).fetchall():
        if child != parent and child in found and parent in found:
            order.add(child, parent)
    return [*(found[name] for name in order.static_order()), Table(JOBS, _JOB_COLUMNS, _OPEN_JOBS)]


def unsorted_tables(models: list[type[Common]] | None = None) -> list[str]:
    """Common tables of which nobody said whether an authority takes rows of them along."""
    names = {model._meta.db_table for model in (common_models() if models is None else models)}
    return sorted(names - OWN.keys() - SHARED.keys())


def _columns(model: Any) -> tuple[str, ...]:
    return tuple(field.column for field in model._meta.concrete_fields)


@contextmanager
def seen(url: str, authority_id: UUID) -> Iterator[Connection]:
    """One read-only transaction of the product's role that sees one moment, and of walled rows only this authority's."""
    with psycopg.connect(url, connect_timeout=5, prepare_threshold=None) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        behind_the_wall(connection, authority_id)
        yield connection


def behind_the_wall(connection: Connection, authority_id: UUID) -> None:
    """From here to the end of the transaction rows of this authority are visible, and none of another; however long it takes."""
    connection.execute(
        "SELECT set_config('app.authority', %s, true), set_config('statement_timeout', '0', true),"
        " set_config('idle_in_transaction_session_timeout', '0', true)",
        [str(authority_id)],
    )
