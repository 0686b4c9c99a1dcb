"""Binding road maps: the pages of who promised what by when, for a steering body and for an authority itself."""
