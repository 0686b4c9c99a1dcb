"""Fills the database of the story: `python -m tests.identity.town_seed PKI`. Prints the id of the authority.

One town that gives resident permits, as the demo's town does, with Herr Olsen, who decides; wallets are asked for what is registered.
"""

import sys
from pathlib import Path

SERVICE, EMAIL = "bewohnerparkausweis", "olsen@weissenburg.example"
REGISTERED = {
    "dc+sd-jwt urn:eudi:pid:de:1": (
        ("family_name",), ("given_name",), ("birthdate",), ("address", "street_address"), ("address", "postal_code"),
        ("address", "locality"),
    ),
    "mso_mdoc eu.europa.ec.eudi.pid.1": tuple(
        ("eu.europa.ec.eudi.pid.1", name)
        for name in ("family_name", "given_name", "birth_date", "resident_street", "resident_postal_code", "resident_city")
    ),
    "dc+sd-jwt urn:stadttor:bewohnerparkausweis:1": (("permit_number",), ("number_plates",)),
}  # fmt: skip
"""What the town registered to ask for, by format and type: the story ends at its first question if the form asks for more."""


def seed(pki: Path) -> str:
    """Make everything; the database is new."""
    from stadttor.catalog import services as catalog
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.identity import services as staff
    from stadttor.site.demo_cast import PARAMETERS, PASSWORD
    from tests.identity.packages import publish
    from tests.identity.product import TOWN
    from tests.identity.seed import let_ask_wallets, let_issue
    from tests.safety.stand import make_authority

    authority_id = make_authority(TOWN, "Große Kreisstadt Weißenburg i. Bay.")
    who = {"authority_id": authority_id, "actor": SYSTEM, "now": now()}
    adoption_id = catalog.adopt(
        version_id=publish(SERVICE, now()), parameters=PARAMETERS[TOWN][SERVICE], **who
    )  # as in the demo
    catalog.go_live(adoption_id=adoption_id, **who)
    let_ask_wallets(authority_id, pki, {SERVICE: _registration()})
    let_issue(authority_id, pki)
    unit_id = staff.save_unit(unit_id=None, name="Straßenverkehr", services=[SERVICE], **who)
    staff.create_member(name="Herr Olsen", email=EMAIL, password=PASSWORD, roles=["clerk"], unit_ids=[unit_id], **who)
    return str(authority_id)


def _registration() -> str:
    """As a registrar would write it (ETSI TS 119 475 cl. 5.2); only real wallets know who signs such certificates."""
    from adapters.eudi_wallet.tests import maker
    from stadttor.ground.clock import now

    credentials = [
        {"format": one.split()[0], "meta": _meta(*one.split()), "claim": [{"path": list(path)} for path in paths]}
        for one, paths in REGISTERED.items()
    ]
    said = {"credentials": credentials, "iat": int(now().timestamp())}
    return maker.sign_jws({"typ": "rc-wrp+jwt"}, said, maker.new_key())


def _meta(format_: str, type_: str) -> dict[str, object]:
    return {"doctype_value": type_} if format_ == "mso_mdoc" else {"vct_values": [type_]}


def main() -> int:
    """Set the product up, fill it, say whose it is."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    django.setup()
    print(seed(Path(sys.argv[1])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
