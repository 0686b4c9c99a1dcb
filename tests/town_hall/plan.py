"""The journeys of the story, in the order they are played. None needs another one; the day only ever goes on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module

from tests.measuring.lines import Line
from tests.town_hall.play import Play

Played = Callable[[Play], Iterator[Line]]


@dataclass(frozen=True)
class Planned:
    """`where` is module and function; empty for a journey that cannot be played yet, with the reason in `why_not`."""

    name: str
    title: str
    where: tuple[str, str] | None
    why_not: str = ""

    def play(self) -> Played | None:
        """What plays it."""
        if self.where is None:
            return None
        module, function = self.where
        found: Played = getattr(import_module(f"tests.town_hall.{module}"), function)
        return found


PLAN: tuple[Planned, ...] = (
    Planned("phone", "A dog is registered on the telephone", ("counter", "play_by_phone")),
    Planned("paper", "A question to somebody without e-mail, by post", ("counter", "play_on_paper")),
    Planned(
        "wedding", "A couple moves in after the wedding, with a child; one has no eID; both come and sign",
        ("moving", "play_wedding"),
    ),
    Planned("holiday", "A decision by post over a holiday, in Bavaria and in Hesse", ("delivery", "play_holiday")),
    Planned("plate", "A plate is changed, the permit revoked, and a warden asks", ("permit", "play_plate")),
    Planned("members", "Two members of one association with different dog tax", ("association", "play_members")),
    Planned("hand_over", "Hand-over to an SFTP server and an HTTP interface that break off", ("hand_over", "play_targets")),
    Planned("new_town", "A new town, from nothing to its first case", ("new_town", "play_new_town")),
    Planned(
        "export_restore", "One authority is exported, erased and restored while others work",
        ("export_restore", "play_export_restore"),
    ),
    Planned("leads", "A lead distributes, gives information, and a day is closed", ("leading", "play_leads")),
    Planned("parts", "A part is switched off, a neighbour is asked", ("organising", "play_parts")),
    Planned("publisher", "An authority asks for a change, and its publisher works on it", ("publishing", "play_publisher")),
    # The last one: the day goes on in it.
    Planned("returned", "A letter comes back and is delivered anew", ("delivery", "play_returned")),
)  # fmt: skip


def wanted(names: Sequence[str]) -> list[Planned]:
    """All, or those that are named. Raises KeyError for a name that is none."""
    known = {one.name: one for one in PLAN}
    return [known[name] for name in names] if names else list(PLAN)
