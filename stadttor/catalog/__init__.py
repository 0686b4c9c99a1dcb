"""Service packages: read and check, sign and publish, adopt, go live, upgrade, withdraw.

A package is data from a stranger. It is checked completely before anything of it is stored; a refused package
leaves nothing behind. An authority adopts one version with its parameters; nothing is copied.

Invariants: a published version never changes (same id and version, same bytes); an adoption belongs to one authority,
names one version and is in one state (test, live, withdrawn); every change of it is a new revision that stays readable,
so that a case is worked on with the version and the parameters it was opened with.
"""
