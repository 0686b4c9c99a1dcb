import re
from datetime import datetime

import pytest
from django.test import Client

from stadttor.catalog import queries
from stadttor.catalog.tests.builders import a_package, adopted, published
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import Authority
from stadttor.identity import services as identity
from stadttor.identity.queries import STAFF_COOKIE

pytestmark = pytest.mark.db

PASSWORD = "Tauben auf dem Ellinger Tor 1926"
TABLE = """\
  properties:
    strassen:
      type: array
      title: Straßen
      maxItems: 50
      items:
        type: object
        required: [strasse]
        properties:
          strasse: {type: string, title: Straße, maxLength: 60}
          von: {type: integer, title: Nummer von, minimum: 1}
      default: [{strasse: Am Hof, von: 1}]
"""


def signed_in(client: Client, authority: Authority, role: str) -> Client:
    now = clock.now()
    identity.create_member(
        authority_id=authority.id, email="adler@weissenburg.example", name="Frau Adler", roles=[role], unit_ids=[],
        password=PASSWORD, actor=SYSTEM, now=now,
    )  # fmt: skip
    token = identity.sign_in(
        authority_id=authority.id, email="adler@weissenburg.example", password=PASSWORD, address="127.0.0.1", now=now
    )
    client.cookies[STAFF_COOKIE] = token
    client.cookies["language"] = "en"
    return client


@pytest.fixture
def desk(client: Client, authority: Authority) -> Client:
    """Frau Adler, organiser, reading English."""
    return signed_in(client, authority, "organiser")


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def with_table(now: datetime) -> str:
    """The address for adopting a package whose parameters include a table."""
    files = a_package(package=("  properties:\n", TABLE))
    return f"/desk/services/versions/{published(now, files=files).version_id}/adopt"


def test_nobody_signed_in_is_sent_to_the_sign_in_page(client: Client, authority: Authority) -> None:
    response = client.get("/desk/services/")
    assert response.status_code == 302
    assert "sign-in" in response["Location"]


def test_a_clerk_may_not_change_services(client: Client, authority: Authority) -> None:
    assert signed_in(client, authority, "clerk").get("/desk/services/").status_code == 403


def test_the_empty_catalogue_says_what_to_do(desk: Client) -> None:
    assert "Your authority offers no service yet" in text(desk.get("/desk/services/"))


def test_a_package_says_what_it_is(desk: Client, now: datetime) -> None:
    version_id = published(now).version_id
    page = text(desk.get(f"/desk/services/versions/{version_id}/"))
    for said in ("Muster-Redaktion", "§ 22 VwVfG", "14 days", "Ab wann soll die Genehmigung gelten?", "€12.00"):
        assert said in page


def test_adopting_begins_in_test(desk: Client, authority: Authority, now: datetime) -> None:
    version_id = published(now).version_id
    response = desk.post(f"/desk/services/versions/{version_id}/adopt", {"save": "yes", "p.gebuehr_cents": "15,50"})
    assert response.status_code == 302
    assert queries.adopted_form(authority.id, "muster", include_test=True).parameters == {"gebuehr_cents": 1550}
    assert "Only staff see this service" in text(desk.get(response["Location"]))


def test_a_wrong_setting_is_explained_at_field_and_summary(desk: Client, now: datetime) -> None:
    version_id = published(now).version_id
    response = desk.post(f"/desk/services/versions/{version_id}/adopt", {"save": "yes", "p.gebuehr_cents": "2.000,00"})
    page = text(response)
    assert response.status_code == 422
    assert page.count("The most is 1000,00 €") == 2
    assert 'href="#f-p-gebuehr_cents"' in page
    assert 'value="2000,00"' in page


def test_what_is_no_number_stays_as_typed(desk: Client, now: datetime) -> None:
    version_id = published(now).version_id
    page = text(desk.post(f"/desk/services/versions/{version_id}/adopt", {"save": "yes", "p.gebuehr_cents": "viel"}))
    assert "Write this in the form that is asked for" in page
    assert 'value="viel"' in page


def test_the_preview_compares_what_citizens_pay(desk: Client, authority: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now)
    page = text(desk.post(f"/desk/services/{adoption_id}/settings", {"preview": "yes", "p.gebuehr_cents": "20"}))
    assert "€12.00" in page
    assert "€20.00" in page
    assert queries.adopted_form(authority.id, "muster").parameters == {"gebuehr_cents": 1200}


def test_settings_are_saved(desk: Client, authority: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now)
    desk.post(f"/desk/services/{adoption_id}/settings", {"save": "yes", "p.gebuehr_cents": "20"})
    assert queries.adopted_form(authority.id, "muster").parameters == {"gebuehr_cents": 2000}


def test_a_row_is_added_and_removed_without_saving(desk: Client, now: datetime) -> None:
    page = with_table(now)
    rows = {"p.strassen.rows": "1", "p.strassen.0.strasse": "Am Hof", "p.strassen.0.von": "1", "p.gebuehr_cents": "12"}
    more = text(desk.post(page, rows | {"add_item": "strassen"}))
    assert 'name="p.strassen.1.strasse"' in more
    assert 'value="Am Hof"' in more
    less = text(desk.post(page, rows | {"remove_item": "strassen.0"}))
    assert "No rows yet." in less
    assert "Am Hof" not in less


def test_a_table_is_saved_without_its_empty_rows(desk: Client, authority: Authority, now: datetime) -> None:
    rows = {"p.strassen.rows": "2", "p.strassen.0.strasse": "Luitpoldstraße", "p.strassen.1.strasse": " "}
    desk.post(with_table(now), rows | {"p.gebuehr_cents": "12", "save": "yes"})
    form = queries.adopted_form(authority.id, "muster", include_test=True)
    assert form.parameters["strassen"] == [{"strasse": "Luitpoldstraße"}]


def test_a_wrong_cell_is_named_in_its_place(desk: Client, now: datetime) -> None:
    rows = {"p.strassen.rows": "1", "p.strassen.0.strasse": "Am Hof", "p.strassen.0.von": "0"}
    page = text(desk.post(with_table(now), rows | {"p.gebuehr_cents": "12", "save": "yes"}))
    assert 'href="#f-p-strassen-0-von"' in page
    assert 'id="f-p-strassen-0-von-error"' in page


def test_a_table_can_be_pasted_as_text(desk: Client, authority: Authority, now: datetime) -> None:
    page = with_table(now)
    pasted = {"p.strassen.text": "Am Hof;1\r\nJahnstraße\t7\r\n\r\n", "p.gebuehr_cents": "12"}
    assert 'name="p.strassen.0.von"' in text(desk.post(page, pasted | {"as_table": "strassen"}))
    desk.post(page, pasted | {"save": "yes"})
    form = queries.adopted_form(authority.id, "muster", include_test=True)
    assert form.parameters["strassen"] == [{"strasse": "Am Hof", "von": 1}, {"strasse": "Jahnstraße", "von": 7}]


def test_a_wrong_line_of_pasted_text_is_named(desk: Client, now: datetime) -> None:
    pasted = {"p.strassen.text": "Am Hof;1\nJahnstraße;x", "p.gebuehr_cents": "12", "save": "yes"}
    page = text(desk.post(with_table(now), pasted))
    assert "Line 2:" in page


def test_going_live_is_confirmed_with_its_consequence(desk: Client, authority: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now, live=False)
    asked = text(desk.get(f"/desk/services/{adoption_id}/go-live"))
    assert "Everybody finds the service" in asked
    assert "Still as the package proposes it, perhaps only as an example: Gebühr" in asked
    desk.post(f"/desk/services/{adoption_id}/go-live", {"confirm": "yes"})
    assert queries.adopted_form(authority.id, "muster").state == "live"


def test_withdrawing_needs_the_word(desk: Client, authority: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now)
    refused = desk.post(f"/desk/services/{adoption_id}/withdraw", {"confirm": "yes", "word": "muser"})
    assert refused.status_code == 422
    assert queries.adopted_form(authority.id, "muster").state == "live"
    desk.post(f"/desk/services/{adoption_id}/withdraw", {"confirm": "yes", "word": "muster"})
    assert queries.adoption(authority.id, adoption_id).state == "withdrawn"


def test_an_upgrade_shows_what_changes_first(desk: Client, authority: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now)
    changed = a_package(
        package=("version: 0.1.0", "version: 0.2.0"),
        form=("- {id: ab,", "- {id: grund, type: text}\n          - {id: ab,"),
        texts=("    ab: {label", "    grund: {label: Grund}\n    ab: {label"),
    )
    newer = published(now, "0.2.0", changed).version_id
    assert "Version 0.2.0 is available" in text(desk.get(f"/desk/services/{adoption_id}/"))
    address = f"/desk/services/{adoption_id}/upgrade/{newer}"
    assert "Citizens are asked in addition: Grund" in text(desk.get(address))
    desk.post(address, {"confirm": "yes"})
    assert queries.adopted_form(authority.id, "muster").version == "0.2.0"


def test_a_setting_that_no_longer_fits_keeps_the_upgrade_waiting(
    desk: Client, authority: Authority, now: datetime
) -> None:
    adoption_id = adopted(authority.id, now, gebuehr_cents=90000)
    stricter = a_package(package=("version: 0.1.0", "version: 0.2.0")) | {}
    stricter["package.yaml"] = stricter["package.yaml"].replace(b"maximum: 100000", b"maximum: 50000")
    newer = published(now, "0.2.0", stricter).version_id
    response = desk.post(f"/desk/services/{adoption_id}/upgrade/{newer}", {"confirm": "yes"})
    assert response.status_code == 422
    assert "One setting does not fit" in text(response)
    assert queries.adopted_form(authority.id, "muster").version == "0.1.0"


def test_a_setting_under_a_new_name_is_looked_at_too(desk: Client, authority: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now, gebuehr_cents=90000)
    files = a_package(package=("version: 0.1.0", "version: 0.2.0"))
    stricter = {path: text.replace(b"gebuehr_cents", b"preis_cents") for path, text in files.items()}
    moved = b'migrations: {"0.x -> 0.2": [{rename: [p.gebuehr_cents, p.preis_cents]}]}\nsearch:'
    package = stricter["package.yaml"].replace(b"maximum: 100000", b"maximum: 50000")
    stricter["package.yaml"] = package.replace(b"search:", moved)
    newer = published(now, "0.2.0", stricter).version_id
    address = f"/desk/services/{adoption_id}/upgrade/{newer}"
    assert "One setting does not fit" in text(desk.get(address))
    assert "One setting does not fit" in text(desk.post(address, {"confirm": "yes"}))


def test_the_neighbours_service_is_not_found(desk: Client, neighbour: Authority, now: datetime) -> None:
    adoption_id = adopted(neighbour.id, now)
    for page in ("", "settings", "go-live", "withdraw"):
        assert desk.get(f"/desk/services/{adoption_id}/{page}").status_code == 404


def test_what_was_done_is_said_and_who_did_it_stays(desk: Client, authority: Authority, now: datetime) -> None:
    """Report: saving settings and opening a service ended in silence; the history named nobody."""
    address = f"/desk/services/{adopted(authority.id, now, live=False)}"
    for act, said in (
        ("go-live", "open to citizens."),
        ("test", "in test. Citizens no longer"),
        ("withdraw", "withdrawn."),
    ):
        after = desk.post(f"{address}/{act}", {"confirm": "yes", "word": "muster"}, follow=True)
        assert f"The service is {said}" in text(after)
    assert re.search(r"Opened to citizens · <bdi>Frau Adler</bdi>", text(desk.get(f"{address}/")))
    assert "kern-alert--success" not in text(desk.get(f"{address}/?done=nonsense"))


def test_what_settings_mean_is_where_one_looks_after_asking(desk: Client, authority: Authority, now: datetime) -> None:
    address = f"/desk/services/{adopted(authority.id, now)}/settings"
    assert re.search(
        r'id="preview-section" tabindex="-1" data-focus',
        text(desk.post(address, {"preview": "yes", "p.gebuehr_cents": "15,00"})),
    )
