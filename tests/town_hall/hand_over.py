"""What was decided reaches the procedure that works on, once, although the other side breaks off at every moment it can."""

from collections.abc import Iterator, Sequence

from adapters.http_api.tests.server import Endpoint
from adapters.sftp.tests.server import PASSWORD, USER, SftpTarget
from tests.measuring.lines import Line
from tests.town_hall.acts import DOG_TAX, NUMBER, decide
from tests.town_hall.play import WAIT_S, Colleague, Play, main_of, read, seen, until

BY_SFTP, BY_HTTP = "muenchen", "stuttgart"


def play_targets(play: Play) -> Iterator[Line]:
    """Two towns, two targets; each hand-over is broken off once in the middle, and tried again by the clerk."""
    sftp, api = play.house.targets.sftp, play.house.targets.api
    access = {"place": sftp.place.place, "username": USER, "secret": PASSWORD, "host_key": sftp.place.host_key}
    lost = double = 0
    for town, target, way, typed in (
        (BY_SFTP, sftp, "sftp", access),
        (BY_HTTP, api, "api", {"place": api.place.place, "secret": api.place.secret}),
    ):
        yield read(
            f"{town}: the organiser reads that we are let in", "Wir werden eingelassen", _set(play, town, way, typed)
        )
        olsen = play.colleague(town, "olsen")
        numbers = _dogs(olsen, town)
        yield seen(f"{town}: as many dogs as moments to break off", len(target.breaks), len(numbers))
        for number, moment in zip(numbers, target.breaks, strict=True):
            target.break_at(moment)
            _hand_over(play, olsen, town, number, moment)
        olsen.open(town, "/desk/hand-overs/")
        play.picture(olsen, f"{town}-list", "All are taken over")
        yield read(f"{town}: the list says that all are taken over", "Alles ist übernommen", main_of(olsen))
        gone, twice = counted(numbers, target.fetch())
        lost, double = lost + gone, double + twice
        yield seen(f"{town}: nothing lies half at the target", [], target.lies())
    yield seen("nothing was lost", 0, lost)
    yield seen("nothing arrived twice", 0, double)
    yield {"kind": "figure", "name": "hand_over_lost", "value": lost}
    yield {"kind": "figure", "name": "hand_over_double", "value": double}


def counted(numbers: Sequence[str], files: Sequence[tuple[str, bytes]]) -> tuple[int, int]:
    """(lost, double): cases that no whole file names, files beyond the first that name one."""
    named = [sum(number.encode() in data for _name, data in files) for number in numbers]
    return named.count(0), sum(count - 1 for count in named if count > 1)


def _set(play: Play, town: str, way: str, typed: dict[str, str]) -> str:
    """Frau Kern says where it goes and tries the connection; gives what the page says."""
    kern = play.colleague(town, "kern")
    kern.open(town, f"/desk/targets/{DOG_TAX}")
    kern.fill({"way": way, "username": "", "host_key": "", **typed})
    play.picture(kern, f"{town}-target", "Frau Kern sets where the files of dog tax go")
    kern.page.locator("main form button[type=submit]").first.click()
    kern.page.wait_for_url("**?done=saved")
    kern.press("act", "look")
    told, path = kern.page.locator("main .st-alert"), f"/desk/targets/{DOG_TAX}"
    until(lambda: (kern.open(town, path), told.count())[1], WAIT_S, "the try")
    play.picture(kern, f"{town}-tried", "The connection was tried")
    return main_of(kern)


def _dogs(olsen: Colleague, town: str) -> list[str]:
    """The numbers of the dogs that were registered here."""
    rows = olsen.page.locator("tr[data-row]", has_text="Hundesteuer")

    def all_there() -> bool:
        olsen.open(town, "/desk/cases/?scope=unit")
        return rows.count() >= len(SftpTarget.breaks)

    until(all_there, WAIT_S, "the dogs")
    found = [NUMBER.search(text) for text in rows.all_inner_texts()]
    return [one[0] for one in found if one]


def _hand_over(play: Play, olsen: Colleague, town: str, number: str, moment: str) -> None:
    case = olsen.open_case(town, number)
    decide(play, olsen, town, case, "assessed")
    link = olsen.page.locator("#hand-over a")
    problem = olsen.page.locator("main .st-alert--warning, main .kern-alert--warning")

    def failed() -> bool:
        olsen.open(town, case)
        if not link.count():
            return False
        link.first.click()
        olsen.page.wait_for_url("**/desk/hand-overs/*")
        return problem.count() > 0

    until(failed, WAIT_S, f"the try that breaks off at {moment}")
    # The other side reads what it has between two tries, as procedures do that look into their folder.
    target: SftpTarget | Endpoint = play.house.targets.sftp if town == BY_SFTP else play.house.targets.api
    target.fetch()
    if moment == target.breaks[0]:
        play.picture(olsen, f"{town}-broken-off", "The other side broke off: what is known, and what can be done")
    olsen.press("act", "again")
    olsen.page.wait_for_url("**?done=again")
    play.house.let_hand_overs_go()
    here = olsen.page.url.partition("?")[0]
    taken = olsen.page.locator("main", has_text="Übernommen")
    until(lambda: (olsen.page.goto(here), taken.count())[1], WAIT_S, "the target to take it")
    if moment == target.breaks[0]:
        play.picture(olsen, f"{town}-taken", "The receipt of the target")
