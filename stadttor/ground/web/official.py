"""What is said wherever something is not in the official language: German is (§ 23 VwVfG, § 87 AO and the same in the Länder)."""

from stadttor.core.languages import OFFICIAL
from stadttor.ground.web.language import _, current


def official_note() -> str:
    """Which text counts, in the current language; empty in German.

    Plain German is called "Einfache Sprache" and no more: nobody of the target group has tested it.
    """
    if current().tag == OFFICIAL:
        return ""
    if current().tag == "de-simple":
        return _(
            "This is in plain language (Einfache Sprache). People who need it have not tested it yet. {official}",
            official=official_language(),
        )
    return " ".join((official_language(), _("Translations help you to understand. What counts is the German text.")))


def official_language() -> str:
    """Which language is the official one, in the current language."""
    return _("The official language is German (§ 23 VwVfG and the same rules of the Länder).")
