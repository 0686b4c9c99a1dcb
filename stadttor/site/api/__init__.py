"""The API: OpenAPI 3.1 below `/api/v1/`, the same services as the pages, at the thin edge.

Anybody asks who is responsible, what is offered, which JSON a service takes; hands in an application and asks for its
status. Other systems of an authority, with a token and its scopes, read cases and documents, ask back and decide.
Invariants: the authority comes from the host; no cookie is looked at; every refusal is problem+json (RFC 9457); every
call that changes something carries an Idempotency-Key and happens once; somebody else's object is an unknown one.
"""
