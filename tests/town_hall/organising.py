"""What an organiser changes later: the parts a town uses, and who helps it."""

from collections.abc import Iterator

from tests.measuring.lines import Line
from tests.town_hall.acts import MOVING, typed
from tests.town_hall.play import Play, main_of, read, seen

TOWN, NEIGHBOUR = "weissenburg", "vg-ellingen"
BASIS = "Zweckvereinbarung über das Meldewesen, Art. 7 KommZG"


def play_parts(play: Play) -> Iterator[Line]:
    """The books stay while something costs money, the stock of processes may go; the neighbour is asked."""
    kern = play.colleague(TOWN, "kern")
    kern.open(TOWN, "/desk/setup/parts")
    kern.page.locator('[name="parts"][value="finance"]').uncheck()
    kern.page.locator("main form button[type=submit]").first.click()
    refused = kern.page.locator("#error-summary")
    refused.wait_for()
    play.show(kern, "teile", "The books cannot be switched off, and the page says why")
    yield read("the page says what is in the way", "Buchhaltung", refused.inner_text())
    kern.open(TOWN, "/desk/setup/parts")
    kern.page.locator('[name="parts"][value="inventory"]').uncheck()
    kern.page.locator("main form button[type=submit]").first.click()
    kern.page.wait_for_url("**/desk/setup?done=saved")
    yield seen("what is switched off is in no menu", 0, kern.page.locator('a[href$="/desk/inventory"]').count())

    kern.open(TOWN, "/desk/neighbours/new")
    kern.page.locator('[name="service"]').select_option(MOVING)
    kern.fill({"helper": NEIGHBOUR, "legal_basis": BASIS, "starts": typed(play.house.today)})
    play.show(kern, "nachbarn", "Frau Kern asks a neighbour to handle a service")
    kern.page.locator("main form button[type=submit]").first.click()
    kern.page.wait_for_url("**?done=offered")
    yield read("it is offered, and counts when it is accepted", "Die Vereinbarung ist angeboten.", main_of(kern))
