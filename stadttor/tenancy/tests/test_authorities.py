from datetime import datetime
from uuid import UUID

import pytest

from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.tenancy import demo, queries, services

pytestmark = pytest.mark.db


def create(now: datetime, *, slug: str = "solnhofen", covers: tuple[str, ...] = ("095770168168",)) -> UUID:
    return services.create_authority(
        slug=slug, name="Gemeinde Solnhofen", kind="gemeinde", covers=covers, actor=SYSTEM, now=now
    )


def test_a_new_authority_answers_under_its_slug_and_its_host(now: datetime) -> None:
    solnhofen = create(now)
    assert queries.authority_by_slug("solnhofen").id == solnhofen  # type: ignore[union-attr]
    assert queries.authority_by_host("solnhofen.localhost:8000").id == solnhofen  # type: ignore[union-attr]
    assert queries.authority_by_host("localhost") is None
    assert queries.authority_by_host("solnhofen.evil.example") is None
    with work(solnhofen):
        assert AuditEntry.objects.filter(authority_id=solnhofen).get().act == "authority.created"


@pytest.mark.parametrize("slug", ["", "Solnhofen", "-a", "a_b", "a.b", "x" * 61])
def test_a_slug_is_one_label_of_a_host_name(now: datetime, slug: str) -> None:
    with pytest.raises(Refused) as refused:
        create(now, slug=slug)
    assert refused.value.code == "slug.format"


def test_a_slug_is_given_once(now: datetime) -> None:
    create(now)
    with pytest.raises(Refused) as refused:
        create(now)
    assert refused.value.code == "slug.taken"


def test_coverage_must_be_a_regional_key(now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        create(now, covers=("0957",))
    assert refused.value.code == "ars.format"


def test_coverage_can_be_replaced(now: datetime) -> None:
    solnhofen = create(now)
    services.set_coverage(solnhofen, ["09577"], actor=SYSTEM, now=now)
    assert queries.coverage_of(solnhofen) == ["09577"]
    assert queries.covers(solnhofen, "095775534127")
    assert not queries.covers(solnhofen, "091620000000")


def test_a_profile_is_empty_until_it_is_described_bit_by_bit(now: datetime) -> None:
    solnhofen = create(now)
    assert queries.profile(solnhofen).lines == ()
    services.describe(solnhofen, actor=SYSTEM, now=now, lines=["Gemeinde Solnhofen", " "], accent="#00594F")
    services.describe(solnhofen, actor=SYSTEM, now=now, phone="+49 89 99998 100")
    profile = queries.profile(solnhofen)
    assert (profile.lines, profile.accent, profile.phone) == (("Gemeinde Solnhofen",), "#00594f", "+49 89 99998 100")


@pytest.mark.parametrize(
    "span",
    [
        {"day": 7, "from": "08:00", "until": "12:00"},
        {"day": 0, "from": "12:00", "until": "08:00"},
        {"day": 0, "from": "8", "until": "12:00"},
        {},
    ],
)
def test_opening_hours_that_make_no_sense_are_refused(now: datetime, span: dict[str, object]) -> None:
    solnhofen = create(now)
    with pytest.raises(Refused) as refused:
        services.describe(solnhofen, actor=SYSTEM, now=now, hours=[span])
    assert refused.value.code == "hours.format"


def test_the_demo_loads_twice_without_a_change(now: datetime) -> None:
    assert demo.load(now=now) == demo.load(now=now)
    assert len(queries.all_authorities()) == 6


def test_the_demos_verwaltungsgemeinschaft_has_three_members(now: datetime) -> None:
    ids = demo.load(now=now)
    assert [area.base for area in queries.areas_of(ids["vg-ellingen"])] == ["Ellingen", "Ettenstatt", "Höttingen"]


@pytest.mark.parametrize(
    ("today", "in_days", "day", "start"),
    [
        ("2026-11-22", 1, 0, "08:00"),  # a Sunday
        ("2026-11-20", 3, 0, "08:00"),  # a Friday, whose own hours do not count
        ("2026-11-17", 3, 4, "09:00"),
    ],
)
def test_a_closed_authority_says_when_it_opens_next(today: str, in_days: int, day: int, start: str) -> None:
    spans = (queries.OpeningHours(4, "09:00", "12:00"), queries.OpeningHours(0, "13:30", "16:00"))
    row = queries.ProfileRow(UUID(int=1), hours=(*spans, queries.OpeningHours(0, "08:00", "12:00")))
    moment = datetime.fromisoformat(f"{today}T12:00:00+00:00")
    assert queries.next_opening(row, moment) == queries.NextOpening(in_days, day, start)


def test_an_authority_without_hours_opens_at_no_known_time(now: datetime) -> None:
    assert queries.next_opening(queries.ProfileRow(UUID(int=1)), now) is None


def test_the_demo_says_that_its_contact_data_are_made_up(now: datetime) -> None:
    profile = queries.profile(demo.load(now=now)["weissenburg"])
    assert profile.example
    assert profile.email.endswith(".example")
    assert [span.start for span in queries.hours_today(profile, now)] == ["08:00", "13:30"]
