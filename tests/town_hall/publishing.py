"""A town asks for a change of a package; its publisher works on it in the studio, and names who decides."""

import re
from collections.abc import Iterator

from tests.measuring.lines import Line
from tests.town_hall.play import WAIT_S, Colleague, Play, main_of, read, until

TOWN, PUBLISHER, PACKAGE = "weissenburg", "steuerung", "de.stadttor.hundesteuer"
WISH = "Frage nach dem Chip des Hundes leichter machen"
CONDITION = "a.herkunft.zugezogen && a.haushalt.dauer == 'dauerhaft'"


def play_publisher(play: Play) -> Iterator[Line]:
    """Frau Kern writes, Frau Sommer reads it beside the form it is about."""
    kern, sommer = play.colleague(TOWN, "kern"), play.colleague(PUBLISHER, "sommer")
    _wish(kern)
    yield read("the wish is sent", WISH, main_of(kern))
    sommer.open(PUBLISHER, "/desk/studio")
    sommer.page.locator(f'button[name="package"][value="{PACKAGE}"]').click()
    sommer.page.wait_for_url(re.compile(r"/desk/studio/[0-9a-f-]{36}$"))
    play.show(sommer, "pruefung", "A working copy: what the check says, and the examples")
    yield read("nothing is wrong with it", "Alles in Ordnung", main_of(sommer))
    sommer.page.locator('main a[href$="/form"]').first.click()
    sommer.page.wait_for_url("**/form")
    play.show(sommer, "seiten", "Pages and fields in the order in which citizens answer")
    yield from _condition(play, sommer)
    sommer.open(PUBLISHER, "/desk/studio/requests")
    sommer.page.get_by_role("link", name=WISH).click()
    body = "Redaktionsbeirat Hundesteuer"
    sommer.fill({"body": body, "decide_by": "15.1.2027"})
    play.show(sommer, "wunsch", "What an authority asks for, and who decides")
    sommer.page.locator('form:has([name="act"][value="body"]) button[type=submit]').click()
    sommer.page.wait_for_url("**?*")
    yield read("every authority can read who decides", body, main_of(sommer))


def _wish(kern: Colleague) -> None:
    kern.open(TOWN, "/desk/requests/new")
    kern.page.locator('[name="package"]').select_option(PACKAGE)
    kern.page.locator('[name="tag"]').select_option(index=1)
    kern.page.locator('[name="urgency"]').first.check()
    kern.fill({"title": WISH, "wrong": "Viele rufen an, weil sie die Nummer nicht finden."})
    kern.press("act", "send")
    kern.page.wait_for_url(re.compile(r"/desk/requests/[0-9a-f-]{36}"))


def _condition(play: Play, sommer: Colleague) -> Iterator[Line]:
    """A field that is asked for only if …: what is typed is checked at once."""
    sommer.page.locator(".st-studio__fields li", has_text="frueherer_ort").locator("a").first.click()
    sommer.page.wait_for_url("**/form/part?**")
    checked = sommer.page.locator(".st-studio__checked").first
    its_field = (checked.get_attribute("hx-trigger") or "").rpartition("#")[2]
    sommer.page.locator(f'[id="{its_field}"]').fill(CONDITION)
    until(lambda: "haushalt.dauer" in checked.inner_text(), WAIT_S, "the check of the condition")
    play.show(sommer, "bedingung", "The condition is checked while it is typed")
    yield read("the check says that it is right", "stimmt", checked.inner_text())
