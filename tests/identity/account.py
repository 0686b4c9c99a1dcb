"""What the SAML part needs done inside the product: `python -m tests.identity.account ACT …` with the product's environment.

set_up TOWN METADATA        an account service switched on, a service that must know who applies; gives ids
agree TOWN SERVICE yes|no   whether answers are encrypted
begin TOWN SERVICE DRAFT    a question that cannot do without a telephone number
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

STRICT = "hundesteuer-mit-ausweis"


def set_up(town: str, metadata: str) -> dict[str, Any]:
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.identity import account_services

    service_id = account_services.set_up(
        authority_id=_authority(town), source="bundid", metadata=Path(metadata).read_bytes(), name="Weißenburg i. Bay.",
        online_service="BMI-0000", actor=SYSTEM, now=now(),
    )  # fmt: skip
    agree(town, str(service_id), "yes")
    _adopt_strict(_authority(town))
    return {"service": str(service_id), "slug": STRICT}


def agree(town: str, service: str, encrypted: str) -> dict[str, Any]:
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.identity import account_services

    account_services.agree(
        authority_id=_authority(town), service_id=UUID(service), signed="assertion", encrypted=encrypted == "yes",
        older_signatures=True, active=True, actor=SYSTEM, now=now(),
    )  # fmt: skip
    return {}


def begin(town: str, service: str, draft: str, base: str) -> dict[str, Any]:
    from stadttor.ground.clock import now
    from stadttor.identity import signing_in

    left = signing_in.begin(
        authority_id=_authority(town), service_id=UUID(service), draft_id=UUID(draft), level="substantiell",
        claims={"phone": True}, base=base, name="Weißenburg i. Bay.", language="de", now=now(),
    )  # fmt: skip
    return {"fields": dict(left.fields), "browser": left.browser}


def _authority(town: str) -> UUID:
    from stadttor.ground import authorities

    found = authorities.by_slug(town)
    assert found is not None
    return found.id


def _adopt_strict(authority_id: UUID) -> None:
    """A package of the product that asks for level substantiell, under a name of its own."""
    from stadttor.catalog import services as catalog
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from tests.identity.packages import publish

    version_id = publish("hundesteuer", now(), slug=STRICT, trust="substantiell")
    adoption_id = catalog.adopt(
        authority_id=authority_id, version_id=version_id, parameters={}, actor=SYSTEM, now=now()
    )
    catalog.go_live(authority_id=authority_id, adoption_id=adoption_id, actor=SYSTEM, now=now())


ACTS: dict[str, Callable[..., dict[str, Any]]] = {"set_up": set_up, "agree": agree, "begin": begin}

if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(ACTS[sys.argv[1]](*sys.argv[2:])))
