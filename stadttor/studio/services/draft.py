"""The files of a working copy while one act changes them; what a file cannot take becomes an explanation."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from stadttor.catalog.services.drafting import PackageRefused, load, put, take_away
from stadttor.core.refused import Refused
from stadttor.studio.rules.parts import Place
from stadttor.studio.rules.texts import OFFICIAL

GERMAN = f"texts/{OFFICIAL}.yaml"
FEW = 20
"""So many texts are changed one by one, which keeps the comments between them."""


class Draft:
    """The files while they change; `changed` holds those that did."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self.changed: dict[str, bytes] = {}

    def content(self, path: str) -> bytes:
        return self.changed.get(path, self._files.get(path, b""))

    def data(self, path: str) -> Any:
        """Raises Refused for a file that cannot be read."""
        with _readable():
            return load(self.content(path), path, with_lines=False).data if self.content(path).strip() else {}

    def do(self, act: Callable[..., bytes], path: str, *args: object) -> None:
        """Raises Refused when the file cannot take this without more being touched."""
        with _readable():
            self.changed[path] = act(self.content(path), path, *args)

    def say(self, place: Place, text: str) -> None:
        """A German text; an empty one is taken away."""
        if text.strip():
            self.do(put, GERMAN, place, text)
        else:
            self.do(take_away, GERMAN, place)

    def be_silent(self, place: Place) -> None:
        """Take a text away in each language; a file that cannot be changed keeps it, and the check names it."""
        for path in self._files:
            if path.startswith("texts/"):
                try:
                    self.changed[path] = take_away(self.content(path), path, place)
                except PackageRefused:
                    continue

    def say_all(self, path: str, place: Place, wanted: Mapping[str, str]) -> None:
        """All texts at a place. A few are changed one by one; many at once, as each reads the file anew."""
        there = self.data(path)
        for step in place:
            there = there.get(step, {}) if isinstance(there, Mapping) else {}
        before = there if isinstance(there, Mapping) else {}
        differ = [key for key in {**before, **wanted} if before.get(key) != (wanted.get(key) or None)]
        if len(differ) > FEW:
            self.do(take_away, path, place)
            if kept := {key: words for key, words in wanted.items() if words}:
                self.do(put, path, place, kept)
            return
        for key in differ:
            if wanted.get(key):
                self.do(put, path, (*place, key), wanted[key])
            else:
                self.do(take_away, path, (*place, key))

    def forget_others(self, place: Place, kept: Collection[str]) -> None:
        """In the other languages, texts at a place whose keys are gone; a file that cannot be changed keeps them."""
        for path in self._files:
            if path.startswith("texts/") and path != GERMAN:
                try:
                    there = self.data(path)
                    for step in place:
                        there = there[step]
                    self.say_all(path, place, {key: words for key, words in there.items() if key in kept})
                except (Refused, KeyError, TypeError, AttributeError):
                    continue


class _readable:  # noqa: N801  # reads as the condition it is
    """Makes an explanation of what a file cannot take."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: object, _trace: object) -> None:
        if isinstance(error, PackageRefused):
            fault = error.faults[0]
            raise Refused("part_refused", "{reason}", reason=f"{fault.file}: {fault.text} {fault.mend}") from error
