"""One question, from its words to a verdict: names out, topics ranked, context filled in. Pure.

    text → words → names (slots) → topics ranked → context → verdict

A wrong answer costs more than a silence: the thresholds are in the content's policy, each with
its reason, and were chosen on validation questions only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple

from knowledge.matching.languages import LanguageGuesser
from knowledge.matching.matching import Matcher
from knowledge.matching.semantic import Encoder
from knowledge.matching.spelling import Correction, Speller
from knowledge.matching.words import is_slot, tokenize, words_of
from knowledge.schema import CHECK, OWN, SOURCE_LANGUAGE, Content
from knowledge.understanding.abroad import Abroad
from knowledge.understanding.context import About, hangs_on_it, is_subject
from knowledge.understanding.credentials import Credentials
from knowledge.understanding.following import Follower
from knowledge.understanding.judging import (
    MOST_OPTIONS,
    OF_MEANING,
    OF_WORDS,
    Weights,
    judge,
    likeliest,
    sure,
)
from knowledge.understanding.known_names import KnownNames
from knowledge.understanding.phrases import Phrases, options_of, samples_of, short_words
from knowledge.understanding.ranking import Ranker
from knowledge.understanding.slots import Finder, Variant
from knowledge.understanding.splitting import asks
from knowledge.understanding.told import tells
from knowledge.understanding.whereabouts import Whereabouts
from knowledge.verdicts import Answer, Clarify, Reading, Slots, Unknown, Verdict, best_reading

_WHETHER = words_of(
    "can could may allowed accept hire hired no possible still "
    "puedo puede podria podre aceptan dejan contratan posible tampoco"
)
"""Words that ask whether something is open to who asks, whatever they are."""

_BARELY = 0.99
"""What keeps a score below a threshold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """One question understood, with everything needed to explain how."""

    text: str
    verdict: Verdict
    language: str
    slots: Slots = field(default_factory=dict)
    excluded: Slots = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    ranked: tuple[Reading, ...] = ()
    rest: str = ""
    """The words that were matched, names taken out."""
    decided_by: str = "words"
    """The part that decided: ``words``, ``follow-up``, ``meaning`` (the embedding), or ``choice``
    where a person typed which of the topics offered they meant."""
    number: int = 0
    """Its place where who asked numbered their questions, counted from 1."""
    confirms: bool = False
    """Whether it only says yes to the answer that was just told whole as a guess."""
    in_doubt: bool = False
    """Whether words alone left doubt, so that the embedding is worth its milliseconds."""


class Tongue(NamedTuple):
    """What a text is written in."""

    plain: str | None
    """Its language, where the text itself tells."""
    assumed: str
    """What to take it for where it does not."""


class Reader:
    """A content made ready for single questions to be understood by it; immutable once built."""

    def __init__(self, content: Content, encoder: Encoder | None = None) -> None:
        self.content = content
        self.encoder = encoder
        self.finder = Finder(content)
        self.policy = {name: threshold.value for name, threshold in content.policy}
        self.phrases = phrases = Phrases(content, self.finder)
        self.matcher = Matcher.build(phrases.all, options=options_of(content), semantic=encoder)
        self.credentials = Credentials(content, self.finder)
        self._ranker = Ranker(
            content, self.finder, self.matcher, phrases, self.policy, self.credentials
        )
        self._follower = Follower(content, self.finder, phrases, self.policy["follow_up_score"])
        self.speller = Speller(
            phrases.words + Counter(chain(self.finder.vocabulary(), short_words(content))),
            dict.fromkeys(phrase.language for phrase in phrases.all),
        )
        self.names = KnownNames(content, phrases.words)
        self.guesser = LanguageGuesser(samples_of(content))
        self.whereabouts = Whereabouts(content, frozenset(phrases.words))
        self.abroad = Abroad(content, self.finder)

    @property
    def has_meaning(self) -> bool:
        """Whether an embedding can be asked now (see :meth:`prepare`)."""
        return self.matcher.meaning is not None

    def prepare(self) -> None:
        """Make the embedding ready, where there is one. Takes seconds: keep it off the loop."""
        self.matcher.prepare()

    def language_of(self, text: str, assumed: str = SOURCE_LANGUAGE) -> str | None:
        """Return the language of a text where it is plain, else None.

        Who is taken to speak another language than the source's has not left it for some words of
        the source's ("y online", "part time", "i need help pero no se").

        A word or two are enough where they are a phrasing of one language alone ("hola"), or name
        what people are in another language than the source's ("limpio casas"): English names of
        jobs are used in any language, and names of places say nothing.
        """
        variant = self.finder.variants(tokenize(text), text)[0]
        guess = self._sure_language(variant.text)
        if guess == SOURCE_LANGUAGE != assumed and not self._has_left(assumed, variant.text):
            return None
        plain = [word for word in variant.text.split() if not is_slot(word)]
        if len(plain) >= self.policy["language_words"]:
            return guess
        if variant.text in self.phrases.only_in:
            return self.phrases.only_in[variant.text] if guess else None
        if not variant.slots or not OWN.issuperset(variant.slots) or len(tokenize(text)) == 1:
            return None
        named = self._sure_language(text)
        return None if named == SOURCE_LANGUAGE else named

    def _has_left(self, language: str, words: str) -> bool:
        """Whether so much is said without a word of a language that it is another one."""
        enough = len(words.split()) > self.policy["language_words"]
        return enough and not self.guesser.has_words_of(language, words)

    def _sure_language(self, words: str) -> str | None:
        guess = self.guesser.guess(words)
        return guess[0] if guess and guess[1] >= self.policy["language_at"] else None

    def language_beside_places(self, text: str, assumed: str) -> str | None:
        """Return the language of a text but for its city: El Paso is no Spanish."""
        placed = self.whereabouts.place(text)
        return self.language_of(placed.rest if placed else text, assumed)

    def read_one(self, text: str, about: About, tongue: Tongue, deeper: bool) -> Understood:
        """Read a text as one question, by its words and where they leave doubt by its meaning."""
        placed = self.whereabouts.place(text)
        said = placed.text if placed else text
        read = self.read_plain(said, about, tongue, OF_WORDS)
        if deeper and read.in_doubt and self.has_meaning:
            by_words = read.ranked[0].topic if read.ranked else None
            read = self.read_plain(said, about, tongue, OF_MEANING, by_words)
        if placed is None:
            return read
        return replace(read, text=text, verdict=self.whereabouts.mark(read.verdict, placed))

    def ranked(self, text: str, about: About, *, deeper: bool) -> tuple[list[Reading], int]:
        """Return readings by their scores before they are judged, and how many words were said.

        For those who fit the judge; a follow-up that names another thing has no scores.
        """
        tokens, _ = self.words_in(text)
        variants = self._variants(tokens, text, about)
        if self._follower.follow(variants, about):
            return [], 0
        plain = self.language_of(text)
        return self._ranker.rank(variants, about, plain, deeper=deeper), len(tokens)

    def read_plain(
        self,
        text: str,
        about: About,
        tongue: Tongue,
        weights: Weights,
        by_words: str | None = None,
    ) -> Understood:
        """Read a text without its city, in one of the two ways that the weights are of.

        Args:
            text: what was said.
            about: what the chat is about.
            tongue: what it is written in.
            weights: of words alone, or of words and meaning.
            by_words: the topic that words alone put first, once meaning is asked too.
        """
        tokens, corrections = self.words_in(text)
        variants = self._variants(tokens, text, about)
        followed = self._follower.follow(variants, about)
        deeper = weights is OF_MEANING
        ranked, worth_asking = followed, 1.0
        if not followed:
            heard = self._ranker.rank(variants, about, tongue.plain, deeper=deeper)
            ranked, worth_asking = sure(heard, self.content, len(tokens), weights, by_words)
            ranked = self._held_back(ranked)
        best = ranked[0] if ranked else None
        variant = next((v for v in variants if best and _fits(best, v.slots)), variants[0])
        verdict = judge(ranked, worth_asking, self.content, self.policy)
        if isinstance(verdict, Answer) and _repeats(verdict.reading, about):
            others = [reading for reading in ranked if not _repeats(reading, about)]
            if any(one.score >= self.policy["guess_at"] for one in others):
                verdict = judge(others, worth_asking, self.content, self.policy)
        verdict = _unless_put_in(verdict)
        if isinstance(verdict, Unknown) and (known := self._of_what_is_told(text, variants[0])):
            verdict = Clarify(options=known)
        verdict = self._with_what_was_told(verdict, variant, about)
        verdict = self._earned_elsewhere(verdict, about)
        verdict = self._still_so(verdict, variant, about)
        verdict = self.credentials.meant_by(verdict, variant, about)
        if isinstance(verdict, Answer) and about.lost and hangs_on_it(variant):
            verdict = Clarify(options=(verdict.reading,))
        return Understood(
            text=text,
            verdict=verdict,
            language=tongue.plain or tongue.assumed,
            slots=variant.slots,
            excluded=variant.excluded,
            corrections=corrections,
            ranked=tuple(ranked[:5]),
            rest=variant.text,
            decided_by="follow-up" if followed else "meaning" if deeper else "words",
            in_doubt=not followed and self._is_in_doubt(verdict, best),
        )

    def _is_in_doubt(self, verdict: Verdict, best: Reading | None) -> bool:
        """Whether words leave doubt: the best is not clear, or a second one is as likely."""
        if best is None or best.score < self.policy["clear_at"]:
            return True
        return isinstance(verdict, Clarify) and verdict.missing is None

    def _held_back(self, ranked: Sequence[Reading]) -> list[Reading]:
        """Return readings with those that "it" was put in for behind the others, and not told.

        What was named before fills a gap in what is asked; it is not what is asked. Such a reading
        may still be chosen by its button.
        """
        most = self.policy["gist_at"] * _BARELY
        held = (one.scored(min(one.score, most)) for one in ranked if one.put_in)
        return [*(one for one in ranked if not one.put_in), *held]

    def _of_what_is_told(self, text: str, variant: Variant) -> tuple[Reading, ...]:
        """Return the topics that the bare names of a message lead to, where it asks nothing.

        Who tells that they have a GED and live in Texas is better offered both than nothing.
        """
        if asks(text) or not tells(variant.text):
            return ()
        score = self.policy["offer_at"]
        return tuple(
            Reading(topic=topic, slots={kind: keys}, score=score)
            for kind, keys in variant.slots.items()
            for topic in self.phrases.exact.get(f"{{{kind}}}", {})
            if kind in self.content.topics[topic].needs
        )[:MOST_OPTIONS]

    def _variants(self, tokens: list[str], text: str, about: About) -> tuple[Variant, ...]:
        """Return the ways to take the names of a text, by what the chat knows of its person."""
        variants = self.finder.variants(tokens, text)
        return tuple(self.abroad.as_told(variant, text, about) for variant in variants)

    def _with_what_was_told(self, verdict: Verdict, variant: Variant, about: About) -> Verdict:
        """Return "can I get in" with what the person is, as far as the chat knows.

        Nobody who said it is asked again; the answer says whom it is about.
        """
        if not isinstance(verdict, Answer):
            return verdict
        reading = verdict.reading
        checks = self.content.topics[reading.topic].composer == CHECK
        if not checks or not OWN.isdisjoint((*reading.slots, *variant.excluded)):
            return verdict
        told = {kind: keys for kind, keys in about.slots.items() if kind in OWN}
        carried = (*reading.carried, *told)
        reading = replace(reading, slots={**reading.slots, **told}, carried=carried)
        return replace(verdict, reading=reading)

    def _earned_elsewhere(self, verdict: Verdict, about: About) -> Verdict:
        """Return "she has a bachelor's" of somebody from abroad as a degree from there, or asked.

        What a degree opened is known of those of this country.
        """
        best = best_reading(verdict)
        abroad = self.content.topics[best.topic].abroad if best else None
        if best is None or abroad not in self.content.topics:
            return verdict
        if not self.abroad.is_unsaid(best.slots, about):
            return verdict
        others = verdict.options if isinstance(verdict, Clarify) else (best,)
        others = tuple(one for one in others if one.topic != abroad)
        return Clarify(options=(replace(best, topic=abroad), *others)[:MOST_OPTIONS])

    def _still_so(self, verdict: Verdict, variant: Variant, about: About) -> Verdict:
        """Return a doubtful "that one is probably a no?" with what was just told, as of a record.

        What stays so for all that somebody asks next is likelier meant than what has but some of
        their words.
        """
        if not isinstance(verdict, Clarify) or verdict.missing or about.topic not in about.lasting:
            return verdict
        best, words = verdict.options[0], variant.text.split()
        told = any(one.topic == about.topic for one in verdict.options)
        guess = likeliest(verdict.options, self.content, self.policy)
        likely = guess is not None and guess.score >= self.policy["tell_at"]
        if told or likely or _WHETHER.isdisjoint(words):
            return verdict
        score = max(best.score, self.policy["gist_at"])
        still = Reading(topic=about.topic, slots=variant.slots, score=score)
        return replace(verdict, options=(still, *verdict.options)[:MOST_OPTIONS])

    def words_in(self, text: str) -> tuple[list[str], tuple[Correction, ...]]:
        """Split into words, each repaired against everything the content says."""
        return self.speller.repair(tokenize(text))


def _unless_put_in(verdict: Verdict) -> Verdict:
    """Return that we do not know where the only choice is one that "it" was put in for.

    A single choice is told however unlikely, and this one is hardly what is asked.
    """
    match verdict:
        case Clarify(options=(only,), missing=None) if only.put_in:
            return Unknown(nearest=(only,))
        case _:
            return verdict


def _repeats(reading: Reading, about: About) -> bool:
    """Whether a reading is what was said last, and only since the chat is about it.

    Who reads on and asks something else wants another answer: "how much is it" after all about a
    college. What is a phrasing word for word is wanted again.
    """
    return is_subject(reading, about) and bool(reading.carried) and not reading.exact


def _fits(reading: Reading, slots: Slots) -> bool:
    return all(reading.slots.get(kind) == keys for kind, keys in slots.items())
