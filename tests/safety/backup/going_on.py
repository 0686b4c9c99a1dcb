"""`python -m tests.safety.backup.going_on`: on a restored cell, what the guide says must be done before it serves people.

Writes what each command said as JSON: deletions made again, the chains verified, those resumed that lost their end, all
sealed as the worker does, verified once more.
"""

import contextlib
import io
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

LOST_ITS_END = re.compile(r"^(\S+): BROKEN: rows after position \d+ were deleted", re.MULTILINE)


def go_on(at: datetime) -> list[dict[str, Any]]:
    """`what` was done, its exit `code` and what it `said`, in order. Only a chain that lost its end is resumed."""
    from stadttor.ground import audit_cli, sealing
    from stadttor.privacy import cli as privacy_cli

    done = [
        _done("privacy erase-again", privacy_cli.main, ["erase-again"]),
        told := _done("audit verify", audit_cli.main, ["verify"]),
    ]
    for slug in LOST_ITS_END.findall(told["said"]):
        done.append(_done("audit resume", audit_cli.main, ["resume", slug]))
    for town in sealing.authorities_waiting():
        sealing.seal_waiting(town, at)
    return [*done, _done("audit verify", audit_cli.main, ["verify"])]


def _done(what: str, command: Callable[[Sequence[str]], int], words: Sequence[str]) -> dict[str, Any]:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = command(words)
    return {"what": what, "code": code, "said": said.getvalue()}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    import django

    django.setup()
    sys.stdout.write(json.dumps(go_on(datetime.now(UTC))))


if __name__ == "__main__":
    main()
