"""Tells which of the topics offered a person types: "yes", "the second", its words. Pure.

Everything a button can do can be typed; so an answer to "did you mean …?" is no new question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.answering.answers import title_of
from knowledge.matching.words import tokenize, words_of
from knowledge.schema import LANGUAGES, Content
from knowledge.understanding.lists import NUMBERS, OTHER, PLACES, by_word
from knowledge.understanding.slots import singular
from knowledge.understanding.splitting import begins_to_ask
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

_POINTING = _BESIDE | words_of(
    "wait hmm so fr but what whats did you u by said mentioned told part thing line point "
    "espere ya pues pero con que se refiere dijo menciono parte cosa linea punto"
)
"""Words that add nothing to a place: "wait, what did you mean by the first part"."""

_MISSED = words_of(
    "answer answered answering question skipped missed contesto contestaste respondio respondiste "
    "falto pregunta"
)
"""Words about what the person asked, not what they were offered."""

_MISSING = _POINTING | _MISSED | words_of("not no never didnt havent still my mi me aun todavia")
"""Words that add nothing to the place of such a question: "no me contestó la 3"."""

_IS_SO = re.compile(r"es\b", re.IGNORECASE)
"""How a Spanish sentence may begin that asks nothing."""

_ASKING = words_of(
    "how what who whom where when why which que como cuando donde cual quien cuanto cuanta"
)

_OF_NO_WEIGHT = words_of(
    "not no never none nothing dont doesnt isnt wasnt didnt tampoco nunca nada ninguno ninguna "
    "good great fine bad wrong true bueno bien mal malo cierto se me my mi"
)
"""Words that alone name no button, though one may hold them: "that is not right"."""

_MOST_WORDS = 8
"""A longer message says something of its own, unless it only points at a place."""


def pick(
    words: Sequence[str],
    offered: Sequence[Reading],
    content: Content,
    told: Reading | None = None,
    *,
    agrees: bool = True,
) -> Reading | None:
    """Return the topic that was taken of those offered; None where a message says another thing.

    Args:
        words: the message, in words without slips.
        offered: the topics, in the order of their buttons.
        content: tells what the buttons say.
        told: what was told whole and has no button: "yes" takes it, a number never does.
        agrees: whether a yes is one, and no question: see ``asks_whether_so``.
    """
    every = (told, *offered) if told else (*offered,)
    if not every or not words:
        return None
    said = [word for word in words if word not in _BESIDE]
    taken = _by_place(words, offered)
    if taken is None and len(words) <= _MOST_WORDS:
        taken = _by_words(said, every, content)
    if agrees and said and _AGREEING.issuperset(said) and (told or len(every) == 1):
        taken = every[0]
    return replace(taken, score=1.0) if taken else None


def only_agrees(words: Sequence[str]) -> bool:
    """Whether a message only says yes: "yeah, that one"."""
    return any(word in _AGREEING for word in words) and _AGREEING.union(_BESIDE).issuperset(words)


def asks_whether_so(text: str) -> bool:
    """Whether words that might agree are a question: "is that right", but not "es correcto"."""
    return text.rstrip().endswith("?") or (begins_to_ask(text) and not _IS_SO.match(text))


def asks_for_other(words: Sequence[str]) -> bool:
    """Whether a message only points at "the other one"."""
    left = _left(words, _POINTING)
    return bool(left) and OTHER.issuperset(left)


def missed(words: Sequence[str], asked: Sequence[Reading | None]) -> int | None:
    """Return the place of the person's own numbered question that a message points at.

    "The 3" is one of these, with or without "you did not answer"; "the third one" or a bare "3"
    may be a button.
    """
    place = _place(words, _MISSING)
    numbered = any(word.isdigit() for word in words) and len(words) > 1
    own = numbered or not _MISSED.isdisjoint(words)
    return place if own and place is not None and place < len(asked) else None


def _by_place(words: Sequence[str], offered: Sequence[Reading]) -> Reading | None:
    """Read "the second one", or "one" alone."""
    if not offered:
        return None
    if _BESIDE.issuperset(words) and not {"one", "uno"}.isdisjoint(words):
        return offered[0]
    place = _place(words, _POINTING)
    return offered[place] if place is not None and place < len(offered) else None


def _place(words: Sequence[str], beside: frozenset[str]) -> int | None:
    """Return the only place that words name, where they say no more."""
    places = {_PLACES.get(word) for word in _left(words, beside)}
    return places.pop() if len(places) == 1 else None


def _left(words: Sequence[str], beside: frozenset[str]) -> list[str]:
    """Return the words that say something beside these and a yes."""
    return [word for word in words if word not in beside and word not in _AGREEING]


def _by_words(said: Sequence[str], offered: Sequence[Reading], content: Content) -> Reading | None:
    """Read words that stand on one of the buttons, in any language, and on no other."""
    wanted = {singular(word) for word in said if word not in _AGREEING}
    if wanted <= _ASKING | _OF_NO_WEIGHT:
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
