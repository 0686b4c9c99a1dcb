"""Writes entries as the product does, and reads which acts are there."""

from stadttor.core.ids import new_id
from stadttor.ground.models import AuditEntry
from stadttor.ground.rows import insert, rows
from stadttor.ground.work import work


def write(authority, now, act="test.done"):
    entry = AuditEntry(
        authority_id=authority.id, at=now, act=act, actor_kind="system", subject_kind="thing", subject_id=new_id()
    )
    insert(entry)
    return entry


def acts(authority):
    with work(authority.id):
        return [row.act for row in rows(AuditEntry, authority_id=authority.id, order=("act",))]
