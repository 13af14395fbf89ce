"""What language a few words are written in, told from samples of each."""

from __future__ import annotations

from knowledge.matching.languages import LanguageGuesser

SAMPLES = {
    "en": ["no car and no money", "is there a school near me", "my idea of the training"],
    "es": ["no tengo carro", "no puedo pagar", "no hay escuela cerca", "no entiendo la idea"],
}
GUESSER = LanguageGuesser(SAMPLES)


def test_each_language_is_told() -> None:
    assert GUESSER.guess("is there any school")[0] == "en"  # type: ignore[index]
    assert GUESSER.guess("tengo que pagar la escuela")[0] == "es"  # type: ignore[index]


def test_a_word_said_again_says_no_more() -> None:
    assert GUESSER.guess("no no no") == GUESSER.guess("no")


def test_a_short_word_of_both_languages_settles_nothing() -> None:
    found = GUESSER.guess("no")
    assert found
    assert found[1] < 0.9


def test_words_of_a_language_are_known_among_those_of_another() -> None:
    samples = {"en": ["what is the training online"] * 20, "es": ["hay cursos y escuelas"] * 20}
    guesser = LanguageGuesser(samples)
    assert guesser.has_words_of("es", "hay training online")
    assert not guesser.has_words_of("es", "what is the training")
    assert not guesser.has_words_of("fr", "hay training online")


def test_what_nobody_said_tells_nothing() -> None:
    assert GUESSER.guess("42 {role}") is None
