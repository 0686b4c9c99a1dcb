"""Hostile files and packages through the product's own verbs: refused for what is hostile in them, quickly, in little memory,
and nothing of them stays. Each has a harmless twin that is taken, so that only the harm can have been refused.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import psycopg

from tests.measuring.lines import Line
from tests.safety.hostile.attempts import Answer, Tried, tried
from tests.safety.least import size_of, too_few
from tests.safety.outcome import Outcome
from tests.safety.running import RowLines, Size
from tests.safety.stand import Stand, make_authority

DATABASE = "safety_hostile"
SEED = 20_261_123
MOST_S, MOST_MB = 2.0, 200.0
TRIES = 3
"""A busy machine is not the file's fault: what took too long is tried again, and is too slow only when each try was. The
figure is the slowest try of all.
"""
LEAST = {"classes": (25, 25), "packages": (60, 60), "different files": (60, 400)}
TWINNED = ("package", "schema")
"""Their lines name the twin by what is in it."""
BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
STORED = "SELECT (SELECT count(*) FROM forms_attachment) + (SELECT count(*) FROM ground_blob)"
PUBLISHED = "SELECT (SELECT count(*) FROM catalog_packageversion) + (SELECT count(*) FROM processes_definition)"


def run(size: Size, lines: RowLines, stand: Stand) -> None:
    """Every file and package in a process of its own; before and after it is counted what is stored."""
    addresses = stand.database(DATABASE)
    stand.product_at(addresses)
    from django.db import connections

    from stadttor.catalog.services import trust_key
    from stadttor.catalog.tests.builders import TRUST
    from tests.safety.hostile.slow import try_slow

    town = make_authority("weissenburg", "Weißenburg i. Bay.")
    trust_key(TRUST, now=BEGIN)
    connections.close_all()
    with psycopg.connect(stand.superuser(DATABASE), autocommit=True) as admin:
        _files(size, lines, stand, town, admin)
        _names(lines, town)
        _packages(size, lines, admin)
        _schemas(size, lines, stand.folder / "schemas")
    if size.name != "small":
        try_slow(lines, addresses, stand.folder / "slow", town, partial(_stored_at, stand.superuser(DATABASE)))
    for text in NOT_TRIED:
        lines.write("note", text=text)


NOT_TRIED = (
    "Not tried here: ten thousand parts in one request.",
    "What took over two seconds is tried up to three times, broken if each took so long; worst_refusal_s is the slowest try.",
    "Files of some hundred bytes show the memory of the process that started the child, about 70 MB.",
)


def outcome(lines: Sequence[Line]) -> Outcome:
    """Twins must be taken, everything else refused for its own reason within the limits; names must have become harmless,
    and who sends slowly keeps nobody waiting.
    """
    tries = [line for line in lines if line["kind"] in ("file", *TWINNED)]
    bad, twins = [line for line in tries if line["hostile"]], [line for line in tries if not line["hostile"]]
    names, slow = ([line for line in lines if line["kind"] == kind] for kind in ("name", "slow"))
    accepted = [line for line in bad if not line["refused"]]
    counted = Counter(line["kind"] for line in bad)
    worst = max((line.get("slowest", line["seconds"]) for line in bad), default=0)
    broken = [fault for line in bad for fault in _faults(line)]
    broken += [f"the harmless twin of {line['of']} was refused: {line['text']}" for line in twins if line["refused"]]
    broken += [f"the name {line['sent']!a} was kept as {line['kept']!a}" for line in names if not line["harmless"]]
    broken += [fault for line in slow if line["promised"] for fault in _held(line)]
    broken += _too_few(bad, twins, counted, lines)
    return Outcome(
        injected=len(tries) + len(names) + len(slow),
        leaked=sum(line["stored"] for line in bad + slow),
        stuck=sum(line["left"] for line in bad),
        refused=len(bad) - len(accepted),
        worst_s=worst or None,
        worst_memory_mb=max((line["memory_mb"] for line in bad), default=None),
        broken=tuple(broken),
        figures={
            "hostile_files": len(_different(bad)),
            "hostile_packages": counted["package"],
            "hostile_accepted": len(accepted) + sum(not line["harmless"] for line in names),
            "hostile_names": len(names),
            "worst_refusal_s": worst,
            "worst_memory_mb": max((line["memory_mb"] for line in bad), default=0),
            **({"hostile_schemas": counted["schema"]} if counted["schema"] else {}),
        },
        notes=(*(line["text"] for line in lines if line["kind"] == "note"), *map(_told, slow)),
        known={
            "classes": frozenset(line["of"] for line in bad if line["kind"] == "file"),
            "packages": frozenset(line["of"] for line in bad if line["kind"] == "package"),
            "data schemas": frozenset(line["of"] for line in bad if line["kind"] == "schema"),
        },
    )


def _different(bad: Sequence[Line]) -> set[str]:
    """Hostile files by their bytes: what was sent ten times is one."""
    return {line["sha256"] for line in bad if line["kind"] == "file" and "sha256" in line}


def _held(line: Line) -> Iterator[str]:
    """What slow senders did to the others, or left behind."""
    what = f"{line['clients']} slow senders"
    if line["late"]:
        yield f"{what}: {line['late']} of {line['asked']} others waited longer than {MOST_S} s"
    if line["stored"]:
        yield f"{what}: something of it is stored"


def _told(line: Line) -> str:
    said = f"{line['clients']} senders of a byte now and then: {line['late']} of {line['asked']} others waited over {MOST_S} s"
    return (
        said
        if line["promised"]
        else f"{said}; only a proxy that takes bodies in first prevents it (docs/operating/proxy.md)"
    )


def _faults(line: Line) -> Iterator[str]:
    """What is wrong with how one hostile thing was answered."""
    what = f"{line['kind']} {line['of']} ({line['number']})"
    if line["died"]:
        yield f"{what}: the process died"
    elif not line["refused"]:
        yield f"{what}: taken"
    elif not ("Mend:" in line["text"] or "Please" in line["text"]):
        yield f"{what}: says not what to do: {line['text']}"
    elif strange := [word for word in line.get("says", ()) if word not in f"{line['refused']}: {line['text']}"]:
        yield f"{what}: not refused for {', '.join(strange)} but {line['refused']}: {line['text']}"
    if line["seconds"] > MOST_S:
        yield f"{what}: {line['seconds']} s"
    if line["memory_mb"] > MOST_MB:
        yield f"{what}: {line['memory_mb']} MB"
    if line["left"]:
        yield f"{what}: {line['left']} processes still ran"
    if line["stored"]:
        yield f"{what}: something of it is stored"


def _too_few(bad: list[Line], twins: list[Line], counted: Counter[str], lines: Sequence[Line]) -> list[str]:
    """At night all that the programme asks for; with each push every class, and fewer files of it."""
    files = {line["of"] for line in bad if line["kind"] == "file"}
    taken = {line["of"] for line in twins if not line["refused"]}
    faults = [f"no harmless twin of {one}" for one in sorted(files - taken)]
    taken = {line.get("twin") for line in twins if line["kind"] in TWINNED and not line["refused"]}
    faults += [
        f"no harmless twin of {line['of']}" for line in bad if line["kind"] in TWINNED and line.get("twin") not in taken
    ]
    if size_of(lines) != "small" and not any(line["kind"] == "slow" and line["promised"] for line in lines):
        faults.append("no slow sender was tried")
    found = {"classes": len(files), "packages": counted["package"], "different files": len(_different(bad))}
    return [*faults, *too_few(lines, LEAST, found)]


def _files(size: Size, lines: RowLines, stand: Stand, town: UUID, admin: psycopg.Connection[tuple[int]]) -> None:
    from tests.safety.hostile.files import CLASSES as KINDS

    count = size.pick(small=1, ci=3, night=10)
    stored = _counter(admin, STORED, stand.folder / "var" / "files")
    for kind in KINDS[:: size.pick(small=8, ci=1, night=1)]:
        folder = stand.folder / "corpus" / kind.name
        _made_elsewhere(folder, [*[kind.bad] * count, kind.good], kind.name)
        for number in range(count + 1):
            data = (folder / str(number)).read_bytes()
            act = _sending(town, data, f"nachweis.{kind.ending}", kind.max_mb)
            told = {
                "size": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
                "says": [kind.code] if number < count else [],
            }
            _attempt(lines, "file", kind.name, number, hostile=number < count, act=act, stored=stored, **told)
            (folder / str(number)).unlink()


def _made_elsewhere(folder: Path, makers: list[Callable[[Random], bytes]], name: str) -> None:
    """By another process, so that what it takes to make a bomb is not counted as what it takes to refuse it."""
    folder.mkdir(parents=True)
    child = os.fork()
    if child == 0:
        try:
            for number, make in enumerate(makers):
                (folder / str(number)).write_bytes(make(Random(f"{SEED} {name} {number}")))
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def _names(lines: RowLines, town: UUID) -> None:
    from stadttor.forms.uploads.kinds import NAME_MAX
    from tests.safety.hostile.files import NAMES, pdf

    for sent in NAMES:
        answer = tried(_sending(town, pdf(Random(sent)), sent, 10, tells_name=True))
        kept = answer.text
        harmless = kept.isprintable() and not set(kept) & set('/\\<>:"|?*\0') and 4 < len(kept) <= NAME_MAX + 4
        harmless = harmless and kept.endswith(".pdf") and not kept.startswith(".") and not answer.refused
        lines.write("name", sent=ascii(sent)[:80], kept=kept, harmless=bool(harmless))


def _packages(size: Size, lines: RowLines, admin: psycopg.Connection[tuple[int]]) -> None:
    """First all hostile ones, then each twin once, under a name of its own."""
    from tests.safety.hostile.packages import PACKAGES as KINDS
    from tests.safety.hostile.spoiling import renamed

    stored, twins = _counter(admin, PUBLISHED, None), {}
    for number, name in enumerate(list(KINDS)[:: size.pick(small=9, ci=1, night=1)]):
        one, files = KINDS[name], KINDS[name].twin()
        archive, twin = one.make(), _fingerprint(files)
        told = {"size": len(archive), "says": list(one.says), "twin": twin}
        _attempt(lines, "package", name, number, hostile=True, act=_publishing(archive), stored=stored, **told)
        twins.setdefault(twin, (name, files))
    for number, (twin, (name, files)) in enumerate(twins.items()):
        archive = renamed(files, f"de.example.zwilling{number}")
        told = {"size": len(archive), "says": [], "twin": twin}
        _attempt(lines, "package", name, number, hostile=False, act=_publishing(archive), stored=stored, **told)


def _schemas(size: Size, lines: RowLines, folder: Path) -> None:
    """Each, and right after it its twin, from files to a folder that is counted."""
    from tests.safety.hostile.schemas import SCHEMAS as KINDS

    for number, name in enumerate(list(KINDS)[:: size.pick(small=9, ci=1, night=1)]):
        sent = {True: KINDS[name].bad(), False: KINDS[name].good()}
        twin = _fingerprint({str(place): content for place, content in enumerate(sent[False])})
        for hostile, contents in sent.items():
            place = folder / f"{number}-{hostile}"
            place.mkdir(parents=True)
            paths = [place / f"{part}.xml" for part in range(len(contents))]
            for path, content in zip(paths, contents, strict=True):
                path.write_bytes(content)
            told = {"size": sum(map(len, contents)), "says": list(KINDS[name].says) if hostile else [], "twin": twin}
            stored = partial(_files_below, place / "package")
            act = _importing(paths, place / "package")
            _attempt(lines, "schema", name, number, hostile=hostile, act=act, stored=stored, **told)


def _fingerprint(files: Mapping[str, bytes]) -> str:
    """The same for the same contents."""
    told = "".join(f"{path}:{hashlib.sha256(content).hexdigest()};" for path, content in sorted(files.items()))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _attempt(
    lines: RowLines, kind: str, of: str, number: int, *, hostile: bool, act: Callable[[], Answer],
    stored: Callable[[], int], **told: Any,
) -> None:  # fmt: skip
    before, results = stored(), [tried(act)]
    while hostile and results[-1].seconds > MOST_S and len(results) < TRIES:
        results.append(tried(act))
    best: Tried = min(results, key=lambda one: one.seconds)
    values = asdict(best) | {"left": sum(one.left for one in results), "died": any(one.died for one in results)}
    values |= {"memory_mb": max(one.memory_mb for one in results), "slowest": max(one.seconds for one in results)}
    lines.write(
        kind, of=of, number=number, hostile=hostile, tries=len(results), stored=stored() - before, **told, **values
    )


def _sending(town: UUID, data: bytes, name: str, max_mb: int, *, tells_name: bool = False) -> Callable[[], Answer]:
    """Somebody adds the file to a new draft."""

    def act() -> Answer:
        from stadttor.core.refused import Refused
        from stadttor.forms import ports, queries
        from stadttor.forms.services.attaching import attach
        from stadttor.forms.services.drafting import start_draft
        from stadttor.forms.tests.conftest import FakeScanner

        ports.use_scanner(FakeScanner())
        draft = start_draft(
            authority_id=town, token=os.urandom(32).hex(), service="muster", adoption_id=uuid4(), revision_id=uuid4(),
            language="de", now=BEGIN,
        )  # fmt: skip
        try:
            attachment = attach(
                authority_id=town, draft_id=draft, path="person.nachweis", name=name, data=data,
                accept=("pdf", "jpeg", "png"), max_mb=max_mb, now=BEGIN,
            )  # fmt: skip
        except Refused as refused:
            return Answer(refused.code, refused.text)
        return Answer("", queries.attachment_bytes(town, attachment)[0].name if tells_name else "")

    return act


def _publishing(archive: bytes) -> Callable[[], Answer]:
    """An operator publishes it."""

    def act() -> Answer:
        from stadttor.catalog.rules.faults import PackageRefused
        from stadttor.catalog.services import publish

        try:
            publish(archive=archive, now=BEGIN)
        except PackageRefused as refused:
            return Answer("package_refused", str(refused))
        return Answer("", "")

    return act


def _importing(paths: Sequence[Path], folder: Path) -> Callable[[], Answer]:
    """Somebody makes a package of it."""
    from stadttor.catalog.checks import house_checks
    from stadttor.catalog.fim.cli import imported
    from stadttor.catalog.rules.faults import PackageRefused

    def act() -> Answer:
        try:
            with redirect_stdout(StringIO()):
                imported(paths[0], folder, "de.example.probe", paths[1:], house_checks())
        except PackageRefused as refused:
            return Answer("package_refused", str(refused))
        return Answer("", "")

    return act


def _stored_at(address: str) -> int:
    with psycopg.connect(address, autocommit=True) as admin:
        return _counter(admin, STORED, None)()


def _counter(admin: psycopg.Connection[tuple[int]], query: str, folder: Path | None) -> Callable[[], int]:
    """Rows, and files where there is a folder."""

    def count() -> int:
        row = admin.execute(query).fetchone()
        return (row[0] if row else 0) + (_files_below(folder) if folder else 0)

    return count


def _files_below(folder: Path) -> int:
    return sum(len(names) for _, _, names in os.walk(folder))
