"""Everything about a person can be exported, and is gone when it must be: twelve years of a small town in fast time."""

import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from tests.measuring.lines import Line
from tests.safety.least import size_of, too_few
from tests.safety.outcome import Outcome
from tests.safety.running import RowLines, Size
from tests.safety.stand import Stand, make_authority

if TYPE_CHECKING:
    from tests.safety.privacy.nights import Town
    from tests.safety.privacy.searching import Search

DATABASE = "safety_privacy"
GONE = ("deletion", "draft", "payment", "appointment", "account")
LIVED = {"appointment": "an appointment", "account": "a citizen's account", "wallet": "signing in with a wallet"}
PLAYED = {
    "print run": "letters of a print run", "hand-over": "hand-overs to other procedures", "receipt": "receipts of the counter",
    "retrieval": "proofs from a register", "credential": "what was issued into a wallet",
}  # fmt: skip
"""What else was done with applications, by the name that a line says how often."""
KEPT = frozenset({"receipts", "places in a status list"})
NOTHING_OF = (
    "living", "drafts", "cases", "guests", "assertions", "wallets", "payments", "receipts", "bookings", "claims", "closings",
    "hand_overs", "deliveries", "offers", "credentials", "retrievals",
)  # fmt: skip
"""What is counted at the end, when nothing of anybody may be left."""
KEPT_PLACES = ("keys", "audit-heads", "privacy.log")
"""Below the folder of an installation: what holds no file of a person."""
YEARS = 12
LEAST = {"persons": (12, 60), "exports": (30, 150), "deletions": (30, 150)}
LIMITS = (
    "What was deleted stays in backups and in the write-ahead log until these are overwritten.",
    "Mails that a mail server took are its own; the mailbox of the demo keeps its copies, as a recipient does.",
    "Payments, their receipts and the closed days of the cash desk are kept ten years after their own, for the town's books,"
    " without a name; the audit chain keeps ids and codes for good.",
    "The place of a credential in a status list stays taken and revoked until the credential ends by itself: given out anew"
    " it would make the old one count again. Print runs keep their number and day. None of them says of whom.",
    "What a target procedure took over is that procedure's: its folder lies outside of what is searched.",
)


def run(size: Size, lines: RowLines, stand: Stand) -> None:
    """Households apply, are decided upon and grow old; each deletion is followed by a search for its marker."""
    addresses = stand.database(DATABASE)
    stand.product_at(addresses)
    from tests.safety.privacy.nights import Years
    from tests.safety.privacy.searching import Search

    log = stand.folder / "var" / "privacy.log"
    with _logged(log), _temporary(stand.folder / "var" / "tmp"):
        search = Search(stand.superuser(DATABASE), [stand.folder / "var", stand.folder / "postgres.log"])
        town = _town(stand, size.pick(small=1, ci=4, night=20), search, lines)
        stored = files_below(stand.folder / "var")
        begin = datetime.now(UTC).date() + timedelta(days=1)
        Years(town, search, lines, begin).live(_after(begin), every=size.pick(small=60, ci=30, night=1))
        _end_helpers()
        left = files_below(stand.folder / "var")
        lines.write("folder", of="the end", stored=len(stored), left=left[:20], surplus=len(left))
        _twins(town, search, lines, stand.folder / "var")
        search.close()
    for text in LIMITS:
        lines.write("note", text=text)


def outcome(lines: Sequence[Line]) -> Outcome:
    """Early is before the day the law gives, late more than a day after it."""
    exports = [line for line in lines if line["kind"] == "export"]
    deletions = [line for line in lines if line["kind"] in GONE]
    cases = [line for line in lines if line["kind"] == "deletion"]
    twins = [line for line in lines if line["kind"] == "twin"]
    persons = [line for line in lines if line["kind"] == "person"]
    early = [line for line in deletions if line["day"] < line["due"]]
    late = [line for line in deletions if date.fromisoformat(line["day"]) > date.fromisoformat(line["due"]) + _A_DAY]
    folders = [line for line in lines if line["kind"] == "folder"]
    left = [place for line in (*deletions, *persons) for place in line.get("places", ())]
    left += [f"file {path}" for line in folders for path in line["left"]]
    refusals = [line for line in lines if line["kind"] == "refused"]
    denied = [line for line in lines if line["kind"] == "denied"]
    ends = [line for line in lines if line["kind"] == "end"]
    return Outcome(
        injected=len(deletions) + len(exports) + len(denied) + len(refusals),
        lost=sum(bool(line["missing"]) for line in exports),
        leaked=len(left) + sum(bool(line.get("of_others")) for line in exports),
        stuck=len(late) + sum(line["living"] + line["drafts"] + line.get("guests", 0) for line in ends),
        refused=sum(bool(line["why"]) for line in (*denied, *refusals)),
        broken=(
            *(
                f"{line['scope']} export of {line['service']}: missing {line['missing']}"
                for line in exports
                if line["missing"]
            ),
            *(
                f"{line['scope']} export tells of others: {line['of_others']}"
                for line in exports
                if line.get("of_others")
            ),
            *(f"deleted on {line['day']}, due on {line['due']}: {_what(line)}" for line in (*early, *late)),
            *(f"left after the deletion: {place}" for place in left),
            *(f"{line['files_left']} files left: {_what(line)}" for line in deletions if line.get("files_left")),
            *(
                f"the proof names {line['files']} of {line['stored']} files: {_what(line)}"
                for line in cases
                if _is_short(line)
            ),
            *(f"no proof: {_what(line)}" for line in cases if not line["rows"]),
            *(f"a request was not refused as law says: {line}" for line in denied if not _is_lawful(line)),
            *(f"a request was not refused as it should be: {line}" for line in refusals if not line["lawful"]),
            *("nobody had stored a file" for line in folders if not line["stored"]),
            *(
                f"still there after {YEARS} years: {line}"
                for line in ends
                if any(line.get(what) for what in NOTHING_OF)
            ),
            *(
                f"not kept as law says: {line}"
                for line in lines
                if line["kind"] == "kept" and line["there"] != line["must"]
            ),
            *(
                f"was not played: {PLAYED[line['what']]}"
                for line in lines
                if line["kind"] == "played" and not line["count"]
            ),
            *(f"{what} were not looked for" for what in _kept_of(lines)),
            *(f"not noticed: {line.get('what', 'a mail')} that stays" for line in twins if not line["places"]),
            *(() if twins else ("the row was not proven to notice anything",)),
            *(() if ends and persons and exports else ("nothing was tried",)),
            *too_few(lines, LEAST, {"persons": len(persons), "exports": len(exports), "deletions": len(deletions)}),
        ),
        figures={
            "privacy_persons": len(persons),
            "privacy_exports": len(exports),
            "privacy_exports_complete": sum(not line["missing"] for line in exports),
            "privacy_deletions": len(deletions),
            "privacy_markers_left": len(left),
            "privacy_early": len(early),
            "privacy_late": len(late),
        },
        notes=tuple(line["text"] for line in lines if line["kind"] == "note"),
        unproven=tuple(_unproven(lines)),
    )


def _kept_of(lines: Sequence[Line]) -> Iterator[str]:
    """What law keeps of a case that is gone and was not looked at, where it was played; a small town may be too young for it."""
    played = any(line["kind"] == "played" for line in lines)
    looked = {line["what"] for line in lines if line["kind"] == "kept"}
    yield from sorted(KEPT - looked) if played and size_of(lines) != "small" else ()


def _unproven(lines: Sequence[Line]) -> Iterator[str]:
    """What an older run did not look at."""
    kinds = {line["kind"] for line in lines}
    if missing := [text for kind, text in LIVED.items() if kind not in kinds]:
        yield f"not in the lives that were played: {', '.join(missing)}"
    played = {line["what"] for line in lines if line["kind"] == "played"}
    if missing := [text for what, text in PLAYED.items() if what not in played]:
        yield f"not in the lives that were played: {', '.join(missing)}"
    if "folder" not in kinds:
        yield "the folders were not looked at for a file of somebody who is gone"


_A_DAY = timedelta(days=1)


def _what(line: Line) -> str:
    return (
        line["kind"] if line["kind"] != "deletion" else f"{line['service']}, {line['fate']}, closed on {line['closed']}"
    )


def _is_short(line: Line) -> bool:
    return bool(line["files"] < line["stored"])


def _is_lawful(line: Line) -> bool:
    return bool(line["why"] == "must_be_kept" and line["day"] == line["until"])


def _end_helpers() -> None:
    """A worker that ends takes the folder of its typesetter along; meanwhile it was searched like all others."""
    from stadttor.notices.letters import typesetting

    typesetting._setter.close()


def files_below(var: Path) -> list[str]:
    """What lies in the folder of an installation besides its keys, its heads and the log of the row."""
    files = (path.relative_to(var) for path in sorted(var.rglob("*")) if path.is_file())
    return [str(path) for path in files if path.parts[0] not in KEPT_PLACES]


def _twins(town: "Town", search: "Search", lines: RowLines, var: Path) -> None:
    """The same with one verb switched off, each time for a new person: the search must find what stays."""
    from stadttor.forms.services import erasing
    from stadttor.ground.clock import now
    from stadttor.ground.erasing import Erased
    from tests.safety.privacy.lives import Person, begin_draft, drop_draft
    from tests.safety.privacy.wallet import show

    for what, verb in {"mail": "erase_about", "sign-in": "drop", "file": "erase_files"}.items():
        person, whole = Person(f"Zqvtwin{verb.replace('_', '')}", "Amira", "1988-05-24"), getattr(erasing, verb)
        draft_id = begin_draft(town.authority_id, person, now())
        show(town.authority_id, draft_id, person)
        setattr(erasing, verb, lambda *ids, **about: Erased())
        try:
            drop_draft(town.authority_id, draft_id, now())
        finally:
            setattr(erasing, verb, whole)
        places = files_below(var) if what == "file" else search.places([person.marker])
        lines.write("twin", what=what, places=places)
    _twins_of_cases(town, search, lines)


def _twins_of_cases(town: "Town", search: "Search", lines: RowLines) -> None:
    """The same with whole cases: what was handed over and what was issued stays behind."""
    from stadttor.ground.clock import now
    from stadttor.ground.erasing import Erased
    from stadttor.privacy.services import delete_on_request, erasing
    from tests.safety.privacy.lives import Matter, Person, apply, close
    from tests.safety.privacy.plan import Fate
    from tests.safety.privacy.town_hall import PERMIT

    for what, verb in {"hand-over": "erase_hand_overs", "credential": "erase_issued"}.items():
        person = Person(f"Zqvtwin{verb.replace('_', '')}", "Amira", "1988-05-24")
        one = Matter(PERMIT, Fate(), (person,), f"Wkqtwin{verb.replace('_', '')}", shown=True, town_hall=True)
        apply(town.authority_id, one, town.lead, now())
        close(town.authority_id, one, town.lead, now())
        whole = getattr(erasing, verb)
        setattr(erasing, verb, lambda **about: Erased())
        try:
            delete_on_request(staff=town.lead, case_id=one.case_id, ground="unlawful", now=now())
        finally:
            setattr(erasing, verb, whole)
        lines.write("twin", what=what, places=search.left_of(one))


def _after(begin: date) -> date:
    return date(begin.year + YEARS, begin.month, min(begin.day, 28))


def _town(stand: Stand, households: int, search: "Search", lines: RowLines) -> "Town":
    """Services, colleagues, and households whose applications are all decided; nothing is closed yet."""
    from stadttor.ground.clock import now
    from stadttor.notices.ports import use_sender
    from stadttor.portal.access import new_token
    from tests.safety.privacy import town_hall
    from tests.safety.privacy.guests import Guests
    from tests.safety.privacy.lives import Matter, Person, Post, apply, begin_draft, drop_draft, words, work_off
    from tests.safety.privacy.nights import Town
    from tests.safety.privacy.plan import DRAFT_KEPT, FATES, ONE, night_after
    from tests.safety.privacy.wallet import let_ask, show

    authority_id = make_authority("weissenburg", "Weißenburg i. Bay.")
    _offer(authority_id, stand.folder)
    use_sender(Post())
    lead, organiser = _staff(authority_id, "lead"), _staff(authority_id, "organiser")
    names, said = words("Zqv"), words("Wkq")
    let_ask(authority_id)
    outside = stand.folder / "outside"
    town_hall.open_doors(authority_id, outside, now())
    town = Town(authority_id, lead, organiser, [], {}, Guests(authority_id, lead, lines, search))
    for number in range(households):
        births = ("1988-05-24", "1986-01-09", "2019-11-08")
        amira, emre, elif_ = (
            Person(name, first, born)
            for name, first, born in zip(names, ("Amira", "Emre", "Elif"), births, strict=False)
        )
        fates = FATES[number % len(FATES)]
        people = {"wohnsitzanmeldung": (amira, emre, elif_), "bewohnerparkausweis": (amira,), "hundesteuer": (emre,)}
        for service, who in people.items():
            permit = service == town_hall.PERMIT
            one = Matter(
                service,
                fates[service],
                who,
                next(said),
                shown=permit,
                town_hall=True,
                at_counter=permit and not number % 2,
                tag=f"{1000 + number}" if service == town_hall.TAX else "",
            )
            apply(authority_id, one, lead, now())
            town.matters.append(one)
        # As long as the dog is registered its case is kept, so that it has to leave for any of this to end.
        leaves = Matter(
            town_hall.TAX, fates["abmeldung"], (emre,), next(said), town_hall=True, tag=f"{1000 + number}", leaves=True
        )
        apply(authority_id, leaves, lead, now())
        town.matters.append(leaves)
        last = night_after(now() + DRAFT_KEPT) - ONE
        forgotten = begin_draft(authority_id, elif_, now())
        show(authority_id, forgotten, elif_, takes=False)
        town.drafts[forgotten] = (elif_, last)
        dropped = begin_draft(authority_id, emre, now(), token := new_token())
        browser = show(authority_id, dropped, emre)
        town_hall.retrieve(authority_id, dropped, token, browser, f"Auszug {emre.marker}", takes=False)
        drop_draft(authority_id, dropped, now())
        lines.write("wallet", applications=1, drafts=2)
        town.guests.come(amira, "over", next(said), now())
        town.guests.come(emre, "cancelled", next(said), now())
        town.guests.come(emre, "asked", next(said), now())
        work_off()
        kept = town.guests.open(amira, tuple(town.matters[-4:-2]), closes=bool(number % 2), now=now())
        if not number % 2:
            town.drafts[kept] = (amira, last)
    played = {
        "print run": town_hall.post(authority_id, town.matters, lead, now()),
        "hand-over": len(list(outside.rglob("*.*"))),
        "receipt": sum(town_hall.receipts_of(authority_id, one) for one in town.matters),
        "retrieval": town_hall.retrievals(authority_id),
        "credential": sum(one.place is not None for one in town.matters),
    }
    for what, count in played.items():
        lines.write("played", what=what, count=count)
    town_hall.close_the_day(authority_id, lead, now())
    work_off()
    return town


def _offer(authority_id: UUID, folder: Path) -> None:
    from django.conf import settings

    from stadttor.catalog import demo, queries, services
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.site.demo_cast import PARAMETERS
    from tests.safety.privacy.plan import SERVICES

    demo.load_packages(settings.STADTTOR_PACKAGES, keys=folder / "publisher", now=now())
    for version in queries.versions():
        if version.slug in SERVICES:
            adoption_id = services.adopt(
                authority_id=authority_id, version_id=version.id, parameters=PARAMETERS["weissenburg"][version.slug],
                actor=SYSTEM, now=now(),
            )  # fmt: skip
            services.go_live(authority_id=authority_id, adoption_id=adoption_id, actor=SYSTEM, now=now())


def _staff(authority_id: UUID, role: str):  # type: ignore[no-untyped-def]  # of the product, which is set up later
    from stadttor.core.ids import new_id
    from stadttor.identity.queries import Staff
    from tests.safety.privacy.town_hall import tax_office

    # Both: what is under tax secrecy is offered to the archive by an organiser of the unit in charge.
    units = frozenset({tax_office(authority_id)})
    return Staff(new_id(), f"Frau {role}", f"{role}@weissenburg.example", authority_id, frozenset({role}), units)


@contextmanager
def _temporary(folder: Path) -> Iterator[None]:
    """What this process puts aside for a moment lies where it is searched."""
    folder.mkdir(parents=True)
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


@contextmanager
def _logged(path: Path) -> Iterator[None]:
    """Everything that is logged, also what nobody would read in production, in a file that is searched like all others."""
    handler = logging.FileHandler(path)
    root, before = logging.getLogger(), logging.getLogger().level
    for other in root.handlers:
        other.setLevel(before)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        handler.close()
