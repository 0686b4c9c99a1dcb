"""Stadttor: the platform through which German municipalities offer their services.

A folder in this package is a noun of the domain; `docs/tour.md` follows one application through them.
"""
