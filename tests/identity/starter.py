"""Begins sign-ins by wallet in the running product's database, for asks that no form of ours makes.

`python -m tests.identity.starter AUTHORITY`: a line of JSON each on standard input and output. `begin` gives the link for the
wallet, the secret of the browser that began and the key of its answer; `said` gives what waits for that draft, and throws it away.
"""

import json
import sys
from typing import Any
from uuid import UUID, uuid4

CLAIMS = ("family_name", "given_name", "birth_date", "street_address", "postal_code", "locality")
FORMATS = {"sd-jwt": ["dc+sd-jwt"], "transaction-data": ["dc+sd-jwt"], "mdoc": ["mso_mdoc"]}


def main() -> int:
    """Until standard input ends."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    django.setup()
    from stadttor.site.wiring import connect

    connect()
    authority_id = UUID(sys.argv[1])
    for line in sys.stdin:
        told = json.loads(line)
        act = {"begin": _begin, "said": _said, "look": _look}[told.pop("do")]
        print(json.dumps(act(authority_id, **told)), flush=True)
    return 0


def _begin(authority_id: UUID, ask: str, origin: str, across: bool = False) -> dict[str, str]:
    from adapters.eudi_wallet.encoding import b64url
    from stadttor.ground.clock import now
    from stadttor.identity import wallet_sign_in
    from stadttor.identity.wallet_sign_in import cookie_name

    draft_id = uuid4()
    agreed = [b64url(b'{"type":"urn:stadttor:test","credential_ids":["pid"]}')] if ask == "transaction-data" else []
    begun = wallet_sign_in.begin(
        authority_id=authority_id,
        draft_id=draft_id,
        service="bewohnerparkausweis",
        claims=CLAIMS,
        origin=origin,
        now=now(),
        across=across,
        formats=FORMATS.get(ask, wallet_sign_in.FORMATS),
        transaction_data=agreed,
    )
    kept = {"cookie": cookie_name(draft_id), "browser": begun.browser, "key": _key(authority_id, draft_id)}
    return {"draft": str(draft_id), "uri": begun.link, **kept}


def _key(authority_id: UUID, draft_id: UUID) -> str:
    """That of this one answer (PKCS #8 in Base64), so that another verifier can open it too."""
    from stadttor.ground.rows import first
    from stadttor.ground.work import reading
    from stadttor.identity.models import WalletSignIn
    from stadttor.identity.wallet_sealing import unsealed

    with reading(authority_id):
        row = first(WalletSignIn, authority_id=authority_id, draft_id=draft_id)
    assert row is not None
    assert row.question_sealed is not None
    key: str = unsealed(row, row.question_sealed)["key"]
    return key


def _said(authority_id: UUID, draft: str, browser: str) -> dict[str, Any]:
    from stadttor.ground.clock import now
    from stadttor.identity import wallet_sign_in

    said = wallet_sign_in.waiting(authority_id, UUID(draft), browser, now())
    wallet_sign_in.dismiss(authority_id=authority_id, draft_id=UUID(draft))
    return {"claims": {name: one.value for name, one in said.claims.items()} if said else None}


def _look(authority_id: UUID, draft: str, browser: str) -> dict[str, Any]:
    from stadttor.ground.clock import now
    from stadttor.identity import wallet_sign_in

    seen = wallet_sign_in.look(authority_id=authority_id, draft_id=UUID(draft), browser=browser, now=now())
    return {"problem": seen.problem if seen else None, "answered": seen is not None}


if __name__ == "__main__":
    sys.exit(main())
