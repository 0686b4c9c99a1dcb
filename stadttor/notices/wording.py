"""The words of our mails, in the language of the person. Short, and without any answer from an application."""

from collections.abc import Callable, Mapping

from stadttor.core import languages
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.web.official import official_note
from stadttor.notices.rules import MailText, one_line

Values = Mapping[str, str]
# What is written from the left also inside a mail from the right; a link stays as it is, to be copied.
LEFT_TO_RIGHT = frozenset({"authority", "number", "amount", "fee", "where", "code"})


def mail_text(kind: str, language: str, values: Values) -> MailText:
    """What a mail of this kind says. Raises KeyError for an unknown kind or a value its text needs."""
    plain = {name: _apart(name, one_line(value), language) for name, value in values.items()}
    with speaking(language):
        subject, *paragraphs = _KINDS[kind](plain)
        if values.get("trial"):
            subject = _("Trial: {subject}", subject=subject)
            paragraphs = [_("This service is being tried out. Nothing in this e-mail counts."), *paragraphs]
        closing = _("This e-mail was sent automatically. Please do not answer it.")
        end = "\n".join(filter(None, (plain["authority"], closing, official_note())))
        body = "\n\n".join([_("Hello,"), *paragraphs, end])
    return MailText(subject, body + "\n")


def _apart(name: str, value: str, tag: str) -> str:
    """A value that keeps its own direction, with the full stop at its end (UAX #9, first strong isolate)."""
    if name in LEFT_TO_RIGHT and value and languages.language(tag).direction == "rtl":
        return f"\u2068{value}\u2069"
    return value


def _resume(values: Values) -> list[str]:
    return [
        _("Continue your application: {service}", service=values["service"]),
        _("You can continue your application “{service}” here:", service=values["service"]),
        values["link"],
        _("Anybody who has this link can see your application. Do not pass it on."),
        _("We delete it 30 days after you last changed it."),
    ]


def _receipt(values: Values) -> list[str]:
    return [
        _("We have received your application {number}", number=values["number"]),
        _("Your application “{service}” has arrived. Its number is {number}.", **_named(values, "service", "number")),
        *_fee(values),
        _("Here you see what happens next, and our messages to you:"),
        values["link"],
        _("Anybody who has this link can see your application. Do not pass it on."),
    ]


def _fee(values: Values) -> list[str]:
    """What is still to be paid, and how; nothing for an application without an open fee."""
    how = {
        "at_submission": N_("The fee is {fee}. Please pay it on the page of your application: follow the link below."),
        "after_decision": N_("The fee is {fee}. You pay it after the decision. Please do not pay anything now."),
        "at_counter": N_("The fee is {fee}. You pay it at the counter. Please do not pay anything now."),
    }
    text = how.get(values.get("payment", ""))
    return [_(text, fee=values["fee"])] if text and values.get("fee") else []


def _question(values: Values) -> list[str]:
    return [
        _("We have a question about your application {number}", number=values["number"]),
        _("We need something from you before we can go on with “{service}”.", service=values["service"]),
        _("Please read our question and answer it here:"),
        values["link"],
    ]


def _decision(values: Values) -> list[str]:
    return [
        _("There is a decision on your application {number}", number=values["number"]),
        _("We have decided on your application “{service}”.", service=values["service"]),
        _("You can read the letter here:"),
        values["link"],
        *_opinion(values),
    ]


def _opinion(values: Values) -> list[str]:
    """Where she says how it was: an address that many share, nothing where nobody asks."""
    asked = values.get("opinion", "")
    return [_("How was it for you? Say it in one tap, without your name:"), asked] if asked else []


def _message(values: Values) -> list[str]:
    return [
        _("There is a message about your application {number}", number=values["number"]),
        _("We have written to you about “{service}”.", service=values["service"]),
        _("You can read the message here:"),
        values["link"],
    ]


def _payment(values: Values) -> list[str]:
    return [
        _("Payment for your application {number}", number=values["number"]),
        _("Something has changed in the payment for “{service}”.", service=values["service"]),
        _("You can see what is paid and what is open here:"),
        values["link"],
    ]


def _paid(values: Values) -> list[str]:
    """The receipt: amount, day, number."""
    return [
        _("We have received your payment for {number}", number=values["number"]),
        _("You paid {amount} on {day}. This is your receipt.", **_named(values, "amount", "day")),
        _("It is the fee for “{service}”, number {number}.", **_named(values, "service", "number")),
        _("You can see what happens next here:"),
        values["link"],
    ]


def _refunded(values: Values) -> list[str]:
    return [
        _("Money goes back to you: {number}", number=values["number"]),
        _("In all we pay back {amount} to you. You get it the way you paid.", amount=values["amount"]),
        _("It is for “{service}”, number {number}.", **_named(values, "service", "number")),
        _("You can see what is paid and what is open here:"),
        values["link"],
    ]


def _withdrawn(values: Values) -> list[str]:
    return [
        _("You have taken your application {number} back", number=values["number"]),
        _("Your application “{service}” was taken back on {day}.", **_named(values, "service", "day")),
        _("We do not work on it any more. You can read everything about it here:"),
        values["link"],
    ]


def _reopened(values: Values) -> list[str]:
    return [
        _("We are working on your application {number} again", number=values["number"]),
        _("The town hall looks at your application “{service}” once more.", service=values["service"]),
        _("An earlier decision stays in force until you get a new one."),
        _("You can see what happens next here:"),
        values["link"],
    ]


def _permit_ends(values: Values) -> list[str]:
    return [
        _("Your permit {number} ends soon", number=values["number"]),
        _("“{service}” is valid until {day}.", **_named(values, "service", "day")),
        _("You can renew it here. What we know already stands in the form:"),
        values["link"],
    ]


def _appointment(values: Values) -> list[str]:
    return [
        _("Your appointment {number} on {when}", **_named(values, "number", "when")),
        _("You have an appointment for “{service}”.", service=values["service"]),
        *_when_and_where(values),
        _("Here you can move or cancel it, or save it in your calendar:"),
        *_secret_link(values),
    ]


def _appointment_moved(values: Values) -> list[str]:
    return [
        _("Your appointment {number} is now on {when}", **_named(values, "number", "when")),
        _(
            "Your appointment for “{service}” has another time. The old one is no longer valid.",
            service=values["service"],
        ),
        *_when_and_where(values),
        _("Here you can move or cancel it, or save it in your calendar:"),
        *_secret_link(values),
    ]


def _appointment_soon(values: Values) -> list[str]:
    return [
        _("Reminder: your appointment {number} on {when}", **_named(values, "number", "when")),
        _("Your appointment for “{service}” is soon.", service=values["service"]),
        *_when_and_where(values),
        _("You cannot come? Please cancel here, then somebody else can have the time:"),
        *_secret_link(values),
    ]


def _appointment_cancelled(values: Values) -> list[str]:
    because = [_("The town hall writes: {reason}", reason=values["reason"])] if values.get("reason") else []
    return [
        _("Your appointment {number} is cancelled", number=values["number"]),
        _("Your appointment for “{service}” on {when} does not take place.", **_named(values, "service", "when")),
        *because,
        _("You can book another appointment on our pages at any time."),
    ]


def _when_and_where(values: Values) -> list[str]:
    return [_("When: {when}", when=values["when"]), _("Where: {where}", where=values["where"])]


def _secret_link(values: Values) -> list[str]:
    return [values["link"], _("Anybody who has this link can change your appointment. Do not pass it on.")]


def _wallet_code(values: Values) -> list[str]:
    return [
        _("Your number for the wallet: {code}", code=values["code"]),
        _("Type this number into your wallet: {code}", code=values["code"]),
        _("It is for “{service}”, number {number}.", **_named(values, "service", "number")),
        _("It counts for 15 minutes. You did not ask for it? Then please do nothing, and tell nobody the number."),
    ]


def _barrier(values: Values) -> list[str]:
    elsewhere = (
        [_("If this does not help you, you may turn to: {body}", body=values["body"])] if values.get("body") else []
    )
    return [
        _("Your report of a barrier"),
        _("You have reported a barrier on our pages. Thank you."),
        _("The town hall writes: {reason}", reason=values["answer"]),
        *elsewhere,
    ]


def _draft_ends(values: Values) -> list[str]:
    return [
        _("Your application will be deleted soon: {service}", service=values["service"]),
        _("You have begun “{service}” and not sent it. We delete it on {day}.", **_named(values, "service", "day")),
        _(
            "Do you still want to send it? Then open the link of our earlier e-mail and go on. With each change it stays for 30 days."
        ),
        _("You do not want to send it any more? Then you need do nothing."),
    ]


def _invitation(values: Values) -> list[str]:
    return [
        _("Your access to the desk of {authority}", authority=values["authority"]),
        _("{by} invites you to work with Stadttor at {authority}.", **_named(values, "by", "authority")),
        _("Please choose your own password here:"),
        values["link"],
        _("The link counts once, until {until}. Do not pass it on.", until=values["until"]),
        _("You did not expect this? Then you need do nothing."),
    ]


def _upgrade_announced(values: Values) -> list[str]:
    named = _named(values, "service", "version", "day", "law")
    urgent = [_("It is an urgent legal correction.")] if values.get("urgent") else []
    return [
        _("A new version is coming: {service}", service=values["service"]),
        _("On {day} your authority gets version {version} of “{service}”. The reason: {law}", **named),
        *urgent,
        _("Before that day you can object to it or take it later: sign in and open “Announced upgrades”."),
        _("Your settings are kept. Applications that were begun before go on as they began."),
    ]


def _upgrade_given_up(values: Values) -> list[str]:
    named = _named(values, "service", "version", "day")
    return [
        _("A new version does not come: {service}", service=values["service"]),
        _("For {day} you were told of version {version} of “{service}”. That was given up. Nothing changes.", **named),
    ]


def _rollout_worse(values: Values) -> list[str]:
    named = _named(values, "service", "version", "why")
    return [
        _("A roll-out fares worse than before: {service}", service=values["service"]),
        _("Since version {version} of “{service}” more goes wrong than before. {why}", **named),
        _("In the cockpit you can look at roll-out {number} and take it back.", number=values["number"]),
    ]


def _request_answered(values: Values) -> list[str]:
    return [
        _("The publisher has answered: {request}", request=values["request"]),
        _(
            "Your authority asked for a change of “{service}”: {request}. Its publisher says: {state}",
            **_named(values, "service", "request", "state"),
        ),
        _("You can read the reason under “Change requests”, and switch off mails about this request there."),
    ]


def _named(values: Values, *names: str) -> dict[str, str]:
    return {name: values[name] for name in names}


_KINDS: dict[str, Callable[[Values], list[str]]] = {
    "resume": _resume,
    "receipt": _receipt,
    "question": _question,
    "decision": _decision,
    "message": _message,
    "payment": _payment,
    "paid": _paid,
    "refunded": _refunded,
    "withdrawn": _withdrawn,
    "reopened": _reopened,
    "permit_ends": _permit_ends,
    "appointment": _appointment,
    "appointment_moved": _appointment_moved,
    "appointment_soon": _appointment_soon,
    "appointment_cancelled": _appointment_cancelled,
    "wallet_code": _wallet_code,
    "barrier": _barrier,
    "draft_ends": _draft_ends,
    "invitation": _invitation,
    "upgrade_announced": _upgrade_announced,
    "upgrade_given_up": _upgrade_given_up,
    "rollout_worse": _rollout_worse,
    "request_answered": _request_answered,
}
KINDS = tuple(_KINDS)
