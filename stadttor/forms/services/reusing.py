"""Answers of an earlier application in a new one, chosen by their person one by one."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from stadttor.forms.models import Reused
from stadttor.forms.queries import DraftRow
from stadttor.forms.services.drafting import save_answers
from stadttor.ground import audit
from stadttor.ground.actor import CITIZEN
from stadttor.ground.rows import insert
from stadttor.ground.work import work


def reuse(
    *,
    authority_id: UUID,
    draft: DraftRow,
    number: str,
    day: date,
    values: Mapping[str, Any],
    language: str,
    now: datetime,
) -> None:
    """Put these values, {path: answer}, into the draft and remember where they came from.

    The audit entry names the paths, no value. Refused when another window saved meanwhile.
    """
    with work(authority_id):
        save_answers(
            authority_id=authority_id,
            draft_id=draft.id,
            revision=draft.revision,
            answers=_with(draft.answers, values),
            language=language,
            now=now,
        )
        Reused.objects.filter(authority_id=authority_id, draft_id=draft.id, path__in=list(values)).delete()
        for path, value in values.items():
            insert(Reused(authority_id=authority_id, draft_id=draft.id, path=path, number=number, day=day, value=value))
        details = {"from": number, "fields": sorted(values)}
        audit.record(
            authority_id, act="draft.reused", actor=CITIZEN, subject=("draft", draft.id), at=now, details=details
        )


def _with(answers: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with these in their places; none of them stands in a repeated group."""
    together = {name: dict(group) if isinstance(group, dict) else group for name, group in answers.items()}
    for path, value in values.items():
        group, _dot, name = path.partition(".")
        together[group] = {**together.get(group, {}), name: value}
    return together
