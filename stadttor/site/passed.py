"""What a colleague let pass when she entered an application, in words."""

from datetime import datetime
from typing import Any

from stadttor.ground.web.language import speaking
from stadttor.portal.explaining import Explaining
from stadttor.site.applications import Submitted


def passed(found: Submitted, language: str) -> list[dict[str, Any]]:
    """Each problem in words with who let it pass, why and when."""
    with speaking(language):
        explaining = Explaining(found.form, found.form.texts(language), found.row.answers)
        return [
            {
                "problem": explaining.lines([one.problem])[0]["text"],
                "name": one.name,
                "reason": one.reason,
                "at": datetime.fromisoformat(one.at),
            }
            for one in found.passed
        ]
