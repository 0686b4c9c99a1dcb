"""Catalogues of other installations: a signed index that says what there is, and what one may believe of it.

In the spirit of The Update Framework (TUF 1.0): the index names number, end and hashes, so that an old, a changed or a
mixed catalogue shows. Who may sign a package is a matter of publishers' keys alone (`signing.py`): the key of a catalogue
can hide a version, never make one (docs/decisions/0040).
"""
