"""Credentials of an authority in the wallets of its citizens: offered, fetched, taken back.

`services` holds the verbs and `queries` what is known, both the face of the package (docs/decisions/0010); `signing` the
authority's key, `exchange` what a wallet is answered, `nonces` and `status` what that needs, `pages` its addresses.
"""
