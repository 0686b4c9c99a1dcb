"""Grants permits and certificates in the running product's database and offers them to wallets.

`python -m tests.identity.granter AUTHORITY`: a line of JSON each on standard input and output. `grant` and `certify` give the case
and the secret link of the application, `offer` what opens a wallet and the transaction code, `end` and `revoke` take back.
"""

import json
import os
import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

SERVICE, CERTIFICATE = "bewohnerparkausweis", "meldebescheinigung"
HERSELF = {
    "bescheinigung": {"fuer": "selbst", "art": "einfach", "zweck": "arbeit", "anzahl": 1},
    "person": {
        "vorname": "Amira", "nachname": "Yılmaz", "geburtsdatum": "1990-05-17",
        "anschrift": {"street": "Marktplatz", "house_number": "5", "postal_code": "91781", "city": "Weißenburg"},
    },
    "zustellung": {"weg": "post"},
    "gebuehr": {"grund": "keiner"},
}  # fmt: skip
"""What she asks a certificate for."""


def main() -> int:
    """Until standard input ends."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    django.setup()
    from stadttor.site.wiring import connect

    connect()
    authority_id = UUID(sys.argv[1])
    acts = {
        "grant": _grant,
        "certify": _certify,
        "offer": _offer,
        "end": _end,
        "revoke": _revoke,
        "take_back": _take_back,
    }
    for line in sys.stdin:
        told = json.loads(line)
        print(json.dumps(acts[told.pop("do")](authority_id, **told)), flush=True)
    return 0


def _grant(authority_id: UUID, email: str = "") -> dict[str, str]:
    from stadttor.cases import services as cases
    from stadttor.cases.ports import PermitFacts, Validity
    from stadttor.cases.queries.permits import permit_of
    from stadttor.cases.services.permitting import issue_permit
    from stadttor.ground.clock import german_day, now
    from stadttor.portal import access

    submission_id, token = _applied(authority_id, email)
    case_id = cases.open_case(authority_id=authority_id, submission_id=submission_id, now=now())
    today = german_day(now())
    issue_permit(
        authority_id=authority_id, case_id=case_id, now=now(), facts=PermitFacts("Amira Yılmaz", ("WUG-AY 88",), "A"),
        validity=Validity(today, today + timedelta(days=364)),
    )  # fmt: skip
    cookie, permit = access.cookie_name(submission_id), permit_of(authority_id, case_id)
    assert permit is not None
    return {"case": str(case_id), "submission": str(submission_id), "token": token, "cookie": cookie,
            "number": permit.number}  # fmt: skip


def _certify(authority_id: UUID, outcome: str = "granted", **answers: Any) -> dict[str, str]:
    """As if the decision had left with its letter now."""
    from stadttor.cases import services as cases
    from stadttor.cases.models import Case, Decision
    from stadttor.ground.clock import now
    from stadttor.ground.work import work
    from stadttor.portal import access

    submission_id, token = _applied(authority_id, "", CERTIFICATE, {**HERSELF, **answers})
    case_id = cases.open_case(authority_id=authority_id, submission_id=submission_id, now=now())
    with work(authority_id):
        Decision.objects.create(
            authority_id=authority_id, case_id=case_id, outcome=outcome, decided_at=now(), send_at=now(), sent_at=now()
        )
        Case.objects.filter(authority_id=authority_id, id=case_id).update(state="decided")
    cookie = access.cookie_name(submission_id)
    return {
        "case": str(case_id),
        "submission": str(submission_id),
        "token": token,
        "cookie": cookie,
        "kind": CERTIFICATE,
    }


def _applied(
    authority_id: UUID, email: str, service: str = SERVICE, said: Mapping[str, Any] | None = None
) -> tuple[UUID, str]:
    from stadttor.catalog import queries as catalog
    from stadttor.forms.rules.filled import Filled
    from stadttor.forms.services.submitting import Application
    from stadttor.ground.clock import german_day, now
    from stadttor.portal import access
    from stadttor.portal.services import accept
    from tests.isolation.world import APPLICATIONS

    form, token = catalog.adopted_form(authority_id, service), access.new_token()
    answers = {**(said or APPLICATIONS[0]["answers"])}
    answers["person"] = {**answers["person"], "email": email}
    filled = Filled(form.form, answers, form.parameters, german_day(now()))
    application = Application(
        service=form.slug, adoption_id=form.adoption_id, revision_id=form.revision_id, answers=filled.clean(),
        fees=[], language="de", email=email, applicant="Amira Yılmaz",
    )  # fmt: skip
    sent = accept(
        form=form, application=application, key=access.new_token(), token=token, randomness=os.urandom(16), now=now()
    )
    return sent.submission_id, token


def _offer(authority_id: UUID, case: str, origin: str, kind: str = SERVICE) -> dict[str, str]:
    from stadttor.ground.clock import now
    from stadttor.identity.issuing.services import offer
    from stadttor.portal.services import offer_link

    offered = offer(authority_id=authority_id, about=UUID(case), kind=kind, mailed=False, now=now())
    return {"uri": offer_link(origin, offered), "tx_code": offered.tx_code}


def _end(authority_id: UUID, case: str) -> dict[str, str]:
    from stadttor.cases.services.permitting import let_permit_go
    from stadttor.ground.clock import now

    let_permit_go(authority_id=authority_id, case_id=UUID(case), now=now())
    return {}


def _take_back(authority_id: UUID, case: str) -> dict[str, int]:
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.identity.issuing.services import revoke

    at = now()
    return {
        "ended": revoke(authority_id=authority_id, about=UUID(case), why="changed", begins=at, actor=SYSTEM, now=at)
    }


def _revoke(authority_id: UUID, number: int, place: int) -> dict[str, bool]:
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.identity.issuing.services import revoke_place

    counted = revoke_place(authority_id=authority_id, number=number, place=place, actor=SYSTEM, now=now())
    return {"counted": counted}


if __name__ == "__main__":
    sys.exit(main())
