"""What is stored of each hand-over, question to a register and closed day, beside what was promised: every effect once."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg

Admin = psycopg.Connection[Any]
Promise = Mapping[str, Any]
# One row each; each pair is (how often it must have happened, how often it did).
_HAND_OVERS = """
WITH said AS (SELECT details ->> 'hand_over_id' AS id, act, count(*) AS often FROM ground_auditentry
 WHERE act LIKE 'exchange.%' GROUP BY 1, 2)
SELECT h.id::text, 'hand-over ' || h.name,
 ARRAY[1, coalesce((SELECT often FROM said s WHERE s.id = h.id::text AND s.act = 'exchange.made'), 0)] AS entry,
 ARRAY[(h.state = 'copied')::int, coalesce((SELECT often FROM said s WHERE s.id = h.id::text AND s.act = 'exchange.copied'), 0)]
  AS copied_noted,
 ARRAY[CASE WHEN h.state = 'taken' THEN least(1, d.often) ELSE (h.state = 'dropped')::int END, d.often] AS dropped_noted,
 ARRAY[(SELECT count(DISTINCT t.line) FROM exchange_tick t WHERE t.hand_over_id = h.id),
  (SELECT count(*) FROM exchange_tick t WHERE t.hand_over_id = h.id)] AS ticks
FROM exchange_handover h, LATERAL (SELECT coalesce(sum(often), 0) AS often FROM said s WHERE s.id = h.id::text
 AND s.act IN ('exchange.dropped', 'exchange.withdrawn', 'exchange.overtaken')) d
"""
_RETRIEVALS = """
WITH said AS (SELECT details ->> 'retrieval_id' AS id, act, count(*) AS often FROM ground_auditentry
 WHERE act LIKE 'register.%' GROUP BY 1, 2),
 noted AS (SELECT r.id, s.act, s.often FROM forms_retrieval r JOIN said s ON s.id = r.id::text)
SELECT r.id::text, 'register',
 ARRAY[(r.outcome <> 'declined')::int, coalesce((SELECT often FROM noted n WHERE n.id = r.id AND act = 'register.asked'), 0)]
  AS asking,
 ARRAY[(r.outcome NOT IN ('asked', 'declined'))::int, (SELECT coalesce(sum(often), 0) FROM noted n WHERE n.id = r.id
  AND act IN ('register.found', 'register.nothing', 'register.away', 'register.unusable'))] AS answer,
 ARRAY[(r.outcome = 'added')::int, coalesce((SELECT often FROM noted n WHERE n.id = r.id AND act = 'register.added'), 0)]
  AS taking,
 ARRAY[(r.outcome = 'thrown_away')::int,
  coalesce((SELECT often FROM noted n WHERE n.id = r.id AND act = 'register.thrown_away'), 0)] AS throwing_away,
 ARRAY[(r.outcome = 'added')::int, (SELECT count(*) FROM forms_attachment a WHERE a.id = r.attachment_id)] AS document,
 ARRAY[(SELECT count(*) FROM forms_retrieval o WHERE o.draft_id = r.draft_id AND o.outcome = 'added'),
  (SELECT count(*) FROM forms_attachment a WHERE a.draft_id = r.draft_id AND a.name = 'Registerauszug.pdf')] AS documents
FROM forms_retrieval r
"""
_DAYS = """
SELECT x.id::text, 'day ' || x.day,
 ARRAY[1, (SELECT count(*) FROM payments_closing o WHERE o.authority_id = x.authority_id AND o.day = x.day)] AS closing,
 ARRAY[1, (SELECT count(*) FROM ground_auditentry e WHERE e.subject_id = x.id AND e.act = 'finance.day_closed')] AS entry,
 ARRAY[(SELECT (e.details ->> 'lines')::int FROM ground_auditentry e WHERE e.subject_id = x.id
  AND e.act = 'finance.day_closed' LIMIT 1), (SELECT count(*) FROM payments_booking b WHERE b.closing_id = x.id)] AS lines,
 ARRAY[(x.sums ->> 'all')::int,
  (SELECT coalesce(sum(b.cents), 0) FROM payments_booking b WHERE b.closing_id = x.id AND b.method <> 'claimed')] AS cents,
 ARRAY[1, (SELECT count(*) FROM exchange_handover h WHERE h.case_id = x.id)] AS hand_over
FROM payments_closing x
"""
_LINES_TAKEN = """
SELECT b.id::text FROM payments_booking b JOIN exchange_handover h ON h.case_id = b.closing_id WHERE h.state = 'taken'
"""
_STATES = """
SELECT h.id::text, h.state, (SELECT array_agg(DISTINCT e.act) FROM ground_auditentry e
 WHERE e.details ->> 'hand_over_id' = h.id::text), (SELECT count(*) FROM exchange_tick t WHERE t.hand_over_id = h.id)
FROM exchange_handover h
"""
KINDS = frozenset(
    {"tried_again", "given_up", "dropped", "ticked", "copied", "file_taken", "register_added", "day_closed"}
)


def acts(admin: Admin) -> Iterator[dict[str, Any]]:
    """Each hand-over, question and day with its effects: (promised, found)."""
    for query in (_HAND_OVERS, _RETRIEVALS, _DAYS):
        cursor = admin.execute(query)
        names = [column.name for column in cursor.description or ()][2:]
        for about, number, *pairs in cursor.fetchall():
            effects = {name: [int(one or 0) for one in pair] for name, pair in zip(names, pairs, strict=True)}
            yield {"submission": about, "number": number, "effects": effects}


def kept(admin: Admin, promises: Iterable[Promise]) -> Iterator[dict[str, Any]]:
    """Each promise about one of these, and whether it was kept."""
    hand_overs = {row[0]: row for row in admin.execute(_STATES).fetchall()}
    drafts = {
        row[0] for row in admin.execute("SELECT draft_id::text FROM forms_retrieval WHERE outcome = 'added'").fetchall()
    }
    days = {row[0] for row in admin.execute("SELECT day::text FROM payments_closing").fetchall()}
    for promise in promises:
        if promise["kind"] == "register_added":
            kept = promise["draft"] in drafts
        elif promise["kind"] == "day_closed":
            kept = promise["day"] in days
        else:
            kept = _is_kept(promise["kind"], hand_overs.get(promise["hand_over"]))
        yield {**promise, "promise": promise["kind"], "kept": kept}


def _is_kept(kind: str, row: tuple[Any, ...] | None) -> bool:
    if row is None:
        return False
    _id, state, said, ticks = row
    found: dict[str, bool] = {
        "tried_again": "exchange.tried_again" in said,
        "given_up": "exchange.given_up" in said,
        "dropped": state in ("dropped", "taken") and "exchange.dropped" in said,
        "ticked": ticks > 0,
        "copied": state == "copied",
        "file_taken": "exchange.file_taken" in said,
    }
    return found[kind]


def lines_handed_over(admin: Admin, folder: Path) -> dict[str, int]:
    """Lines of closed days in the files that the finance procedure got, beside what was noted as taken over: each once."""
    found = Counter(
        line["Buchung"] for path in (folder / "hand-over").rglob("tagesabschluss-*.csv") for line in _lines(path)
    )
    noted = {line for (line,) in admin.execute(_LINES_TAKEN).fetchall()}
    return {
        "rows": len(noted),
        "missing": len(noted - found.keys()),
        "beyond": sum(found.values()) - len(found) + len(found.keys() - noted),
    }


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


# Visits and marks are counted when they happen: nothing says afterwards how often there were.
_COUNTED = (
    "SELECT authority_id::text, service, month, measure, value, count FROM insights_counter"
    " WHERE measure <> 'visits' AND measure NOT LIKE 'score:%'"
)


def figures(admin: Admin) -> Counter[tuple[Any, ...]]:
    """What was counted, by key."""
    return Counter({tuple(key): often for *key, often in admin.execute(_COUNTED).fetchall()})


def forget_figures(admin: Admin) -> None:
    """So that all is counted from the beginning."""
    admin.execute("DELETE FROM insights_counter")
    admin.execute("DELETE FROM insights_counting")


def told_apart(before: Counter[tuple[Any, ...]], anew: Counter[tuple[Any, ...]]) -> dict[str, int]:
    """What was counted all along beside what is counted from the beginning: it says the same."""
    return {"rows": len(anew), "missing": (anew - before).total(), "beyond": (before - anew).total()}
