"""Who applies, by the answers."""

from typing import Any

from stadttor.forms.rules.filled import Filled


def applicant_name(filled: Filled) -> str:
    """The first `vorname nachname` of the form, in a group called person or personen; empty without one."""
    for group_id in ("person", "personen", "antragsteller"):
        found = filled.answers.get(group_id)
        first: Any = found[0] if isinstance(found, list) and found else found
        if isinstance(first, dict):
            names = [str(first.get(part, "")).strip() for part in ("vorname", "nachname")]
            if any(names):
                return " ".join(name for name in names if name)
    return ""
