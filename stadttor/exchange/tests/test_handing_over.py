"""A hand-over from its cause to its receipt: once with the target, visible until it is there, ended by people otherwise."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from stadttor.core.refused import Refused
from stadttor.exchange import ports, queries, services
from stadttor.exchange.models import HandOver, Target
from stadttor.exchange.rules import LEASE, LONGEST_PAUSE, must_be_secret, pause_after
from stadttor.exchange.services import delivering
from stadttor.exchange.tests.fakes import Memory
from stadttor.ground.actor import Actor
from stadttor.ground.models import AuditEntry
from stadttor.ground.tests.storing import stored
from stadttor.ground.work import common, work

pytestmark = pytest.mark.db
ADLER = Actor("staff", UUID(int=7), "Frau Adler")
FILE = services.File("hundesteuer-1.xml", "application/xml", b"<Fall>Yilmaz</Fall>")
CASE = UUID(int=5)


@pytest.fixture
def memory(authority):
    way = Memory()
    ports.use_ways({"folder": lambda: way})
    yield way
    ports.use_ways({})


def set_target(authority, now, **changes):
    given = {"service": "hundesteuer", "way": "folder", "place": "steuer", "username": "", "host_key": "", "secret": ""}
    services.save_target(authority_id=authority.id, **(given | changes), active=True, actor=ADLER, now=now)


def made(authority, now, key="decision:1", file=FILE, **changes) -> UUID:
    hand_over_id = uuid4()
    given = {"case_id": CASE, "service": "hundesteuer", "target": "Veranlagung", "due": now + timedelta(days=3)}
    services.hand_over(
        authority_id=authority.id, hand_over_id=hand_over_id, key=key, file=file, now=now, **(given | changes)
    )
    return hand_over_id


def row_of(authority, hand_over_id):
    return queries.hand_over_row(authority.id, hand_over_id)


def deliver(authority, hand_over_id, now):
    services.deliver(authority_id=authority.id, hand_over_id=hand_over_id, now=now)


def jobs_waiting(name="exchange.deliver") -> int:
    with common():
        return ProcrastinateJob.objects.filter(task_name=name, status="todo").count()


def test_the_target_has_it_and_its_receipt_is_kept(authority, now, memory):
    set_target(authority, now)
    one = made(authority, now)
    assert (row_of(authority, one).state, jobs_waiting()) == ("waiting", 1)
    deliver(authority, one, now)
    row = row_of(authority, one)
    assert (row.state, row.answer, row.tries, row.ended) == ("taken", "FV-1", 1, now)
    assert memory.has == [(FILE.name, FILE.data)]
    with work(authority.id):
        acts = list(AuditEntry.objects.filter(subject_id=CASE).order_by("at", "id").values_list("act", flat=True))
    assert acts == ["exchange.made", "exchange.taken"]


def test_one_cause_is_one_hand_over(authority, now, memory):
    set_target(authority, now)
    made(authority, now)
    second = made(authority, now)
    assert row_of(authority, second) is None
    assert len(queries.hand_overs_of(authority.id, CASE)) == 1


def test_a_later_decision_overtakes_what_waits(authority, now, memory):
    set_target(authority, now)
    first, second = made(authority, now), made(authority, now + timedelta(hours=1), key="decision:2")
    assert (row_of(authority, first).state, row_of(authority, second).state) == ("dropped", "waiting")
    deliver(authority, first, now)
    assert memory.has == []


@pytest.mark.parametrize("fails", [["before"], ["after"], ["before", "after", "before", "after", "before"]])
def test_broken_off_in_the_middle_nothing_is_lost_and_nothing_doubled(authority, now, memory, fails):
    set_target(authority, now)
    one, moment = made(authority, now), now
    memory.fails = list(fails)
    for number in range(1, len(fails) + 1):
        deliver(authority, one, moment)
        row = row_of(authority, one)
        assert (row.state, row.tries, row.next_try) == ("waiting", number, moment + pause_after(number))
        assert row.problem in ("unreachable", "broken_off")
        moment = row.next_try
    deliver(authority, one, moment)
    assert (row_of(authority, one).state, memory.has) == ("taken", [(FILE.name, FILE.data)])


def test_a_worker_killed_after_the_target_had_it_doubles_nothing(authority, now, memory):
    set_target(authority, now)
    one = made(authority, now)
    memory.fails = ["killed"]
    with pytest.raises(SystemExit):
        deliver(authority, one, now)
    deliver(authority, one, now + timedelta(seconds=20))
    assert row_of(authority, one).state == "waiting", "another may still be at it"
    deliver(authority, one, now + LEASE + timedelta(seconds=1))
    assert (row_of(authority, one).state, len(memory.has)) == ("taken", 1)


def test_pauses_grow_to_some_hours():
    assert [pause_after(tries) for tries in (1, 4, 5, 99)] == [
        timedelta(minutes=1), timedelta(minutes=60), LONGEST_PAUSE, LONGEST_PAUSE,
    ]  # fmt: skip


def test_what_the_target_refuses_waits_for_a_person(authority, now, memory):
    set_target(authority, now)
    one = made(authority, now)
    memory.fails, memory.error = ["before"], ports.TargetRefuses
    deliver(authority, one, now)
    assert (row_of(authority, one).state, row_of(authority, one).problem) == ("refused", "unreachable")
    services.try_again(authority_id=authority.id, hand_over_id=one, actor=ADLER, now=now)
    deliver(authority, one, now)
    assert row_of(authority, one).state == "taken"


def test_tried_again_while_a_late_job_begins_it_goes_with_its_proofs_all_the_same(authority, now, memory, monkeypatch):
    """Found in review: the file went without its proofs, and counted as taken."""
    set_target(authority, now)
    kept = stored(authority.id, b"%PDF-1.7", now, media_type="application/pdf")
    proof = services.Along(uuid4(), "hundesteuer-1-01.pdf", "application/pdf", kept.blob_id, kept.sha256)
    one = made(authority, now, file=replace(FILE, along=(proof,)))
    memory.fails, memory.error = ["before"], ports.TargetRefuses
    deliver(authority, one, now)
    fetch = delivering._fetch

    def fetch_then_again(*given):
        found = fetch(*given)
        services.try_again(authority_id=authority.id, hand_over_id=one, actor=ADLER, now=now)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(delivering, "_fetch", fetch_then_again)
        deliver(authority, one, now)
    assert (row_of(authority, one).state, memory.has, jobs_waiting()) == ("waiting", [], 1)
    deliver(authority, one, now)
    assert row_of(authority, one).state == "taken"
    assert (proof.name, b"%PDF-1.7") in memory.has


def test_without_a_target_it_is_copied(authority, now, memory):
    assert row_of(authority, made(authority, now)).state == "sheet"
    assert row_of(authority, made(authority, now, key="received:1", file=None)).state == "sheet"
    assert jobs_waiting() == 0


def test_a_target_that_is_removed_leaves_what_waits_to_be_copied(authority, now, memory):
    set_target(authority, now)
    one = made(authority, now)
    services.remove_target(authority_id=authority.id, service="hundesteuer", actor=ADLER, now=now)
    deliver(authority, one, now)
    assert (row_of(authority, one).state, memory.has) == ("sheet", [])


def test_giving_up_needs_a_reason_and_leads_to_the_sheet(authority, now, memory):
    set_target(authority, now)
    one = made(authority, now)
    about = {"authority_id": authority.id, "hand_over_id": one, "actor": ADLER, "now": now}
    with pytest.raises(Refused, match="hand_over_reason"):
        services.to_sheet(reason="", **about)
    services.to_sheet(reason="Server seit Tagen weg.", **about)
    assert (row_of(authority, one).state, row_of(authority, one).reason) == ("sheet", "Server seit Tagen weg.")
    deliver(authority, one, now)
    assert memory.has == []
    with work(authority.id):
        entry = AuditEntry.objects.get(act="exchange.given_up")
    assert "Server" not in str(entry.details)


def test_nobody_gives_up_what_is_being_delivered(authority, now, memory):
    set_target(authority, now)
    one = made(authority, now)
    memory.fails = ["killed"]
    with pytest.raises(SystemExit):
        deliver(authority, one, now)
    for verb in (services.to_sheet, services.drop):
        with pytest.raises(Refused, match="hand_over_busy"):
            verb(authority_id=authority.id, hand_over_id=one, reason="weg", actor=ADLER, now=now)


@pytest.mark.parametrize("how", ["withdrawn", "overtaken", "sheet"])
def test_what_the_target_took_while_it_was_ended_otherwise_says_so(authority, now, memory, how):
    set_target(authority, now)
    one = made(authority, now)

    def meanwhile():
        if how == "withdrawn":
            services.drop_open(authority_id=authority.id, case_id=CASE, now=now)
        elif how == "overtaken":
            made(authority, now, key="decision:2")
        else:
            late = now + LEASE
            services.to_sheet(authority_id=authority.id, hand_over_id=one, reason="weg", actor=ADLER, now=late)

    memory.meanwhile = meanwhile
    deliver(authority, one, now)
    assert (row_of(authority, one).state, row_of(authority, one).answer) == ("taken", "FV-1")
    with work(authority.id):
        assert AuditEntry.objects.filter(act="exchange.taken").count() == 1


def test_what_was_copied_while_the_target_took_it_has_both(authority, now, memory):
    set_target(authority, now)
    one = made(authority, now)
    late = {"authority_id": authority.id, "hand_over_id": one, "actor": ADLER, "now": now + LEASE}

    def meanwhile():
        services.to_sheet(reason="weg", **late)
        services.finish_sheet(values={}, **late)

    memory.meanwhile = meanwhile
    deliver(authority, one, now)
    assert (row_of(authority, one).state, row_of(authority, one).answer) == ("copied", "FV-1")
    with work(authority.id):
        assert AuditEntry.objects.filter(act="exchange.taken_too").count() == 1


def test_what_broken_tries_left_with_the_target_goes_when_it_is_never_tried_again(authority, now, memory):
    """Report: the part of a file stayed in the target's folder for good, with all that is in it."""
    set_target(authority, now)
    memory.fails = ["before"]
    one = made(authority, now)
    deliver(authority, one, now)
    about = {"authority_id": authority.id, "hand_over_id": one}
    services.to_sheet(reason="Server weg.", actor=ADLER, now=now, **about)
    services.tidy(**about)
    assert (jobs_waiting("exchange.tidy"), memory.forgotten) == (0, [])  # it may be tried again, and must be known then
    services.finish_sheet(values={}, actor=ADLER, now=now, **about)
    assert jobs_waiting("exchange.tidy") == 1
    services.tidy(**about)
    assert memory.forgotten == [one]


def test_nothing_is_tidied_where_nothing_was_tried(authority, now, memory):
    one = made(authority, now)
    services.drop(authority_id=authority.id, hand_over_id=one, reason="Verzogen.", actor=ADLER, now=now)
    assert jobs_waiting("exchange.tidy") == 0


def test_the_sheet_is_ticked_line_by_line(authority, now, memory):
    one = made(authority, now, file=None)
    about = {"authority_id": authority.id, "hand_over_id": one, "actor": ADLER, "now": now}
    values = {"0.0": "Yılmaz", "0.1": "Amira"}
    seen = frozenset(values)
    services.tick(values=values, ticked=frozenset({"0.0"}), seen=seen, **about)
    with pytest.raises(Refused, match="hand_over_not_ticked"):
        services.finish_sheet(values=values, **about)
    services.tick(
        values=values, ticked=seen, seen=seen, **(about | {"actor": Actor("staff", UUID(int=8), "Herr Olsen")})
    )
    assert {line: one.by_name for line, one in queries.ticks_of(authority.id, one).items()} == {
        "0.0": "Frau Adler", "0.1": "Herr Olsen",
    }  # fmt: skip
    services.finish_sheet(values=values, **about)
    assert (row_of(authority, one).state, row_of(authority, one).ended_by_name) == ("copied", "Frau Adler")


def test_a_value_that_changed_is_open_again(authority, now, memory):
    one = made(authority, now, file=None)
    about = {"authority_id": authority.id, "hand_over_id": one, "actor": ADLER, "now": now}
    line = frozenset({"0.0"})
    services.tick(values={"0.0": "Yılmaz"}, ticked=line, seen=line, **about)
    with pytest.raises(Refused, match="hand_over_not_ticked"):
        services.finish_sheet(values={"0.0": "Yılmaz-Weber"}, **about)


def test_what_is_not_taken_over_in_time_is_overdue(authority, now, memory):
    one = made(authority, now, file=None)
    assert queries.not_taken_over(authority.id, now + timedelta(days=2), 10) == []
    assert queries.not_taken_over(authority.id, now + timedelta(days=4), 10) == [one]
    services.drop(authority_id=authority.id, hand_over_id=one, reason="Verzogen.", actor=ADLER, now=now)
    assert queries.not_taken_over(authority.id, now + timedelta(days=4), 10) == []


def test_a_lost_job_is_found(authority, now, memory):
    set_target(authority, now)
    one = made(authority, now)
    assert queries.unsent_hand_overs(authority.id, now, 10) == []
    assert queries.unsent_hand_overs(authority.id, now + timedelta(minutes=1), 10) == [one]
    deliver(authority, one, now)
    assert queries.unsent_hand_overs(authority.id, now + timedelta(minutes=1), 10) == []


def test_file_and_secret_are_sealed_and_leave_with_the_case(authority, now, memory):
    set_target(authority, now, secret="geheim")
    one = made(authority, now)
    with work(authority.id):
        assert b"Yilmaz" not in bytes(HandOver.objects.get(id=one).payload)
        assert b"geheim" not in bytes(Target.objects.get().secret)
        held = queries.held_hand_overs(authority.id, CASE)
        assert held["exchange_handover"][0]["payload"] == FILE.data.decode()
        gone = services.erase_hand_overs(authority_id=authority.id, case_id=CASE)
        assert gone.counts == {"exchange_handover": 1}
        assert not HandOver.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"way": "pigeon"}, "way"),
        ({"place": "../x"}, "place"),
        ({"place": "verboten"}, "place"),
        ({"place": ""}, "place"),
        ({"secret": "x" * 9_000}, "secret"),
    ],
)
def test_a_place_that_cannot_be_is_refused(authority, now, memory, change, field):
    with pytest.raises(Refused) as caught:
        set_target(authority, now, **change)
    assert caught.value.field == field


@pytest.mark.parametrize("token", ["ein\ntoken", "ein token", "tokén"])
def test_a_token_that_fits_into_no_header_is_refused(token):
    with pytest.raises(Refused, match="target_token"):
        must_be_secret("api", "", token)
    must_be_secret("api", "stadt", token)
    must_be_secret("sftp", "", token)
    must_be_secret("api", "", "eyJhbGciOi.J9-_~+/==")


def test_a_connection_is_tried_by_a_job(authority, now, memory):
    set_target(authority, now)
    services.ask_to_look(authority_id=authority.id, service="hundesteuer")
    assert jobs_waiting("exchange.look") == 1
    with work(authority.id):
        target_id = Target.objects.get().id
    memory.fails = ["before"]
    services.look_at_target(authority_id=authority.id, target_id=target_id, now=now)
    assert queries.target_for(authority.id, "hundesteuer").looked_problem == "login"


@pytest.mark.parametrize("how", ["deliver it now", "the target is saved"])
def test_what_waits_for_its_next_try_is_brought_forward(authority, now, memory, how):
    set_target(authority, now)
    one = made(authority, now)
    run_away()
    memory.fails = ["before"] * 5
    moment = now
    for _try in range(5):
        run_away()
        deliver(authority, one, moment)
        moment = row_of(authority, one).next_try
    assert scheduled() == [moment]
    sooner = moment - timedelta(hours=3)
    if how == "deliver it now":
        services.try_again(authority_id=authority.id, hand_over_id=one, actor=ADLER, now=sooner)
    else:
        set_target(authority, sooner, place="steuer2")
    assert (scheduled(), row_of(authority, one).next_try) == ([sooner], sooner)


def run_away() -> None:
    """A worker has taken the job that waits."""
    with common():
        ProcrastinateJob.objects.filter(task_name="exchange.deliver", status="todo").update(
            status="doing", queueing_lock=None
        )


def scheduled() -> list[datetime]:
    with common():
        waiting = ProcrastinateJob.objects.filter(task_name="exchange.deliver", status="todo")
        return list(waiting.values_list("scheduled_at", flat=True))


def test_a_neighbour_sees_none_of_it(authority, neighbour, now, memory):
    set_target(authority, now)
    one = made(authority, now)
    assert queries.hand_over_row(neighbour.id, one) is None
    deliver(neighbour, one, now)
    assert memory.has == []
    assert queries.target_for(neighbour.id, "hundesteuer") is None
