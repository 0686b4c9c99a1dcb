"""The row of kills notices what is lost, doubled or stuck: by its lines, and by what it counts in a real database."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from threading import Event

import psycopg
import pytest

from stadttor.cases import queries as cases
from stadttor.cases.models import Question
from stadttor.core.ids import new_id
from stadttor.exchange.services import hand_over
from stadttor.forms.events import Submitted
from stadttor.forms.models import Retrieval, Submission
from stadttor.forms.services.drafting import start_draft
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day
from stadttor.ground.launcher.dsn import changed
from stadttor.ground.launcher.postgres import SUPERUSER
from stadttor.ground.work import work
from stadttor.identity.issuing.models import CredentialOffer, IssuedCredential
from stadttor.payments.events import DayClosed
from stadttor.payments.jobs import pay_back
from stadttor.payments.services import settle, try_to_pay
from stadttor.payments.services.closing import close_day
from stadttor.payments.simulator import choose
from stadttor.site import delivery, matter, telling
from stadttor.site.closing import hand_over_day
from stadttor.site.demo import _apply
from stadttor.site.demo_cast import APPLICATIONS
from stadttor.site.listeners import _submitted
from tests.safety import kills
from tests.safety.kills import acts, bookings, counting
from tests.safety.kills.marked import marked
from tests.safety.kills.people import People
from tests.safety.kills.ringing import _DEFER, minute_passes, ring
from tests.safety.kills.stored import looked_at
from tests.safety.kills.unkilled import (
    AT_THE_DESK,
    HERS,
    SETTINGS,
    SIGNING_IN,
    decorated_as_step,
    unkilled,
    verbs,
    verbs_of,
)
from tests.safety.kills.verdict import PARTS
from tests.safety.kills.wishes import unknown, wishes

WHOLE = {"changed": 0}
ENOUGH = (
    *[{"kind": "kill", "of": "worker", "at": "random"}] * 25,
    *[{"kind": "kill", "of": "postmaster", "at": "random", "back_s": 2.0, "page_s": 3.0}] * 2,
)
"""With the kill of PostgreSQL that `told` tells, as many as a push asks for."""
STEPS = ["forms.services.submitting.submit", "job site.submitted"]


def told(*more, effects=(1, 1), kept=True, copies=1, explained=0, undone=None, sound=True, killed=STEPS,
         since="kill", files=WHOLE, away=(), others=ENOUGH):  # fmt: skip
    """What the row says of lines written by hand."""
    lines = [
        {"kind": "begun", "size": "ci"},
        {"kind": "steps", "names": STEPS},
        *others,
        *({"kind": "kill", "of": "web", "at": at} for at in killed),
        {"kind": "kill", "of": "postmaster", "at": "random", "back_s": 2.0, "page_s": 3.0},
        *({"kind": "kill", "of": of, "at": "away", "away_s": 6.0} for of in away),
        {"kind": "settled", "since": since, "seconds": 31.0, "undone": undone or {}},
        {"kind": "application", "number": "WUG-1", "effects": {"case": list(effects)}},
        {"kind": "promise", "promise": "receipt", "kept": kept},
        {"kind": "mail", "of": "receipt", "copies": copies, "explained": explained},
        {"kind": "files", "rows": 3, "missing": 0} | files,
        {"kind": "audit", "sound": sound},
        *more,
    ]
    return kills.outcome(lines)


def figures(result):
    """Its kills beside those that are enough, then what they did."""
    kills, *others = (result.figures[name] for name in ("kills", "kill_lost", "kill_double", "kill_stuck"))
    return (kills - len(ENOUGH), *others)


def test_deaths_in_jobs_that_were_rung_by_hand_are_told_apart():
    deaths = [
        {"kind": "kill", "of": "worker", "at": at, "by_hand": by_hand}
        for at, by_hand in (("job site.submitted", False), ("job site.submitted", True), ("job cases.remind", True))
    ]
    found = told(*deaths, away=PARTS)
    assert any(
        "2 of 3 deaths in a job came after it had been rung by hand, at 1 of 2 jobs each one: cases.remind." in note
        for note in found.notes
    )
    by_hand = "in jobs that nobody's ways led to a worker died only after they had been rung by hand: cases.remind"
    assert (found.broken, found.unproven) == ((), (by_hand,))
    assert told(*deaths[:2], away=PARTS).unproven == ()


def test_what_is_stored_once_and_promised_once_is_kept():
    assert (told().broken, figures(told())) == ((), (3, 0, 0, 0))
    resent = told(copies=2, explained=1)
    assert (resent.broken, resent.double) == ((), 0)


@pytest.mark.parametrize(
    ("missing", "beyond", "counted"), [(2, 0, (3, 1, 0, 0)), (0, 1, (3, 0, 1, 0)), (0, 0, (3, 0, 0, 0))]
)
def test_a_roll_out_between_two_states_is_noticed(missing, beyond, counted):
    result = told({"kind": "rolled_out", "number": 3, "state": "running", "missing": missing, "beyond": beyond})
    assert figures(result) == counted
    assert bool(result.broken) == bool(missing or beyond)


@pytest.mark.parametrize(
    ("lines", "counted", "fault"),
    [
        ({"effects": (1, 0)}, (3, 1, 0, 0), "WUG-1: case is missing"),
        ({"effects": (1, 2)}, (3, 0, 1, 0), "WUG-1: case 2 times instead of 1"),
        ({"kept": False}, (3, 1, 0, 0), "receipt was promised and not kept"),
        ({"copies": 0}, (3, 1, 0, 0), "a mail (receipt) never came"),
        ({"files": {"changed": 2}}, (3, 1, 0, 0), "2 files are other bytes"),
        ({"copies": 2}, (3, 0, 1, 0), "a mail (receipt) came 2 times"),
        ({"undone": {"site.paid": 2}}, (3, 0, 0, 2), "stuck after 60 s: 2 × site.paid"),
        ({"sound": False}, (3, 0, 0, 0), "the audit chain is broken"),
        ({"killed": STEPS[:1]}, (2, 0, 0, 0), "nobody died after the step job site.submitted"),
    ],
)
def test_whatever_is_missing_there_twice_or_late_breaks_the_promise(lines, counted, fault):
    result = told(**lines)
    assert (result.broken, figures(result)) == ((fault,), counted)


def test_whoever_never_comes_to_an_end_is_told_and_counted_as_stuck(tmp_path):
    """Report: a client that hung was waited for and then forgotten, and the row was kept."""
    people, answered = People(None, tmp_path), Event()

    class Clerk:
        def run(self):
            answered.wait()

        def goes_home(self):
            pass

    hanging, gone = (people._begin(work) for work in (Clerk().run, Clerk().goes_home))
    people._must_end([hanging, gone], 0.1)
    answered.set()
    hanging.join()
    assert people.hung == ["Clerk.run"]
    result = told(*({"kind": "hung", "of": of} for of in people.hung))
    assert figures(result) == (3, 0, 0, 1)
    assert result.broken == ("stuck: Clerk.run still waited for an answer when everybody should have ended",)


@pytest.mark.parametrize(("missing", "beyond", "counted"), [(1, 0, (3, 1, 0, 0)), (0, 1, (3, 0, 1, 0))])
def test_a_file_that_never_reached_its_target_or_did_twice_is_noticed(missing, beyond, counted):
    result = told({"kind": "handed_over", "rows": 3, "missing": missing, "beyond": beyond})
    assert (figures(result), bool(result.broken)) == (counted, True)


def test_an_error_of_the_server_is_forgiven_only_while_the_database_is_away():
    assert told({"kind": "error", "status": 500, "of": "GET /status", "late": False}).broken == ()
    assert told({"kind": "error", "status": 500, "of": "GET /status", "late": True}).broken
    slow = {"kind": "kill", "of": "postmaster", "at": "random", "back_s": 31.0, "page_s": 31.5}
    assert told(slow).broken == ("PostgreSQL (postmaster) was back after 31.5 s",)


def test_kills_of_the_whole_server_are_counted_by_themselves():
    """Report: of fifty kills of PostgreSQL sixteen were of one backend."""
    few = told({"kind": "kill", "of": "backend", "at": "random", "back_s": 1.0, "page_s": 1.0}, others=ENOUGH[:25])
    assert "backend 1" in few.notes[0]
    assert "postmaster 1" in few.notes[0]
    assert few.broken == ("1 kills of PostgreSQL as a whole instead of 3",)
    assert told(others=ENOUGH[3:]).broken == ("24 kills of web and worker instead of 25",)
    assert told(away=PARTS).unproven == ()


def test_an_older_run_that_looked_at_less_says_so():
    """Report: what the row did not look at stood there for good, also after it did."""
    older = {"since": None, "files": {}, "away": ("web",)}
    (said,) = told(**older).unproven
    assert [text.split(" ")[0] for text in said.split("; ")] == ["that", "uploads", "no"]


def test_how_many_of_the_known_steps_were_reached_is_a_figure():
    figures = [told(killed=some).figures for some in (STEPS, STEPS[:1])]
    assert [(one["kill_steps"], one["kill_steps_reached"]) for one in figures] == [(2, 2), (2, 1)]


def test_people_are_told_of_steps_that_exist_and_know_the_order_by_its_file(tmp_path):
    """Report: nobody came to the end of a permit in all the time, which chance alone decided."""
    assert unknown(list(marked())) == set()
    wanted = wishes(tmp_path)
    assert not wanted("take_permit")
    order = tmp_path / "cases.services.permitting.end_permit"
    order.touch()
    assert wanted("take_permit")
    assert wanted("grant")
    assert not wanted("refuse")
    order.rename(f"{order}.4711")
    assert not wanted("take_permit")


# In a real database


@pytest.fixture
def admin(database):
    with psycopg.connect(changed(database["STADTTOR_OWNER_URL"], user=SUPERUSER), autocommit=True) as link:
        yield link


@pytest.fixture
def applied(authority, permit, now):
    """Amira's application, accepted and not yet a case."""
    _apply(authority.id, APPLICATIONS[0], now)
    with work(authority.id):
        return Submission.objects.get()


def worked(authority, applied):
    """What the worker does with it."""
    _submitted(Submitted(authority.id, applied.id))
    case_id = cases.case_of_submission(authority.id, applied.id)
    delivery.file_application(authority_id=authority.id, case_id=case_id)
    return case_id


def effects(admin):
    counting.make_ready(admin)
    (one,) = counting.applications(admin)
    return {name: pair for name, pair in one["effects"].items() if pair[0] != pair[1]}


@pytest.mark.db
def test_an_application_without_its_case_is_lost_and_stuck(admin, authority, applied):
    assert effects(admin)["case"] == [1, 0]
    assert counting.undone(admin)["no case"] == 1
    receipt = {"kind": "receipt", "submission": str(applied.id), "number": applied.number}
    assert [one["kept"] for one in counting.kept(admin, [receipt])] == [False]
    worked(authority, applied)
    assert [one["kept"] for one in counting.kept(admin, [receipt])] == [True]
    assert [one["kept"] for one in counting.kept(admin, [receipt | {"number": "WUG-2"}])] == [False]
    assert effects(admin) == {}


@pytest.mark.db
def test_without_the_look_whether_it_was_noted_a_job_run_twice_is_found(admin, authority, applied, monkeypatch):
    worked(authority, applied)
    for _ in range(2):
        telling.note_payment(authority.id, applied.id, "paid")
    assert effects(admin)["payment_noted"] == [0, 1]  # the fee itself is still open
    monkeypatch.setattr(matter, "is_noted", lambda *_: False)
    telling.note_payment(authority.id, applied.id, "paid")
    assert effects(admin)["payment_noted"] == [0, 2]


@pytest.mark.db
def test_a_question_asked_twice_is_one_with_the_same_words(admin, authority, applied, now):
    """Report: two colleagues who both had something to ask were counted as a form that came twice."""
    worked(authority, applied)
    case, words = cases.case_of_submission(authority.id, applied.id), iter(["a1", "b2", "a1"])
    asked = {"kind": "asked", "case": str(case), "words": "Stimmt das? (b2)"}
    assert [one["kept"] for one in counting.kept(admin, [asked])] == [False]

    def ask():
        with work(authority.id):
            Question.objects.create(
                authority_id=authority.id, case_id=case, asked_at=now, asked_by=case, asked_by_name="Herr Olsen",
                until=now.date(), items=[{"key": "question", "kind": "question", "text": f"Stimmt das? ({next(words)})"}],
            )  # fmt: skip

    found = [(ask(), effects(admin).get("question"))[1] for _ in range(3)]
    assert found == [None, None, [2, 3]]
    assert [one["kept"] for one in counting.kept(admin, [asked])] == [True]


@pytest.mark.db
def test_whatever_people_look_for_is_a_question_the_database_understands(database, tmp_path):
    """Report: letters were looked for in words the database does not know, and nobody came to the steps of theirs."""

    class House:
        points = tmp_path

        def admin(self):
            return psycopg.connect(changed(database["STADTTOR_OWNER_URL"], user=SUPERUSER), autocommit=True)

    people = People(House(), tmp_path)
    looks = (people._waiting, people._to_pay_back, people._deliveries, people._permits, people._hand_overs)
    assert [look() for look in looks] == [[], [], [], [], []]
    assert people._next_day() == ""
    assert people._bookings("booked") == []


@pytest.mark.db
def test_a_copy_of_a_mail_is_explained_by_a_death_between_the_two_alone(admin, authority, applied):
    worked(authority, applied)
    (mail,) = (str(row[0]) for row in admin.execute("SELECT id FROM notices_mail"))
    taken = [{"mail": mail, "at": at} for at in (10.0, 20.0, 30.0)]
    for deaths, explained in (([], 0), ([15.0], 1), ([5.0, 35.0], 0), ([15.0, 25.0], 2)):
        (line,) = counting.mails(admin, taken, deaths)
        assert (line["copies"], line["explained"]) == (3, explained)


@pytest.mark.db
def test_a_file_that_is_gone_or_cut_short_or_other_bytes_is_found(admin, authority, applied):
    worked(authority, applied)
    from django.conf import settings

    assert looked_at() == {"rows": 1, "missing": 0, "changed": 0}
    admin.execute("UPDATE ground_blob SET sha256 = sha256('other bytes')")
    assert looked_at() == {"rows": 1, "missing": 0, "changed": 1}
    (stored,) = (path for path in (settings.STADTTOR_FILES / str(authority.id)).rglob("*") if path.is_file())
    stored.write_bytes(stored.read_bytes()[:-1])
    assert looked_at() == {"rows": 1, "missing": 1, "changed": 0}
    stored.unlink()
    assert looked_at() == {"rows": 1, "missing": 1, "changed": 0}


@pytest.mark.db
def test_a_receipt_is_kept_with_the_very_bytes_that_were_sent_alone(admin, authority, applied):
    worked(authority, applied)
    receipt = {"kind": "receipt", "submission": str(applied.id), "number": applied.number, "sha256": "ab" * 32}
    assert [one["kept"] for one in counting.kept(admin, [receipt])] == [False]
    admin.execute("UPDATE records_document SET kind = 'proof'")
    admin.execute("UPDATE ground_blob SET sha256 = decode(%s, 'hex')", [receipt["sha256"]])
    assert [one["kept"] for one in counting.kept(admin, [receipt])] == [True]


@pytest.mark.db
def test_cents_are_kept_as_often_as_they_came_in_until_the_second_money_went_back(admin, authority, applied, now):
    """Report: 6140 cents were kept instead of 3070. Paid in two windows, which a death after the first makes likely:
    until the job ran that pays the second back, and it may run twice.
    """
    worked(authority, applied)
    keys = ("first", "second")
    for key in keys:
        try_to_pay(authority_id=authority.id, subject_id=applied.id, key=key, return_to="/", now=now)
        choose(authority_id=authority.id, key=key, paid=True)
    (fee,) = (row[0] for row in admin.execute("SELECT cents FROM payments_payment"))
    told = {"kind": "paid", "submission": str(applied.id), "cents": fee}
    assert effects(admin)["cents_kept"] == [0, 2 * fee]
    for key in (*keys, *keys):  # asked again after a death: of one of the two money is kept
        settle(authority_id=authority.id, key=key, now=now)
        assert effects(admin)["cents_kept"] == [fee, 2 * fee]
    paid_at = [(one, one | {"cents": fee + 1}) for one in (told,)]
    assert [one["kept"] for one in counting.kept(admin, *paid_at)] == [True, False]
    second = admin.execute("SELECT id FROM payments_attempt WHERE provider_key = 'second'").fetchone()[0]
    for _ in range(2):
        pay_back(authority_id=authority.id, attempt_id=second)
    assert "cents_kept" not in effects(admin)
    assert admin.execute("SELECT count(*) FROM ground_auditentry WHERE act = 'payment.paid'").fetchone() == (1,)


@pytest.mark.db
def test_what_came_after_the_last_kill_is_not_stuck_by_it(admin, authority, applied):
    before = counting.begun(admin)
    admin.execute("UPDATE forms_submission SET received = %s", [before.at])
    assert counting.undone(admin, before)["no case"] == 1
    admin.execute("UPDATE forms_submission SET received = %s + interval '1 s'", [before.at])
    assert "no case" not in counting.undone(admin, before)
    assert sum(counting.undone(admin).values()) > sum(counting.undone(admin, replace(before, job=0)).values())


@pytest.mark.db
def test_a_job_is_rung_for_a_matter_that_exists_or_not_at_all(admin, authority, applied):
    assert not ring(admin, "cases.open", ["authority_id", "submission_id"])


@pytest.mark.db
def test_time_passes_by_hand_for_a_hand_over_that_failed_and_not_for_the_claim_of_a_worker(admin, authority, now):
    """Report: every hand-over that waited was pulled to now, so that nobody ever waited for a claim to be over."""
    hand_over_id = new_id()
    hand_over(
        authority_id=authority.id, hand_over_id=hand_over_id, case_id=new_id(), key="one", service="eilantrag",
        target="Verfahren", file=None, due=now, now=now,
    )  # fmt: skip
    known = json.dumps({"authority_id": str(authority.id), "hand_over_id": str(hand_over_id)})
    admin.execute(_DEFER, ["exchange.deliver", known])
    is_due = "SELECT scheduled_at <= now() FROM procrastinate_jobs WHERE task_name = 'exchange.deliver'"
    admin.execute("UPDATE exchange_handover SET leased = now() + interval '45 s'")
    admin.execute("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '45 s'")
    minute_passes(admin)
    assert admin.execute(is_due).fetchall() == [(False,)]
    admin.execute("UPDATE exchange_handover SET leased = NULL")
    minute_passes(admin)
    assert admin.execute(is_due).fetchall() == [(True,)]


@pytest.mark.db
def test_what_is_missing_or_twice_of_an_appointment_is_counted(database, authority):
    """Booked, moved and cancelled all is there once; without its mail, or with a place it gave back, it is not."""
    from tests.safety.races.of_appointments import booked_at

    one = booked_at(authority.id)
    with psycopg.connect(changed(database["STADTTOR_OWNER_URL"], user=SUPERUSER), autocommit=True) as admin:
        told = [
            {"kind": "booked", "booking": str(one.id), "number": one.number},
            {"kind": "moved", "booking": str(one.id)},
        ]
        assert _off(admin) == {}
        assert [line["kept"] for line in bookings.kept(admin, told)] == [True, False]
        admin.execute("DELETE FROM notices_mail")
        assert _off(admin) == {"mail": [1, 0]}
        admin.execute("UPDATE appointments_booking SET state = 'cancelled', sequence = 1")
        assert {"place": [0, 1], "steps": [0, 2], "cancelling_mail": [1, 0]}.items() <= _off(admin).items()


def _off(admin):
    """The effects of the one appointment that are not as often there as they must be."""
    (effects,) = [line["effects"] for line in bookings.appointments(admin)]
    return {name: pair for name, pair in effects.items() if pair[0] != pair[1]}


def test_every_step_in_the_product_is_known_to_the_row():
    """Report: a step in a module that is loaded late, when somebody first asks for it, was known to nobody."""
    decorated = {f"{place}.{name}" for place, name in decorated_as_step()}
    assert decorated - {name.replace("Transaction.", "").replace("Simulator.", "") for name in marked()} == set()


def test_every_verb_of_a_face_that_writes_is_a_step_or_says_why_nobody_dies_after_it():
    """Report: verbs that came later than the row were never killed at, and nothing said so."""
    found, reasons, steps = dict(verbs()), unkilled(), set(marked())
    assert set(found) - steps - set(reasons) == set(), "mark it with @step, or say in unkilled.py why not"
    assert set(reasons) - set(found) == set(), "there is no such verb (any more)"
    assert set(reasons) & steps == set(), "it is a step"
    once = {AT_THE_DESK, SETTINGS, SIGNING_IN, HERS}
    assert [name for name, often in found.items() if reasons.get(name) in once and often > 1] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def verb():\n with work(a): pass", {"verb": 1}),
        ("def verb():\n _help()\n _help()\ndef _help():\n with work(a): pass", {"verb": 2}),
        ("def verb():\n _each(lambda one: _help(one))\ndef _help(one):\n with common(write=True): pass", {"verb": 1}),
        ("def verb():\n with work(a):\n  _help()\ndef _help():\n with work(a): pass", {"verb": 1}),
        ("def verb():\n _help()\n@step\ndef _help():\n with work(a): pass", {}),
        ("def verb():\n _help()\ndef _help():\n with reading(a): _help()", {}),
    ],
    ids=["itself", "a helper twice", "a helper as a value", "one in another", "a step", "reads, and calls itself"],
)
def test_what_a_verb_opens_in_its_helpers_is_seen(text, found):
    """Report: an answer of a wallet, in two transactions of two helpers, was no verb that writes."""
    assert dict(verbs_of(text)) == found


@pytest.mark.db
def test_a_day_whose_lines_went_out_twice_or_whose_sum_is_another_is_found(admin, authority, now, tmp_path):
    close_day(authority_id=authority.id, day=german_day(now), counted=0, actor=SYSTEM, now=now)
    assert off_of(admin, "day") == {"hand_over": [1, 0]}
    (closing,) = (row[0] for row in admin.execute("SELECT id FROM payments_closing"))
    hand_over_day(DayClosed(authority.id, closing))
    assert off_of(admin, "day") == {}
    admin.execute("""UPDATE payments_closing SET sums = '{"all": 5}'""")
    assert off_of(admin, "day") == {"cents": [5, 0]}
    day = {"kind": "day_closed", "day": german_day(now).isoformat()}
    assert [one["kept"] for one in acts.kept(admin, [day, day | {"day": "2020-01-01"}])] == [True, False]
    for number in range(2):
        path = tmp_path / "hand-over" / "weissenburg" / f"tagesabschluss-{number}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('"Buchungstag";"Buchung"\r\n"2026-11-23";"1"\r\n')
    assert acts.lines_handed_over(admin, tmp_path) == {"rows": 0, "missing": 0, "beyond": 2}


@pytest.mark.db
def test_two_credentials_for_one_code_are_one_too_many(admin, authority, applied, now):
    case = worked(authority, applied)
    with work(authority.id):
        offer = CredentialOffer.objects.create(
            authority_id=authority.id, about=case, kind="eilantrag", offer_hash=b"a", code_hash=b"b", status="done",
            started=now, expires=now,
        )  # fmt: skip
        for place in range(2):
            IssuedCredential.objects.create(
                authority_id=authority.id, about=case, kind="eilantrag", offer_id=offer.id, list_number=1, place=place,
                issued=now, ends=now + timedelta(days=9), revoked_from=now + timedelta(days=9),
            )  # fmt: skip
    found = effects(admin)
    assert (found["credential"], found["credential_that_counts"]) == ([1, 2], [1, 2])
    promised = {"kind": "credential", "submission": str(applied.id), "list": 1, "place": 1}
    assert [one["kept"] for one in counting.kept(admin, [promised, promised | {"place": 7}])] == [True, False]


@pytest.mark.db
def test_a_proof_that_was_taken_and_is_nowhere_is_lost(admin, authority, now):
    draft = start_draft(
        authority_id=authority.id, token="t", service="eilantrag", adoption_id=new_id(), revision_id=new_id(),
        language="de", now=now,
    )  # fmt: skip
    with work(authority.id):
        Retrieval.objects.create(
            authority_id=authority.id, draft_id=draft, path="person.nachweis", evidence="e", register="r", keeper="k",
            simulated=True, asked=now, settled=now, outcome="added",
        )  # fmt: skip
    missing = {"asking": [1, 0], "answer": [1, 0], "taking": [1, 0], "document": [1, 0], "documents": [1, 0]}
    assert off_of(admin, "register") == missing
    told = [{"kind": "register_added", "draft": str(one)} for one in (draft, new_id())]
    assert [one["kept"] for one in acts.kept(admin, told)] == [True, False]


@pytest.mark.db
def test_a_hand_over_that_somebody_copied_says_so_once(admin, authority, now):
    known = {"authority_id": authority.id, "hand_over_id": new_id()}
    hand_over(
        **known, case_id=new_id(), key="one", service="eilantrag", target="Verfahren", file=None, due=now, now=now
    )
    assert off_of(admin, "hand-over") == {}
    admin.execute("UPDATE exchange_handover SET state = 'copied'")
    assert off_of(admin, "hand-over") == {"copied_noted": [1, 0]}
    copied = {"kind": "copied", "hand_over": str(known["hand_over_id"])}
    assert [one["kept"] for one in acts.kept(admin, [copied, copied | {"kind": "dropped"}])] == [True, False]


def test_figures_counted_twice_are_told_from_those_counted_once():
    once = Counter({("town", "online"): 3})
    assert acts.told_apart(once, once) == {"rows": 1, "missing": 0, "beyond": 0}
    assert acts.told_apart(Counter({("town", "online"): 6}), once) == {"rows": 1, "missing": 0, "beyond": 3}
    for kind, words in (
        ("figures", "3 counts in the figures"),
        ("days", "3 lines of closed days at the finance procedure"),
    ):
        assert told({"kind": kind, "rows": 1, "missing": 0, "beyond": 3}).broken == (f"{words} too many",)
        assert told({"kind": kind, "rows": 1, "missing": 3, "beyond": 0}).broken == (f"{words} are missing",)


def off_of(admin, kind):
    """The effects of the one thing of this kind that are not as often there as they must be."""
    (one,) = [line["effects"] for line in acts.acts(admin) if line["number"].startswith(kind)]
    return {name: pair for name, pair in one.items() if pair[0] != pair[1]}
