"""Who can sign in to the demo: written when it is loaded, said on the sign-in page and on the screen."""

import json
from collections.abc import Sequence
from pathlib import Path

from stadttor.ground.web.language import N_, _

DUTIES = {
    "clerk": N_("Clerk"),
    "casework": N_("Clerk"),
    "lead": N_("Lead"),
    "organiser": N_("Organiser"),
    "warden": N_("Warden"),
    "steering": N_("Steering"),
    "publisher": N_("Publisher"),
    "post": N_("Post room"),
}
FILE = "logins.json"


def keep(folder: Path, people: Sequence[tuple[str, str, Sequence[str]]], password: str, elsewhere: str) -> None:
    """Write down name, e-mail address and roles of each colleague; `elsewhere` is the address part of another town."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(json.dumps({"people": people, "password": password, "elsewhere": elsewhere}))


def lines(folder: Path) -> list[str]:
    """The logins in the current language, one a line; nothing before the demo was loaded."""
    if not (folder / FILE).exists():
        return []
    found = json.loads((folder / FILE).read_text())
    people = [
        f"{name}: {email} ({', '.join(_(DUTIES[role]) for role in roles)})" for name, email, roles in found["people"]
    ]
    return [
        *people,
        _("Password: {password}", password=found["password"]),
        _("In other towns it is the same with {address}", address=found["elsewhere"]),
    ]
