"""Tells which of the topics offered a person types: "yes", "the second", its words. Pure.

Everything a button can do can be typed; so an answer to "did you mean …?" is no new question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.answering.answers import title_of
from knowledge.matching.words import tokenize, words_of
from knowledge.schema import LANGUAGES, Content
from knowledge.understanding.lists import NUMBERS, PLACES, by_word
from knowledge.understanding.slots import singular
from knowledge.verdicts import Reading

_PLACES = {**NUMBERS, **PLACES, **by_word(("1ro 1ra", "2do 2da", "3ro 3ra", "4to 4ta"))}
"""Which of a row of buttons a word means, counted from the first, or from the last (-1)."""

_AGREEING = words_of(
    "yes yeah yep yup yea ya sure correct right exactly that this si claro eso ese esa exacto "
    "correcto sip simon"
)
"""Words that take the only thing offered, or what was just told as a guess."""

_BESIDE = words_of(
    "the a an one ones option number button choice answer please pls plz i id want mean meant "
    "pick choose choosing would like is it was thats its tell me more about on of go with ok "
    "okay and el la los las lo un una uno opcion numero boton por favor quiero quise decir de "
    "es era respuesta escojo elijo digame dime mas sobre y o interesa"
)
"""Words that add nothing to a choice."""

_ASKING = words_of(
    "how what who whom where when why which que como cuando donde cual quien cuanto cuanta"
)

_MOST_WORDS = 8
"""A longer message says something of its own."""


def pick(
    words: Sequence[str],
    offered: Sequence[Reading],
    content: Content,
    told: Reading | None = None,
) -> Reading | None:
    """Return the topic that was taken of those offered; None where a message says another thing.

    Args:
        words: the message, in words without slips.
        offered: the topics, in the order of their buttons.
        content: tells what the buttons say.
        told: what was told whole and has no button: "yes" takes it, a number never does.
    """
    every = (told, *offered) if told else (*offered,)
    if not every or not 0 < len(words) <= _MOST_WORDS:
        return None
    said = [word for word in words if word not in _BESIDE]
    taken = _by_place(words, said, offered) or _by_words(said, every, content)
    if said and _AGREEING.issuperset(said) and (told or len(every) == 1):
        taken = every[0]
    return replace(taken, score=1.0) if taken else None


def only_agrees(words: Sequence[str]) -> bool:
    """Whether a message only says yes: "yeah, that one"."""
    return any(word in _AGREEING for word in words) and _AGREEING.union(_BESIDE).issuperset(words)


def _by_place(
    words: Sequence[str], said: Sequence[str], offered: Sequence[Reading]
) -> Reading | None:
    """Read "the second one", or "one" alone."""
    if not offered:
        return None
    if not said and not {"one", "uno"}.isdisjoint(words):
        return offered[0]
    places = {_PLACES.get(word) for word in said if word not in _AGREEING}
    place = places.pop() if len(places) == 1 else None
    return offered[place] if place is not None and place < len(offered) else None


def _by_words(said: Sequence[str], offered: Sequence[Reading], content: Content) -> Reading | None:
    """Read words that stand on one of the buttons, in any language, and on no other."""
    wanted = {singular(word) for word in said if word not in _AGREEING}
    if wanted <= _ASKING:
        return None
    holding = [
        reading
        for reading in offered
        if any(
            wanted <= {singular(word) for word in tokenize(title_of(content, reading, language))}
            for language in LANGUAGES
        )
    ]
    return holding[0] if len(holding) == 1 else None
