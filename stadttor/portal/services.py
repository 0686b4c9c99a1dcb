"""Verbs of the citizen's way that touch several modules at once: start an application, send it, answer what is asked."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from stadttor.cases.services import answer_question, note_from_outside
from stadttor.catalog.queries import AdoptedForm, adopted_form, adopted_revision
from stadttor.citizens.queries import Citizen, key_to
from stadttor.citizens.services import follow, forget_thing, keep
from stadttor.core.languages import OFFICIAL
from stadttor.core.refused import Refused
from stadttor.core.trust import Trust, as_trust, reaches
from stadttor.forms.definition import Field
from stadttor.forms.queries import SubmissionRow, answers_now
from stadttor.forms.rules.filled import FeeLine, Filled
from stadttor.forms.services.amending import amend
from stadttor.forms.services.attaching import discard
from stadttor.forms.services.drafting import renew_secret, save_answers, start_draft
from stadttor.forms.services.retrieving import throw_away_of_others
from stadttor.forms.services.showing import Paper, add_shown, keep_paper
from stadttor.forms.services.submitting import Accepted, Application, submit
from stadttor.ground.actor import CITIZEN, Actor
from stadttor.ground.clock import german_day
from stadttor.ground.steps import step
from stadttor.ground.web.language import N_
from stadttor.ground.work import work
from stadttor.identity import signing_in, wallet_sign_in
from stadttor.identity.issuing.services import ROOT, Offered, offer
from stadttor.identity.ports import issuer
from stadttor.notices.services import send_mail
from stadttor.payments.services import change_amount, request_payment
from stadttor.portal.asked import Said
from stadttor.portal.journey import Journey, applicant_email, signed_in
from stadttor.portal.passing import keep_standing
from stadttor.portal.prefill import filled_in
from stadttor.portal.typed_again import before_proof, without_emails
from stadttor.tenancy.queries import authority_by_id

NOT_SURE_ENOUGH = N_(
    "For this application we must be sure who you are. Please sign in first; your draft is kept, and the summary says how."
)
LARGEST_FEE = 100_000_000


def start(*, form: AdoptedForm, token: str, language: str, now: datetime) -> UUID:
    """Begin an application for a service; gives the draft's id."""
    return start_draft(
        authority_id=form.authority_id,
        token=token,
        service=form.slug,
        adoption_id=form.adoption_id,
        revision_id=form.revision_id,
        language=language,
        now=now,
    )


@step
def take_over(*, journey: Journey, way: Literal["account", "wallet"], citizen: Citizen | None = None) -> str:
    """What she looked at, from her account or her wallet, counts from now on, and fills in what is not answered yet; what
    waits from the other way goes. `citizen` is who is signed in to an account of ours in this browser. Of e-mail addresses only
    the one that she brings is left: another may be of whoever had the link before.

    Gives the new secret of the draft: whoever has an earlier link, or holds it in an account, is not let in to her values
    (OpenID4VP 1.0 §14.2). Empty when nothing waits for this browser.

    Refused when another window saved meanwhile, or the application was sent: nobody is put into it afterwards.
    """
    authority_id, draft = journey.form.authority_id, journey.draft
    with work(authority_id):
        take = wallet_sign_in.take if way == "wallet" else signing_in.take
        said = take(authority_id=authority_id, draft_id=draft.id, browser=journey.browser, now=journey.now)
        if said is None:
            return ""
        save_answers(
            authority_id=authority_id,
            draft_id=draft.id,
            revision=draft.revision,
            answers=filled_in(journey.form.form, without_emails(journey.form.form, draft.answers), said),
            language=journey.language,
            now=journey.now,
        )
        throw_away_of_others(authority_id=authority_id, draft_id=draft.id, now=journey.now)
        return _locked_anew(journey, citizen)


def add_proof(*, journey: Journey, field: Field, paper: Paper, browser: str, citizen: Citizen | None = None) -> str:
    """What her wallet showed, and she looked at, becomes a file of her application. `browser` is the secret of the one in which
    she began, `citizen` who is signed in to an account of ours there. E-mail addresses go as in `take_over`.

    Gives the new secret of the draft: whoever sent her the link does not read what she showed. Refused as in `add_shown`.
    """
    authority_id, moment = journey.form.authority_id, journey.now
    kept = keep_paper(authority_id=authority_id, field=field, paper=paper, now=moment)
    try:
        with work(authority_id):
            add_shown(
                authority_id=authority_id,
                draft=before_proof(journey).draft,
                field=field,
                title=paper.title,
                kept=kept,
                language=journey.language_of_person,
                browser=browser,
                now=moment,
            )
            return _locked_anew(journey, citizen)
    except Refused:
        discard(authority_id=authority_id, blob_ids=[kept[0].blob_id])
        raise


def _locked_anew(journey: Journey, citizen: Citizen | None) -> str:
    """Inside the open work: a new secret, which her own account learns where it holds the draft."""
    authority_id, draft_id, token = journey.form.authority_id, journey.draft.id, secrets.token_urlsafe(32)
    is_kept = citizen is not None and key_to(citizen, draft_id) != ""
    renew_secret(authority_id=authority_id, draft_id=draft_id, token=token)
    forget_thing(authority_id=authority_id, thing_id=draft_id)
    if citizen is not None and is_kept:
        keep(citizen=citizen, kind="draft", thing_id=draft_id, token=token, now=journey.now)
    return token


def go_on_without(*, journey: Journey) -> None:
    """She goes on without having signed in: nothing of it is left, nor what waits from a register."""
    authority_id, draft_id = journey.form.authority_id, journey.draft.id
    with work(authority_id):
        signing_in.forget(authority_id=authority_id, draft_id=draft_id)
        throw_away_of_others(authority_id=authority_id, draft_id=draft_id, now=journey.now)


def must_be_sure_enough(form: AdoptedForm, trust: Trust) -> None:
    """Refused when the service must know more surely who applies (BSI TR-03107); nothing is lost."""
    if not reaches(trust, as_trust(form.manifest.trust)):
        raise Refused("trust_low", NOT_SURE_ENOUGH, status=403)


def send(*, journey: Journey, token: str, randomness: bytes) -> Accepted:
    """Accept the application and ask for its fee, in one work. The same draft twice is one application.

    Refused when an answer is missing or wrong; the draft is kept.
    """
    if journey.wrong():
        raise Refused("incomplete", "Some answers are still missing or wrong. Please look at the marked places.")
    entry = journey.entry
    if entry:
        keep_standing(journey)
    else:
        journey = signed_in(journey)
        must_be_sure_enough(journey.form, journey.trust)
    application = Application(
        service=journey.form.slug,
        adoption_id=journey.form.adoption_id,
        revision_id=journey.form.revision_id,
        answers=journey.filled.clean(),
        fees=fee_rows(journey.form, journey.filled),
        language=journey.language_of_person,
        email=applicant_email(journey.filled) or journey.draft.email,
        applicant=journey.applicant(),
        channel=entry.channel if entry else "online",
        received_on=entry.received_on if entry else None,
        trust=journey.trust,
    )
    return accept(
        form=journey.form,
        application=application,
        key=f"draft:{journey.draft.id}",
        token=token,
        randomness=randomness,
        now=journey.now,
        draft_id=journey.draft.id,
        draft_revision=journey.draft.revision,
        actor=journey.actor,
    )


@step
def accept(
    *,
    form: AdoptedForm,
    application: Application,
    key: str,
    token: str,
    randomness: bytes,
    now: datetime,
    draft_id: UUID | None = None,
    draft_revision: int | None = None,
    actor: Actor = CITIZEN,
) -> Accepted:
    """The receipt and the request for payment exist together or not at all."""
    authority_id = form.authority_id
    with work(authority_id):
        is_test = is_tried_out(form)
        accepted = submit(
            authority_id=authority_id,
            key=key,
            application=replace(application, is_test=is_test),
            token=token,
            prefix=_prefix(authority_id),
            randomness=randomness,
            now=now,
            draft_id=draft_id,
            draft_revision=draft_revision,
            actor=actor,
        )
        if draft_id and not accepted.again:
            follow(
                authority_id=authority_id,
                draft_id=draft_id,
                submission_id=accepted.submission_id,
                token=token,
                now=now,
            )
        total = _owed(application)
        if form.manifest.payment == "at_submission" and total and not accepted.again:
            request_payment(
                authority_id=authority_id,
                subject_id=accepted.submission_id,
                reference=accepted.number,
                items=application.fees,
                cents=total,
                now=now,
                service=form.slug,
                is_test=is_test,
            )
    return accepted


@step
def answer(
    *,
    row: SubmissionRow,
    form: AdoptedForm,
    case_id: UUID,
    question_id: UUID,
    said: Said,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> bool:
    """Keep the answer to a question together with what it changes of the application; gives False for the same again.

    The answers as they are now decide from then on. An open fee follows them; of a paid one the clerk is told.
    """
    authority_id = form.authority_id
    with work(authority_id):
        is_new = answer_question(
            authority_id=authority_id,
            case_id=case_id,
            question_id=question_id,
            answers=said.given,
            further=said.further,
            applicant=said.applicant,
            protects=said.protects,
            actor=actor,
            now=now,
            version=version,
        )
        key = f"question:{question_id}"
        changes = said.again.changes
        if is_new and amend(
            authority_id=authority_id, submission_id=row.id, key=key, changes=changes, actor=actor, now=now
        ):
            details = {"question_id": str(question_id), "fields": [one.path for one in changes]}
            note_from_outside(
                authority_id=authority_id,
                case_id=case_id,
                act="answers_changed",
                actor=actor,
                details=details,
                public=False,
                now=now,
            )
            _follow_fee(row, form, said, actor, now)
    return is_new


def _follow_fee(row: SubmissionRow, form: AdoptedForm, said: Said, actor: Actor, now: datetime) -> None:
    """An open fee is asked for by the answers as they are now; of another one the clerk is warned."""
    form = form.for_answers(said.again.answers)
    if form.manifest.payment == "at_submission":
        filled = Filled(form.form, said.again.answers, form.parameters, german_day(row.received))
        items = fee_rows(form, filled)
        cents = max(0, sum(int(fee["cents"]) for fee in items))
        change_amount(authority_id=form.authority_id, subject_id=row.id, items=items, cents=cents, actor=actor, now=now)


def is_tried_out(form: AdoptedForm) -> bool:
    """Whether the service is in test mode now. A kept revision knows only the state in which it was first read."""
    try:
        return adopted_form(form.authority_id, form.slug, include_test=True).state == "test"
    except Refused:
        return False


def _owed(application: Application) -> int:
    """Cents to ask for: reductions end at nothing, and no fee of ours is larger than a million euros."""
    total = sum(int(fee["cents"]) for fee in application.fees)
    if total > LARGEST_FEE:
        raise Refused("fee_large", "This fee cannot be right. Please tell the town hall; your draft is kept.")
    return max(0, total)


def fee_rows(form: AdoptedForm, filled: Filled) -> list[dict[str, Any]]:
    """What is owed, as it is kept with the submission: German texts, cents, whose shares are in it."""
    return [_fee_row(form, line) for line in filled.fees(form.fees).lines]


def _fee_row(form: AdoptedForm, line: FeeLine) -> dict[str, Any]:
    text = form.texts(OFFICIAL).text(f"fees.{line.text}", line.text)
    shares = [{"to": to, "cents": cents} for to, cents in line.shares]
    return {"id": line.id, "cents": line.cents or 0, "text": text, **({"shares": shares} if shares else {})}


def _prefix(authority_id: UUID) -> str:
    """The first letters of the receipt number: of the town's short name in addresses."""
    row = authority_by_id(authority_id)
    return (row.slug if row else "").replace("-", "")[:3].upper() or "AMT"


@step
def offer_credential(*, authority_id: UUID, row: SubmissionRow, case_id: UUID, now: datetime) -> None:
    """Offer what the application brought to one wallet.

    The transaction code goes another way than the offer, by mail, where there is an address
    (OpenID4VCI 1.0 §13.6.2); else the page itself shows it, to whoever holds the secret of the application.
    """
    answers = answers_now(authority_id, row)
    form = adopted_revision(authority_id, row.revision_id).for_answers(answers)
    filled = Filled(form.form, answers, form.parameters, german_day(row.received))
    to, town = applicant_email(filled) or row.email, authority_by_id(authority_id)
    with work(authority_id):
        offered = offer(authority_id=authority_id, about=case_id, kind=row.service, mailed=bool(to), now=now)
        if to and town:
            send_mail(
                authority_id=authority_id,
                key=f"wallet-code:{offered.id}",
                to=to,
                kind="wallet_code",
                subject_id=row.id,
                language=row.language,
                values={
                    "service": form.texts(row.language).text("title"),
                    "number": row.number,
                    "code": offered.tx_code,
                    "authority": town.name,
                    **({"trial": "yes"} if row.is_test else {}),
                },
                now=now,
            )


def offer_link(origin: str, offered: Offered) -> str:
    """The address that opens a wallet with this offer."""
    return issuer().link(f"{origin}{ROOT}offer/{offered.secret}")
