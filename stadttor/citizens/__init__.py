"""A citizen's account at one authority, for whoever wants one: who signed in again, and which applications and
appointments she keeps in it.

Verbs: `sign_in`, `open_account`, `keep`, `let_go`, `sign_out`, `close_account`. An account is found by the pseudonym that an
account service gives this authority for her (BundID: bPK2), never by a name; of the pseudonym only a keyed hash is kept.
Invariants: what an account holds are keys (secret links), sealed; each was shown by somebody who had the link. An account
opens what it holds and nothing else, while its session lasts. Without an account everything goes by secret link.
"""
