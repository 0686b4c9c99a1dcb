"""Reads of the studio: who publishes, which working copies there are, what stands in them."""

from stadttor.studio.queries.copies import CopyRow, RevisionRow, copies, copy, files, history
from stadttor.studio.queries.publishers import PublisherRow, publisher_at

__all__ = ["CopyRow", "PublisherRow", "RevisionRow", "copies", "copy", "files", "history", "publisher_at"]
