"""Settings of member municipalities: the address in the answers picks them, the association's own count else."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from stadttor.catalog import queries, services
from stadttor.catalog.queries import AdoptedForm
from stadttor.catalog.services import take_back_in_turn, upgrade_in_turn
from stadttor.catalog.tests.builders import ADLER, a_package, adopted, checked, faults_of, published
from stadttor.catalog.tests.test_pages import signed_in, text
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import AuditEntry, Authority
from stadttor.ground.work import in_turn, work
from stadttor.tenancy import demo
from stadttor.tenancy import queries as tenancy_queries
from stadttor.tenancy import services as tenancy

pytestmark = pytest.mark.db
ETTENSTATT = "095775534127"
ADDRESS = "          - {id: anschrift, type: address}\n"
EMAIL = "          - {id: email,"
TEXTS = ("    email: {label", "    anschrift: {label: Anschrift}\n    email: {label")
MEMBER = "member: {address: person.anschrift, in_its_name: true}\n"
RENAMED = 'migrations: {"0.x -> 1.0": [{rename: [p.gebuehr_cents, p.preis_cents]}]}\n'


def with_members(version: str = "0.1.0", *, name: str = "gebuehr_cents", more: str = "") -> dict[str, bytes]:
    """The skeleton with an address that picks a member."""
    files = a_package(package=("search:", f"{MEMBER}{more}search:"), form=(EMAIL, ADDRESS + EMAIL), texts=TEXTS)
    files["package.yaml"] = files["package.yaml"].replace(b"version: 0.1.0", f"version: {version}".encode())
    for path in ("package.yaml", "fees.yaml"):
        files[path] = files[path].replace(b"gebuehr_cents", name.encode())
    if more:
        files["package.yaml"] = files["package.yaml"].replace(
            b"[p.preis_cents, p.preis_cents]", b"[p.gebuehr_cents, p.preis_cents]"
        )
    return files


@pytest.fixture
def association(authority: Authority, now: datetime) -> UUID:
    """Weißenburg as if it served Ellingen, Ettenstatt and Höttingen with others."""
    demo.load(now=now)
    tenancy.set_coverage(authority.id, ["095775534"], actor=SYSTEM, now=now)
    return authority.id


@pytest.fixture
def adoption_id(association: UUID, now: datetime) -> UUID:
    published(now, files=with_members())
    (version,) = queries.versions()
    found = services.adopt(
        authority_id=association, version_id=version.id, parameters={"gebuehr_cents": 1000}, actor=ADLER, now=now
    )
    services.go_live(authority_id=association, adoption_id=found, actor=ADLER, now=now)
    return found


def sets(authority_id: UUID, adoption_id: UUID, now: datetime, cents: int, ars: str = ETTENSTATT) -> None:
    services.change_member_parameters(
        authority_id=authority_id, adoption_id=adoption_id, ars=ars, parameters={"gebuehr_cents": cents}, actor=ADLER,
        now=now,
    )  # fmt: skip


def lives_in(city: str) -> dict[str, Any]:
    return {"person": {"anschrift": {"street": "Am Hof", "house_number": "1", "postal_code": "91796", "city": city}}}


def offered(authority_id: UUID) -> AdoptedForm:
    queries.forget_offered(authority_id)
    return queries.adopted_form(authority_id, "muster")


def cents_in(form: AdoptedForm, city: str, name: str = "gebuehr_cents") -> int:
    found: int = form.for_answers(lives_in(city)).parameters[name]
    return found


def test_the_address_picks_whose_settings_count(association: UUID, adoption_id: UUID, now: datetime) -> None:
    sets(association, adoption_id, now, 700)
    form = offered(association)
    assert cents_in(form, "Ettenstatt") == 700
    assert cents_in(form, "Höttingen") == 1000
    assert cents_in(form, "Pleinfeld") == 1000
    there = form.for_answers(lives_in("Ettenstatt"))
    assert (there.in_name_of.name if there.in_name_of else "") == "Gemeinde Ettenstatt"
    assert there.for_answers(lives_in("Höttingen")).parameters["gebuehr_cents"] == 1000
    assert there.for_answers({}) is form
    assert form.for_answers({"person": "nonsense"}).in_name_of is None


def test_the_same_member_is_one_form(association: UUID, adoption_id: UUID) -> None:
    """What is made of the settings, texts say, is made once and not for each request."""
    form = offered(association)
    assert form.for_answers(lives_in("Ettenstatt")) is form.for_answers(lives_in("Ettenstatt"))


def test_an_application_keeps_the_settings_with_which_it_began(
    association: UUID, adoption_id: UUID, now: datetime
) -> None:
    sets(association, adoption_id, now, 700)
    before = offered(association)
    sets(association, adoption_id, now, 800)
    assert cents_in(queries.adopted_revision(association, before.revision_id), "Ettenstatt") == 700
    assert cents_in(offered(association), "Ettenstatt") == 800


def test_what_a_member_leaves_as_it_is_follows_the_association(
    association: UUID, adoption_id: UUID, now: datetime
) -> None:
    sets(association, adoption_id, now, 700)
    sets(association, adoption_id, now, 1000)
    services.change_parameters(
        authority_id=association, adoption_id=adoption_id, parameters={"gebuehr_cents": 1100}, actor=ADLER, now=now
    )
    assert cents_in(offered(association), "Ettenstatt") == 1100
    assert queries.member_values(association, adoption_id) == {}
    with work(association):
        acts = AuditEntry.objects.filter(authority_id=association).values_list("act", flat=True)
        assert "catalog.member_parameters_changed" in acts


def test_a_wrong_value_and_a_place_of_others_are_refused(association: UUID, adoption_id: UUID, now: datetime) -> None:
    neighbour = tenancy_queries.authority_by_slug("vg-ellingen")
    assert neighbour
    with pytest.raises(services.ParametersRefused):
        sets(association, adoption_id, now, -1)
    with pytest.raises(Refused, match="not_found"):
        sets(association, adoption_id, now, 700, ars="095770161161")
    with pytest.raises(Refused, match="not_found"):
        sets(neighbour.id, adoption_id, now, 700)
    assert queries.member_values(neighbour.id, adoption_id) == {}


def test_where_no_address_picks_a_member_there_is_nothing_to_set(association: UUID, now: datetime) -> None:
    adoption_id = adopted(association, now)
    with pytest.raises(Refused, match="not_found"):
        sets(association, adoption_id, now, 700)


def test_a_newer_version_takes_what_members_set_along(association: UUID, adoption_id: UUID, now: datetime) -> None:
    sets(association, adoption_id, now, 700)
    newer = published(now, "1.0.0", files=with_members("1.0.0", name="preis_cents", more=RENAMED))
    old = offered(association)
    services.upgrade(
        authority_id=association, adoption_id=adoption_id, version_id=newer.version_id, actor=ADLER, now=now
    )
    assert cents_in(offered(association), "Ettenstatt", "preis_cents") == 700
    assert cents_in(queries.adopted_revision(association, old.revision_id), "Ettenstatt") == 700


def test_a_roll_out_takes_it_along_and_puts_it_back(association: UUID, adoption_id: UUID, now: datetime) -> None:
    sets(association, adoption_id, now, 700)
    newer = published(now, "1.0.0", files=with_members("1.0.0", name="preis_cents", more=RENAMED))
    with in_turn() as turns:
        left = upgrade_in_turn(turns, version_id=newer.version_id, given={association: {}}, actor=SYSTEM, now=now)
    assert left == {}
    assert cents_in(offered(association), "Ettenstatt", "preis_cents") == 700
    with in_turn() as turns:
        left = take_back_in_turn(turns, version_id=newer.version_id, authorities=[association], actor=SYSTEM, now=now)
    assert left == {}
    assert cents_in(offered(association), "Ettenstatt") == 700


def test_settings_that_would_contradict_those_of_a_member_are_refused(association: UUID, now: datetime) -> None:
    most = "parameter_checks: [{if: p.gebuehr_cents > p.hoechstens_cents, refuse: gebuehr_cents, text: zu_viel}]\n"
    files = with_members(more=most)
    files["package.yaml"] = files["package.yaml"].replace(
        b"  properties:\n",
        b"  properties:\n    hoechstens_cents: {type: integer, title: Hoechstens, default: 2000, x-unit: cents}\n",
    )
    files["texts/de.yaml"] += b"parameter_checks: {zu_viel: Das ist mehr als die hoechste Gebuehr.}\n"
    version_id = published(now, files=files).version_id
    given = {"authority_id": association, "actor": ADLER, "now": now}
    adoption_id = services.adopt(version_id=version_id, parameters={}, **given)
    sets(association, adoption_id, now, 1900)
    with pytest.raises(Refused, match="member_parameters"):
        services.change_parameters(adoption_id=adoption_id, parameters={"hoechstens_cents": 1500}, **given)
    assert queries.adoption(association, adoption_id).parameters["hoechstens_cents"] == 2000


@pytest.mark.parametrize("path", ["person.email", "person.nie", "anliegen.anschrift"])
def test_only_an_address_that_is_asked_once_picks_members(path: str) -> None:
    files = with_members()
    files["package.yaml"] = files["package.yaml"].replace(b"address: person.anschrift", f"address: {path}".encode())
    assert f"`{path}` is no address that the form asks for once" in faults_of(files)


def test_the_skeleton_with_an_address_is_a_package() -> None:
    assert checked(with_members()).accepted().manifest.member


def test_the_organiser_sets_the_values_of_a_member(
    client: Client, authority: Authority, association: UUID, adoption_id: UUID
) -> None:
    desk = signed_in(client, authority, "organiser")
    page = text(desk.get(f"/desk/services/{adoption_id}/"))
    assert "Gemeinde Ettenstatt" in page
    assert "As your authority has it." in page
    address = f"/desk/services/{adoption_id}/members/{ETTENSTATT}/settings"
    assert 'value="10,00"' in text(desk.get(address))
    wrong = desk.post(address, {"save": "yes", "p.gebuehr_cents": "2.000,00"})
    assert wrong.status_code == 422
    assert desk.post(address, {"save": "yes", "p.gebuehr_cents": "7,00"}).status_code == 302
    assert cents_in(offered(association), "Ettenstatt") == 700
    page = text(desk.get(f"/desk/services/{adoption_id}/"))
    assert "7,00 €" in page
    assert "Settings of a member municipality changed" in page


@pytest.mark.parametrize("ars", ["095770161161", "x", str(uuid4())])
def test_a_place_of_others_has_no_page(client: Client, authority: Authority, adoption_id: UUID, ars: str) -> None:
    desk = signed_in(client, authority, "organiser")
    assert desk.get(f"/desk/services/{adoption_id}/members/{ars}/settings").status_code == 404


def test_a_clerk_sets_nothing(client: Client, authority: Authority, adoption_id: UUID) -> None:
    desk = signed_in(client, authority, "clerk")
    assert desk.get(f"/desk/services/{adoption_id}/members/{ETTENSTATT}/settings").status_code == 403
