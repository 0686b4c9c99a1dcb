from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import pytest

from stadttor.ground.actor import SYSTEM
from stadttor.tenancy import demo, queries, services

pytestmark = pytest.mark.db


@pytest.fixture
def towns(_clean: None, now: datetime) -> dict[str, UUID]:
    return demo.load(now=now)


@pytest.mark.parametrize(
    "typed", ["Weißenburg i. Bay.", "weissenburg", "Weisenburg", "91781", "09577177", "095770177177"]
)
def test_the_town_itself_is_responsible(towns: dict[str, UUID], now: datetime, typed: str) -> None:
    answer = queries.responsible(typed, now=now)
    assert answer.status == "exact"
    assert answer.authority.id == towns["weissenburg"]  # type: ignore[union-attr]


@pytest.mark.parametrize("typed", ["Ellingen", "Ettenstatt", "Höttingen", "Hoettingen", "91798"])
def test_members_are_served_by_their_verwaltungsgemeinschaft(towns: dict[str, UUID], now: datetime, typed: str) -> None:
    assert queries.responsible(typed, now=now).authority.slug == "vg-ellingen"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("Solnhofen", "landkreis-weissenburg-gunzenhausen"),
        ("Ettenstatt", "landkreis-weissenburg-gunzenhausen"),
        ("Aschaffenburg", "aschaffenburg"),
        ("München", "muenchen"),
    ],
)
def test_work_of_the_kreis_is_done_by_the_kreis_or_by_a_town_that_is_one(
    towns: dict[str, UUID], now: datetime, typed: str, slug: str
) -> None:
    assert queries.responsible(typed, level="kreis", now=now).authority.slug == slug  # type: ignore[union-attr]


def test_a_postal_code_says_that_it_is_only_the_seats(towns: dict[str, UUID], now: datetime) -> None:
    assert queries.responsible("91781", now=now).notes == ("seat_postal_code",)


def test_one_postal_code_of_two_places_asks_for_the_place(towns: dict[str, UUID], now: datetime) -> None:
    answer = queries.responsible("25938", now=now)
    assert answer.status == "several"
    assert [candidate.area.base for candidate in answer.candidates] == ["Wyk auf Föhr", "Utersum"]
    assert answer.notes == ("seat_postal_code", "ask_place")


def test_a_code_that_is_no_seats_offers_the_town_and_asks(towns: dict[str, UUID], now: datetime) -> None:
    answer = queries.responsible("80333", now=now)
    assert (answer.status, answer.candidates[0].area.base) == ("several", "München")
    assert "ask_place" in answer.notes


def test_namesakes_are_asked_about(towns: dict[str, UUID], now: datetime) -> None:
    answer = queries.responsible("Frankfurt", now=now)
    assert answer.status == "several"
    assert [queries.place_label(candidate.area) for candidate in answer.candidates] == [
        "Frankfurt am Main (Hessen)",
        "Frankfurt (Oder) (Brandenburg)",
    ]


def test_a_dissolved_key_leads_to_its_successor(towns: dict[str, UUID], now: datetime) -> None:
    answer = queries.responsible("16056000", now=now)
    assert answer.candidates[0].area.code == "16063105"
    assert answer.candidates[0].formerly.code == "16056000"  # type: ignore[union-attr]
    assert answer.notes == ("dissolved", "no_authority")


def test_a_living_place_beside_its_own_past_is_one_answer(towns: dict[str, UUID], now: datetime) -> None:
    answer = queries.responsible("Eisenach", now=now)
    assert (answer.status, answer.notes) == ("exact", ("no_authority",))


def test_a_place_without_an_authority_here_says_so(towns: dict[str, UUID], now: datetime) -> None:
    answer = queries.responsible("Leipzig", now=now)
    assert (answer.status, answer.authority, answer.notes) == ("exact", None, ("no_authority",))


def test_an_unknown_place_is_none(towns: dict[str, UUID], now: datetime) -> None:
    answer = queries.responsible("Xqzvw", now=now)
    assert (answer.status, answer.notes) == ("none", ("unknown_place",))


def test_for_a_service_the_adoption_decides(towns: dict[str, UUID], now: datetime) -> None:
    def nobody(service: str, able: Sequence[UUID]) -> Collection[UUID]:
        return ()

    answer = queries.responsible("Weißenburg", service="bewohnerparkausweis", offers=nobody, now=now)
    assert (answer.candidates[0].offered, answer.notes) == (False, ("not_offered",))


def test_of_member_and_verband_the_one_that_offers_the_service_answers(towns: dict[str, UUID], now: datetime) -> None:
    ellingen = services.create_authority(
        slug="ellingen", name="Stadt Ellingen", kind="gemeinde", covers=["095775534125"], actor=SYSTEM, now=now
    )
    assert queries.responsible("Ellingen", now=now).authority.id == ellingen  # type: ignore[union-attr]

    def verband_only(service: str, able: Sequence[UUID]) -> Collection[UUID]:
        assert set(able) == {ellingen, towns["vg-ellingen"]}
        return {towns["vg-ellingen"]}

    answer = queries.responsible("Ellingen", service="hundesteuer", offers=verband_only, now=now)
    assert answer.authority.slug == "vg-ellingen"  # type: ignore[union-attr]


def test_the_answer_for_machines(towns: dict[str, UUID], now: datetime) -> None:
    answer = queries.answer_as_json(queries.responsible("Ettenstatt", now=now))
    candidate = answer["candidates"][0]  # type: ignore[index]
    assert answer["status"] == "exact"
    assert candidate["area"]["ars"] == "095775534127"
    assert candidate["authority"]["slug"] == "vg-ellingen"


def test_without_any_register_nothing_is_known(now: datetime) -> None:
    assert queries.responsible("Weißenburg", now=now).status == "none"


def test_of_authorities_with_one_key_the_first_by_address_is_the_target(towns: dict[str, UUID], now: datetime) -> None:
    first = services.create_authority(
        slug="a-amt", name="Amt", kind="gemeinde", covers=["095770177177"], actor=SYSTEM, now=now
    )
    found = {one.authority.id for one in queries.competences(lambda place: "gemeinde").authorities}
    assert first in found
    assert towns["weissenburg"] not in found
