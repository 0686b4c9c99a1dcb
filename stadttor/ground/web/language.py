"""The language a page is written in: which one, and its texts.

A text is its English wording (gettext's msgid) with {placeholders}; `_` gives it in the language of the running
request, falling back de-simple → de → English. The language of a request comes from `?lang=`, else the cookie, else
Accept-Language, else German.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import NullTranslations

from django.http import HttpRequest, HttpResponse
from markupsafe import Markup, escape

from stadttor.core.languages import LANGUAGES, OFFICIAL, Language, language
from stadttor.ground.web.catalogs import catalog

COOKIE = "language"
COOKIE_AGE = 365 * 24 * 3600
_TWO_DOTS = re.compile(r"(?<!\.)\.(</[a-z]+>)?\.(?!\.)")
_current: ContextVar[str] = ContextVar("language", default=OFFICIAL)


def current() -> Language:
    """The language of the running request or of the enclosing `speaking` block; German outside of both."""
    return language(_current.get())


def language_name(tag: str) -> str:
    """What a language is called for whoever reads now: a German reader may not be able to read `العربية`; for all others
    as it calls itself."""
    return LANGUAGES[tag].german if tag in LANGUAGES and current().locale == OFFICIAL else language(tag).name


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Within this block texts come in the language `tag`: `with speaking("ar"): …` (mails, letters, jobs)."""
    token = _current.set(tag if tag in LANGUAGES else OFFICIAL)
    try:
        yield
    finally:
        _current.reset(token)


def _(msgid: str, **values: object) -> str:
    """The text in the current language with its {placeholders} filled."""
    text = translations(_current.get()).gettext(msgid) if msgid else ""
    if not values:
        return text
    said = text.format(**values)
    return one_dot(said) if "}." in text else said


def N_(msgid: str) -> str:  # noqa: N802  (gettext's own name for it)
    """Marks a text for translation and returns it as it is: for names said later, by `_(name)`."""
    return msgid


def ngettext(singular: str, plural: str, count: int, **values: object) -> str:
    """The text for `count` things in the current language; {count} is filled."""
    text = translations(_current.get()).ngettext(singular, plural, count)
    return text.format(count=count, **values)


def with_markup(msgid: str, **values: object) -> Markup:
    """A text whose values may be HTML (links): the text is escaped, Markup values are kept, others escaped."""
    return Markup(one_dot(str(escape(_(msgid)).format(**values))))  # noqa: S704  # escaped above; only a dot is taken away


def one_dot(text: str) -> str:
    """A value that ends with the dot of an abbreviation (`Weißenburg i. Bay.`, `2026 р.`) ends the sentence with it."""
    return _TWO_DOTS.sub(r".\1", text)


@lru_cache(maxsize=len(LANGUAGES))
def translations(tag: str) -> NullTranslations:
    """The texts of a language; English is the msgid itself."""
    found = catalog(tag)
    if tag == "de-simple":
        found.add_fallback(translations("de"))
    return found


class LanguageMiddleware:
    """Sets `request.language` and speaks it while the view runs; `?lang=` is remembered in a cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("lang", "") if request.META.get("QUERY_STRING") else ""
        tag = chosen(wanted, request.COOKIES.get(COOKIE, ""), request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
        request.language = tag  # type: ignore[attr-defined]  # ours, on Django's request
        with speaking(tag):
            response = self.get_response(request)
        if wanted in LANGUAGES:
            response.set_cookie(COOKIE, wanted, COOKIE_AGE, secure=request.is_secure(), httponly=True, samesite="Lax")
        response.headers.setdefault("Content-Language", tag)
        return response


def chosen(wanted: str, remembered: str, accepted: str) -> str:
    """The tag of the language to speak: what was asked for, was remembered, the browser prefers, or German."""
    for tag in (wanted, remembered):
        if tag in LANGUAGES:
            return tag
    return _preferred(accepted[:500])


@lru_cache(maxsize=256)
def _preferred(accepted: str) -> str:
    """Browsers of one language send one of few headers."""
    return next((tag for tag in _preferences(accepted) if tag in LANGUAGES), OFFICIAL)


def _preferences(accepted: str) -> list[str]:
    """The primary tags of an Accept-Language header (RFC 9110 §12.5.4), the best first."""
    ranked = []
    for entry in accepted.split(","):
        tag, _sep, weight = entry.strip().partition(";q=")
        ranked.append((-_quality(weight), tag.strip().split("-")[0].lower()))
    return [tag for _quality_of, tag in sorted(ranked, key=lambda pair: pair[0])]


def _quality(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0
