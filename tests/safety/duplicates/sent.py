"""The seven things that are sent twice and more, each made ready by the product's own verbs."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

from tests.safety.hostile.files import pdf
from tests.safety.live.browser import NUMBER, Answer, Browser
from tests.safety.live.seed import PASSWORD, email
from tests.safety.live.service import CENTS, SLUG

PART_CENTS = 1_000
SQL_ONE = "SELECT count(*) FROM {} WHERE {}"


@dataclass(frozen=True)
class Town:
    """An authority: its clerk's session is `staff`."""

    id: UUID
    slug: str
    staff: str


@dataclass(frozen=True)
class Sent:
    """One thing. `send` sends it; `receipt` reads the answer, empty for any other than that it was taken.

    `effects` are queries, each of which must count one. `elsewhere` sends the same under the same key at the neighbour,
    who knows nothing of it: there it is something of her own where a key alone makes it (`own`), else unknown.
    """

    send: Callable[[Browser], Answer]
    receipt: Callable[[Answer], str]
    cookies: Mapping[str, str]
    effects: Mapping[str, str]
    elsewhere: Callable[[Browser], Answer]
    neighbour_cookies: Mapping[str, str]
    neighbour_effect: str
    own: bool


def submission(town: Town, neighbour: Town, chance: Random) -> Sent:
    """The summary of a draft, sent."""
    from stadttor.forms.services.drafting import save_answers
    from stadttor.ground.clock import now
    from stadttor.portal.access import cookie_name
    from stadttor.portal.services import start

    token, name, form = os.urandom(32).hex(), _name(), _form(town)
    draft = start(form=form, token=token, language="de", now=now())
    save_answers(authority_id=town.id, draft_id=draft, revision=0, answers=_answers(name), language="de", now=now())

    def send(browser: Browser) -> Answer:
        """Whoever is led on reads the number on the status page, with what this browser was given."""
        sent = _post(browser, f"/antrag/{draft}/zusammenfassung", [("seen", f"1.{CENTS}"), ("declared", "yes")])
        return browser.get(sent.path) if sent.status == 302 else sent

    cookies = {cookie_name(draft): token}
    effects = _effects_of_application(f"(SELECT id FROM forms_submission WHERE draft_id = '{draft}')")
    return Sent(send, _read_number, cookies, effects, send, cookies, _count_name(neighbour, name), own=False)


def payment_notice(town: Town, neighbour: Town, chance: Random) -> Sent:
    """The payment service's word that a fee came in; the neighbour has an attempt under the same key."""
    from stadttor.ground.clock import now
    from stadttor.payments.services import try_to_pay

    key = uuid4().hex
    subject, other = _accepted(town)[0], _accepted(neighbour)[0]
    for place, owed in ((town, subject), (neighbour, other)):
        try_to_pay(authority_id=place.id, subject_id=owed, key=key, return_to=f"/status/{owed}", now=now())

    def send(browser: Browser) -> Answer:
        return _post(browser, f"/zahlung/simulator/{key}", [("choice", "pay")])

    payment = f"(SELECT id FROM payments_payment WHERE subject_id = '{subject}')"
    effects = {
        "payments": SQL_ONE.format("payments_payment", f"subject_id = '{subject}' AND state = 'paid'"),
        "entries": SQL_ONE.format("ground_auditentry", f"subject_id = {payment} AND act = 'payment.paid'"),
        "jobs": _jobs("site.paid", "subject_id", subject),
    }
    paid_there = SQL_ONE.format("payments_payment", f"subject_id = '{other}' AND state = 'paid'")
    return Sent(send, _leads_to("/status/"), {}, effects, send, {}, paid_there, own=True)


def answer(town: Town, neighbour: Town, chance: Random) -> Sent:
    """The answer to a question, now and then with a file."""
    from stadttor.cases.services import Asked, ask_back
    from stadttor.ground.clock import now
    from stadttor.portal.access import cookie_name

    subject, token = _accepted(town)
    case = _case(town, subject)
    items = [Asked("question", "question", "Stimmt das?")]
    question = ask_back(staff=_staff(town), case_id=case, version=1, items=items, now=now())
    files = {"file-question": ("Antwort.pdf", "application/pdf", pdf(chance))} if chance.random() < 0.25 else {}

    def send(browser: Browser) -> Answer:
        return _post(browser, f"/status/{subject}/antwort/{question}", [("text-question", "Ja.")], files)

    effects = {
        "events": SQL_ONE.format("cases_event", f"case_id = '{case}' AND act = 'answered'"),
        "jobs": _jobs("site.file_answer", "question_id", question),
    }
    if files:
        effects["files"] = (
            f"SELECT jsonb_array_length(answers -> 0 -> 'documents') FROM cases_question WHERE id = '{question}'"
        )
    cookies = {cookie_name(subject): token}
    return Sent(
        send, _leads_to("/status/"), cookies, effects, send, cookies, _count_subject(neighbour, case), own=False
    )


def decision(town: Town, neighbour: Town, chance: Random) -> Sent:
    """A clerk's decision."""
    subject, _token = _accepted(town)
    case = _case(town, subject)

    def send(browser: Browser) -> Answer:
        values = [("version", "1"), ("outcome", "refused"), ("reasons", "voraussetzungen")]
        return _post(browser, f"/desk/cases/{case}/decide", values)

    effects = {
        "decisions": SQL_ONE.format("cases_decision", f"case_id = '{case}'"),
        "events": SQL_ONE.format("cases_event", f"case_id = '{case}' AND act = 'decided'"),
        "jobs": _jobs("cases.send_decision", "case_id", case),
    }
    staff, there = _session(town), _session(neighbour)
    return Sent(
        send, _leads_to("/desk/cases/"), staff, effects, send, there, _count_subject(neighbour, case), own=False
    )


def refund(town: Town, neighbour: Town, chance: Random) -> Sent:
    """A part of a fee, paid back by a clerk."""
    subject, _token = _accepted(town)
    _pay(town, subject)
    case = _case(town, subject)

    def send(browser: Browser) -> Answer:
        values = [("left", str(CENTS)), ("amount", f"{PART_CENTS // 100},00"), ("reason", "Nur für fünf Monate.")]
        return _post(browser, f"/desk/cases/{case}/fee/refund", values)

    payment = f"(SELECT id FROM payments_payment WHERE subject_id = '{subject}')"
    effects = {
        "payments": SQL_ONE.format("payments_payment", f"subject_id = '{subject}' AND refunded_cents = {PART_CENTS}"),
        "entries": SQL_ONE.format("ground_auditentry", f"subject_id = {payment} AND act = 'payment.refunded_in_part'"),
        "events": SQL_ONE.format("cases_event", f"case_id = '{case}' AND act = 'payment_refunded'"),
        "jobs": _jobs("site.refunded", "subject_id", subject),
    }
    staff, there = _session(town), _session(neighbour)
    return Sent(
        send, _leads_to("/desk/cases/"), staff, effects, send, there, _count_subject(neighbour, case), own=False
    )


def interface(town: Town, neighbour: Town, chance: Random) -> Sent:
    """An application of another system, under its Idempotency-Key; the neighbour's system uses the same."""
    key, name = f'"{uuid4()}"', _name()
    body = json.dumps({"answers": _answers(name), "declared": True}).encode()

    def through(place: Town) -> Callable[[Browser], Answer]:
        head = {"Idempotency-Key": key, "Authorization": f"Bearer {_token(place)}", "Content-Type": "application/json"}
        return lambda browser: browser.send(f"/api/v1/services/{SLUG}/applications", body, head)

    mine = f"(SELECT id FROM forms_submission WHERE answers #>> '{{person,name}}' = '{name}' AND authority_id = '{town.id}')"
    return Sent(
        through(town), _number, {}, _effects_of_application(mine), through(neighbour), {},
        _count_name(neighbour, name), own=True,
    )  # fmt: skip


def booking(town: Town, neighbour: Town, chance: Random) -> Sent:
    """A booked appointment; the neighbour has counters too, and is sent the same form with their id."""
    from stadttor.appointments.secrets import new_token
    from tests.safety.live.meeting import pool_with_one_time

    key, name = new_token(), _name()

    def through(place: Town) -> Callable[[Browser], Answer]:
        pool, begins = pool_with_one_time(place.id, SLUG)
        typed = [
            ("ort", str(pool)),
            ("zeit", begins),
            ("key", key),
            ("name", name),
            ("email", f"{uuid4().hex}@example.org"),
        ]
        return lambda browser: _post(browser, f"/leistungen/{SLUG}/termin/angaben", typed)

    mine = f"(SELECT id FROM appointments_booking WHERE name = '{name}' AND authority_id = '{town.id}')"
    effects = {
        "appointments": SQL_ONE.format("appointments_booking", f"id IN {mine}"),
        "places": f"SELECT count(DISTINCT (booking_id, place)) FROM appointments_takenstep WHERE booking_id IN {mine}",
        "entries": SQL_ONE.format("ground_auditentry", f"subject_id IN {mine} AND act = 'appointment.booked'"),
        "mails": SQL_ONE.format("notices_mail", f"subject_id IN {mine}"),
    }
    there = SQL_ONE.format("appointments_booking", f"name = '{name}' AND authority_id = '{neighbour.id}'")
    return Sent(through(town), _leads_to("/termin/"), {}, effects, through(neighbour), {}, there, own=True)


KINDS = {
    "submission": submission,
    "payment notice": payment_notice,
    "answer": answer,
    "decision": decision,
    "refund": refund,
    "interface": interface,
    "booking": booking,
}


# What they are made of


def _form(town: Town):
    from stadttor.catalog.queries import adopted_form

    return adopted_form(town.id, SLUG)


def _name() -> str:
    """A name nobody else has."""
    return "Amira " + "".join(chr(ord("a") + byte % 26) for byte in os.urandom(16))


def _answers(name: str) -> dict[str, dict[str, str]]:
    return {"person": {"name": name, "email": "amira.yilmaz@example.org"}}


def _accepted(town: Town) -> tuple[UUID, str]:
    """An application; gives its id and the secret that opens it."""
    from stadttor.forms.services.submitting import Application
    from stadttor.ground.clock import now
    from stadttor.portal.services import accept

    form, token, name = _form(town), os.urandom(32).hex(), _name()
    application = Application(
        service=SLUG, adoption_id=form.adoption_id, revision_id=form.revision_id, answers=_answers(name),
        fees=[{"id": "grund", "cents": CENTS, "text": "Gebühr"}], language="de", email="", applicant=name,
    )  # fmt: skip
    accepted = accept(
        form=form, application=application, key=uuid4().hex, token=token, randomness=os.urandom(16), now=now()
    )
    return accepted.submission_id, token


def _pay(town: Town, subject: UUID) -> None:
    """The fee comes in."""
    from stadttor.ground.clock import now
    from stadttor.payments.services import settle, try_to_pay
    from stadttor.payments.simulator import choose

    key = uuid4().hex
    try_to_pay(authority_id=town.id, subject_id=subject, key=key, return_to=f"/status/{subject}", now=now())
    choose(authority_id=town.id, key=key, paid=True)
    assert settle(authority_id=town.id, key=key, now=now()) == "paid"


def _case(town: Town, submission_id: UUID) -> UUID:
    from stadttor.cases.services import open_case
    from stadttor.ground.clock import now

    return open_case(authority_id=town.id, submission_id=submission_id, now=now())


def _staff(town: Town):
    from stadttor.ground.clock import now
    from stadttor.identity.queries import staff_of

    return staff_of(town.staff, town.id, now())


def sign_in(authority_id: UUID, slug: str) -> str:
    """A session of the town's clerk."""
    from stadttor.ground.clock import now
    from stadttor.identity import services

    return services.sign_in(
        authority_id=authority_id, email=email(slug), password=PASSWORD, address="127.0.0.1", now=now()
    )


def _session(town: Town) -> dict[str, str]:
    from stadttor.identity.queries import STAFF_COOKIE

    return {STAFF_COOKIE: town.staff}


def _token(town: Town) -> str:
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.identity.services import create_token

    return create_token(
        authority_id=town.id, name="Fachverfahren", scopes=["applications:write"], lasts=timedelta(days=1),
        actor=SYSTEM, now=now(),
    )  # fmt: skip


# What is sent and read


def _post(browser: Browser, path: str, values, files=None) -> Answer:
    """A form whose page was seen before: `browser` brings the mark against forged requests along."""
    return browser.post(path, [("csrfmiddlewaretoken", browser.cookies["csrftoken"]), *values], files)


def _leads_to(where: str) -> Callable[[Answer], str]:
    return lambda answer: answer.location if answer.status in (302, 303) and answer.location.startswith(where) else ""


def _read_number(answer: Answer) -> str:
    return answer.value(NUMBER) if answer.status == 200 else ""


def _number(answer: Answer) -> str:
    return str(json.loads(answer.text)["number"]) if answer.status == 201 else ""


# What is counted


def _effects_of_application(ids: str) -> dict[str, str]:
    """Of the submissions with these ids."""
    return {
        "submissions": SQL_ONE.format("forms_submission", f"id IN {ids}"),
        "fees": SQL_ONE.format("payments_payment", f"subject_id IN {ids}"),
        "entries": SQL_ONE.format("ground_auditentry", f"subject_id IN {ids} AND act = 'submission.accepted'"),
        "jobs": SQL_ONE.format(
            "procrastinate_jobs", f"task_name = 'site.submitted' AND (args ->> 'submission_id')::uuid IN {ids}"
        ),
    }


def _jobs(task: str, argument: str, value: UUID) -> str:
    return SQL_ONE.format("procrastinate_jobs", f"task_name = '{task}' AND args ->> '{argument}' = '{value}'")


def _count_name(town: Town, name: str) -> str:
    return SQL_ONE.format(
        "forms_submission", f"authority_id = '{town.id}' AND answers #>> '{{{{person,name}}}}' = '{name}'"
    )


def _count_subject(town: Town, subject: UUID) -> str:
    return SQL_ONE.format("ground_auditentry", f"authority_id = '{town.id}' AND subject_id = '{subject}'")
