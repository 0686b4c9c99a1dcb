"""What a sign-in knows, in the fields of a form: which claims it needs, what they fill in, what of it still stands.

Values stay as the source wrote them: nobody's name is guessed into capitals and small letters (McDonald, von der Leyen), nor
is a guess proposed. Whoever writes her name as she does it keeps the value's origin; sources without ı lose nothing by it.
The person sees where a value came from and may change it; the clerk sees both. What a source knows in part only (a birthday
with an unknown month) or in another shape (an address abroad where the form takes none) fills in nothing, and is shown to both.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal

from stadttor.core.trust import Trust, lower
from stadttor.forms.definition import Field, FormDefinition
from stadttor.forms.rules.countries import codes
from stadttor.ground.web.formats import day
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
Standing = Literal["same", "part", "changed", "none"]
DAY_IN_PART = re.compile(r"\A(\d{4})(?:-(\d\d)(?:-(\d\d))?)?\Z")
WITHOUT_DOTS = str.maketrans({"ı": "i", "İ": "i"})
"""Small and capital letters of Turkish: "YILMAZ" in capitals is "Yılmaz", and cards in other states write no ı."""


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
        return _address(assertion, abroad=one.abroad)
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
    """Whether an answer is still what the sign-in said; capitals, the spelling of ß and the dot of ı make no difference.

    "part": it agrees with the parts of a day that are known, and nobody vouches for the others.
    """
    value = value_of(one, claim, assertion)
    if value is not None:
        return "same" if _plain(value) == _plain(answer) else "changed"
    if not left_over(one, claim, assertion):
        return "none"
    return "part" if one.type == "date" and _agree(assertion.claims[claim].value, str(answer or "")) else "changed"


def left_over(one: Field, claim: str, assertion: IdentityAssertion) -> str:
    """What the sign-in said and this field cannot take as it is, for people; empty where it takes it or nothing was said."""
    if value_of(one, claim, assertion) is not None:
        return ""
    if claim == "address":
        line, postal_code, city = (_said(name, assertion) for name in ADDRESS)
        rest = (line, f"{postal_code} {city}".strip(), _said("country", assertion))
        return ", ".join(part for part in rest if part) if line else ""
    said = _said(claim, assertion)
    return _readable(said) if one.type == "date" else said


def for_people(claim: str, said: str) -> str:
    """What a sign-in said as it is read: a day in the reader's own order, as far as it is known."""
    if claim != "birth_date":
        return said
    return day(date.fromisoformat(said)) if _is_day(said) else _readable(said)


def _said(claim: str, assertion: IdentityAssertion) -> str:
    return found.value if (found := assertion.claims.get(claim)) else ""


def _readable(text: str) -> str:
    """The known parts of a day, as year or month/year; the text itself where no year is known or the rest is no month."""
    found = DAY_IN_PART.match(text)
    if not found or found[1] == "0000" or (found[3] or "00") != "00":
        return text
    return f"{found[2]}/{found[1]}" if (found[2] or "00") != "00" else found[1]


def _agree(said: str, answer: str) -> bool:
    """Whether the answer has the known parts of a day: 1950-00-00 agrees with each of that year."""
    known, day = DAY_IN_PART.match(said), DAY_IN_PART.match(answer)
    if not known or not day:
        return False
    return all(not int(part or 0) or part == other for part, other in zip(known.groups(), day.groups(), strict=True))


def _address(assertion: IdentityAssertion, *, abroad: bool = False) -> dict[str, str] | None:
    """Street and house number apart only where nobody can doubt it; a foreign address is typed where the form takes none."""
    said = assertion.claims.get("country")
    country = said.value.upper() if said else ""
    if "street_address" not in assertion.claims:
        return None
    if country not in ("", "DE", "D"):
        return _address_abroad(assertion, country) if abroad and country in codes() else None
    line, postal_code, city = (_said(name, assertion) for name in ADDRESS)
    parts = NUMBERED.match(line.strip())
    street, number = (parts["street"].strip(), parts["number"]) if parts else (line.strip(), "")
    return {"street": street, "house_number": number, "postal_code": postal_code, "city": city}


def _address_abroad(assertion: IdentityAssertion, country: str) -> dict[str, str]:
    """In other countries the number stands before the street or behind it: the line stays whole."""
    line, postal_code, city = (_said(name, assertion) for name in ADDRESS)
    parts = {"street": line.strip(), "house_number": "", "postal_code": postal_code, "city": city}
    return {**parts, "country": country}


def _is_day(text: str) -> bool:
    """A day of the calendar: of a birth date with an unknown month only the person can say what to enter."""
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_open(answer: Any) -> bool:
    return not (any(answer.values()) if isinstance(answer, dict) else answer)


def is_same(one: str, other: str) -> bool:
    """Whether two sources say the same; capitals, the spelling of ß and the dot of ı make no difference."""
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items() if part}
    text = unicodedata.normalize("NFC", " ".join(str(value or "").split()))
    return text.translate(WITHOUT_DOTS).casefold()
