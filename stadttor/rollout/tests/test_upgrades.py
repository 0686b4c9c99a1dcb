from datetime import date, datetime, timedelta

import pytest

from stadttor.catalog import queries as catalog
from stadttor.catalog import services as adoptions
from stadttor.catalog.queries import ReleaseRow, spread
from stadttor.catalog.tests.builders import ADLER, NAME, a_package, published
from stadttor.core.refused import Refused
from stadttor.rollout import queries, services
from stadttor.rollout.rules.notice import Notice, must_be_announced_well
from stadttor.rollout.rules.waves import batches
from stadttor.rollout.tests.builders import announced, at, id_of, planned, run, take_back

pytestmark = pytest.mark.db
LATER = timedelta(days=28)
TODAY = date(2026, 11, 23)


@pytest.fixture
def spreading(first: ReleaseRow, second: ReleaseRow, now: datetime) -> int:
    """Everybody has 0.1.0 with values of the roll-out; an upgrade to 0.2.0 is announced."""
    run(planned(first, now, key09={"gebuehr_cents": 900}), now)
    return announced(second, now)


def versions(release: ReleaseRow) -> set[str]:
    return {row.version for row in spread(release.package_id)}


def test_an_upgrade_waits_for_its_day(spreading: int, second: ReleaseRow, now: datetime) -> None:
    with pytest.raises(Refused, match="rollout_too_early"):
        services.begin(spreading, now=now)
    run(spreading, now + LATER)
    assert versions(second) == {"0.2.0"}


def test_an_upgrade_keeps_what_was_set(spreading: int, now: datetime) -> None:
    town = id_of("weissenburg")
    own = catalog.adoptions(town)[0]
    adoptions.change_parameters(
        authority_id=town, adoption_id=own.id, parameters={"gebuehr_cents": 5}, actor=ADLER, now=now
    )
    adoptions.go_live(authority_id=town, adoption_id=own.id, actor=ADLER, now=now)
    run(spreading, now + LATER)
    row = catalog.adoptions(town)[0]
    assert (row.version, row.state, row.parameters["gebuehr_cents"]) == ("0.2.0", "live", 5)
    assert catalog.adoptions(id_of("muenchen"))[0].parameters["gebuehr_cents"] == 900
    assert catalog.adopted_form(id_of("koeln"), "muster", include_test=True).parameters["gebuehr_cents"] == 1200


def test_taking_an_upgrade_back_restores_version_and_settings(
    spreading: int, second: ReleaseRow, now: datetime
) -> None:
    run(spreading, now + LATER)
    take_back(spreading, now + LATER)
    assert versions(second) == {"0.1.0"}
    row = catalog.adoptions(id_of("muenchen"))[0]
    assert (row.version, row.state, row.parameters["gebuehr_cents"]) == ("0.1.0", "test", 900)


def test_an_organiser_may_upgrade_what_was_rolled_out(spreading: int, second: ReleaseRow, now: datetime) -> None:
    town = id_of("muenchen")
    own = catalog.adoptions(town)[0]
    adoptions.upgrade(authority_id=town, adoption_id=own.id, version_id=second.id, actor=ADLER, now=now)
    assert catalog.adoptions(town)[0].parameters["gebuehr_cents"] == 900
    run(spreading, now + LATER)
    assert [one.code for one in queries.left_out(queries.rollout(spreading).id)] == ["not_higher"]


def test_the_first_wave_is_small_and_is_watched_before_the_rest(
    first: ReleaseRow, second: ReleaseRow, now: datetime
) -> None:
    run(planned(first, now), now)
    number = announced(second, now, first_percent=20)
    run(number, now + LATER)
    changed = [row for row in spread(first.package_id) if row.version == "0.2.0"]
    row = queries.rollout(number)
    assert (row.state, row.wave, row.waves) == ("watched", 1, 2)
    assert 0 < len(changed) < queries.progress(row.id).total / 4
    with pytest.raises(Refused, match="rollout_watched"):
        services.begin(number, now=now + LATER)
    with pytest.raises(Refused, match="rollout_watch_longer"):
        services.next_wave(number, now=now + LATER + timedelta(days=6))
    services.next_wave(number, now=now + LATER + timedelta(days=7))
    with pytest.raises(Refused, match="rollout_word"):
        services.next_wave(number, now=now + LATER + timedelta(days=7))  # a second click
    while services.run_batch(number, actor=ADLER, now=now + LATER):
        pass
    assert versions(first) == {"0.2.0"}
    assert queries.rollout(number).state == "done"


def test_an_authority_objects_or_defers_until_the_effective_date(
    spreading: int, second: ReleaseRow, now: datetime
) -> None:
    for slug, until in (("weissenburg", None), ("muenchen", TODAY + timedelta(days=40))):
        services.object_to(
            authority_id=id_of(slug), number=spreading, until=until, reason="Wir prüfen noch.", actor=ADLER, now=now
        )
    services.object_to(
        authority_id=id_of("koeln"), number=spreading, until=None, reason="doch nicht", actor=ADLER, now=now
    )
    services.withdraw_objection(authority_id=id_of("koeln"), number=spreading, actor=ADLER, now=now)
    run(spreading, now + LATER)
    codes = {one.slug: one.code for one in queries.left_out(queries.rollout(spreading).id)}
    assert codes == {"weissenburg": "objected", "muenchen": "deferred"}
    with pytest.raises(Refused, match="rollout_too_late"):
        services.object_to(
            authority_id=id_of("koeln"), number=spreading, until=None, reason="zu spät", actor=ADLER, now=now + LATER
        )
    later = now + timedelta(days=40)
    assert services.try_again(spreading) == 1
    run(spreading, later)
    muenchen, town = at(second, "muenchen"), at(second, "weissenburg")
    assert muenchen
    assert town
    assert (muenchen.version, town.version) == ("0.2.0", "0.1.0")


def test_an_objection_needs_a_reason_a_deferral_a_day_that_is_near(spreading: int, now: datetime) -> None:
    town = id_of("weissenburg")
    for until, reason, code in (
        (None, " ", "reason"),
        (TODAY, "", "rollout_defer"),
        (TODAY + timedelta(days=57), "", "rollout_defer"),
    ):
        with pytest.raises(Refused, match=code):
            services.object_to(authority_id=town, number=spreading, until=until, reason=reason, actor=ADLER, now=now)


def test_who_is_not_meant_cannot_object(spreading: int, first: ReleaseRow, now: datetime) -> None:
    with pytest.raises(Refused, match="not_found"):
        services.object_to(
            authority_id=id_of("kreis-nordfriesland"), number=spreading, until=None, reason="x", actor=ADLER, now=now
        )


def test_an_upgrade_names_its_law_and_gives_time() -> None:
    for law, day, days, urgent, code in (
        (" ", 60, 28, False, "rollout_law"),
        ("§ 1", 27, 28, False, "rollout_effective"),
        ("§ 1", 60, 14, False, "rollout_notice"),
        ("§ 1", 13, 14, True, "rollout_effective"),
        ("§ 1", 60, -1, True, "rollout_notice"),
    ):
        with pytest.raises(Refused, match=code):
            must_be_announced_well(Notice(law, TODAY + timedelta(days=day), days, urgent), TODAY)
    must_be_announced_well(Notice("§ 1", TODAY + LATER), TODAY)
    must_be_announced_well(Notice("§ 1", TODAY, 0, urgent=True), TODAY)


def test_who_is_in_the_first_wave_is_nobodys_choice() -> None:
    from uuid import UUID

    everybody = [UUID(int=number) for number in range(1, 4_389)]
    parts = batches(everybody, first_percent=5, seed="one")
    first = [one for part in parts if part.wave == 1 for one in part.authorities]
    assert len(first) == 220
    assert {one for part in parts for one in part.authorities} == set(everybody)
    assert sum(len(part.authorities) for part in parts) == len(everybody)
    assert batches(everybody, first_percent=5, seed="one") == parts
    assert batches(everybody, first_percent=5, seed="two") != parts
    assert {part.wave for part in batches(everybody, first_percent=100, seed="")} == {1}


def test_what_is_open_does_not_go_on_with_the_example_of_a_new_setting(first: ReleaseRow, now: datetime) -> None:
    """Report: a version with a new required setting reached open services, which ran on the package's example then."""
    new = (
        b"required: [gebuehr_cents, kasse]\n  properties:\n    kasse:\n      type: string\n      title: Kasse\n"
        b"      description: Wo.\n      default: Beispiel\n"
    )
    files = a_package(package=("version: 0.1.0", "version: 0.2.0"))
    files["package.yaml"] = files["package.yaml"].replace(b"required: [gebuehr_cents]\n  properties:\n", new)
    published(now, "0.2.0", files)
    run(planned(first, now, all={"gebuehr_cents": 900}), now)
    town, koeln = at(first, "weissenburg"), at(first, "koeln")
    assert town
    assert koeln
    adoptions.go_live(authority_id=town.authority_id, adoption_id=town.adoption_id, actor=ADLER, now=now)
    higher = catalog.release(NAME, "0.2.0")
    number = announced(higher, now, key05={"kasse": "Stadtkasse"})
    run(number, now + LATER)
    (left,) = queries.left_out(queries.rollout(number).id)
    assert (left.slug, left.code, left.faults) == ("weissenburg", "unset", ("kasse: required",))
    assert {row.slug: row.blocked for row in queries.cockpit(higher, now=now)}["weissenburg"] == ("unset",)
    upgrade = {"authority_id": town.authority_id, "adoption_id": town.adoption_id, "actor": ADLER, "now": now}
    with pytest.raises(Refused, match="unset_in_version"):
        adoptions.upgrade(**upgrade, version_id=higher.id)
    adoptions.to_test(**upgrade)
    adoptions.upgrade(**upgrade, version_id=higher.id)
    with pytest.raises(Refused, match="unset") as refused:
        adoptions.go_live(**upgrade)
    assert refused.value.values["names"] == "Kasse"
    adoptions.change_parameters(**upgrade, parameters={"gebuehr_cents": 900, "kasse": "Stadtkasse"})
    adoptions.go_live(**upgrade)
    adoptions.go_live(authority_id=koeln.authority_id, adoption_id=koeln.adoption_id, actor=ADLER, now=now)


def test_what_nobody_set_is_not_opened(first: ReleaseRow, now: datetime) -> None:
    """Report: what a roll-out brought could be opened with a fee that is an example."""
    run(planned(first, now), now)
    town = at(first, "weissenburg")
    assert town
    with pytest.raises(Refused, match="unset"):
        adoptions.go_live(authority_id=town.authority_id, adoption_id=town.adoption_id, actor=ADLER, now=now)
