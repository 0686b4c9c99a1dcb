from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import OperationalError
from psycopg.errors import AdminShutdown, DeadlockDetected

from stadttor.catalog import queries as catalog
from stadttor.catalog import services as adoptions
from stadttor.catalog.models import Adoption
from stadttor.catalog.queries import ReleaseRow, spread
from stadttor.catalog.tests.builders import ADLER
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import common, work
from stadttor.rollout import queries, services
from stadttor.rollout.rules.groups import Group
from stadttor.rollout.services import running
from stadttor.rollout.tests.builders import EVERYBODY, announced, at, id_of, planned, run, take_back

pytestmark = pytest.mark.db
BAVARIA = Group(("09",))


def states(release: ReleaseRow) -> set[str]:
    return {row.state for row in spread(release.package_id)}


def code_of(number: int, slug: str) -> str:
    row = queries.rollout(number)
    return {one.slug: one.code for one in queries.left_out(row.id)}[slug]


def test_one_action_reaches_every_competent_authority(first: ReleaseRow, now: datetime) -> None:
    wanted = queries.targets(first, EVERYBODY)
    number = planned(first, now)
    assert spread(first.package_id) == []
    run(number, now)
    found = spread(first.package_id)
    assert {row.authority_id for row in found} == {one.authority.id for one in wanted.authorities}
    assert states(first) == {"test"}
    assert queries.rollout(number).state == "done"
    assert queries.progress(queries.rollout(number).id).done == len(wanted.authorities)


def test_each_authority_finds_it_in_its_own_history_and_audit_chain(first: ReleaseRow, now: datetime) -> None:
    run(planned(first, now, group=BAVARIA), now)
    town = id_of("weissenburg")
    (row,) = catalog.adoptions(town)
    assert [one.act for one in catalog.history(town, row.id)] == ["rolled_out"]
    with work(town):
        assert AuditEntry.objects.get(act="catalog.rolled_out").subject_id == row.id
    with work(id_of("muenchen")):
        assert AuditEntry.objects.filter(act="catalog.rolled_out").count() == 1


def test_values_of_a_land_are_kept_once_and_offered_by_each(first: ReleaseRow, now: datetime) -> None:
    run(planned(first, now, all={"gebuehr_cents": 1000}, key09={"gebuehr_cents": 900}), now)
    assert catalog.adoptions(id_of("weissenburg"))[0].parameters["gebuehr_cents"] == 900
    assert catalog.adopted_form(id_of("muenchen"), "muster", include_test=True).parameters["gebuehr_cents"] == 900
    assert catalog.adopted_form(id_of("koeln"), "muster", include_test=True).parameters["gebuehr_cents"] == 1000


def test_required_settings_that_nobody_made_are_listed_for_each_authority(first: ReleaseRow, now: datetime) -> None:
    run(planned(first, now, key09={"gebuehr_cents": 900}), now)
    koeln, town = at(first, "koeln"), at(first, "weissenburg")
    assert koeln
    assert town
    assert (koeln.unset, town.unset) == (("gebuehr_cents",), ())
    adoptions.change_parameters(
        authority_id=koeln.authority_id, adoption_id=koeln.adoption_id, parameters={}, actor=ADLER, now=now
    )
    koeln = at(first, "koeln")
    assert koeln
    assert koeln.unset == ()


def test_values_that_do_not_fit_leave_an_authority_as_it_was(first: ReleaseRow, now: datetime) -> None:
    number = planned(first, now, key09={"gebuehr_cents": -1})
    run(number, now)
    (one,) = [one for one in queries.left_out(queries.rollout(number).id) if one.slug == "weissenburg"]
    assert (one.code, one.faults) == ("parameters", ("gebuehr_cents: too_small (0)",))
    assert at(first, "weissenburg") is None
    assert at(first, "koeln")


def test_what_an_authority_decided_itself_stays(first: ReleaseRow, now: datetime) -> None:
    for slug in ("weissenburg", "muenchen"):
        adoption_id = adoptions.adopt(
            authority_id=id_of(slug), version_id=first.id, parameters={"gebuehr_cents": 1}, actor=ADLER, now=now
        )
        if slug == "muenchen":
            adoptions.withdraw(authority_id=id_of(slug), adoption_id=adoption_id, actor=ADLER, now=now)
    number = planned(first, now, group=BAVARIA)
    run(number, now)
    assert (code_of(number, "weissenburg"), code_of(number, "muenchen")) == ("has_it", "withdrawn_here")
    assert catalog.adoptions(id_of("weissenburg"))[0].parameters["gebuehr_cents"] == 1


def test_a_dry_run_says_the_same_and_keeps_nothing(first: ReleaseRow, now: datetime) -> None:
    adoptions.adopt(authority_id=id_of("koeln"), version_id=first.id, parameters={}, actor=ADLER, now=now)
    wanted = services.Plan(first, "adopt", EVERYBODY, {"09": {"gebuehr_cents": -1}}, batch=3)
    seen: list[tuple[int, int]] = []
    tried = services.try_out(wanted, now=now, progress=lambda *at: seen.append(at))
    assert tried.unset[id_of("hamburg")] == ("gebuehr_cents",)
    assert not {id_of("koeln"), id_of("weissenburg")} & tried.unset.keys()
    left = {one.authority_id: one.code for one in tried.left}
    assert left[id_of("koeln")] == "has_it"
    assert left[id_of("weissenburg")] == "parameters"
    assert seen[-1][0] == seen[-1][1] > 1
    assert len(spread(first.package_id)) == 1
    assert queries.rollouts() == []
    with work(id_of("hamburg")):
        assert not AuditEntry.objects.filter(act="catalog.rolled_out").exists()


def test_a_pause_holds_after_the_batch_and_the_rest_follows_later(first: ReleaseRow, now: datetime) -> None:
    number = planned(first, now)
    services.begin(number, now=now)
    assert services.run_batch(number, actor=SYSTEM, now=now)
    services.pause(number)
    assert not services.run_batch(number, actor=SYSTEM, now=now)
    assert len(spread(first.package_id)) == 5
    run(number, now)
    assert queries.progress(queries.rollout(number).id).waiting == 0


def test_a_batch_that_breaks_leaves_its_authorities_as_they_were(
    first: ReleaseRow, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = planned(first, now)
    services.begin(number, now=now)
    services.run_batch(number, actor=SYSTEM, now=now)
    with monkeypatch.context() as broken:
        broken.setattr(running, "_keep", _break)
        with pytest.raises(RuntimeError):
            services.run_batch(number, actor=SYSTEM, now=now)
    assert len(spread(first.package_id)) == 5
    run(number, now)
    assert queries.rollout(number).state == "done"


def test_two_at_once_write_in_the_order_of_the_authorities(
    first: ReleaseRow, database: dict[str, str], now: datetime
) -> None:
    """Report: two first adoptions of the same authorities wrote in orders of their own and locked each other out."""
    with psycopg.connect(database["STADTTOR_OWNER_URL"], autocommit=True) as connection:
        connection.execute("VACUUM FULL catalog_adoption")  # so that rows lie in the order in which they are written
    run(planned(first, now, batch=1_000), now)
    with common():
        written = Adoption.objects.filter(package=first.package_id).extra(select={"place": "ctid"}).order_by("place")
        found = [(row.authority_id, row.id) for row in written]
    assert len(found) > 5
    assert found == sorted(found)
    assert [one for _authority, one in found] == sorted(one for _authority, one in found)


def test_who_was_locked_out_tries_again() -> None:
    """The database rolls one of two back that wait for each other; nothing else it says is worth another try."""

    def verb(causes: list[Exception]) -> Callable[[], bool]:
        def act() -> bool:
            if causes:
                raise OperationalError("away") from causes.pop()
            return True

        return act

    assert running._again(verb([DeadlockDetected()]))
    with pytest.raises(OperationalError):
        running._again(verb([AdminShutdown()]))


def _break(*_: object, **__: object) -> None:
    raise RuntimeError("the power is gone")


def test_where_it_does_not_apply_meanwhile_nothing_is_done(first: ReleaseRow, now: datetime) -> None:
    number = planned(first, now)
    town = id_of("weissenburg")
    services.does_not_apply(
        package_id=first.package_id, authority_id=town, reason="keine Gebiete", actor=ADLER, now=now
    )
    run(number, now)
    assert code_of(number, "weissenburg") == "not_applicable"
    assert at(first, "weissenburg") is None
    services.does_apply(package_id=first.package_id, authority_id=town, actor=ADLER, now=now)
    assert services.try_again(number) == 1
    run(number, now)
    assert at(first, "weissenburg")
    assert queries.progress(queries.rollout(number).id).total == len(queries.targets(first, EVERYBODY).authorities)


def test_what_is_taken_back_is_withdrawn_unless_somebody_made_it_her_own(first: ReleaseRow, now: datetime) -> None:
    number = planned(first, now, all={"gebuehr_cents": 900})
    run(number, now)
    own = at(first, "weissenburg")
    assert own
    adoptions.go_live(authority_id=own.authority_id, adoption_id=own.adoption_id, actor=ADLER, now=now)
    take_back(number, now)
    assert queries.rollout(number).state == "taken_back"
    town, koeln = at(first, "weissenburg"), at(first, "koeln")
    assert town
    assert koeln
    assert (town.state, koeln.state) == ("live", "withdrawn")
    assert code_of(number, "weissenburg") == "changed_since"


def test_what_was_taken_back_may_be_rolled_out_again(first: ReleaseRow, now: datetime) -> None:
    number = planned(first, now)
    run(number, now)
    take_back(number, now)
    again = planned(first, now)
    run(again, now)
    assert states(first) == {"test"}
    assert queries.progress(queries.rollout(again).id).left_out == {}


def test_a_roll_out_that_is_over_cannot_begin_again(first: ReleaseRow, now: datetime) -> None:
    number = planned(first, now)
    run(number, now)
    with pytest.raises(Refused, match="rollout_state"):
        services.begin(number, now=now)
    with pytest.raises(Refused, match="rollout_state"):
        services.pause(number)


def test_nobody_is_meant_and_a_revoked_key_are_refused(first: ReleaseRow, now: datetime) -> None:
    with pytest.raises(Refused, match="rollout_nobody"):
        planned(first, now, group=Group(("12345",)))
    with pytest.raises(Refused, match="rollout_values"):
        planned(first, now, all=5)  # type: ignore[arg-type]


def test_after_an_upgrade_was_taken_back_the_roll_out_before_it_can_be(
    first: ReleaseRow, second: ReleaseRow, now: datetime
) -> None:
    """Report: taking back an upgrade counted as a change of the authority's own, so nothing else could be taken back."""
    adopted = planned(first, now)
    run(adopted, now)
    upgraded = announced(second, now, days=28)
    run(upgraded, now + timedelta(days=28))
    take_back(upgraded, now)
    take_back(adopted, now)
    assert states(first) == {"withdrawn"}
    assert queries.progress(queries.rollout(adopted).id).left_out == {}
    again = planned(first, now)
    run(again, now)
    assert (states(first), queries.progress(queries.rollout(again).id).left_out) == ({"test"}, {})
