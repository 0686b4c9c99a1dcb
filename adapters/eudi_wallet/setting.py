"""Whom this installation believes: a file of the operator, since trust in issuers is no decision of a single town.

{"anchors": {"urn:eudi:pid:de:1": ["pid-root.pem"]}, "status_hosts": ["status.example"], "schemes": ["openid4vp"]}

`simulated` is the path of the demo's own wallet, seen from a question. Anywhere else such a file is refused, and so is the root
of a demo's wallet in any other file.

`anchors` names for each type of credential the files of its roots, beside this one; lists are fetched from `status_hosts` only.
"""

import json
from pathlib import Path

from adapters.eudi_wallet.status_lists import FetchFrom, Own, StatusLists
from adapters.eudi_wallet.verifier import EudiWallets
from adapters.eudi_wallet.x509_path import Anchors, proves_nothing, read_pem

SCHEMES = frozenset({"openid4vp", "haip-vp", "eudi-openid4vp"})


def wallets_from(path: Path, own: Own, *, demo: bool = False) -> EudiWallets:
    """`own` gives our own status lists. Raises ValueError where the file says something else, or that wallets are simulated
    and this is no `demo`; OSError where a root is missing."""
    said = json.loads(path.read_text())
    simulated = str(said.get("simulated", ""))
    if simulated and not demo:
        raise ValueError(f"{path.name}: a simulated wallet is believed in the demo only")
    roots = {
        type_: tuple(one for name in names for one in read_pem((path.parent / name).read_text()))
        for type_, names in said["anchors"].items()
    }
    if not simulated and any(proves_nothing(root) for some in roots.values() for root in some):
        raise ValueError(f"{path.name}: a root of a simulated wallet is among the anchors")
    schemes = said.get("schemes", ["openid4vp"])
    if not schemes or not set(schemes) <= SCHEMES:
        raise ValueError(f"{path.name}: a wallet is opened by one of {', '.join(sorted(SCHEMES))}")
    status = StatusLists(FetchFrom(said.get("status_hosts", [])), own)
    return EudiWallets(Anchors(roots), status, schemes, simulated)
