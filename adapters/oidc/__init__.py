"""OpenID Connect for colleagues: authorization code with PKCE, ID tokens, logout tokens.

Implements `stadttor.identity.ports.OpenIdProviders`. Small and strict: one flow, asymmetric signatures, nothing optional
that weakens it. `metadata` and `tokens` judge what was said without asking anybody; `fetching` and `keys` ask.
"""
