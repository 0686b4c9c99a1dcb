"""Who sees which case, in which order, and that the numbers match."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from importlib import import_module
from uuid import UUID

import pytest

from stadttor.cases import queries, services
from stadttor.cases.models import Decision
from stadttor.cases.queries import Filters
from stadttor.cases.queries.filtering import period_of
from stadttor.cases.tests.conftest import staff
from stadttor.cases.tests.fakes import FakeApplications
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import Authority
from stadttor.ground.work import work
from stadttor.identity import queries as identity
from stadttor.identity import services as accounts
from stadttor.identity.queries import Staff

pytestmark = pytest.mark.db

Open = Callable[..., UUID]
PASSWORD = "ein langes Kennwort"
LIST = import_module("stadttor.cases.queries.work_list")  # the package shows its function under this name


def numbers(who: Staff, now: datetime, **filters: object) -> list[str]:
    found = queries.work_list(who, Filters(**{"scope": "all", **filters}), now=now)  # type: ignore[arg-type]
    return [row.number for row in found.rows]


def is_hidden(who: Staff, case_id: UUID, now: datetime) -> bool:
    with pytest.raises(Refused) as refused:
        queries.case_for(who, case_id, now)
    return refused.value.status == 404


def test_a_clerk_sees_her_units_cases_and_nobody_elses(
    authority: Authority, opened: Open, adler: Staff, lead: Staff, now: datetime
) -> None:
    parking, dog = opened(number="P"), opened(number="D", service="hundesteuer", title="Hundesteuer")
    stranger = staff(authority, "Herr Schmidt")
    assert numbers(adler, now) == ["P"]
    assert numbers(lead, now) == ["D", "P"] or numbers(lead, now) == ["P", "D"]
    assert numbers(stranger, now) == []
    assert queries.case_for(adler, parking, now).number == "P"
    assert is_hidden(adler, dog, now)
    assert is_hidden(stranger, parking, now)
    with pytest.raises(Refused) as refused:
        services.take(staff=stranger, case_id=parking, version=1, now=now)
    assert refused.value.status == 404


def test_the_neighbour_sees_nothing_even_as_lead(
    neighbour: Authority, opened: Open, lead: Staff, now: datetime
) -> None:
    case_id = opened()
    theirs = staff(neighbour, "Herr Huber", "lead")
    assert numbers(theirs, now) == []
    assert queries.work_list(theirs, Filters(scope="all"), now=now).counts == {
        "mine": 0,
        "unit": 0,
        "all": 0,
        "answered": 0,
        "late": 0,
    }
    assert is_hidden(theirs, case_id, now)
    assert queries.export_rows(theirs, Filters(scope="all"), now=now) == ([], False)


def test_a_case_given_to_a_clerk_is_hers_to_see_outside_her_unit(
    authority: Authority, opened: Open, lead: Staff, now: datetime
) -> None:
    case_id = opened(service="hundesteuer", title="Hundesteuer")
    membership = accounts.create_member(
        authority_id=authority.id,
        email="schmidt@weissenburg.example",
        name="Herr Schmidt",
        roles=["clerk"],
        unit_ids=[],
        password=PASSWORD,
        actor=SYSTEM,
        now=now,
    )
    account = identity.member(authority.id, membership).account_id
    services.assign(staff=lead, case_id=case_id, version=1, assignee_id=account, now=now)
    schmidt = Staff(account, "Herr Schmidt", "", authority.id, frozenset({"clerk"}), frozenset())
    assert queries.case_for(schmidt, case_id, now).mine
    with pytest.raises(Refused) as refused:
        services.assign(staff=lead, case_id=case_id, version=2, assignee_id=new_id(), now=now)
    assert refused.value.code == "not_a_clerk"


def test_only_leads_move_and_assign_to_anybody(
    opened: Open, adler: Staff, lead: Staff, traffic: UUID, now: datetime
) -> None:
    case_id = opened(service="hundesteuer", title="Hundesteuer")
    services.move(staff=lead, case_id=case_id, version=1, unit_id=traffic, now=now)
    assert queries.case_for(adler, case_id, now).unit_id == traffic
    with pytest.raises(Refused) as refused:
        services.move(staff=adler, case_id=case_id, version=2, unit_id=traffic, now=now)
    assert refused.value.code == "lead_only"


@pytest.fixture
def colleagues(authority: Authority, now: datetime) -> dict[str, Staff]:
    """Two clerks with accounts, in no unit, by name."""
    people = {}
    for name in ("Frau Adler", "Herr Olsen"):
        membership = accounts.create_member(
            authority_id=authority.id,
            email=f"{name.split()[1]}@weissenburg.example",
            name=name,
            roles=["clerk"],
            unit_ids=[],
            password=PASSWORD,
            actor=SYSTEM,
            now=now,
        )
        account = identity.member(authority.id, membership).account_id
        people[name] = Staff(account, name, "", authority.id, frozenset({"clerk"}), frozenset())
    return people


def test_a_deputy_sees_and_takes_the_cases_for_the_time(
    colleagues: dict[str, Staff], opened: Open, lead: Staff, now: datetime
) -> None:
    adler, olsen = colleagues["Frau Adler"], colleagues["Herr Olsen"]
    case_id = opened(service="hundesteuer", title="Hundesteuer")
    services.assign(staff=lead, case_id=case_id, version=1, assignee_id=adler.id, now=now)
    assert is_hidden(olsen, case_id, now)
    row = services.deputise(
        staff=adler,
        for_id=adler.id,
        deputy_id=olsen.id,
        first_day=date(2026, 11, 24),
        last_day=date(2026, 11, 30),
        now=now,
    )
    assert is_hidden(olsen, case_id, now)
    for days in (1, 7):
        assert len(numbers(olsen, now + timedelta(days=days), scope="mine")) == 1
    assert is_hidden(olsen, case_id, now + timedelta(days=8))
    services.end_deputy(staff=adler, deputy_row_id=row, now=now)
    assert is_hidden(olsen, case_id, now + timedelta(days=2))


def test_a_deputy_is_somebody_else_for_a_sensible_time(adler: Staff, olsen: Staff, now: datetime) -> None:
    today = now.date()

    def deputise(for_id: UUID, deputy_id: UUID, last_day: date) -> str:
        with pytest.raises(Refused) as refused:
            services.deputise(
                staff=adler, for_id=for_id, deputy_id=deputy_id, first_day=today, last_day=last_day, now=now
            )
        return refused.value.code

    assert deputise(adler.id, adler.id, today) == "deputy_self"
    assert deputise(adler.id, olsen.id, today - timedelta(days=1)) == "deputy_days"
    assert deputise(adler.id, olsen.id, today + timedelta(days=400)) == "deputy_days"
    assert deputise(olsen.id, adler.id, today) == "lead_only"


def test_a_deputy_of_the_past_or_entered_twice_is_refused(colleagues: dict[str, Staff], now: datetime) -> None:
    adler, olsen = colleagues["Frau Adler"], colleagues["Herr Olsen"]

    def deputise(first: date, last: date) -> str:
        try:
            services.deputise(staff=adler, for_id=adler.id, deputy_id=olsen.id, first_day=first, last_day=last, now=now)
        except Refused as refused:
            return refused.code
        return ""

    assert deputise(date(2020, 1, 1), date(2020, 1, 31)) == "deputy_over"
    assert deputise(date(2026, 11, 24), date(2026, 11, 30)) == ""
    assert deputise(date(2026, 11, 24), date(2026, 11, 30)) == "deputy_twice"
    assert deputise(date(2026, 11, 30), date(2026, 12, 4)) == "deputy_twice"
    assert deputise(date(2026, 12, 1), date(2026, 12, 4)) == ""


def test_the_list_is_by_deadline_first(opened: Open, adler: Staff, now: datetime) -> None:
    for number, due in (("late", "P1D"), ("never", ""), ("soon", "P3D")):
        opened(number=number, due=due)
    assert numbers(adler, now) == ["late", "soon", "never"]
    assert numbers(adler, now, descending=True) == ["never", "soon", "late"]


def test_sorting_by_applicant_is_german(opened: Open, adler: Staff, now: datetime) -> None:
    for name in ("Zug", "Äpfel", "Bad"):
        opened(number=name, applicant=name)
    assert numbers(adler, now, sort="applicant") == ["Äpfel", "Bad", "Zug"]


def test_filters_by_state_service_assignee_and_deadline(opened: Open, adler: Staff, lead: Staff, now: datetime) -> None:
    taken, _ = opened(number="taken", due="P1D"), opened(number="free")
    opened(number="dog", service="hundesteuer", title="Hundesteuer")
    services.take(staff=adler, case_id=taken, version=1, now=now)
    assert numbers(lead, now, state="in_review") == ["taken"]
    assert numbers(lead, now, service="hundesteuer") == ["dog"]
    assert numbers(lead, now, assignee=str(adler.id)) == ["taken"]
    assert sorted(numbers(lead, now, assignee="nobody")) == ["dog", "free"]
    assert numbers(lead, now, deadline="soon") == ["taken"]
    assert numbers(lead, now + timedelta(days=5), deadline="late") == ["taken"]
    assert queries.work_list(lead, Filters(), now=now).services == (
        ("bewohnerparkausweis", "Bewohnerparkausweis"),
        ("hundesteuer", "Hundesteuer"),
    )


@pytest.mark.parametrize(
    "text", ["yil", "Yılmaz", "amira yilmaz", "WUG-2026-4F7K-92", "4f7k", "bewohnerpark", "wug 2026 4f"]
)
def test_cases_are_found_by_name_number_and_title(text: str, opened: Open, adler: Staff, now: datetime) -> None:
    opened(number="WUG-2026-4F7K-92")
    opened(number="WUG-2026-0000-00", applicant="Jonas Weber", service="bewohnerparkausweis", title="Parken")
    assert numbers(adler, now, text=text) == ["WUG-2026-4F7K-92"]


@pytest.mark.parametrize("text", ["Brücke", "bruecke", "brucke", "BRUCK"])
def test_a_name_with_an_umlaut_is_found_however_it_is_typed(
    text: str, opened: Open, adler: Staff, now: datetime
) -> None:
    opened(number="B", applicant="Jana Brücke")
    opened(number="W", applicant="Jonas Weber")
    assert numbers(adler, now, text=text) == ["B"]


@pytest.mark.parametrize("text", ["%", "'; DROP TABLE cases_case; --", "weber xyz", "\x00"])
def test_nothing_is_found_by_what_is_not_there(text: str, opened: Open, adler: Staff, now: datetime) -> None:
    opened(applicant="Jonas Weber")
    found = numbers(adler, now, text=text)
    assert found == [] or not text.strip("%\x00")


def test_counts_match_the_lists(opened: Open, adler: Staff, now: datetime) -> None:
    mine = opened(due="P1D")
    opened()
    services.take(staff=adler, case_id=mine, version=1, now=now)
    later = now + timedelta(days=5)
    counts = queries.work_list(adler, Filters(scope="mine"), now=later).counts
    assert counts == {"mine": 1, "unit": 2, "all": 2, "answered": 0, "late": 1}
    for scope in ("mine", "unit", "all"):
        found = queries.work_list(adler, Filters(scope=scope), now=later)  # type: ignore[arg-type]
        assert (found.total, len(found.rows), found.more) == (counts[scope], counts[scope], False)


def test_paging_shows_every_case_once(opened: Open, adler: Staff, now: datetime) -> None:
    expected = {opened() for _ in range(30)}
    pages = [queries.work_list(adler, Filters(scope="unit"), page=page, now=now) for page in (1, 2, 3)]
    assert [(page.page, len(page.rows)) for page in pages] == [(1, 25), (2, 5), (2, 5)]
    assert {row.id for page in pages for row in page.rows} == expected
    assert pages[1].total == 30


def test_closed_cases_leave_the_list_but_are_found(
    authority: Authority, opened: Open, adler: Staff, now: datetime
) -> None:
    case_id = opened(number="W")
    services.withdraw(authority_id=authority.id, case_id=case_id, actor=SYSTEM, now=now)
    assert numbers(adler, now) == []
    assert numbers(adler, now, state="withdrawn") == ["W"]
    assert numbers(adler, now, state="any") == ["W"]


def test_what_is_decided_and_not_closed_can_be_left_out(
    opened: Open, adler: Staff, now: datetime, version: Callable[[Staff, UUID], int]
) -> None:
    decided, _waiting = opened(number="D"), opened(number="W")
    services.take(staff=adler, case_id=decided, version=1, now=now)
    services.decide(staff=adler, case_id=decided, version=version(adler, decided), outcome="granted", now=now)
    assert sorted(numbers(adler, now)) == ["D", "W"]
    assert numbers(adler, now, state="undecided") == ["W"]


def test_saved_views_are_a_clerks_own(adler: Staff, olsen: Staff, now: datetime) -> None:
    def views(who: Staff) -> tuple[tuple[str, str], ...]:
        return queries.work_list(who, Filters(), now=now).views

    services.save_filter(staff=adler, name="Überfällig", query="deadline=late")
    services.save_filter(staff=adler, name="Überfällig", query="deadline=late&scope=unit")
    ((filter_id, name),) = views(adler)
    assert (name, queries.saved_filter(adler, UUID(filter_id))) == ("Überfällig", "deadline=late&scope=unit")
    assert views(olsen) == ()
    with pytest.raises(Refused) as refused:
        queries.saved_filter(olsen, UUID(filter_id))
    assert refused.value.status == 404
    services.remove_filter(staff=olsen, filter_id=UUID(filter_id))
    assert len(views(adler)) == 1
    services.remove_filter(staff=adler, filter_id=UUID(filter_id))
    assert views(adler) == ()


def test_the_export_holds_what_the_list_holds(
    applications: FakeApplications, opened: Open, adler: Staff, now: datetime
) -> None:
    for _ in range(27):
        opened()
    rows, is_cut = queries.export_rows(adler, Filters(scope="unit"), now=now)
    assert (len(rows), is_cut) == (27, False)


def test_an_export_that_is_cut_says_so(
    opened: Open, adler: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LIST, "MOST_EXPORTED", 2)
    for _ in range(3):
        opened()
    rows, is_cut = queries.export_rows(adler, Filters(scope="unit"), now=now)
    assert (len(rows), is_cut) == (2, True)


@pytest.mark.parametrize("sort", ["due", "received", "applicant"])
@pytest.mark.parametrize("descending", [False, True])
def test_behind_a_case_the_list_goes_on_to_its_end(
    sort: str, descending: bool, opened: Open, lead: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        opened(number=f"N-{number}", due=("", "P3D", "P5D")[number % 3], applicant=f"Person {number // 2}")
    filters = Filters(scope="all", sort=sort, descending=descending)
    whole = [row.id for row in queries.work_list(lead, filters, now=now).rows]
    monkeypatch.setattr(LIST, "PAGE_SIZE", 2)
    page = queries.work_list(lead, filters, now=now)
    walked = [row.id for row in page.rows]
    while page.has_next:
        page = queries.work_list(lead, filters, after=walked[-1], now=now)
        walked += [row.id for row in page.rows]
    assert walked == whole
    assert len(whole) == 9


def test_the_list_goes_on_behind_ones_own_cases_only(opened: Open, olsen: Staff, adler: Staff, now: datetime) -> None:
    dog = opened(number="D", service="hundesteuer", title="Hundesteuer")
    with pytest.raises(Refused) as refused:
        queries.work_list(adler, Filters(scope="all"), after=dog, now=now)
    assert refused.value.status == 404


def sent(authority: Authority, case_id: UUID, *moments: datetime) -> None:
    """Decisions that left the house at these moments."""
    with work(authority.id):
        Decision.objects.bulk_create(
            Decision(authority_id=authority.id, case_id=case_id, outcome="granted", decided_at=moment, sent_at=moment)
            for moment in moments
        )


def test_the_cases_behind_a_figure_are_those_of_its_months_that_one_may_see(
    authority: Authority, opened: Open, adler: Staff, lead: Staff, now: datetime
) -> None:
    """Her own cases alone are no figure: who asks for one clerk's is shown all the same."""
    this_month, anew, dog = opened(number="P"), opened(number="A"), opened(number="D", service="hundesteuer")
    opened(number="O")
    sent(authority, this_month, now)
    sent(authority, anew, now - timedelta(days=60), now)
    sent(authority, dog, now)
    decided = period_of(f"decided:{now:%Y-%m}:{now:%Y-%m}")
    assert sorted(numbers(lead, now, state="any", period=decided)) == ["D", "P"]
    assert numbers(adler, now, state="any", period=decided) == ["P"]
    assert numbers(adler, now, state="any", period=decided, assignee=str(new_id())) == ["P"]
    assert numbers(adler, now, state="any", period=period_of("decided:2020-01:2020-12")) == []
    received = period_of(f"received:{now:%Y-%m}:{now:%Y-%m}")
    assert sorted(numbers(lead, now, state="any", period=received)) == ["A", "D", "O", "P"]
    for nonsense in (
        "",
        "decided:2026-13:2026-14",
        "decided:2026-01",
        "gibtesnicht:2026-01:2026-02",
        "decided:0000-01:2026-02",
    ):
        assert period_of(nonsense) is None
