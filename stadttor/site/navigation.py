"""The staff's main navigation: what her roles let her open (no role: what every member may), the present page marked."""

from collections.abc import Collection
from typing import Any

from django.urls import NoReverseMatch

from stadttor.ground.authorities import STEERING
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import N_, _
from stadttor.identity.queries import CASEWORK, Staff
from stadttor.site.parts import part_of

ENTRIES = (
    ("cases:work_list", N_("Cases"), CASEWORK, "mail"),
    ("cases:helping", N_("We help"), "clerk", "account-circle"),
    ("appointments:day", N_("Appointments"), "clerk", "calendar-today"),
    ("post_room", N_("Post room"), "post", "mail"),
    ("cases:permits", N_("Permits"), "clerk", "checklist"),
    ("finance:days", N_("Daily closing"), "clerk", "checklist"),
    ("hand_overs", N_("Hand-overs"), "clerk", "arrow-forward"),
    ("cases:check", N_("Check a number plate"), "warden", "search"),
    ("catalog:catalogue", N_("Services"), "organiser", "checklist"),
    ("descriptions:overview", N_("Descriptions of services"), "organiser", "edit"),
    ("appointments:pools", N_("Places for appointments"), "organiser", "calendar-today"),
    ("exchange:targets", N_("Targets of hand-overs"), "organiser", "arrow-forward"),
    ("finance:books", N_("Books and accounts"), "organiser", "edit"),
    ("rollout:announced", N_("Announced upgrades"), "organiser", "info"),
    ("promises:own", N_("Promises"), "organiser", "calendar-today"),
    ("costs:own", N_("Common costs"), "organiser", "checklist"),
    ("cockpit:overview", N_("Cockpit"), "steering", "checklist"),
    ("cockpit:promises", N_("Promises"), "steering", "calendar-today"),
    ("cockpit:figures", N_("Key figures"), "steering", "checklist"),
    ("cockpit:rollouts", N_("Roll-outs"), "steering", "autorenew"),
    ("studio:copies", N_("Studio"), "publisher", "edit"),
    ("studio:requests", N_("Change requests"), "publisher", "mail"),
    ("privacy:person", N_("Information on a person"), "lead", "search"),
    ("privacy:archive", N_("Archive and deletion"), "organiser", "delete"),
    ("papers:overview", N_("Legal papers"), "organiser", "info"),
    ("inventory:overview", N_("Stock of processes"), "organiser", "checklist"),
    ("figures:overview", N_("Key figures"), "organiser", "checklist"),
    ("insights:feedback", N_("Feedback of applicants"), "organiser", "info"),
    ("triage:comments", N_("Comments of applicants"), "organiser", "mail"),
    ("requests:own", N_("Change requests"), "organiser", "mail"),
    ("setup:overview", N_("Set-up"), "organiser", "home"),
    ("identity:members", N_("Staff"), "organiser", "account-circle"),
    ("identity:neighbours", N_("Neighbours help"), "organiser", "account-circle"),
    ("identity:own_password", N_("My password"), "", "edit"),
    ("identity:sessions", N_("My sign-ins"), "", "check"),
)


# What a steering body's organiser needs of hers: it serves no place and offers nothing.
STEERING_ENTRIES = ("cockpit:", "studio:", "identity:members", "identity:own_password", "identity:sessions")


def navigation(
    staff: Staff | None, path: str, kind: str = "", off: Collection[str] = frozenset()
) -> list[dict[str, Any]]:
    """The entries in order; none for somebody who is not signed in. `kind` is the authority's, `off` its switched-off parts."""
    if staff is None:
        return []
    found = [
        {"label": _(label), "href": address, "icon": icon, "current": _is_here(address, path)}
        for name, label, role, icon in ENTRIES
        if (not role or staff.may(role))
        and part_of(name) not in off
        and (kind != STEERING or name.startswith(STEERING_ENTRIES))
        and (address := _address(name))
    ]
    # One entry may lie below another: the present page is the nearest one's.
    nearest = max((str(one["href"]) for one in found if one["current"]), key=len, default="")
    return [{**one, "current": one["href"] == nearest} for one in found]


def _address(name: str) -> str:
    try:
        return url(name)
    except NoReverseMatch:
        return ""


def _is_here(address: str, path: str) -> bool:
    return path == address or path.startswith(address.rstrip("/") + "/")
