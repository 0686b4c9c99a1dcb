"""A credential shown in the place of a file: how it is asked for, and what waits for her word.

The way is that of `wallet_sign_in`, with the field of the form in `proof`. What comes of it says nothing about who she is: it is
no sign-in, and it counts in the browser that began, for half an hour.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from stadttor.ground.work import work
from stadttor.identity.issuing.queries import shown_again
from stadttor.identity.models import WalletSignIn
from stadttor.identity.ports import Evidence, ShownProof, wallets
from stadttor.identity.queries import hashed
from stadttor.identity.wallet_sealing import read_proof
from stadttor.identity.wallet_sign_in import came_back, registered

Path = tuple[str | int | None, ...]
FOREIGN = "proof"
"""The id under which somebody else's credential is asked for."""


def own_evidence(authority_id: UUID, asking: str, service: str, words: tuple[str, ...]) -> Evidence | None:
    """What the authority itself issued about `service`, to be shown to the service that asks.

    None where it issues no such thing, it says less than these words, or the authority may not ask for it.
    """
    for one in shown_again(authority_id) if wallets() is not None else ():
        if one.service == service and set(words) <= one.words.keys():
            paths = {word: one.words[word] for word in words}
            return _askable(
                authority_id, asking, Evidence(service, one.type, paths, one.signer, False, one.earlier, True)
            )
    return None


def foreign_evidence(authority_id: UUID, asking: str, type_: str, paths: Mapping[str, Path]) -> Evidence | None:
    """Somebody else's credential. None where the operator named nobody who may vouch for it, or the authority may not ask."""
    speaker = wallets()
    if speaker is None or not speaker.believed().get(type_):
        return None
    return _askable(authority_id, asking, Evidence(FOREIGN, type_, paths, signer="", beside=False, whole=True))


def _askable(authority_id: UUID, asking: str, one: Evidence) -> Evidence | None:
    return next(iter(registered(authority_id, asking, [one])), None)


def waiting_proof(authority_id: UUID, draft_id: UUID, proof: str, browser: str, now: datetime) -> ShownProof | None:
    """What her wallet showed and she has not decided about; for nobody but the browser that began."""
    kept = came_back(authority_id, draft_id, browser, now, proof)
    return read_proof(kept) if kept else None


def take_proof(*, authority_id: UUID, draft_id: UUID, proof: str, browser: str, now: datetime) -> ShownProof | None:
    """She decided: nothing of it waits any more. Inside the work that keeps it, or without one to throw it away."""
    with work(authority_id):
        shown = waiting_proof(authority_id, draft_id, proof, browser, now)
        WalletSignIn.objects.filter(
            authority_id=authority_id, draft_id=draft_id, proof=proof, browser_hash=hashed(browser)
        ).delete()
    return shown
