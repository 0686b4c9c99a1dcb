"""Who is found when a person is sought: she herself, and what names her; never another one's application as hers."""

import json
from datetime import date, timedelta
from uuid import UUID

import pytest

from stadttor.core.refused import Refused
from stadttor.forms.services.drafting import start_draft
from stadttor.forms.services.submitting import Application, submit
from stadttor.ground.models import AuditEntry
from stadttor.ground.rows import read as sql
from stadttor.ground.work import work
from stadttor.privacy import queries, services
from stadttor.privacy.matching import Sought, is_applicant, places_of
from stadttor.privacy.tests.people import AMIRA, DENIZ, JONAS, read

AMIRA_BORN, CHILD_BORN = date(1988, 5, 24), date(2015, 3, 2)
SON = {"vorname": "Jonas", "nachname": "Weber", "geburtsdatum": "2015-03-02"}
SHARED, AGENT = "familie@example.org", "kanzlei@example.org"


def roles(sought, person, family=(), email="", group="person"):
    """What she is in an application of this person: `applicant`, or the places that name her."""
    answers = {group: [person] if group == "personen" else person, "familie": list(family)}
    name = f"{person['vorname']} {person['nachname']}"
    if is_applicant(sought, name, email or person.get("email", ""), answers):
        return "applicant"
    return [path for path, _group in places_of(sought, answers)]


@pytest.mark.parametrize(
    ("sought", "application", "role"),
    [
        (Sought("Amira Yılmaz", AMIRA_BORN), (AMIRA,), "applicant"),
        (Sought("YILMAZ Amira", AMIRA_BORN), (AMIRA, (), "", "personen"), "applicant"),
        (Sought(email=" Amira.Yilmaz@Example.org"), (AMIRA,), "applicant"),
        # A family: who is named in it gets what names her.
        (Sought("Amira Yılmaz", AMIRA_BORN), (JONAS, [DENIZ, AMIRA]), ["familie.1"]),
        (Sought("Deniz Yılmaz", CHILD_BORN), (AMIRA, [DENIZ]), ["familie.0"]),
        # Father and son of one name.
        (Sought("Jonas Weber", CHILD_BORN), (JONAS, [SON]), ["familie.0"]),
        (Sought("Jonas Weber", date(1975, 2, 11)), (JONAS, [SON]), "applicant"),
        # One address of a family, or of an agent, for the applications of several people.
        (Sought("Amira Yılmaz", AMIRA_BORN, SHARED), (JONAS, [], SHARED), []),
        (Sought("Amira Yılmaz", AMIRA_BORN, SHARED), (AMIRA, [], SHARED), "applicant"),
        (Sought("Amira Yılmaz", None, AGENT), (JONAS, [], AGENT), []),
        (Sought("Amira Yılmaz", None, AGENT), (AMIRA, [], AGENT), "applicant"),
        # All that was typed must fit.
        (Sought("Amira Yılmaz", date(1988, 5, 25), AMIRA["email"]), (AMIRA,), []),
        (Sought("Amira Yılmaz", AMIRA_BORN, "other@example.org"), (AMIRA,), []),
        (Sought("Jonas Yılmaz", CHILD_BORN), (JONAS, [DENIZ]), []),
    ],
)
def test_only_who_applied_is_the_applicant(sought, application, role):
    assert roles(sought, *application) == role


@pytest.mark.parametrize("name", ["-", " ", "…", "()"])
def test_a_name_without_a_letter_is_none(name):
    assert not Sought(name, AMIRA_BORN).is_enough
    with pytest.raises(Refused, match="too_little_known"):
        queries.find_person(UUID(int=1), Sought(name, AMIRA_BORN))


def drafted(authority, now, answers, token="neu"):
    return start_draft(
        authority_id=authority.id, token=token, service="x", adoption_id=UUID(int=1), revision_id=UUID(int=2),
        language="de", now=now, answers=answers,
    )  # fmt: skip


@pytest.mark.db
def test_of_anothers_draft_she_gets_what_names_her_and_no_more(authority, now, lead):
    his = {"person": JONAS, "familie": [DENIZ, {**AMIRA, "email": ""}], "konto": {"iban": "DE02120300000000202051"}}
    draft, sought = drafted(authority, now, his), Sought("Amira Yılmaz", AMIRA_BORN)
    [found] = queries.find_person(authority.id, sought)
    assert (found.id, found.role, found.applicant) == (draft, "named", "Jonas Weber")
    files = read(services.export_person(staff=lead, sought=sought, chosen=[draft], language="de", now=now))
    said = files["data.json"].decode()
    assert json.loads(said)["applications"][0]["named_in"][0]["path"] == "familie.1"
    assert not any(word in said for word in ("Jonas", "Deniz", "DE0212"))
    with work(authority.id):
        entry = AuditEntry.objects.get(act="privacy.exported")
    assert (entry.subject_kind, entry.subject_id) == ("draft", draft)


@pytest.mark.db
def test_an_address_is_found_in_whatever_letters_it_was_typed(authority, applied):
    his = applied(JONAS, family=[{"vorname": "A", "email": "Amira.Yilmaz@example.org"}])
    [found] = queries.find_person(authority.id, Sought(email="amira.yilmaz@EXAMPLE.org"))
    assert (found.id, found.role) == (his, "named")


@pytest.mark.db
def test_many_applications_with_the_same_day_hide_nobody(authority, applied, now, monkeypatch):
    """A day of birth is some other application's day of moving in."""
    monkeypatch.setattr("stadttor.forms.queries.AT_ONCE", 3)
    hers = applied(AMIRA)
    for one in range(8):
        submit(
            authority_id=authority.id, key=f"k{one}", token=f"t{one}", prefix="WEI",
            randomness=(f"{one:08}" * 4).encode(), draft_id=None, now=now + timedelta(minutes=1),
            application=Application(
                service="x", adoption_id=UUID(int=1), revision_id=UUID(int=2),
                answers={"einzug": {"tag": "1988-05-24"}}, fees=[], language="de", email="", applicant="X Y",
            ),
        )  # fmt: skip
    assert [one.id for one in queries.find_person(authority.id, Sought("Amira Yılmaz", AMIRA_BORN))] == [hers]


@pytest.mark.db
def test_the_search_leaves_the_time_limit_of_statements_as_it_was(authority, applied):
    applied(AMIRA)
    with work(authority.id):
        before = sql("SELECT current_setting('statement_timeout')")
        assert queries.find_person(authority.id, Sought("Amira Yılmaz", AMIRA_BORN))
        assert sql("SELECT current_setting('statement_timeout')") == before


@pytest.mark.db
def test_what_was_not_found_is_not_saved(authority, applied, lead, now):
    applied(AMIRA)
    with pytest.raises(Refused, match="nothing_chosen"):
        services.export_person(
            staff=lead, sought=Sought(email=AMIRA["email"]), chosen=[UUID(int=7)], language="de", now=now
        )
