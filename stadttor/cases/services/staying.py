"""What a job does about a case that is deleted while it runs: nothing, or a deleted person would be written anew."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from uuid import UUID

from stadttor.cases.models import Case
from stadttor.cases.services.changing import locked
from stadttor.ground.rows import first
from stadttor.ground.work import work

log = logging.getLogger("stadttor.cases")


@contextmanager
def stays(authority_id: UUID, case_id: UUID) -> Iterator[None]:
    """One work in which nobody deletes the case: the door for all that writes something about it elsewhere.

    Refused as not found when it is gone; a job that `ends_with_case` is done then.
    """
    with work(authority_id):
        locked(authority_id, case_id)
        yield


def ends_with_case(function: Callable[..., None]) -> Callable[..., None]:
    """A job about a case: whatever it missed because the case was deleted meanwhile, it is done."""

    @wraps(function)
    def run(*, authority_id: UUID, case_id: UUID, **ids: Any) -> None:
        with quiet_without(lambda: _is_there(authority_id, case_id), f"case {case_id}"):
            function(authority_id=authority_id, case_id=case_id, **ids)

    return run


@contextmanager
def quiet_without(is_there: Callable[[], bool], what: str) -> Iterator[None]:
    """An error counts only while there is still what the block is about."""
    try:
        yield
    except Exception:
        if is_there():
            raise
        log.warning("%s is gone: nothing is left to do", what)


def _is_there(authority_id: UUID, case_id: UUID) -> bool:
    with work(authority_id):
        return first(Case, authority_id=authority_id, id=case_id) is not None
