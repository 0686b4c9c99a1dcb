"""The ways to show who one is, for one form: what is asked for and why, what each way knows of it, whether it is enough."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stadttor.forms.rules.filled import Shown
from stadttor.ground.web.blocks import Row
from stadttor.ground.web.language import N_, _
from stadttor.identity import wallet_sign_in
from stadttor.identity.account_services import active_sources
from stadttor.identity.ports import PERSON
from stadttor.portal import prefill
from stadttor.portal.journey import Journey
from stadttor.portal.wallets import Asked, asked_of_wallets, is_simulated

TRUST_NAMES = {
    "none": N_("not verified"),
    "normal": N_("low assurance"),
    "substantiell": N_("substantial assurance"),
    "hoch": N_("high assurance"),
}
WAYS_THAT_SUFFICE = {
    "none": N_("Every way of signing in there is enough."),
    "normal": N_("Every way of signing in there is enough."),
    "substantiell": N_(
        "You need one of these there: your ELSTER certificate, your identity card, residence permit or EU citizens' card"
        " with online function, or the eID of your EU state."
    ),
    "hoch": N_(
        "You need one of these there: your identity card, residence permit or EU citizens' card with online function, or the"
        " eID of your EU state if it is as sure."
    ),
}
LEVELS_OF_ACCOUNTS = N_(
    "As sure as you sign in there: low with user name and password, substantial with an ELSTER certificate, high with the"
    " identity card, residence permit or EU citizens' card, with the eID of an EU state as sure as that is."
)
WALLET_SUFFICES = N_("High assurance, as with the identity card. That is enough for this application.")
ALL_OF_IT = N_("Everything named above, as far as your account knows it")


@dataclass(frozen=True)
class Way:
    """`id` is that of an account service, empty for the wallet; `rows` say what it knows and how sure it makes us."""

    id: str
    name: str
    rows: tuple[Row, ...]
    simulated: bool = False


def ways(journey: Journey) -> list[Way]:
    """Those this person has here, the wallet first: it shows her what goes out before it does."""
    wallet = wallet_offered(journey)
    return [*([_wallet(wallet)] if wallet else []), *_accounts(journey)]


def wallet_offered(journey: Journey) -> Asked:
    """What she could show of her wallet; empty where the town asks none, or the form takes nothing of it."""
    asked = asked_of_wallets(journey)
    form = journey.form
    return asked if asked and wallet_sign_in.available(form.authority_id, form.slug, journey.now) else {}


def is_offered(journey: Journey) -> bool:
    """Whether there is any way here but to type."""
    return bool(active_sources(journey.form.authority_id) or wallet_offered(journey))


def asked_for(journey: Journey) -> list[str]:
    """Every value the form takes of a person's sign-in, each with the question of the form for which it is asked."""
    questions: dict[str, str] = {}
    for one, claim in prefill.asked_fields(journey.form.form):
        for name in prefill.ADDRESS if claim == "address" else {claim} & PERSON:
            questions.setdefault(name, journey.label(Shown(one, one.path, None)))
    return with_reasons(questions)


def asked_here(journey: Journey) -> list[str]:
    """What of it is asked on the ways she has here: where only wallets are, no more than what they know."""
    wallet = wallet_offered(journey)
    only_wallet = bool(wallet) and not active_sources(journey.form.authority_id)
    return asked_of_wallet(wallet) if only_wallet else asked_for(journey)


def asked_of_wallet(asked: Asked) -> list[str]:
    """The same of a wallet, value by value as it will show them."""
    return with_reasons({name: question for question, names in asked.items() for name in names})


def with_reasons(questions: Mapping[str, str]) -> list[str]:
    """`questions`: {claim: what the form calls it}. In the order of the vocabulary."""
    return [_with_reason(_(prefill.CLAIM_NAMES[name]), questions[name]) for name in _in_order(questions)]


def _with_reason(value: str, question: str) -> str:
    if value.casefold() == question.casefold():
        return value
    return _("{value}, because the form asks for “{question}”", value=value, question=question)


def _in_order(names: Iterable[str]) -> list[str]:
    wanted = set(names)
    return [name for name in prefill.CLAIM_NAMES if name in wanted]


def _wallet(asked: Asked) -> Way:
    knows = ", ".join(
        _(prefill.CLAIM_NAMES[name]) for name in _in_order(name for names in asked.values() for name in names)
    )
    return Way("", _("EUDI wallet"), _rows(knows, _(WALLET_SUFFICES)), is_simulated())


def _accounts(journey: Journey) -> list[Way]:
    sure = f"{_(LEVELS_OF_ACCOUNTS)} {_(WAYS_THAT_SUFFICE[journey.form.manifest.trust])}"
    return [
        Way(str(account_id), _(prefill.SOURCES[source]), _rows(_(ALL_OF_IT), sure), source == "simulated")
        for account_id, source in active_sources(journey.form.authority_id)
    ]


def _rows(knows: str, sure: str) -> tuple[Row, ...]:
    return (Row(_("What you need not type"), knows), Row(_("How sure we are then"), sure))
