"""What else a town knows of people: their appointments, and the accounts in which they keep what they began."""

import io
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

from stadttor.appointments import queries as appointments
from stadttor.appointments import services as booking
from stadttor.appointments.models import Booking
from stadttor.appointments.rules import Span
from stadttor.appointments.secrets import new_token
from stadttor.citizens import services as citizens
from stadttor.citizens.models import CitizenAccount
from stadttor.citizens.queries import Citizen, citizen_of
from stadttor.core.refused import Refused
from stadttor.ground.actor import CITIZEN, SYSTEM, Actor
from stadttor.ground.work import work
from stadttor.identity import wallet_sign_in
from stadttor.identity.ports import IdentityAssertion
from stadttor.identity.queries import Staff
from stadttor.portal.account import close as close_account
from stadttor.privacy import services
from stadttor.privacy.matching import Sought
from tests.safety.privacy.lives import Matter, Person, begin_draft
from tests.safety.privacy.plan import APPOINTMENT_KEPT, CLOSED_AFTER, NIGHT, ONE, UNUSED_FOR, night_after
from tests.safety.privacy.searching import Search
from tests.safety.running import RowLines

NOON = time(11, tzinfo=UTC)
SERVICE = "bewohnerparkausweis"
End = Literal["over", "cancelled", "asked"]


@dataclass
class Visit:
    """An appointment and how it ends on its day: it is over, a colleague cancels it, or its person wants it deleted after it.

    `token` is that of its link.
    """

    person: Person
    end: End
    marker: str
    booking_id: UUID
    day: date
    token: str

    @property
    def due(self) -> date:
        """The first night after its fourteen days, or the day after it when she asked."""
        return self.day + ONE if self.end == "asked" else self.day + APPOINTMENT_KEPT + ONE


@dataclass
class Account:
    """`closes`: she deletes it herself on that day; else nobody signs in to it again. `draft_id` lies in it alone."""

    person: Person
    account_id: UUID
    used: datetime
    closes: date | None
    draft_id: UUID

    @property
    def due(self) -> date:
        return self.closes or night_after(self.used + UNUSED_FOR)


@dataclass
class Guests:
    """Those of a town who are still known, and what is written down when they are not any more."""

    authority_id: UUID
    lead: Staff
    lines: RowLines
    search: Search
    visits: list[Visit] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    pool_id: UUID | None = None

    def known(self, person: Person) -> bool:
        return any(one.person == person for one in (*self.visits, *self.accounts))

    def busy(self) -> Iterator[date]:
        for one in (*self.visits, *self.accounts):
            yield from (one.due + timedelta(days=shift) for shift in range(-2, 3))
        for visit in self.visits:
            yield from (visit.day - ONE, visit.day)

    def night(self, day: date) -> None:
        """What the periodic jobs do, at night, for as long as they have something to do."""
        if not self.visits and not self.accounts:
            return
        mine: dict[str, Any] = {"authority_id": self.authority_id, "now": datetime.combine(day, NIGHT)}
        booking.remind_coming(**mine)
        booking.forget_over(**mine)
        citizens.forget_ended(**mine)
        wallet_sign_in.forget_ended(**mine)

    def day(self, day: date) -> None:
        """What people and colleagues do."""
        at = datetime.combine(day, NOON)
        for visit in self.visits:
            if visit.end == "cancelled" and day == visit.day:
                self._cancel(visit, at)
            if visit.end == "asked" and day in (visit.day - ONE, visit.due):
                self._ask(visit, day, at)
        for one in [one for one in self.accounts if one.closes == day]:
            self._close(one, at)

    def went(self, day: date) -> list[Person]:
        """Who lost an appointment or an account since the last look; what is left of it is written down."""
        if not self.visits and not self.accounts:
            return []
        with work(self.authority_id):
            there = {
                *Booking.objects.values_list("id", flat=True),
                *CitizenAccount.objects.values_list("id", flat=True),
            }
        visits = [one for one in self.visits if one.booking_id not in there]
        accounts = [one for one in self.accounts if one.account_id not in there]
        self.visits = [one for one in self.visits if one not in visits]
        self.accounts = [one for one in self.accounts if one not in accounts]
        for visit in visits:
            left = self.search.tables_naming([str(visit.booking_id)])
            self._gone("appointment", visit, day, [*self.search.places([visit.marker]), *left])
        for one in accounts:
            with_it = [str(one.account_id), *([str(one.draft_id)] if one.closes else [])]
            self._gone("account", one, day, self.search.tables_naming(with_it))
        return [one.person for one in (*visits, *accounts)]

    # Appointments

    def come(self, person: Person, end: End, marker: str, now: datetime) -> None:
        """Book the next free time from six days on: she online, or a colleague for whoever has no address."""
        pool = appointments.pool(self.authority_id, self.pool_id or self._pool(now))
        begin = now.date() + timedelta(days=6)
        begins = appointments.free_days(self.authority_id, pool, SERVICE, begin, now, most=1)[0].times[0]
        token = new_token()
        email, actor = (person.email, CITIZEN) if end != "cancelled" else ("", Actor("staff", None, "Herr Olsen"))
        row = booking.book(
            authority_id=self.authority_id, token=token, randomness=os.urandom(16), channel="online", actor=actor,
            now=now, wanted=booking.Wanted(pool.id, SERVICE, "Bewohnerparkausweis", begins),
            person=booking.Person(f"{person.first} {person.marker}", email, f"0171 {marker}"),
        )  # fmt: skip
        day = begins.date() - ONE if end == "cancelled" else begins.date()
        self.visits.append(Visit(person, end, marker, row.id, day, token))
        self._export_visit(self.visits[-1], now)

    def _pool(self, now: datetime) -> UUID:
        hours = tuple(Span(day, time(8), time(12)) for day in range(5))
        setting = booking.PoolSetting("Bürgerbüro", "Altes Rathaus, Zimmer 2", 9, hours, (), {SERVICE: 15})
        self.pool_id = booking.save_pool(
            authority_id=self.authority_id, pool_id=None, setting=setting, actor=SYSTEM, now=now
        )
        return self.pool_id

    def _cancel(self, visit: Visit, at: datetime) -> None:
        actor = Actor("staff", None, "Herr Olsen")
        booking.cancel(
            authority_id=self.authority_id, booking_id=visit.booking_id, reason=f"krank {visit.marker}", actor=actor, now=at
        )  # fmt: skip

    def _ask(self, visit: Visit, day: date, at: datetime) -> None:
        """While it is still to come it stays; afterwards it goes at once."""
        try:
            booking.erase_booking(authority_id=self.authority_id, booking_id=visit.booking_id, actor=CITIZEN, now=at)
            why = ""
        except Refused as refused:
            why = refused.code
        if why or day < visit.day:
            lawful = day < visit.day and why == "appointment_coming"
            self.lines.write("refused", of="appointment", why=why, lawful=lawful)

    def _export_visit(self, visit: Visit, now: datetime) -> None:
        named = Sought(f"{visit.person.first} {visit.person.marker}", date.fromisoformat(visit.person.born))
        sought = Sought(email=visit.person.email) if visit.end != "cancelled" else named
        chosen = [visit.booking_id]
        made = services.export_person(staff=self.lead, sought=sought, chosen=chosen, language="de", now=now)
        self._exported("appointment", made, [visit.marker], visit.booking_id)

    # Accounts

    def open(self, person: Person, matters: tuple[Matter, ...], closes: bool, now: datetime) -> UUID:
        """With her appointments, what she sent and what she only began, whose draft this gives; decisions may come there."""
        subject = f"{person.marker}-pseudonym"
        said = IdentityAssertion("bundid", "substantiell", now, {}, "https://id.example", subject, "eID")
        token = citizens.open_account(authority_id=self.authority_id, assertion=said, now=now)
        citizen = self._citizen(token, now)
        secret = new_token()
        draft_id = begin_draft(self.authority_id, person, now, secret)
        citizens.keep(citizen=citizen, kind="draft", thing_id=draft_id, token=secret, now=now)
        for one in matters:
            citizens.keep(citizen=citizen, kind="application", thing_id=one.submission_id, token=one.token, now=now)
        visits = [visit for visit in self.visits if visit.person == person]
        for visit in visits:
            citizens.keep(citizen=citizen, kind="appointment", thing_id=visit.booking_id, token=visit.token, now=now)
        citizens.agree_to_delivery(citizen=citizen, agrees=True, now=now)
        ends = now.date() + CLOSED_AFTER if closes else None
        one = Account(person, citizen.account_id, now, ends, draft_id)
        self.accounts.append(one)
        made = services.export_account(
            authority_id=self.authority_id, account_id=one.account_id, draft_ids=[draft_id], language="de", now=now,
            submission_ids=[matter.submission_id for matter in matters], booking_ids=[visit.booking_id for visit in visits],
        )  # fmt: skip
        said = [person.marker, *(one.marker for one in (*matters, *visits))]
        self._exported("account", made, said, one.account_id)
        return draft_id

    def _citizen(self, token: str, now: datetime) -> Citizen:
        found = citizen_of(self.authority_id, token, now)
        assert found
        return found

    def _close(self, one: Account, at: datetime) -> None:
        """She signs in once more, of course."""
        subject = f"{one.person.marker}-pseudonym"
        said = IdentityAssertion("bundid", "substantiell", at, {}, "https://id.example", subject, "eID")
        token = citizens.sign_in(authority_id=self.authority_id, assertion=said, now=at)
        assert token
        close_account(citizen=self._citizen(token, at), language="de", now=at)

    # What is written down

    def _exported(self, what: str, export: Any, said: list[str], about: UUID) -> None:
        with closing(export), zipfile.ZipFile(io.BytesIO(export.read())) as archive:
            text = archive.read("data.json").decode()
            files = sum(len(one["files"]) for one in json.loads(text)["applications"])
        missing = [word for word in said if word not in text]
        missing += [f"row {row}" for row in self.search.rows_of([str(about)]) if row not in text]
        self.lines.write("export", scope=what, service=SERVICE, files=files, missing=missing)

    def _gone(self, what: str, one: Visit | Account, day: date, places: list[str]) -> None:
        self.lines.write(what, day=str(day), due=str(one.due), person=one.person.marker, places=places)
