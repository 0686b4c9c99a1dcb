"""What each key figure is called, how it is made and where its definition comes from; and its values in words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from stadttor.ground.web.formats import money, number
from stadttor.ground.web.language import N_, _, ngettext
from stadttor.insights.rules.figures import Amount, Figures, Range, Share, Spread

SPEC = N_("DIN SPEC 66336 (service standard), 5.12.2.2")
SPEC_MUST = N_("DIN SPEC 66336 (service standard), 5.12.2.1")


@dataclass(frozen=True)
class Definition:
    """A key figure: its name, a short one for tables, how it is made, and whose definition that is."""

    label: str
    short: str
    made: str
    source: str


DEFINITIONS: Mapping[str, Definition] = {
    "gross": Definition(
        N_("Processing time"),
        N_("Duration"),
        N_(
            "Working days after the day of receipt up to the day on which the first decision left the house. The median:"
            " half of the cases took no longer. Nine of ten cases stayed within the second number."
        ),
        SPEC,
    ),
    "net": Definition(
        N_("Net processing time, without the applicant's turn"),
        N_("Net duration"),
        N_(
            "The same without the working days after a question to the applicant up to the day of the answer, or of the"
            " day on which the question was taken back."
        ),
        SPEC,
    ),
    "asked_back": Definition(
        N_("Asked back"),
        N_("Asked back"),
        N_("Share of the decided cases in which the applicant was asked at least once before the decision."),
        SPEC,
    ),
    "first_contact": Definition(
        N_("Solved at first contact"),
        N_("Solved at once"),
        N_("Share of the decided cases that were decided with what came in at first, without asking back."),
        N_("Service promise of the authorities' number 115, carried over to applications"),
    ),
    "declared": Definition(
        N_("Solved at first contact, as declared"),
        N_("Declared solved"),
        N_(
            "Share of the decided cases that were settled in one contact as whoever decided declared it. The form proposes what the"
            " history says, and it may be changed. Cases of which nobody said anything do not count."
        ),
        N_("Service promise of the authorities' number 115, carried over to applications"),
    ),
    "not_again": Definition(
        N_("Solved at first contact, without a repeat"),
        N_("Solved at once"),
        N_(
            "As before; and within seven days the case was not opened anew, and nobody of the same name applied for the"
            " same service. Counted once the seven days are over."
        ),
        N_("Service promise of the authorities' number 115, carried over to applications"),
    ),
    "satisfied": Definition(
        N_("Satisfied applicants"),
        N_("Satisfied"),
        N_(
            "Share of the marks 4 and 5 among all marks from 1 to 5, given after applying, after the decision or after an"
            " appointment, by whichever way somebody came. Marks count once their month is over. The range is the 95 percent"
            " interval of Wilson: the fewer answers, the wider it is."
        ),
        N_("National feedback component (Art. 25 of Regulation (EU) 2018/1724); DIN SPEC 66336, 5.12.2.1"),
    ),
    "online": Definition(
        N_("Came in online"),
        N_("Online"),
        N_("Share of the applications received that were sent online; the others came by post or at the counter."),
        N_("eGovernment MONITOR: use of the online way"),
    ),
    "finished": Definition(
        N_("Begun and finished"),
        N_("Finished"),
        N_("Share of the applications begun online that were sent within 14 days. Deleted ones do not count."),
        SPEC_MUST,
    ),
    "begun": Definition(
        N_("Applications begun online"),
        N_("Begun"),
        N_(
            "How many applications were begun online, whether they were sent or not. Those that colleagues enter do not count."
        ),
        SPEC_MUST,
    ),
    "visits": Definition(
        N_("Visits of the service page"),
        N_("Visits"),
        N_(
            "How often the page of the service was opened. Only this number is kept, by day: no cookie, no address, nothing"
            " about who it was. What a process has not written down when it is restarted is missing."
        ),
        SPEC_MUST,
    ),
    "unbroken": Definition(
        N_("Without a media break"),
        N_("No media break"),
        N_(
            "Share of the decided cases that came in online, of which no decision left on paper, and of which nobody copied"
            " anything into another procedure."
        ),
        SPEC,
    ),
    "corrected": Definition(
        N_("Put right afterwards"),
        N_("Corrected"),
        N_(
            "Share of the decided cases in which something was put right: an answer changed after the application was accepted,"
            " a decision taken back or sent back, or, within 14 days after the first decision left the house, the case opened"
            " again or decided anew. Counted once the 14 days are over."
        ),
        N_("DIN SPEC 66336 (service standard), 5.12.2.2: share of faulty applications; carried over to decisions"),
    ),
    "handling": Definition(
        N_("Minutes of work on a case"),
        N_("Work"),
        N_(
            "From the acts of colleagues in the case up to its decision: the time since the act before, in any case. After a"
            " break of more than 15 minutes nobody knows how long the work took: at least nothing, at most 15 minutes. The"
            " median of both, and what nine of ten cases stay within. Never by colleague; the authority can switch it off."
        ),
        N_("Guide to compliance costs (Federal Statistical Office): minutes of an activity; DIN SPEC 66336, 5.12.2.2"),
    ),
    "saved": Definition(
        N_("Working time saved"),
        N_("Hours saved"),
        N_(
            "Minutes of a case before, by the steps of the process in the authority's stock, less the minutes of work on the"
            " decided cases, at most and at least."
        ),
        N_("Guide to compliance costs (Federal Statistical Office); the authority's stock of processes"),
    ),
    "saved_visits": Definition(
        N_("Time saved for applicants"),
        N_("Hours saved for applicants"),
        N_(
            "Applications sent online times the minutes of a visit to the office, as the authority states them. The time of"
            " filling in the form is not taken off."
        ),
        N_("Guide to compliance costs (Federal Statistical Office); the authority's own statement"),
    ),
    "cost": Definition(
        N_("Cost of work for a case"),
        N_("Cost"),
        N_(
            "Mean minutes of work on a case, at least and at most, times what an hour costs, as the authority states it."
        ),
        N_("Guide to compliance costs (Federal Statistical Office); the authority's own statement"),
    ),
    "case_cost": Definition(
        N_("Cost of a case"),
        N_("Whole cost"),
        N_(
            "What licence and operation cost in a year, as the authority states it, divided by the cases decided in the last"
            " year that is over; and the cost of work for a case, at least and at most. Where minutes of work are not counted, the"
            " work is not in it. In the first year of a service there are few cases yet, and each costs more."
        ),
        N_("The authority's own statement: see the costs of the service; for the work as above"),
    ),
}
Figure = Spread | Share | Range | Amount


def value(figure: Figure | None) -> str:
    """The figure itself; that there are too few is said in words."""
    if figure is None:
        return _("too few")
    if isinstance(figure, Spread):
        return working_days(figure.median)
    if isinstance(figure, Amount):
        return number(figure.n)
    if isinstance(figure, Range):
        return _span(figure)
    return percent(figure.percent)


def _span(figure: Range) -> str:
    """From to, in its unit."""
    if figure.unit == "cents":
        if figure.low == figure.high:
            return money(figure.low)
        return _("{low} to {high}", low=money(figure.low), high=money(figure.high))
    low, high = number(figure.low), number(figure.high)
    if figure.unit == "hours":
        return _("{low} to {high} hours", low=low, high=high)
    return _("{low} to {high} minutes", low=low, high=high)


def range_of(name: str, figure: Figure | None) -> str:
    """Beside it: within how many days nine of ten stay, or between which bounds the true share lies."""
    if isinstance(figure, Spread):
        return _("nine of ten within {days}", days=working_days(figure.p90))
    if isinstance(figure, Range) and figure.p90:
        least, most = figure.p90
        return _("nine of ten within {low} to {high} minutes", low=number(least), high=number(most))
    if isinstance(figure, Share) and name == "satisfied":
        low, high = figure.bounds
        return _("{low} to {high}", low=percent(low), high=percent(high))
    return ""


def working_days(days: int) -> str:
    return ngettext("{count} day", "{count} days", days)


def percent(share: float) -> str:
    return _("{percent} %", percent=number(round(share)))


def by_name(figures: Figures) -> dict[str, Figure | None]:
    """The figures in the order in which they are shown."""
    return {name: getattr(figures, name) for name in DEFINITIONS}


def definitions(names: Collection[str] = tuple(DEFINITIONS)) -> list[dict[str, str]]:
    """Each of these figures with how it is made and where that comes from, in the reader's language."""
    return [
        {"name": name, "label": _(one.label), "made": _(one.made), "source": _(one.source)}
        for name, one in DEFINITIONS.items()
        if name in names
    ]


def explained(names: Collection[str] = tuple(DEFINITIONS)) -> list[dict[str, str]]:
    """The same for a list of descriptions."""
    return [
        {"label": one["label"], "value": one["made"], "note": _("Source: {source}", source=one["source"])}
        for one in definitions(names)
    ]
