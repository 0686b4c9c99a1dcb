"""The nights of a closed case: never early, one step at a time, held as long as somebody holds it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import OperationalError

from stadttor.cases import services as cases
from stadttor.cases.models import Case
from stadttor.core.refused import Refused
from stadttor.ground.clock import german_day
from stadttor.ground.jobs import enqueue
from stadttor.ground.models import AuditEntry
from stadttor.ground.tests.queue import waiting
from stadttor.ground.work import work
from stadttor.privacy import queries, services
from stadttor.privacy.models import Deletion, Hold, Retention
from stadttor.privacy.services.erasing import number_hash
from stadttor.records.queries import file_of
from stadttor.records.services import file_document, open_file, put

pytestmark = pytest.mark.db

CLOSED = datetime(2026, 11, 23, 9, tzinfo=UTC)
OVER = date(2030, 1, 1)
"""The first day after three years, counted from the end of 2026."""


def night(authority, day):
    return services.keep_time(authority_id=authority.id, now=datetime(day.year, day.month, day.day, 2, tzinfo=UTC))


def there(authority, case_id):
    with work(authority.id):
        return Case.objects.filter(id=case_id).exists()


def acts(authority, case_id):
    with work(authority.id):
        entries = AuditEntry.objects.filter(subject_id=case_id, act__startswith="privacy.").order_by("at", "id")
        return [one.act for one in entries]


def test_a_case_is_offered_on_the_day_after_its_last_and_deleted_when_the_archive_is_silent(
    authority, closed, organiser, now
):
    case_id = closed(CLOSED)
    assert night(authority, german_day(CLOSED)).enrolled == 1
    assert night(authority, OVER - timedelta(days=1)) == services.Night(0, 0, 0, 0, 0)
    assert night(authority, OVER).offered == 1
    [offer] = queries.offers(organiser, now)
    assert (offer.until, offer.answer_by) == (date(2029, 12, 31), date(2030, 7, 1))
    assert night(authority, offer.answer_by) == services.Night(0, 0, 0, 0, 0)
    assert there(authority, case_id)
    last = night(authority, offer.answer_by + timedelta(days=1))
    assert (last.unanswered, last.deleted) == (1, 1)
    assert not there(authority, case_id)
    assert acts(authority, case_id) == ["privacy.offered", "privacy.unanswered", "privacy.deleted"]


def test_the_proof_says_why_and_what_went_and_nothing_about_anybody(authority, closed):
    case_id = closed(CLOSED, retention="P90D", number="WUG-2026-4F7K-92")
    open_file(authority_id=authority.id, case_id=case_id, number="WUG-2026-4F7K-92", title="Parken", now=CLOSED)
    file_document(
        authority_id=authority.id, case_id=case_id, kind="letter", title="Bescheid für Amira Yılmaz", origin="system",
        kept=put(authority_id=authority.id, data=b"%PDF-1.7 Amira"), source_key="decision", now=CLOSED,
    )  # fmt: skip
    night(authority, german_day(CLOSED))
    assert file_of(authority.id, case_id).retention_until == date(2027, 2, 21)
    for day in (date(2027, 2, 22), date(2027, 8, 23)):
        night(authority, day)
    with work(authority.id):
        [proof] = Deletion.objects.all()
    assert (proof.cause, proof.archive, proof.until) == ("retention", "unanswered", date(2027, 2, 21))
    assert proof.counts["records_document"] == proof.counts["cases_case"] == 1
    assert len(proof.files) == 1
    said = repr(vars(proof))
    assert not any(word in said for word in ("Amira", "Yılmaz", "Bescheid", "4F7K"))
    assert proof.number_hash == number_hash(authority.id, "WUG-2026-4F7K-92")


def test_what_the_archive_does_not_want_goes_the_next_night(authority, closed, organiser, now):
    case_id = closed(CLOSED)
    night(authority, german_day(CLOSED))
    night(authority, OVER)
    [offer] = queries.offers(organiser, now)
    services.answer_offer(staff=organiser, retention_id=offer.id, answer="refused", now=CLOSED)
    assert there(authority, case_id)
    assert night(authority, OVER + timedelta(days=1)).deleted == 1
    assert not there(authority, case_id)


def test_what_the_archive_takes_stays_until_it_was_handed_over(authority, closed, organiser, lead, now):
    case_id = closed(CLOSED)
    night(authority, german_day(CLOSED))
    night(authority, OVER)
    [offer] = queries.offers(organiser, now)
    services.answer_offer(staff=organiser, retention_id=offer.id, answer="accepted", now=CLOSED)
    night(authority, offer.answer_by + timedelta(days=400))
    assert there(authority, case_id)
    with pytest.raises(Refused, match="offer_moved_on"):
        services.answer_offer(staff=organiser, retention_id=offer.id, answer="refused", now=CLOSED)
    with pytest.raises(Refused, match="organiser_only"):
        services.hand_over(staff=lead, retention_id=offer.id, now=CLOSED)
    services.hand_over(staff=organiser, retention_id=offer.id, now=CLOSED)
    night(authority, offer.answer_by + timedelta(days=401))
    assert not there(authority, case_id)


def test_a_held_case_stays_and_goes_on_when_the_hold_ends(authority, closed, lead, now):
    lifted, timed = closed(CLOSED), closed(CLOSED)
    services.hold(staff=lead, case_id=lifted, reason="Klage vor dem VG Ansbach", until=None, now=now)
    services.hold(staff=lead, case_id=timed, reason="Klage", until=OVER + timedelta(days=30), now=now)
    night(authority, german_day(CLOSED))
    assert night(authority, OVER + timedelta(days=30)).offered == 0
    assert night(authority, OVER + timedelta(days=31)).offered == 1
    services.lift(staff=lead, case_id=lifted, now=now)
    assert night(authority, OVER + timedelta(days=32)).offered == 1
    with work(authority.id):
        assert Hold.objects.count() == 0
    assert acts(authority, lifted)[:2] == ["privacy.held", "privacy.hold_lifted"]


def test_a_hold_gets_another_reason_and_day_and_keeps_what_it_said(authority, closed, lead, now):
    case_id, later = closed(CLOSED), now + timedelta(hours=1)
    with pytest.raises(Refused, match="not_held"):
        services.change_hold(staff=lead, case_id=case_id, reason="Klage", until=None, now=now)
    services.hold(staff=lead, case_id=case_id, reason="Klage", until=OVER, now=now)
    for _ in range(2):
        services.change_hold(staff=lead, case_id=case_id, reason="Berufung", until=None, now=later)
    end = queries.end_of(authority.id, case_id)
    assert (end.ended.held, end.hold_reason, end.hold_until) == (True, "Berufung", None)
    assert end.hold_former == (queries.FormerHold("Klage", OVER, later),)
    with work(authority.id):
        [changed] = AuditEntry.objects.filter(act="privacy.hold_changed")
    assert changed.details == {"until": "", "before": str(OVER)}


def test_a_hold_is_changed_by_leads_only_and_never_without_a_reason(closed, adler, lead, now):
    case_id = closed(CLOSED)
    services.hold(staff=lead, case_id=case_id, reason="Klage", until=None, now=now)
    for who, reason, until, why in (
        (adler, "Berufung", None, "lead_only"),
        (lead, "  ", None, "hold_reason"),
        (lead, "Berufung", german_day(now) - timedelta(days=1), "hold_until"),
    ):
        with pytest.raises(Refused, match=why):
            services.change_hold(staff=who, case_id=case_id, reason=reason, until=until, now=now)


def test_a_hold_that_comes_while_the_archive_thinks_keeps_the_case(authority, closed, lead, now):
    case_id = closed(CLOSED)
    for day in (german_day(CLOSED), OVER):
        night(authority, day)
    services.hold(staff=lead, case_id=case_id, reason="Klage", until=None, now=now)
    night(authority, OVER + timedelta(days=400))
    assert there(authority, case_id)


def test_the_clock_of_a_case_that_is_opened_again_begins_anew(authority, closed, lead, organiser, now):
    case_id = closed(CLOSED)
    night(authority, german_day(CLOSED))
    with work(authority.id):
        Case.objects.filter(id=case_id).update(active=True, closed_at=None, state="in_review")
    night(authority, OVER)
    with work(authority.id):
        assert Retention.objects.count() == 0
        Case.objects.filter(id=case_id).update(active=False, closed_at=datetime(2030, 3, 1, tzinfo=UTC))
    night(authority, date(2030, 3, 2))
    night(authority, date(2033, 12, 31))
    assert queries.offers(organiser, now) == []
    night(authority, date(2034, 1, 1))
    assert len(queries.offers(organiser, now)) == 1


def test_a_case_opened_and_closed_again_between_two_nights_is_not_offered_early(authority, closed):
    """Its row still tells the first closing."""
    case_id = closed(CLOSED)
    night(authority, german_day(CLOSED))
    with work(authority.id):
        Case.objects.filter(id=case_id).update(closed_at=datetime(2029, 12, 31, 12, tzinfo=UTC))
    assert night(authority, OVER).offered == 0
    with work(authority.id):
        assert Retention.objects.get().until == date(2032, 12, 31)


AGAIN = datetime(2030, 3, 1, 12, tzinfo=UTC)


def closed_again(authority, case_id):
    """Opened again and closed again between two nights."""
    with work(authority.id):
        Case.objects.filter(id=case_id).update(closed_at=AGAIN)


@pytest.mark.parametrize("answered", [(), ("accepted",), ("refused",), ("accepted", "handed_over")])
def test_what_was_closed_again_after_its_offer_is_offered_anew(authority, closed, organiser, answered, now):
    """What was decided since, the archive has not seen."""
    case_id = closed(CLOSED)
    night(authority, german_day(CLOSED))
    night(authority, OVER)
    [offer] = queries.offers(organiser, now)
    for answer in answered:
        if answer == "handed_over":
            services.hand_over(staff=organiser, retention_id=offer.id, now=AGAIN)
        else:
            services.answer_offer(staff=organiser, retention_id=offer.id, answer=answer, now=AGAIN)
    closed_again(authority, case_id)
    assert night(authority, date(2030, 7, 2)) == services.Night(0, 0, 0, 0, 0)
    assert acts(authority, case_id)[-1] == "privacy.began_anew"
    night(authority, date(2033, 12, 31))
    assert queries.offers(organiser, now) == []
    assert night(authority, date(2034, 1, 1)).offered == 1
    night(authority, date(2034, 1, 2))
    assert there(authority, case_id)


def test_the_old_offer_of_a_case_closed_again_is_answered_by_nobody(authority, closed, organiser, now):
    case_id = closed(CLOSED)
    night(authority, german_day(CLOSED))
    night(authority, OVER)
    [offer] = queries.offers(organiser, now)
    closed_again(authority, case_id)
    assert queries.offers(organiser, now) == []
    with pytest.raises(Refused, match="offer_ended"):
        services.answer_offer(staff=organiser, retention_id=offer.id, answer="refused", now=AGAIN)
    with work(authority.id):
        Retention.objects.update(state="accepted")
    with pytest.raises(Refused, match="offer_ended"):
        services.hand_over(staff=organiser, retention_id=offer.id, now=AGAIN)


@pytest.mark.parametrize("blocked", ["end_of", "close_file"])
def test_a_case_opened_again_that_cannot_be_locked_keeps_no_other_waiting(
    authority, closed, monkeypatch, blocked, organiser, now
):
    stuck, other = closed(CLOSED), closed(CLOSED)
    night(authority, german_day(CLOSED))
    with work(authority.id):
        Case.objects.filter(id=stuck).update(active=True, closed_at=None)
    from stadttor.privacy.services import clock

    real = getattr(clock, blocked)

    def waits_in_vain(*args, **named):
        if stuck in (*args, *named.values()):
            raise OperationalError("canceling statement due to lock timeout")
        return real(*args, **named)

    monkeypatch.setattr(clock, blocked, waits_in_vain)
    assert night(authority, OVER).offered == 1
    assert [one.case_id for one in queries.offers(organiser, now)] == [other]


def test_jobs_that_name_the_case_go_with_it(authority, closed, now):
    from stadttor.cases.jobs import remind

    gone, stays = closed(CLOSED, state="withdrawn"), closed(CLOSED)
    with work(authority.id):
        for case_id in (gone, stays):
            enqueue(remind, authority_id=authority.id, case_id=case_id)
    lead = lead_of(authority)
    services.delete_on_request(staff=lead, case_id=gone, ground="withdrawn", now=now)
    assert [one["case_id"] for one in waiting("cases.remind")] == [str(stays)]


def lead_of(authority):
    from stadttor.cases.tests.conftest import staff

    return staff(authority, "Frau Wagner", "lead")


def test_on_request_an_undecided_case_goes_and_a_decided_one_stays_with_the_reason(authority, closed, lead, now):
    undecided, decided = closed(CLOSED, state="withdrawn"), closed(CLOSED)
    services.delete_on_request(staff=lead, case_id=undecided, ground="withdrawn", now=now)
    with pytest.raises(Refused) as refused:
        services.delete_on_request(staff=lead, case_id=decided, ground="withdrawn", now=now)
    assert (refused.value.code, refused.value.values["day"]) == ("must_be_kept", date(2029, 12, 31))
    assert (there(authority, undecided), there(authority, decided)) == (False, True)
    assert acts(authority, undecided) == ["privacy.deleted"]
    assert acts(authority, decided) == ["privacy.deletion_refused"]


def test_on_request_nothing_goes_for_a_clerk_or_of_the_neighbour(authority, neighbour, closed, adler, now):
    case_id = closed(CLOSED, state="withdrawn")
    with pytest.raises(Refused, match="lead_only"):
        services.delete_on_request(staff=adler, case_id=case_id, ground="withdrawn", now=now)
    with pytest.raises(Refused, match="not_found"):
        services.delete_on_request(staff=lead_of(neighbour), case_id=case_id, ground="unlawful", now=now)
    assert there(authority, case_id)


def test_a_case_that_cannot_go_keeps_no_other_waiting(authority, closed, monkeypatch):
    first, second = closed(CLOSED, retention="P1D"), closed(CLOSED + timedelta(hours=1), retention="P1D")
    night(authority, german_day(CLOSED))
    night(authority, date(2026, 11, 25))
    from stadttor.privacy.services import clock

    real = clock.erase_all

    def breaks_once(authority_id, case, why):
        if case.id == first:
            raise OSError("no space left")
        return real(authority_id, case, why)

    with monkeypatch.context() as broken:
        broken.setattr(clock, "erase_all", breaks_once)
        assert night(authority, date(2027, 6, 1)).deleted == 1
    assert (there(authority, first), there(authority, second)) == (True, False)
    assert night(authority, date(2027, 6, 2)).deleted == 1


def test_the_neighbours_cases_are_not_touched(authority, neighbour, closed):
    case_id = closed(CLOSED, retention="P1D")
    for day in (german_day(CLOSED), OVER, OVER + timedelta(days=300)):
        night(neighbour, day)
    assert there(authority, case_id)


def test_a_withdrawn_case_of_the_product_itself_can_go(authority, opened, lead, now):
    from stadttor.ground.actor import CITIZEN

    case_id = opened()
    cases.withdraw(authority_id=authority.id, case_id=case_id, actor=CITIZEN, now=now)
    assert queries.end_of(authority.id, case_id).ended.undecided
    services.delete_on_request(staff=lead, case_id=case_id, ground="withdrawn", now=now)
    assert not there(authority, case_id)


def test_what_was_paid_or_is_being_paid_is_not_forgotten_at_once(authority, closed, lead, now):
    """Money on its way would come in for an application that nobody knows any more."""
    from stadttor.payments import services as payments
    from stadttor.payments.models import Attempt, Payment
    from stadttor.payments.ports import provider, use_provider
    from stadttor.payments.simulator import Simulator

    case_id = closed(CLOSED, state="withdrawn")
    subject_id = queries.end_of(authority.id, case_id).case.submission_id
    payments.request_payment(
        authority_id=authority.id, subject_id=subject_id, reference="x", items=[], cents=1000, now=now
    )
    assert queries.end_of(authority.id, case_id).ended.undecided
    before = provider()
    use_provider(Simulator())
    payments.try_to_pay(authority_id=authority.id, subject_id=subject_id, key="k", return_to="/", now=now)
    use_provider(before)
    for ground in ("withdrawn", "unlawful"):
        with pytest.raises(Refused, match="being_paid"):
            services.delete_on_request(staff=lead, case_id=case_id, ground=ground, now=now)
    with work(authority.id):
        Attempt.objects.update(state="paid")
        Payment.objects.update(state="paid")
    with pytest.raises(Refused, match="must_be_kept"):
        services.delete_on_request(staff=lead, case_id=case_id, ground="withdrawn", now=now)
    with pytest.raises(Refused, match="pay_back_first"):
        services.delete_on_request(staff=lead, case_id=case_id, ground="unlawful", now=now)
    with work(authority.id):
        Payment.objects.update(state="refunded")
    services.delete_on_request(staff=lead, case_id=case_id, ground="unlawful", now=now)
