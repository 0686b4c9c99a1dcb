"""What a decision assesses a year (a tax, say): for what, how much, since when, when it is due. Amounts are euro cents.

The package says how its statute reckons, the authority's settings say the numbers; how much of a year is owed and on which
day the books reckon (`stadttor.payments.rules.instalments`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.manifest import Assessment, Manifest
from stadttor.catalog.rules.strict_yaml import Document
from stadttor.core.cel import (
    BOOLEAN,
    DATE,
    INTEGER,
    TEXT,
    Declared,
    Environment,
    Expression,
    Kind,
    ProfileError,
    Value,
    list_of,
    record,
)
from stadttor.forms.definition import FormDefinition
from stadttor.forms.rules.filled import Filled

PLACE = "place"
"""`item.place` is 1 for the first element, 2 for the second."""
ENDED, TOLD = "ended", "told"
"""For `until` alone: the last day of an element, and the day on which the authority was told of it."""


@dataclass(frozen=True)
class Ended:
    """An element is there until this day, as the authority was `told` on another one."""

    until: date
    told: date


NOTHING_ENDED: Mapping[int, Ended] = {}


@dataclass(frozen=True)
class Rate:
    """Cents a year without and with relief, from the first day of a month."""

    full: int
    cents: int
    begins: date


@dataclass(frozen=True)
class Element:
    """One thing that is assessed: cents a year without and with relief, from the first day of a month.

    `since` is the day that causes it; `ends` the last day of the last month for which it is owed, where it has ended;
    `later` the rates that follow, since an element in front of it has ended.
    """

    full: int
    cents: int
    begins: date
    since: date
    ends: date | None = None
    later: tuple[Rate, ...] = ()

    @property
    def rates(self) -> tuple[Rate, ...]:
        """All of them, the first one first."""
        return (Rate(self.full, self.cents, self.begins), *self.later)


@dataclass(frozen=True)
class Assessed:
    """What the settings say for these answers; nothing is due before so many days after the decision.

    `once` are cents that are asked for with the first part and never again; `earlier` years before this one are assessed too;
    `mandate` is true where the payer allowed direct debits.
    """

    elements: tuple[Element, ...]
    pro_rata: bool
    days: tuple[str, ...]
    grace_days: int
    once: int
    earlier: int = 0
    mandate: bool = False


@dataclass(frozen=True)
class AssessmentRule:
    """`percent` is the relief by outcome, for the elements that `relief` is for."""

    outcomes: tuple[str, ...]
    each: str
    cents: Expression
    since: Expression
    next_month: Expression
    pro_rata: Expression
    days: Expression
    grace_days: Expression
    paid_until: Expression | None = None
    relief: Expression | None = None
    percent: Mapping[str, Expression] | None = None
    once: Expression | None = None
    earlier: Expression | None = None
    mandate: Expression | None = None
    until: Expression | None = None
    moves_up: Expression | None = None

    def assessed(
        self, filled: Filled, outcome: str, today: date, ended: Mapping[int, Ended] = NOTHING_ENDED
    ) -> Assessed:
        """By the answers as they are; what nobody answered counts from today and costs nothing.

        `ended` are the elements (the first is 0) that are not there any more.
        """
        whole = Environment(filled.seen)
        found = filled.seen(f"a.{self.each}")
        count = len(found) if isinstance(found, list) else 0
        ends = {index: self._ends(filled, index, one) for index, one in ended.items()}
        in_front = ends if self.moves_up is not None and self.moves_up.holds(whole) else {}
        elements = [self._element(filled, outcome, today, index, ends.get(index), in_front) for index in range(count)]
        days = self.days.evaluate(whole)
        return Assessed(
            tuple(elements),
            self.pro_rata.holds(whole),
            tuple(str(day) for day in days) if isinstance(days, list) else (),
            _number(self.grace_days, whole),
            _number(self.once, whole) * count,
            _number(self.earlier, whole),
            self.mandate is not None and self.mandate.holds(whole),
        )

    def _element(
        self, filled: Filled, outcome: str, today: date, index: int, ends: date | None, in_front: Mapping[int, date]
    ) -> Element:
        one = self._environment(filled, index, index + 1)
        since = _day(self.since, one) or today
        begins = self._begins(one, since)
        gone = sorted(end + timedelta(days=1) for other, end in in_front.items() if other < index)
        places = {begins: index + 1}
        for count, day in enumerate(gone, 1):
            places[max(begins, day)] = index + 1 - count
        first, *later = (
            self._rate(self._environment(filled, index, place), outcome, day) for day, place in places.items()
        )
        return Element(first.full, first.cents, begins, since, ends, tuple(later))

    def _rate(self, one: Environment, outcome: str, begins: date) -> Rate:
        full, less = _number(self.cents, one), self._relief(one, outcome)
        return Rate(full, full * (100 - less) // 100, begins)

    def _ends(self, filled: Filled, index: int, ended: Ended) -> date:
        """The last day of the month that the statute says; without a word that of the last day."""
        said = {f"item.{ENDED}": ended.until.isoformat(), f"item.{TOLD}": ended.told.isoformat()}
        day = _day(self.until, self._environment(filled, index, index + 1, said)) or ended.until
        return _first_of_month(day, next_month=True) - timedelta(days=1)

    def _environment(
        self, filled: Filled, index: int, place: int, said: Mapping[str, Value] | None = None
    ) -> Environment:
        return Environment(lambda path: said[path] if said and path in said else self._seen(filled, path, index, place))

    def _relief(self, one: Environment, outcome: str) -> int:
        percent = (self.percent or {}).get(outcome)
        return min(100, _number(percent, one)) if percent and self.relief and self.relief.holds(one) else 0

    def _begins(self, one: Environment, since: date) -> date:
        begins = _first_of_month(since, next_month=self.next_month.holds(one))
        paid = _day(self.paid_until, one)
        if paid is None:
            return begins
        # A month that was begun is paid: nobody pays twice for it.
        after = paid + timedelta(days=1)
        return max(begins, _first_of_month(after, next_month=after.day > 1))

    def _seen(self, filled: Filled, path: str, index: int, place: int) -> Value:
        root, *rest = path.split(".")
        if root != "item":
            return filled.seen(path)
        if rest == [PLACE]:
            return place
        found = filled.seen(f"a.{self.each}")
        value: Value = found[index] if isinstance(found, list) else None
        for name in rest:
            value = value.get(name) if isinstance(value, dict) else None
        return value


def _number(expression: Expression | None, environment: Environment) -> int:
    found = expression.evaluate(environment) if expression else 0
    return max(0, found) if isinstance(found, int) else 0


def _day(expression: Expression | None, environment: Environment) -> date | None:
    found = expression.evaluate(environment) if expression else None
    return date.fromisoformat(found) if isinstance(found, str) and found else None


def _first_of_month(day: date, *, next_month: bool) -> date:
    first = day.replace(day=1)
    return (first + timedelta(days=32)).replace(day=1) if next_month else first


def parse_assessment(
    document: Document, manifest: Manifest, form: FormDefinition, faults: list[Fault]
) -> AssessmentRule | None:
    """The rule, None where the package has none; what is wrong with it is added to `faults`."""
    said = manifest.assessment
    if said is None:
        return None
    reader = _Reader(document, said, form)
    rule = reader.rule()
    faults += reader.faults
    return None if reader.faults else rule


class _Reader:
    """Reads the expressions, collecting faults with their lines."""

    def __init__(self, document: Document, said: Assessment, form: FormDefinition) -> None:
        self.document, self.said, self.form = document, said, form
        self.faults: list[Fault] = []

    def rule(self) -> AssessmentRule | None:
        said, whole, item = self.said, self.form.names, self._item()
        cents = self._parsed("cents", said.cents, INTEGER, item)
        since = self._parsed("since", said.since, DATE, item)
        next_month = self._parsed("next_month", said.next_month, BOOLEAN, item)
        pro_rata = self._parsed("pro_rata", said.pro_rata, BOOLEAN, whole)
        days = self._parsed("days", said.days, list_of(TEXT), whole)
        grace_days = self._parsed("grace_days", said.grace_days, INTEGER, whole)
        paid_until = self._parsed("paid_until", said.paid_until, DATE, item)
        relief = self._parsed("relief", said.relief, BOOLEAN, item)
        once = self._parsed("once", said.once, INTEGER, whole)
        earlier = self._parsed("earlier", said.earlier, INTEGER, whole)
        mandate = self._parsed("mandate", said.mandate, BOOLEAN, whole)
        until = self._parsed("until", said.until, DATE, self._ending())
        moves_up = self._parsed("moves_up", said.moves_up, BOOLEAN, whole)
        percent = {key: self._parsed("percent", source, INTEGER, item) for key, source in said.percent.items()}
        self._known_outcomes()
        if not (cents and since and next_month and pro_rata and days and grace_days):
            return None
        return AssessmentRule(
            tuple(said.outcomes),
            said.each,
            cents,
            since,
            next_month,
            pro_rata,
            days,
            grace_days,
            paid_until,
            relief,
            {key: one for key, one in percent.items() if one is not None},
            once,
            earlier,
            mandate,
            until,
            moves_up,
        )

    def _item(self) -> Declared:
        group = self.form.groups.get(self.said.each)
        kind = self.form.names.answers.fields.get(self.said.each)
        if group is None or not group.repeat or kind is None or kind.element is None:
            self._fault("each", f"`{self.said.each}` is not a repeated group of the form.", "Name one of form.yaml.")
            return self.form.names
        if PLACE in kind.element.fields:
            self._fault("each", f"The group has a field `{PLACE}`, which is the number here.", "Rename the field.")
        return self.form.names.with_item(record({**kind.element.fields, PLACE: INTEGER}))

    def _ending(self) -> Declared:
        """What `until` may name besides: the two days of an element that has ended."""
        kind = self.form.names.answers.fields.get(self.said.each)
        fields = kind.element.fields if kind and kind.element else {}
        for name in (ENDED, TOLD):
            if self.said.until and name in fields:
                self._fault("until", f"The group has a field `{name}`, which is a day here.", "Rename the field.")
        return self.form.names.with_item(record({**fields, PLACE: INTEGER, ENDED: DATE, TOLD: DATE}))

    def _known_outcomes(self) -> None:
        for outcome in self.said.percent:
            if outcome not in self.said.outcomes:
                self._fault("percent", f"`{outcome}` is not one of its outcomes.", "Name it there, or remove it.")

    def _parsed(self, name: str, source: str, kind: Kind, names: Declared) -> Expression | None:
        if not source:
            return None
        try:
            return Expression.parse(source, names, kind)
        except ProfileError as error:
            self._fault(name, f"{error.message} (at character {error.position + 1}).", error.mend)
            return None

    def _fault(self, name: str, text: str, mend: str) -> None:
        path = ("assessment", name)
        self.faults.append(Fault(self.document.file, self.document.line(path), f"`{'.'.join(path)}`: {text}", mend))
