"""What the desk says about packages and adoptions, in the reader's language."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stadttor.catalog.queries import RevisionRow, VersionRow
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.differences import Difference
from stadttor.catalog.rules.examples import fee_of
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.rules_wording import rules_changed
from stadttor.catalog.terms import CHANNEL_WORDS, PAYMENT_WORDS, TRUST_WORDS, days, period
from stadttor.core.languages import LANGUAGES
from stadttor.ground.web.formats import money
from stadttor.ground.web.language import N_, _, ngettext

STATE_WORDS = {"test": N_("In test"), "live": N_("Live"), "withdrawn": N_("Withdrawn")}
STATE_KINDS = {"test": "warning", "live": "success", "withdrawn": "info"}
ACT_WORDS = {
    "adopted": N_("Adopted, version {version}"),
    "parameters_changed": N_("Settings changed"),
    "parameters_planned": N_("Settings planned"),
    "planned_changed": N_("Planned settings changed"),
    "planned_undone": N_("Planned settings undone"),
    "parameters_begun": N_("Planned settings began to count"),
    "planned_unfit": N_("Planned settings did not fit the version on their day"),
    "parameters_corrected": N_("Settings corrected from their day on"),
    "member_parameters_changed": N_("Settings of a member municipality changed"),
    "went_live": N_("Opened to citizens"),
    "to_test": N_("Set back to test"),
    "withdrawn": N_("Withdrawn"),
    "upgraded": N_("Changed to version {version}"),
    "rolled_out": N_("Adopted for you, version {version}"),
    "rolled_over": N_("Changed for you to version {version}"),
    "taken_back": N_("A change for all was taken back: version {version}"),
}
DONE_WORDS = {
    "adopted": N_("The service is yours to try. Citizens do not see it yet."),
    "saved": N_("The settings are saved."),
    "planned": N_("The settings are planned. Until their day those of now count."),
    "corrected": N_(
        "The correction counts. Nothing that was decided has changed; look at the cases below the correction."
    ),
    "undone": N_("The planned settings will not come."),
    "live": N_("The service is open to citizens."),
    "test": N_("The service is in test. Citizens no longer see it."),
    "withdrawn": N_("The service is withdrawn."),
    "upgraded": N_("The service uses the new version."),
}


def state(name: str) -> dict[str, str]:
    """A state as a badge: word and kind."""
    return {"label": _(STATE_WORDS[name]), "kind": STATE_KINDS[name]}


def act(row: RevisionRow) -> str:
    """What happened."""
    return _(ACT_WORDS[row.act], version=row.version)


def done(key: str) -> str:
    """What a page says after an act, by its key in the address; nothing for an unknown key."""
    return _(DONE_WORDS[key]) if key in DONE_WORDS else ""


def facts(row: VersionRow, content: PackageContent) -> list[dict[str, Any]]:
    """What a package is, row by row."""
    manifest = row.manifest
    signer = _("{publisher} (demo key, for trying only)", publisher=row.publisher) if row.is_demo else row.publisher
    return [
        {"label": _("Published by"), "value": signer},
        {"label": _("Taken from the catalogue of"), "value": row.taken_from},
        {"label": _("Version"), "value": row.version},
        {"label": _("Package name"), "value": row.package},
        {"label": _("LeiKa key"), "value": manifest.leistung or ""},
        {"label": _("Legal basis"), "value": "; ".join(manifest.law)},
        {"label": _("Ways to apply"), "value": ", ".join(_(CHANNEL_WORDS[channel]) for channel in manifest.channels)},
        {"label": _("Needed to apply online"), "value": _(TRUST_WORDS[manifest.trust])},
        {"label": _("Payment"), "value": _(PAYMENT_WORDS[manifest.payment])},
        {"label": _("Time to decide"), "value": days(manifest.due_days)},
        {"label": _("Kept after closing"), "value": period(manifest.retention)},
        {"label": _("Questions"), "value": str(len(content.form.fields))},
        {"label": _("Own tests, all passed"), "value": str(len(content.examples))},
        {"label": _("Second clerk confirms"), "value": _("Yes") if manifest.four_eyes else _("No")},
        {"label": _("Whoever decides proves who she is"), "value": _("Yes") if manifest.fresh_proof else _("No")},
        {"label": _("Who sees the cases"), "value": _seen_by(manifest)},
    ]


def _seen_by(manifest: Manifest) -> str:
    return _("The unit in charge alone (tax secrecy)") if manifest.secrecy else _("The unit in charge and leads")


def languages(row: VersionRow) -> list[dict[str, Any]]:
    """The languages of a package and how complete each is."""
    found = []
    for tag in row.manifest.languages:
        missing = row.missing_texts.get(tag, 0)
        note = ngettext("one text is still German", "{count} texts are still German", missing) if missing else ""
        found.append({"tag": tag, "known": tag in LANGUAGES, "note": note or _("complete")})
    return found


def fee_preview(
    content: PackageContent, now: Mapping[str, Any], then: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """What the package's examples cost citizens, with the settings of now and, if given, with other ones.

    Examples that bring settings of their own are left out: they tell of another town.
    """
    rows = []
    for example in content.examples:
        if not content.fees or not example.data["expect"]["valid"] or example.data.get("parameters"):
            continue
        before = fee_of(example, content, now)
        after = fee_of(example, content, now if then is None else then)
        cells = [example.data["title"], *([money(before)] if then is not None else []), money(after)]
        rows.append({"cells": cells, "marked": before != after})
    return rows


def difference(found: Difference) -> list[str]:
    """The difference of two versions, one sentence each."""
    return [*_changes(found), *_consequence(found)]


def _changes(found: Difference) -> Iterator[str]:
    sentences: Sequence[tuple[str, tuple[str, ...]]] = (
        (_("Citizens are asked in addition: {names}"), found.fields_added),
        (_("Citizens are no longer asked: {names}"), found.fields_removed),
        (_("Asked in another way: {names}"), found.fields_changed),
        (_("Fees are computed in another way: {names}"), found.fees_changed),
        (_("New settings, filled with their defaults: {names}"), found.parameters_added),
        (_("Settings that are no longer needed: {names}"), found.parameters_removed),
        (_("New legal basis: {names}"), found.law_added),
        (_("No longer the legal basis: {names}"), found.law_removed),
        (_("New languages: {names}"), found.languages_added),
        (_("Changed letters: {names}"), found.letters_changed),
    )
    for sentence, names in sentences:
        if names:
            yield sentence.format(names=", ".join(names))
    yield from rules_changed(found.rules)
    if found.texts_changed:
        yield ngettext("One text reads differently.", "{count} texts read differently.", found.texts_changed)
    if found.process_changed:
        yield _("The steps of the process change. Open cases keep theirs.")


def _consequence(found: Difference) -> Iterator[str]:
    if found.step == "patch":
        yield _("Only texts change; nothing else is different for citizens.")
    yield _("Forms that are begun and applications that were sent keep the version they began with.")
