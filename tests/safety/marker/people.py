"""Everybody of one town, with what they hold."""

import io
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import psycopg

from tests.isolation.names import host_of
from tests.safety.live.browser import Answer, Browser
from tests.safety.live.service import SLUG
from tests.safety.marker.errands import Errands
from tests.safety.marker.house import House
from tests.safety.marker.journey import Citizen, Colleague
from tests.safety.marker.stream import Stream
from tests.safety.marker.towns import Town
from tests.safety.marker.wallet import Wallet

SHORTEST_SECRET = 32


class People:
    """A citizen, Herr Olsen and Frau Kern, each with a browser; `asked` is the status page while a question was open."""

    def __init__(self, running: House, town: Town, admin: "psycopg.Connection[Any]") -> None:
        self.town, self._running, self._admin = town, running, admin
        self.citizen = Citizen(running.port, town)
        self.clerk = Colleague(running.port, town).clerk()
        self.organiser = Colleague(running.port, town).organiser()
        self.steering = Colleague(running.port, town, host=host_of(town.slug)).steering()
        self.case, self.status, self.asked = "", "", Answer(0)
        self.wallet = Wallet(running.port, town)
        self.errands = Errands(town, self.citizen, self.clerk, self.organiser, self._found, self.wallet)

    def listen(self, streams: ExitStack) -> None:
        """The clerk hears what changes from here on; citizens and strangers may not."""
        self.stream = Stream(self._running.live_port, self.town.slug, _cookie(self.clerk.browser))
        self.deaf = [
            Stream(self._running.live_port, self.town.slug, _cookie(one.browser))
            for one in (self.citizen, self.organiser)
        ]
        for one in (self.stream, *self.deaf):
            streams.callback(one.close)

    def live_through(self) -> None:
        """Application, payment, question, answer, decision, letter, mail; then everything else."""
        from tests.safety.kills.ringing import minute_passes

        self.citizen.look_around(paper(self.town.words.text))
        self.citizen.apply(paper(self.town.words.text))
        self.status = self.citizen.status
        case = self._found("SELECT id FROM cases_case WHERE authority_id = %s AND service = 'eilantrag'")
        self.case = f"/desk/cases/{case}"
        self._found("SELECT id FROM payments_payment WHERE authority_id = %s AND state = 'paid'")
        self.clerk.search(self.town.words.prefix)
        self.clerk.ask_back(self.case)
        self.asked = self.citizen.get(self.citizen.status)
        for path in (f"{self.case}/answer", f"{self.case}/stop-asking"):
            self.errands.shown[path] = self.clerk.get(path)
        self.citizen.answer(paper(self.town.words.text))
        self.errands.shown[f"{self.case}/letter"] = self.clerk.preview(self.case)
        self.clerk.decide(self.case)
        minute_passes(self._admin)
        self._found("SELECT id FROM cases_decision WHERE authority_id = %s AND sent_at IS NOT NULL")
        self._found("SELECT 1 FROM notices_mail WHERE authority_id = %s AND key LIKE 'decision:%%' AND state = 'sent'")
        self.errands.run(self.case)

    def roles(self) -> dict[str, tuple[Browser, list[str]]]:
        """Each with a browser and where she begins."""
        port, desk = (
            self._running.port,
            ["/desk/", f"{self.case}", f"{self.case}/decide", "/desk/cases/?scope=all&state=any"],
        )
        everybody = ["/", "/leistungen", "/zustaendig", "/impressum", "/datenschutz", "/api/docs", "/api/v1/services"]
        own = [
            self.status,
            self.citizen.draft,
            self.citizen.draft.rpartition("/seite/")[0] + "/zusammenfassung",
        ]
        organising = [
            "/desk/services/",
            f"/desk/figures/{SLUG}",
            "/desk/staff",
            "/desk/units",
            "/desk/tokens",
            "/desk/feedback",
            "/desk/comments",
        ]
        token = {"Authorization": f"Bearer {self.town.token}"}
        at_the_entrance = {"Host": f"localhost:{port}", **token}
        held = {**self.citizen.browser.cookies, **self.clerk.browser.cookies}
        more = self.errands.starts
        return {
            "anonymous": (Browser(port, self.town.slug), everybody),
            "citizen": (self.citizen.browser, [*more["citizen"], *own]),
            "clerk": (self.clerk.browser, [*more["clerk"], *desk]),
            "organiser": (self.organiser.browser, [*more["organiser"], *organising]),
            "system": (Browser(port, self.town.slug, headers=token), ["/api/v1/cases?state=any", "/api/v1/adoptions"]),
            "steering": (
                self.steering.browser,
                [*more["steering"], "/desk/cockpit", "/desk/cockpit/rollouts", "/desk/studio"],
            ),
            "operator": (Browser(port, "", cookies=held, headers=at_the_entrance), everybody),
        }

    def addresses(self) -> Iterator[str]:
        """What the product led its people to; what they typed into an address themselves is not its doing."""
        for one in (self.citizen, self.clerk, self.organiser, self.steering):
            yield from (path for path in one.asked if not path.startswith(("/leistungen?q=", "/weiter/")))

    def secrets(self) -> Iterator[str]:
        """What opens drafts, applications and the desk: as good as a name in a log, and worse."""
        for one in (self.citizen, self.clerk, self.organiser, self.steering):
            yield from (value for value in one.browser.cookies.values() if len(value) >= SHORTEST_SECRET)
        yield from self.wallet.secrets
        yield self.town.token

    def _found(self, query: str) -> Any:
        from tests.crash.processes import until

        row = until(lambda: self._admin.execute(query, [self.town.id]).fetchone(), query, seconds=90)
        return row[0]


def _cookie(browser: Browser) -> str:
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


def paper(text: str) -> bytes:
    """A proof with a text on it."""
    import pikepdf

    paper, written = pikepdf.new(), io.BytesIO()
    page = paper.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    shown = text.encode("ascii", "replace").decode()
    page.Contents = paper.make_stream(f"BT /F1 12 Tf 60 700 Td ({shown}) Tj ET".encode())
    paper.save(written)
    return written.getvalue()
