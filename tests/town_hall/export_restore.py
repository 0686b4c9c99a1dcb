"""One authority is exported, erased and brought back by the operator, while citizens of another one apply."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from tests.journeys.people import JONAS
from tests.measuring.lines import Line
from tests.town_hall.acts import NUMBER, apply_for_a_dog
from tests.town_hall.play import WAIT_S, Play, read, seen, until

LEAVES, STAYS = "muenchen", "weissenburg"


def play_export_restore(play: Play) -> Iterator[Line]:
    """The case that Herr Olsen of München had on his screen is there again, with every row and file as before."""
    file, said = play.house.folder / f"{LEAVES}.zip", list[str]()
    before = _case_of(play)
    yield from _beside(play, "exported", said, lambda: play.house.command("authority", "export", LEAVES, str(file)))
    yield seen("nobody but the operator may read the export", "600", f"{file.stat().st_mode & 0o777:o}")
    erase = ("authority", "erase", LEAVES)
    yield from _beside(play, "erased", said, lambda: play.house.command(*erase, say=f"{LEAVES}\n"))
    gone = play.somebody()
    until(lambda: gone.open(LEAVES).status == 404, WAIT_S, "the town to be gone")
    yield seen("the erased town is there for nobody", 404, gone.status)
    play.picture(gone, "erased", "The address of the town, while it is gone")
    back = ("authority", "restore", LEAVES, "--from", str(file))
    yield from _beside(play, "restored", said, lambda: play.house.command(*back))
    yield read("the operator reads that it is intact", "audit chain: intact", said[-1])
    found = play.house.differences(file)
    yield seen("every row and every file is as in the export", {}, found)
    yield {"kind": "figure", "name": "export_restore_differences", "value": sum(found.values())}
    yield seen("the clerk sees the case as it was", before, _case_of(play))


def _beside(play: Play, what: str, said: list[str], act: Callable[[], str]) -> Iterator[Line]:
    """The operator's act, and meanwhile a citizen of another town registers a dog."""
    with ThreadPoolExecutor(1) as operator:
        working = operator.submit(act)
        jonas = play.somebody()
        number = apply_for_a_dog(jonas, STAYS, JONAS)
        play.picture(jonas, f"while-{what}", f"Sent in {STAYS} while {LEAVES} is {what}")
        said.append(working.result(WAIT_S))
    yield seen(f"while it is {what}, others send applications", True, NUMBER.fullmatch(number) is not None)


def _case_of(play: Play) -> dict[str, str]:
    """Answers, documents and history of one case, as its clerk reads them."""
    olsen = play.colleague(LEAVES, "olsen")
    links = olsen.page.locator("tr[data-row] a")
    until(lambda: (olsen.open(LEAVES, "/desk/cases/?scope=unit"), links.count())[1], WAIT_S, "a case")
    olsen.open_case(LEAVES, min(links.all_inner_texts()))
    play.picture(olsen, "case", "The case that is to come back")
    return {part: olsen.page.locator(f"#{part}").inner_text() for part in ("answers", "documents", "history")}
