"""A service's own terms in words: sign-in, payment, ways to apply, spans of time."""

from stadttor.ground.web.language import N_, ngettext

PAYMENT_WORDS = {
    "at_submission": N_("with the application"),
    "after_decision": N_("after the decision"),
    "at_counter": N_("at the counter"),
    "none": N_("nothing is paid here"),
}
TRUST_WORDS = {
    "none": N_("without login"),
    "normal": N_("login"),
    "substantiell": N_("login at level substantial"),
    "hoch": N_("login with eID"),
}
CHANNEL_WORDS = {"online": N_("online"), "counter": N_("at the counter"), "post": N_("by post")}


def days(count: int) -> str:
    """So many days."""
    return ngettext("one day", "{count} days", count)


def period(retention: str) -> str:
    """An ISO 8601 period of one unit."""
    amount, unit = int(retention[1:-1]), retention[-1]
    if unit == "Y":
        return ngettext("one year", "{count} years", amount)
    if unit == "M":
        return ngettext("one month", "{count} months", amount)
    return days(amount)
