"""Twelve years in fast time: each night the product's clock, each day what archive, leads and applicants do."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from stadttor.cases.models import Case
from stadttor.core.refused import Refused
from stadttor.exchange.models import HandOver
from stadttor.forms.models import Attachment, Draft, Retrieval
from stadttor.forms.services.drafting import delete_expired
from stadttor.forms.services.retrieving import throw_away_old
from stadttor.ground import files
from stadttor.ground.holdings import Tables
from stadttor.ground.work import work
from stadttor.identity.issuing.models import CredentialOffer, IssuedCredential
from stadttor.identity.issuing.services import forget_ended as forget_issued
from stadttor.identity.models import Assertion, WalletSignIn
from stadttor.identity.queries import Staff
from stadttor.notices.models import LegalDelivery
from stadttor.payments.models import Booking, Claim, Closing, Payment, Receipt
from stadttor.privacy import services
from stadttor.privacy.matching import Sought
from stadttor.privacy.models import Deletion, Retention
from stadttor.privacy.queries.holdings import holding_of
from tests.safety.privacy import town_hall
from tests.safety.privacy.guests import Guests
from tests.safety.privacy.lives import Matter, Person, close
from tests.safety.privacy.plan import (
    ACCEPTED_AFTER,
    ASKED_AFTER,
    HANDED_AFTER,
    HELD_FROM,
    LIFTED_AFTER,
    NIGHT,
    ONE,
    REFUSED_AFTER,
    TIMED_FOR,
    UNLAWFUL_AFTER,
    Days,
    days_of,
)
from tests.safety.privacy.searching import Search
from tests.safety.running import RowLines

CLOSED_WITHIN = 370
RECEIPTS = 3
"""Of a fee at the counter: taken, undone, taken again."""
NOON = time(11, tzinfo=UTC)


@dataclass
class Town:
    """The authority with its colleagues; `matters` by case, `drafts` by id with their person and last day."""

    authority_id: UUID
    lead: Staff
    organiser: Staff
    matters: list[Matter]
    drafts: dict[UUID, tuple[Person, date]]
    guests: Guests
    days: dict[UUID, Days] = field(default_factory=dict)
    blobs: dict[UUID, list[UUID]] = field(default_factory=dict)

    @property
    def living(self) -> list[Matter]:
        return [one for one in self.matters if one.case_id in self.days]


@dataclass
class Years:
    """The loop over the days, and what is written down of it."""

    town: Town
    search: Search
    lines: RowLines
    begin: date
    payments: int = 0
    paid: int = 0
    """How many payments there were at the beginning, and the year in which they came in."""

    def live(self, end: date, every: int) -> None:
        """From `begin` to `end`; `every` so many nights, and each night around a day on which something is due."""
        self._plan()
        self.payments, self.paid = self._payments(), (self.begin - ONE).year
        busy = set(self._busy())
        day = self.begin
        while day <= end:
            if day in busy or (day - self.begin).days % every == 0:
                self._night(day)
                self._day(day)
            day += ONE
        self._leftovers()

    def _plan(self) -> None:
        """Cases are closed one after the other over a year; from that follows when each must be gone."""
        apart = max(1, CLOSED_WITHIN // len(self.town.matters))
        for place, one in enumerate(self.town.matters):
            closed = self.begin + timedelta(days=3 + apart * place)
            self.town.days[one.case_id] = days_of(one.service, one.fate, closed)

    def _busy(self) -> Iterator[date]:
        for days in self.town.days.values():
            for due in (days.closed, days.until, days.offered or days.closed, days.deleted):
                yield from (due + timedelta(days=shift) for shift in range(-2, 4))
            for wait in (ASKED_AFTER, UNLAWFUL_AFTER, HELD_FROM):
                yield days.closed + wait
            for wait in (LIFTED_AFTER, TIMED_FOR):
                yield from (days.until + wait, days.until + wait + ONE)
            for wait in (REFUSED_AFTER, ACCEPTED_AFTER, HANDED_AFTER):
                yield from ((days.offered or days.until) + wait, (days.offered or days.until) + wait + ONE)
        for _person, last in self.town.drafts.values():
            yield from (last, last + ONE, last + 2 * ONE)
        yield from self.town.guests.busy()
        yield from (date(self.begin.year + years, 1, 1) for years in range(14))
        yield from (date(self.begin.year + years, 12, 31) for years in range(14))

    def _night(self, day: date) -> None:
        at = datetime.combine(day, NIGHT)
        services.keep_time(authority_id=self.town.authority_id, now=at)
        delete_expired(authority_id=self.town.authority_id, now=at)
        throw_away_old(authority_id=self.town.authority_id, now=at)
        forget_issued(authority_id=self.town.authority_id, now=at)
        self.town.guests.night(day)
        self._look_around(day)

    def _look_around(self, day: date) -> None:
        """Which cases, drafts and payments went since the last look, and what is left of them."""
        with work(self.town.authority_id):
            there = set(Case.objects.values_list("id", flat=True))
            drafts = set(Draft.objects.values_list("id", flat=True))
        for one in [one for one in self.town.living if one.case_id not in there]:
            self._gone(one, day)
        if self.payments and not self._payments():
            places = self.search.places([one.marker for one in self.town.matters if one.paid])
            self.lines.write("payment", day=str(day), due=str(date(self.paid + 11, 1, 1)), places=places)
            self.payments = 0
        for draft_id in [one for one in self.town.drafts if one not in drafts]:
            person, last = self.town.drafts.pop(draft_id)
            self.lines.write("draft", day=str(day), due=str(last + ONE), person=person.marker)
            self._person(person)
        for person in self.town.guests.went(day):
            self._person(person)

    def _gone(self, one: Matter, day: date) -> None:
        days = self.town.days.pop(one.case_id)
        left = [blob for blob in self.town.blobs.get(one.case_id, ()) if self._is_kept(blob)]
        with work(self.town.authority_id):
            proof = Deletion.objects.filter(case_id=one.case_id).first()
        counts, kept = (proof.counts, proof.files) if proof else ({}, [])
        self.lines.write(
            "deletion", service=one.service, fate=vars(one.fate), closed=str(days.closed), until=str(days.until),
            due=str(days.deleted), day=str(day), cause=proof.cause if proof else "", rows=sum(counts.values()),
            files=len(kept), stored=len(self.town.blobs.get(one.case_id, ())), files_left=len(left),
            places=[*self.search.places([one.marker]), *self.search.left_of(one)],
        )  # fmt: skip
        self._keeps(one, day)
        for person in one.people:
            self._person(person)

    def _keeps(self, one: Matter, day: date) -> None:
        """What stays for a while of a case that is gone, and why; the searches above found nobody in it."""
        if one.at_counter and one.paid:
            count = town_hall.receipts_of(self.town.authority_id, one)
            must = RECEIPTS if day < date(self.paid + 11, 1, 1) else 0
            self.lines.write("kept", what="receipts", why="the town's books", there=count, must=must)
        if one.place and one.ends:
            there, must = town_hall.place_is_kept(self.town.authority_id, one), day <= one.ends.date()
            if must or not there:
                self.lines.write(
                    "kept", what="places in a status list", why="revoked until it ends", there=there, must=must
                )

    def _person(self, person: Person) -> None:
        """With the last thing about her, she is nowhere."""
        rest = [one for one in self.town.matters if one.case_id in self.town.days and person in one.people]
        drafts = [who for who, _last in self.town.drafts.values()]
        if not rest and person not in drafts and not self.town.guests.known(person):
            self.lines.write("person", marker=person.marker, places=self.search.places([person.marker]))

    def _payments(self) -> int:
        with work(self.town.authority_id):
            return Payment.objects.count()

    def _is_kept(self, blob_id: UUID) -> bool:
        return files.path_of(self.town.authority_id, blob_id).exists()

    def _day(self, day: date) -> None:
        at = datetime.combine(day, NOON)
        for one in self.town.living:
            days = self.town.days[one.case_id]
            if day == days.closed:
                close(self.town.authority_id, one, self.town.lead, at)
                self._export(one, at)
            elif day > days.closed:
                self._of_leads(one, days, day, at)
                self._of_the_archive(one, days, day, at)
        self.town.guests.day(day)
        self._look_around(day)

    def _of_leads(self, one: Matter, days: Days, day: date, at: datetime) -> None:
        who = {"staff": self.town.lead, "case_id": one.case_id, "now": at}
        if one.fate.hold and day == days.closed + HELD_FROM:
            until = days.until + TIMED_FOR if one.fate.hold == "timed" else None
            services.hold(**who, reason=one.words("Klage"), until=until)
        if one.fate.hold == "lifted" and day == days.until + LIFTED_AFTER:
            services.lift(**who)
        if one.fate.request == "denied" and day == days.closed + ASKED_AFTER:
            self._denied(one, days, who)
        if one.fate.request in ("withdrawn", "unlawful") and day == days.deleted:
            services.delete_on_request(**who, ground=one.fate.request)

    def _denied(self, one: Matter, days: Days, who: Mapping[str, Any]) -> None:
        try:
            services.delete_on_request(**who, ground="withdrawn")
        except Refused as refused:
            self.lines.write("denied", why=refused.code, day=str(refused.values.get("day")), until=str(days.until))
        else:
            self.lines.write("denied", why="", day="", until=str(days.until))

    def _of_the_archive(self, one: Matter, days: Days, day: date, at: datetime) -> None:
        if days.offered is None:
            return
        wait, who = day - days.offered, {"staff": self.town.organiser, "now": at}
        if one.fate.archive == "refused" and wait == REFUSED_AFTER:
            services.answer_offer(**who, retention_id=self._row(one), answer="refused")
        if one.fate.archive == "accepted" and wait == ACCEPTED_AFTER:
            with services.export_for_archive(**who, retention_id=self._row(one)) as export:
                self._check_export(one, export, "archive")
            services.answer_offer(**who, retention_id=self._row(one), answer="accepted")
        if one.fate.archive == "accepted" and wait == HANDED_AFTER:
            services.hand_over(**who, retention_id=self._row(one))

    def _row(self, one: Matter) -> UUID:
        with work(self.town.authority_id):
            return Retention.objects.get(case_id=one.case_id).id

    def _export(self, one: Matter, at: datetime) -> None:
        """Before it can go: everything about it, for its applicant, and what names her for each other person."""
        self.town.blobs[one.case_id] = self._blobs(holding_of(self.town.authority_id, one.submission_id).tables)
        who = one.applicant
        sought = Sought(f"{who.first} {who.marker}", date.fromisoformat(who.born))
        with services.export_person(
            staff=self.town.lead, sought=sought, chosen=[one.submission_id], language="de", now=at
        ) as export:
            self._check_export(one, export, "person")
        for other in one.people[1:]:
            self._check_named(one, other, at)

    def _blobs(self, tables: Tables) -> list[UUID]:
        rows = [*tables.get("forms_attachment", ()), *tables.get("records_document", ())]
        answers = [answer for row in tables.get("cases_question", ()) for answer in row["answers"]]
        given = [UUID(file["id"]) for answer in answers for file in answer.get("documents", ())]
        return [*(UUID(row["blob_id"]) for row in rows), *given]

    def _check_export(self, one: Matter, export: io.IOBase | Any, scope: str) -> None:
        """Every word that was written and every row that names the matter are in the data, every file is there."""
        with zipfile.ZipFile(io.BytesIO(export.read())) as archive:
            text = archive.read("data.json").decode()
            found = json.loads(text)["applications"][0]
            sums = dict(line.split("  ")[::-1] for line in archive.read("SHA256SUMS").decode().splitlines())
            held = {sums[file["file"]] for file in found["files"]}
        missing = [said for said in one.said if said not in text]
        missing += [f"row {row}" for row in self.search.rows_naming(one) if row not in text]
        missing += [f"row {row}" for row in self.search.rows_behind(one) if row not in text]
        missing += [f"file {digest[:12]}" for digest in self._digests(one) - held]
        self.lines.write("export", scope=scope, service=one.service, files=len(held), missing=missing)

    def _digests(self, one: Matter) -> set[str]:
        return {self.search.sha256_of(self.town.authority_id, blob) for blob in self.town.blobs[one.case_id]}

    def _check_named(self, one: Matter, person: Person, at: datetime) -> None:
        sought = Sought(f"{person.first} {person.marker}", date.fromisoformat(person.born))
        with (
            services.export_person(
                staff=self.town.lead, sought=sought, chosen=[one.submission_id], language="de", now=at
            ) as export,
            zipfile.ZipFile(io.BytesIO(export.read())) as archive,
        ):
            text = archive.read("data.json").decode()
        others = [who.marker for who in one.people if who is not person and who.marker in text]
        missing = [] if person.marker in text else [person.marker]
        self.lines.write("export", scope="named", service=one.service, files=0, missing=missing, of_others=others)

    def _leftovers(self) -> None:
        """At the end nothing waits, and nobody paid so long ago that the payment had to go."""
        with work(self.town.authority_id):
            counts: dict[str, int] = {
                "payments": Payment.objects.count(),
                "retentions": Retention.objects.count(),
                "attachments": Attachment.objects.count(),
                "cases": Case.objects.count(),
                "assertions": Assertion.objects.count(),
                "wallets": WalletSignIn.objects.count(),
                "receipts": Receipt.objects.count(),
                "bookings": Booking.objects.count(),
                "claims": Claim.objects.count(),
                "closings": Closing.objects.count(),
                "hand_overs": HandOver.objects.count(),
                "deliveries": LegalDelivery.objects.count(),
                "offers": CredentialOffer.objects.count(),
                "credentials": IssuedCredential.objects.count(),
                "retrievals": Retrieval.objects.count(),
            }
        guests = len(self.town.guests.visits) + len(self.town.guests.accounts)
        self.lines.write("end", **counts, living=len(self.town.days), drafts=len(self.town.drafts), guests=guests)
