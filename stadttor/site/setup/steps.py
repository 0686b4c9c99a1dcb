"""The steps of the set-up and how far each is: read off what is there, nothing is kept of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal
from uuid import UUID

from stadttor.appointments.queries import pools
from stadttor.cases.queries import tried_out
from stadttor.catalog.queries import AdoptionRow, adoptions, package_content
from stadttor.ground.web.language import N_
from stadttor.identity.queries import MemberRow, UnitRow, members, units
from stadttor.payments.queries.finance import all_rules
from stadttor.site.parts import part_of
from stadttor.site.remedies import is_known
from stadttor.tenancy.queries import ProfileRow, areas_of, profile_now

State = Literal["done", "open", "optional"]


class Town:
    """What is there of an authority; each part is read once, when it is first asked for."""

    def __init__(self, authority_id: UUID, day: date) -> None:
        self.id, self.day = authority_id, day

    @cached_property
    def profile(self) -> ProfileRow:
        return profile_now(self.id)

    @cached_property
    def places(self) -> int:
        return len(areas_of(self.id))

    @cached_property
    def units(self) -> list[UnitRow]:
        return units(self.id)

    @cached_property
    def clerks(self) -> list[MemberRow]:
        """Who works on cases of some unit."""
        return [row for row in members(self.id) if row.active and "clerk" in row.roles and row.unit_ids]

    @cached_property
    def services(self) -> list[AdoptionRow]:
        """What is in test or live."""
        return [row for row in adoptions(self.id) if row.state != "withdrawn"]

    @cached_property
    def unit_of(self) -> dict[str, UnitRow]:
        """By the address of a service, who handles it."""
        return {slug: unit for unit in self.units for slug in unit.services}

    def lacks_unit(self, row: AdoptionRow) -> bool:
        """Whether applications for a service would wait for nobody's unit."""
        return row.slug not in self.unit_of

    @cached_property
    def asks_for_money(self) -> list[AdoptionRow]:
        """The services that may cost something, at whatever moment."""
        return [row for row in self.services if costs(row)]

    @cached_property
    def in_test(self) -> list[AdoptionRow]:
        """The services that citizens cannot use yet."""
        return [row for row in self.services if row.state == "test"]

    @cached_property
    def test_cases(self) -> dict[UUID, tuple[UUID, bool]]:
        """By adoption, the test case that came farthest, and whether it was decided."""
        return tried_out(self.id)

    def tried(self, row: AdoptionRow) -> bool | None:
        """Whether a test case of the service was decided; none where there is no test case."""
        return self.test_cases[row.id][1] if row.id in self.test_cases else None

    @cached_property
    def has_account(self) -> bool:
        return any(row.iban for row in all_rules(self.id))

    @cached_property
    def has_pools(self) -> bool:
        return bool(pools(self.id))

    @property
    def is_reachable(self) -> bool:
        """A postal address and an e-mail address: what § 5 DDG wants of an imprint."""
        return len(self.profile.lines) > 1 and bool(self.profile.email)

    @property
    def is_lawful(self) -> bool:
        """Imprint (§ 5 DDG), data protection officer (Art. 13(1)(b) GDPR), remedy (§ 58 VwGO)."""
        return bool(self.profile.imprint and self.profile.officer) and not any(map(self.lacks_remedy, self.services))

    def lacks_remedy(self, row: AdoptionRow) -> bool:
        """Whether letters of a service would say no remedy: the law's table knows none here, and the authority said none."""
        outcomes = package_content(row.version_id).manifest.outcomes
        return not self.profile.remedy and not is_known(self.id, outcomes, self.day)


def costs(row: AdoptionRow) -> bool:
    """Whether the service asks for a fee or for a tax."""
    manifest = package_content(row.version_id).manifest
    return manifest.payment != "none" or bool(manifest.demands)


@dataclass(frozen=True)
class Step:
    """One step: where it is done, how long it takes somebody who does it for the first time, and whether it is done.

    Where `needed` says no, nothing is lost by leaving it.
    """

    key: str
    route: str
    title: str
    text: str
    minutes: int
    done: Callable[[Town], bool]
    needed: Callable[[Town], bool] = lambda town: True

    def state(self, town: Town) -> State:
        return "done" if self.done(town) else "open" if self.needed(town) else "optional"


STEPS: Sequence[Step] = (
    Step(
        "areas",
        "setup:areas",
        N_("The places you serve"),
        N_("By the name of their place citizens are led to you. Look whether all your places are there."),
        2,
        lambda town: town.places > 0,
    ),
    Step(
        "contact",
        "setup:contact",
        N_("Letterhead and contact"),
        N_("Your address, telephone and e-mail stand on every letter and on your pages."),
        4,
        lambda town: town.is_reachable,
    ),
    Step(
        "hours",
        "setup:hours",
        N_("Opening hours"),
        N_("Citizens see on your first page whether the town hall is open today."),
        3,
        lambda town: bool(town.profile.hours),
    ),
    Step(
        "law",
        "setup:law",
        N_("Imprint, data protection and remedy"),
        N_("The law asks for these on your pages and letters. Your legal adviser has the wording."),
        5,
        lambda town: town.is_lawful,
    ),
    Step(
        "units",
        "identity:units",
        N_("Units"),
        N_("Which offices work on applications, for example the citizens' office. One is enough to begin with."),
        2,
        lambda town: bool(town.units),
    ),
    Step(
        "people",
        "identity:members",
        N_("Colleagues"),
        N_(
            "Who works on applications. Invite them by e-mail, or give each a first password; everybody chooses an own one. You "
            "may give yourself the role too."
        ),
        8,
        lambda town: bool(town.clerks),
    ),
    Step(
        "services",
        "catalog:choose",
        N_("Choose services"),
        N_("Finished services with form, letters and languages. Citizens do not see them before you open them."),
        4,
        lambda town: bool(town.services),
    ),
    Step(
        "settings",
        "catalog:first_settings",
        N_("Fees and units of your services"),
        N_("What your statutes say it costs, and who works on it. All services on one page."),
        8,
        lambda town: bool(town.services) and not any(town.lacks_unit(row) for row in town.services),
    ),
    Step(
        "account",
        "finance:books",
        N_("Bank account"),
        N_("Where fees and taxes go. It stands on the letters that ask for money."),
        4,
        lambda town: town.has_account,
        lambda town: bool(town.asks_for_money),
    ),
    Step(
        "trying",
        "setup:trying",
        N_("Try your services"),
        N_("An invented application for each service, so that your colleagues practise up to the letter."),
        15,
        lambda town: bool(town.services) and all(town.tried(row) for row in town.in_test),
    ),
    Step(
        "opening",
        "setup:opening",
        N_("Check and open"),
        N_("A list says what is missing. Then you open all services that are ready at once."),
        4,
        lambda town: any(row.state == "live" for row in town.services),
    ),
    Step(
        "appointments",
        "appointments:pools",
        N_("Appointments"),
        N_("Where citizens may come at a time of their choice. You can do this later."),
        8,
        lambda town: town.has_pools,
        lambda town: False,
    ),
    Step(
        "parts",
        "setup:parts",
        N_("Parts that you use"),
        N_("Appointments, key figures and others: switch off what you do not need, and on when you do."),
        2,
        lambda town: bool(town.profile.parts_off),
        lambda town: False,
    ),
)


@dataclass(frozen=True)
class Standing:
    """A step as it is now."""

    step: Step
    number: int
    state: State


def standings(town: Town) -> list[Standing]:
    """Every step in the order in which they are done, without those of parts that are switched off."""
    here = [step for step in STEPS if part_of(step.route) not in town.profile.parts_off]
    return [Standing(step, number, step.state(town)) for number, step in enumerate(here, 1)]
