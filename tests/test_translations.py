"""Every interface text of the code is in every catalogue, with the same placeholders."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from knowledge.schema import LANGUAGES
from knowledge.texts import LOCALES, plural_translator, say_date, translator

ROOT = Path(__file__).parent.parent
ERRORS = ("GuideError", "NotFoundError", "ForbiddenError", "SignInError", "TooManyError")
KEYWORDS = {"_": None, "_n": (1, 2), "Command": (2,), "marked": None, **dict.fromkeys(ERRORS)}
TRANSLATED = LANGUAGES[1:]

Id = str | tuple[str, ...]


def texts_of_the_code() -> set[Id]:
    """Return what ``make texts`` finds: the texts handed to ``_``, ``_n`` and commands."""
    return {
        text
        for package in ("bot", "handlers", "knowledge")
        for _, _, text, _, _ in extract_from_dir(
            ROOT / package, method_map=[("**.py", "python")], keywords=KEYWORDS
        )
    }


def test_no_text_is_handed_to_a_translator_that_nothing_is_extracted_from() -> None:
    unnamed = re.compile(r"translator\([^()]*\)\(")
    for package in ("bot", "handlers", "knowledge"):
        for path in (ROOT / package).rglob("*.py"):
            assert not unnamed.search(path.read_text("utf-8")), f"{path.name}: name it _ first"


def catalogue(language: str) -> Catalog:
    with (LOCALES / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> dict[Id, Message]:
    found = (message for message in catalogue(language) if message.id)
    return {_id(message): message for message in found}


def _id(message: Message) -> Id:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _each(text: Id | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_of_the_code_is_translated(language: str) -> None:
    known, used = set(messages(language)), texts_of_the_code()
    assert used - known == set(), "run `make texts`, then translate what is new"
    assert known - used == set(), "run `make texts`: the code no longer says these"


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_empty_or_unsure(language: str) -> None:
    plurals = catalogue(language).num_plurals
    for text, message in messages(language).items():
        said = _each(message.string)
        assert not message.fuzzy, text
        assert all(said), text
        assert len(said) == (1 if isinstance(text, str) else plurals), text


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_the_placeholders(language: str) -> None:
    for text, message in messages(language).items():
        wanted = set().union(*map(placeholders, _each(text)))
        for said in _each(message.string):
            assert placeholders(said) == wanted, text


def test_words_plurals_and_dates_follow_the_language() -> None:
    assert translator("es")("Source: {sources}", sources="x") == "Fuente: x"
    people = plural_translator("es")
    assert [people("{n} person", "{n} people", n) for n in (0, 1, 2)] == [
        *("0 personas", "1 persona", "2 personas"),
    ]
    assert [say_date(day, "es") for day in ("2010", "2010-04", "2010-04-02", "undated")] == [
        *("2010", "abr 2010", "2 abr 2010", "sin fecha"),
    ]


def test_a_text_without_translation_stays_english() -> None:
    assert translator("es")("Nobody translated this {n}", n=1) == "Nobody translated this 1"
