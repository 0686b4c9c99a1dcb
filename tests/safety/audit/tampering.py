"""What somebody who owns the database does to an audit chain. Each act says which row the verifier must name."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from stadttor.ground.audit import START, digest
from stadttor.ground.models import AuditEntry

Connection = psycopg.Connection[tuple[Any, ...]]
ENTRY, SEAL = "ground_auditentry", "ground_auditseal"


@dataclass(frozen=True)
class Expected:
    """The first bad row: its position in the chain, or its id where it has none. `latest`: the last position at which
    it may be noticed, where the forger wrote matching digests; the next signed head cannot match.
    """

    row: int | UUID
    latest: int = 0


@dataclass(frozen=True)
class Hand:
    """The owner's connection and what is in the chain: ids by position from 1, the unsealed ids, positions of heads."""

    owner: Connection
    chance: random.Random
    town: UUID
    neighbour: UUID
    chain: dict[int, UUID]
    unsealed: list[UUID]
    heads: list[int]

    @property
    def end(self) -> int:
        return len(self.chain)

    def any(self) -> int:
        """A position; the first and the last one more often than by chance."""
        return self.chance.choice((1, self.end, *self.chain))

    def two(self) -> tuple[int, int]:
        one, other = sorted(self.chance.sample(sorted(self.chain), 2))
        return one, other

    def head_after(self, position: int) -> int:
        """The first signed head that covers the position."""
        return min((head for head in self.heads if head >= position), default=self.end + 1)

    def do(self, text: str, **values: Any) -> None:
        """One statement that must have changed something."""
        assert self.owner.execute(sql.SQL(text), {"town": self.town, **values}).rowcount, text


Act = Callable[[Hand], Expected]
CHANGED: dict[str, Any] = {
    "act": "case.granted", "actor_kind": "citizen", "actor_name": "Jemand", "subject_kind": "other",
    "actor_id": UUID(int=5), "subject_id": UUID(int=6), "details": '{"case_id": "other"}',
}  # fmt: skip


def change_entry(hand: Hand) -> Expected:
    position, column = hand.any(), hand.chance.choice((*CHANGED, "at"))
    new = "at + make_interval(secs => 1)" if column == "at" else f"'{CHANGED[column]}'"
    hand.do(f"UPDATE {ENTRY} SET {column} = {new} WHERE id = %(id)s", id=hand.chain[position])
    return Expected(position)


def change_seal(hand: Hand) -> Expected:
    position = hand.any()
    new = hand.chance.choice(("digest = sha256(digest)", "entry_id = gen_random_uuid()", "position = position + 1000"))
    hand.do(f"UPDATE {SEAL} SET {new} WHERE position = %(at)s AND authority_id = %(town)s", at=position)
    return Expected(position)


def give_to_the_neighbour(hand: Hand) -> Expected:
    position, table = hand.any(), hand.chance.choice((ENTRY, SEAL))
    column = "id" if table == ENTRY else "entry_id"
    values = {"id": hand.chain[position], "neighbour": hand.neighbour}
    extra = ", position = position + 5000" if table == SEAL else ""
    hand.do(f"UPDATE {table} SET authority_id = %(neighbour)s{extra} WHERE {column} = %(id)s", **values)
    return Expected(position)


def delete_entry(hand: Hand) -> Expected:
    position = hand.any()
    hand.do(f"DELETE FROM {ENTRY} WHERE id = %(id)s", id=hand.chain[position])
    return Expected(position)


def delete_seal(hand: Hand) -> Expected:
    position = hand.any()
    hand.do(f"DELETE FROM {SEAL} WHERE entry_id = %(id)s", id=hand.chain[position])
    return Expected(position)


def delete_both(hand: Hand) -> Expected:
    position = hand.any()
    _delete(hand, [position])
    return Expected(position)


def delete_newest(hand: Hand) -> Expected:
    first = hand.chance.randint(1, hand.end)
    _delete(hand, range(first, hand.end + 1))
    return Expected(first)


def delete_and_close_the_gap(hand: Hand) -> Expected:
    position = hand.any()
    _delete(hand, [position])
    _shift(hand, position, -1)
    return Expected(position)


def swap_places(hand: Hand) -> Expected:
    one, other = hand.two()
    _place(hand, one, 9_001)
    _place(hand, other, one)
    _place(hand, 9_001, other)
    return Expected(one)


def swap_contents(hand: Hand) -> Expected:
    one, other = hand.two()
    columns = hand.chance.choice(("act", "at", "act, at, subject_id"))
    chosen = ", ".join(f"other.{column.strip()}" for column in columns.split(","))
    hand.do(
        f"UPDATE {ENTRY} AS one SET ({columns}) = (SELECT {chosen} FROM {ENTRY} AS other WHERE other.id ="
        " CASE one.id WHEN %(one)s THEN %(other)s ELSE %(one)s END) WHERE one.id IN (%(one)s, %(other)s)",
        one=hand.chain[one],
        other=hand.chain[other],
    )
    return Expected(one)


def move_to_another_place(hand: Hand) -> Expected:
    one, other = hand.two()
    _place(hand, other, 9_001)
    _shift_up(hand, one, other)
    _place(hand, 9_001, one)
    return Expected(one)


def insert_loose(hand: Hand) -> Expected:
    """An entry nobody sealed, as if it had always been there."""
    return Expected(_insert(hand, hand.any()))


def insert_with_a_seal(hand: Hand) -> Expected:
    """In the middle, the later ones moved on, with the digest that fits there."""
    position = hand.chance.randint(1, hand.end)
    _shift(hand, position, 1)
    _seal(hand, position, _insert(hand, position))
    return Expected(position, latest=min(position + 1, hand.head_after(position)))


def insert_at_the_end(hand: Hand) -> Expected:
    """One more, with the digest that fits there."""
    _seal(hand, hand.end + 1, _insert(hand, hand.end))
    return Expected(hand.end + 1)


def rewrite_from_here(hand: Hand) -> Expected:
    """Change an entry and make all later digests anew: only the signed heads tell."""
    position = hand.any()
    hand.do(f"UPDATE {ENTRY} SET act = 'forged' WHERE id = %(id)s", id=hand.chain[position])
    for later in range(position, hand.end + 1):
        forged = digest(_digest(hand, later - 1), _entry(hand, hand.chain[later]))
        hand.do(f"UPDATE {SEAL} SET digest = %(forged)s WHERE entry_id = %(id)s", forged=forged, id=hand.chain[later])
    return Expected(position, latest=hand.head_after(position))


def delete_and_rewrite(hand: Hand) -> Expected:
    """Take one out, close the gap and make all later digests anew."""
    position = hand.chance.randint(1, hand.end - 1)
    _delete(hand, [position])
    _shift(hand, position, -1)
    rest = [hand.chain[later] for later in range(position + 1, hand.end + 1)]
    for place, entry_id in enumerate(rest, position):
        forged = digest(_digest(hand, place - 1), _entry(hand, entry_id))
        hand.do(f"UPDATE {SEAL} SET digest = %(forged)s WHERE entry_id = %(id)s", forged=forged, id=entry_id)
    return Expected(position, latest=hand.head_after(position))


def delete_before_sealing(hand: Hand) -> Expected:
    gone = hand.chance.choice(hand.unsealed)
    hand.do(f"DELETE FROM {ENTRY} WHERE id = %(id)s", id=gone)
    return Expected(gone)


def keep_from_sealing(hand: Hand) -> Expected:
    kept = hand.chance.choice(hand.unsealed)
    hand.do("DELETE FROM ground_auditwaiting WHERE id = %(id)s", id=kept)
    return Expected(kept)


ACTS: dict[str, tuple[Act, ...]] = {
    "change": (change_entry, change_entry, change_seal, give_to_the_neighbour, rewrite_from_here),
    "delete": (
        delete_entry, delete_seal, delete_both, delete_newest, delete_newest, delete_and_close_the_gap,
        delete_and_rewrite, delete_before_sealing,
    ),
    "reorder": (swap_places, swap_contents, move_to_another_place),
    "insert": (insert_loose, insert_with_a_seal, insert_at_the_end, keep_from_sealing),
}  # fmt: skip


def _delete(hand: Hand, positions: Iterable[int]) -> None:
    ids = [hand.chain[position] for position in positions]
    hand.do(f"DELETE FROM {SEAL} WHERE entry_id = ANY(%(ids)s)", ids=ids)
    hand.do(f"DELETE FROM {ENTRY} WHERE id = ANY(%(ids)s)", ids=ids)


def _shift(hand: Hand, first: int, by: int) -> None:
    """Move the places from `first` on; in two steps, as a place is taken once only."""
    text = f"UPDATE {SEAL} SET position = position + %(by)s WHERE position >= %(first)s AND authority_id = %(town)s"
    if hand.owner.execute(sql.SQL(text), {"town": hand.town, "by": by + 10_000, "first": first}).rowcount:
        hand.do(text, by=-10_000, first=10_000)


def _shift_up(hand: Hand, one: int, other: int) -> None:
    """The places from `one` to before `other` move one on."""
    for position in range(other - 1, one - 1, -1):
        _place(hand, position, position + 1)


def _place(hand: Hand, old: int, new: int) -> None:
    hand.do(
        f"UPDATE {SEAL} SET position = %(new)s WHERE position = %(old)s AND authority_id = %(town)s", new=new, old=old
    )


def _insert(hand: Hand, like: int) -> UUID:
    """A copy of the entry at this position under another id; gives that."""
    forged = uuid4()
    hand.do(
        f"INSERT INTO {ENTRY} (id, authority_id, at, act, actor_kind, actor_id, actor_name, subject_kind, subject_id,"
        " details) SELECT %(forged)s, authority_id, at, 'forged', actor_kind, actor_id, actor_name, subject_kind,"
        f" subject_id, details FROM {ENTRY} WHERE id = %(id)s",
        forged=forged,
        id=hand.chain[like],
    )
    return forged


def _seal(hand: Hand, position: int, entry_id: UUID) -> None:
    forged = digest(_digest(hand, position - 1), _entry(hand, entry_id))
    hand.do(
        f"INSERT INTO {SEAL} (id, authority_id, position, entry_id, digest, sealed_at)"
        " VALUES (gen_random_uuid(), %(town)s, %(position)s, %(id)s, %(digest)s, now())",
        position=position,
        id=entry_id,
        digest=forged,
    )


def _digest(hand: Hand, position: int) -> bytes:
    if position == 0:
        return START
    text = f"SELECT digest FROM {SEAL} WHERE authority_id = %s AND position = %s"
    row = hand.owner.execute(sql.SQL(text), [hand.town, position]).fetchone()
    assert row
    return bytes(row[0])


def _entry(hand: Hand, entry_id: UUID) -> AuditEntry:
    cursor = hand.owner.cursor(row_factory=dict_row)
    row = cursor.execute(sql.SQL(f"SELECT * FROM {ENTRY} WHERE id = %s"), [entry_id]).fetchone()
    assert row
    return AuditEntry(**row)
