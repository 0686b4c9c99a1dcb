"""Many descriptions at once, all or none; the same file again changes nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.descriptions.models import Own
from stadttor.descriptions.queries.towns import Entry, entries_of
from stadttor.descriptions.rules.given import Given, Known, step
from stadttor.descriptions.rules.own import Said, slug_of
from stadttor.descriptions.services.keeping import add, free_slug, known_situations, put
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.rows import change, rows
from stadttor.ground.work import work


def take_in(
    *, authority_id: UUID, given: Sequence[Given], seen: Mapping[str, int], actor: Actor, now: datetime
) -> Counter[str]:
    """Add those whose external id is new, change the others in what the file says of them; gives how many of each fate.

    `seen` are the versions the organiser was shown, by external id. Refused, and nothing is kept, when one cannot be, or was
    changed since.
    """
    situations, today, fates = known_situations(), german_day(now), Counter[str]()
    with work(authority_id):
        kept = {row.slug: row for row in rows(Own, lock=True, authority_id=authority_id)}
        known = {one.external_id: one for one in entries_of(kept)}
        for one in given:
            entry = known.get(one.external_id)
            if seen.get(one.external_id, 0) != (entry.version if entry else 0):
                raise Refused(
                    "changed_since", "Somebody changed this in the meantime. Please send the file again.", field="file"
                )
            made = step(one, known_of(entry) if entry else None, situations, today)
            fates[made.fate] += 1
            if made.fate == "added":
                add(authority_id, _address(authority_id, one), one.external_id, made.said, hidden=made.hidden, now=now)
            elif made.fate == "changed" and entry:
                _put(authority_id, entry, kept.get(entry.slug), made.said, made.hidden, now)
        if fates["added"] or fates["changed"]:
            audit.record(
                authority_id, act="description.imported", actor=actor, subject=("description", None), at=now,
                details=dict(fates),
            )  # fmt: skip
    return fates


def known_of(entry: Entry) -> Known:
    """What the town shows of it now."""
    return Known(entry.said, entry.hidden, entry.version)


def _address(authority_id: UUID, one: Given) -> str:
    """An id that could be an address is one, so that a town's export finds its addresses again elsewhere."""
    wanted = one.external_id if slug_of(one.external_id) == one.external_id else one.texts["de"]["title"]
    return free_slug(authority_id, wanted)


def _put(authority_id: UUID, entry: Entry, row: Own | None, said: Said, hidden: bool, now: datetime) -> None:
    """Only what is different: a text of the product that is hidden stays the product's."""
    same = said == entry.said
    if row is None:
        add(authority_id, entry.slug, entry.external_id, None if same else said, hidden=hidden, now=now)
    elif same:
        values = {"hidden": hidden, "version": row.version + 1, "changed": now}
        change(Own, values, authority_id=authority_id, id=row.id)
    else:
        put(authority_id, row, said, now=now, hidden=hidden)
