"""The applicant's answers as a clerk reads them, beside the case and beside the decision."""

from stadttor.cases.pages import labels
from stadttor.cases.ports import AnswerRow, Content
from stadttor.ground.web.language import _


def answers(content: Content) -> dict[str, object]:
    """`groups` of answers in the order of the form, and how many `doubts` are among them."""
    groups = [
        {"title": group.title, "rows": [_answer(row) for row in group.rows]} for group in content.groups if group.rows
    ]
    return {"groups": groups, "doubts": sum(bool(row.doubt) for group in content.groups for row in group.rows)}


def _answer(row: AnswerRow) -> dict[str, object]:
    origin = "" if row.origin == "typed" else _(labels.ORIGINS.get(row.origin, row.origin))
    origin = ": ".join(one for one in (origin, row.where) if one)
    trust = f", {_(labels.TRUST[row.trust])}" if row.origin != "typed" and row.trust in labels.TRUST else ""
    return {
        "label": row.label,
        "value": row.value,
        "origin": f"{origin}{trust}".removeprefix(", "),
        "doubt": row.doubt,
        "former": row.former,
        "language": row.language.split("-")[0],
    }
