"""Somebody turns a byte in the backup, cuts a file or takes one away: the check must name it."""

import random
from pathlib import Path

from tests.safety.backup.lost_cell import LostCell
from tests.safety.running import RowLines


def tamper(lines: RowLines, number: int, cell: LostCell, chance: random.Random) -> None:
    """One change, checked and undone."""
    from stadttor.ground.backup.cell import cell_below
    from stadttor.ground.backup.checking import check
    from stadttor.ground.backup.folder import Folder
    from stadttor.ground.backup.problems import BackupProblem

    folder = Folder(cell.folder)
    path = chance.choice(_places(folder.path, chance))
    sound = path.read_bytes()
    act = chance.choice((_turned, _cut, _gone))
    act(path, sound, chance)
    try:
        sets = folder.finished()
        faults = [fault for one in sets for fault in check(folder, one, cell_below(cell.var))]
    except BackupProblem as problem:
        faults = [str(problem)]
    path.write_bytes(sound)
    place = str(path.relative_to(folder.path))
    lines.write("tampered", number=number, act=act.__name__, path=place, found=bool(faults), said=faults[:1])


def _places(folder: Path, chance: random.Random) -> list[Path]:
    """A part of a set, a file, heads: alike often."""
    sets = sorted(folder.glob("sets/*/*"))
    listed = {
        line.split('"')[3] for path in folder.glob("sets/*/files.jsonl") for line in path.read_text().splitlines()
    }
    files = [folder / "files" / name for name in sorted(listed)]
    heads = [path for path in sorted(folder.glob("heads/*")) if path.stat().st_size]
    return chance.choice([places for places in (sets, files, heads) if places])


def _turned(path: Path, sound: bytes, chance: random.Random) -> None:
    place = chance.randrange(len(sound) // 2) if path.parent.name == "heads" else chance.randrange(len(sound))
    path.write_bytes(sound[:place] + bytes([sound[place] ^ 1 << chance.randrange(8)]) + sound[place + 1 :])


def _cut(path: Path, sound: bytes, chance: random.Random) -> None:
    path.write_bytes(sound[: chance.randrange(len(sound) // 2)])


def _gone(path: Path, sound: bytes, chance: random.Random) -> None:
    path.unlink()
