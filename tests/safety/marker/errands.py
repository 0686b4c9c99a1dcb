"""What people do beside the one application: appointment, phone call, permit and wallet, refund, withdrawal, register, account,
archive."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.safety.live.browser import Answer, Values
from tests.safety.live.service import FILE, HASTE, HASTY, SLUG
from tests.safety.marker.journey import Citizen, Colleague
from tests.safety.marker.towns import Town
from tests.safety.marker.wallet import Wallet

if TYPE_CHECKING:
    from stadttor.identity.ports import IdentityAssertion

Found = Callable[[str], Any]
"""The first column of the first row, once there is one; `%s` stands for the town."""

BORN = "1988-05-24"
AT = f"/leistungen/{SLUG}/termin"
_TIME = re.compile(r'name="zeit" value="(\w+)"')
_POOL = re.compile(r'name="ort" value="([0-9a-f-]+)"')
_LEFT = re.compile(r'name="left" value="(\d+)"')
_KEY = "{:x<43}"
_KEY_SHOWN = re.compile(r'name="key" value="(\w+)"')
_OWED = re.compile(r'name="seen" value="(\d+)"')
_UNDO = re.compile(r'href="(/desk/finance/cases/[0-9a-f-]+/receipts/[0-9a-f-]+/undo)"')
_DELIVERY = re.compile(r'name="delivery" value="([0-9a-f-]+)"')
_LETTERS = re.compile(r'href="(/desk/post/[0-9a-f-]+/letters\.pdf)"')
_OWES = """SELECT c.id FROM cases_case c JOIN payments_payment p ON p.subject_id = c.submission_id
 WHERE c.authority_id = %s AND c.channel = 'phone' AND c.decided_at IS NULL AND p.state = 'open'"""
_NEWEST = "SELECT id FROM cases_case WHERE authority_id = %s AND service = 'eilantrag' AND {} ORDER BY received DESC"


@dataclass
class Errands:
    """Lived through after the first application; `starts` are the pages to look at, by role."""

    town: Town
    citizen: Citizen
    clerk: Colleague
    organiser: Colleague
    found: Found
    wallet: Wallet
    starts: dict[str, list[str]] = field(
        default_factory=lambda: {"citizen": [], "clerk": [], "organiser": [], "steering": []}
    )
    asks: list[tuple[str, str, str, Values]] = field(default_factory=list)
    """What is asked for by POST: (role, page with the form, where it goes, values)."""
    shown: dict[str, Answer] = field(default_factory=dict)
    """What the clerk saw on the way and nobody sees afterwards, by address."""
    booked: str = ""
    """The page of her appointment."""

    def run(self, refused: str) -> None:
        """`refused` is the address of the case whose fee goes back."""
        self._appointment()
        self._permit()
        self._withdrawal()
        self._phone_call()
        self._counter()
        self._refund(refused)
        self._print_run(refused)
        self._person()
        self._identified()
        self._register()
        self._account()
        self._archive(UUID(refused.rpartition("/")[2]))

    @property
    def _guest(self) -> list[tuple[str, str]]:
        return [("name", self.town.words.name), ("email", self.town.words.email)]

    def _appointment(self) -> None:
        """Booked, moved, and cancelled by somebody else; the clerk marks and reads who comes."""
        booked, day = self._book(1)
        self.booked = booked
        self._move(booked)
        away, _ = self._book(2)
        self.citizen.post(f"{away}/absagen", [("confirm", "yes")])
        one = f"/desk/appointments/{booked.rpartition('/')[2]}"
        self.clerk.get(one)
        self.starts["citizen"] += [booked, f"{booked}/termin.ics", away]
        self.starts["clerk"] += [one, f"/desk/appointments/?day={day}"]
        self.starts["clerk"] += [f"/desk/appointments/?day={_later(day, days)}" for days in (1, 2)]

    def _book(self, place: int) -> tuple[str, str]:
        """(address of the booking, its day). The form is sent once without a name."""
        page = self.citizen.get(f"{AT}?tag={_tomorrow()}")
        form = f"{AT}/angaben?zeit={_TIME.findall(page.text)[place]}"
        asking = self.citizen.get(form)
        zeit = asking.value(_TIME)
        known = [("ort", page.value(_POOL)), ("zeit", zeit), ("key", _KEY.format(place))]
        csrf = [("csrfmiddlewaretoken", asking.csrf)]
        self.citizen.browser.post(f"{AT}/angaben", [*csrf, *known, ("name", ""), self._guest[1]])
        sent = self.citizen.browser.post(f"{AT}/angaben", [*csrf, *known, *self._guest])
        return self.citizen.must(sent, 303, AT).path, f"{zeit[:4]}-{zeit[4:6]}-{zeit[6:8]}"

    def _move(self, booked: str) -> None:
        path = f"{booked}/verschieben"
        free = _TIME.findall(self.citizen.get(f"{path}?tag={_tomorrow()}").text)
        asking = f"{path}?zeit={free[3]}"
        zeit = self.citizen.get(asking).value(_TIME)
        self.citizen.post(asking, [("zeit", zeit), ("confirm", "yes")], to=path)

    def _permit(self) -> None:
        """An application that is granted: its permit is shown, looked for, and given back."""
        status = self._applied()
        case = f"/desk/cases/{self.found(_NEWEST.format('TRUE'))}"
        self.clerk.post(f"{case}/decide", [("outcome", "granted"), ("reasons", "voraussetzungen")])
        self.found("SELECT id FROM cases_permit WHERE authority_id = %s")
        self._offered(status, case.rpartition("/")[2])
        self.starts["citizen"] += [status, f"{status}/ausweis", f"{status}/wallet"]
        self.starts["clerk"] += [case, f"{case}/permit/revoked"]
        words = [("q", self.town.words.name.split()[-1])]
        self.asks.append(("clerk", "/desk/permits", "/desk/permits", words))

    def _offered(self, status: str, case: str) -> None:
        """Offered to a wallet; the number that it asks for comes by mail."""
        self.citizen.post(f"{status}/wallet", [])
        self.found(
            "SELECT 1 FROM notices_mail WHERE authority_id = %s AND key LIKE 'wallet-code:%%' AND state = 'sent'"
        )
        self.wallet.offered(case)

    def _withdrawal(self) -> None:
        """An application that she takes back, after the clerk wrote about it."""
        status = self._applied()
        case = f"/desk/cases/{self.found(_NEWEST.format('decided_at IS NULL'))}"
        self.clerk.post(case, [("text", self.town.words.text)], to=f"{case}/note")
        self.starts["citizen"] += [f"{status}/zuruecknehmen"]
        self.citizen.post(f"{status}/zuruecknehmen", [])
        self.starts["citizen"] += [status]
        self.starts["clerk"] += [case, f"{case}/retention"]

    def _applied(self) -> str:
        """Sent and paid, and its case opened; gives the address of its status page."""
        before = self.found("SELECT count(*) FROM cases_case WHERE authority_id = %s")
        self.citizen.apply(b"")
        self.found(f"SELECT 1 FROM cases_case WHERE authority_id = %s HAVING count(*) > {before}")  # noqa: S608  # a number
        self.found("SELECT 1 FROM payments_payment WHERE authority_id = %s HAVING bool_and(state <> 'open')")
        return self.citizen.status

    def _phone_call(self) -> None:
        """What somebody says on the telephone: one application sent, one begun."""
        today = datetime.now(UTC).date()
        received = [(f"received_on.{part}", str(getattr(today, part))) for part in ("day", "month", "year")]
        values = [("service", SLUG), ("channel", "phone"), ("language", "de"), *received]
        typed = [("person.name", self.town.words.name), ("person.email", self.town.words.email), (HASTE, HASTY)]
        for sends in (True, False):
            page = self.clerk.post("/desk/entries/", values).path
            self.clerk.post(page, [*typed, ("go", "on")])
            self.starts["clerk"] += [page, page.rpartition("/seite/")[0] + "/zusammenfassung"]
            if sends:
                self.clerk.post(page.rpartition("/seite/")[0] + "/zusammenfassung", [("declared", "yes")])
                self.starts["clerk"] += [f"/desk/entries/{page.split('/')[2]}"]
        self.starts["clerk"] += ["/desk/entries/"]

    def _counter(self) -> None:
        """The fee of what was said on the telephone is paid at the counter; that can be undone today."""
        case = self.found(_OWES)
        path = f"/desk/finance/cases/{case}/take"
        page = self.shown[path] = self.clerk.get(path)
        values = [("key", page.value(_KEY_SHOWN)), ("seen", page.value(_OWED)), ("method", "cash")]
        self.clerk.post(path, values)
        undo = self.clerk.get(f"/desk/cases/{case}").value(_UNDO)
        self.starts["clerk"] += [f"/desk/cases/{case}", undo]

    def _print_run(self, case: str) -> None:
        """The decision goes by post after all, in the run of today."""
        path = f"{case}/delivery/again"
        address = [("name", self.town.words.name), ("lines", f"{self.town.words.place} 1\n91781 Weißenburg")]
        values = [
            ("delivery", self.clerk.get(path).value(_DELIVERY)),
            ("channel", "post"),
            ("reason", "Bitte per Post."),
        ]
        self.clerk.post(path, [*values, *address])
        self.clerk.post("/desk/post/", [], to="/desk/post/make")
        self.starts["clerk"] += [self.clerk.get("/desk/post/").value(_LETTERS)]

    def _refund(self, case: str) -> None:
        page = f"{case}/fee/refund"
        left = self.clerk.get(page).value(_LEFT)
        self.clerk.post(page, [("left", left), ("amount", "10,00"), ("reason", self.town.words.text)])
        self.starts["clerk"] += [case, page]

    def _person(self) -> None:
        """Everything about a person, found and saved."""
        words = self._guest
        about = self.found("SELECT id FROM forms_submission WHERE authority_id = %s ORDER BY id")
        self.asks.append(("clerk", "/desk/person", "/desk/person", words))
        self.asks.append(("clerk", "/desk/person", "/desk/person/export.zip", [*words, ("chosen", str(about))]))

    def _account(self) -> None:
        """Hers, with the appointment, the application and the draft in it; what she told before is offered for the draft."""
        from stadttor.citizens import services
        from stadttor.citizens.queries import COOKIE
        from stadttor.ground.clock import now

        said, moment = self._said("simulated"), now()
        token = services.open_account(authority_id=self.town.id, assertion=said, now=moment)
        self.citizen.browser.cookies[COOKIE] = token
        draft = self.citizen.draft.split("/")[2]
        self.citizen.post(self.citizen.status, [], to=f"/konto/behalten/{self.citizen.status.rpartition('/')[2]}")
        self.citizen.post(f"/antrag/{draft}/spaeter", [], to=f"/konto/behalten/antrag/{draft}")
        self.citizen.post(self.booked, [], to=f"{self.booked}/konto")
        self.starts["citizen"] += ["/konto", f"/konto/uebernehmen/{draft}", "/konto/loeschen", self.citizen.status]
        self.asks.append(("citizen", "/konto", "/konto/auskunft", []))

    def _identified(self) -> None:
        """She came back from an account service to one draft, and from a wallet to another."""
        from stadttor.ground.clock import now
        from stadttor.ground.web import cookies
        from stadttor.ground.work import work
        from stadttor.identity import assertions, signing_in
        from stadttor.identity.models import CitizenSignIn
        from stadttor.identity.queries import hashed

        moment, page = now(), self.citizen.begin(b"")
        draft, service_id = UUID(page.split("/")[2]), self.town.account_service
        self.citizen.browser.cookies[cookies.named(assertions.browser_cookie(draft))] = draft.hex
        with work(self.town.id):
            CitizenSignIn.objects.create(
                authority_id=self.town.id, draft_id=draft, service_id=service_id, relay_hash=draft.bytes, started=moment,
                browser_hash=hashed(draft.hex), question={}, state="answered", result=signing_in._written(self._said("bundid")),
                expires=moment + timedelta(minutes=30),
            )  # fmt: skip
        shown = self.citizen.begin(b"")
        whose = UUID(shown.split("/")[2])
        assertions.keep(authority_id=self.town.id, draft_id=whose, assertion=self._said("wallet_pid"), now=moment)
        self.starts["citizen"] += [f"/antrag/{draft}/angemeldet", f"/antrag/{whose}/ausweisen", shown]

    def _register(self) -> None:
        """She signed in for a draft and agreed that a register is asked: what it answered waits for her word."""
        from stadttor.ground.clock import now
        from stadttor.ground.web import cookies
        from stadttor.identity import assertions
        from stadttor.identity.queries import hashed
        from stadttor.portal.access import new_token

        secret, draft = new_token(), UUID(self.citizen.begin(b"").split("/")[2])
        assertions.keep(
            authority_id=self.town.id, draft_id=draft, assertion=self._said("bundid"), now=now(), browser_hash=hashed(secret)
        )  # fmt: skip
        self.citizen.browser.cookies[cookies.named(assertions.browser_cookie(draft))] = secret
        page = f"/antrag/{draft}/abruf/{FILE}"
        self.citizen.post(page, [("choice", "fetch"), ("consent", "yes")])
        self.starts["citizen"] += [page, f"{page}/vorschau"]

    def _said(self, source: str) -> "IdentityAssertion":
        """Who she is, by an account service or a wallet that is not asked here."""
        from stadttor.ground.clock import now
        from stadttor.identity.ports import Claim, IdentityAssertion

        first, last = self.town.words.name.split()
        values = {"given_name": first, "family_name": last, "birth_date": BORN, "email": self.town.words.email}
        claims = {name: Claim(value, "hoch", source) for name, value in values.items()}
        return IdentityAssertion(source, "hoch", now(), claims, "account", f"{source} {last}")

    def _archive(self, case: UUID) -> None:
        """The case is offered to the archive, as if its years were over; another one is held back, with a reason."""
        from stadttor.ground.clock import german_day, now
        from stadttor.ground.work import work
        from stadttor.privacy.models import Retention

        today = german_day(now())
        with work(self.town.id):
            offered = Retention.objects.create(
                authority_id=self.town.id, case_id=case, service=SLUG, closed=today, until=today, state="offered",
                offered=today, answer_by=today,
            ).id  # fmt: skip
        keeping = f"/desk/cases/{case}/retention"
        self.clerk.post(keeping, [("act", "hold"), ("reason", self.town.words.text)])
        self.starts["clerk"] += [keeping]
        self.starts["organiser"] += ["/desk/archive", f"/desk/archive/{offered}"]
        self.asks.append(("organiser", f"/desk/archive/{offered}", f"/desk/archive/{offered}/case.zip", []))

    def asked(self, role: str) -> Iterator[tuple[str, Answer]]:
        """What this role is given for what it asks by POST."""
        who = {"citizen": self.citizen, "clerk": self.clerk, "organiser": self.organiser}
        for one, page, to, values in self.asks:
            if one == role:
                browser = who[role].browser
                csrf = [("csrfmiddlewaretoken", browser.get(page).csrf)]
                yield to, browser.post(to, [*csrf, *values])


def _tomorrow() -> str:
    """The first day that is free as a whole; of today little is left in the evening."""
    from stadttor.ground.clock import german_day, now

    return (german_day(now()) + timedelta(days=1)).isoformat()


def _later(day: str, days: int) -> str:
    return (datetime.fromisoformat(day) + timedelta(days=days)).date().isoformat()
