"""One description of a town is saved, hidden, shown, taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.core.ids import new_id
from stadttor.core.refused import Refused, not_found
from stadttor.descriptions.models import Own
from stadttor.descriptions.queries.template import situations, template
from stadttor.descriptions.rules.own import MOST_OWN, Said, kept, merged, must_be_sound, of_kept, of_template, slug_of
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.rows import change, first, insert_unless_taken
from stadttor.ground.work import work


@dataclass(frozen=True)
class Typed:
    """What the organiser sent of one language, by `rules.own.FIELDS`, and of what is in none; `checked`: she read it against
    the law today."""

    language: str
    texts: Mapping[str, str]
    words: tuple[str, ...] = ()
    law: tuple[str, ...] = ()
    cost: str = ""
    office: str = ""
    situation: str = ""
    checked: bool = False


def save_description(*, authority_id: UUID, slug: str, seen: int, typed: Typed, actor: Actor, now: datetime) -> str:
    """Change the description at this address, or add one for an empty one; gives the address.

    Refused for what cannot be, and when somebody changed it since the version `seen`.
    """
    today = german_day(now)
    with work(authority_id):
        row = first(Own, lock=True, authority_id=authority_id, slug=slug) if slug else None
        origin = template(slug) if slug else None
        if slug and row is None and origin is None:
            raise not_found()
        must_not_have_changed(row, seen)
        base = of_kept(row.content) if row and row.content else of_template(origin) if origin else Said(today)
        said = merged(
            base, {typed.language: typed.texts}, words=typed.words, law=typed.law, cost=typed.cost, office=typed.office,
            situation=typed.situation, reviewed=today if typed.checked else base.reviewed,
        )  # fmt: skip
        must_be_sound(said, known_situations())
        if row:
            put(authority_id, row, said, now=now)
            made = row.id
        else:
            slug = slug or free_slug(authority_id, said.texts["de"]["title"])
            made = add(authority_id, slug, slug, said, now=now)
        audit.record(
            authority_id, act="description.saved", actor=actor, subject=("description", made), at=now,
            details={"slug": slug},
        )  # fmt: skip
    return slug


def set_hidden(*, authority_id: UUID, slug: str, hidden: bool, actor: Actor, now: datetime) -> None:
    """The portal shows a description no longer, or again. Raises Refused (404)."""
    with work(authority_id):
        row, origin = first(Own, lock=True, authority_id=authority_id, slug=slug), template(slug)
        if row is None and origin is None:
            raise not_found()
        if row is None:
            made = add(authority_id, slug, slug, None, hidden=hidden, now=now)
        else:
            made = row.id
            values = {"hidden": hidden, "version": row.version + 1, "changed": now}
            change(Own, values, authority_id=authority_id, id=row.id)
        act = "description.hidden" if hidden else "description.shown"
        audit.record(authority_id, act=act, actor=actor, subject=("description", made), at=now, details={"slug": slug})


def take_back(*, authority_id: UUID, slug: str, seen: int, actor: Actor, now: datetime) -> None:
    """What the town said goes for good: the product's text is shown again, one of the town's own is deleted.

    Raises Refused (404; when somebody changed it since the version `seen`).
    """
    with work(authority_id):
        row = first(Own, lock=True, authority_id=authority_id, slug=slug)
        if row is None:
            raise not_found()
        must_not_have_changed(row, seen)
        Own.objects.filter(authority_id=authority_id, id=row.id).delete()
        audit.record(
            authority_id, act="description.taken_back", actor=actor, subject=("description", row.id), at=now,
            details={"slug": slug},
        )  # fmt: skip


def must_not_have_changed(row: Own | None, seen: int) -> None:
    """Refused when it is not the version the organiser saw."""
    if (row.version if row else 0) != seen:
        raise changed_since()


def changed_since() -> Refused:
    return Refused(
        "changed_since", "Somebody changed this in the meantime. Open it again, so that nothing is lost.",
        field="de.title",
    )  # fmt: skip


def put(authority_id: UUID, row: Own, said: Said, *, now: datetime, hidden: bool | None = None) -> None:
    """What a row says is this now. Inside the open work."""
    origin = template(row.slug)
    values = {
        "content": kept(said), "based_on": origin.reviewed if origin else None, "version": row.version + 1, "changed": now,
        "hidden": row.hidden if hidden is None else hidden,
    }  # fmt: skip
    change(Own, values, authority_id=authority_id, id=row.id)


def add(
    authority_id: UUID, slug: str, external_id: str, said: Said | None, *, now: datetime, hidden: bool = False
) -> UUID:
    """A new row; without `said` the product's text stays. Refused when there is one, or too many. Inside the open work."""
    if Own.objects.filter(authority_id=authority_id).count() >= MOST_OWN:
        raise Refused(
            "too_many_descriptions", "There is room for {most} descriptions.", field="de.title", most=MOST_OWN
        )
    origin = template(slug)
    row = Own(
        id=new_id(), authority_id=authority_id, slug=slug, external_id=external_id, hidden=hidden,
        content=kept(said) if said else {}, based_on=origin.reviewed if origin else None, changed=now,
    )  # fmt: skip
    if not insert_unless_taken(row):
        raise changed_since()
    return row.id


def free_slug(authority_id: UUID, title: str) -> str:
    """An address nobody has here, made of the title. Inside the open work."""
    wanted = slug_of(title)
    for number in range(1, MOST_OWN):
        slug = wanted if number == 1 else f"{wanted}-{number}"
        if template(slug) is None and first(Own, authority_id=authority_id, slug=slug) is None:
            return slug
    raise changed_since()


def known_situations() -> frozenset[str]:
    """The life situations a description can belong to."""
    return frozenset(one.id for one in situations("de"))
