"""Interface words in every language, from gettext catalogues (``locales/<language>.po``).

English is written in the code; a catalogue holds the rest. Catalogues are read as they are, so
there is nothing to compile and a translator sees a change at the next start.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import localedata
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from knowledge.errors import GuideError
from knowledge.schema import SOURCE_LANGUAGE

LOCALES = Path(__file__).parent / "locales"
_YEAR, _MONTH = 1, 2


@cache
def _translations(language: str) -> NullTranslations:
    path = LOCALES / f"{language}.po"
    if language == SOURCE_LANGUAGE or not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def translator(language: str) -> Callable[..., str]:
    """Return the function that says an English text in this language.

    Call it ``_`` so that the catalogue tools find its texts: ``_("Hello {name}", name=name)``.
    """
    translations = _translations(language)
    return lambda text, /, **values: translations.gettext(text).format(**values)


def say_error(error: GuideError, language: str) -> str:
    """Return what went wrong in this language; a text no catalogue has stays as it is."""
    text = _translations(language).gettext(error.text)
    return text.format(**error.values) if error.values else text


def plural_translator(language: str) -> Callable[..., str]:
    """Return the function for texts that depend on a number.

    Call it ``_n``: ``_n("{n} question", "{n} questions", n)``.
    """
    translations = _translations(language)

    def say(one: str, many: str, n: int, /, **values: object) -> str:
        return translations.ngettext(one, many, n).format(n=n, **values)

    return say


def locale_of(language: str) -> str:
    """Return how numbers, money and dates are written: as the country's speakers write them."""
    return f"{language}_US" if localedata.exists(f"{language}_US") else language


@lru_cache(maxsize=1000)
def say_date(as_of: str, language: str) -> str:
    """Return a date of a fact (a year, month or day, or ``undated``) as people write it."""
    _ = translator(language)
    if as_of == "undated":
        return _("no date given")
    parts = as_of.split("-")
    if len(parts) == _YEAR:
        return as_of
    day = date(int(parts[0]), int(parts[1]), int(parts[2]) if len(parts) > _MONTH else 1)
    pattern = "MMM y" if len(parts) == _MONTH else "d MMM y"
    return format_date(day, pattern, locale=locale_of(language))
