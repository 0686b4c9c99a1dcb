"""A town changes, hides and adds descriptions; its portal shows its version, its neighbour's does not."""

from datetime import date, timedelta

import pytest
from django.test import Client

from stadttor.core.refused import Refused
from stadttor.descriptions import queries, services
from stadttor.descriptions.queries import towns
from stadttor.descriptions.rules.template import Description
from stadttor.descriptions.services.keeping import Typed
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.identity import services as identity
from stadttor.identity.queries import STAFF_COOKIE

pytestmark = pytest.mark.db
HOME = "/desk/descriptions"
GERMAN = {
    "title": "Geburtsurkunde holen",
    "summary": "Im Rathaus.",
    "who": "Alle Familien.",
    "where": "Zimmer 4",
    "when": "Mo 8–12 Uhr",
}


def save(authority, slug="geburtsurkunde", seen=0, language="de", texts=GERMAN, **others):
    return services.save_description(
        authority_id=authority.id, slug=slug, seen=seen, typed=Typed(language, texts, **{"law": ("§ 55 PStG",), **others}),
        actor=SYSTEM, now=clock.now(),
    )  # fmt: skip


def signed_in(authority, role="organiser"):
    client, email = Client(HTTP_HOST=f"{authority.slug}.localhost"), f"{role}@{authority.slug}.example"
    password = "Tauben auf dem Ellinger Tor 1926"
    identity.create_member(
        authority_id=authority.id, email=email, name="Frau Sommer", roles=[role], unit_ids=[], password=password,
        actor=SYSTEM, now=clock.now(),
    )  # fmt: skip
    client.cookies[STAFF_COOKIE] = identity.sign_in(
        authority_id=authority.id, email=email, password=password, address="127.0.0.1", now=clock.now()
    )
    client.cookies["language"] = "en"
    return client


@pytest.fixture
def desk(authority):
    return signed_in(authority)


def read(client, address, language="de"):
    return client.get(address, headers={"accept-language": language}).content.decode()


def form(slug, version, **given):
    return {"version": version, **GERMAN, "law": "§ 55 PStG", "words": "urkunde, baby", "cost_kind": "law", **given}


def test_the_portal_shows_the_towns_text_and_where_and_when_to_go(client, authority):
    save(authority)
    page = read(client, "/leistungen/geburtsurkunde")
    for said in ("Geburtsurkunde holen", "Alle Familien.", "Zimmer 4", "Mo 8–12 Uhr"):
        assert said in page
    assert "Geburtsurkunde holen" in read(client, "/leistungen?q=Geburtsurkunde")


def test_words_of_another_language_find_the_towns_text(client, authority):
    save(authority)
    save(authority, seen=1, language="tr", texts={"title": "Doğum belgesi", "summary": "Belediyede."})
    assert 'href="/leistungen/geburtsurkunde"' in read(client, "/leistungen?q=doğum belgesi")


def test_what_one_language_lacks_is_shown_in_german_and_marked(client, authority):
    save(authority)
    save(authority, seen=1, language="tr", texts={"title": "Doğum belgesi", "summary": "Belediyede."})
    page = read(client, "/leistungen/geburtsurkunde", "tr")
    assert "Doğum belgesi" in page
    assert '<div class="st-prose" lang="de" dir="ltr"><p class="kern-body">Alle Familien.' in page


def test_hidden_it_is_in_no_list_and_has_no_page_until_it_is_shown_again(client, authority):
    services.set_hidden(authority_id=authority.id, slug="fundtier", hidden=True, actor=SYSTEM, now=clock.now())
    assert client.get("/leistungen/fundtier").status_code == 404
    assert "/leistungen/fundtier" not in read(client, "/leistungen")
    services.set_hidden(authority_id=authority.id, slug="fundtier", hidden=False, actor=SYSTEM, now=clock.now())
    assert client.get("/leistungen/fundtier").status_code == 200


def test_one_of_its_own_has_an_address_and_stands_under_its_life_situation(client, authority):
    slug = save(
        authority,
        slug="",
        texts={"title": "Straßenfest anmelden", "summary": "Vier Wochen vorher."},
        situation="mitmachen",
    )
    assert slug == "strassenfest-anmelden"
    assert "Straßenfest anmelden" in read(client, "/leistungen?lage=mitmachen")
    assert "Straßenfest anmelden" not in read(client, "/leistungen?lage=familie")
    again = save(authority, slug="", texts={"title": "Straßenfest anmelden", "summary": "Noch eins."})
    assert again == "strassenfest-anmelden-2"


def test_taken_back_the_template_is_there_again(client, authority):
    save(authority)
    with pytest.raises(Refused):
        services.take_back(authority_id=authority.id, slug="geburtsurkunde", seen=0, actor=SYSTEM, now=clock.now())
    services.take_back(authority_id=authority.id, slug="geburtsurkunde", seen=1, actor=SYSTEM, now=clock.now())
    assert "Geburtsurkunde bestellen" in read(client, "/leistungen/geburtsurkunde")


def test_two_organisers_never_overwrite_each_other(authority):
    save(authority)
    with pytest.raises(Refused, match="changed_since"):
        save(authority, seen=0)
    assert queries.entry(authority.id, "geburtsurkunde").version == 1


@pytest.mark.parametrize(
    "wrong",
    [{"texts": {**GERMAN, "title": " "}}, {"texts": {**GERMAN, "title": "x" * 151}}, {"texts": {**GERMAN, "who": "x" * 4_001}},
     {"cost": "cheap"}, {"office": "pub"}, {"situation": "urlaub"}, {"words": ("x",) * 41}, {"law": ("x" * 301,)},
     {"language": "tr", "texts": {"title": "Belge"}}],
)  # fmt: skip
def test_what_no_description_may_be_is_refused(authority, wrong):
    with pytest.raises(Refused):
        save(authority, **wrong)
    assert not queries.entry(authority.id, "geburtsurkunde").is_changed


def test_a_neighbour_sees_nothing_of_it(authority, neighbour):
    one, other = authority, neighbour
    save(one)
    assert queries.entry(other.id, "geburtsurkunde").version == 0
    assert all(row.title != "Geburtsurkunde holen" for row in queries.described_at(other.id, "de"))


def test_a_list_reads_titles_and_no_whole_descriptions(authority, monkeypatch):
    """Found in review: each list and search read up to a thousand texts in all their languages."""
    save(authority, words=("Urkunde",))
    save(
        authority, seen=1, language="tr", texts={"title": "Doğum belgesi", "summary": "Belediyede."}, words=("Urkunde",)
    )
    monkeypatch.setattr(towns, "of_kept", lambda content: pytest.fail("a whole description was read"))
    by_slug = {tag: {one.slug: one for one in queries.described_at(authority.id, tag)} for tag in ("de", "tr")}
    german, turkish = by_slug["de"]["geburtsurkunde"], by_slug["tr"]["geburtsurkunde"]
    assert (german.title, german.summary, german.search) == ("Geburtsurkunde holen", "Im Rathaus.", ("Urkunde",))
    assert (turkish.title, turkish.summary, turkish.language) == ("Doğum belgesi", "Belediyede.", "tr")


def test_a_newer_review_of_the_template_is_marked_until_it_is_saved_again(authority, desk, monkeypatch):
    save(authority)
    known = towns.template("geburtsurkunde")
    newer = Description(**{**vars(known), "reviewed": known.reviewed + timedelta(days=30)})
    monkeypatch.setattr(towns, "template", lambda slug: newer)
    monkeypatch.setattr(towns, "templates", lambda: [newer])
    page = read(desk, f"{HOME}/geburtsurkunde", "en")
    assert "The template was reviewed again on" in page
    assert f"{HOME}/geburtsurkunde" in read(desk, f"{HOME}?show=newer", "en")


def test_after_a_year_without_a_review_it_is_overdue(authority):
    found = queries.entry(authority.id, "geburtsurkunde")
    assert not found.is_overdue(found.said.reviewed + timedelta(days=365))
    assert found.is_overdue(found.said.reviewed + timedelta(days=366))
    assert date(2020, 1, 1) < found.said.reviewed


def test_an_organiser_changes_hides_and_takes_back_at_the_desk(authority, desk, client):
    saved = desk.post(f"{HOME}/geburtsurkunde", form("geburtsurkunde", 0, who="<b>Alle</b> & jede"))
    assert saved.status_code == 303
    page = read(desk, f"{HOME}/geburtsurkunde", "en")
    assert "Changed by us on" in page
    assert "What the template says" in page
    assert "Geburtsurkunde bestellen" in page
    assert "&lt;b&gt;Alle&lt;/b&gt; &amp; jede" in read(client, "/leistungen/geburtsurkunde")
    assert f"{HOME}/geburtsurkunde" in read(desk, f"{HOME}?show=changed", "en")
    assert "Geburtsurkunde holen" in read(desk, f"{HOME}/geburtsurkunde/preview?language=de", "en")
    assert desk.post(f"{HOME}/geburtsurkunde/hidden", {"hidden": "yes"}).status_code == 303
    assert f"{HOME}/geburtsurkunde" in read(desk, f"{HOME}?show=hidden", "en")
    assert desk.post(f"{HOME}/geburtsurkunde/take-back", {"version": "2"}).status_code == 303
    assert not queries.entry(authority.id, "geburtsurkunde").hidden


def test_a_wrong_form_is_explained_and_keeps_what_was_typed(desk):
    answer = desk.post(f"{HOME}/new", form("", 0, title=""))
    assert answer.status_code == 422
    assert "Please write this in German." in answer.content.decode()
    assert "Zimmer 4" in answer.content.decode()


def test_only_organisers_change_descriptions(authority):
    clerk = signed_in(authority, "clerk")
    assert clerk.get(HOME).status_code == 403
    assert clerk.post(f"{HOME}/geburtsurkunde", form("geburtsurkunde", 0)).status_code == 403
    assert clerk.post(f"{HOME}/geburtsurkunde/hidden", {"hidden": "yes"}).status_code == 403
    assert queries.entry(authority.id, "geburtsurkunde").version == 0
