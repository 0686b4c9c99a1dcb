"""What identity needs from outside: the services an authority has adopted, and the words in which the ways of signing in
answer. Wired in `site`."""

from collections.abc import Callable, Sequence
from uuid import UUID

from stadttor.identity.vocabulary import CLAIMS, Claim, IdentityAssertion, Source

__all__ = ["CLAIMS", "Claim", "IdentityAssertion", "Services", "Source", "services_of", "use_services"]

Services = Callable[[UUID], Sequence[tuple[str, str]]]

_services: Services | None = None


def use_services(services: Services) -> None:
    """`services(authority_id)` gives slug and German title of each, by title."""
    global _services
    _services = services


def services_of(authority_id: UUID) -> list[tuple[str, str]]:
    """Empty where nothing is wired."""
    return list(_services(authority_id)) if _services else []
