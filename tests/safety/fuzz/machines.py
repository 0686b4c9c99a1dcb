"""A case, a payment and a draft against models of themselves: after any acts in any order both must say the same."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from stadttor.core.refused import Refused
from tests.safety.running import RowLines, Size


class Apart(Exception):
    """The product and its model do not say the same."""


class Machine(RuleBasedStateMachine):
    """One of the product's things beside its model. Each act is a line: whether it was done, and what is wrong."""

    name: str
    town: UUID
    lines: RowLines

    def acted(self, act: str, product: Callable[[], object], *, expected: bool) -> None:
        """The product does it or refuses, as the model expects; afterwards both are in the same state."""
        done, wrong = True, ""
        try:
            product()
        except Refused:
            done = False
        except Exception as error:  # neither done nor refused
            wrong = f"{type(error).__name__}: {error}"[:500]
        if not wrong and done != expected:
            wrong = f"{'done' if done else 'refused'}, the model expects otherwise"
        if not wrong and done:
            self.note(act)
        wrong = wrong or self.difference()
        self.lines.write("step", machine=self.name, act=act, done=done, wrong=f"{act}: {wrong}" if wrong else "")
        if wrong:
            raise Apart(f"{act}: {wrong}")

    def note(self, act: str) -> None:
        """Let the model do it, too."""
        raise NotImplementedError

    def difference(self) -> str:
        """How product and model differ, empty when they do not."""
        raise NotImplementedError


def differs(product: Any, model: Any) -> str:
    """In words, empty when they are alike."""
    return "" if product == model else f"the product says {product}, the model {model}"


def run_machines(size: Size, lines: RowLines, town: UUID, number: int, names: Sequence[str]) -> None:
    """Those of these names; a machine whose model disagrees ends there, the others run."""
    from tests.safety.fuzz.of_case import OfCase
    from tests.safety.fuzz.of_draft import OfDraft
    from tests.safety.fuzz.of_payment import OfPayment

    limits = settings(
        max_examples=size.pick(small=12, ci=32, night=2_000),
        stateful_step_count=25,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for machine in (OfCase, OfPayment, OfDraft):
        if machine.name not in names:
            continue
        machine.town, machine.lines = town, lines
        try:
            run_state_machine_as_test(seed(number)(machine), settings=limits)
        except Apart:
            continue
