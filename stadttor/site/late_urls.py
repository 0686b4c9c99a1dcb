"""Addresses whose module is loaded when the first of them is asked for."""

from typing import Any

from django.urls import URLResolver
from django.urls.resolvers import RoutePattern


class LateURLs(URLResolver):
    """`include` for a part that most web processes never serve: until then it costs neither time nor memory.

    Its names live in a namespace of their own, so that all other names are found without loading it.
    """

    def __init__(self, route: str, module: str, namespace: str) -> None:
        super().__init__(RoutePattern(route), module, app_name=namespace, namespace=namespace)

    def _populate(self) -> None:
        """Whoever lists all names passes by; who reverses one of ours reads the module's own list (`get_ns_resolver`)."""

    @property
    def reverse_dict(self) -> Any:
        """Below an empty route Django asks this very object for its addresses; it is asked by nobody who only passes by."""
        if not self._reverse_dict:
            super()._populate()
        return super().reverse_dict
