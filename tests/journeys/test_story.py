"""The whole story: apply, ask back, answer, decide, take back, decide again, and the letter that arrives."""

import re

import pikepdf
import pytest
from playwright.sync_api import expect

from tests.journeys.people import AMIRA, CAR, HOME, LOST, Colleague, photo, until
from tests.journeys.test_citizen import begin

pytestmark = pytest.mark.browser

TOWN = "weissenburg"
LETTER_S = 90


def apply(visitor):
    begin(visitor)
    for answers in (LOST, AMIRA, HOME, CAR):
        visitor.fill(answers)
        visitor.go_on()
    visitor.send()
    visitor.pay()
    return visitor.number


def pdfs(visitor):
    """The documents on the status page: label and bytes."""
    links = visitor.page.locator('main a[href*="/dokument/"]')
    found = [(link.inner_text(), link.evaluate("link => link.href")) for link in links.all()]
    return [(label, visitor.download(address)) for label, address in found]


def languages(data, folder):
    path = folder / "letter.pdf"
    path.write_bytes(data)
    with pikepdf.open(path) as pdf:
        return str(pdf.Root.Lang)


def test_from_the_application_to_the_letter(product, visitors, olsen, tmp_path):
    amira = visitors(language="tr")
    number = apply(amira)

    olsen.sign_in(TOWN, "olsen")
    case = olsen.open_case(TOWN, number)
    expect(olsen.page.locator("main")).to_contain_text("WUG-AY 88")
    olsen.take()
    olsen.ask("Bitte schicken Sie die Anzeige bei der Polizei.")

    amira.page.reload()
    expect(amira.page.locator("#question")).to_contain_text("Anzeige bei der Polizei")
    amira.page.locator('#question input[type="file"]').first.set_input_files(photo(tmp_path, "Anzeige.jpg"))
    amira.page.locator("#question textarea").fill("Polis raporu ektedir.")
    amira.page.locator("#question button[type=submit]").click()
    amira.page.wait_for_url("**/status/**")
    expect(amira.page.locator("#question")).to_have_count(0)

    olsen.open(TOWN, case)
    expect(olsen.page.locator("#questions")).to_contain_text("Polis raporu ektedir.")
    expect(olsen.page.locator("#documents")).to_contain_text("Anzeige.jpg")
    olsen.begin_decision("refused")
    olsen.page.locator('[name="reasons"]:enabled').first.check()
    olsen.decide()
    olsen.page.locator('form[action$="/undo"] button').click()
    expect(olsen.page.locator('form[action$="/undo"]')).to_have_count(0)
    olsen.begin_decision("granted")
    olsen.decide()

    amira.page.reload()
    assert "/dokument/" not in "".join(label for label, _data in pdfs(amira) if "Karar" in label), "not before a minute"
    product.let_a_minute_pass()
    letters = amira.page.locator('main a[href*="/dokument/"]')
    until(lambda: (amira.page.reload(), letters.count())[1] >= 3, LETTER_S, "letter and copy on the status page")
    # The decision and the permit in German; the copy of the decision and her own summary in her language.
    assert sorted(languages(data, tmp_path)[:2] for _label, data in pdfs(amira)) == ["de", "de", "tr", "tr"]

    olsen.open(TOWN, case)
    expect(olsen.page.locator("#decision")).to_contain_text("Bewilligt")
    expect(olsen.page.locator("#history .kern-heading-small, #history li").first).to_be_visible()

    olsen.page.goto(amira.page.url.split("/status/")[0].replace("weissenburg.", "") + "/demo/mail")
    mail = olsen.page.locator('main a[href*="/demo/mail/"]').first
    mail.click()
    expect(olsen.page.locator("main")).to_contain_text(re.compile("weissenburg.localhost.*/(weiter|status)/"))


def test_the_link_in_the_mail_opens_the_status_page_elsewhere(amira, visitors):
    number = apply(amira)
    elsewhere = visitors()
    mails = amira.page.url.split("/status/")[0].replace("weissenburg.", "") + "/demo/mail"
    links = elsewhere.page.locator('main a[href*="/demo/mail/"]')

    def opened():
        elsewhere.page.goto(mails)
        for link in links.all()[:5]:
            elsewhere.page.goto(link.evaluate("link => link.href"))
            if number in elsewhere.page.locator("main").inner_text():
                return True
            elsewhere.page.goto(mails)
        return False

    until(opened, 60, "the receipt by mail")
    elsewhere.page.locator('main a[href*="weissenburg.localhost"]').first.click()
    elsewhere.page.wait_for_url("**/status/**")
    assert elsewhere.number == number


def test_the_neighbour_sees_nothing(visitors, olsen, amira):
    number = apply(amira)
    case = olsen.sign_in(TOWN, "olsen").open_case(TOWN, number)
    neighbour = visitors(Colleague).sign_in("muenchen", "olsen")
    neighbour.open("muenchen", "/desk/cases/?scope=all")
    assert number not in neighbour.page.content()
    unknown = "/desk/cases/00000000-0000-4000-8000-000000000000"
    texts = []
    for path in (case, unknown, f"{case}/decide", f"{unknown}/decide"):
        answer = neighbour.page.goto(neighbour.page.url.split("/desk")[0] + path)
        # The token of the form for signing out is another one each time.
        shown = re.sub(r'value="\w{64}"', "", neighbour.page.locator("body").inner_html())
        texts.append((answer.status, shown.replace(path, "…")))
    assert texts[0][0] == 404
    assert len(set(texts)) == 1
