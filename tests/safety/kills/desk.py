"""What a clerk does about hand-overs whose target did not take them, and at the end of a day of the books."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.safety.kills.journal import Journal
from tests.safety.kills.wishes import Wishes
from tests.safety.live.browser import Answer, Browser

_DIFFERENCE = re.compile(r'name="difference" value="(-?\d+)"')
TRIES = 4
_LINE = re.compile(r'name="seen" value="([^"]+)"')
ACTS = {
    "waiting": ("again", "give_up", "drop"),
    "refused": ("again", "give_up", "drop"),
    "sheet": ("keep", "finish", "drop", "file"),
}
"""What can be done with a hand-over, by its state."""
DONE = {"again": "tried_again", "give_up": "given_up", "drop": "dropped", "keep": "ticked", "finish": "copied"}


@dataclass
class HandOvers:
    """In her own browser; `some` gives a few that are open: (id, state)."""

    browser: Browser
    journal: Journal
    chance: random.Random
    some: Callable[[], list[tuple[str, str]]]
    wishes: Wishes

    def work(self) -> None:
        """Two of them, each with one act: one that somebody waits for, where it can be done."""
        found = self.some()
        for name, state in sorted(found, key=lambda one: not self._wished(one[1]))[:2]:
            self._act(name, self.chance.choice(self._wished(state) or ACTS[state]))

    def _wished(self, state: str) -> list[str]:
        return [act for act in ACTS[state] if self.wishes(f"hand_over_{act}")]

    def _act(self, name: str, act: str) -> None:
        path = f"/desk/hand-overs/{name}"
        if act == "file":
            if self.browser.get(f"{path}/file").status == 200:
                self.journal.note("file_taken", hand_over=name)
            return
        page = self.browser.get(path)
        if page.status == 200 and f'value="{act}"' in page.text:
            answer = self.browser.post(path, [("csrfmiddlewaretoken", page.csrf), ("act", act), *_lines(page, act)])
            if "done=" in answer.location:
                self.journal.note(DONE[act], hand_over=name)


def _lines(page: Answer, act: str) -> list[tuple[str, str]]:
    """Every line is copied, or the reason is given."""
    if act not in ("keep", "finish"):
        return [("reason", "Das Verfahren ist nicht da.")]
    found = _LINE.findall(page.text)
    return [(name, line) for line in found for name in ("seen", "ticked")]


@dataclass
class Till:
    """`next_day`: the first day of the books that is not closed; empty when there is none."""

    browser: Browser
    journal: Journal
    next_day: Callable[[], str]

    def close(self) -> None:
        """She has counted nothing, and confirms by how much that differs. Without an answer she presses once more, as people do."""
        day = self.next_day()
        path = f"/desk/finance/days/{day}"
        page = self.browser.get(path) if day else Answer(0)
        values = [("csrfmiddlewaretoken", page.csrf), ("act", "close"), ("counted", "0,00")]
        more: list[tuple[str, str]] = []
        for _ in range(TRIES if page.status == 200 else 0):
            answer = self.browser.post(path, [*values, *more])
            if "done=" in answer.location:
                self.journal.note("day_closed", day=day)
            difference = answer.value(_DIFFERENCE)
            if answer.status and not difference:
                break
            more = [("difference", difference)] if difference else more
