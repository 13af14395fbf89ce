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
from knowledge.matching.words import is_slot, tokenize
from knowledge.schema import OWN, SOURCE_LANGUAGE, Content
from knowledge.understanding.abroad import Abroad
from knowledge.understanding.context import About, latest_last
from knowledge.understanding.credentials import Credentials
from knowledge.understanding.following import Follower
from knowledge.understanding.judging import (
    OF_MEANING,
    OF_WORDS,
    Weights,
    judge,
    sure,
)
from knowledge.understanding.known_names import KnownNames
from knowledge.understanding.phrases import Phrases, options_of, samples_of, short_words
from knowledge.understanding.ranking import Ranker
from knowledge.understanding.revising import Question, Reviser
from knowledge.understanding.slots import Finder, Variant
from knowledge.understanding.stories import in_view_of, story_in
from knowledge.understanding.whereabouts import Whereabouts
from knowledge.verdicts import Clarify, Reading, Slots, Verdict

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
        self._reviser = Reviser(content, self.policy, phrases, self.credentials, self.abroad)

    @property
    def has_meaning(self) -> bool:
        """Whether an embedding can be asked now (see :meth:`prepare`)."""
        return self.matcher.meaning is not None

    def prepare(self) -> None:
        """Make the embedding ready, where there is one. Takes seconds: keep it off the loop."""
        if self.encoder and not self.has_meaning:
            self._ranker.expecting.prepare(self.encoder)
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
        return self._heard(text, variants, about, plain, deeper=deeper), len(tokens)

    def _heard(
        self,
        text: str,
        variants: tuple[Variant, ...],
        about: About,
        plain: str | None,
        *,
        deeper: bool,
    ) -> list[Reading]:
        """Return what a text may mean by its scores: a story in view of what it asks, too."""
        whole = self._ranker.rank(variants, about, plain, deeper=deeper)
        if (story := story_in(text)) is None:
            return whole
        told, asked = (self._named(part, about) for part in story)
        about = replace(about, slots=latest_last(about.slots, told[0].slots))
        return in_view_of(self._ranker.rank(asked, about, plain, deeper=deeper), whole)

    def _named(self, text: str, about: About) -> tuple[Variant, ...]:
        """Return the ways to take the names of a part of a text, its spelling repaired."""
        return self._variants(self.words_in(text)[0], text, about)

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
        ranked = followed
        if not followed:
            heard = self._heard(text, variants, about, tongue.plain, deeper=deeper)
            judged = sure(heard, self.content, len(tokens), weights, by_words)
            ranked = self._held_back(judged)
        best = ranked[0] if ranked else None
        variant = next((v for v in variants if best and _fits(best, v.slots)), variants[0])
        verdict = judge(ranked, self.content, self.policy)
        asked = Question(text=text, plain=variants[0], variant=variant, about=about, ranked=ranked)
        verdict = self._reviser.revised(verdict, asked)
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

    def _variants(self, tokens: list[str], text: str, about: About) -> tuple[Variant, ...]:
        """Return the ways to take the names of a text, by what the chat knows of its person."""
        variants = self.finder.variants(tokens, text)
        return tuple(self.abroad.as_told(variant, text, about) for variant in variants)

    def words_in(self, text: str) -> tuple[list[str], tuple[Correction, ...]]:
        """Split into words, each repaired against everything the content says."""
        return self.speller.repair(tokenize(text))


def _fits(reading: Reading, slots: Slots) -> bool:
    return all(reading.slots.get(kind) == keys for kind, keys in slots.items())
