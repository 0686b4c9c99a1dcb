"""Verbs of the studio: name a publisher, open a package, save, go back, throw away; publishing is `services.publishing`."""

from stadttor.studio.services.editing import begin, go_back, open_published, save, throw_away
from stadttor.studio.services.naming import make_publisher

__all__ = ["begin", "go_back", "make_publisher", "open_published", "save", "throw_away"]
