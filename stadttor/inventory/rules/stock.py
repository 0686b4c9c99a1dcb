"""What a process is made of, what may be said of it, and what it adds up to."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from stadttor.core.refused import Refused

# Where something leaves the medium it came in: a break each time.
BREAKS = ("paper_in", "print", "retype", "scan", "signature")
# 0 is not known.
DEMANDS = (0, 1, 2, 3)
MOST_PROCESSES, MOST_STEPS = 2_000, 40
MOST_VOLUME, MOST_MINUTES = 10_000_000, 10_000
LONGEST, LONGEST_LAW = 200, 1_000


@dataclass(frozen=True)
class Step:
    """What one colleague does in one go: how many minutes, and which media breaks (of BREAKS) are in it."""

    name: str
    minutes: int = 0
    breaks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Process:
    """`volume` is how often it is done in a year, none where nobody knows; `demand` how much people ask for it (DEMANDS);
    `service` the address of a service of the catalogue, empty for one of the authority's own."""

    name: str
    service: str = ""
    volume: int | None = None
    demand: int = 0
    systems: str = ""
    law: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def minutes(self) -> int:
        """Of all steps, for one case."""
        return sum(step.minutes for step in self.steps)

    @property
    def minutes_a_year(self) -> int | None:
        return None if self.volume is None else self.volume * self.minutes

    @property
    def breaks(self) -> Counter[str]:
        """How often each kind comes in one case."""
        return Counter(kind for step in self.steps for kind in step.breaks)


@dataclass(frozen=True)
class Totals:
    """Sums over processes; the year's count only those whose volume is known, `without_volume` are the others."""

    processes: int = 0
    without_volume: int = 0
    minutes_a_year: int = 0
    breaks: Mapping[str, int] = field(default_factory=dict)
    breaks_a_year: Mapping[str, int] = field(default_factory=dict)


def totals(processes: Iterable[Process]) -> Totals:
    """What these processes add up to."""
    found = list(processes)
    breaks: Counter[str] = Counter()
    a_year: Counter[str] = Counter()
    for one in found:
        breaks += one.breaks
        a_year += Counter({kind: often * (one.volume or 0) for kind, often in one.breaks.items()})
    return Totals(
        processes=len(found),
        without_volume=sum(one.volume is None for one in found),
        minutes_a_year=sum(one.minutes_a_year or 0 for one in found),
        breaks=breaks,
        breaks_a_year=a_year,
    )


def must_be_sound(process: Process) -> None:
    """Refused for what a process cannot be; the field of a step is `step.<number>.<name>`."""
    if not process.name:
        raise Refused("process_name_missing", "Please enter a name.", field="name")
    for name, text, most in (
        ("name", process.name, LONGEST), ("systems", process.systems, LONGEST), ("law", process.law, LONGEST_LAW),
    ):  # fmt: skip
        must_be_short(name, text, most)
    if process.volume is not None:
        must_lie("volume", process.volume, MOST_VOLUME)
    if process.demand not in DEMANDS:
        raise Refused("demand", "Please choose one of the listed values.", field="demand")
    if len(process.steps) > MOST_STEPS:
        raise Refused("too_many_steps", "A process has {most} steps at most.", field="name", most=MOST_STEPS)
    for number, step in enumerate(process.steps):
        step_must_be_sound(step, number)


def step_must_be_sound(step: Step, number: int) -> None:
    """Refused for what a step cannot be; `number` is its row where it was typed, from 0."""
    if not step.name:
        raise Refused("step_name_missing", "Please say what is done in this step.", field=f"step.{number}.name")
    must_be_short(f"step.{number}.name", step.name, LONGEST)
    must_lie(f"step.{number}.minutes", step.minutes, MOST_MINUTES)
    if not set(step.breaks) <= set(BREAKS):
        raise Refused("breaks", "Please choose one of the listed values.", field=f"step.{number}.breaks")


def must_be_short(field: str, text: str, most: int) -> None:
    """Refused when a text is longer."""
    if len(text) > most:
        raise Refused("too_long", "Please shorten this to {most} characters.", field=field, most=most)


def must_lie(field: str, value: int, most: int) -> None:
    """Refused outside of 0 to `most`."""
    if not 0 <= value <= most:
        raise Refused("out_of_range", "Please enter a number from {least} to {most}.", field=field, least=0, most=most)
