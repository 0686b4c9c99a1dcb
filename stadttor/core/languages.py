"""The languages of the product's own texts. `de` is the official language (§ 23 VwVfG); the others explain it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language a person can choose: BCP 47 `tag`, its `name` in itself, writing `direction`, Babel `locale`."""

    tag: str
    name: str
    direction: str
    locale: str


LANGUAGES = {
    language.tag: language
    for language in (
        Language("de", "Deutsch", "ltr", "de"),
        Language("de-simple", "Einfache Sprache", "ltr", "de"),
        Language("en", "English", "ltr", "en_GB"),
        Language("uk", "Українська", "ltr", "uk"),
        Language("tr", "Türkçe", "ltr", "tr"),
        Language("ar", "العربية", "rtl", "ar"),
    )
}
OFFICIAL = "de"


def language(tag: str) -> Language:
    """The language of this tag, the official one when it is unknown."""
    return LANGUAGES.get(tag, LANGUAGES[OFFICIAL])
