"""Has a file inspected by the bounded child process."""

import json
import subprocess
from pathlib import Path

from stadttor.core.refused import Refused
from stadttor.ground.child import python, search_path
from stadttor.ground.web.language import N_

# The child ends itself after two seconds of work; on a busy machine they may take longer.
SECONDS = 20
TEXTS = {
    "file_pixels": N_("This picture is too large. Please take a photo with fewer pixels."),
    "file_locked": N_("This PDF is locked with a password. Please save it without one."),
    "file_pages": N_("This PDF has too many pages. Please send only the pages we asked for."),
    "file_active": N_("This PDF contains programs or attachments. Please print it to a new PDF and send that."),
    "file_broken": N_("We cannot open this file. Please make a new photo or scan."),
}


def must_be_sound(data: bytes, kind: str, path: str) -> int:
    """The number of pages. Refused when the file is broken, huge, locked, active, or takes too long to read."""
    verdict = _inspect(data, kind)
    if not verdict.get("ok"):
        code = str(verdict.get("code", "file_broken"))
        raise Refused(code, TEXTS.get(code, TEXTS["file_broken"]), field=path)
    return int(verdict["pages"])


def _inspect(data: bytes, kind: str) -> dict[str, int | str | bool]:
    script = str(Path(__file__).with_name("inspector.py"))
    try:
        done = subprocess.run(  # noqa: S603  # our own script, the file comes on standard input
            python(script, kind),
            input=data,
            capture_output=True,
            timeout=SECONDS,
            cwd="/",
            env=search_path(),  # whoever broke a parser finds no password here
            check=False,
        )
        return dict(json.loads(done.stdout))
    except (subprocess.TimeoutExpired, ValueError):
        return {"ok": False, "code": "file_broken"}
