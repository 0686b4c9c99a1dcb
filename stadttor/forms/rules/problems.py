"""What can be wrong with an answer, and the words for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


def N_(text: str) -> str:
    """Marks a text for translation where it is not yet shown."""
    return text


ERROR_TEXTS: Mapping[str, str] = {
    "required": N_("Please fill in this field."),
    "too_long": N_("This is too long. Use at most {max} characters."),
    "too_short": N_("This is too short. Use at least {min} characters."),
    "too_small": N_("Enter a number that is at least {min}."),
    "too_big": N_("Enter a number that is at most {max}."),
    "too_early": N_("Enter a date that is not before {min}."),
    "too_late": N_("Enter a date that is not after {max}."),
    "pattern": N_("This does not have the expected form. Look at the example."),
    "characters": N_("These characters cannot be printed: {characters}. Use Latin letters as in your passport."),
    "latin": N_(
        "Please write this in Latin letters, as in your passport. These characters are not Latin: {characters}"
    ),
    "incomplete": N_("This is still missing: {missing}."),
    "no_such_day": N_("There is no {day} {month} {year}. Check the day and the month."),
    "no_such_month": N_("Enter the month as a number from 1 to 12."),
    "short_year": N_("Please write the year with four digits."),
    "type": N_("We cannot read this. Look at the example."),
    "option": N_("Choose one of the given answers."),
    "iban": N_("This IBAN is not correct. Compare it with your bank card, letter by letter."),
    "iban_country": N_(
        "This account is in a country outside the SEPA payment area. "
        "We can only use accounts from the European Union and the other SEPA countries."
    ),
    "plate": N_("Enter the number plate like this: WUG-AB 123"),
    "email": N_("Enter an e-mail address like this: name@example.org"),
    "phone": N_("Enter a phone number like this: 09141 907-0"),
    "postal_code": N_("Enter a postal code with five digits."),
    "too_many": N_("These are too many. Give at most {max}."),
    "too_few": N_("These are too few. Give at least {min}."),
}
"""The product's own words for each engine code; English msgids with placeholders for `Problem.values`."""


class Error(NamedTuple):
    """A refused answer: one of the codes of ERROR_TEXTS, and the values its text needs."""

    code: str
    values: Mapping[str, object] = {}


class Unreadable(ValueError):
    """What was typed cannot be turned into an answer."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.error = Error(code, values)


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a form from being accepted.

    `path` is `group.field`, `group.0.field`, or a repeated group's id. `code` is an engine code or a check's text key.
    `text_key` is `errors.<code>` (ERROR_TEXTS), or `checks.<key>` and `fields.<path>.required` of the package's texts.
    `values` fill the text's placeholders; for a part of an address `part` names the part.
    A `strict` one can be let pass by nobody.
    """

    path: str
    code: str
    text_key: str
    values: Mapping[str, object] = field(default_factory=dict)
    strict: bool = False

    @classmethod
    def of(cls, path: str, error: Error) -> "Problem":
        return cls(path, error.code, f"errors.{error.code}", error.values)
