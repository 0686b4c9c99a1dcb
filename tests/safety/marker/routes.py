"""What can be opened, by the table of addresses: each page stands in one of three lists, or the row is broken.

Nobody finds every page by links alone: what nobody opened so far is asked for with all that addresses named elsewhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice, product
from urllib.parse import urlsplit

KINDS = (
    "portal:page", "portal:summary", "portal:status", "portal:export", "portal:document", "portal:file", "portal:later",
    "cases:work_list", "cases:search", "cases:case", "cases:document", "cases:export", "cases:preview", "cases:assign",
    "cases:ask", "cases:stop_asking", "written_answer", "cases:decide", "cases:deputies", "file_pdf", "file_zip",
    "scan", "run_pdf", "hand_over_file",
    "identity:members", "identity:member", "identity:member_new", "identity:invite", "identity:units",
    "identity:tokens", "catalog:settings",
    "inventory:overview", "inventory:process", "inventory:delete", "inventory:csv", "inventory:rating", "inventory:priorities",
    "inventory:plan", "inventory:roadmap", "inventory:maturity", "inventory:diagram", "inventory:assessment",
    "papers:barriers", "papers:barrier",
    "catalog:adoption", "insights:feedback", "triage:comments", "triage:csv", "triage:comment",
    "triage:answer", "requests:new", "api:cases", "api:search_cases", "api:case", "api:list_documents",
    "api:document", "api:adopted", "api:form_schema", "mail", "stream", "crest",
    "appointments:booked", "appointments:day", "appointments:one", "cases:permits", "entered_summary", "privacy:person",
    "privacy:export", "privacy:keeping", "privacy:offer_zip",
    "account:earlier", "account:export", "portal:identified",
    "issuing:credential", "portal:retrieve", "portal:retrieved",
)  # fmt: skip
"""Where the town's own people must see the mark: else not seeing it elsewhere proves nothing."""
NAMELESS = (
    "portal:home", "portal:imprint", "portal:privacy", "portal:service_privacy", "papers:overview",
    "papers:assessment", "papers:record", "papers:record_csv", "papers:processor", "papers:screening",
    "portal:report_barrier", "portal:opinion", "portal:accessibility", "portal:listing", "portal:service",
    "portal:delete", "portal:permit", "portal:withdraw", "portal:identify", "portal:take", "accent", "entries", "entered", "fee",
    "delivery", "post_room", "hand_overs", "hand_over", "cases:end_permit", "cases:reopen",
    "cases:check", "cases:protect", "cases:helping", "identity:neighbours", "identity:neighbour_new",
    "identity:sign_in", "identity:own_password", "identity:confirm_me",
    "identity:sessions", "identity:openid_settings", "identity:passkeys", "identity:sign_in_rules", "identity:accounts",
    "identity:account", "identity:wallet_access", "identity:account_metadata", "tenancy:responsible", "catalog:catalogue",
    "catalog:package", "catalog:adopt",
    "catalog:choose", "catalog:first_settings", "catalog:go_live", "catalog:to_test", "catalog:withdraw",
    "privacy:archive", "privacy:offer",
    "account:home", "account:sign_in", "account:close", "finance:days", "finance:day", "finance:day_csv", "finance:day_pdf",
    "finance:year_csv",
    "finance:books", "finance:take", "finance:undo", "exchange:targets", "exchange:target", "rollout:announced",
    "rollout:services", "rollout:service",
    "inventory:priorities_csv", "inventory:roadmap_csv",
    "descriptions:import", "descriptions:csv", "descriptions:json", "descriptions:example_csv", "descriptions:example_json",
    "descriptions:overview", "descriptions:new", "descriptions:one", "descriptions:preview",
    "inventory:new", "inventory:import", "setup:overview", "setup:areas", "setup:contact", "setup:hours", "setup:law",
    "setup:trying", "setup:opening", "setup:parts",
    "figures:overview", "figures:csv", "figures:xlsx", "figures:json", "figures:service", "figures:settings", "figures:costs",
    "cockpit:overview",
    "cockpit:packages_csv", "cockpit:packages_xlsx", "cockpit:package", "cockpit:authorities", "cockpit:authorities_csv",
    "cockpit:authorities_xlsx", "cockpit:kreis", "cockpit:authority", "cockpit:rollouts", "cockpit:rollout", "cockpit:act",
    "cockpit:plan_new",
    "cockpit:left", "cockpit:left_csv", "cockpit:places_csv", "cockpit:authority_csv", "cockpit:rollouts_csv",
    "triage:answers", "requests:own", "studio:requests", "promises:own", "promises:csv", "promises:new",
    "cockpit:promises", "cockpit:promises_csv",
    "cockpit:figures", "cockpit:figures_csv", "cockpit:figures_json", "cockpit:figures_of", "cockpit:figures_of_csv",
    "cockpit:figures_open",
    "cockpit:promise_for",
    "cockpit:costs", "costs:own", "costs:csv",
    "cockpit:promise_for_place",
    "studio:copies", "studio:new", "studio:copy", "studio:history", "studio:delete", "studio:publish", "studio:texts",
    "studio:preview", "studio:form", "studio:add_part", "studio:part",
    "studio:add_file", "studio:file",
    "api:docs", "api:description", "api:who_is_responsible", "api:services", "api:service", "appointments:ics",
    "appointments:times", "appointments:move", "appointments:cancel", "appointments:enter", "appointments:pools",
    "appointments:new_pool", "appointments:pool", "appointments:move_for", "issuing:offer", "issuing:token",
    "issuing:nonce", "issuing:status", "well_known:issuer", "well_known:server",
)  # fmt: skip
"""Pages of numbers, days and public names alone: the town's own people must have had them, and others asked for them."""
LEADS_ON = "it only leads on to another address"
OTHER_SIDE = "an identity provider or a wallet must have answered before; row isolation asks with the neighbour's names"
DEMO = "it belongs to the demo, which shows the mails and wallets of all towns and is switched off here"
EXEMPT = {
    "portal:resume": LEADS_ON, "desk": LEADS_ON, "cases:open_view": LEADS_ON, "account:go_on": LEADS_ON,
    "appointments:follow": LEADS_ON, "identity:openid_start": LEADS_ON, "identity:openid_callback": LEADS_ON,
    "identity:openid_proof": LEADS_ON, "identity:invitation": "the link of a mail to a colleague; row isolation asks with it",
    "account:arrived": OTHER_SIDE, "portal:wallet": OTHER_SIDE, "portal:show_proof": OTHER_SIDE,
    "identity:wallet_request": OTHER_SIDE, "identity:wallet_done": OTHER_SIDE,
    "simulated_wallet": DEMO, "simulated:receive": DEMO, "simulated:holdings": DEMO,
    "notices:demo_mails": DEMO, "notices:demo_mail": DEMO, "static": "the product's own files, the same for everybody",
    "appointments:details": "the form of an appointment, empty until somebody fills it; row isolation asks for it",
    "payments:simulator": "an amount, for who has the key in its address",
    "catalog:upgrade": "a question about a second version of a package; row isolation asks for it",
    "setup:members": "the municipalities of an association, which a town is not; row isolation asks for it",
    "setup:member": "one of several municipalities of an association, which a town is not; row isolation asks for it",
    "catalog:member_settings": "settings for one of several municipalities, which a town is not; row isolation asks for it",
    "catalog:change_planned": "settings that wait for their day, and the town has none; row isolation asks for it",
    "catalog:correct_dated": "settings that began on a day, and the town has none; row isolation asks for it",
    "used_values": "as catalog:correct_dated",
    "rollout:upgrade": "an upgrade that is announced to all; row isolation asks for it",
    "cockpit:plan": "what a body prepares, and none does here; row isolation asks for it",
    "cockpit:plan_change": "as cockpit:plan", "cockpit:plan_values": "as cockpit:plan", "cockpit:plan_keep": "as cockpit:plan",
    "cockpit:plan_delete": "as cockpit:plan",
    "cockpit:left_xlsx": "packed; the CSV beside it says the same and is searched",
    "cockpit:places_xlsx": "packed; the CSV beside it says the same and is searched",
    "cockpit:authority_xlsx": "packed; the CSV beside it says the same and is searched",
    "cockpit:rollouts_xlsx": "packed; the CSV beside it says the same and is searched",
    "cockpit:figures_xlsx": "packed; the CSV beside it says the same and is searched",
    "cockpit:figures_of_xlsx": "packed; the CSV beside it says the same and is searched",
    "cockpit:figures_report": "as figures:report", "open_figures:across": "as open_data:figures",
    "figures:report": "numbers of a month that is over; its text is tried by tests of the site",
    "descriptions:take_back": "a text of the town, and it has none here; row isolation asks for it",
    "requests:one": "a request of the town, and it has none here; row isolation asks for it",
    "studio:request": "a request of the town, and it has none here; row isolation asks for it",
    "promises:xlsx": "packed; the CSV beside it says the same and is searched",
    "cockpit:promises_xlsx": "packed; the CSV beside it says the same and is searched",
    "identity:neighbour": "an agreement with another town, and it has none here; row isolation asks for it",
    "cockpit:cost": "what a body stated, and none did here; row isolation asks for it",
    "cockpit:cost_csv": "as cockpit:cost", "cockpit:cost_xlsx": "as cockpit:cost",
    "costs:xlsx": "packed; the CSV beside it says the same and is searched",
    "promises:one": "a promise of the town, and it has none here; row isolation asks for it",
    "cockpit:promise": "a promise of the town, and it has none here; row isolation asks for it",
    "inventory:priorities_xlsx": "packed; the CSV beside it says the same and is searched",
    "inventory:roadmap_xlsx": "packed; the CSV beside it says the same and is searched",
    "inventory:xlsx": "packed; the CSV beside it says the same and is searched",
    "federation:index": "what is shared with other installations: packages, at the operator's own host",
    "federation:archive": "as federation:index",
    "open_data:figures": "counts of services that the authority gives to everybody, none below five",
    "cases:confirm": "a decision that waits for a second person; row isolation asks for it",
    "api:status": "an application's, for the system that sent it; row isolation asks for it",
    "api:api-root": "nothing is there", "api:": "nothing is there",
}  # fmt: skip
"""Why a page is not opened here."""
QUERIES = {"api:who_is_responsible": "?place=91781"}
MOST_OF_ROUTE = 5
_NO_WAY = ("/desk/sign-out", "/static/")

Known = Mapping[str, list[str]]


def to_open() -> dict[str, str]:
    """Each page that can be opened, by name, with the pattern of its address."""
    from tests.architecture.routes import routes

    return {route.name: route.pattern for route in routes() if route.answers_get}


def unsaid(names: Iterable[str]) -> list[str]:
    """Pages that stand in no list, so that nobody looked at what they show."""
    return sorted(set(names) - {*KINDS, *NAMELESS, *EXEMPT})


def named_in(addresses: Iterable[str]) -> Known:
    """What addresses name, by the words of their patterns; and words that are the same everywhere."""
    from django.urls import Resolver404, resolve

    from tests.isolation.table import GLOBAL

    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for address in addresses:
        try:
            kwargs = resolve(urlsplit(address).path).kwargs
        except Resolver404:
            continue
        for name, value in kwargs.items():
            found[name][str(value)] = None
    found["word"]["go-on"] = None
    for name, value in GLOBAL.items():
        found[name][value] = None
    return {name: list(values) for name, values in found.items()}


def addresses_of(name: str, pattern: str, known: Known) -> list[str]:
    """Some addresses of a page with what is known; none where a part of it is not."""
    from tests.isolation.table import PART

    parts = PART.findall(pattern)
    mixed = product(*(known.get(part, []) for part in parts))
    made = []
    for values in islice(mixed, MOST_OF_ROUTE):
        given = iter(values)
        made.append("/" + PART.sub(lambda _, given=given: next(given), pattern) + QUERIES.get(name, ""))  # type: ignore[misc]
    return [address for address in made if not address.startswith(_NO_WAY)]
