"""A permit is revoked: a Bescheid like any other (§ 49 VwVfG), with reason and remedy, on its lawful way, told by mail."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from stadttor.cases import services as cases
from stadttor.cases.queries.permits import PermitView, permit_of
from stadttor.core.languages import OFFICIAL
from stadttor.core.refused import not_found
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.files import FileRef
from stadttor.ground.jobs import job
from stadttor.ground.web import formats
from stadttor.ground.web.language import N_, _, speaking
from stadttor.notices.letters import builtin, render_letter
from stadttor.notices.letters.data import letter_data
from stadttor.notices.services import post_message
from stadttor.records.queries import is_filed
from stadttor.records.services import file_document, put
from stadttor.site.applications import Submitted
from stadttor.site.delivering import send_decided
from stadttor.site.letter_facts import letter_facts
from stadttor.site.matter import Matter, mail, matter_of, said, title_in
from stadttor.site.remedies import remedy_in, remedy_of

KIND = "revocation"
BODIES = {
    "post": N_("The letter comes to you by post. Under Documents you find a copy."),
    "counter": N_("Please come to the town hall: there we give you the letter. Under Documents you find a copy."),
    "account": N_("The letter lies in your account. Please sign in and open it under Documents."),
}


@job("site.send_revocation")
@cases.ends_with_case
def send_revocation(*, authority_id: UUID, case_id: UUID, revoked_key: str) -> None:
    """Write the Bescheid, file it, send it on its lawful way, say so by mail; the key is the moment of the act. Safe to repeat."""
    matter, permit = matter_of(authority_id, case_id), permit_of(authority_id, case_id)
    if matter is None or permit is None:
        return
    line = _line(permit, revoked_key)
    revocation_id, source = uuid5(case_id, f"{KIND}:{revoked_key}"), f"{KIND}:{revoked_key}"
    if not is_filed(authority_id, case_id, f"{source}:{OFFICIAL}"):
        letters = {one: _put(matter, letter(matter.found, permit, line, one)) for one in _languages(matter.found)}
        with cases.stays(authority_id, case_id):
            filed = [_file(matter, kept, source, language) for language, kept in letters.items()]
            way = {"channel": line.get("channel", ""), "reason": line.get("channel_reason", "")}
            channel = send_decided(matter, revocation_id, filed, now(), **way)
            if channel == "counter":
                # Somebody must hand it over: a closed case stands in nobody's list.
                cases.bring_back(authority_id=authority_id, case_id=case_id, actor=SYSTEM, now=now())
            post_message(
                authority_id=authority_id,
                key=f"decision:{revocation_id}",
                subject_id=matter.submission_id,
                language=matter.found.row.language,
                title=said(matter, N_("Your permit was revoked")),
                body=said(matter, BODIES[channel]),
                documents=filed,
                now=now(),
            )
    mail(matter, "decision", f"decision:{revocation_id}")


def letter(found: Submitted, permit: PermitView, line: Mapping[str, Any], language: str) -> bytes:
    """The Bescheid in German, or the convenience copy that says what it means."""
    decided, rule = datetime.fromisoformat(line["at"]), found.form.content.permit
    # What the permit itself is called; it is made in German only.
    title = found.form.texts(OFFICIAL).text(f"letters.{rule.letter}.subject") if rule else permit.number
    with speaking(language):
        body = _(
            "We revoke: {title}, number {number}. It is not valid any more from {day} on.",
            title=title,
            number=permit.number,
            day=formats.day(date.fromisoformat(line["day"])),
        )
        subject = _("Revocation: {title}", title=title)
    facts = letter_facts(
        found,
        language,
        kind=KIND,
        subject=subject,
        at=decided,
        clerk=line["name"],
        body=body,
        reasons=(line["reason"],),
        own=(line["reason"],),
        remedy=remedy_in(language, remedy_of(found, german_day(now()))),
    )
    return render_letter(builtin(KIND), {}, letter_data(facts))


def _line(permit: PermitView, at: str) -> Mapping[str, Any]:
    """What the permit's history says of the act."""
    found = next((one for one in permit.history if one["act"] == "revoked" and one["at"] == at), None)
    if found is None:
        raise not_found()
    return found


def _languages(found: Submitted) -> list[str]:
    language = found.row.language
    return [OFFICIAL] if language == OFFICIAL or language not in found.form.manifest.languages else [OFFICIAL, language]


def _put(matter: Matter, data: bytes) -> FileRef:
    return put(authority_id=matter.authority_id, data=data, media_type="application/pdf")


def _file(matter: Matter, kept: FileRef, source: str, language: str) -> UUID:
    with speaking(OFFICIAL):
        title = title_in(_("Revocation of the permit"), language)
    return file_document(
        authority_id=matter.authority_id,
        case_id=matter.case_id,
        kind="letter",
        title=title,
        origin="system",
        kept=kept,
        source_key=f"{source}:{language}",
        now=now(),
    )
