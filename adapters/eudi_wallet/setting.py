"""Whom this installation believes: a file of the operator, since trust in issuers is no decision of a single town.

{"anchors": {"urn:eudi:pid:de:1": ["pid-root.pem"]}, "status_hosts": ["status.example"], "schemes": ["openid4vp"]}

`anchors` names for each type of credential the files of its roots, beside this one; lists are fetched from `status_hosts` only.
"""

import json
from pathlib import Path

from adapters.eudi_wallet.status_lists import FetchFrom, Own, StatusLists
from adapters.eudi_wallet.verifier import EudiWallets
from adapters.eudi_wallet.x509_path import Anchors, read_pem

SCHEMES = frozenset({"openid4vp", "haip-vp", "eudi-openid4vp"})


def wallets_from(path: Path, own: Own) -> EudiWallets:
    """`own` gives our own status lists. Raises ValueError where the file says something else, OSError where a root is missing."""
    said = json.loads(path.read_text())
    roots = {
        type_: tuple(one for name in names for one in read_pem((path.parent / name).read_text()))
        for type_, names in said["anchors"].items()
    }
    schemes = said.get("schemes", ["openid4vp"])
    if not schemes or not set(schemes) <= SCHEMES:
        raise ValueError(f"{path.name}: a wallet is opened by one of {', '.join(sorted(SCHEMES))}")
    return EudiWallets(Anchors(roots), StatusLists(FetchFrom(said.get("status_hosts", [])), own), schemes)
