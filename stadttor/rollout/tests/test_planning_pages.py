"""A roll-out is planned in the browser: by whom, for whom, and only as it was tried out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from stadttor.catalog.queries import ReleaseRow
from stadttor.catalog.tests.builders import NAME
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day
from stadttor.ground.models import AuditEntry
from stadttor.ground.rows import read
from stadttor.ground.tests.queue import do
from stadttor.ground.work import common, work
from stadttor.rollout import queries, services
from stadttor.rollout.models import Draft
from stadttor.rollout.queries import SteeringRow, steering_at
from stadttor.rollout.rules.drafts import group_keys, keys_in, worth_keeping
from stadttor.rollout.rules.groups import Group
from stadttor.rollout.services import Plan
from stadttor.rollout.tests.builders import at, id_of, run
from stadttor.rollout.tests.test_cockpit_pages import HOME, steering, text
from stadttor.tenancy.services import create_authority

__all__ = ["steering"]
Desk = Callable[..., Client]
NEW = f"{HOME}/rollouts/new"


def test_a_list_of_keys_is_read_as_it_is_pasted() -> None:
    assert keys_in("09577, 02;\n09577") == ("02", "09577")
    with pytest.raises(Refused, match=r"ars\.format"):
        keys_in("Bayern")


def test_without_a_place_the_group_is_what_the_body_is_responsible_for() -> None:
    assert group_keys((), ("09",)) == ("09",)
    assert group_keys(("09577",), ("09",)) == ("09577",)
    with pytest.raises(Refused, match="rollout_beyond"):
        group_keys(("09", "06"), ("09",))


def test_only_what_differs_from_the_wider_place_is_kept() -> None:
    inherited, shown = {"a": 1, "b": 2, "c": None}, {"a": 1, "b": 3, "c": None}
    assert worth_keeping(shown, inherited, whole=False) == {"b": 3}
    assert worth_keeping(shown, inherited, whole=False, known={"a"}) == {"a": 1, "b": 3}
    assert worth_keeping(shown, inherited, whole=True) == {"a": 1, "b": 3}


def body_at(slug: str) -> SteeringRow:
    return steering_at(id_of(slug))


def drafted(desk: Client, slug: str = "steuerung", **changed: str) -> str:
    """Begins one in the browser; gives the address of its page."""
    posted = {"version": f"{NAME} 0.1.0", "kind": "adopt", **changed}
    response = desk.post(NEW, posted)
    assert response.status_code == 302, text(response)
    return str(response.headers["Location"])


@pytest.mark.db
def test_a_land_plans_for_itself_tries_it_out_and_runs_it(first: ReleaseRow, now: Any, steering: Desk) -> None:
    desk = steering("09")
    assert NEW in text(desk.get(f"{HOME}/rollouts"))
    page = drafted(desk)
    assert "Bayern" in text(desk.get(page))
    values = {"seen": "1", "save": "yes", "p.gebuehr_cents": "9,00"}
    answer = desk.post(f"{page}/values?in=09", values)
    assert answer.status_code == 302, text(answer)
    (row,) = queries.drafts(id_of("steuerung"))
    assert row.given == {"09": {"gebuehr_cents": 900}}

    assert desk.post(f"{page}/keep", {"seen": str(row.change)}).status_code == 409
    assert desk.post(f"{page}/try").status_code == 302
    do("rollout.try_out")
    shown = text(desk.get(page))
    assert "Would get it" in shown
    assert at(first, "muenchen") is None, "trying out kept something"
    assert "This concerns" in text(desk.get(f"{page}/keep"))
    (row,) = queries.drafts(id_of("steuerung"))
    planned = desk.post(f"{page}/keep", {"seen": str(row.change), "confirm": "yes"})
    number = queries.rollouts()[0].number
    assert planned.headers["Location"] == f"{HOME}/rollouts/{number}"
    with work(id_of("steuerung")):
        acts = AuditEntry.objects.filter(authority_id=id_of("steuerung"), act__startswith="rollout.").order_by("at")
        assert [one.act for one in acts] == ["rollout.drafted", "rollout.planned"]

    desk.post(f"{HOME}/rollouts/{number}/go-on", {"confirm": "yes"})
    do("rollout.go_on")
    assert at(first, "muenchen")
    assert at(first, "hamburg") is None


@pytest.mark.db
def test_whoever_comes_back_to_a_planned_draft_is_led_to_its_rollout(
    first: ReleaseRow, now: Any, steering: Desk
) -> None:
    """Report: a second click on “Plan it”, a second tab and the way back in the browser answered that there is no such page."""
    desk = steering("09")
    page = drafted(desk)
    desk.post(f"{page}/try")
    do("rollout.try_out")
    click = {"seen": "1", "confirm": "yes"}
    planned = f"{HOME}/rollouts/1"
    assert desk.post(f"{page}/keep", click).headers["Location"] == planned
    again = [desk.post(f"{page}{way}", click) for way in ("/keep", "/try", "/change", "/values", "/delete")]
    again += [desk.get(f"{page}{way}") for way in ("", "/keep", "/change", "/values", "/delete")]
    assert {one.headers.get("Location") for one in again} == {f"{planned}?planned=before"}
    assert len(queries.rollouts()) == 1
    assert "planned already" in text(desk.get(f"{planned}?planned=before"))
    assert "planned already" not in text(desk.get(planned))

    assert steering("06", slug="hessen").get(page).status_code == 404
    assert steering("09", slug="zuschauer", acts=False).get(page).status_code == 404
    thrown = drafted(desk)
    desk.post(f"{thrown}/delete", {"confirm": "yes"})
    assert desk.get(thrown).status_code == 404


@pytest.mark.db
def test_who_is_left_out_and_what_is_unset_stand_there_by_name(first: ReleaseRow, now: Any, steering: Desk) -> None:
    services.does_not_apply(
        package_id=first.package_id, authority_id=id_of("nuernberg"), reason="gibt es nicht", actor=SYSTEM, now=now
    )
    run(services.plan(Plan(first, "adopt", Group(("09162",)), {}), now=now), now)
    desk = steering("09")
    page = drafted(desk, land="09")
    desk.post(f"{page}/try")
    do("rollout.try_out")
    shown = text(desk.get(page))
    assert "München" in shown
    assert "Has it already" in shown
    assert "Where it does not apply" in shown


@pytest.mark.db
def test_hesse_cannot_plan_for_bavaria(first: ReleaseRow, now: Any, steering: Desk) -> None:
    """Not by its key, not by the whole country, not by a draft that is changed later, not by somebody else's draft."""
    hesse = steering("06")
    for place in ({"keys": "09577"}, {"land": "09"}, {"keys": "06 09"}):
        answer = hesse.post(NEW, {"version": f"{NAME} 0.1.0", "kind": "adopt", **place})
        assert answer.status_code == 422
    bavaria = steering("09", slug="bayern")
    page = drafted(bavaria)
    for way in ("", "/change", "/values", "/keep", "/delete"):
        assert hesse.get(f"{page}{way}").status_code == 404
    assert hesse.post(f"{page}/try").status_code == 404
    assert queries.rollouts() == []

    draft_id = queries.drafts(id_of("bayern"))[0].id
    with work(id_of("bayern")):
        Draft.objects.filter(id=draft_id).update(group=Group(("06",)).as_json(), tried=1, found={"reached": 1})
    with pytest.raises(Refused, match="rollout_beyond"):
        services.plan_draft(body=body_at("bayern"), draft_id=draft_id, seen=1, actor=SYSTEM, now=now)


@pytest.mark.db
def test_a_kreis_does_not_plan_for_the_authority_of_its_land(first: ReleaseRow, now: Any, steering: Desk) -> None:
    create_authority(slug="freistaat", name="Freistaat", kind="state", covers=["09"], actor=SYSTEM, now=now)
    services.set_competence(package_id=first.package_id, land="09", level="land", source="Art. 1 BayBeispielG")
    answer = steering("09577").post(NEW, {"version": f"{NAME} 0.1.0", "kind": "adopt"})
    assert answer.status_code == 403
    assert "Their Land plans for them" in text(answer)


@pytest.mark.db
def test_who_only_looks_on_prepares_nothing(first: ReleaseRow, now: Any, steering: Desk) -> None:
    looker = steering("09", acts=False)
    assert NEW not in text(looker.get(f"{HOME}/rollouts"))
    assert looker.get(NEW).status_code == 404
    with pytest.raises(Refused, match="not_found"):
        services.start_draft(
            body=body_at("steuerung"), wanted=Plan(first, "adopt", Group(("09",)), {}), actor=SYSTEM, now=now
        )


@pytest.mark.db
def test_what_was_changed_was_not_tried_and_two_editors_overwrite_nothing(
    first: ReleaseRow, now: Any, steering: Desk
) -> None:
    desk = steering("09")
    page = drafted(desk)
    draft_id = queries.drafts(id_of("steuerung"))[0].id
    desk.post(f"{page}/try")
    changed = {"version": f"{NAME} 0.1.0", "kind": "adopt", "keys": "09577", "seen": "1"}
    assert desk.post(f"{page}/change", changed).status_code == 302
    do("rollout.try_out")
    row = queries.draft(id_of("steuerung"), draft_id)
    assert (row.change, row.tried, row.found) == (2, 0, {})
    assert desk.post(f"{page}/change", changed).status_code == 409
    with pytest.raises(Refused, match="rollout_changed"):
        services.plan_draft(body=body_at("steuerung"), draft_id=draft_id, seen=1, actor=SYSTEM, now=now)


@pytest.mark.db
def test_an_upgrade_needs_its_law_where_it_is_typed(second: ReleaseRow, now: Any, steering: Desk) -> None:
    desk = steering("09")
    answer = desk.post(NEW, {"version": f"{NAME} 0.2.0", "kind": "upgrade"})
    assert answer.status_code == 422
    assert 'href="#f-law"' in text(answer)
    page = drafted(desk, version=f"{NAME} 0.2.0", kind="upgrade", law="§ 45 StVO")
    row = queries.drafts(id_of("steuerung"))[0]
    assert (row.first_percent, row.notice_days, row.urgent) == (5, 28, False)
    assert "§ 45 StVO" in text(desk.get(page))


@pytest.mark.db
def test_an_upgrade_without_a_typed_date_is_planned_on_another_day_too(
    first: ReleaseRow, second: ReleaseRow, now: Any, steering: Desk
) -> None:
    """Report: the day on which the notice ends was kept as of the day it was written, and refused from the next one on."""
    run(services.plan(Plan(first, "adopt", Group(("09162",)), {}), now=now), now)
    desk = steering("09")
    page = drafted(desk, version=f"{NAME} 0.2.0", kind="upgrade", law="§ 45 StVO")
    row = queries.drafts(id_of("steuerung"))[0]
    assert "Effective date" not in text(desk.get(page))
    services.ask_to_try(body=body_at("steuerung"), draft_id=row.id)
    tomorrow, after = row.saved_at + timedelta(days=1), row.saved_at + timedelta(days=2)
    services.try_draft(authority_id=id_of("steuerung"), draft_id=row.id, change=1, now=tomorrow)
    number = services.plan_draft(body=body_at("steuerung"), draft_id=row.id, seen=1, actor=SYSTEM, now=after)
    assert queries.rollout(number).effective_on == german_day(after) + timedelta(days=28)


@pytest.mark.db
def test_a_form_that_is_shown_again_still_says_which_change_its_writer_saw(
    first: ReleaseRow, now: Any, steering: Desk
) -> None:
    """Report: after a mistake the form named the colleague's change as seen, and overwrote it."""
    desk = steering("09")
    page = drafted(desk)
    theirs = {"version": f"{NAME} 0.1.0", "kind": "adopt", "keys": "09577", "seen": "1"}
    assert desk.post(f"{page}/change", theirs).status_code == 302
    for way, mistaken in (
        ("change", {**theirs, "keys": "Bayern"}),
        ("values", {"seen": "1", "save": "yes", "p.gebuehr_cents": "x"}),
    ):
        shown = text(desk.post(f"{page}/{way}", mistaken))
        assert 'name="seen" value="1"' in shown, way


@pytest.mark.db
def test_a_kreis_is_offered_no_settings_for_its_land(first: ReleaseRow, now: Any, steering: Desk) -> None:
    desk = steering("09577")
    page = drafted(desk)
    assert '<option value="09"' not in text(desk.get(page))


@pytest.mark.db
def test_a_try_whose_job_gave_up_is_begun_again(first: ReleaseRow, now: Any, steering: Desk) -> None:
    desk = steering("09")
    page = drafted(desk)
    for _click in range(2):
        desk.post(f"{page}/try")
    assert waiting() == 1
    with common(write=True):
        read("UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = 'rollout.try_out' RETURNING id")
    assert f'action="{page}/try"' in text(desk.get(page))
    desk.post(f"{page}/try")
    assert waiting() == 1


def waiting() -> int:
    with common():
        rows = read("SELECT id FROM procrastinate_jobs WHERE task_name = 'rollout.try_out' AND status = 'todo'")
    return len(rows)
