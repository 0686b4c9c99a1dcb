"""What a hostile or hurried browser sends: bounded, explained, never a broken page. Each test answers a review's finding."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from stadttor.core.refused import Refused
from stadttor.forms.models import Draft, Submission
from stadttor.forms.services.drafting import LARGEST_ANSWERS, save_answers
from stadttor.ground.models import Blob
from stadttor.ground.work import work
from stadttor.identity import services as staff
from stadttor.payments.ports import NoProvider, Order
from tests.isolation.world import made, pdf
from tests.journeys.test_without_javascript import LOST, declare, draft_url, fill  # noqa: F401  # the fixture of a started draft

pytestmark = pytest.mark.db


def stored(authority):
    with work(authority.id):
        return Draft.objects.get()


def test_a_text_of_megabytes_is_cut_before_it_is_stored(client, draft_url, authority):  # noqa: F811
    client.post(draft_url, {"antrag.art": "verlust", "antrag.ausweis_nummer": "x" * 1_500_000, "go": "on"})
    assert len(stored(authority).answers["antrag"]["ausweis_nummer"]) < 21_000


def test_answers_larger_than_any_form_are_refused(authority, draft_url, now):  # noqa: F811
    draft = stored(authority)
    with pytest.raises(Refused, match="answers_large"):
        save_answers(
            authority_id=authority.id,
            draft_id=draft.id,
            revision=draft.revision,
            answers={"a": {"b": "x" * LARGEST_ANSWERS}},
            language="de",
            now=now,
        )


@pytest.mark.parametrize("posted", [{"antrag.ausweis_nummer": "a\0b"}, {"remove_item": "antrag.²"}, {"remove": "\0"}])
def test_strange_characters_break_no_page(client, draft_url, posted):  # noqa: F811
    response = client.post(draft_url, {"antrag.art": "verlust", "go": "on"} | posted)
    assert response.status_code < 500


def test_the_link_to_a_draft_is_sent_five_times_at_most(client, draft_url):  # noqa: F811
    later = draft_url.split("/seite")[0] + "/spaeter"
    statuses = [client.post(later, {"email": f"amira{n}@example.org"}).status_code for n in range(6)]
    assert statuses == [302] * 5 + [429]


def test_what_is_accepted_is_what_was_last_written(client, draft_url, authority, permit, now):  # noqa: F811
    """Another window saves between reading the draft and accepting it."""
    from stadttor.portal.journey import open_journey
    from stadttor.portal.services import send

    fill(client, draft_url)
    draft = stored(authority)
    token = next(cookie.value for name, cookie in client.cookies.items() if name.startswith("zugang-"))
    journey = open_journey(authority.id, draft.id, token, "de", now)
    later = {**draft.answers, "wohnung": {"art": "nebenwohnung", "zone": "B"}}
    save_answers(
        authority_id=authority.id, draft_id=draft.id, revision=draft.revision, answers=later, language="de", now=now
    )
    with pytest.raises(Refused, match="edited_elsewhere"):
        send(journey=journey, token=token, randomness=b"r" * 16)


def test_a_sent_draft_keeps_no_copy_of_the_answers(client, draft_url, authority):  # noqa: F811
    summary = fill(client, draft_url)
    client.post(summary, declare(client, summary))
    draft = stored(authority)
    assert (draft.answers, draft.email) == ({}, "")
    with work(authority.id):
        assert Submission.objects.get().answers["person"]["nachname"] == "Yılmaz"
        assert Submission.objects.get().email == LOST["person"]["person.email"]


def test_many_right_passwords_from_one_address_lock_nobody_out(authority, now):
    account = {"email": "adler@weissenburg.example", "password": "ein gutes Kennwort"}
    staff.create_member(
        authority_id=authority.id,
        name="Frau Adler",
        roles=["lead"],
        unit_ids=[],
        actor=staff.Actor("system"),
        now=now,
        **account,
    )
    for _ in range(60):
        assert staff.sign_in(authority_id=authority.id, address="192.0.2.1", now=now, **account)


def test_without_a_payment_service_nobody_can_press_paid(authority):
    with pytest.raises(Refused, match="payment_unavailable"):
        NoProvider().start(Order(authority.id, "key", "WEI-2026-1", 1000, "/"))


def test_an_impossible_date_stands_there_again_beside_its_explanation(client, draft_url):  # noqa: F811
    url = fill(client, draft_url, {"antrag": LOST["antrag"]})
    wrong = LOST["person"] | {"person.geburtsdatum.day": "31", "person.geburtsdatum.month": "Mai"}
    page = client.post(url, wrong | {"go": "on"}, follow=True)
    assert 'value="31"' in page.content.decode()
    assert 'value="Mai"' in page.content.decode()


def test_each_file_is_named_whether_it_was_kept_or_refused(client, draft_url):  # noqa: F811
    """Report: of three files two were refused; nothing said which, nor that the third was kept."""
    new = {"antrag": {"antrag.art": "neu"}, "person": LOST["person"], "wohnung": LOST["wohnung"]}
    url = fill(client, draft_url, new)
    sent = [
        SimpleUploadedFile("brief.docx", b"PK\x03\x04"),
        SimpleUploadedFile("schein.pdf", pdf()),
        SimpleUploadedFile("alt.pdf", b"MZ"),
    ]
    answers = LOST["fahrzeug"] | {"fahrzeug.zb1": sent, "upload": "yes"}
    page = client.post(url, answers, follow=True).content.decode().translate({0x2068: None, 0x2069: None})
    assert page.count("brief.docx: Bitte wählen Sie eine Datei") == 2  # in the summary and at the field
    assert page.count("Die Datei alt.pdf ist keine PDF-Datei") == 2
    assert "Angekommen ist: schein.pdf" in page
    assert "alt.pdf" not in client.get(url).content.decode()


def test_a_file_that_came_is_said_aloud(client, draft_url):  # noqa: F811
    new = {"antrag": {"antrag.art": "neu"}, "person": LOST["person"], "wohnung": LOST["wohnung"]}
    url = fill(client, draft_url, new)
    answers = LOST["fahrzeug"] | {"fahrzeug.zb1": SimpleUploadedFile("schein.pdf", pdf()), "upload": "yes"}
    answer = client.post(url, answers)
    assert answer.headers["location"] == f"{url}?after=files#f-fahrzeug-zb1"
    assert 'role="status" data-announce' in client.get(answer.headers["location"]).content.decode()


def test_of_an_answer_that_is_refused_no_file_stays(authority):
    """Report: the first file of an answer was kept, the second refused; nobody ever deleted the first."""
    town = made(authority)
    names = {name: town.things[name] for name in ("submission_id", "question_id")}
    sound, program = SimpleUploadedFile("a.pdf", pdf()), SimpleUploadedFile("b.pdf", b"MZ")
    before = stored_files(authority)
    answer = town.citizen().post(reverse("portal:answer", kwargs=names), {"file-question": [sound, program]})
    assert answer.status_code == 422
    assert stored_files(authority) == before


def stored_files(authority):
    with work(authority.id):
        return set(Blob.objects.values_list("id", flat=True))
