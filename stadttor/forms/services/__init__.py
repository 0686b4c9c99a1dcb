"""Verbs of forms: keep a draft, attach proofs, submit."""
