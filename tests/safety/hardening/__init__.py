"""The map of OWASP ASVS 5.0 level 2, requirement by requirement, and every address as a hostile browser meets it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

from tests.measuring.circumstances import ROOT
from tests.measuring.lines import Line
from tests.safety.hardening.asvs import FIGURES, IDS, SHOWN, STATES, faults_of, missing_from, read_map, shown_by
from tests.safety.hardening.opening import EXEMPT, unseen
from tests.safety.least import size_of, too_few
from tests.safety.outcome import Outcome
from tests.safety.running import RowLines, Size
from tests.safety.stand import Stand, make_authority

DATABASE = "safety_hardening"
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "TRACE"})
LEAST = {
    "requirements": (len(IDS), len(IDS)), "routes by every method": (200, 200), "requests of the colleague": (150, 150),
}  # fmt: skip
"""The same in every size."""
WHO = ("link", "colleague", "leader", "system", "steering", "secret", "clerk")
ODD = (
    "a made-up host", "a form of 3 MB", "its twin of three bytes", "a rush from one address", "a rush at one town",
    "its neighbour meanwhile",
)  # fmt: skip
"""What no honest browser sends, and the rushes."""


def run(size: Size, lines: RowLines, stand: Stand) -> None:
    """The same in every size: the whole map and the whole table of addresses."""
    requirements = read_map(ROOT / "docs" / "security" / "asvs.toml")
    for one in requirements:
        told = {"shown": shown_by(one)} if one.state == "met" else {}
        lines.write("requirement", id=one.id, state=one.state, faults=faults_of(one, ROOT), **told)
    lines.write("map", missing=missing_from(requirements))
    stand.product_at(stand.database(DATABASE))
    from tests.safety.hardening.probes import over_tls, probe
    from tests.safety.hardening.rushing import probe_rushes
    from tests.safety.hardening.within import probe_within

    with over_tls():
        probe(lines, _with_a_crest(make_authority("weissenburg", "Weißenburg i. Bay.")))
        probe_within(lines, make_authority("muenchen", "München"))
        probe_rushes(lines, "muenchen", "weissenburg")


def _with_a_crest(town: UUID) -> UUID:
    """Its own drawing, as every town has one: without it the product's sign is shown, which is another file."""
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.tenancy.demo import AUTHORITIES
    from stadttor.tenancy.services import describe

    describe(town, crest=AUTHORITIES[0].shield.svg(), actor=SYSTEM, now=now())
    return town


def outcome(lines: Sequence[Line]) -> Outcome:
    """Broken are a map that is not whole or names what does not exist, and a response without its guards. Whether a test shows
    what the map says of it, nothing here can tell.
    """
    requirements = [line for line in lines if line["kind"] == "requirement"]
    probes = [line for line in lines if line["kind"] == "probe"]
    states = Counter(line["state"] for line in requirements)
    shown = Counter(line.get("shown") for line in requirements)
    wrong = [*_untried(lines, requirements, probes)]
    wrong += [
        f"not on the map, or not of the standard: {one}"
        for line in lines
        if line["kind"] == "map"
        for one in line["missing"]
    ]
    wrong += [f"{line['id']}: {fault}" for line in requirements for fault in line["faults"]]
    wrong += [f"{line['method']} {line['route']}: {fault}" for line in probes for fault in line["faults"]]
    wrong += [f"{line['method']} {line['route']} answered {line['status']}" for line in probes if line["status"] >= 500]
    wrong += unseen(lines)
    if probes and not any(line["kind"] == "routes" for line in lines):
        wrong.append("the run does not say what can be opened")
    return Outcome(
        injected=len(probes),
        leaked=sum(bool(line["faults"]) for line in probes),
        broken=tuple(wrong[:20]),
        figures={f"asvs_{FIGURES[state]}": states[state] for state in STATES},
        notes=(
            f"ASVS 5.0 level 2: {', '.join(f'{states[state]} {state}' for state in STATES)}, {sum(states.values())} together"
            " (docs/security/asvs.toml). Operator: met by whoever runs the installation, as a document of ours says; `asvs_operator`"
            " counts them, and the three figures of the programme leave them out.",
            f"Met are shown by {', by '.join(f'{kind} {shown[kind]}' for kind in SHOWN)}: the row reads that the map is whole and"
            " names things that exist; what they show, people judged.",
            "Addresses that need a case or a secret are asked with unknown ones and with true ones, by link, by colleagues, by a"
            " steering body and by a system: pages, files, archives, the stream. Each that can be opened was opened by somebody;"
            f" {len(EXEMPT)} have a reason.",
        ),
    )


def _untried(lines: Sequence[Line], requirements: Sequence[Line], probes: Sequence[Line]) -> Iterator[str]:
    """What a whole run has asked, and this one has not."""
    methods = defaultdict(set)
    for line in probes:
        methods[line["route"]].add(line["method"])
    tried = {
        "requirements": len({line["id"] for line in requirements}),
        "routes by every method": sum(found >= METHODS for found in methods.values()),
        "requests of the colleague": sum(line.get("who") == "colleague" for line in probes),
    }
    yield from too_few(lines, LEAST, tried)
    if size_of(lines) != "small":
        who = {line.get("who") for line in probes}
        yield from (f"nobody came as {one}" for one in WHO if one not in who)
        yield from (f"was not tried: {name}" for name in ODD if name not in methods)
