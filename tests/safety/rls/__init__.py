"""Row-level security directly: each walled table as the product's role, around the product, and with its policy removed."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from uuid import UUID

import psycopg

from stadttor.ground.launcher.roles import Dsns
from tests.measuring.lines import Line
from tests.safety.least import size_of, too_few
from tests.safety.outcome import Outcome
from tests.safety.rls.checks import Attack, Found, checks_of
from tests.safety.rls.commons import NOTE, UNLISTED, unlisted
from tests.safety.rls.filled import Table, fill, walled_tables
from tests.safety.rls.mutants import mutants_of
from tests.safety.rls.pooled import bouncer, bouncer_program, pooled
from tests.safety.running import RowLines, Size
from tests.safety.stand import Stand, make_authority

DATABASE, THROWN_AWAY = "safety_rls", "safety_rls_mutants"
SEED = 20_261_123
NO_POOLER = "transactions over PgBouncer were not tried: it was not there, as was said (NO_POOLER)"
POLICY = "wall"
"""The one policy of a table; another one would be a way around it."""
EVERY_TABLE = (
    "no authority, empty table", "no authority, fresh connection", "no authority, used connection",
    "no authority, after an error", "wrong authority", "raw SQL", "owner", "after an exception", "in a job",
)  # fmt: skip
"""A table counts as tried when each of these was, and each of its keys to another table of a town."""
LEAST = {"transactions over the pool": (2_000, 500_000), "transactions over the bouncer": (2_000, 500_000)}
POLICIES_OF = "SELECT polname FROM pg_policy WHERE polrelid = %s::regclass ORDER BY 1"
KEYS_OF = """SELECT conname FROM pg_constraint WHERE contype = 'f' AND array_length(conkey, 1) > 1
AND conrelid = %s::regclass ORDER BY 1"""


def run(size: Size, lines: RowLines, stand: Stand) -> None:
    """Fill two towns, try every table by every way, then remove the policies of a database that is thrown away."""
    addresses = stand.database(DATABASE)
    stand.product_at(addresses)
    towns = make_authority("weissenburg", "Weißenburg i. Bay."), make_authority("muenchen", "München")
    tables = walled_tables(towns)
    _structure(addresses, tables, lines)
    fill(stand, DATABASE, tables, towns)
    attacks = _attacks(addresses, tables, towns)
    for attack in attacks:
        _write(lines, attack.table.name, checks_of(attack))
    _through_the_product(lines, towns)
    _over_pools(size, attacks, lines, stand)
    _mutants(size, stand, tables, towns, lines)


def outcome(lines: Sequence[Line]) -> Outcome:
    """A leak is an answer where an error was promised, too."""
    checks = [line for line in lines if line["kind"] == "check"]
    pools = [line for line in lines if line["kind"] == "pooled" and line["way"] != "twin"]
    twins = [line for line in lines if line["kind"] == "pooled" and line["way"] == "twin"]
    mutants = [line for line in lines if line["kind"] == "mutant"]
    tables = [line["table"] for line in lines if line["kind"] == "table"]
    leaks = [
        f"{line['table']}, {line['check']}, {line['attempt']}: {line['seen']}" for line in checks if line["leaked"]
    ]
    leaks += [str(seen) for line in pools for seen in line["seen"]]
    leaked = sum(line["leaked"] for line in checks) + sum(line["leaked"] for line in pools)
    unnoticed = [f"not noticed: {line['table']}, {line['mutant']}" for line in mutants if not line["noticed"]]
    untried = [f"not tried: {table}, {check}" for table in tables for check in _missing(table, checks)]
    untried += [f"not tried: {table}, foreign key {key}" for table, key in _untried_keys(lines, checks)]
    return Outcome(
        injected=len(checks) + sum(line["transactions"] for line in pools) + len(mutants),
        leaked=leaked,
        refused=sum(not line["leaked"] for line in checks),
        broken=(
            *leaks,
            *unnoticed,
            *untried,
            *(f"not tried: transactions over the {way}" for way in _unpooled(lines)),
            *too_few(lines, {what: least for what, least in LEAST.items() if not _left_out(lines, what)}, _over(pools)),
            *(f"not tried: {table} without its policy {policy}" for table, policy in _unspoiled(lines, mutants)),
            *(() if tables else ("no table was found",)),
            *(() if any(line["leaked"] for line in twins) else ("not noticed: an authority that stays set",)),
        ),
        figures={
            "rls_tables": len(tables) - len({one.split(",")[0] for one in untried}),
            "rls_leaks": leaked,
            "policy_mutants": len(mutants),
            "policy_mutants_noticed": sum(line["noticed"] for line in mutants),
        },
        notes=tuple(line["text"] for line in lines if line["kind"] == "note"),
        unproven=tuple(NO_POOLER for line in lines if line["kind"] == "no_pooler"),
        known={"tables": frozenset(tables)},
    )


def _missing(table: str, checks: Sequence[Line]) -> list[str]:
    done = {line["check"] for line in checks if line["table"] == table}
    return [check for check in EVERY_TABLE if check not in done]


def _untried_keys(lines: Sequence[Line], checks: Sequence[Line]) -> Iterator[tuple[str, str]]:
    tried = {(line["table"], line["attempt"]) for line in checks if line["check"] == "foreign key"}
    keys = [(line["table"], key) for line in lines if line["kind"] == "table" for key in line.get("keys", ())]
    yield from (one for one in keys if one not in tried)


def _unpooled(lines: Sequence[Line]) -> Iterator[str]:
    """The ways over shared connections that nobody went; without the bouncer only who said so (`NO_POOLER`)."""
    gone = {line["way"] for line in lines if line["kind"] == "no_pooler" or line.get("transactions")}
    yield from (way for way in ("pool", "bouncer") if way not in gone)


def _left_out(lines: Sequence[Line], what: str) -> bool:
    return any(line["kind"] == "no_pooler" and what.endswith(line["way"]) for line in lines)


def _over(pools: Sequence[Line]) -> Counter[str]:
    """How many transactions there were over each way."""
    counts = Counter[str]()
    for line in pools:
        counts[f"transactions over the {line['way']}"] += line["transactions"]
    return counts


def _unspoiled(lines: Sequence[Line], mutants: Sequence[Line]) -> Iterator[tuple[str, str]]:
    """Policies that nobody took away. Lines of an earlier day do not name them: there each table has the one."""
    gone = {(line["table"], line["mutant"]) for line in mutants}
    for line in lines if size_of(lines) != "small" else ():
        for policy in line.get("policies", [POLICY]) if line["kind"] == "table" else ():
            if policy != POLICY or (line["table"], "policy removed") not in gone:
                yield line["table"], policy


def _attacks(addresses: Dsns, tables: list[Table], towns: tuple[UUID, UUID]) -> list[Attack]:
    own, other = towns
    others = {table.name: table.rows[other] for table in tables}
    return [Attack(addresses, own, other, table, others) for table in tables]


def _write(lines: RowLines, table: str, found: Iterator[Found]) -> list[str]:
    """Gives the checks that saw a leak."""
    leaks = []
    for one in found:
        lines.write("check", table=table, check=one.check, attempt=one.attempt, seen=one.seen, leaked=one.leaked)
        leaks += [one.check] * one.leaked
    return leaks


def _structure(addresses: Dsns, tables: list[Table], lines: RowLines) -> None:
    """Every table of the database is declared walled or common; an empty walled one is an error without authority, too."""
    from stadttor.ground.wall import common_models

    known = {table.name for table in tables} | {model._meta.db_table for model in common_models()}
    with psycopg.connect(addresses.owner) as owner:
        there = [name for (name,) in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        keys, policies = (
            {one.name: [name for (name,) in owner.execute(query, [one.name]).fetchall()] for one in tables}
            for query in (KEYS_OF, POLICIES_OF)
        )
    for name in sorted(set(there) - known):
        ours = not name.startswith(("procrastinate_", "django_"))
        lines.write("check", table=name, check="declared", attempt="", seen="neither walled nor common", leaked=ours)
    for name in unlisted():
        lines.write("check", table=name, check="declared", attempt="", seen=UNLISTED, leaked=True)
    lines.write("note", text=NOTE)
    for table in tables:
        lines.write("table", table=table.name, keys=keys[table.name], policies=policies[table.name])
        with psycopg.connect(addresses.app) as app:
            try:
                seen, leaked = str(app.execute(f"SELECT count(*) FROM {table.name}").fetchone()), True
            except psycopg.Error as error:
                seen, leaked = str(error.sqlstate), False
        lines.write(
            "check", table=table.name, check="no authority, empty table", attempt="SELECT", seen=seen, leaked=leaked
        )


def _through_the_product(lines: RowLines, towns: tuple[UUID, UUID]) -> None:
    from tests.safety.rls.product import after_exceptions, in_a_job

    for table, found in (*after_exceptions(*towns), *in_a_job(*towns)):
        _write(lines, table, iter([found]))


def _over_pools(size: Size, attacks: list[Attack], lines: RowLines, stand: Stand) -> None:
    batches = size.pick(small=4, ci=80, night=20_000)
    address = attacks[0].addresses.app
    pooled(attacks, lines, way="pool", address=address, batches=batches, seed=SEED)
    pooled(attacks, lines, way="twin", address=address, batches=4, seed=SEED)
    program = bouncer_program()
    if program is None and os.environ.get("NO_POOLER"):
        lines.write("no_pooler", way="bouncer")
    if program is None:
        return
    with bouncer(program, stand.folder / "bouncer", address) as through:
        pooled(attacks, lines, way="bouncer", address=through, batches=batches, seed=SEED)


def _mutants(size: Size, stand: Stand, tables: list[Table], towns: tuple[UUID, UUID], lines: RowLines) -> None:
    addresses = stand.database(THROWN_AWAY)
    fill(stand, THROWN_AWAY, tables, towns)
    attacks = _attacks(addresses, tables, towns)[: size.pick(small=2, ci=None, night=None)]
    with psycopg.connect(addresses.owner, autocommit=True) as owner:
        for attack in attacks:
            for mutant in mutants_of(attack.table):
                mutant.on(owner)
                by = _first_leak(attack)
                mutant.off(owner)
                lines.write("mutant", table=attack.table.name, mutant=mutant.name, noticed=bool(by), by=by)
            if left := _first_leak(attack):
                # A wall not mended would make every later mutant look noticed.
                raise RuntimeError(f"{attack.table.name} was not mended: {left}")


def _first_leak(attack: Attack) -> str:
    return next((f"{one.check}, {one.attempt}" for one in checks_of(attack) if one.leaked), "")
