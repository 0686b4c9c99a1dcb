"""Fees: what is owed for an application, attempts to pay it, receipts, refunds.

Knows its subject by id only. Invariants: at most one payment per subject; paid is final until refunded; a notice that
comes twice, late or out of order has one effect; in doubt the provider is asked before anything is repeated.
"""
