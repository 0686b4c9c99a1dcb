"""How the bodies that steer are called, and by what is asked; the product need not run to know it."""

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")

PLACES = {"weissenburg": "095770177177", "muenchen": "091620000000"}
"""The towns by their names in addresses, and where the register knows them."""
KREIS_DIGITS = 5


def host_of(slug: str) -> str:
    """The name in addresses of the body that steers this town's Kreis."""
    return f"lenkung-{slug}"


def kreis_of(slug: str) -> str:
    """Its key."""
    return PLACES[slug][:KREIS_DIGITS]


def rollout_of(slug: str) -> int:
    """Number of the upgrade that is announced in its Kreis: no other number of a page is written like it."""
    return int(f"18{kreis_of(slug)}")
