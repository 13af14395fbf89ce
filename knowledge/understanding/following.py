"""Reads what only names another thing as the last question about it: "and the trainer?". Pure."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.matching.words import is_slot, words_of
from knowledge.schema import Content, Topic
from knowledge.understanding.context import FOLLOWING, JOINED, WHAT_IS, About
from knowledge.understanding.contrast import compared_kinds, set_with
from knowledge.understanding.judging import one_a_topic
from knowledge.understanding.phrases import Phrases
from knowledge.understanding.ranking import COMPARING
from knowledge.understanding.slots import Finder, Variant
from knowledge.verdicts import Reading, Slots

_LEAST, _LIKELY = 0.1, 0.3
"""How likely a reading is that was offered, so that it may be corrected, or else gone on with."""

_CORRECTING = words_of("meant mean quise refería digo decía")
_NOT = frozenset(("not", "no"))
"""Words that correct what was said before, and that take something back."""


class Follower:
    """Goes on with the last question of a chat."""

    def __init__(self, content: Content, finder: Finder, phrases: Phrases, score: float) -> None:
        """Take what is needed to know names and phrasings.

        Args:
            content: the topics.
            finder: finds what is named.
            phrases: the phrasings.
            score: how sure a reading is that goes on with the last question.
        """
        self._content = content
        self._finder = finder
        self._phrases = phrases
        self._score = score
        topics = content.topics.values()
        self._of_one = {topic.in_general: topic for topic in topics if topic.in_general}

    def follow(self, variants: tuple[Variant, ...], about: About) -> list[Reading]:
        """Read "and the trainer?" as the last question about another thing."""
        guessed = bool(about.offered) and about.offered[0].topic == about.topic
        if guessed:  # its answer was told while asking back: that is gone on with, if it can be
            return self._gone_on(variants, about) or self._asked_back(variants, about)
        return self._asked_back(variants, about) or self._gone_on(variants, about)

    def _gone_on(self, variants: tuple[Variant, ...], about: About) -> list[Reading]:
        """Read what only names another thing as the last topic about it.

        "And RHIT?" after the prices of all the tests asks for the price of one.
        """
        if (last := self._content.topics.get(about.topic or "")) is None:
            return []
        ways = (self._of_one.get(last.id, last), self._content.topics.get(last.in_state or ""))
        asked = (self._asked_of(topic, variants, about) for topic in ways if topic)
        return next(filter(None, asked), [])

    def _asked_of(
        self, topic: Topic, variants: tuple[Variant, ...], about: About
    ) -> list[Reading]:
        """Read what only names another thing as this topic about it."""
        compares = topic.composer == COMPARING
        kinds = compared_kinds(about) if compares else [*topic.needs, *topic.where]
        for variant in variants:
            words = _corrected(variant.text.split())
            if asks_what(words):
                continue  # "and the RHIA, what is it" is no question about its price
            named = self._only_named(variant, words, kinds)
            if named := set_with(named, about) if compares else named:
                slots = {**{k: v for k, v in about.slots.items() if k in kinds}, **named}
                if topic.is_about(slots):
                    carried = tuple(str(kind) for kind in slots if kind not in named)
                    score = self._score
                    return [Reading(topic=topic.id, slots=slots, score=score, carried=carried)]
        return []

    def _asked_back(self, variants: tuple[Variant, ...], about: About) -> list[Reading]:
        """Read "for the manager, I mean" as what was last asked of several, about this one alone.

        The last question is what it was asked back about, and not the one answered before. Where
        it may have been two, that is asked again, about what is named now.
        """
        for variant in variants:
            least = _LEAST if _is_corrected(variant.text) else _LIKELY
            likely = [one for one in about.offered if one.score >= least]
            words = _corrected(variant.text.split())
            renewed = (self._renewed(one, variant, words) for one in likely)
            found = [*one_a_topic(one for one in renewed if one)]
            if found and not asks_what(words):
                best = found[0].scored(self._score)
                return [best] if len(found) == 1 or _is_corrected(variant.text) else found
        return []

    def _renewed(self, reading: Reading, variant: Variant, words: list[str]) -> Reading | None:
        """Return a reading about what is named now, where its topic is about one such thing."""
        topic = self._content.topics[reading.topic]
        kinds = [kind for kind in topic.needs if kind in reading.slots]
        named = self._only_named(variant, words, kinds)
        slots = {**reading.slots, **named}
        if not named or topic.composer == COMPARING or not topic.is_about(slots):
            return None
        carried = tuple(kind for kind in slots if kind not in named)
        return Reading(topic=topic.id, slots=slots, score=reading.score, carried=carried)

    def _only_named(self, variant: Variant, words: list[str], kinds: Sequence[str]) -> Slots:
        """Return the things of these kinds that words name; none where they say more."""
        rest = [word for word in words if word not in FOLLOWING]
        plain = [word for word in rest if not is_slot(word)]
        if not plain:
            return {kind: keys for kind, keys in variant.slots.items() if kind in kinds}
        unnamed = len(plain) == len(rest) and not variant.slots
        if unnamed and not self._is_phrasing(variant.text, plain, kinds):
            return self._finder.by_part(plain, kinds, self._phrases.ordinary)
        return {}

    def _is_phrasing(self, text: str, plain: list[str], kinds: Sequence[str]) -> bool:
        """Whether words are a phrasing, alone or put after a thing of the chat.

        "So physician" after a therapist asks about the therapist, and not a physician assistant.
        """
        rest = " ".join(plain)
        left_out = (f"{{{kind}}} {words}" for kind in kinds for words in (text, rest))
        return text in self._phrases.exact or any(said in self._phrases.exact for said in left_out)


def asks_what(words: Sequence[str]) -> bool:
    """Whether a text asks what a thing is: "and what is it", "the RHIA, que es".

    In the middle the same words tell who somebody is: "my cousin, que es dentista". And "what is
    it for the trainer" asks what was asked before.
    """
    said = [word for word in words if word not in JOINED]
    end = said[:-1] if said[-1:] == ["it"] else said
    opens = "it" not in said and tuple(said[:2]) in WHAT_IS
    return opens or tuple(end[-2:]) in WHAT_IS


def _is_corrected(text: str) -> bool:
    """Whether a text says that what follows was meant all along."""
    return not _CORRECTING.isdisjoint(text.split())


def _corrected(words: list[str]) -> list[str]:
    """Return a correction without what it takes back: "i meant the manager, not the trainer"."""
    said = next((at for at, word in enumerate(words) if word in _CORRECTING), len(words))
    taken_back = next((at for at in range(said, len(words)) if words[at] in _NOT), len(words))
    return words[:taken_back]
