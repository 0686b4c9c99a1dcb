"""Every page that can be opened, with the states it is tried in: who opens it, where, and what is done there first.

A route of the product that is neither here nor in `NOT_PAGES` fails the test: a page without a state is a page nobody tried.
"""

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from playwright.sync_api import Browser, Page

from stadttor.ground.clock import german_day, now
from stadttor.processes.queries import BUILTIN
from tests.journeys.passkeys import add_device
from tests.journeys.people import AMIRA, CAR, HOME, LOST, Colleague, Visitor, photo, until
from tests.journeys.product import Product

TOWN = "weissenburg"
STEERING = "steuerung"
ASSOCIATION, ITS_KERN = "vg-ellingen", "kern of the association"
NEW_TOWN, KERN_OF_THE_NEW_TOWN = "aschaffenburg", "kern of the new town"
WORKS_AT = {"sommer": STEERING, ITS_KERN: ASSOCIATION, KERN_OF_THE_NEW_TOWN: NEW_TOWN}
DOG_TAX = "/desk/cockpit/packages/de.stadttor.hundesteuer"
MEETING = "/leistungen/personalausweis/termin"
DOGS_BREED = "/form/part?part=field:hund.gelistete_rasse"
SERVICE = "/leistungen/bewohnerparkausweis"
UUID = r"[0-9a-f-]{36}"

# Routes that answer no page of ours: files, data for programs, addresses that only lead on.
NOT_PAGES = {
    "studio:condition": "a piece of the page `studio:part`, which shows the same",
    "identity:account_metadata": "XML for the operator of an account service",
    "identity:account_answer": "takes an answer and leads on",
    "simulated_account": "is only posted to; the state `simulated` of portal:identify shows it",
    "static": "style sheets, scripts and fonts",
    "identity:openid_start": "leads to the provider; without one there is no such page",
    "identity:openid_proof": "leads to the provider; without one there is no such page",
    "accent": "a style sheet",
    "crest": "a picture",
    "desk": "leads to the work list or the services",
    "federation:index": "JSON for other installations",
    "federation:archive": "a ZIP for other installations",
    "file_pdf": "a PDF",
    "run_pdf": "a PDF",
    "file_zip": "a ZIP",
    "hand_over_file": "a file as the target gets it",
    "finance:receipt": "a PDF",
    "finance:day_csv": "a CSV",
    "finance:year_csv": "a CSV",
    "finance:day_pdf": "a PDF",
    "entered_summary": "a PDF",
    "cases:export": "a CSV",
    "cases:open_view": "leads to the list that was saved",
    "cases:document": "a document as it was sent",
    "portal:file": "a file as it was uploaded",
    "portal:retrieved": "a file as a register gave it",
    "portal:show_proof": "no service of the demo's towns has such a proof; tests/identity/renewal.py walks it in a browser",
    "portal:document": "a PDF",
    "portal:export": "a ZIP",
    "account:go_on": "leads to the draft",
    "privacy:offer": "there only years after the demo began; tests/journeys/test_privacy_pages.py tries it",
    "privacy:offer_zip": "a ZIP",
    "privacy:open_offer": "answers where it came from",
    "papers:record_csv": "a CSV",
    "descriptions:csv": "a CSV",
    "descriptions:json": "a JSON",
    "descriptions:example_csv": "a CSV",
    "descriptions:example_json": "a JSON",
    "inventory:csv": "a CSV",
    "inventory:priorities_csv": "a CSV",
    "inventory:priorities_xlsx": "a spreadsheet",
    "inventory:roadmap_csv": "a CSV",
    "inventory:roadmap_xlsx": "a spreadsheet",
    "inventory:xlsx": "a spreadsheet",
    "figures:csv": "a CSV",
    "figures:xlsx": "a spreadsheet",
    "figures:json": "open data as JSON",
    "open_data:figures": "open data as JSON",
    "open_figures:across": "open data as JSON",
    "cockpit:figures_report": "a PDF",
    "figures:report": "a PDF",
    "cockpit:packages_csv": "a CSV",
    "cockpit:authorities_csv": "a CSV",
    "cockpit:packages_xlsx": "a spreadsheet",
    "cockpit:authorities_xlsx": "a spreadsheet",
    "cockpit:promises_csv": "a CSV",
    "cockpit:cost_csv": "a CSV",
    "cockpit:cost_xlsx": "a spreadsheet",
    "costs:csv": "a CSV",
    "costs:xlsx": "a spreadsheet",
    "cockpit:figures_csv": "a CSV",
    "cockpit:figures_json": "figures as JSON",
    "cockpit:places_csv": "a CSV",
    "cockpit:places_xlsx": "a spreadsheet",
    "cockpit:authority_csv": "a CSV",
    "cockpit:authority_xlsx": "a spreadsheet",
    "cockpit:rollouts_csv": "a CSV",
    "cockpit:rollouts_xlsx": "a spreadsheet",
    "cockpit:left_csv": "a CSV",
    "cockpit:left_xlsx": "a spreadsheet",
    "cockpit:figures_xlsx": "a spreadsheet",
    "cockpit:figures_of_csv": "a CSV",
    "cockpit:figures_of_xlsx": "a spreadsheet",
    "cockpit:promises_xlsx": "a spreadsheet",
    "promises:csv": "a CSV",
    "triage:csv": "a CSV",
    "promises:xlsx": "a spreadsheet",
    "rollout:upgrade": "there only when an operator announced one; stadttor/rollout/tests/test_pages.py tries it",
    "portal:resume": "leads to the draft or the status",
    "identity:wallet_request": "a signed question, for wallets",
    "identity:wallet_answer": "JSON, for wallets",
    "identity:wallet_done": "leads to the wallet's page",
    "issuing:offer": "JSON, for wallets",
    "issuing:token": "JSON, for wallets",
    "issuing:nonce": "JSON, for wallets",
    "issuing:credential": "JSON, for wallets",
    "issuing:status": "a signed list, for verifiers",
    "well_known:issuer": "JSON, for wallets",
    "well_known:server": "JSON, for wallets",
    "api:description": "OpenAPI as JSON",
    "appointments:follow": "leads to the appointment",
    "appointments:ics": "a file for calendars",
}


class World:
    """People and their things in the running product; each thing is made when a state first needs it."""

    def __init__(self, browser: Browser, product: Product):
        self.browser, self.product = browser, product
        self.people: dict[str, Visitor] = {}
        self.folder = Path(tempfile.mkdtemp(prefix="stadttor-states-"))

    def person(self, name: str) -> Visitor:
        """`anybody`, `citizen`, the `holder` of an account, the `newcomer` to one; else a colleague, signed in once."""
        if name not in self.people:
            kind = Visitor if name in ("anybody", "citizen", "holder", "newcomer") else Colleague
            self.people[name] = kind(self.browser, self.product.at)
            if isinstance(self.people[name], Colleague):
                self.people[name].sign_in(WORKS_AT.get(name, TOWN), name.split()[0])
        return self.people[name]

    @property
    def citizen(self) -> Visitor:
        return self.person("citizen")

    def _begun(self) -> str:
        """A new draft of the citizen; gives `/antrag/<id>`."""
        self.citizen.open(TOWN, SERVICE)
        self.citizen.page.locator('main form[action$="/antrag"] button').first.click()
        self.citizen.page.wait_for_url("**/seite/antrag")
        return re.search(f"/antrag/{UUID}", self.citizen.page.url)[0]

    @cached_property
    def draft(self) -> str:
        """Filled up to the upload of a file."""
        draft = self._begun()
        for answers in ({"antrag.art": "neu"}, AMIRA, HOME):
            self.citizen.fill(answers)
            self.citizen.go_on()
        self.citizen.fill({**CAR, "fahrzeug.gesamtmasse_kg": "1850", "fahrzeug.zb1": photo(self.folder)})
        self.citizen.page.locator(".st-uploads").wait_for()
        return draft

    @cached_property
    def complete_draft(self) -> str:
        """Everything answered, ready to be sent."""
        draft = self._begun()
        for answers in (LOST, AMIRA, HOME, CAR):
            self.citizen.fill(answers)
            self.citizen.go_on()
        return draft

    def _sent(self) -> tuple[str, str]:
        """A new application: (`/status/<id>`, number)."""
        self._begun()
        for answers in (LOST, AMIRA, HOME, CAR):
            self.citizen.fill(answers)
            self.citizen.go_on()
        self.citizen.send()
        return re.search(f"/status/{UUID}", self.citizen.page.url)[0], self.citizen.number

    @cached_property
    def entering(self) -> str:
        """An application that a colleague began for somebody; gives `/antrag/<id>`."""
        self.olsen.begin_entry(TOWN, "bewohnerparkausweis", "phone")
        return re.search(f"/antrag/{UUID}", self.olsen.page.url)[0]

    @cached_property
    def entered(self) -> str:
        """One that was sent."""
        self.olsen.begin_entry(TOWN, "bewohnerparkausweis", "counter")
        for answers in (LOST, AMIRA, HOME, CAR):
            self.olsen.fill(answers)
            self.olsen.go_on()
        self.olsen.send_entry()
        return re.search(f"/desk/entries/{UUID}", self.olsen.page.url)[0]

    @cached_property
    def unpaid(self) -> str:
        return self._sent()[0]

    @cached_property
    def simulator(self) -> str:
        """A payment under way."""
        self.citizen.open(TOWN, self.unpaid)
        self.citizen.page.locator('form[action$="/zahlen"] button').click()
        self.citizen.page.wait_for_url("**/zahlung/**")
        return re.search(r"/zahlung/[^?]+", self.citizen.page.url)[0]

    def _case(self) -> tuple[str, str]:
        """A paid application and its case: (`/status/<id>`, `/desk/cases/<id>`)."""
        status, number = self._sent()
        self.citizen.pay()
        return status, self.olsen.open_case(TOWN, number)

    @property
    def olsen(self) -> Colleague:
        return self.person("olsen")  # type: ignore[return-value]  # a colleague by his name

    @cached_property
    def received(self) -> tuple[str, str]:
        return self._case()

    @cached_property
    def asked(self) -> tuple[str, str]:
        """Waits for the citizen's answer."""
        status, case = self._case()
        self.olsen.take()
        self.olsen.ask("Bitte schicken Sie den alten Ausweis.")
        return status, case

    @cached_property
    def refused(self) -> tuple[str, str]:
        """Decided; the letter leaves soon or has left."""
        status, case = self._case()
        self._decide("refused")
        return status, case

    @cached_property
    def protected(self) -> str:
        """The case of a protected person, closed to everybody."""
        _status, case = self._case()
        self.olsen.sign_in(TOWN, "olsen")  # so that nobody asks who she is
        self.olsen.open(TOWN, case)
        self.olsen.protect("Auskunftssperre")
        return case

    def freshly_decided(self) -> str:
        """The confirmation of a decision that has not been sent: there for a minute."""
        _status, case = self._case()
        self._decide("granted")
        return f"{case}/confirm"

    def _decide(self, outcome: str) -> None:
        self.olsen.begin_decision(outcome)
        self.olsen.page.locator('[name="reasons"]:enabled').first.check()
        self.olsen.decide()

    @cached_property
    def permitted(self) -> tuple[str, str]:
        """Granted, and the letter has left: the permit is there."""
        status, case = self._case()
        self._decide("granted")
        self.product.let_a_minute_pass()
        page = self.olsen.page
        until(lambda: (self.olsen.open(TOWN, case), page.locator("#permit").count())[1] > 0, 150, "the permit")
        return status, case

    @cached_property
    def owing(self) -> str:
        """The case of an application whose fee is open: `/cases/<id>`."""
        _status, number = self._sent()
        return self.olsen.open_case(TOWN, number).removeprefix("/desk")

    @cached_property
    def taken_at_counter(self) -> str:
        """Where a fee that was taken at the counter is undone."""
        _status, number = self._sent()
        case, page = self.olsen.open_case(TOWN, number), self.olsen.page
        page.locator('#fee a[href$="/take"]').click()
        page.locator('[name="method"][value="card"]').check()
        page.locator(LAST_BUTTON).click()
        page.wait_for_url("**done=fee_taken*")
        return self.link("olsen", case, f"/desk/finance/cases/{UUID}/receipts/{UUID}/undo")

    def _hand_over(self, case: str) -> str:
        """The newest hand-over of a case, once it is there."""
        links, page = f"/desk/hand-overs/{UUID}", self.olsen.page
        found = page.locator("#hand-over a")
        until(lambda: (self.olsen.open(TOWN, case), found.count())[1] > 0, 150, "the hand-over")
        return self.link("olsen", case, links)

    @cached_property
    def taken_over(self) -> str:
        """The practice folder of the demo has it."""
        one, page = self._hand_over(self.permitted[1]), self.olsen.page
        until(lambda: (self.olsen.open(TOWN, one), page.locator('[value="again"]').count())[1] == 0, 60, "the receipt")
        return one

    @cached_property
    def copied(self) -> str:
        """A permit that left while there was no place for its file."""
        _before = self.taken_over
        self._go_to("sheet")
        _status, case = self._case()
        self._decide("granted")
        self.product.let_a_minute_pass()
        one = self._hand_over(case)
        self._go_to("folder")
        return one

    def _go_to(self, way: str) -> None:
        """The organiser says where permits go."""
        page = self.person("kern").open(TOWN, "/desk/targets/bewohnerparkausweis").page
        page.locator(f'[name="way"][value="{way}"]').check()
        page.locator('[name="place"]').fill("bewohnerparkausweis")
        page.locator("main form button[type=submit]").first.click()
        page.locator(".st-told").wait_for()

    @cached_property
    def withdrawn(self) -> str:
        status, _case = self._case()
        self.citizen.open(TOWN, f"{status}/zuruecknehmen")
        self.citizen.page.locator("main form button[type=submit]").first.click()
        self.citizen.page.wait_for_url(re.compile(f"{status}$"))
        return status

    @cached_property
    def opinions(self) -> str:
        """The organiser's page once five opinions are in, one with a comment, and their quarter is over."""
        page = self.citizen.page
        for _person in range(5):
            self._sent()
            page.locator('main button[name="score"]').first.click()
            page.locator('[name="comment"]').wait_for()
        page.locator('[name="comment"]').fill("Ging schnell")
        page.locator('main form[action$="/meinung"] button').click()
        page.get_by_text("Danke").wait_for()
        self.product.let_opinions_be_of_last_quarter(TOWN)
        return "/desk/feedback"

    @property
    def opinion(self) -> str:
        """Where whoever came to the counter says how it was; the key of the code is the product's alone."""
        status, _case = self.refused
        found = self.citizen.page.locator('main a[href^="/meinung/"]')
        until(lambda: (self.citizen.open(TOWN, status), found.count())[1] > 0, 150, "the decision")
        return self.link("citizen", status, r"/meinung/[0-9A-Z-]+")

    @cached_property
    def comment(self) -> str:
        """The page of the comment among them."""
        assert self.opinions
        return self.link("kern", "/desk/comments", f"/desk/comments/{UUID}")

    @property
    def answering(self) -> str:
        """The form that answers it."""
        return f"/desk/comments/answer?comment={self.comment.rpartition('/')[2]}"

    def _request(self, title: str) -> str:
        """The page of a change request about the dog tax."""
        page = self.person("kern").open(TOWN, "/desk/requests/new").page
        page.locator('[name="package"]').select_option("de.stadttor.hundesteuer")
        page.locator('[name="tag"]').select_option("length")
        page.locator('[name="urgency"][value="hinders"]').check()
        for name, value in {"title": title, "wrong": "Die Frage steht zweimal im Formular."}.items():
            page.locator(f'[name="{name}"]').fill(value)
        page.locator('main button[value="send"]').click()
        page.wait_for_url(re.compile(f"/desk/requests/{UUID}"))
        return urlsplit(page.url).path

    @cached_property
    def request(self) -> str:
        """One that nobody has answered."""
        return self._request("Die Rasse nur einmal fragen")

    @cached_property
    def request_decided(self) -> str:
        """One that a body refused."""
        path = self._request("Das Alter in Monaten fragen")
        page = self.person("sommer").open(STEERING, path.replace("requests", "studio/requests")).page
        page.locator('[name="body"]').fill("Redaktionsbeirat")
        for name, value in {"day": "1", "month": "10", "year": "2040"}.items():
            page.locator(f'[name="decide_by.{name}"]').fill(value)
        page.locator('form:has([name="body"]) button[type=submit]').click()
        page.locator('[name="outcome"][value="refused"]').check()
        page.locator('[name="reason"]').fill("Die Satzung kennt nur Jahre.")
        page.locator('form:has([name="outcome"]) button[type=submit]').click()
        page.locator(".st-told").wait_for()
        return path

    @cached_property
    def figures(self) -> str:
        """The organiser's page once a year of permits is counted."""
        self.product.let_a_year_be_counted(TOWN, SERVICE.rpartition("/")[2])
        return "/desk/figures"

    @cached_property
    def summed(self) -> str:
        """The steering body's page once a year is summed over all authorities."""
        self.product.let_a_year_be_summed(SERVICE.rpartition("/")[2])
        return "/desk/cockpit/figures"

    @cached_property
    def described(self) -> str:
        """The page of a description that the town changed."""
        page = self.person("kern").open(TOWN, "/desk/descriptions/geburtsurkunde").page
        page.locator('[name="where"]').fill("Zimmer 4")
        page.locator('main form:has([name="title"]) button[type=submit]').click()
        page.wait_for_url("**/desk/descriptions/geburtsurkunde?*done=saved")
        return "/desk/descriptions/geburtsurkunde"

    @cached_property
    def stock(self) -> str:
        """The page of a process with a step, once the services of the catalogue are in the stock, too."""
        page = self.person("kern").open(TOWN, "/desk/inventory").page
        page.locator('main form[action$="/take-over"] button').click()
        page.wait_for_url("**/desk/inventory?done=taken")
        self.person("kern").open(TOWN, "/desk/inventory/new")
        typed = {"name": "Fundsachen", "volume": "120", "step.0.name": "Zettel schreiben", "step.0.minutes": "5"}
        for name, value in typed.items():
            page.locator(f'[name="{name}"]').fill(value)
        page.locator('[name="step.0.breaks"]').first.check()
        page.locator(LAST_BUTTON).click()
        page.wait_for_url("**/desk/inventory?done=saved")
        return self.link("kern", "/desk/inventory?q=Fundsachen", f"/desk/inventory/{UUID}")

    @cached_property
    def barrier(self) -> str:
        """The page of a barrier that somebody reported."""
        page = self.person("anybody").open(TOWN, "/barrierefreiheit/melden").page
        page.locator('[name="text"]').fill("Der Ortsplan ist ein Bild ohne Beschreibung.")
        page.locator('[name="email"]').fill("amira.yilmaz@example.org")
        page.locator(LAST_BUTTON).click()
        page.wait_for_url("**/barrierefreiheit?done=reported**")
        return self.link("kern", "/desk/papers/barriers", f"/desk/papers/barriers/{UUID}")

    @cached_property
    def promised(self) -> str:
        """The page of a promise that is late."""
        page = self.person("kern").open(TOWN, "/desk/promises/new").page
        page.locator('[name="package"]').select_option("de.stadttor.hundesteuer")
        page.locator('[name="goal"][value="live"]').check()
        for name, value in {"day": "1", "month": "10", "year": "2020"}.items():
            page.locator(f'[name="due.{name}"]').fill(value)
        page.locator(LAST_BUTTON).click()
        page.wait_for_url(re.compile(f"/desk/promises/{UUID}"))
        return urlsplit(page.url).path

    @cached_property
    def prepared(self) -> str:
        """The page of a roll-out in preparation."""
        page = self.person("sommer").open(STEERING, "/desk/cockpit/rollouts/new").page
        page.locator('[name="version"]').select_option(index=1)
        page.locator('[name="kind"][value="adopt"]').check()
        page.locator(LAST_BUTTON).click()
        page.wait_for_url(re.compile(f"/rollouts/prepared/{UUID}"))
        return urlsplit(page.url).path

    @cached_property
    def common_cost(self) -> str:
        """The page of a year whose costs are shared."""
        page = self.person("sommer").open(STEERING, f"{DOG_TAX}/costs").page
        page.locator('[name="euros"]').fill("1000")
        page.locator('[name="key"][value="equal"]').check()
        page.locator('[name="source"]').fill("Beschluss vom 3. März 2026")
        page.locator(LAST_BUTTON).click()
        page.wait_for_url(re.compile(f"/costs/{UUID}"))
        return urlsplit(page.url).path

    @cached_property
    def first_settings(self) -> str:
        """What must be set of three services that the new town chose."""
        page = self.person(KERN_OF_THE_NEW_TOWN).open(NEW_TOWN, "/desk/services/choose").page
        untick_all(page, press=False)
        for title in ("Fundsache", "Kita", "Sondernutzung"):
            page.locator("label", has_text=title).first.click()
        page.locator(LAST_BUTTON).click()
        page.wait_for_url("**/desk/services/first-settings")
        return "/desk/services/first-settings"

    @cached_property
    def rated(self) -> str:
        """What comes first once the process of `stock` has its marks."""
        page = self.person("kern").open(TOWN, f"{self.stock}/rating").page
        for name in ("priority", "complexity", "potential", "users_cost", "relevance", "effort"):
            page.locator(f'[name="{name}"][value="4"]').check()
        page.locator(LAST_BUTTON).click()
        page.wait_for_url("**/desk/inventory/priorities?done=saved")
        return "/desk/inventory/priorities"

    @cached_property
    def planned(self) -> str:
        """The road map once the process of `stock` has its turn, with a pilot."""
        page = self.person("kern").open(TOWN, f"{self.stock}/plan").page
        page.locator('[name="horizon"][value="near"]').check()
        for name, value in {"goal": "Antworten am selben Tag", "before": "12 Tage"}.items():
            page.locator(f'[name="{name}"]').fill(value)
        page.locator(LAST_BUTTON).click()
        page.wait_for_url("**/desk/inventory/roadmap?done=saved")
        return "/desk/inventory/roadmap"

    @cached_property
    def brought_along(self) -> str:
        """The diagram of a process that came from another program. (Of a process of its own: nobody looks for its steps.)"""
        page = self.person("kern").open(TOWN, "/desk/inventory/new").page
        page.locator('[name="name"]').fill("Fundfahrräder")
        page.locator(LAST_BUTTON).click()
        page.wait_for_url("**/desk/inventory?done=saved")
        path = self.link("kern", "/desk/inventory?q=Fundfahrr", f"/desk/inventory/{UUID}") + "/diagram"
        self.person("kern").open(TOWN, path)
        page.locator('[name="file"]').set_input_files(
            {"name": "fund.bpmn", "mimeType": "application/xml", "buffer": BUILTIN}
        )
        page.locator(LAST_BUTTON).click()
        page.wait_for_url("**/diagram?done=drawn")
        return path

    @cached_property
    def diagram(self) -> str:
        """The diagram of a service that was taken over from the catalogue."""
        assert self.stock
        return self.link("kern", "/desk/inventory?q=Bewohnerpark", f"/desk/inventory/{UUID}") + "/diagram"

    @cached_property
    def assessed(self) -> str:
        """The page of maturity once the process of `stock` has two answers."""
        page = self.person("kern").open(TOWN, f"{self.stock}/maturity").page
        for name, value in {"payment": "counter", "status": "own_page"}.items():
            page.locator(f'[name="{name}"][value="{value}"]').check()
        page.locator(LAST_BUTTON).click()
        page.wait_for_url("**/desk/inventory/maturity?done=saved")
        return "/desk/inventory/maturity"

    @cached_property
    def copy(self) -> str:
        """A working copy in the studio."""
        page = self.person("sommer").open(STEERING, "/desk/studio").page
        page.locator('main button[value="de.stadttor.hundesteuer"]').click()
        page.wait_for_url(re.compile(f"/desk/studio/{UUID}$"))
        return urlsplit(page.url).path

    def link(self, who: str, page: str, pattern: str) -> str:
        """The path of the first link on a page that looks like this."""
        self.person(who).open(TOWN, page)
        addresses = self.person(who).page.locator("main a").evaluate_all("links => links.map(link => link.pathname)")
        return next(address for address in addresses if re.fullmatch(pattern, address))

    @cached_property
    def adoption(self) -> str:
        return self.link("kern", "/desk/services/", f"/desk/services/{UUID}/").rstrip("/")

    @cached_property
    def planned_settings(self) -> str:
        """A setting that counts from a day of next year on."""
        self._set_a_fee("12,34", {"since.day": "1", "since.month": "2", "since.year": str(german_day(now()).year + 1)})
        return self.link("kern", f"{self.adoption}/", f"{self.adoption}/planned/{UUID}")

    @cached_property
    def dated_settings(self) -> str:
        """A setting that counts since today, with its statute."""
        self._set_a_fee("11,11", {})
        return self.link("kern", f"{self.adoption}/", f"{self.adoption}/dated/{UUID}")

    def _set_a_fee(self, fee: str, since: Mapping[str, str]) -> None:
        page = self.person("kern").open(TOWN, f"{self.adoption}/settings").page
        page.locator('main input[name^="p."][name$="_cents"]').first.fill(fee)
        for name, value in {**since, "source": "Satzung vom 12.11.2026"}.items():
            page.locator(f'main input[name="{name}"]').fill(value)
        page.locator('main button[name="save"]').click()
        page.wait_for_url("**/desk/services/*/?done=*")

    @cached_property
    def agreement(self) -> str:
        """The page of what the demo's town handles for a neighbour."""
        return self.link("kern", "/desk/neighbours", f"/desk/neighbours/{UUID}")

    @cached_property
    def association(self) -> str:
        """What a member municipality pays of dog tax, on the page of an association's organiser."""
        kern = self.person(ITS_KERN).open(ASSOCIATION, "/desk/services/").page
        address = kern.locator("main a", has_text="Hund").first.evaluate("link => link.pathname")
        page = self.person(ITS_KERN).open(ASSOCIATION, address).page
        found: str = page.locator('main a[href*="/members/"]').first.evaluate("link => link.pathname")
        return found

    @cached_property
    def closed_service(self) -> str:
        """A service that was offered, and that the organiser withdrew."""
        kern = self.person("kern").open(TOWN, "/desk/services/").page
        adoption = kern.locator("main a", has_text="Wohnsitz").first.evaluate("link => link.pathname").rstrip("/")
        self.person("kern").open(TOWN, f"{adoption}/withdraw")
        kern.locator('[name="word"]').fill("wohnsitzanmeldung")
        kern.locator('main [name="confirm"]').click()
        kern.wait_for_url(re.compile(rf"{adoption}/(\?.*)?$"))
        return "/leistungen/wohnsitzanmeldung"

    @cached_property
    def version(self) -> str:
        """A package version, on the page about it."""
        return self.link("kern", f"{self.adoption}/", f"/desk/services/versions/{UUID}/").rstrip("/")

    @cached_property
    def member(self) -> str:
        return self.link("kern", "/desk/staff", f"/desk/staff/{UUID}")

    @cached_property
    def account(self) -> str:
        return self.link("kern", "/desk/accounts", f"/desk/accounts/{UUID}")

    @cached_property
    def signed_in(self) -> str:
        """An answer of the simulated account service that waits for the citizen's word."""
        draft = self._begun()
        self.citizen.open(TOWN, f"{draft}/ausweisen")
        ask_the_account(self.citizen.page)
        for _step in range(2):
            self.citizen.page.locator("main .kern-btn--primary").first.click()
        self.citizen.page.wait_for_url("**/angemeldet")
        return f"{draft}/angemeldet"

    @cached_property
    def surely_known(self) -> str:
        """The page of a proof that a register can give, for somebody who has shown her wallet a moment ago."""
        draft, page = self._begun(), self.citizen.page
        self.citizen.open(TOWN, f"{draft}/wallet")
        ask_the_wallet(page)
        for _step in range(2):
            page.locator("main form .kern-btn--primary").first.click()
        page.wait_for_url("**/seite/antrag")
        return self._asked_for_papers(draft)

    @cached_property
    def with_a_car(self) -> str:
        """The same for somebody whom nobody knows yet."""
        return self._asked_for_papers(self._begun())

    def _asked_for_papers(self, draft: str) -> str:
        """Says that she has a car: only then the form asks for its papers. Gives the page of that proof."""
        self.citizen.open(TOWN, f"{draft}/seite/fahrzeug")
        self.citizen.fill(CAR)
        self.citizen.go_on()
        return f"{draft}/abruf/fahrzeug.zb1"

    def _booked(self, who: str = "citizen") -> str:
        """A new appointment of the citizen; gives `/termin/<id>`."""
        page = self.person(who).open(TOWN, MEETING).page
        page.locator('button[name="zeit"]').first.click()
        page.wait_for_url("**/angaben?*")
        say_who_comes(page)
        page.wait_for_url("**?neu=1")
        return re.search(f"/termin/{UUID}", page.url)[0]

    @cached_property
    def appointment(self) -> str:
        return self._booked()

    def _cancelled(self, who: str = "citizen") -> str:
        appointment = self._booked(who)
        page = self.person(who).open(TOWN, f"{appointment}/absagen").page
        page.locator('main [name="confirm"]').click()
        page.wait_for_url(re.compile(f"{appointment}$"))
        return appointment

    @cached_property
    def cancelled_appointment(self) -> str:
        return self._cancelled()

    @property
    def appointment_at_the_desk(self) -> str:
        return self.appointment.replace("/termin/", "/desk/appointments/")

    @cached_property
    def day_with_appointments(self) -> str:
        page = self.olsen.open(TOWN, self.appointment_at_the_desk).page
        return page.locator('a[href^="/desk/appointments/?day="]').first.get_attribute("href")

    @cached_property
    def pool(self) -> str:
        return self.link("kern", "/desk/places", f"/desk/places/{UUID}")

    def come_back(self, who: str, person: str) -> Page:
        """Somebody comes back from the account service, to sign in to an account here."""
        page = self.person(who).open(TOWN, "/konto/anmelden").page
        ask_the_account(page)
        page.locator(f'[name="person"][value="{person}"]').check()
        for _step in range(2):
            page.locator("main .kern-btn--primary").first.click()
        page.wait_for_url(re.compile("/konto(/angekommen)?$"))
        return page

    @cached_property
    def own_account(self) -> str:
        """An account with two appointments, one of them cancelled, an application and a draft."""
        page = self.come_back("holder", "amira")
        page.locator('main [value="open"]').click()
        page.wait_for_url("**/konto")
        self._booked("holder")
        self._cancelled("holder")
        status = self.unpaid
        self.citizen.open(TOWN, status)
        link = self.citizen.page.locator(".st-secret a").first.get_attribute("href")
        page.goto(link)
        page.locator('main form[action*="/konto/behalten/"] button').click()
        page.wait_for_url("**/konto?done=kept")
        self.person("holder").open(TOWN, SERVICE).page.locator('main form[action$="/antrag"] button').first.click()
        page.wait_for_url("**/konto/uebernehmen/*")
        return "/konto"

    @cached_property
    def kept_appointment(self) -> str:
        return self.link("holder", self.own_account, f"/termin/{UUID}")

    @cached_property
    def offered(self) -> str:
        """What an earlier application knows, for the draft in the account."""
        link = self.link("holder", self.own_account, f"/konto/weiter/{UUID}")
        return link.replace("weiter", "uebernehmen")

    @cached_property
    def arriving(self) -> str:
        """Signed in at the account service, and without an account here."""
        self.come_back("newcomer", "olena")
        return "/konto/angekommen"

    @cached_property
    def mail(self) -> str:
        """A caught mail."""
        _ = self.received
        mails = self.person("anybody")
        found = mails.page.locator('main a[href*="/demo/mail/"]')
        until(lambda: (mails.open(TOWN, "/demo/mail"), found.count())[1] > 0, 60, "a mail")
        return found.first.evaluate("link => link.pathname")


@dataclass(frozen=True)
class State:
    """One page as somebody sees it. `do` happens on it first, after it answered `status`; `also` are further languages."""

    name: str
    who: str
    path: Callable[[World], str]
    do: Callable[[Page], Any] | None = None
    also: Sequence[str] = ()
    town: str = TOWN
    status: int = 200


def at(path: str) -> Callable[[World], str]:
    return lambda world: path


def typed_visit(page: Page) -> None:
    """A visit that takes longer at least than at most."""
    page.locator('[name="visit_least"]').fill("60")
    page.locator('[name="visit_most"]').fill("30")
    page.locator(LAST_BUTTON).click()


def typed_tag(page: Page) -> None:
    """A tag longer than any may be."""
    page.locator('[name="own"]').fill("x" * 40)
    page.locator('form:has([name="own"]) button[type=submit]').click()


def typed_cost(page: Page) -> None:
    """A number of which nobody says where it is from."""
    page.locator('[name="licence"]').fill("1200")
    page.locator(LAST_BUTTON).click()


def sent_table(text: str) -> Callable[[Page], None]:
    """A table that the organiser sends, and what the page says of it."""

    def act(page: Page) -> None:
        page.locator('[name="file"]').set_input_files(
            {"name": "stock.csv", "mimeType": "text/csv", "buffer": text.encode()}
        )
        page.locator(LAST_BUTTON).click()
        page.locator(".st-table").wait_for()

    return act


def lesson_alone(page: Page) -> None:
    """A lesson of a pilot that nobody said anything else about."""
    page.locator('[name="horizon"][value="near"]').check()
    page.locator('[name="lesson"]').fill("Formular kürzen")
    page.locator(LAST_BUTTON).click()


def untick_all(page: Page, *, press: bool = True) -> None:
    """Nothing is chosen of what was proposed."""
    for box in reversed(page.locator('main [type="checkbox"]:checked').all()):
        box.uncheck()
    if press:
        page.locator(LAST_BUTTON).click()


def press(selector: str) -> Callable[[Page], Any]:
    return lambda page: page.locator(selector).click()


def check_a_condition(page: Page) -> None:
    page.locator("#f-show_if").fill("item.gelitset && size(p.gelistete_rassen)")
    page.locator('main button[value="check"]').click()


def ask_the_account(page: Page) -> None:
    """Away to the simulated account service, up to whom one wants to be."""
    for _step in range(2):
        page.locator("main form .kern-btn--primary").first.click()
    page.wait_for_url("**/simuliertes-konto")


def ask_the_wallet(page: Page) -> None:
    """Into the simulated wallet, up to whose it shall be; a question that waits already is not put again."""
    if page.locator("main form .kern-btn--primary").count():
        page.locator("main form .kern-btn--primary").click()
    page.locator("main a.kern-btn--primary").click()
    page.wait_for_url("**/simulierte-wallet?*")


def offer_permit(page: Page) -> None:
    """Up to the offer that waits for a wallet; one that waits already is only looked at."""
    if not page.locator("main svg").count():
        page.locator("main form button").first.click()
    page.locator("main a.kern-btn--primary").wait_for()


def open_offer(page: Page) -> None:
    """Into the simulated wallet with it."""
    offer_permit(page)
    page.locator("main a.kern-btn--primary").click()
    page.wait_for_url("**/simulierte-wallet/annehmen?*")


def type_wrong_number(page: Page) -> None:
    open_offer(page)
    page.locator('[name="tx_code"]').fill("nein")
    page.locator(LAST_BUTTON).click()
    page.locator("#error-summary").wait_for()


def fetch_proof(page: Page) -> None:
    """Agree, and let the register answer; what waits already is only looked at."""
    if page.locator("#consent").count():
        page.locator("#consent").check()
        page.locator('main [value="fetch"]').click()
    page.locator('main [value="add"]').wait_for()


def look_for(words: str) -> Callable[[Page], Any]:
    def do(page: Page) -> None:
        page.locator("[name=q]").fill(words)
        page.locator(".st-filter [type=submit]").click()

    return do


def look_for_amira(page: Page) -> None:
    page.locator('[name="email"]').fill("amira.yilmaz@example.org")
    page.locator("main form button[type=submit]").first.click()
    page.locator('[name="chosen"]').first.wait_for()


def say_who_comes(page: Page) -> None:
    page.locator('[name="name"]').fill("Amira Yılmaz")
    page.locator('[name="email"]').fill(f"amira.{uuid4().hex}@example.org")
    page.locator(LAST_BUTTON).click()


def look_for_permit(words: str) -> Callable[[Page], Any]:
    def do(page: Page) -> None:
        page.locator("[name=q]").fill(words)
        page.locator("main form [type=submit]").first.click()
        page.locator('a[href="/desk/permits"].kern-btn').wait_for()

    return do


def tick_a_line(page: Page) -> None:
    page.locator('[name="ticked"]').first.check()
    page.locator('main [value="keep"]').click()
    page.locator(".st-told").wait_for()


def drop_without_reason(page: Page) -> None:
    page.locator("main details summary").last.click()
    page.locator('main [value="drop"]').click()


def wrong_place(page: Page) -> None:
    page.locator('[name="place"]').fill("../etc")
    page.locator("main form button[type=submit]").first.click()


def ask_for_plate(page: Page) -> None:
    page.locator('[name="plate"]').fill("WUG-AY 88")
    page.locator("main form [type=submit]").first.click()
    page.locator("main .st-alert").wait_for()


def wrong_password(page: Page) -> None:
    page.locator('[name="email"]').fill("niemand@weissenburg.example")
    page.locator('[name="password"]').fill("falsch")
    page.locator("main form button[type=submit]").first.click()


def unread_passkey(page: Page) -> None:
    page.locator("form[data-passkey=create]").evaluate("form => form.submit()")


def register_passkey(page: Page) -> None:
    add_device(page)
    page.locator('form[data-passkey=create] [name="name"]').fill("Notebook")
    page.locator("form[data-passkey=create] button").click()
    page.wait_for_url("**/desk/passkeys?done=added")


def ask_for_passkeys(page: Page) -> None:
    page.locator('[name="passkey_needed"][value="true"]').check()
    page.locator(LAST_BUTTON).click()


def post_without_session(page: Page) -> None:
    """As a form of the desk is sent by somebody whose session has ended meanwhile."""
    page.locator('[name="email"]').fill("amira.yilmaz@example.org")
    page.evaluate(
        """() => {
            const form = document.querySelector("main form");
            form.querySelector("[name=password]").remove();
            form.action = "/desk/person";
            form.submit();
        }"""
    )
    page.locator('[name="kept_form"]').first.wait_for(state="attached")


def hold_and_change(page: Page) -> None:
    """The case is held, for another reason than at first."""
    for act, reason in (("hold", "Klage"), ("change", "Berufung")):
        form = page.locator(f'main form:has([name="act"][value="{act}"])')
        form.locator('[name="reason"]').fill(reason)
        with page.expect_navigation():
            form.locator("button[type=submit]").click()


def saved_as_it_is(page: Page) -> None:
    page.locator('main button[name="save"]').click()


def bad_fee(page: Page) -> None:
    money = page.locator('main input[name^="p."][name$="_cents"]').first
    money.fill("viel")
    page.locator('main button[name="save"]').click()


def bad_prefix(page: Page) -> None:
    page.locator('main [name="prefix"]').fill("Ä!")
    page.locator(LAST_BUTTON).click()


def miscounted(page: Page) -> None:
    """More than anybody took: she is asked whether that is so."""
    page.locator('main [name="counted"]').fill("98765,43")
    page.locator(LAST_BUTTON).click()
    page.locator('main [name="difference"]').wait_for()


def undated_assessment(page: Page) -> None:
    """A result without the day it is from."""
    page.check("input[name=status][value=partly]")
    page.click(LAST_BUTTON)


def today() -> str:
    return german_day(now()).isoformat()


ONWARD = "main .kern-btn--primary"
NEXT = 'main button[name="go"][value="on"]:visible:not([tabindex="-1"])'
LAST_BUTTON = "main form button[type=submit] >> nth=-1"
ARABIC = ("ar",)

STATES: dict[str, list[State]] = {
    "finance:take": [
        State("open", "olsen", lambda w: f"/desk/finance{w.owing}/take", also=ARABIC),
        State("wrong", "olsen", lambda w: f"/desk/finance{w.owing}/take", press(LAST_BUTTON)),
    ],
    "finance:undo": [
        State("asks", "olsen", lambda w: w.taken_at_counter, also=ARABIC),
        State("wrong", "olsen", lambda w: w.taken_at_counter, press(LAST_BUTTON)),
    ],
    "finance:days": [State("open", "olsen", lambda w: w.taken_at_counter and "/desk/finance/days/", also=ARABIC)],
    "finance:day": [
        State("nothing booked", "olsen", at("/desk/finance/days/2031-12-24")),
        State("lines", "olsen", lambda w: w.taken_at_counter and f"/desk/finance/days/{today()}", also=ARABIC),
        State("wrong", "olsen", lambda w: w.taken_at_counter and f"/desk/finance/days/{today()}", press(LAST_BUTTON)),
        State("differs", "olsen", lambda w: w.taken_at_counter and f"/desk/finance/days/{today()}", miscounted, ARABIC),
    ],
    "finance:books": [
        State("set", "kern", at("/desk/finance/books"), also=ARABIC),
        State("wrong", "kern", at("/desk/finance/books"), bad_prefix),
    ],
    "fee": [State("waive", "olsen", lambda w: f"{w.asked[1]}/fee/waive")],
    "delivery": [
        State("another way", "olsen", lambda w: f"{w.permitted[1]}/delivery/again", also=ARABIC),
        State("wrong", "olsen", lambda w: f"{w.permitted[1]}/delivery/again", press(LAST_BUTTON)),
    ],
    "post_room": [
        State("nothing waits", "adler", at("/desk/post/")),
        State("waiting", "adler", lambda w: w.permitted and "/desk/post/", also=ARABIC),
        State("a run", "adler", lambda w: w.permitted and "/desk/post/", press('main form[action$="/make"] button')),
    ],
    "identity:sign_in": [
        State("empty", "anybody", at("/desk/sign-in")),
        State("wrong", "anybody", at("/desk/sign-in"), wrong_password),
        State("session has ended", "anybody", at("/desk/sign-in"), post_without_session, also=ARABIC),
    ],
    "identity:own_password": [
        State("empty", "olsen", at("/desk/password"), also=ARABIC),
        State("wrong", "olsen", at("/desk/password"), press(LAST_BUTTON)),
        State("done", "olsen", at("/desk/password?done=1")),
    ],
    "identity:sessions": [
        State("two", "olsen", at("/desk/sessions"), also=ARABIC),
        State("ended", "olsen", at("/desk/sessions?ended=1")),
    ],
    "identity:passkeys": [
        State("none", "olsen", at("/desk/passkeys"), also=ARABIC),
        State("wrong", "olsen", at("/desk/passkeys"), unread_passkey),
        State("one", "adler", at("/desk/passkeys"), register_passkey),
    ],
    "identity:sign_in_rules": [
        State("none", "kern", at("/desk/sign-in-rules")),
        State("refused", "kern", at("/desk/sign-in-rules"), ask_for_passkeys),
    ],
    "identity:openid_settings": [
        State("none", "kern", at("/desk/openid"), also=ARABIC),
        State("wrong", "kern", at("/desk/openid"), press(LAST_BUTTON)),
    ],
    "identity:openid_callback": [
        State("without a provider", "anybody", at("/desk/sign-in/openid/callback"), status=422),
    ],
    "identity:confirm_me": [
        State("empty", "olsen", at("/desk/confirm-me")),
        State("wrong", "olsen", at("/desk/confirm-me"), press(LAST_BUTTON)),
    ],
    "identity:members": [State("all", "kern", at("/desk/staff"))],
    "identity:member_new": [
        State("empty", "kern", at("/desk/staff/new")),
        State("wrong", "kern", at("/desk/staff/new"), press(LAST_BUTTON)),
    ],
    "identity:invite": [
        State("empty", "kern", at("/desk/staff/invite"), also=ARABIC),
        State("wrong", "kern", at("/desk/staff/invite"), press(LAST_BUTTON)),
    ],
    "identity:invitation": [State("over", "anybody", at("/desk/invitation/geheim"), status=404)],
    "identity:member": [State("one", "kern", lambda w: w.member)],
    "identity:units": [State("all", "kern", at("/desk/units"))],
    "identity:neighbours": [State("helping", "kern", at("/desk/neighbours"), also=ARABIC)],
    "identity:neighbour_new": [State("empty", "kern", at("/desk/neighbours/new"))],
    "identity:neighbour": [State("running", "kern", lambda w: w.agreement)],
    "identity:wallet_access": [
        State("asking the demo's wallet", "kern", at("/desk/wallet"), also=ARABIC),
        State("before stopping", "kern", at("/desk/wallet?ask=remove")),
    ],
    "identity:accounts": [State("one", "kern", at("/desk/accounts"))],
    "identity:account": [State("simulated", "kern", lambda w: w.account)],
    "identity:tokens": [State("none", "kern", at("/desk/tokens"))],
    "tenancy:responsible": [
        State("empty", "anybody", at("/zustaendig"), also=ARABIC),
        State("found", "anybody", at("/zustaendig?ort=Weißenburg")),
        State("unknown", "anybody", at("/zustaendig?ort=Xyzzyx")),
    ],
    "catalog:catalogue": [
        State("all", "kern", at("/desk/services/")),
    ],
    "catalog:package": [State("one", "kern", lambda w: f"{w.version}/")],
    "catalog:adopt": [State("again", "kern", lambda w: f"{w.version}/adopt")],
    "catalog:adoption": [State("live", "kern", lambda w: f"{w.adoption}/")],
    "catalog:settings": [
        State("current", "kern", lambda w: f"{w.adoption}/settings"),
        State("wrong", "kern", lambda w: f"{w.adoption}/settings", bad_fee),
    ],
    "catalog:change_planned": [State("planned", "kern", lambda w: w.planned_settings)],
    "catalog:correct_dated": [
        State("begun", "kern", lambda w: w.dated_settings),
        State("no reason", "kern", lambda w: w.dated_settings, saved_as_it_is),
    ],
    "used_values": [State("none", "olsen", lambda w: f"{w.dated_settings}/cases", also=ARABIC)],
    "catalog:member_settings": [
        State("current", ITS_KERN, lambda w: w.association, town=ASSOCIATION, also=ARABIC),
        State("wrong", ITS_KERN, lambda w: w.association, bad_fee, town=ASSOCIATION),
    ],
    "catalog:go_live": [State("ask", "kern", lambda w: f"{w.adoption}/go-live")],
    "catalog:to_test": [State("ask", "kern", lambda w: f"{w.adoption}/test")],
    "catalog:withdraw": [
        State("ask", "kern", lambda w: f"{w.adoption}/withdraw"),
        State("wrong word", "kern", lambda w: f"{w.adoption}/withdraw", press(LAST_BUTTON)),
    ],
    "catalog:upgrade": [
        State("nothing newer", "kern", lambda w: f"{w.adoption}/upgrade/{w.version.rsplit('/', 1)[1]}", status=409),
    ],
    "cases:work_list": [
        State("mine", "olsen", at("/desk/cases/")),
        State("unit", "olsen", lambda w: w.received[1] and "/desk/cases/?scope=unit"),
        State("nothing found", "olsen", at("/desk/cases/?scope=unit"), look_for("Xyzzyx")),
        State("search ended", "olsen", at("/desk/cases/?scope=unit&search=ended")),
    ],
    "cases:case": [
        State("received", "olsen", lambda w: w.received[1]),
        State("asked", "olsen", lambda w: w.asked[1]),
        State("decided", "olsen", lambda w: w.refused[1]),
        State("with a permit", "olsen", lambda w: w.permitted[1]),
        State("masked", "olsen", lambda w: w.protected, also=ARABIC),
    ],
    "cases:protect": [State("ask", "olsen", lambda w: f"{w.received[1]}/protect")],
    "cases:permits": [
        State("ending soon", "olsen", lambda w: w.permitted[1] and "/desk/permits"),
        State("found", "olsen", lambda w: w.permitted[1] and "/desk/permits", look_for_permit("Yılmaz"), also=ARABIC),
        State("nothing found", "olsen", at("/desk/permits"), look_for_permit("Xyzzyx")),
    ],
    "hand_overs": [
        State("some", "olsen", lambda w: w.copied and "/desk/hand-overs/", also=ARABIC),
    ],
    "hand_over": [
        State("to be copied", "olsen", lambda w: w.copied, also=ARABIC),
        State("not all ticked", "olsen", lambda w: w.copied, press('main [value="finish"]')),
        State("a line is ticked", "olsen", lambda w: w.copied, tick_a_line),
        State("without a reason", "olsen", lambda w: w.copied, drop_without_reason),
        State("taken over", "olsen", lambda w: w.taken_over),
    ],
    "exchange:targets": [State("all", "kern", at("/desk/targets/"))],
    "exchange:target": [
        State("folder", "kern", at("/desk/targets/bewohnerparkausweis"), also=ARABIC),
        State("wrong", "kern", at("/desk/targets/bewohnerparkausweis"), wrong_place),
    ],
    "cases:end_permit": [
        State("give back", "olsen", lambda w: f"{w.permitted[1]}/permit/returned"),
        State("no reason", "olsen", lambda w: f"{w.permitted[1]}/permit/revoked", press(LAST_BUTTON)),
    ],
    "cases:check": [
        State("empty", "brandt", at("/desk/check")),
        State("asked", "brandt", at("/desk/check"), ask_for_plate, also=ARABIC),
        State("wrong", "brandt", at("/desk/check"), press(LAST_BUTTON)),
    ],
    "portal:permit": [
        State("valid", "citizen", lambda w: f"{w.permitted[0]}/ausweis", also=ARABIC),
        State(
            "to give back",
            "citizen",
            lambda w: f"{w.permitted[0]}/ausweis",
            press('main form[action$="/return"] button'),
            also=ARABIC,
        ),
    ],
    "cases:reopen": [State("ask", "olsen", lambda w: f"{w.refused[1]}/reopen")],
    "cases:assign": [State("choose", "adler", lambda w: f"{w.received[1]}/assign")],
    "cases:stop_asking": [State("ask", "olsen", lambda w: f"{w.asked[1]}/stop-asking")],
    "written_answer": [
        State("empty", "olsen", lambda w: f"{w.asked[1]}/answer"),
        State("nothing answered", "olsen", lambda w: f"{w.asked[1]}/answer", press(LAST_BUTTON)),
    ],
    "scan": [
        State("empty", "olsen", lambda w: f"{w.received[1]}/scan"),
        State("nothing chosen", "olsen", lambda w: f"{w.received[1]}/scan", press(LAST_BUTTON)),
    ],
    "entries": [
        State("empty", "olsen", at("/desk/entries/"), also=ARABIC),
        State("wrong", "olsen", at("/desk/entries/"), press(LAST_BUTTON)),
    ],
    "entered": [State("sent", "olsen", lambda w: w.entered)],
    "cases:ask": [
        State("empty", "olsen", lambda w: f"{w.received[1]}/ask"),
        State("nothing ticked", "olsen", lambda w: f"{w.received[1]}/ask", press(LAST_BUTTON)),
    ],
    "cases:decide": [
        State("empty", "olsen", lambda w: f"{w.received[1]}/decide"),
        State(
            "no outcome",
            "olsen",
            lambda w: f"{w.received[1]}/decide",
            press("#decision button[type=submit]:not([formaction])"),
        ),
    ],
    "cases:confirm": [State("proposed", "olsen", lambda w: w.freshly_decided())],
    "cockpit:overview": [
        State("all packages", "sommer", at("/desk/cockpit"), town=STEERING, also=("ar",)),
        State("none like this", "sommer", at("/desk/cockpit?q=xyz"), town=STEERING),
    ],
    "cockpit:package": [
        State("country", "sommer", at(DOG_TAX), town=STEERING, also=("ar",)),
        State("land", "sommer", at(f"{DOG_TAX}?in=09"), town=STEERING),
    ],
    "cockpit:authorities": [
        State("list", "sommer", at(f"{DOG_TAX}/authorities"), town=STEERING, also=("ar",)),
        State("none like this", "sommer", at(f"{DOG_TAX}/authorities?stage=withdrawn"), town=STEERING),
    ],
    "cockpit:kreis": [State("sheet", "sommer", at("/desk/cockpit/kreise/09577"), town=STEERING, also=("ar",))],
    "cockpit:authority": [State("services", "sommer", at("/desk/cockpit/authorities/weissenburg"), town=STEERING)],
    "cockpit:figures": [
        State("nothing summed", "sommer", at("/desk/cockpit/figures"), town=STEERING),
        State("a year", "sommer", lambda w: w.summed, town=STEERING, also=("ar",)),
    ],
    "cockpit:figures_open": [
        State("as it is", "sommer", at("/desk/cockpit/figures/open-data"), town=STEERING, also=("ar",))
    ],
    "cockpit:figures_of": [
        State("nothing summed", "sommer", at("/desk/cockpit/figures/hundesteuer"), town=STEERING),
        State(
            "a year", "sommer", lambda w: w.summed + SERVICE.removeprefix("/leistungen"), town=STEERING, also=("ar",)
        ),
    ],
    "cockpit:costs": [
        State("none stated", "sommer", at(f"{DOG_TAX}/costs"), town=STEERING, also=("ar",)),
        State("nothing typed", "sommer", at(f"{DOG_TAX}/costs"), press(LAST_BUTTON), town=STEERING),
    ],
    "cockpit:cost": [State("stated", "sommer", lambda w: w.common_cost, town=STEERING, also=("ar",))],
    "costs:own": [State("none", "kern", at("/desk/costs"), also=ARABIC)],
    "cockpit:promises": [
        State("some", "sommer", lambda w: w.promised and "/desk/cockpit/promises", town=STEERING, also=("ar",))
    ],
    "cockpit:promise": [
        State("one", "sommer", lambda w: w.promised.replace("promises", "cockpit/promises"), town=STEERING)
    ],
    "cockpit:promise_for": [
        State("empty", "sommer", at("/desk/cockpit/authorities/weissenburg/promise"), town=STEERING)
    ],
    "cockpit:promise_for_place": [
        State("nothing chosen", "sommer", at("/desk/cockpit/kreise/09577/promise"), press(LAST_BUTTON), town=STEERING)
    ],
    "promises:own": [State("late", "kern", lambda w: w.promised and "/desk/promises", also=ARABIC)],
    "promises:new": [State("empty", "kern", at("/desk/promises/new"))],
    "promises:one": [
        State("late", "kern", lambda w: w.promised, also=ARABIC),
        State("no reason", "kern", lambda w: w.promised, press(LAST_BUTTON)),
    ],
    "cockpit:rollouts": [State("list", "sommer", at("/desk/cockpit/rollouts"), town=STEERING)],
    "cockpit:rollout": [State("planned", "sommer", at("/desk/cockpit/rollouts/1"), town=STEERING, also=("ar",))],
    "cockpit:left": [State("nobody", "sommer", at("/desk/cockpit/rollouts/1/authorities"), town=STEERING)],
    "cockpit:plan_new": [
        State("empty", "sommer", at("/desk/cockpit/rollouts/new"), town=STEERING),
        State("nothing chosen", "sommer", at("/desk/cockpit/rollouts/new"), press(LAST_BUTTON), town=STEERING),
    ],
    "cockpit:plan": [State("not tried", "sommer", lambda w: w.prepared, town=STEERING, also=("ar",))],
    "cockpit:plan_change": [State("as it is", "sommer", lambda w: f"{w.prepared}/change", town=STEERING)],
    "cockpit:plan_values": [State("for all", "sommer", lambda w: f"{w.prepared}/values", town=STEERING)],
    "cockpit:plan_keep": [State("not tried, leads back", "sommer", lambda w: f"{w.prepared}/keep", town=STEERING)],
    "cockpit:plan_delete": [State("question", "sommer", lambda w: f"{w.prepared}/delete", town=STEERING)],
    "cockpit:act": [State("question", "sommer", at("/desk/cockpit/rollouts/1/go-on"), town=STEERING)],
    "studio:copies": [State("list", "sommer", lambda w: w.copy and "/desk/studio", town=STEERING, also=ARABIC)],
    "studio:new": [
        State("empty", "sommer", at("/desk/studio/new"), town=STEERING),
        State("wrong", "sommer", at("/desk/studio/new"), press(LAST_BUTTON), town=STEERING),
    ],
    "studio:copy": [State("nothing wrong", "sommer", lambda w: w.copy, town=STEERING, also=ARABIC)],
    "studio:history": [State("opened", "sommer", lambda w: f"{w.copy}/history", town=STEERING)],
    "studio:preview": [State("first page", "sommer", lambda w: f"{w.copy}/preview", town=STEERING, also=ARABIC)],
    "studio:publish": [State("nothing new", "sommer", lambda w: f"{w.copy}/publish", town=STEERING, also=ARABIC)],
    "studio:delete": [State("question", "sommer", lambda w: f"{w.copy}/delete", town=STEERING)],
    "studio:form": [State("all", "sommer", lambda w: f"{w.copy}/form", town=STEERING, also=ARABIC)],
    "studio:add_part": [
        State("empty", "sommer", lambda w: f"{w.copy}/form/add?kind=page", town=STEERING),
        State("wrong", "sommer", lambda w: f"{w.copy}/form/add?kind=page", press(LAST_BUTTON), town=STEERING),
    ],
    "studio:part": [
        State("a page", "sommer", lambda w: f"{w.copy}/form/part?part=page:hunde", town=STEERING),
        State("a field", "sommer", lambda w: f"{w.copy}{DOGS_BREED}", town=STEERING, also=ARABIC),
        State("wrong condition", "sommer", lambda w: f"{w.copy}{DOGS_BREED}", check_a_condition, town=STEERING),
    ],
    "studio:texts": [
        State("all", "sommer", lambda w: f"{w.copy}/texts", town=STEERING, also=ARABIC),
        State("none like this", "sommer", lambda w: f"{w.copy}/texts?q=xyzxyz", town=STEERING),
    ],
    "studio:add_file": [State("wrong", "sommer", lambda w: f"{w.copy}/files?name=x", town=STEERING, status=422)],
    "studio:file": [State("a place", "sommer", lambda w: f"{w.copy}/files/form.yaml?line=9", town=STEERING)],
    "rollout:announced": [State("nothing announced", "kern", at("/desk/upgrades"))],
    "rollout:services": [State("list", "kern", at("/desk/upgrades/services"), also=ARABIC)],
    "rollout:service": [
        State("open", "kern", at("/desk/upgrades/services/de.stadttor.bewohnerparkausweis")),
        State("no reason", "kern", at("/desk/upgrades/services/de.stadttor.fundsache"), press(LAST_BUTTON)),
    ],
    "inventory:overview": [
        State("empty", "kern", at("/desk/inventory"), also=ARABIC),
        State("some", "kern", lambda w: w.stock and "/desk/inventory", also=ARABIC),
        State("none like this", "kern", lambda w: w.stock and "/desk/inventory?q=xyz"),
    ],
    "inventory:import": [
        State("empty", "kern", at("/desk/inventory/import")),
        State("no file", "kern", at("/desk/inventory/import"), press(LAST_BUTTON)),
        State(
            "preview",
            "kern",
            at("/desk/inventory/import"),
            sent_table("Process;Step\nGrünschnitt;Abholen\n"),
            also=ARABIC,
        ),
        State("faults", "kern", at("/desk/inventory/import"), sent_table("Process;Minutes\nGrünschnitt;viele\n")),
    ],
    "descriptions:overview": [
        State("all", "kern", at("/desk/descriptions"), also=ARABIC),
        State("none like this", "kern", at("/desk/descriptions?q=xyz")),
    ],
    "descriptions:import": [
        State("empty", "kern", at("/desk/descriptions/import")),
        State("no file", "kern", at("/desk/descriptions/import"), press(LAST_BUTTON)),
        State(
            "preview",
            "kern",
            at("/desk/descriptions/import"),
            sent_table("Kennung;Titel;Kurztext\nfest;Straßenfest;Vorher anmelden.\n"),
            also=ARABIC,
        ),
        State("faults", "kern", at("/desk/descriptions/import"), sent_table("Kennung;Sprache;Titel\nfest;xx;\n")),
    ],
    "descriptions:new": [
        State("empty", "kern", at("/desk/descriptions/new")),
        State("wrong", "kern", at("/desk/descriptions/new"), press('main button:has-text("Speichern")')),
    ],
    "descriptions:one": [
        State("template", "kern", at("/desk/descriptions/fundtier?language=ar")),
        State("changed", "kern", lambda w: w.described, also=ARABIC),
    ],
    "descriptions:preview": [State("changed", "kern", lambda w: f"{w.described}/preview", also=ARABIC)],
    "descriptions:take_back": [State("question", "kern", lambda w: f"{w.described}/take-back")],
    "inventory:new": [
        State("empty", "kern", at("/desk/inventory/new")),
        State("wrong", "kern", at("/desk/inventory/new"), press(LAST_BUTTON)),
    ],
    "inventory:process": [State("steps", "kern", lambda w: w.stock, also=ARABIC)],
    "inventory:rating": [
        State("empty", "kern", lambda w: f"{w.stock}/rating"),
        State("wrong", "kern", lambda w: f"{w.stock}/rating", press(LAST_BUTTON)),
    ],
    "inventory:priorities": [
        State("nothing rated", "kern", lambda w: w.stock and "/desk/inventory/priorities"),
        State("one rated", "kern", lambda w: w.rated, also=ARABIC),
    ],
    "inventory:plan": [
        State("empty", "kern", lambda w: f"{w.stock}/plan"),
        State("wrong", "kern", lambda w: f"{w.stock}/plan", lesson_alone),
    ],
    "inventory:roadmap": [
        State("nothing planned", "kern", lambda w: w.stock and "/desk/inventory/roadmap"),
        State("one planned", "kern", lambda w: w.planned, also=ARABIC),
    ],
    "inventory:diagram": [
        State("own steps", "kern", lambda w: f"{w.stock}/diagram"),
        State("no file", "kern", lambda w: f"{w.stock}/diagram", press(LAST_BUTTON)),
        State("brought along", "kern", lambda w: w.brought_along, also=ARABIC),
        State("of a package", "kern", lambda w: w.diagram, also=ARABIC),
    ],
    "inventory:maturity": [
        State("nothing assessed", "kern", lambda w: w.stock and "/desk/inventory/maturity"),
        State("one assessed", "kern", lambda w: w.assessed, also=ARABIC),
    ],
    "inventory:assessment": [State("empty", "kern", lambda w: f"{w.stock}/maturity")],
    "inventory:delete": [State("question", "kern", lambda w: f"{w.stock}/delete")],
    "setup:overview": [
        State("open town", "kern", at("/desk/setup"), also=ARABIC),
        State("town that is new", KERN_OF_THE_NEW_TOWN, at("/desk/setup"), town=NEW_TOWN, also=ARABIC),
    ],
    "catalog:choose": [
        State("to choose", KERN_OF_THE_NEW_TOWN, at("/desk/services/choose"), town=NEW_TOWN, also=ARABIC),
        State("nothing chosen", KERN_OF_THE_NEW_TOWN, at("/desk/services/choose"), untick_all, town=NEW_TOWN),
    ],
    "catalog:first_settings": [
        State("nothing in test", "kern", at("/desk/services/first-settings")),
        State("three in test", KERN_OF_THE_NEW_TOWN, lambda w: w.first_settings, town=NEW_TOWN, also=ARABIC),
    ],
    "setup:members": [State("all", ITS_KERN, at("/desk/setup/members"), town=ASSOCIATION)],
    "setup:member": [
        State(
            "one",
            ITS_KERN,
            lambda w: f"/desk/setup/members/{w.association.split('/')[-2]}",
            town=ASSOCIATION,
            also=ARABIC,
        ),
    ],
    "setup:trying": [
        State("nothing in test", "kern", at("/desk/setup/trying")),
        State(
            "three in test",
            KERN_OF_THE_NEW_TOWN,
            lambda w: w.first_settings and "/desk/setup/trying",
            press("main li .kern-btn--secondary >> nth=0"),
            town=NEW_TOWN,
            also=ARABIC,
        ),
    ],
    "setup:parts": [State("all on", "kern", at("/desk/setup/parts"), also=ARABIC)],
    "setup:opening": [
        State("all open", "kern", at("/desk/setup/opening")),
        State(
            "not ready",
            KERN_OF_THE_NEW_TOWN,
            lambda w: w.first_settings and "/desk/setup/opening",
            town=NEW_TOWN,
            also=ARABIC,
        ),
    ],
    "setup:areas": [
        State("one", "kern", at("/desk/setup/places"), also=ARABIC),
        State("found", "kern", at("/desk/setup/places?q=Treuchtlingen")),
        State("none found", "kern", at("/desk/setup/places?q=xyzzyx")),
    ],
    "setup:contact": [State("known", "kern", at("/desk/setup/contact"), also=ARABIC)],
    "setup:hours": [State("known", "kern", at("/desk/setup/hours"), also=ARABIC)],
    "setup:law": [
        State("officer missing", "kern", at("/desk/setup/law"), also=ARABIC),
        State("wrong", "kern", at("/desk/setup/law"), press(LAST_BUTTON)),
    ],
    "figures:overview": [
        State("nothing counted", "kern", at("/desk/figures")),
        State("a year", "kern", lambda w: w.figures, also=ARABIC),
    ],
    "figures:settings": [
        State("as it is", "kern", at("/desk/figures/settings")),
        State("the wrong way round", "kern", at("/desk/figures/settings"), typed_visit),
    ],
    "figures:costs": [
        State("nothing stated", "kern", at("/desk/figures/hundesteuer/costs"), also=ARABIC),
        State("no source", "kern", at("/desk/figures/hundesteuer/costs"), typed_cost),
    ],
    "figures:service": [
        State("nothing counted", "kern", at("/desk/figures/hundesteuer")),
        State("a year", "kern", lambda w: w.figures + SERVICE.removeprefix("/leistungen"), also=ARABIC),
    ],
    "insights:feedback": [
        State("few answers", "kern", at("/desk/feedback")),
        State("five answers", "kern", lambda w: w.opinions, also=ARABIC),
    ],
    "triage:comments": [
        State("none", "kern", at("/desk/comments?pleased=yes&state=answered")),
        State("one", "kern", lambda w: w.opinions and "/desk/comments", also=ARABIC),
    ],
    "triage:comment": [
        State("to sort", "kern", lambda w: w.comment, also=ARABIC),
        State("a tag too long", "kern", lambda w: w.comment, typed_tag),
    ],
    "triage:answer": [
        State("empty", "kern", lambda w: w.answering),
        State("nothing written", "kern", lambda w: w.answering, press(LAST_BUTTON)),
    ],
    "triage:answers": [State("none", "kern", at("/desk/comments/answers"))],
    "cases:helping": [State("one", "olsen", at("/desk/helping"))],
    "requests:own": [
        State("none", "kern", at("/desk/requests?state=refused")),
        State("answered", "kern", lambda w: w.request_decided and "/desk/requests", also=ARABIC),
    ],
    "requests:new": [
        State(
            "from a comment",
            "kern",
            lambda w: f"/desk/requests/new?comment={w.comment.rpartition('/')[2]}",
            also=ARABIC,
        ),
        State("nothing written", "kern", at("/desk/requests/new"), press('main button[value="send"]')),
    ],
    "requests:one": [State("answered", "kern", lambda w: w.request_decided, also=ARABIC)],
    "studio:requests": [
        State("one", "sommer", lambda w: w.request and "/desk/studio/requests", town=STEERING, also=ARABIC)
    ],
    "studio:request": [
        State("new", "sommer", lambda w: w.request.replace("requests", "studio/requests"), town=STEERING, also=ARABIC),
        State(
            "no body",
            "sommer",
            lambda w: w.request.replace("requests", "studio/requests"),
            press(LAST_BUTTON),
            town=STEERING,
        ),
        State("decided", "sommer", lambda w: w.request_decided.replace("requests", "studio/requests"), town=STEERING),
    ],
    "cases:deputies": [State("none", "olsen", at("/desk/deputies"))],
    "portal:home": [
        State("town", "anybody", at("/"), also=("ar", "uk")),
        State("empty town", "anybody", at("/"), town="aschaffenburg"),
        State("entrance", "anybody", at("/"), town=""),
    ],
    "portal:imprint": [State("town", "anybody", at("/impressum"))],
    "portal:privacy": [State("town", "anybody", at("/datenschutz"))],
    "portal:service_privacy": [State("a service", "anybody", at(f"{SERVICE}/datenschutz"), also=ARABIC)],
    "papers:overview": [State("something missing", "kern", at("/desk/papers"), also=ARABIC)],
    "papers:record": [State("services of the town", "kern", at("/desk/papers/record"), also=ARABIC)],
    "papers:processor": [State("of the town", "kern", at("/desk/papers/processor"), also=ARABIC)],
    "papers:screening": [State("services of the town", "kern", at("/desk/papers/screening"), also=ARABIC)],
    "papers:barriers": [
        State("none", "kern", at("/desk/papers/barriers")),
        State("one", "kern", lambda w: w.barrier and "/desk/papers/barriers", also=ARABIC),
    ],
    "papers:barrier": [
        State("waits", "kern", lambda w: w.barrier, also=ARABIC),
        State("no answer", "kern", lambda w: w.barrier, press(LAST_BUTTON)),
    ],
    "portal:opinion": [
        State("asked", "anybody", lambda w: w.opinion, also=ARABIC),
        State("answered", "anybody", lambda w: w.opinion, press('main button[name="score"] >> nth=0')),
    ],
    "portal:report_barrier": [
        State("empty", "anybody", at("/barrierefreiheit/melden"), also=ARABIC),
        State("nothing said", "anybody", at("/barrierefreiheit/melden"), press(LAST_BUTTON), also=ARABIC),
    ],
    "papers:assessment": [
        State("empty", "kern", at("/desk/papers/accessibility")),
        State("wrong", "kern", at("/desk/papers/accessibility"), undated_assessment),
    ],
    "portal:accessibility": [
        State("town", "anybody", at("/barrierefreiheit"), also=ARABIC),
        State("reported", "anybody", at("/barrierefreiheit?done=reported")),
    ],
    "portal:listing": [
        State("all", "anybody", at("/leistungen"), also=ARABIC),
        State("found", "anybody", at("/leistungen?q=hund")),
        State("guessed", "anybody", at("/leistungen?q=Pferdesteuer"), also=ARABIC),
        State("situation", "anybody", at("/leistungen?lage=familie"), also=ARABIC),
        State("nothing", "anybody", at("/leistungen?q=xyzzyx")),
    ],
    "portal:service": [
        State("permit", "anybody", at(SERVICE), also=ARABIC),
        State("elsewhere", "anybody", at("/leistungen/fuehrungszeugnis")),
        State("described", "anybody", at("/leistungen/reisepass"), also=ARABIC),
        State("done by the Kreis", "anybody", at("/leistungen/bewohnerparkausweis"), town=ASSOCIATION, also=ARABIC),
        State("unknown", "anybody", at("/leistungen/gibtesnicht"), status=404),
        State("closed", "anybody", lambda w: w.closed_service, also=ARABIC, status=404),
    ],
    "portal:summary": [
        State("incomplete", "citizen", lambda w: f"{w.draft}/zusammenfassung"),
        State("complete", "citizen", lambda w: f"{w.complete_draft}/zusammenfassung", also=ARABIC),
        State("entered for somebody", "olsen", lambda w: f"{w.entering}/zusammenfassung"),
        State("undeclared", "citizen", lambda w: f"{w.complete_draft}/zusammenfassung", press(LAST_BUTTON)),
    ],
    "portal:wallet": [
        State("asked for", "citizen", lambda w: f"{w.draft}/wallet", also=ARABIC),
        State("refused", "citizen", lambda w: f"{w.draft}/wallet?problem=invalid"),
        State("open", "citizen", lambda w: f"{w.draft}/wallet", press(ONWARD)),
    ],
    "portal:take": [
        State("to begin with", "citizen", lambda w: f"{w.permitted[0]}/wallet"),
        State("a code waits", "citizen", lambda w: f"{w.permitted[0]}/wallet", offer_permit, also=ARABIC),
    ],
    "simulated:receive": [
        State("offered", "citizen", lambda w: f"{w.permitted[0]}/wallet", open_offer, also=ARABIC),
        State("wrong number", "citizen", lambda w: f"{w.permitted[0]}/wallet", type_wrong_number),
    ],
    "simulated:holdings": [State("empty", "citizen", at("/simulierte-wallet/inhalt?person=jonas"))],
    "simulated_wallet": [State("whose", "citizen", lambda w: f"{w.draft}/wallet", ask_the_wallet, also=ARABIC)],
    "portal:identify": [
        State("ways", "citizen", lambda w: f"{w.draft}/ausweisen", also=ARABIC),
        State("cancelled", "citizen", lambda w: f"{w.draft}/ausweisen?problem=cancelled"),
        State("leaving", "citizen", lambda w: f"{w.draft}/ausweisen", press("main form .kern-btn--primary")),
        State("simulated", "citizen", lambda w: f"{w.draft}/ausweisen", ask_the_account),
    ],
    "account:sign_in": [
        State("ways", "anybody", at("/konto/anmelden"), also=ARABIC),
        State("ended", "anybody", at("/konto/anmelden?why=ended")),
        State("cancelled", "anybody", at("/konto/anmelden?problem=cancelled")),
        State("leaving", "anybody", at("/konto/anmelden"), press(ONWARD)),
    ],
    "account:arrived": [State("new here", "newcomer", lambda w: w.arriving, also=ARABIC)],
    "account:home": [State("full", "holder", lambda w: w.own_account, also=ARABIC)],
    "account:earlier": [State("values", "holder", lambda w: w.offered, also=ARABIC)],
    "account:close": [State("ask", "holder", lambda w: f"{w.own_account}/loeschen", also=ARABIC)],
    "portal:identified": [State("values", "citizen", lambda w: w.signed_in, also=ARABIC)],
    "portal:later": [
        State("link", "citizen", lambda w: f"{w.draft}/spaeter"),
    ],
    "portal:delete": [State("ask", "citizen", lambda w: f"{w.draft}/loeschen")],
    "portal:retrieve": [
        State("to sign in first", "citizen", lambda w: w.with_a_car),
        State("asking", "citizen", lambda w: w.surely_known, also=ARABIC),
        State("without consent", "citizen", lambda w: w.surely_known, press('main [value="fetch"]'), also=ARABIC),
        State("looked at", "citizen", lambda w: w.surely_known, fetch_proof, also=ARABIC),
    ],
    "portal:page": [
        State("first", "citizen", lambda w: f"{w.draft}/seite/antrag", also=ARABIC),
        State("person", "citizen", lambda w: f"{w.draft}/seite/person", also=ARABIC),
        State("upload", "citizen", lambda w: f"{w.draft}/seite/fahrzeug", also=ARABIC),
        State("explained", "citizen", lambda w: f"{w.draft}/seite/laufzeit", press(NEXT), also=ARABIC),
        State("entered for somebody", "olsen", lambda w: f"{w.entering}/seite/person", press(NEXT), also=ARABIC),
    ],
    "portal:status": [
        State("unpaid", "citizen", lambda w: w.unpaid, also=ARABIC),
        State("asked", "citizen", lambda w: w.asked[0], also=ARABIC),
        State("decided", "citizen", lambda w: w.refused[0], also=ARABIC),
        State("withdrawn", "citizen", lambda w: w.withdrawn),
        State("opinion given", "citizen", lambda w: w.received[0], press('main button[name="score"] >> nth=0')),
    ],
    "portal:withdraw": [State("ask", "citizen", lambda w: f"{w.unpaid}/zuruecknehmen")],
    "privacy:person": [
        State("empty", "adler", at("/desk/person")),
        State("too little", "adler", at("/desk/person"), press(LAST_BUTTON)),
        State("found", "adler", lambda w: w.received[1] and "/desk/person", look_for_amira),
    ],
    "privacy:keeping": [
        State("in work", "adler", lambda w: f"{w.received[1]}/retention"),
        State("wrong", "adler", lambda w: f"{w.received[1]}/retention", press(LAST_BUTTON)),
        State("held, changed", "adler", lambda w: f"{w.received[1]}/retention", hold_and_change),
    ],
    "privacy:archive": [State("nothing", "kern", at("/desk/archive"))],
    "payments:simulator": [State("open", "citizen", lambda w: w.simulator)],
    "notices:demo_mails": [State("some", "anybody", lambda w: w.mail and "/demo/mail")],
    "notices:demo_mail": [State("one", "anybody", lambda w: w.mail)],
    "appointments:times": [
        State("free", "anybody", at(MEETING), also=ARABIC),
        State("of a package", "anybody", at(f"{SERVICE}/termin")),
        State("unknown", "anybody", at("/leistungen/elterngeld/termin"), status=404),
    ],
    "appointments:details": [
        State("empty", "anybody", at(f"{MEETING}/angaben?zeit=20200102T0800Z"), also=ARABIC),
        State("wrong", "anybody", at(f"{MEETING}/angaben?zeit=20200102T0800Z"), press(LAST_BUTTON)),
        State("taken", "anybody", at(f"{MEETING}/angaben?zeit=20200102T0800Z"), say_who_comes, also=ARABIC),
    ],
    "appointments:booked": [
        State("new", "citizen", lambda w: f"{w.appointment}?neu=1", also=ARABIC),
        State("cancelled", "citizen", lambda w: w.cancelled_appointment),
        State("in an account", "holder", lambda w: w.kept_appointment, also=ARABIC),
    ],
    "appointments:move": [
        State("times", "citizen", lambda w: f"{w.appointment}/verschieben", also=ARABIC),
        State("ask", "citizen", lambda w: f"{w.appointment}/verschieben?zeit=20311224T0800Z"),
    ],
    "appointments:cancel": [State("ask", "citizen", lambda w: f"{w.appointment}/absagen")],
    "appointments:day": [
        State("today", "olsen", at("/desk/appointments/")),
        State("some", "olsen", lambda w: w.day_with_appointments, also=ARABIC),
    ],
    "appointments:one": [
        State("coming", "olsen", lambda w: w.appointment_at_the_desk),
        State("no reason", "olsen", lambda w: w.appointment_at_the_desk, press(LAST_BUTTON)),
        State("cancelled", "adler", lambda w: w.cancelled_appointment.replace("/termin/", "/desk/appointments/")),
    ],
    "appointments:move_for": [State("times", "olsen", lambda w: f"{w.appointment_at_the_desk}/move")],
    "appointments:enter": [
        State("empty", "olsen", at("/desk/appointments/new")),
        State("times", "olsen", at("/desk/appointments/new"), press("main form button >> nth=0"), also=ARABIC),
    ],
    "appointments:pools": [State("some", "kern", at("/desk/places"))],
    "appointments:new_pool": [State("wrong", "kern", at("/desk/places/new"), press(LAST_BUTTON))],
    "appointments:pool": [State("one", "kern", lambda w: w.pool, also=ARABIC)],
    "api:docs": [State("all", "anybody", at("/api/docs"))],
}
