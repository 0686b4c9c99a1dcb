"""What can be opened must have been opened by somebody, or have a reason here: the table of addresses says what there is."""

from collections.abc import Iterator, Sequence

from tests.measuring.lines import Line

LEADS_ON = "it only leads on to another address"
OTHER_SIDE = "an identity provider or a wallet must have answered before, and none does in this row"
SHARED = "what is shared with other installations is at the operator's own host, and nothing is shared in this row"
DEMO = "it belongs to the demo, and there is none in this row"
EXEMPT = {
    "portal:resume": LEADS_ON,
    "desk": LEADS_ON,
    "studio:add_file": LEADS_ON,
    "cases:open_view": LEADS_ON,
    "account:go_on": LEADS_ON,
    "appointments:follow": LEADS_ON,
    "identity:openid_start": LEADS_ON,
    "identity:openid_callback": LEADS_ON,
    "identity:openid_proof": LEADS_ON,
    "account:arrived": OTHER_SIDE,
    "portal:identified": OTHER_SIDE,
    "portal:wallet": OTHER_SIDE,
    "portal:show_proof": OTHER_SIDE,
    "identity:wallet_request": OTHER_SIDE,
    "identity:wallet_done": OTHER_SIDE,
    "portal:take": OTHER_SIDE,
    "issuing:offer": OTHER_SIDE,
    "issuing:status": OTHER_SIDE,
    "open_data:figures": "the authority of this row gives nothing to everybody, which tests of insights do",
    "simulated_wallet": DEMO,
    "simulated:receive": DEMO,
    "notices:demo_mail": DEMO,
    "run_pdf": "the print run of this row has no letters: row marker opens one that has",
    "delivery": "the newest letter of this row waits for the post: tests of the delivery pages open it for one that went",
    "catalog:upgrade": "it needs a second version of a package, which tests of catalog publish",
    "setup:members": "it needs an association of several municipalities, which tests of the set-up prepare",
    "setup:member": "it needs an association of several municipalities, which tests of the set-up prepare",
    "catalog:member_settings": "it needs an association of several municipalities, which tests of catalog prepare",
    "cockpit:plan_keep": "a plan that was not tried leads back to it, and none is tried in this row: tests of rollout do",
    "open_figures:across": "the steering body of this row gives nothing to everybody, which tests of rollout do",
    "cockpit:figures_report": "it needs a month that is over, which tests of the site make",
    "figures:report": "it needs a month that is over, which tests of the site make",
    "cases:confirm": "it needs a decision that a second person confirms, which tests of cases prepare",
    "federation:index": SHARED,
    "federation:archive": SHARED,
    "api:api-root": "nothing is there: the API says so in its own words",
    "api:": "nothing is there: the API says so in its own words",
}
"""By name of the page, why nobody opens it in this row."""


def unseen(lines: Sequence[Line]) -> Iterator[str]:
    """What can be opened, and nobody opened; and a reason that is none, as the page was opened or is gone."""
    table = {route: name for line in lines if line["kind"] == "routes" for route, name in line["opened"]}
    opened = {
        line["route"] for line in lines if line["kind"] == "probe" and line["method"] == "GET" and line["status"] < 300
    }
    if not table:
        return
    known, seen = set(table.values()), {name for route, name in table.items() if route in opened}
    yield from (f"{name} was opened by nobody" for name in sorted(known - seen - set(EXEMPT)))
    yield from (f"{name} needs no exemption" for name in EXEMPT if name in seen or name not in known)
