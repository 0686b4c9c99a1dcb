from datetime import date, datetime

import pytest

from stadttor.catalog.queries import ReleaseRow
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.rollout import queries, services
from stadttor.rollout.rules.groups import Group, group_of, values_at
from stadttor.rollout.tests.builders import EVERYBODY, id_of

pytestmark = pytest.mark.db


def slugs(found: queries.Targets) -> set[str]:
    return {one.authority.slug for one in found.authorities}


def test_targets_are_administrations_and_cover_every_place_once(first: ReleaseRow) -> None:
    found = queries.targets(first, EVERYBODY)
    places = [place.ars for one in found.authorities for place in one.places]
    assert len(places) == len(set(places)) == found.keys
    ellingen = next(one for one in found.authorities if one.authority.slug == "vg-ellingen")
    assert [place.base for place in ellingen.places] == ["Ellingen", "Ettenstatt", "Höttingen"]
    assert ellingen.inhabitants == 3_960 + 856 + 1_092
    assert found.nobody == ()


def test_a_group_is_a_land_a_kreis_an_association_or_a_size(first: ReleaseRow) -> None:
    def of(*keys: str, **size: int) -> set[str]:
        return slugs(queries.targets(first, group_of(keys, **size)))

    assert of("01") == {"foehr-amrum"}
    assert {"weissenburg", "vg-ellingen", "gunzenhausen"} <= of("09577")
    assert "muenchen" not in of("09577")
    assert of("095775534") == {"vg-ellingen"}
    assert of("09", smallest=500_000) == {"muenchen", "nuernberg"}
    assert of("09", largest=2_000) == {"solnhofen"}
    with pytest.raises(Refused, match=r"ars\.format"):
        of("99")


def test_another_level_does_it_in_a_land(first: ReleaseRow) -> None:
    """In Bavaria the Kreis is competent, and a kreisfreie Stadt does the work of the Kreis itself."""
    before = slugs(queries.targets(first, group_of(["09577"])))
    services.set_competence(package_id=first.package_id, land="09", level="kreis", source="Art. 1 BayBeispielG")
    after = queries.targets(first, group_of(["09577"]))
    assert len(before) > 3
    assert [(one.authority.kind, one.prefix) for one in after.authorities] == [("kreis", "09577")]
    assert slugs(queries.targets(first, group_of(["09162"]))) == {"muenchen"}
    assert slugs(queries.targets(first, group_of(["01"]))) == {"foehr-amrum"}


def test_a_competence_counts_from_its_day_and_some_do_it_themselves(first: ReleaseRow) -> None:
    """What the law says today does not change who was competent yesterday."""
    said = {"package_id": first.package_id, "land": "09", "source": "Art. 1 BayBeispielG"}
    services.set_competence(**said, level="kreis", since=date(2027, 1, 1), themselves=["grosse_kreisstadt"])
    services.set_competence(**said, level="gemeinde", since=date(2028, 1, 1))
    here = group_of(["09577"])
    before, during, after = (
        slugs(queries.targets(first, here, on)) for on in (date(2026, 12, 31), date(2027, 1, 1), date(2028, 1, 1))
    )
    assert during == {"weissenburg", "landkreis-weissenburg-gunzenhausen"}
    assert before == after
    assert "vg-ellingen" in before
    assert [row.level for row in queries.competence_of(first.package_id, date(2027, 6, 1))] == ["kreis"]


def test_a_competence_without_its_law_is_refused(first: ReleaseRow) -> None:
    with pytest.raises(Refused, match="competence_source"):
        services.set_competence(package_id=first.package_id, land="09", level="kreis", source=" ")


def test_where_a_service_does_not_apply_there_is_no_target(first: ReleaseRow, now: datetime) -> None:
    here = {"package_id": first.package_id, "authority_id": id_of("weissenburg"), "actor": SYSTEM, "now": now}
    services.does_not_apply(**here, reason="Hier gibt es keine Bewohnerparkgebiete.")
    found = queries.targets(first, Group(("09577",)))
    assert [one.authority.slug for one in found.not_applicable] == ["weissenburg"]
    assert "weissenburg" not in slugs(found)
    services.does_apply(**here)
    assert "weissenburg" in slugs(queries.targets(first, Group(("09577",))))


def test_that_a_service_does_not_apply_needs_a_reason(first: ReleaseRow, now: datetime) -> None:
    with pytest.raises(Refused, match="reason"):
        services.does_not_apply(
            package_id=first.package_id, authority_id=id_of("weissenburg"), reason=" ", actor=SYSTEM, now=now
        )


def test_values_of_a_closer_place_go_over_those_of_a_larger_one() -> None:
    given = {"": {"a": 1, "b": 1}, "09": {"b": 2, "c": 2}, "09577": {"c": 3}, "05": {"a": 9}}
    assert values_at(given, "095770177177") == {"a": 1, "b": 2, "c": 3}
    assert values_at(given, "095770177177"[:9]) == {"a": 1, "b": 2, "c": 3}
    assert values_at({}, "09") == {}
