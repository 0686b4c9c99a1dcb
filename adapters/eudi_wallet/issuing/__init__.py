"""Gives credentials into wallets by OpenID4VCI 1.0, pre-authorized code with transaction code: the pure protocol.

What a wallet reads of us (`metadata`), how it proves its keys (`proofs`), what it gets (`credentials`: SD-JWT VC), and where it
says whether that still holds (`status`: Token Status List). `issuer` joins them behind `stadttor.identity.ports.Issuer`.
Nothing here stores anything; it stands below `eudi_wallet` as it reads and writes the same texts, keys and paths.
"""
