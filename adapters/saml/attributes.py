"""Attributes of BundID and BayernID: by OID, never by their friendly name (interface description 10.2.0.0, chapter 6)."""

from adapters.saml.documents import Element, children, invalid, text
from adapters.saml.names import AKDB, SAML, tag
from stadttor.core.trust import Trust
from stadttor.identity.ports import Claim

CLAIMS = {
    "family_name": "urn:oid:2.5.4.4",
    "given_name": "urn:oid:2.5.4.42",
    "birth_name": "urn:oid:1.2.40.0.10.2.1.1.225566",
    "title": "urn:oid:0.9.2342.19200300.100.1.40",
    "birth_date": "urn:oid:1.2.40.0.10.2.1.1.55",
    "place_of_birth": "urn:oid:1.3.6.1.5.5.7.9.2",
    "gender": "urn:oid:1.3.6.1.4.1.33592.1.3.5",
    "nationality": "urn:oid:1.2.40.0.10.2.1.1.225577",
    "country": "urn:oid:1.2.40.0.10.2.1.1.225599",
    "street_address": "urn:oid:2.5.4.16",
    "postal_code": "urn:oid:2.5.4.17",
    "locality": "urn:oid:2.5.4.7",
    "email": "urn:oid:0.9.2342.19200300.100.1.3",
    "phone": "urn:oid:2.5.4.20",
}
PSEUDONYM = "urn:oid:1.3.6.1.4.1.25484.494450.3"
METHOD = "urn:oid:1.3.6.1.4.1.25484.494450.2"
LEVEL = "urn:oid:1.2.40.0.10.2.1.1.261.94"
ALWAYS = (PSEUDONYM, METHOD, LEVEL)
"""Asked for beside the claims, none of them required: a temporary login has no pseudonym (§ 3 Abs. 1 OZG)."""

TRUST: dict[str, Trust] = {
    "UNTERGEORDNET": "none",
    "NORMAL": "normal",
    "SUBSTANTIELL": "substantiell",
    "HOCH": "hoch",
}
STORK = "STORK-QAA-Level-"
LEVELS: dict[str, Trust] = {
    f"{STORK}1": "normal",
    f"{STORK}2": "normal",
    f"{STORK}3": "substantiell",
    f"{STORK}4": "hoch",
}
ASKED: dict[Trust, str] = {"none": f"{STORK}1", "normal": f"{STORK}1", "substantiell": f"{STORK}3", "hoch": f"{STORK}4"}
_NAMES = {oid: name for name, oid in CLAIMS.items()}
_TRUST_LEVEL = tag(AKDB, "TrustLevel")


def level(reference: str) -> Trust:
    """The level a class of authentication stands for. Raises SignInFailed for one nobody knows."""
    found = LEVELS.get(reference)
    if found is None:
        raise invalid("a level nobody knows")
    return found


def read(statement: Element) -> tuple[dict[str, Claim], dict[str, str]]:
    """(claims by their name in our vocabulary, values of the other OIDs), whatever of it was asked for."""
    claims: dict[str, Claim] = {}
    others: dict[str, str] = {}
    for attribute in children(statement, tag(SAML, "Attribute")):
        # Some services write a blank into the name.
        oid = "".join((attribute.get("Name") or "").split())
        value = _value(attribute)
        if oid in claims or oid in others or _NAMES.get(oid) in claims:
            raise invalid("an attribute stands twice")
        if value and (name := _NAMES.get(oid)):
            claims[name] = Claim(value, TRUST.get(attribute.get(_TRUST_LEVEL, ""), "none"), oid)
        elif value:
            others[oid] = value
    return claims, others


def _value(attribute: Element) -> str:
    """Its one value; more than one is ambiguous, an empty one is none."""
    values = [text(one) for one in children(attribute, tag(SAML, "AttributeValue"))]
    if len(values) > 1:
        raise invalid("an attribute with more than one value")
    return values[0] if values else ""
