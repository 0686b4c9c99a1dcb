"""A target in memory that breaks off where it is told to: before it has the file, or after."""

from collections.abc import Callable
from uuid import UUID

from stadttor.exchange.ports import Parcel, Place, TargetAway


class Memory:
    """Implements `stadttor.exchange.ports.Way`; `has` is every file by name, as often as it came.

    `meanwhile` is what others do here while the target is at it.
    """

    def __init__(self, *fails: str) -> None:
        self.has: list[tuple[str, bytes]] = []
        self.fails, self.keys = list(fails), set[str]()
        self.forgotten: list[UUID] = []
        self.error: type[TargetAway] = TargetAway
        self.meanwhile: Callable[[], None] = lambda: None

    def allows(self, place: str) -> bool:
        return place != "verboten"

    def deliver(self, place: Place, parcel: Parcel) -> str:
        failing = self.fails.pop(0) if self.fails else ""
        if failing == "before":
            raise self.error("unreachable")
        if str(parcel.id) not in self.keys:
            self.keys.add(str(parcel.id))
            self.has += [(one.name, one.data) for one in parcel.pieces]
        if failing == "after":
            raise self.error("broken_off")
        if failing == "killed":
            raise SystemExit
        self.meanwhile()
        return "FV-1"

    def forget(self, place: Place, parcel: Parcel) -> None:
        self.forgotten.append(parcel.id)

    def look(self, place: Place) -> None:
        if self.fails:
            raise TargetAway("login")
