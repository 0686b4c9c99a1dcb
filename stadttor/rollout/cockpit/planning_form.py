"""The form of a roll-out that is prepared: what was posted becomes a plan, a plan becomes fields again."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from stadttor.catalog.queries import release, versions
from stadttor.core.ars import LAENDER
from stadttor.core.refused import Refused
from stadttor.ground.web.blocks import Field
from stadttor.ground.web.language import N_, _
from stadttor.rollout.cockpit.lists import kreis_name, land_options
from stadttor.rollout.queries import DraftRow, SteeringRow
from stadttor.rollout.rules.drafts import LONGEST_KEYS, LONGEST_LAW, group_keys, keys_in
from stadttor.rollout.rules.groups import Group
from stadttor.rollout.rules.notice import NOTICE_DAYS, Notice
from stadttor.rollout.services import Plan
from stadttor.rollout.services.planning import FIRST_WAVE_PERCENT

KIND_HELP = {
    "adopt": N_("Authorities that do not have the service get it, to try it out. Nothing opens for citizens."),
    "upgrade": N_("Authorities with a lower version get this one from the effective date on."),
}
KINDS = {"adopt": N_("First adoption"), "upgrade": N_("Upgrade")}
# Where the page says what a rule refuses that knows no form.
AT = {
    "rollout_law": "law",
    "rollout_notice": "notice",
    "rollout_effective": "effective",
    "rollout_nobody": "keys",
    "key_revoked": "version",
    "rollout_drafts": "version",
    "no_such_version": "version",
}
PEOPLE = 100_000_000
LONG_NAMES = 5


def plan_in(posted: Mapping[str, str], body: SteeringRow, given: Mapping[str, Any], today: date) -> Plan:
    """What was posted. Refused where it is no plan; `given` are the values it keeps."""
    package, _space, version = posted.get("version", "").partition(" ")
    if not version:
        raise Refused("choice_missing", "Please choose one of the listed values.", field="version")
    kind = posted.get("kind", "")
    if kind not in KINDS:
        raise Refused("choice_missing", "Please choose one of the listed values.", field="kind")
    is_upgrade = kind == "upgrade"
    return Plan(
        release=release(package, version),
        kind=kind,
        group=_group(posted, body),
        given=given,
        first_percent=_whole(posted, "first", FIRST_WAVE_PERCENT if is_upgrade else 0, most=100),
        notice=_notice(posted, today) if is_upgrade else None,
    )


def _group(posted: Mapping[str, str], body: SteeringRow) -> Group:
    named = keys_in(posted.get("keys", "")) or _land(posted.get("land", ""), body)
    smallest, largest = _people(posted, "smallest"), _people(posted, "largest")
    if smallest is not None and largest is not None and smallest > largest:
        raise Refused("rollout_size", "The least is more than the most.", field="smallest")
    return Group(group_keys(named, body.keys), smallest, largest)


def _land(land: str, body: SteeringRow) -> tuple[str, ...]:
    """A Land; of one that a body sees in parts, these parts."""
    if land not in LAENDER:
        return ()
    inside = tuple(key for key in body.keys if key.startswith(land))
    return inside if inside and not body.sees(land) else (land,)


def _people(posted: Mapping[str, str], name: str) -> int | None:
    return _whole(posted, name, 0, most=PEOPLE) if posted.get(name, "").strip() else None


def _whole(posted: Mapping[str, str], name: str, default: int, *, most: int) -> int:
    text = posted.get(name, "").strip().replace(".", "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most):
        raise Refused("rollout_number", "Write a whole number up to {most}.", field=name, most=most)
    return int(text)


def _notice(posted: Mapping[str, str], today: date) -> Notice:
    days = _whole(posted, "notice", NOTICE_DAYS, most=365)
    parts = [posted.get(f"effective.{part}", "").strip() for part in ("year", "month", "day")]
    try:
        effective = date(*map(int, parts)) if any(parts) else today + timedelta(days=days)
    except (ValueError, OverflowError):
        raise Refused("date_missing", "Please enter a date, for example 24 12 2026.", field="effective") from None
    return Notice(posted.get("law", "").strip(), effective, days, "yes" in _listed(posted, "urgent"), dated=any(parts))


def _listed(posted: Mapping[str, str], name: str) -> list[str]:
    return posted.getlist(name) if hasattr(posted, "getlist") else [posted.get(name, "")]


def posted_of(row: DraftRow, body: SteeringRow, version: str) -> dict[str, Any]:
    """What would be posted to get this draft."""
    keys = () if row.group.keys == body.keys else row.group.keys
    only_land = len(keys) == 1 and keys[0] in LAENDER
    return {
        "version": version,
        "kind": row.kind,
        "land": keys[0] if only_land else "",
        "keys": "" if only_land else "\n".join(keys),
        "smallest": _written(row.group.smallest),
        "largest": _written(row.group.largest),
        "first": _written(row.first_percent),
        "law": row.law,
        "effective": row.effective_on.isoformat() if row.effective_on else "",
        "notice": _written(row.notice_days) if row.kind == "upgrade" else "",
        "urgent": ["yes"] if row.urgent else [],
    }


def _written(number: int | None) -> str:
    return "" if number is None else str(number)


def kept(posted: Any) -> dict[str, Any]:
    """What was posted, for the fields again."""
    names = ("version", "kind", "land", "keys", "smallest", "largest", "first", "law", "notice")
    parts = {part: posted.get(f"effective.{part}", "")[:4] for part in ("day", "month", "year")}
    return {**{name: posted.get(name, "") for name in names}, "effective": parts, "urgent": posted.getlist("urgent")}


def fields(body: SteeringRow, values: Mapping[str, Any], error: Refused | None) -> dict[str, list[Field]]:
    """The fields of the form in their groups, with what is wrong at its place."""

    place = place_of(error) if error else ""

    def made(name: str, type: str, label: str, **more: Any) -> Field:
        wrong = _(error.text, **error.values) if error and place == name else ""
        return Field(name=name, type=type, label=label, value=values.get(name, ""), error=wrong, **more)

    kinds = [{"value": kind, "label": _(word), "hint": _(KIND_HELP[kind])} for kind, word in KINDS.items()]
    lands = land_options(body)
    lands[0] = {
        "value": "",
        "label": _("The whole country") if not body.keys else _("All your body is responsible for"),
    }
    urgent = [{"value": "yes", "label": _("Urgent legal correction")}]
    return {
        "what": [
            made("version", "select", _("Service and version"), options=_versions(), radios=False),
            made("kind", "select", _("Kind"), options=kinds, radios=True),
        ],
        "whom": [
            made("land", "select", _("Land"), options=lands, radios=False, required=False),
            made(
                "keys", "textarea", _("Or single places"), required=False, maxlength=LONGEST_KEYS,
                help=_(
                    "Beginnings of regional keys, one a line: 5 digits are a Kreis, 9 an association, 12 a municipality. "
                    "They count instead of the Land."
                ),
            ),
            made("smallest", "integer", _("Inhabitants at least"), required=False),
            made("largest", "integer", _("Inhabitants at most"), required=False),
        ],
        "how": [
            made(
                "first", "integer", _("Size of the first wave, in percent"), required=False,
                help=_("Left empty: {percent} for an upgrade, everybody at once for a first adoption.", percent=FIRST_WAVE_PERCENT),
            ),
        ],
        "upgrade": [
            made("law", "text", _("Law or reason"), required=False, maxlength=LONGEST_LAW),
            made(
                "effective", "date", _("Effective date"), required=False, help=_("Left empty: the day on which the notice ends.")
            ),
            made(
                "notice", "integer", _("Days of notice"), required=False,
                help=_("Left empty: {days}. Only an urgent correction may have fewer.", days=NOTICE_DAYS),
            ),
            made("urgent", "multiselect", _("Is it urgent?"), options=urgent, required=False),
        ],
    }  # fmt: skip


def place_of(error: Refused) -> str:
    """The field at which the page says what is wrong."""
    return error.field or AT.get(error.code, "version")


def _versions() -> list[dict[str, str]]:
    """Every version that may be rolled out, the highest of each service first."""
    rows = [row for row in versions() if not row.is_revoked]
    return [
        {
            "value": f"{row.package} {row.version}",
            "label": _("{service}, version {version}", service=row.title, version=row.version),
        }
        for row in rows
    ]


def group_text(group: Group) -> str:
    """Whom a group means, in words."""
    names = [kreis_name(key) if len(key) <= LONG_NAMES else key for key in group.keys[:LONG_NAMES]]
    more = len(group.keys) - LONG_NAMES
    where = ", ".join(names) if names else _("The whole country")
    parts = [_("{places} and {count} more", places=where, count=more) if more > 0 else where]
    if group.smallest is not None:
        parts.append(_("from {count} inhabitants on", count=group.smallest))
    if group.largest is not None:
        parts.append(_("up to {count} inhabitants", count=group.largest))
    return "; ".join(parts)
