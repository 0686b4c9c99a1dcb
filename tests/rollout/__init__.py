"""Figures of the roll-out: publish once, adopt everywhere."""
