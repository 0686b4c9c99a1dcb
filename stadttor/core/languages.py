"""The languages of the product's own texts. `de` is the official language (§ 23 VwVfG); the others explain it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language a person can choose: BCP 47 `tag`, its `name` in itself and `german`, writing `direction`, Babel `locale`."""

    tag: str
    name: str
    german: str
    direction: str
    locale: str


LANGUAGES = {
    language.tag: language
    for language in (
        Language("de", "Deutsch", "Deutsch", "ltr", "de"),
        Language("de-simple", "Einfache Sprache", "Einfache Sprache", "ltr", "de"),
        Language("en", "English", "Englisch", "ltr", "en_GB"),
        Language("uk", "Українська", "Ukrainisch", "ltr", "uk"),
        Language("tr", "Türkçe", "Türkisch", "ltr", "tr"),
        Language("ar", "العربية", "Arabisch", "rtl", "ar"),
    )
}
OFFICIAL = "de"


def language(tag: str) -> Language:
    """The language of this tag, the official one when it is unknown."""
    return LANGUAGES.get(tag, LANGUAGES[OFFICIAL])
