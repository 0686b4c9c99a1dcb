"""The map of OWASP ASVS 5.0 level 2, requirement by requirement, and every address as a hostile browser meets it."""

from collections import Counter
from collections.abc import Sequence

from tests.measuring.circumstances import ROOT
from tests.measuring.lines import Line
from tests.safety.hardening.asvs import FIGURES, SHOWN, STATES, faults_of, missing_from, read_map, shown_by
from tests.safety.outcome import Outcome
from tests.safety.running import RowLines, Size
from tests.safety.stand import Stand, make_authority

DATABASE = "safety_hardening"


def run(size: Size, lines: RowLines, stand: Stand) -> None:
    """The same in every size: the whole map and the whole table of addresses."""
    requirements = read_map(ROOT / "docs" / "security" / "asvs.toml")
    for one in requirements:
        told = {"shown": shown_by(one)} if one.state == "met" else {}
        lines.write("requirement", id=one.id, state=one.state, faults=faults_of(one, ROOT), **told)
    lines.write("map", missing=missing_from(requirements))
    stand.product_at(stand.database(DATABASE))
    from tests.safety.hardening.probes import over_tls, probe
    from tests.safety.hardening.within import probe_within

    with over_tls():
        probe(lines, make_authority("weissenburg", "Weißenburg i. Bay."))
        probe_within(lines, make_authority("muenchen", "München"))


def _unseen(probes: Sequence[Line]) -> list[str]:
    """What nobody opened who may."""
    from tests.safety.hardening.within import MUST_BE_SEEN

    seen = {(line.get("who"), line.get("name")) for line in probes if line["status"] == 200}
    return [f"{name} was not seen by {who}" for who, name in MUST_BE_SEEN if (who, name) not in seen]


def outcome(lines: Sequence[Line]) -> Outcome:
    """Broken are a map that is not whole or names what does not exist, and a response without its guards. Whether a test shows
    what the map says of it, nothing here can tell.
    """
    requirements = [line for line in lines if line["kind"] == "requirement"]
    probes = [line for line in lines if line["kind"] == "probe"]
    states = Counter(line["state"] for line in requirements)
    shown = Counter(line.get("shown") for line in requirements)
    wrong = [
        f"not on the map, or not of the standard: {one}"
        for line in lines
        if line["kind"] == "map"
        for one in line["missing"]
    ]
    wrong += [f"{line['id']}: {fault}" for line in requirements for fault in line["faults"]]
    wrong += [f"{line['method']} {line['route']}: {fault}" for line in probes for fault in line["faults"]]
    wrong += _unseen(probes) if probes else []
    if probes and not any(line.get("who") and line["status"] == 200 for line in probes):
        wrong.append("no page of the desk was seen signed in")
    return Outcome(
        injected=len(probes),
        leaked=sum(bool(line["faults"]) for line in probes),
        broken=tuple(wrong[:20]),
        figures={f"asvs_{FIGURES[state]}": states[state] for state in STATES},
        notes=(
            f"ASVS 5.0 level 2: {', '.join(f'{states[state]} {state}' for state in STATES)} (docs/security/asvs.toml)",
            f"Met are shown by {', by '.join(f'{kind} {shown[kind]}' for kind in SHOWN)}: the row reads that the map is whole and"
            " names things that exist; what they show, people judged.",
            "Addresses that need a case or a secret are asked with unknown ones and with true ones, by link, by a colleague and by a"
            " system: pages, files, archives, the stream.",
        ),
    )
