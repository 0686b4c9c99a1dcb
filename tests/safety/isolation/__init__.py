"""Every route × method × role of the URL table, with the neighbour's names and with names of nothing: the same answer."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import psycopg

from tests.isolation.names import METHODS
from tests.measuring.lines import Line
from tests.safety.isolation.watching import Watch
from tests.safety.least import size_of
from tests.safety.outcome import Outcome
from tests.safety.running import RowLines, Size
from tests.safety.stand import Stand, make_authority

if TYPE_CHECKING:
    from tests.isolation.asking import Asking, Looker, Seen
    from tests.isolation.table import Target

DATABASE = "safety_isolation"
ROLES = ("anonymous", "citizen", "clerk", "organiser", "clerk of the neighbour", "operator", "system", "steering")
"""Those of the programme, the caller of an interface, and who steers the Kreis."""
TRIES = 4
"""What a process keeps for seconds may cost a statement at one request of a pair: statements alone are asked for again."""
NOTES = (
    "Each town's Kreis has a steering body. It sees counters and roll-outs as far as its bounds go: a Kreis and an authority beyond"
    " them are as unknown as those that do not exist.",
    "The operator has no pages: he is tried at the installation's own name, with all that a town could give him.",
    "That an e-mail address has an account in another town shows to an organiser who gives it access: staff may belong to"
    " several authorities, with one account. The form is tried without an address that exists.",
)
HOMES = {
    "citizen": "portal:status", "clerk": "cases:case", "organiser": "catalog:adoption", "system": "api:case",
    "steering": "cockpit:overview",
}  # fmt: skip
"""Where each role finds its own."""
SIGN_INS = ("identity:sign_in", "account:sign_in")
LEAVES = frozenset({"identity:sign_out", "account:sign_out", "account:close"})
_LOCATION = re.compile("^Location: (.*)$", re.MULTILINE)
Cell = tuple[str, str, str]


def run(size: Size, lines: RowLines, stand: Stand) -> None:
    """Two towns with one of everything. The whole table in every size: it is the promise."""
    stand.product_at(stand.database(DATABASE))
    from stadttor.ground.models import Authority
    from stadttor.ground.work import common
    from tests.isolation.asking import Asking, lookers
    from tests.isolation.world import made, steer

    made_up = make_authority("weissenburg", "Weißenburg i. Bay."), make_authority("muenchen", "München")
    with common():
        rows = [Authority.objects.get(id=one) for one in made_up]
    here, there = (made(row) for row in rows)
    for town in (here, there):
        steer(town)
    lines.write("urls", routes=urls())
    with psycopg.connect(stand.superuser(DATABASE), autocommit=True) as admin:
        attack(Asking(here, there), lookers(here, there), lines, watch=Watch(admin, there.authority_id))
    at_home(Asking(there, here), lines)
    for text in NOTES:
        lines.write("note", text=text)


def urls() -> list[str]:
    """Every address of the product, as Django knows it, and those of the live process: whatever is attacked, these are all."""
    from tests.architecture.routes import routes
    from tests.isolation import events

    return sorted({one.pattern for one in (*routes(), *events.ROUTES)})


def attack(
    asking: "Asking",
    who: "dict[str, Looker]",
    lines: RowLines,
    *,
    wanted: Sequence[str] = (),
    methods: Sequence[str] = (),
    watch: "Watch | None" = None,
) -> None:
    """One line for each request. `wanted` are names of routes; all routes, all methods where nothing is given.

    `watch` looks after each route and method whether the neighbour's rows are as they were. Where sessions end, everybody
    signs in again, the neighbour too, which her audit tells.
    """
    from tests.isolation import events
    from tests.isolation.asking import ENDS_SESSIONS
    from tests.isolation.table import targets

    chosen = [one for one in (*targets(), *events.targets()) if not wanted or one.route.name in wanted]
    methods = methods or METHODS
    lines.write("table", routes=sorted({one.route.pattern for one in chosen}), methods=list(methods), roles=list(who))
    for target in chosen:
        for method in methods:
            for role, looker in who.items():
                _pairs(asking, looker, target, method, role, lines)
            for table in watch.changed() if watch else ():
                if not (target.route.name in ENDS_SESSIONS and table.startswith("ground_audit")):
                    lines.write("changed", route=target.route.pattern, method=method, table=table)
    if watch:
        lines.write("rows", tables=len(watch.seen), rows=sum(count for count, _ in watch.seen.values()))
    for role, status in own_things(asking, who).items():
        lines.write("role", role=role, status=status)


def own_things(asking: "Asking", who: "dict[str, Looker]") -> dict[str, int]:
    """What the roles that hold something get for it: after all that was asked they are still who they were."""
    from tests.isolation.table import targets

    home = {one.route.name: one for one in targets()}
    return {
        role: asking.seen(who[role](), home[name], "get", {}, frozenset()).status
        for role, name in HOMES.items()
        if role in who
    }


def _pairs(asking: "Asking", looker: "Looker", target: "Target", method: str, role: str, lines: RowLines) -> None:
    from tests.isolation.table import mixtures

    for number, whose in enumerate(mixtures(target.names())):
        place = {"route": target.route.pattern, "method": method, "role": role, "way": f"{target.number}.{number}"}
        for attempt in range(TRIES):
            pair = [
                asking.seen(looker(), target, method, other, whose) for other in (asking.there.things, asking.nowhere)
            ]
            for of, seen in zip(("theirs", "nothing"), pair, strict=True):
                opened = seen.status < 300 and bool(whose & set(target.in_path))
                saw = {"status": seen.status, "bytes": seen.digest, "statements": seen.statements}
                rare = (
                    {"opened": True} if opened else {"sent_to_sign_in": True} if _sent_to_sign_in(seen, target) else {}
                )
                lines.write("request", **place, attempt=attempt, of=of, **saw, **rare)
            if (pair[0].status, pair[0].text) != (pair[1].status, pair[1].text):
                break  # seen once is seen
            if pair[0] == pair[1]:
                break


def _sent_to_sign_in(seen: "Seen", target: "Target") -> bool:
    """Whoever leaves gets there, too: that is no refusal."""
    from django.urls import reverse

    led = _LOCATION.search(seen.text.partition("\n\n")[0])
    ways = {reverse(name) for name in SIGN_INS}
    return (
        bool(300 <= seen.status < 400 and led and led[1].partition("?")[0] in ways) and target.route.name not in LEAVES
    )


def at_home(asking: "Asking", lines: RowLines, *, reading: bool = False) -> None:
    """That each name is looked at: at home, with things of their own, somebody gets another answer than for nothing.

    What can be read comes first, then what changes things, last what deletes them. `reading`: the first of these only.
    """
    from tests.isolation.asking import lookers
    from tests.isolation.world import version_of

    who = [asking.here.clerk, *lookers(asking.here, asking.there).values()]
    unseen = _homely()
    for method in ("get",) if reading else ("get", "post", "delete"):
        for target, name in list(unseen):
            asking.here.things["version"] = version_of(asking.here)
            if any(_differs(asking, looker, target, method, name) for looker in who):
                unseen.remove((target, name))
                lines.write(
                    "home", route=target.route.pattern, way=target.number, name=name, method=method, answered=True
                )
    for target, name in unseen:
        lines.write("home", route=target.route.pattern, way=target.number, name=name, method="", answered=False)


def _homely() -> "list[tuple[Target, str]]":
    """Each name of each route; inner ones first, for what is done to the outer ends them; what deletes, last."""
    from tests.isolation.table import EVERYWHERE, UNSEEN, targets

    listed = [(one, name) for one in targets() for name in reversed(one.names()) if one.entry is not EVERYWHERE]
    last = ["portal:page", "portal:delete", "api:remove_draft", "portal:withdraw", "cases:close", "appointments:cancel",
            "appointments:delete"]  # fmt: skip
    known = [(one, name) for one, name in listed if (one.route.name, name) not in UNSEEN]
    return sorted(known, key=lambda one: last.index(one[0].route.name) if one[0].route.name in last else -1)


def _differs(asking: "Asking", looker: "Looker", target: "Target", method: str, name: str) -> bool:
    """Nothing is asked for until it costs the same twice: what a process keeps for seconds is no difference."""
    nothing = [asking.seen(looker(), target, method, asking.nowhere, frozenset({name})) for _ in range(2)]
    while nothing[-1] != nothing[-2] and len(nothing) < TRIES:
        nothing.append(asking.seen(looker(), target, method, asking.nowhere, frozenset({name})))
    return asking.seen(looker(), target, method, asking.here.things, frozenset()) not in nothing


def outcome(lines: Sequence[Line]) -> Outcome:
    """A leak is a pair of answers that differ in status or bytes once, or in statements each time; or a row that changed."""
    requests = [line for line in lines if line["kind"] == "request"]
    pairs: dict[tuple[Any, ...], list[Line]] = defaultdict(list)
    for line in requests:
        pairs[(line["route"], line["method"], line["role"], line["way"], line["attempt"])].append(line)
    tries: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for key, pair in pairs.items():
        tries[key[:4]].append(_fault(pair))
    leaks = [f"{', '.join(key)}: {fault}" for key, faults in tries.items() if (fault := _leak(faults))]
    leaks += [
        f"{line['method']} {line['route']} changed rows of the neighbour in {line['table']}"
        for line in lines
        if line["kind"] == "changed"
    ]
    expected = _cells(lines)
    checked = {key[:3] for key in tries} & expected
    silent = _silent(lines)
    return Outcome(
        injected=len(requests),
        leaked=len(leaks),
        refused=sum(line["status"] >= 400 or line.get("sent_to_sign_in", False) for line in requests),
        broken=(
            *leaks,
            *(f"not tried: {', '.join(cell)}" for cell in sorted(expected - checked)),
            *(f"never answered at home: {one}" for one in silent),
            *(
                f"no longer itself: {line['role']}"
                for line in lines
                if line["kind"] == "role" and line["status"] != 200
            ),
            *(() if expected else ("no route was found",)),
            *_shrunk(lines, checked),
        ),
        figures={"routes_checked": len(checked), "leaks": len(leaks)},
        notes=tuple(line["text"] for line in lines if line["kind"] == "note"),
    )


def _shrunk(lines: Sequence[Line], checked: set[Cell]) -> Iterator[str]:
    """A run that is whole only because little was asked of it: what must be tried follows from the URL table alone."""
    if size_of(lines) == "small":
        return
    known = {route for line in lines if line["kind"] == "urls" for route in line["routes"]}
    if not known:
        yield "the run does not say what stands in the URL table: it was not tried"
    whole = set(product(known, METHODS, ROLES))
    if checked != whole:
        yield f"{len(checked)} routes × methods × roles instead of {len(whole)}, those of the URL table"
    for place, what in enumerate(("routes", "methods", "roles")):
        if never := sorted({cell[place] for cell in whole} - {cell[place] for cell in checked}):
            yield f"{what} nobody tried: {', '.join(never)}"


def _leak(faults: Sequence[str]) -> str:
    """The fault of a pair that was tried several times: statements alone may differ, as long as they agree once."""
    told = [fault for fault in faults if fault and not fault.startswith("statements")]
    return told[0] if told else faults[-1] if all(faults) else ""


def _fault(pair: Sequence[Line]) -> str:
    """Empty where both are alike; begins with the statements where nothing else differs."""
    if len(pair) != 2:
        return "one request only"
    theirs, nothing = pair
    told = [f"{name} {theirs[name]} against {nothing[name]}" for name in ("status", "bytes", "statements")
            if theirs[name] != nothing[name]]  # fmt: skip
    if theirs.get("opened"):
        told.append(f"answered with {theirs['status']}")
    return "; ".join(told)


def _cells(lines: Sequence[Line]) -> set[Cell]:
    """Routes × methods × roles of the table."""
    return {
        (route, method, role)
        for line in lines
        if line["kind"] == "table"
        for route in line["routes"]
        for method in line["methods"]
        for role in line["roles"]
    }


def _silent(lines: Sequence[Line]) -> list[str]:
    home = [line for line in lines if line["kind"] == "home"]
    places = {(line["route"], line["way"], line["name"]) for line in home}
    answered = {(line["route"], line["way"], line["name"]) for line in home if line["answered"]}
    return [f"{route} ({way}), {name}" for route, way, name in sorted(places - answered)]
