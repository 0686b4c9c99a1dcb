"""Races about one case: two clerks decide it, a clerk decides while the citizen withdraws, two workers open it."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from stadttor.cases import queries, services
from stadttor.cases.models import Case, Decision
from stadttor.cases.tests.fakes import FakeApplications
from stadttor.core.ids import new_id
from stadttor.ground.actor import CITIZEN
from stadttor.ground.work import work
from stadttor.identity.models import Unit
from stadttor.identity.queries import Staff
from stadttor.processes.ports import CHECK
from stadttor.processes.queries import running
from stadttor.processes.services import complete
from tests.safety.races.meeting import Act, Point
from tests.safety.races.race import WRITTEN, Guard, Race, Round

BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
LOCKED = ("stadttor.cases.services.changing:locked", "stadttor.cases.services.closing:locked")
BEFORE = Point("about to read the case", LOCKED, after=False)
READ = Point("case read", LOCKED)
STEPPED = Point(
    "process went on",
    ("stadttor.processes.services:replay",),
)
PREPARED = Point("case prepared", ("stadttor.cases.services.opening:_fresh",))
BEGUN = Point("case written", ("stadttor.cases.services.opening:_begin",), after=False)
ONE_DECISION = Guard(
    locks=True,
    statements=(
        "DROP INDEX IF EXISTS case_one_pending_decision",
        "ALTER TABLE processes_step DROP CONSTRAINT IF EXISTS process_step_once",
    ),
)
ONE_CASE = Guard(
    statements=(
        "ALTER TABLE cases_case DROP CONSTRAINT case_submission_once",
        "ALTER TABLE cases_case DROP CONSTRAINT case_number_once",
    )
)


def races_of_cases(town: UUID, applications: FakeApplications) -> tuple[Race, ...]:
    """All of them, in this town, of cases of these applications."""
    house = _House(town, applications)
    return (
        Race("two clerks decide", house.two_decide, (BEFORE, READ, STEPPED, WRITTEN), STEPPED, ONE_DECISION),
        Race("decide against withdraw", house.withdrawn, (BEFORE, READ, STEPPED, WRITTEN), STEPPED, ONE_DECISION),
        Race("two workers open one case", house.two_open, (PREPARED, BEGUN, WRITTEN), PREPARED, ONE_CASE),
    )


class _House:
    """A town with Frau Adler and Herr Olsen, who see its parking permits."""

    def __init__(self, town: UUID, applications: FakeApplications) -> None:
        self.town, self.applications = town, applications
        with work(town):
            unit = Unit.objects.create(authority_id=town, name="Straßenverkehr", services=["bewohnerparkausweis"]).id
        self.adler, self.olsen = (
            Staff(new_id(), name, "", town, frozenset({"clerk"}), frozenset({unit}))
            for name in ("Frau Adler", "Herr Olsen")
        )

    def two_decide(self) -> Round:
        case_id = self._opened()
        return Round(
            (self._decide(self.adler, case_id, "granted"), self._decide(self.olsen, case_id, "partly")),
            lambda became: self._not_one(case_id, became, told="changed_meanwhile"),
        )

    def withdrawn(self) -> Round:
        case_id = self._opened()
        withdraw = partial(services.withdraw, authority_id=self.town, case_id=case_id, actor=CITIZEN, now=BEGIN)
        return Round(
            (self._decide(self.adler, case_id, "granted"), withdraw),
            lambda became: self._both(case_id, became),
        )

    def two_open(self) -> Round:
        submission = self.applications.submitted()
        act = partial(services.open_case, authority_id=self.town, submission_id=submission, now=BEGIN)
        return Round((act, act), lambda became: self._not_one_case(submission, became))

    def _opened(self) -> UUID:
        """A case whose check is done, so that deciding it is one step."""
        submission = self.applications.submitted()
        case_id = services.open_case(authority_id=self.town, submission_id=submission, now=BEGIN)
        instance = running(self.town, case_id)
        assert instance
        complete(authority_id=self.town, instance_id=instance.id, task=CHECK, outcome="ready", now=BEGIN)
        return case_id

    def _decide(self, staff: Staff, case_id: UUID, outcome: str) -> Act:
        reasons = ["voraussetzungen"]
        decide: Callable[..., UUID] = services.decide
        return partial(decide, staff=staff, case_id=case_id, version=1, outcome=outcome, reasons=reasons, now=BEGIN)

    def _not_one(self, case_id: UUID, became: tuple[str, ...], *, told: str) -> str:
        case, decisions = queries.case_for(self.adler, case_id, BEGIN), self._decisions(case_id)
        right = sorted(became) == sorted(("done", told)) and decisions == [case.outcome]
        return "" if right else f"{became}, decisions {decisions}, the case says {case.outcome}"

    def _both(self, case_id: UUID, became: tuple[str, ...]) -> str:
        """Either the case is withdrawn and has no decision, or it is decided and the citizen is told so."""
        case, decisions = queries.case_for(self.adler, case_id, BEGIN), self._decisions(case_id)
        ends = {("done", "not_now"): ("decided", ["granted"]), ("changed_meanwhile", "done"): ("withdrawn", [])}
        right = ends.get((became[0], became[1])) == (case.state, decisions)
        return "" if right else f"{became}, decisions {decisions}, the case is {case.state}"

    def _not_one_case(self, submission: UUID, became: tuple[str, ...]) -> str:
        with work(self.town):
            found = Case.objects.filter(authority_id=self.town, submission_id=submission).count()
        return "" if (found, became) == (1, ("done", "done")) else f"{became}, {found} cases"

    def _decisions(self, case_id: UUID) -> list[str]:
        with work(self.town):
            of_case = Decision.objects.filter(authority_id=self.town, case_id=case_id, taken_back_at__isnull=True)
            return list(of_case.values_list("outcome", flat=True))
