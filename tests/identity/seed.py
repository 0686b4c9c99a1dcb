"""Fills the database of the run by the product's own verbs: `python -m tests.identity.seed TOWN PKI`.

One town with every package of the product live. Prints what the parts need as JSON.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from secrets import token_urlsafe
from types import MappingProxyType
from typing import Any
from uuid import UUID

# A town that does not know who lives where asks traders for a proof of it.
PARAMETERS: dict[str, dict[str, Any]] = {"gewerbeanmeldung": {"ausweis_kopie": True}}


def seed(town: str, pki: Path) -> dict[str, Any]:
    """Make everything; the database is new."""
    from stadttor.catalog import services as catalog
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.identity import services as staff
    from tests.identity.packages import names, publish
    from tests.safety.stand import make_authority

    authority_id = make_authority(town, "Weißenburg i. Bay.")
    for package in names():
        adoption_id = catalog.adopt(
            authority_id=authority_id,
            version_id=publish(package, now()),
            parameters=PARAMETERS.get(package, {}),
            actor=SYSTEM,
            now=now(),
        )
        catalog.go_live(authority_id=authority_id, adoption_id=adoption_id, actor=SYSTEM, now=now())
    let_ask_wallets(authority_id, pki)
    let_issue(authority_id, pki)
    organiser = {"email": f"kern@{town}.example", "password": token_urlsafe(24)}
    staff.create_member(
        authority_id=authority_id, name="Frau Kern", roles=["organiser"], unit_ids=[], actor=SYSTEM, now=now(), **organiser
    )  # fmt: skip
    return {"authority_id": str(authority_id), "services": names(), "organiser": organiser}


def let_ask_wallets(authority_id: UUID, pki: Path, registrations: Mapping[str, str] = MappingProxyType({})) -> None:
    """The town asks wallets with the certificate of the run."""
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.identity import wallet_access
    from stadttor.site.wiring import connect

    connect()
    wallet_access.put_access(
        authority_id=authority_id,
        key=wallet_access.key_of((pki / "access.key").read_text()),
        chain=(pki / "access.crt").read_text(),
        registrations=registrations,
        prefix="x509_hash",
        across=["bewohnerparkausweis"],
        actor=SYSTEM,
        now=now(),
    )


def let_issue(authority_id: UUID, pki: Path) -> None:
    """The town issues into wallets with the certificate of the run."""
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.identity import wallet_access
    from stadttor.identity.issuing.signing import put_signer

    put_signer(
        authority_id=authority_id,
        key=wallet_access.key_of((pki / "municipal_ds.key").read_text()),
        chain=(pki / "municipal_ds.crt").read_text(),
        actor=SYSTEM,
        now=now(),
    )


def main() -> int:
    """Set the product up, fill it, say what was made."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    django.setup()
    print(json.dumps(seed(sys.argv[1], Path(sys.argv[2]))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
