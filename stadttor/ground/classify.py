"""Marks model fields with their class of data and their retention; a test reads the marks."""

from typing import TypeVar

from django.db import models

from stadttor.core.classify import RETENTIONS, DataClass

F = TypeVar("F", bound="models.Field")  # type: ignore[type-arg]  # Field is generic in the stubs only


def classified(field: F, data_class: DataClass, *, keep: str) -> F:
    """The same field, marked. `keep` is a key of `stadttor.core.classify.RETENTIONS`."""
    if keep not in RETENTIONS:
        raise ValueError(f"unknown retention {keep!r}")
    field.data_class, field.keep = data_class, keep  # type: ignore[attr-defined]  # our own marks on Django's object
    return field
