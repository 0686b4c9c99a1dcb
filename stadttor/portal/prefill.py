"""What a sign-in knows, in the fields of a form: which claims it needs, what they fill in, what of it still stands.

Values stay as the source wrote them: nobody's name is guessed into capitals and small letters (McDonald, von der Leyen). The
person sees where a value came from and may change it; the clerk sees both.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal

from stadttor.core.trust import Trust, lower
from stadttor.forms.definition import Field, FormDefinition
from stadttor.ground.web.language import N_
from stadttor.identity.ports import PERSON, IdentityAssertion

PREFIX = "claim:"
ADDRESS = ("street_address", "postal_code", "locality")
# House number last, with a letter or a range: 17, 5A, 12 b, 3-5, 10/2.
NUMBERED = re.compile(r"\A(?P<street>.*\D)\s+(?P<number>\d{1,4}\s?[a-zA-Z]?(?:\s?[-/]\s?\d{1,4}\s?[a-zA-Z]?)?)\Z")
SOURCES = {
    "bundid": N_("BundID"),
    "bayernid": N_("BayernID"),
    "muk": N_("Mein Unternehmenskonto"),
    "eid": N_("identity card"),
    "wallet_pid": N_("wallet"),
    "wallet_eaa": N_("wallet"),
    "simulated": N_("simulated account"),
    "simulated_wallet": N_("simulated wallet"),
}
CLAIM_NAMES = {
    "family_name": N_("Family name"),
    "given_name": N_("Given names"),
    "birth_name": N_("Birth name"),
    "title": N_("Title"),
    "birth_date": N_("Date of birth"),
    "place_of_birth": N_("Place of birth"),
    "gender": N_("Gender"),
    "nationality": N_("Nationality"),
    "country": N_("Country"),
    "street_address": N_("Street and house number"),
    "postal_code": N_("Postal code"),
    "locality": N_("Town"),
    "email": N_("E-mail address"),
    "phone": N_("Telephone number"),
    "permit_number": N_("Number of the permit"),
    "number_plate": N_("Number plate"),
}
Standing = Literal["same", "changed", "none"]


def asked_fields(form: FormDefinition) -> Iterator[tuple[Field, str]]:
    """The fields outside repeated groups that name a claim, with its name (`address` stands for three)."""
    for one in form.fields.values():
        if (one.prefill or "").startswith(PREFIX) and form.groups[one.group].repeat is None:
            yield one, (one.prefill or "").removeprefix(PREFIX)


def needed_claims(form: FormDefinition) -> dict[str, bool]:
    """What to ask a service for: only what fields of the form take, {claim: whether we cannot do without}.

    Nothing is required there: what is missing is typed here.
    """
    names = [name for _field, claim in asked_fields(form) for name in (ADDRESS if claim == "address" else (claim,))]
    return {name: False for name in names if name in PERSON}


def value_of(one: Field, claim: str, assertion: IdentityAssertion) -> Any:
    """The answer a claim gives to a field, in its stored form; None where it gives none."""
    if claim == "address" and one.type == "address":
        return _address(assertion)
    found = assertion.claims.get(claim)
    if found is None:
        return None
    if one.type == "date":
        return found.value if _is_day(found.value) else None
    return found.value if one.type in ("name", "text", "email", "phone", "country") else None


def trust_of(claim: str, assertion: IdentityAssertion) -> Trust:
    """How surely the value of a field is known: an address as surely as the least of its parts."""
    if claim != "address":
        return assertion.trust_of(claim)
    trust: Trust = "hoch"
    for name in ADDRESS:
        trust = lower(trust, assertion.trust_of(name)) if name in assertion.claims else trust
    return trust


def filled_in(form: FormDefinition, answers: Mapping[str, Any], assertion: IdentityAssertion) -> dict[str, Any]:
    """The answers with what the sign-in knows, where nothing was answered yet: nothing typed is written over."""
    result = {name: dict(group) if isinstance(group, dict) else group for name, group in answers.items()}
    for one, claim in asked_fields(form):
        group = result.setdefault(one.group, {})
        value = value_of(one, claim, assertion)
        if value is not None and isinstance(group, dict) and _is_open(group.get(one.id)):
            group[one.id] = value
    return result


def standing(one: Field, claim: str, answer: Any, assertion: IdentityAssertion) -> Standing:
    """Whether an answer is still what the sign-in said; capitals and the spelling of ß make no difference."""
    value = value_of(one, claim, assertion)
    if value is None:
        return "none"
    return "same" if _plain(value) == _plain(answer) else "changed"


def _address(assertion: IdentityAssertion) -> dict[str, str] | None:
    """Street and house number apart only where nobody can doubt it; a foreign address is typed."""
    country = assertion.claims.get("country")
    if "street_address" not in assertion.claims or (country and country.value.upper() not in ("DE", "D")):
        return None
    line, postal_code, city = (claim.value if (claim := assertion.claims.get(name)) else "" for name in ADDRESS)
    parts = NUMBERED.match(line.strip())
    street, number = (parts["street"].strip(), parts["number"]) if parts else (line.strip(), "")
    return {"street": street, "house_number": number, "postal_code": postal_code, "city": city}


def _is_day(text: str) -> bool:
    """A day of the calendar: of a birth date with an unknown month only the person can say what to enter."""
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_open(answer: Any) -> bool:
    return not (any(answer.values()) if isinstance(answer, dict) else answer)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items() if part}
    return unicodedata.normalize("NFC", " ".join(str(value or "").split())).casefold()
