"""The row of kills notices what is lost, doubled or stuck: by its lines, and by what it counts in a real database."""

import psycopg
import pytest

from stadttor.cases import queries as cases
from stadttor.forms.events import Submitted
from stadttor.forms.models import Submission
from stadttor.ground.launcher.dsn import changed
from stadttor.ground.launcher.postgres import SUPERUSER
from stadttor.ground.work import work
from stadttor.site import delivery, matter, telling
from stadttor.site.demo import _apply
from stadttor.site.demo_cast import APPLICATIONS
from stadttor.site.listeners import _submitted
from tests.safety import kills
from tests.safety.kills import bookings, counting
from tests.safety.kills.ringing import ring

STEPS = ["forms.services.submitting.submit", "job site.submitted"]


def told(*more, effects=(1, 1), kept=True, copies=1, explained=0, undone=None, sound=True, killed=STEPS):
    """What the row says of lines written by hand."""
    lines = [
        {"kind": "begun", "size": "ci"},
        {"kind": "steps", "names": STEPS},
        *({"kind": "kill", "of": "web", "at": at} for at in killed),
        {"kind": "kill", "of": "postmaster", "at": "random", "back_s": 2.0, "page_s": 3.0},
        {"kind": "settled", "seconds": 31.0, "undone": undone or {}},
        {"kind": "application", "number": "WUG-1", "effects": {"case": list(effects)}},
        {"kind": "promise", "promise": "receipt", "kept": kept},
        {"kind": "mail", "of": "receipt", "copies": copies, "explained": explained},
        {"kind": "files", "rows": 3, "missing": 0},
        {"kind": "audit", "sound": sound},
        *more,
    ]
    return kills.outcome(lines)


def figures(result):
    return tuple(result.figures[name] for name in ("kills", "kill_lost", "kill_double", "kill_stuck"))


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
    few = told({"kind": "kill", "of": "backend", "at": "random", "back_s": 1.0, "page_s": 1.0})
    assert "backend 1" in few.notes[0]
    assert "postmaster 1" in few.notes[0]
    assert few.unproven[0] == "PostgreSQL as a whole was killed 1 times instead of 3"
    more = [{"kind": "kill", "of": "postmaster", "at": "random", "back_s": 1.0, "page_s": 1.0}] * 2
    assert len(told(*more).unproven) == 1


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
def test_a_copy_of_a_mail_is_explained_by_a_death_between_the_two_alone(admin, authority, applied):
    worked(authority, applied)
    (mail,) = (str(row[0]) for row in admin.execute("SELECT id FROM notices_mail"))
    taken = [{"mail": mail, "at": at} for at in (10.0, 20.0, 30.0)]
    for deaths, explained in (([], 0), ([15.0], 1), ([5.0, 35.0], 0), ([15.0, 25.0], 2)):
        (line,) = counting.mails(admin, taken, deaths)
        assert (line["copies"], line["explained"]) == (3, explained)


@pytest.mark.db
def test_a_file_that_is_gone_from_the_disk_or_cut_short_is_found(admin, authority, applied):
    worked(authority, applied)
    from django.conf import settings

    folder = settings.STADTTOR_FILES.parent
    assert counting.files(admin, folder) == {"rows": 1, "missing": 0}
    (stored,) = (path for path in (settings.STADTTOR_FILES / str(authority.id)).rglob("*") if path.is_file())
    stored.write_bytes(stored.read_bytes()[:-1])
    assert counting.files(admin, folder) == {"rows": 1, "missing": 1}
    stored.unlink()
    assert counting.files(admin, folder) == {"rows": 1, "missing": 1}


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
