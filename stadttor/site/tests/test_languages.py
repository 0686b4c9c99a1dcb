"""Somebody reads and writes in another language: what is asked of her, what the clerk sees, which text counts."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from stadttor.cases import services as cases
from stadttor.cases.models import Case, Question
from stadttor.cases.pages import speaking as told
from stadttor.cases.ports import Choice, LetterDraft
from stadttor.cases.queries import case_for
from stadttor.cases.services import Asked
from stadttor.core.languages import LANGUAGES
from stadttor.forms.models import Draft, Submission
from stadttor.ground.clock import now
from stadttor.ground.web.language import speaking
from stadttor.ground.work import work
from stadttor.identity.queries import staff_of
from stadttor.notices.tests.test_letters import text_of
from stadttor.notices.wording import mail_text
from stadttor.portal import free_text
from stadttor.site import letters, wiring
from stadttor.site.applications import SubmittedApplications
from tests.isolation.world import Town, in_work

pytestmark = pytest.mark.db
ASKED = "Mümkünse Almanca yazın"
MAIL = {"service": "S", "number": "N", "link": "L", "authority": "A"}


@pytest.fixture
def town(authority) -> Town:
    wiring.connect()
    return in_work(authority)


@pytest.fixture
def reads_turkish(town) -> Town:
    """The applicant wrote a remark on the Turkish page of her application."""
    with work(town.authority_id):
        row = Submission.objects.get(id=town.things["submission_id"])
        answers = {**row.answers, "antrag": {"art": "neu"}, "laufzeit": {"bemerkung": "Arabamı yeni aldım."}}
        Submission.objects.filter(id=row.id).update(answers=answers, language="tr", draft_id=town.things["draft_id"])
        Draft.objects.filter(id=town.things["draft_id"]).update(written_in={"laufzeit.bemerkung": "tr"})
        Case.objects.filter(id=town.things["case_id"]).update(language="tr")
    return town


def page_of(town: Town, path: str = "") -> str:
    return town.clerk().get(f"/desk/cases/{town.things['case_id']}{path}").content.decode()


def test_a_free_text_is_asked_for_in_german_where_she_can(client, authority, town):
    draft = client.post("/leistungen/bewohnerparkausweis/antrag").headers["Location"].partition("/seite/")[0]
    assert ASKED in client.get(f"{draft}/seite/laufzeit?lang=tr").content.decode()
    german = client.get(f"{draft}/seite/laufzeit?lang=de").content.decode()
    assert "in Ihrer Sprache" not in german
    assert "in Ihrer Sprache" not in client.get(f"{draft}/seite/laufzeit?lang=de-simple").content.decode()


def test_the_draft_keeps_on_which_page_a_text_was_written(client, authority, town):
    draft = client.post("/leistungen/bewohnerparkausweis/antrag").headers["Location"].partition("/seite/")[0]

    def written(text: str, language: str) -> dict[str, str]:
        client.get(f"{draft}/seite/laufzeit?lang={language}")
        client.post(f"{draft}/seite/laufzeit", {"laufzeit.bemerkung": text, "go": "back"})
        with work(authority.id):
            return Draft.objects.get(id=draft.rpartition("/")[2]).written_in

    assert written("Arabamı yeni aldım.", "tr") == {"laufzeit.bemerkung": "tr"}
    assert written("Arabamı yeni aldım.", "de") == {"laufzeit.bemerkung": "tr"}, "she only read it in German"
    assert written("Das Auto ist neu.", "de") == {}


def test_the_clerk_sees_in_which_language_it_was_written(reads_turkish):
    for path in ("", "/decide"):
        page = page_of(reads_turkish, path)
        assert '<bdi lang="tr" dir="auto">Arabamı yeni aldım.</bdi>' in page
        assert "geschrieben auf der Seite in der Sprache Türkisch" in page


def test_an_answer_to_a_question_is_marked_too(reads_turkish):
    town = reads_turkish
    case_id, adler = UUID(town.things["case_id"]), staff_of(town.secrets["session"], town.authority_id, now())
    version = case_for(adler, case_id, now()).version
    items = [Asked("question", "question", "Wem gehört das Auto?")]
    question = cases.ask_back(staff=adler, case_id=case_id, version=version, items=items, now=now())
    citizen = town.citizen()
    assert ASKED in citizen.get(f"/status/{town.things['submission_id']}?lang=tr").content.decode()
    sent = citizen.post(f"/status/{town.things['submission_id']}/antwort/{question}", {"text-question": "Kardeşimin."})
    assert sent.status_code == 302, sent.content.decode()
    with work(town.authority_id):
        assert Question.objects.get(id=question).answers[0]["language"] == "tr"
    assert '<bdi lang="tr" dir="auto">Kardeşimin.</bdi>' in page_of(town)


def test_before_she_writes_the_clerk_reads_what_stays_german(reads_turkish):
    decide, ask = page_of(reads_turkish, "/decide"), page_of(reads_turkish, "/ask")
    assert "Alle Textbausteine gibt es auch in dieser Sprache (Türkisch)." in decide
    assert "Die antragstellende Person liest Türkisch" in ask
    assert "Ihre eigenen Worte gehen auf Deutsch hinaus" in ask


def test_blocks_that_are_german_only_are_counted_and_marked(reads_turkish):
    town = reads_turkish
    adler = staff_of(town.secrets["session"], town.authority_id, now())
    case = case_for(adler, UUID(town.things["case_id"]), now())
    with work(town.authority_id):
        vocabulary = SubmittedApplications().vocabulary(case.ref)
    first = vocabulary.reasons[0].key
    lacking = replace(vocabulary, german_only=frozenset({f"reasons.{first}"}))
    with speaking("de"):
        said = told.of_deciding(case, lacking)
        options = told.options(lacking, case, "reasons", vocabulary.reasons)
        none = told.of_deciding(case, replace(vocabulary, has_copy=False))
    assert said is not None
    assert "1 von " in said.text
    assert [one["value"] for one in options if one.get("hint") == "nur auf Deutsch"] == [first]
    assert none is not None
    assert "nur auf Deutsch hinaus" in none.text


def test_the_copy_says_which_language_is_the_official_one(reads_turkish, tmp_path):
    town = reads_turkish
    adler = staff_of(town.secrets["session"], town.authority_id, now())
    case = case_for(adler, UUID(town.things["case_id"]), now())
    draft = LetterDraft(case.ref, "refused", (Choice("", "Der Wagen gehört Ihnen nicht."),), (), "Frau Adler", now())
    texts = {}
    for language in ("de", "tr"):
        with work(town.authority_id):
            texts[language] = text_of(
                letters.PackageLetters().letter_preview(replace(draft, language=language)), tmp_path
            )
    assert "Resmî dil Almancadır" in texts["tr"]
    assert "Almanca" in texts["tr"].partition("Der Wagen gehört Ihnen nicht")[0]
    assert "Amtssprache" not in texts["de"]


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"de"}))
def test_pages_and_mails_say_that_the_official_language_is_german(client, town, language):
    page = client.get(f"/?lang={language}").content.decode()
    footer = page.partition("<footer")[2]
    assert "§ 23 VwVfG" in footer
    assert "§ 23 VwVfG" in mail_text("decision", language, MAIL).body


def test_in_german_nothing_is_said_of_it(client, town):
    assert "VwVfG" not in client.get("/?lang=de").content.decode().partition("<footer")[2]
    assert "VwVfG" not in mail_text("decision", "de", MAIL).body


def test_plain_german_is_not_called_leichte_sprache_and_says_that_it_is_untested(client, town):
    """ "Leichte Sprache" is what has been tested with people who need it (§ 11 BGG, DIN SPEC 33429)."""
    root = Path(wiring.__file__).parents[1]
    sources = [
        one for kind in ("py", "po", "html", "typ") for one in root.rglob(f"*.{kind}") if "tests" not in one.parts
    ]
    # The statement on accessibility says that there is none.
    named = [
        (one.name, line)
        for one in sources
        for line in one.read_text().lower().splitlines()
        if "leichte sprache" in line
    ]
    assert [one for one in named if "no texts in leichte" not in one[1] and "(leichte sprache)" not in one[1]] == []
    assert [one for one in root.parent.glob("packages/*/texts/*") if "leichte sprache" in one.read_text().lower()] == []
    assert LANGUAGES["de-simple"].name == "Einfache Sprache"
    page = client.get("/?lang=de-simple").content.decode()
    assert "noch nicht geprüft" in page.partition("<footer")[2]


def test_a_mark_moves_with_its_text():
    page = next(one for one in _form().pages if any(two.type == "textarea" for two in one.fields))
    one = next(two for two in page.fields if two.type == "textarea")
    before = {one.group: [{one.id: "eins"}, {one.id: "iki"}]}
    known = {f"{one.group}.1.{one.id}": "tr", "elsewhere.text": "ar"}
    found = free_text.written_in(page, before, {one.group: [{one.id: "iki"}]}, known, "de")
    assert found == {f"{one.group}.0.{one.id}": "tr", "elsewhere.text": "ar"}


def _form():
    from stadttor.portal.tests.builders import content

    return content("bewohnerparkausweis").form
