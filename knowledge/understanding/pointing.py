"""What a message points at: a button, the second one, the rest, the question before. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from knowledge.matching.words import tokenize
from knowledge.schema import SOURCE_LANGUAGE, Kind, Thing
from knowledge.understanding.context import (
    JOINED,
    About,
    is_of_a_list,
    last_two,
    others_shown,
    says_only_names,
)
from knowledge.understanding.judging import OF_WORDS, decided
from knowledge.understanding.lists import (
    THE_ONE,
    asks_for_the_rest,
    by_place,
    compared,
    in_state,
    ruled_out,
)
from knowledge.understanding.picking import (
    asks_for_other,
    asks_whether_so,
    missed,
    only_agrees,
    pick,
)
from knowledge.understanding.questions import Reader, Tongue, Understood
from knowledge.understanding.slots import Variant
from knowledge.understanding.splitting import pieces_of
from knowledge.verdicts import Clarify, Reading, Unknown, best_reading


class Pointer:
    """Finds what is pointed at among what was said, shown and asked in a chat."""

    def __init__(self, reader: Reader) -> None:
        """Take what reads the words that point."""
        self._reader = reader
        self._content = reader.content
        self._policy = reader.policy

    def pointed_at(self, text: str, about: About, language: str) -> Understood | None:
        """Read a message that only points at something: "the other one", "and the rest?"."""
        picked = self._picked(text, about, language) or self._rest(text, about, language)
        if picked is None and self._points_at_nothing(text, about):
            return self._which_part(text, language)
        return picked

    def _picked(self, text: str, about: About, language: str) -> Understood | None:
        """Read a message as the choice of one of the topics offered, where it is one."""
        if not (about.offered or about.told or about.shown or about.asked):
            return None
        words, corrections = self._reader.words_in(text)
        if (place := missed(words, about.asked)) is not None:
            return self._told_again(text, about.asked[place], language)
        if asks_for_other(words) and (others := others_shown(about)):
            return self._one_of(text, others, language)
        if about.listed and words[:1] and words[0] in JOINED:
            return None  # "and the last" goes on with the list, and picks no button
        agrees = not asks_whether_so(text)
        reading = pick(words, about.offered, self._content, about.told, agrees=agrees)
        if reading is None:
            return self._asked_again(text, words, about, language) if agrees else None
        return Understood(
            text=text,
            verdict=decided(self._content.topics[reading.topic], reading),
            language=language,
            slots=reading.slots,
            corrections=corrections,
            ranked=(reading,),
            decided_by="choice",
            confirms=only_agrees(words) and about.told is not None,
        )

    def _told_again(self, text: str, reading: Reading | None, language: str) -> Understood:
        """Read "you did not answer the 3rd" as that question, as sure as it was of it then."""
        if reading is None or reading.score < self._policy["gist_at"]:
            return self._which_part(text, language)
        sure_of_it = reading.score >= self._policy["answer_at"]
        topic = self._content.topics[reading.topic]
        return Understood(
            text=text,
            verdict=decided(topic, reading) if sure_of_it else Clarify(options=(reading,)),
            language=language,
            slots=reading.slots,
            ranked=(reading,),
            decided_by="follow-up",
        )

    def _one_of(self, text: str, others: tuple[Reading, ...], language: str) -> Understood:
        """Read "the other one" as what is left of what was shown; of several, which is asked."""
        taken, only = replace(others[0], score=1.0), len(others) == 1
        one = decided(self._content.topics[taken.topic], taken)
        return Understood(
            text=text,
            verdict=one if only else Clarify(options=others),
            language=language,
            slots=taken.slots if only else {},
            ranked=others,
            decided_by="choice" if only else "follow-up",
        )

    def _asked_again(
        self, text: str, words: list[str], about: About, language: str
    ) -> Understood | None:
        """Read "yes, that one" to several topics offered: which one is still to be asked."""
        if len(about.offered) <= 1 or not only_agrees(words):
            return None
        return Understood(
            text=text,
            verdict=Clarify(options=about.offered),
            language=language,
            ranked=about.offered,
            decided_by="choice",
        )

    def _rest(self, text: str, about: About, language: str) -> Understood | None:
        """Read "and the other six?" as the topic with what the last one left out."""
        last = self._content.topics.get(about.topic or "")
        rest = last.rest if last and asks_for_the_rest(text) else self._opposite_of(text)
        if rest is None:
            return None
        reading = Reading(topic=rest, score=1.0)
        return Understood(
            text=text,
            verdict=decided(self._content.topics[rest], reading),
            language=self._reader.language_of(text) or language,
            ranked=(reading,),
            decided_by="follow-up",
        )

    def without_the_listed(self, text: str, about: About) -> About:
        """Return a chat's subject without what was listed, for who asks more of the rest of it.

        "And the other six, how long did those take" is not about the six that were told.
        """
        last = self._content.topics.get(about.topic or "")
        if last is None or last.rest is None or not any(map(asks_for_the_rest, pieces_of(text))):
            return about
        slots = {k: keys for k, keys in about.slots.items() if not is_of_a_list(about, k)}
        return replace(about, slots=slots, listed=())

    def _which_part(self, text: str, language: str) -> Understood:
        """Ask in words which part is meant, where nothing said so far may be it."""
        topic = next((one for one in self._content.topics.values() if one.asks_which), None)
        asked = Reading(topic=topic.id, score=1.0) if topic else None
        return Understood(
            text=text,
            verdict=decided(topic, asked) if topic and asked else Unknown(),
            language=self._reader.language_of(text, language) or language,
            ranked=(asked,) if asked else (),
            decided_by="follow-up",
        )

    def _points_at_nothing(self, text: str, about: About) -> bool:
        """Whether a message only says "the other one" where nothing has another one."""
        words, _ = self._reader.words_in(text)
        return asks_for_other(words) and self.named_by_place(text, about) == text

    def _opposite_of(self, text: str) -> str | None:
        """Return the topic with all but what "not the university ones" rules out, if there is one.

        Only words are asked, whatever the chat is about: which of two lists they rule out is
        plain in them, or it is not meant.
        """
        said = ruled_out(text)
        if said is None:
            return None
        read = self._reader.read_plain(said, About(), Tongue(None, SOURCE_LANGUAGE), OF_WORDS)
        best = best_reading(read.verdict)
        likely = best is not None and best.score >= self._policy["guess_at"]
        return self._content.topics[best.topic].rest if best and likely else None

    def named_by_place(self, text: str, about: About) -> str:
        """Return a message with the names of what "the second one" or "which pays more" mean."""
        listed = [*map(self._content.things.get, about.listed)]
        spoken_of = [key for keys in about.slots.values() for key in keys]
        named = by_place(text, listed, spoken_of) if listed else text
        if named == text and asks_for_other(tokenize(text)):
            return by_place(text, [*map(self._content.things.get, last_two(about))], spoken_of)
        variant = self._reader.finder.variants(tokenize(text), text)[0]
        if named != text or variant.slots:
            return self._school_in(variant, listed) or named
        kinds = [*about.slots, *(thing.kind for thing in listed if thing)]
        named = self._named_in_part(text, kinds)
        return compared(text, listed) if listed and named == text else named

    def _school_in(self, variant: Variant, listed: Sequence[Thing | None]) -> str:
        """Return the name of the listed school that "tell me about Indiana" means, if one is."""
        match [*variant.slots.items()]:
            case [(Kind.STATE, (state,))] if says_only_names(variant.text):
                return in_state(self._content.things[state], listed)
            case _:
                return ""

    def _named_in_part(self, text: str, kinds: Sequence[str]) -> str:
        """Return a message with the name that "the security one" is a part of."""
        said = " ".join(tokenize(text))
        for found in THE_ONE.finditer(said):
            part = (found["one"] or found["de"]).split()
            named = self._reader.finder.by_part(part, kinds, self._reader.phrases.ordinary)
            things = map(self._content.things.__getitem__, chain.from_iterable(named.values()))
            if names := " and ".join(thing.name.say(SOURCE_LANGUAGE) for thing in things):
                article = found["the"] or found["el"]
                return f"{said[: found.start()]}{article} {names}{said[found.end() :]}"
        return text
