"""The table of what an address names of an authority: in its path, its query, its body. A new route needs an entry."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from stadttor.ground.clock import german_day, now
from stadttor.inventory.rules.ranking import CRITERIA, GIVEN
from stadttor.processes.queries import BUILTIN
from tests.architecture.routes import Route, routes

# Parts of addresses that name nothing of an authority: the same in every town, or of the demo as a whole.
GLOBAL = {
    "day": "2031-12-24",
    "year": "2031",
    "slug": "bewohnerparkausweis",
    "service": "bewohnerparkausweis",
    "page_id": "fahrzeug",
    "proof": "fahrzeug.zb1",
    "act": "waive",
    "ending": "returned",
    "again_act": "renew",
    "delivery_act": "again",
    "mail_name": "0",
    "name": "x",
    "month": "2031-12",
    "package": "de.stadttor.bewohnerparkausweis",
    "word": "pause",
    "list_number": "1",
    "file": "form.yaml",
    "rest": "x",
    "ars": "095775534127",
}
SAME = frozenset({"version", "version_id", "password"})
"""Names that are the looker's own or everybody's in every request: without them the foreign ones would not be reached."""
PART = re.compile(r"<(?:\w+:)?(\w+)>")
_NAMED = re.compile(r"^\{(\w+)\}$")


@dataclass(frozen=True)
class Entry:
    """One way to ask at a route beyond its path. `{case_id}` stands for the thing of this name.

    `query` travels with every method, `body` with those that have one: as a form, as JSON below /api/, and in parts where
    a value is bytes.
    """

    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)

    def names(self) -> list[str]:
        """The things it names, in order."""
        return list(dict.fromkeys(name for name in _names([self.query, self.body]) if name not in SAME))


def filled(template: Any, things: Mapping[str, str]) -> Any:
    """The template with the things in their places; whole numbers stay numbers."""
    if isinstance(template, Mapping):
        return {key: filled(value, things) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, things) for value in template]
    found = _NAMED.match(template) if isinstance(template, str) else None
    return things[found[1]] if found else template


def _names(template: Any) -> Iterator[str]:
    if isinstance(template, Mapping):
        template = list(template.values())
    if isinstance(template, list):
        for value in template:
            yield from _names(value)
    elif isinstance(template, str) and (found := _NAMED.match(template)):
        yield found[1]


DAYS = {f"{name}_day.{part}": value for name in ("first", "last") for part, value in
        {"day": "24", "month": "12", "year": "2031"}.items()}  # fmt: skip
TODAY = german_day(now())
RECEIVED = {f"received_on.{part}": str(getattr(TODAY, part)) for part in ("day", "month", "year")}
LIST = {"assignee": "{account_id}", "search": "{search}", "scope": "all"}
PERSON = {"email": "amira.yilmaz@example.org"}
CAR = {"fahrzeug.nutzung": "eigenes", "fahrzeug.zulassung": "deutschland"}
GUEST = {"name": "Amira Yılmaz", "email": "amira.yilmaz@example.org"}
PROPER_PDF = b"%PDF-1.4 %%EOF"

ENTRIES: dict[str, tuple[Entry, ...]] = {
    "portal:page": (Entry(body={"remove": "{attachment_id}", "fahrzeug.zb1": "{attachment_id}", "go": "on"} | CAR),),
    "portal:autosave": (Entry(body={"fahrzeug.zb1": "{attachment_id}"} | CAR),),
    "portal:pay": (Entry(body={"choice": "pay"}),),
    "portal:answer": (Entry(body={"text-question": "Seit Mai."}),),
    "portal:feedback": (Entry(body={"score": "5"}),),
    "portal:opinion": (Entry(body={"score": "5", "right": "x"}),),
    "portal:retrieve": (Entry(body={"choice": "decline"}), Entry(body={"choice": "fetch", "consent": "yes"})),
    "portal:show_proof": (Entry(body={"way": "here", "consent": "yes"}), Entry(body={"choice": "add"})),
    "portal:summary": (Entry(body={"declared": "yes"}),),
    "portal:later": (Entry(body={"email": "amira.yilmaz@example.org"}),),
    "entries": (Entry(body={"service": "bewohnerparkausweis", "channel": "phone", "language": "de"} | RECEIVED),
                Entry(body={"permit": "{case_id}", "act": "renew", "channel": "phone"} | RECEIVED)),
    "cases:permits": (Entry(body={"q": "Amira"}),),
    "cases:check": (Entry(body={"plate": "WUG-AY 88"}),),
    "cases:end_permit": (Entry(body={"reason": ""}),),
    "scan": (Entry(body={"title": "Ausweis", "files": PROPER_PDF}),),
    "rollout:upgrade": (Entry(body={"choice": "object", "reason": "Zu früh."}),),
    "rollout:service": (Entry(body={"reason": "Es gibt hier keine."}), Entry(body={"choice": "applies"})),
    "identity:sign_in": (Entry(body={"email": "{email}", "password": "ein falsches Kennwort"}),
                         Entry(body={"email": "{email}", "password": "{password}"})),
    "identity:member_new": (
        Entry(body={"units": "{unit_id}", "email": "x", "name": "Herr Olsen", "roles": "clerk"}),),
    "identity:member": (Entry(body={"units": "{unit_id}", "roles": "clerk", "active": "true"}),),
    "identity:invite": (
        Entry(body={"units": "{unit_id}", "email": "x", "name": "Herr Olsen", "roles": "clerk"}),),
    "identity:invitation": (Entry(body={"password": "kurz"}),),
    "identity:password": (Entry(body={"password": "kurz"}),),
    "identity:own_password": (Entry(body={"old": "x", "new": "y", "again": "y"}),),
    "identity:confirm_me": (Entry(body={"password": "x", "next": "/desk/"}),),
    "identity:passkey_sign_in": (Entry(body={"credential": "{}"}),),
    "identity:prove_by_passkey": (Entry(body={"credential": "{}"}),),
    "identity:passkeys": (Entry(body={"credential": "{}", "name": "Handy"}),),
    "identity:change_passkey": (Entry(body={"name": "Handy"}),),
    "identity:sign_in_rules": (Entry(body={"proof_for_decisions": "false"}),),
    "portal:identify": (Entry(body={"way": "{provider_id}"}),),
    "portal:identified": (Entry(body={"choice": "take"}),),
    "account:sign_in": (Entry(body={"way": "{provider_id}"}),),
    "account:arrived": (Entry(body={"choice": "open"}),),
    "account:keep_draft": (Entry(body={"choice": "keep"}),),
    "account:keep_application": (Entry(body={"choice": "keep"}),),
    "account:earlier": (Entry(body={"from": "{submission_id}", "how": "all"}),),
    "account:delivery": (Entry(body={"choice": "agree"}),),
    "account:close": (Entry(body={"confirm": "yes"}),),
    "identity:account": (Entry(body={"act": "swap"}),),
    "identity:account_answer": (Entry(body={"RelayState": "x", "SAMLResponse": "PHg+"}),),
    "simulated_account": (Entry(body={"SAMLRequest": "PHg+", "RelayState": "x"}),),
    "simulated_wallet": (Entry(query={"request_uri": "{state}"}, body={"person": "amira"}),),
    "simulated:receive": (Entry(query={"credential_offer_uri": "{secret}"}, body={"person": "amira", "tx_code": "1"}),),
    "simulated:holdings": (Entry(query={"person": "amira"}),),
    "identity:openid_callback": (Entry(query={"state": "x", "code": "y"}),),
    "identity:openid_logout": (Entry(body={"logout_token": "x.y.z"}),),
    "identity:openid_settings": (Entry(body={"label": "Rathaus", "issuer": "https://login.example", "roles": "a = clerk"}),),
    "identity:units": (Entry(body={"unit": "{unit_id}", "name": "Amt", "services": "bewohnerparkausweis"}),),
    "identity:neighbour_new": (Entry(body={"service": "bewohnerparkausweis", "helper": "nirgendwo"}),),
    "identity:neighbour": (Entry(body={"act": "dismiss", "account": "{account_id}"}), Entry(body={"act": "end"})),
    "identity:tokens": (Entry(body={"revoke": "{token_id}"}),),
    "cases:work_list": (Entry(query=LIST | {"after": "{case_id}"}),),
    "cases:search": (Entry(body={"assignee": "{account_id}", "q": "Amira", "scope": "all"}),),
    "cases:export": (Entry(query=LIST),),
    "cases:save_view": (Entry(body=LIST | {"view_name": "Eilig"}),),
    "cases:case": (Entry(query={"document": "{document_id}"}),),
    "delivery": (Entry(body={"delivery": "{delivery_id}", "channel": "counter", "reason": "Kam zurück."}),),
    "post_run": (Entry(body={"day.day": "24", "day.month": "12", "day.year": "2031"}),),
    "cases:note": (Entry(body={"text": "Rückruf"}),),
    "cases:open_protected": (Entry(body={"reason": "Rückfrage"}),),
    "cases:protect": (Entry(body={"reason": "", "version": "{version}"}),),
    "cases:step": (Entry(body={"step": "x"}),),
    "cases:assign": (Entry(body={"to": "unit", "unit_id": "{unit_id}", "version": "{version}"}),
                     Entry(body={"to": "person", "assignee_id": "{account_id}", "version": "{version}"})),
    "cases:ask": (Entry(body={"question": "Seit wann?", "version": "{version}"}),),
    "cases:decide": (Entry(body={"outcome": "granted", "version": "{version}"}),),
    "cases:preview": (Entry(body={"outcome": "granted"}),),
    "cases:confirm": (Entry(body={"agree": "yes", "version": "{version}"}),),
    "cases:deputies": (Entry(body={"for_id": "{account_id}", "deputy_id": "{other_account_id}"} | DAYS),),
    "papers:barrier": (Entry(body={"answer": "Ist behoben."}),),
    "portal:report_barrier": (Entry(body={"text": "Die Karte ist ein Bild."}),),
    "papers:assessment": (Entry(body={"status": "none", "gaps": "Ortsplan als Bild"}),),
    "descriptions:one": (Entry(body={"version": "1", "title": "Straßenfest", "summary": "Anmelden"}),),
    "descriptions:import": (Entry(body={"content": "[]"}),),
    "descriptions:new": (Entry(body={"title": ""}),),
    "descriptions:hidden": (Entry(body={"hidden": "yes"}),),
    "descriptions:take_back": (Entry(body={"version": "1"}),),
    "inventory:process": (Entry(body={"version": "1", "name": "Fundsachen", "demand": "0"}),),
    "inventory:import": (
        Entry(body={"file": b"Process;Step\nFundsachen;Abtippen\n"}),
        Entry(body={"content": '{"processes": [], "columns": [], "seen": {}}'}),
    ),
    "inventory:new": (Entry(body={"name": ""}),),
    "inventory:rating": (Entry(body=dict.fromkeys([*GIVEN, "effort"], "3")),),
    "inventory:priorities": (Entry(body=dict.fromkeys(CRITERIA, "3")),),
    "inventory:plan": (Entry(body={"horizon": "near", "goal": "Schneller"}),),
    "inventory:assessment": (Entry(body={"version": "0", "payment": "free"}),),
    "inventory:delete": (Entry(body={"confirm": "yes"}),),
    "inventory:diagram": (Entry(body={"file": BUILTIN}),),
    "cockpit:figures_open": (Entry(body={"open_licence": ""}),),
    "figures:settings": (Entry(body={"handling": "off"}),),
    "triage:comment": (Entry(body={"act": "strike", "word": "0", "seen": "x"}),),
    "triage:answer": (
        Entry(query={"comment": "{feedback_id}"}, body={"comment": "{feedback_id}", "said": "Lang", "done": "Kurz"}),
    ),
    "triage:answers": (Entry(body={"act": "publish", "answer": "{answer_id}"}),),
    "figures:costs": (Entry(body={"licence": "100", "source": "Vertrag"}),),
    "promises:new": (Entry(body={"package": "", "goal": "live"}),),
    "promises:one": (Entry(body={"act": "given_up", "reason": ""}),),
    "cockpit:promise": (Entry(body={"act": "given_up", "reason": ""}),),
    "cockpit:promise_for": (Entry(body={"package": "", "goal": "live"}),),
    "cockpit:promise_for_place": (Entry(body={"package": "", "goal": "live"}),),
    "cockpit:plan_new": (Entry(body={"version": "", "kind": "adopt"}),),
    "cockpit:plan_change": (Entry(body={"version": "", "kind": "adopt"}),),
    "cockpit:plan_values": (Entry(body={"seen": "1"}),),
    "cockpit:plan_keep": (Entry(body={"seen": "1", "confirm": "yes"}),),
    "cockpit:plan_delete": (Entry(body={"confirm": "yes"}),),
    "cockpit:act": (Entry(body={"confirm": "yes"}),),
    "cockpit:costs": (Entry(body={"year": "2026", "euros": "100", "key": "equal", "source": "Vertrag"}),),
    "requests:new": (
        Entry(query={"comment": "{feedback_id}"}, body={"comment": "{feedback_id}", "package": "x", "title": "Kürzer", "key": "x"}),
    ),
    "requests:one": (Entry(body={"act": "join"}),),
    "studio:request": (Entry(body={"act": "merge", "seen": "0", "into": "x"}),),
    "studio:open": (Entry(body={"package": "de.stadttor.hundesteuer"}),),
    "studio:new": (Entry(body={"package": ""}),),
    "studio:history": (Entry(body={"to": "1", "seen": "1"}),),
    "studio:delete": (Entry(body={"confirm": "yes"}),),
    "studio:preview": (Entry(query={"page": "x"}, body={"x": "x"}),),
    "studio:publish": (Entry(body={"act": "ask", "seen": "1", "step": "patch"}),),
    "studio:form": (Entry(body={"act": "down:page:person", "seen": "1"}),),
    "studio:add_part": (Entry(query={"kind": "page"}, body={"title": "", "seen": "1"}),),
    "studio:condition": (Entry(query={"part": "page:person", "name": "show_if"}, body={"show_if": "today != ''"}),),
    "studio:part": (Entry(query={"part": "page:person"}, body={"seen": "1", "title": "x"}),),
    "studio:texts": (Entry(body={"seen": "1", "de:title": "Fundsachen"}),),
    "studio:add_file": (Entry(query={"name": "README.md"}),),
    "studio:file": (Entry(body={"seen": "1", "content": "x"}),),
    "hand_over": (Entry(body={"act": "drop", "reason": ""}), Entry(body={"act": "keep", "seen": "0.0", "ticked": "0.0"})),
    "exchange:target": (Entry(body={"way": "folder", "place": "x"}), Entry(body={"act": "look"})),
    "finance:take": (Entry(body={"key": "x" * 32, "seen": "1000", "method": "cash"}),),
    "finance:undo": (Entry(body={"key": "x" * 32, "mistake": "method"}),),
    "finance:days": (Entry(body={"list": "2031"}),),
    "finance:day": (Entry(body={"act": "again"}),),
    "finance:books": (Entry(body={"prefix": "x"}),),
    "setup:aside": (Entry(body={"aside": "no"}),),
    "setup:areas": (Entry(query={"q": "Weißenburg"}, body={"serve": "095770173173"}),),
    "setup:opening": (Entry(body={"services": "hundesteuer"}),),
    "setup:parts": (Entry(body={"parts": ["appointments", "inventory", "figures", "feedback", "wallets"]}),),
    "setup:trying": (Entry(body={"service": "bewohnerparkausweis"}),),
    "setup:contact": (Entry(body={"lines": "Rathaus", "email": "x"}),),
    "setup:hours": (Entry(body={"day0": "8-12"}),),
    "setup:member": (Entry(body={"lines": "Hauptstraße 1", "email": "x"}),),
    "setup:law": (Entry(body={"imprint": "Amt", "officer": ""}),),
    "catalog:choose": (Entry(body={"versions": "x"}),),
    "catalog:first_settings": (Entry(body={"bewohnerparkausweis.unit": "{unit_id}"}),),
    "catalog:settings": (Entry(body={"zonen": "A"}),),
    "catalog:member_settings": (Entry(body={"zonen": "A"}),),
    "catalog:withdraw": (Entry(body={"word": "x"}),),
    "privacy:person": (Entry(body=PERSON),),
    "privacy:export": (Entry(body=PERSON | {"chosen": "{submission_id}"}),),
    "privacy:forget": (Entry(body=PERSON | {"chosen": "{submission_id}"}),),
    "privacy:keeping": (Entry(body={"act": "lift"}),),
    "privacy:stray": (Entry(body={"how": "keep"}),),
    "privacy:offer": (Entry(body={"answer": "accepted"}),),
    "privacy:open_offer": (Entry(body={"reason": "Abgabe"}),),
    "payments:simulator": (Entry(body={"choice": "pay"}),),
    "appointments:times": (Entry(query={"ort": "{pool_id}"}),),
    "appointments:details": (
        Entry(query={"zeit": "20311224T0800Z"}, body={"ort": "{pool_id}", "zeit": "20311224T0800Z", "key": "x" * 43} | GUEST),),
    "appointments:keep": (Entry(body={"choice": "keep"}),),
    "appointments:move": (Entry(body={"zeit": "20311224T0800Z"}),),
    "appointments:enter": (
        Entry(query={"what": "{what}"}, body={"what": "{what}", "zeit": "20311224T0800Z", "key": "x" * 43} | GUEST),),
    "appointments:one": (Entry(body={"reason": ""}),),
    "appointments:look": (Entry(body={"look": "Anruf"}),),
    "appointments:protect": (Entry(body={"protects": "no"}),),
    "appointments:mark": (Entry(body={"state": "booked"}),),
    "appointments:move_for": (Entry(body={"zeit": "20311224T0800Z"}),),
    "appointments:new_pool": (Entry(body={"name": ""}),),
    "appointments:pool": (Entry(body={"name": ""}),),
    "api:create_draft": (Entry(body={"service": "bewohnerparkausweis"}),),
    "api:add_attachment": (Entry(body={"path": "fahrzeug.zb1", "file": PROPER_PDF}),),
    "api:hand_in": (
        Entry(body={"draft": "{draft_id}", "declared": True,
                    "answers": {"antrag": {"art": "neu"},
                                "fahrzeug": {"nutzung": "eigenes", "zb1": ["{attachment_id}"]}}}),),
    "api:cases": (Entry(query={"after": "{case_id}"}),),
    "api:search_cases": (Entry(body={"words": "Amira", "after": "{case_id}"}),),
    "api:ask_back": (
        Entry(body={"version": 1, "items": [{"kind": "question", "text": "Seit wann?"}]}),),
    "api:decide": (Entry(body={"version": 1, "outcome": "granted"}),),
}  # fmt: skip
NOTHING_MORE = frozenset({
    "portal:home", "portal:imprint", "portal:privacy", "portal:service_privacy",
    "portal:accessibility", "portal:listing", "portal:service",
    "entered", "entered_summary", "portal:permit", "portal:permit_again", "portal:retrieved", "portal:take",
    "post_room", "make_run", "undo_run", "run_pdf",
    "issuing:offer", "issuing:token", "issuing:nonce", "issuing:credential", "issuing:status", "well_known:issuer",
    "well_known:server",
    "account:home", "account:go_on", "account:sign_out", "account:export",
    "portal:start", "portal:delete", "portal:file", "portal:resume", "portal:status", "portal:withdraw",
    "portal:document", "portal:export", "static", "accent", "crest", "desk", "fee", "finance:receipt",
    "finance:year_csv", "finance:day_csv", "finance:day_pdf", "hand_overs", "hand_over_file",
    "exchange:targets", "file_pdf", "file_zip", "identity:sign_out",
    "identity:accounts", "identity:account_metadata", "identity:wallet_access",
    "identity:wallet_request", "identity:wallet_answer", "identity:wallet_done", "portal:wallet",
    "identity:invite_again", "identity:withdraw_invitation", "catalog:undo_planned", "catalog:change_planned", "catalog:correct_dated",
    "used_values",
    "identity:sessions", "identity:end_session", "identity:sign_out_member", "identity:remove_passkeys_of",
    "identity:ask_to_sign_in", "identity:ask_to_prove", "identity:ask_to_register",
    "identity:openid_start", "identity:openid_proof",
    "identity:members", "tenancy:responsible", "catalog:catalogue", "catalog:package", "catalog:adopt",
    "catalog:adoption", "catalog:go_live", "catalog:to_test", "catalog:upgrade", "cases:open_view", "cases:remove_view",
    "identity:neighbours", "cases:helping", "cases:take", "cases:give_back", "cases:stop_asking", "written_answer",
    "cases:undo", "cases:close", "cases:reopen", "cases:document", "cases:end_deputy",
    "federation:index", "federation:archive",
    "rollout:announced", "rollout:services", "cockpit:overview", "cockpit:packages_csv", "cockpit:packages_xlsx",
    "cockpit:package", "cockpit:authorities", "cockpit:authorities_csv", "cockpit:authorities_xlsx", "cockpit:kreis",
    "cockpit:authority", "cockpit:rollouts", "cockpit:rollout", "cockpit:left", "cockpit:left_csv", "cockpit:left_xlsx",
    "cockpit:plan", "cockpit:plan_try", "cockpit:places_csv", "cockpit:places_xlsx", "cockpit:authority_csv", "cockpit:authority_xlsx",
    "cockpit:rollouts_csv", "cockpit:rollouts_xlsx",
    "promises:own", "promises:csv", "promises:xlsx", "cockpit:promises", "cockpit:promises_csv", "cockpit:promises_xlsx",
    "cockpit:figures", "cockpit:figures_csv", "cockpit:figures_xlsx", "cockpit:figures_json", "cockpit:figures_of",
    "cockpit:figures_of_csv", "cockpit:figures_of_xlsx", "cockpit:figures_report", "open_figures:across", "cockpit:cost",
    "cockpit:cost_csv", "cockpit:cost_xlsx",
    "costs:own", "costs:csv", "costs:xlsx",
    "papers:overview", "papers:barriers", "papers:record", "papers:record_csv", "papers:processor", "papers:screening",
    "descriptions:overview", "descriptions:preview", "descriptions:csv", "descriptions:json", "descriptions:example_csv",
    "descriptions:example_json",
    "inventory:overview", "inventory:roadmap", "inventory:maturity",
    "inventory:take_over", "inventory:take_volume", "inventory:priorities_csv", "inventory:priorities_xlsx",
    "inventory:roadmap_csv", "inventory:roadmap_xlsx", "inventory:csv", "inventory:xlsx",
    "setup:overview", "setup:members", "figures:overview", "figures:service", "figures:csv", "figures:xlsx", "figures:json",
    "figures:report", "open_data:figures",
    "studio:copies", "studio:copy",
    "triage:comments", "triage:csv", "requests:own", "studio:requests",
    "insights:feedback", "privacy:archive", "privacy:offer_zip", "notices:demo_mails", "notices:demo_mail",
    "appointments:booked", "appointments:ics", "appointments:cancel", "appointments:day", "appointments:delete",
    "appointments:pools", "appointments:follow",
    "api:docs", "api:description",
    "api:who_is_responsible", "api:services", "api:service", "api:form_schema", "api:remove_draft", "api:status",
    "api:adopted", "api:case", "api:list_documents", "api:document", "api:api-root", "api:",
})  # fmt: skip
"""Routes that name things in their path only, or nothing of an authority at all."""
UNSEEN = frozenset({
    ("identity:tokens", "token_id"), ("cases:remove_view", "filter_id"), ("identity:account_answer", "provider_id"),
    ("identity:wallet_request", "state"), ("identity:wallet_answer", "state"), ("portal:wallet", "draft_id"),
    ("portal:show_proof", "draft_id"), ("identity:withdraw_invitation", "invitation_id"),
    ("issuing:offer", "secret"), ("portal:take", "submission_id"), ("simulated_wallet", "state"),
    ("simulated:receive", "secret"),
})  # fmt: skip
"""Names that are looked at without a word about it: to end or remove what does not exist is no error, and an answer that
nobody asked for is refused in the same words everywhere. The towns of the tests cannot ask wallets nor issue into them: their
own questions, offers and pages are unknown as well; test_wallet_sign_in.py and test_issuing.py of identity look next door."""
EVERYWHERE = Entry(query={"id": "{case_id}", "case": "{case_id}", "unit": "{unit_id}"})
"""Sent to routes that take nothing: what a careless page might read without having told."""


@dataclass(frozen=True)
class Target:
    """A route with one way to ask at it."""

    route: Route
    number: int
    entry: Entry

    @property
    def in_path(self) -> list[str]:
        """What its path names of an authority."""
        return [name for name in PART.findall(self.route.pattern) if name not in GLOBAL and name not in SAME]

    def names(self) -> list[str]:
        """Everything it names of an authority."""
        return list(dict.fromkeys(self.in_path + self.entry.names()))


def targets() -> list[Target]:
    """Every route with every way to ask at it. Raises LookupError for a route without an entry."""
    return [
        Target(route, number, entry)
        for route in routes()
        for number, entry in enumerate(entries_of(route))
    ]  # fmt: skip


def entries_of(route: Route) -> tuple[Entry, ...]:
    """How to ask at a route. Raises LookupError when the table does not know it."""
    if route.name in ENTRIES:
        return ENTRIES[route.name]
    if route.name not in NOTHING_MORE:
        raise LookupError(f"{route.name} ({route.pattern}) has no entry in tests/isolation/table.py")
    return (Entry() if Target(route, 0, Entry()).in_path else EVERYWHERE,)


def mixtures(names: list[str]) -> list[frozenset[str]]:
    """Which of the names are somebody else's: all, and each by itself among the looker's own."""
    return [frozenset(names), *(frozenset({name}) for name in names if len(names) > 1)]
