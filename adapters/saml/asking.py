"""The question to an account service: a signed AuthnRequest by POST, with the extension of BundID in version 2.

With version 2 the service hands over only what is asked for here (interface description 10.2.0.0, chapter 9).
"""

import base64
from datetime import datetime

from lxml import etree  # type: ignore[import-untyped]  # ships no types

from adapters.saml.attributes import ALWAYS, ASKED, CLAIMS
from adapters.saml.documents import Element, written
from adapters.saml.names import AKDB, CLASSIC_UI, POST, SAML, SAMLP, TRANSIENT, tag
from adapters.saml.signatures import placeholder, sign
from stadttor.identity.ports import AccountQuestion, AccountService, Relying

SPACES = {"samlp": SAMLP, "saml": SAML}


def request(us: Relying, them: AccountService, question: AccountQuestion, now: datetime) -> str:
    """The signed request in Base64, as its form field carries it."""
    root = etree.Element(
        tag(SAMLP, "AuthnRequest"),
        {
            "ID": question.id,
            "Version": "2.0",
            "IssueInstant": written(now),
            "Destination": them.sign_in_url,
            "AssertionConsumerServiceURL": us.answer_url,
            "ProtocolBinding": POST,
        },
        nsmap=SPACES,
    )
    if question.anew:
        root.set("ForceAuthn", "true")
    _add(root, tag(SAML, "Issuer"), us.entity_id)
    root.append(placeholder())
    _add(root, tag(SAMLP, "Extensions")).append(_extension(us, question))
    _add(root, tag(SAMLP, "NameIDPolicy"), Format=TRANSIENT, AllowCreate="true")
    context = _add(root, tag(SAMLP, "RequestedAuthnContext"), Comparison="minimum")
    _add(context, tag(SAML, "AuthnContextClassRef"), ASKED[question.level])
    return base64.b64encode(etree.tostring(sign(root, us.keys[0]), encoding="utf-8")).decode()


def _extension(us: Relying, question: AccountQuestion) -> Element:
    extension = etree.Element(
        tag(AKDB, "AuthenticationRequest"),
        Version="2",
        EnableStatusDetail="true",
        nsmap={"akdb": AKDB, "classic-ui": CLASSIC_UI},
    )
    attributes = _add(extension, tag(AKDB, "RequestedAttributes"))
    wanted = {CLAIMS[name]: needed for name, needed in question.claims.items()}
    for oid, needed in {**dict.fromkeys(ALWAYS, False), **wanted}.items():
        _add(attributes, tag(AKDB, "RequestedAttribute"), Name=oid, RequiredAttribute="true" if needed else "false")
    shown = _add(_add(extension, tag(AKDB, "DisplayInformation")), tag(CLASSIC_UI, "Version"))
    _add(shown, tag(CLASSIC_UI, "OrganizationDisplayName"), us.name)
    _add(shown, tag(CLASSIC_UI, "Lang"), question.language[:2])
    if us.online_service:
        _add(shown, tag(CLASSIC_UI, "OnlineServiceId"), us.online_service)
    return extension


def _add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    child = etree.SubElement(parent, name, attributes)
    child.text = text
    return child
