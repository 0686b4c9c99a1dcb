"""The row of kills notices what is lost, doubled or stuck: by its lines, and by what it counts in a real database."""

from dataclasses import replace

import psycopg
import pytest

from stadttor.cases import queries as cases
from stadttor.cases.models import Question
from stadttor.forms.events import Submitted
from stadttor.forms.models import Submission
from stadttor.ground.launcher.dsn import changed
from stadttor.ground.launcher.postgres import SUPERUSER
from stadttor.ground.work import work
from stadttor.payments.jobs import pay_back
from stadttor.payments.services import settle, try_to_pay
from stadttor.payments.simulator import choose
from stadttor.site import delivery, matter, telling
from stadttor.site.demo import _apply
from stadttor.site.demo_cast import APPLICATIONS
from stadttor.site.listeners import _submitted
from tests.safety import kills
from tests.safety.kills import bookings, counting
from tests.safety.kills.marked import marked
from tests.safety.kills.people import People
from tests.safety.kills.ringing import ring
from tests.safety.kills.stored import looked_at
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
    looks = (people._waiting, people._to_pay_back, people._deliveries, people._permits)
    assert [look() for look in looks] == [[], [], [], []]
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
