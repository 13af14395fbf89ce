"""From words to a verdict: names out, topics ranked, context filled in, then judged. Pure.

    text → words → names (slots) → topics ranked → context → verdict

A wrong answer costs more than a silence: the thresholds are in the content's policy, each with
its reason, and were chosen on validation questions only.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple

from knowledge.asides import Asides
from knowledge.comparing import MOST as MOST_COMPARED
from knowledge.context import (
    CURT,
    FOLLOWING,
    JOINED,
    PRONOUNS,
    WHAT_IS,
    About,
    Meant,
    after,
    hangs_on_it,
    latest_last,
    pronouns,
    recent,
    without_and,
)
from knowledge.judging import OF_MEANING, OF_WORDS, Weights, decided, judge, sure
from knowledge.known_names import KnownNames
from knowledge.languages import LanguageGuesser
from knowledge.lists import THE_ONE, asks_for_the_rest, by_place, compared, ruled_out
from knowledge.matching import Match, Matcher, Options, Phrase
from knowledge.origins import without_origin
from knowledge.picking import only_agrees, pick
from knowledge.schema import SOURCE_LANGUAGE, Content, Kind, Topic
from knowledge.selves import speaks_of_self
from knowledge.semantic import Encoder
from knowledge.slots import Finder, Variant, singular
from knowledge.spelling import Correction, Speller
from knowledge.splitting import BEFORE_QUESTION, CLAUSE, MOST_QUESTIONS, asks, split_questions
from knowledge.telling import Telling
from knowledge.verdicts import (
    Answer,
    Clarify,
    Reading,
    Slots,
    Unknown,
    Verdict,
    best_reading,
)
from knowledge.whereabouts import Whereabouts
from knowledge.words import is_slot, tokenize, words_of

_CORRECTING = words_of("meant mean quise refería")
_NOT = frozenset(("not", "no"))
"""Words that correct what was said before, and that take something back."""


_LEFT_OUT = 7
"""Words of a question that may leave out what it is about, where a phrasing names just that: "how
do I apply" is a phrasing of its own, but "{opening} how do I apply" is one too."""

_ORDINARY = 14
"""A word that the phrasings of one topic in so many say is a word that people ask with."""

EXACT = math.inf
"""The evidence for a topic one of whose phrasings a text is, word for word."""


SHORTEST_QUESTION = 4
"""Words of a part of a message that asks something of its own."""

_COMPARING = "compare"
"""The composer of topics that are about two things of a kind."""

_MAY = words_of(
    "can could may qualify qualified eligible allowed accept accepted count enough possible "
    "me take fit fits right "
    "puedo puede podría podré sirve sirvo cuenta alcanza aceptan aceptarían califico dejan posible"
)
"""Words that ask whether a role is open to somebody."""

_CHECKING = "eligibility"
"""The composer of the topic that checks what somebody could enter."""

_AGAINST = frozenset("and or vs versus against than from y e o u contra con with".split())
_APART = _AGAINST - frozenset("and y e con with".split())
_BETWEEN = frozenset("between entre compare comparar compara compareme".split())
"""Words between two things that are compared, those that alone compare, and before the first."""

CANDIDATES = 10
"""Topics looked at for each reading of a text."""

_OWN = frozenset((Kind.BACKGROUND.value, Kind.DEGREE.value))
"""Kinds of things that people are or have, named in words of their language."""


_SLOT_WORD = re.compile(r"\{[a-z]+\}")


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
    in_doubt: bool = False
    """Whether words alone left doubt, so that the embedding is worth its milliseconds."""


class Tongue(NamedTuple):
    """What a text is written in."""

    plain: str | None
    """Its language, where the text itself tells."""
    assumed: str
    """What to take it for where it does not."""


class Understanding:
    """A content made ready to understand questions; immutable once built."""

    def __init__(self, content: Content, encoder: Encoder | None = None) -> None:
        self.content = content
        self.encoder = encoder
        self.finder = Finder(content)
        self.policy = {name: threshold.value for name, threshold in content.policy}
        told = [*in_slots(content, self.finder)]
        phrases = [phrase for phrase, _ in told]
        self._asides = Asides(content.topics, ((p.intent, p.text, named) for p, named in told))
        self.matcher = Matcher.build(phrases, options=_options(content), semantic=encoder)
        self._placed = [topic for topic in content.topics.values() if topic.where]
        self._telling = Telling(content.topics.values())
        said = [tokenize(phrase.text) for phrase in phrases]
        self._exact = exact_phrases(phrases, said)
        self._only_in = only_in_one_language(phrases, said)
        self._ordinary = ordinary_words(phrases, said)
        words = Counter(chain.from_iterable(said))
        self.speller = Speller(
            words + Counter(chain(self.finder.vocabulary(), _short_words(content))),
            dict.fromkeys(phrase.language for phrase in phrases),
        )
        self.names = KnownNames(content, words)
        self.guesser = LanguageGuesser(_samples(content))
        self.whereabouts = Whereabouts(content, frozenset(words))

    @property
    def has_meaning(self) -> bool:
        """Whether an embedding can be asked now (see :meth:`prepare`)."""
        return self.matcher.meaning is not None

    def prepare(self) -> None:
        """Make the embedding ready, where there is one. Takes seconds: keep it off the loop."""
        self.matcher.prepare()

    def read(
        self, text: str, *, about: About | None = None, language: str = "en", deeper: bool = False
    ) -> list[Understood]:
        """Understand a message: one result for each question in it, in order.

        Args:
            text: what the person wrote.
            about: what the chat was about before.
            language: what to assume where the text itself does not tell.
            deeper: whether to ask the embedding where words leave doubt, if it is ready. That
                takes some milliseconds: keep it off the event loop.
        """
        about = about or About()
        if picked := self._picked(text, about, language):
            return [picked]
        if rest := self._rest(text, about, language):
            return [rest]
        if (named := self._named_by_place(text, about)) != text:
            about = replace(about, listed=())
            said = self.read(named, about=about, language=language, deeper=deeper)
            return [replace(said[0], text=text)] if len(said) == 1 else said
        tongue = Tongue(self._language_beside_places(text, language), language)
        whole = self._read_one(text, about, tongue, deeper)
        if isinstance(whole.verdict, Answer) and whole.ranked[0].exact:
            return [whole]
        if not isinstance(whole.verdict, Answer) and (asked := self._asked(text, about, tongue)):
            return [asked]
        questions = split_questions(text) or [text]
        if len(questions) == 1 and not CLAUSE.search(text):
            return [whole]
        parts: list[Understood] = []
        for question in questions:
            parts += self._clauses(question, about, tongue, deeper)
            about = after(about, parts[-1].verdict)
        return _without_bare_names(parts) if _are_several(parts, whole) else [whole]

    def _picked(self, text: str, about: About, language: str) -> Understood | None:
        """Read a message as the choice of one of the topics offered, where it is one."""
        if not about.offered:
            return None
        words, corrections = self._words(text)
        if about.listed and words[:1] and words[0] in JOINED:
            return None  # "and the last" goes on with the list, and picks no button
        reading = pick(words, about.offered, self.content)
        if reading is None:
            return self._asked_again(text, words, about, language)
        return Understood(
            text=text,
            verdict=decided(self.content.topics[reading.topic], reading),
            language=language,
            slots=reading.slots,
            corrections=corrections,
            ranked=(reading,),
            decided_by="choice",
        )

    def _asked_again(
        self, text: str, words: list[str], about: About, language: str
    ) -> Understood | None:
        """Read "yes, that one" to several topics offered: which one is still to be asked."""
        if len(about.offered) == 1 or not only_agrees(words):
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
        last = self.content.topics.get(about.topic or "")
        rest = last.rest if last and asks_for_the_rest(text) else self._opposite_of(text)
        if rest is None:
            return None
        reading = Reading(topic=rest, score=1.0)
        return Understood(
            text=text,
            verdict=decided(self.content.topics[rest], reading),
            language=self.language_of(text) or language,
            ranked=(reading,),
            decided_by="follow-up",
        )

    def _opposite_of(self, text: str) -> str | None:
        """Return the topic with all but what "not the university ones" rules out, if there is one.

        Only words are asked, whatever the chat is about: which of two lists they rule out is
        plain in them, or it is not meant.
        """
        said = ruled_out(text)
        if said is None:
            return None
        read = self._read_plain(said, About(), Tongue(None, SOURCE_LANGUAGE), OF_WORDS)
        best = best_reading(read.verdict)
        likely = best is not None and best.score >= self.policy["guess_at"]
        return self.content.topics[best.topic].rest if best and likely else None

    def _named_by_place(self, text: str, about: About) -> str:
        """Return a message with the names of what "the second one" or "which pays more" mean."""
        listed = [*map(self.content.things.get, about.listed)]
        spoken_of = [key for keys in about.slots.values() for key in keys]
        named = by_place(text, listed, spoken_of) if listed else text
        if named != text or self.finder.variants(tokenize(text), text)[0].slots:
            return named
        kinds = [*about.slots, *(thing.kind for thing in listed if thing)]
        named = self._named_in_part(text, kinds)
        return compared(text, listed) if listed and named == text else named

    def _named_in_part(self, text: str, kinds: Sequence[str]) -> str:
        """Return a message with the name that "the security one" is a part of."""
        said = " ".join(tokenize(text))
        for found in THE_ONE.finditer(said):
            part = (found["one"] or found["de"]).split()
            named = self.finder.by_part(part, kinds, self._ordinary)
            for key in chain.from_iterable(named.values()):
                name = self.content.things[key].name.say(SOURCE_LANGUAGE)
                article = found["the"] or found["el"]
                return f"{said[: found.start()]}{article} {name}{said[found.end() :]}"
        return text

    def _clauses(self, text: str, about: About, tongue: Tongue, deeper: bool) -> list[Understood]:
        """Read "how long is it and what does it pay" as two, where both are answered."""
        parts: list[Understood] = []
        before = about
        about = self._named_once(text, about)
        clauses = CLAUSE.split(text)
        for clause in clauses if len(clauses) <= MOST_QUESTIONS else [text]:
            parts.append(self._read_one(clause, about, tongue, deeper))
            about = after(about, parts[-1].verdict)
        if len(parts) == 1 or _go_together(parts):
            return parts
        return [self._read_one(text, before, tongue, deeper)]

    def _asked(self, text: str, about: About, tongue: Tongue) -> Understood | None:
        """Read only the question of "I teach in Florida, what does a trainer do".

        Only where words alone are sure of it and it names all that it is about: "can I still do
        this?" hangs on what was said before.
        """
        told, *questions = BEFORE_QUESTION.split(text)
        if len(questions) != 1 or asks(told):
            return None
        read = self._read_one(questions[0], about, tongue, deeper=False)
        if not isinstance(read.verdict, Answer):
            return None
        needs = self.content.topics[read.verdict.reading.topic].needs
        whole = needs and all(need in read.slots for need in needs)
        return replace(read, text=text) if whole else None

    def _named_once(self, text: str, about: About) -> About:
        """Return a chat's subject with what a sentence names: for all its questions, not the last.

        "How long is it and what does it cost to be a trainer" asks both about the trainer.
        """
        named = self.finder.variants(tokenize(text), text)[0].slots
        if any(len(keys) > 1 for keys in named.values()):
            return about
        return replace(about, slots=latest_last(about.slots, named))

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
        if variant.text in self._only_in:
            return self._only_in[variant.text] if guess else None
        if not variant.slots or not _OWN.issuperset(variant.slots) or len(tokenize(text)) == 1:
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

    def _language_beside_places(self, text: str, assumed: str) -> str | None:
        """Return the language of a text but for its city: El Paso is no Spanish."""
        placed = self.whereabouts.place(text)
        return self.language_of(placed.rest if placed else text, assumed)

    def _read_one(self, text: str, about: About, tongue: Tongue, deeper: bool) -> Understood:
        placed = self.whereabouts.place(text)
        said = placed.text if placed else text
        read = self._read_plain(said, about, tongue, OF_WORDS)
        if deeper and read.in_doubt and self.has_meaning:
            by_words = read.ranked[0].topic if read.ranked else None
            read = self._read_plain(said, about, tongue, OF_MEANING, by_words)
        if placed is None:
            return read
        return replace(read, text=text, verdict=self.whereabouts.mark(read.verdict, placed))

    def ranked(self, text: str, about: About, *, deeper: bool) -> tuple[list[Reading], int]:
        """Return readings by their scores before they are judged, and how many words were said.

        For those who fit the judge; a follow-up that names another thing has no scores.
        """
        tokens, _ = self._words(text)
        variants = self.finder.variants(tokens, text)
        if self._follow(variants, about):
            return [], 0
        plain = self.language_of(text)
        return self._rank(variants, about, plain, deeper=deeper), len(tokens)

    def _read_plain(
        self,
        text: str,
        about: About,
        tongue: Tongue,
        weights: Weights,
        by_words: str | None = None,
    ) -> Understood:
        tokens, corrections = self._words(text)
        variants = self.finder.variants(tokens, text)
        followed = self._follow(variants, about)
        deeper = weights is OF_MEANING
        ranked, worth_asking = followed, 1.0
        if not followed:
            heard = self._rank(variants, about, tongue.plain, deeper=deeper)
            ranked, worth_asking = sure(heard, self.content, len(tokens), weights, by_words)
        best = ranked[0] if ranked else None
        variant = next((v for v in variants if best and _fits(best, v.slots)), variants[0])
        verdict = judge(ranked, worth_asking, self.content, self.policy)
        if isinstance(verdict, Answer) and _repeats(verdict.reading, about):
            others = [reading for reading in ranked if not _repeats(reading, about)]
            if any(one.score >= self.policy["guess_at"] for one in others):
                verdict = judge(others, worth_asking, self.content, self.policy)
        verdict = self._with_what_was_told(verdict, variant, about)
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
            in_doubt=not (followed or (best and best.score >= self.policy["clear_at"])),
        )

    def _with_what_was_told(self, verdict: Verdict, variant: Variant, about: About) -> Verdict:
        """Return "can I get in" with what the person is, as far as the chat knows.

        Nobody who said it is asked again; the answer says whom it is about.
        """
        if not isinstance(verdict, Answer):
            return verdict
        reading = verdict.reading
        checks = self.content.topics[reading.topic].composer == _CHECKING
        if not checks or not _OWN.isdisjoint((*reading.slots, *variant.excluded)):
            return verdict
        told = {kind: keys for kind, keys in about.slots.items() if kind in _OWN}
        carried = (*reading.carried, *told)
        reading = replace(reading, slots={**reading.slots, **told}, carried=carried)
        return replace(verdict, reading=reading)

    def _words(self, text: str) -> tuple[list[str], tuple[Correction, ...]]:
        """Split into words, each repaired against everything the content says."""
        return self.speller.repair(tokenize(text))

    def _follow(self, variants: tuple[Variant, ...], about: About) -> list[Reading]:
        """Read "and the trainer?" as the last question about another thing."""
        topic = self.content.topics.get(about.topic or "")
        if topic is None:
            return []
        compares = topic.composer == _COMPARING
        kinds = _compared_kinds(about) if compares else [*topic.needs, *topic.where]
        for variant in variants:
            words = _corrected(variant.text.split())
            if _asks_what(words):
                continue  # "and the RHIA, what is it" is no question about its price
            named = self._only_named(variant, words, kinds)
            if named := _set_with(named, about) if compares else named:
                slots = {**{k: v for k, v in about.slots.items() if k in kinds}, **named}
                if _allowed(topic, slots):
                    score = self.policy["follow_up_score"]
                    carried = tuple(str(kind) for kind in slots if kind not in named)
                    return [Reading(topic=topic.id, slots=slots, score=score, carried=carried)]
        return []

    def _only_named(self, variant: Variant, words: list[str], kinds: Sequence[str]) -> Slots:
        """Return the things of these kinds that words name; none where they say more."""
        rest = [word for word in words if word not in FOLLOWING]
        plain = [word for word in rest if not _SLOT_WORD.fullmatch(word)]
        if not plain:
            return {kind: keys for kind, keys in variant.slots.items() if kind in kinds}
        unnamed = len(plain) == len(rest) and not variant.slots
        if unnamed and not self._is_phrasing(variant.text, plain, kinds):
            return self.finder.by_part(plain, kinds, self._ordinary)
        return {}

    def _is_phrasing(self, text: str, plain: list[str], kinds: Sequence[str]) -> bool:
        """Whether words are a phrasing, alone or put after a thing of the chat.

        "So physician" after a therapist asks about the therapist, and not a physician assistant.
        """
        rest = " ".join(plain)
        left_out = (f"{{{kind}}} {words}" for kind in kinds for words in (text, rest))
        return text in self._exact or any(said in self._exact for said in left_out)

    def _rank(
        self, variants: tuple[Variant, ...], about: About, language: str | None, *, deeper: bool
    ) -> list[Reading]:
        best: dict[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], Reading] = {}
        plain: Iterator[Meant] = ((one, ()) for one in variants)
        named = pronouns(variants[0], about, self.matcher.fillers)
        alone = _without_origin(variants[0])
        told: Iterator[Meant] = ((one, ()) for one in (alone,) if one)
        named = chain(
            named, self._left_out(variants[0], about), _own_put_first(variants[0], about)
        )
        for variant, meant in (*plain, *told, *named):
            for found in self._candidates(variant, about, language, deeper):
                topic = self.content.topics[found.intent]
                filled = self._filled(topic, variant, about)
                if filled is None:
                    continue
                slots, recalled = filled
                carried = (*recalled, *meant)
                if self._is_elsewhere(topic, variant, recalled, meant, about):
                    continue
                if variant is alone and _OWN.isdisjoint(topic.needs):
                    continue  # "nursing school in Texas" is about Texas
                fit = self._fit(topic, slots, variant, found.phrase)
                speaks = self._context_fit(topic.id, variant, about, carried=bool(carried))
                slots = {**variants[0].slots, **slots} if variant is alone else slots
                score = raised(found.score * fit, speaks)
                key = (topic.id, tuple(sorted(slots.items())))
                reading = Reading(
                    topic=topic.id,
                    slots=slots,
                    score=score,
                    phrase=found.phrase,
                    explained=found.explained,
                    likeness=found.likeness,
                    ahead=found.ahead,
                    meant=found.meant,
                    exact=found.evidence == EXACT,
                    goes_on=speaks,
                    carried=carried,
                )
                if key not in best or _place(reading) < _place(best[key]):
                    best[key] = reading
        return sorted(best.values(), key=_place)

    def _left_out(self, variant: Variant, about: About) -> Iterator[Meant]:
        """Yield a text with what its chat is about put first, where that is a phrasing."""
        if not CURT < len(variant.text.split()) <= _LEFT_OUT:
            return
        for kind, keys in recent(variant, about):
            said = f"{{{kind}}} {' '.join(without_and(variant.text.split()))}"
            if said in self._exact:
                slots = {**variant.slots, kind: keys}
                yield replace(variant, text=said, slots=slots), (kind,)

    def _candidates(
        self, variant: Variant, about: About, language: str | None, deeper: bool
    ) -> Iterable[Match]:
        """Return topics a text may mean: by likeness, or since it is a phrasing word for word."""
        text = variant.text
        recalled = {k: keys for k, keys in about.slots.items() if k not in variant.excluded}
        slots = {**variant.excluded, **recalled, **variant.slots}  # "no GED" is about the GED
        placed = self._placed if slots else ()
        barred = frozenset(topic.id for topic in placed if not _allowed(topic, slots))
        barred |= self._telling.barred(text)
        exact = {
            topic: phrase
            for topic, phrase in self._said_exactly(text).items()
            if topic not in barred and not self._is_for_others(topic, phrase, variant)
        }
        own = {t: p for t, p in exact.items() if _is_of(self.content.topics[t], text)}
        exact = own or exact  # "no tengo GED" is for the topic about the GED
        exact = self._closest(exact, variant.slots)
        score = self.policy["exact_score"] / max(len(exact), 1)
        rank = self.matcher.reconsider if deeper else self.matcher.rank
        ranking = rank(text, limit=CANDIDATES, without=barred, language=language)
        found = {match.intent: match for match in ranking.matches}
        for topic, phrase in exact.items():
            alike = found.get(topic)
            found[topic] = Match(
                intent=topic,
                score=score,
                phrase=phrase,
                evidence=EXACT,
                explained=1.0,
                ahead=alike.ahead if alike else 0.0,
                meant=alike.meant if alike else 0.0,
            )
        return found.values()

    def _said_exactly(self, text: str) -> dict[str, str]:
        """Return the topics of which a text is a phrasing, with or without the "and" before it."""
        said = self._exact.get(text)
        return said or self._exact.get(" ".join(without_and(text.split())), {})

    def _closest(self, exact: dict[str, str], named: Slots) -> dict[str, str]:
        """Return the topics about certain things that hold all those named, the narrowest first.

        "RHIT vs CHTS" is for the topic that has both, "RHIT vs RHIA" for the one of these two.
        """
        wide = {topic: _width(self.content.topics[topic], named) for topic in exact}
        least = min(filter(None, wide.values()), default=None)
        return {t: phrase for t, phrase in exact.items() if wide[t] in (None, least)}

    def _context_fit(self, topic: str, variant: Variant, about: About, *, carried: bool) -> float:
        """Return how well a topic goes on with what the chat was about, as a factor."""
        last = self.content.topics.get(about.topic or "")
        if last is None:  # named in the same sentence, or before we asked back
            return self.policy["carries_on"] if carried else 1.0
        fit = self.policy["carries_on"] if carried else 1.0
        if _goes_on(topic, last):
            fit *= self.policy["same_subject"]
        curt = len(variant.text.split()) <= CURT
        return fit * self.policy["curt"] if curt and fit > 1 else fit

    def _is_elsewhere(
        self,
        topic: Topic,
        variant: Variant,
        recalled: Sequence[str],
        meant: Sequence[str],
        about: About,
    ) -> bool:
        """Whether a text is not about what would be taken from the chat for this topic.

        "How much do those pay" is about the roles, not a nurse's own job; "how long is nursing
        school" not about the chat's trainer; "and the trainer" after a list not about who asks.
        """
        named = [kind for kind in variant.slots if kind not in meant]
        if (recalled or meant) and named and _says_only_names(variant.text):
            last = self.content.topics.get(about.topic or "")
            goes_on = last is not None and _goes_on(topic.id, last)
            return not goes_on or bool(_named_beside(topic, variant))
        if _is_open_to(topic) and not _OWN.isdisjoint((*recalled, *meant)):
            return _MAY.isdisjoint(variant.text.split())
        if recalled and not meant and _named_beside(topic, variant):
            return True
        if Kind.ROLE in named and not _OWN.isdisjoint(meant):
            return not {*meant, Kind.ROLE} <= {*topic.needs}
        return bool(recalled or meant) and topic.kind != "answer"

    def _filled(
        self, topic: Topic, variant: Variant, about: About
    ) -> tuple[Slots, tuple[str, ...]] | None:
        """Fill a topic's slots from the text, else from the chat; None where it cannot fit.

        Returns:
            The slots, and the kinds that come from the chat.
        """
        slots = dict(variant.slots)
        carried = []
        for kind in (*topic.needs, *topic.where):
            if kind not in slots and kind in about.slots and kind not in variant.excluded:
                slots[str(kind)] = about.slots[kind]
                carried.append(str(kind))
        if topic.composer == _COMPARING:
            slots.update(self._set_beside(variant, slots, about))
        return (slots, tuple(carried)) if _allowed(topic, slots) else None

    def _set_beside(self, variant: Variant, named: Slots, about: About) -> Slots:
        """Return what one thing named is compared with: what a part of a name says, or the chat.

        Who names the other in words that we cannot place ("trainer and nurse") is to be asked:
        the chat's own subject would be another one than theirs.
        """
        if _says_only_names(variant.text) and _APART.isdisjoint(variant.text.split()):
            return {}  # "and the manager" after the trainer sets nothing side by side
        kinds = [kind for kind, keys in named.items() if len(keys) == 1]
        other = [word for word in _opposite(variant.text) if word not in FOLLOWING]
        if not other or PRONOUNS.intersection(other):
            return _beside(named, about)
        found = self.finder.by_part(other, kinds, self._ordinary)
        if found:
            return {kind: (*named[kind], *keys) for kind, keys in found.items()}
        return {} if self.finder.vocabulary().intersection(other) else _beside(named, about)

    def _is_for_others(self, topic: str, phrase: str, variant: Variant) -> bool:
        """Whether a phrasing is for other things than those that a text names."""
        named = variant.slots.items()
        return any(self._asides.are_others(topic, phrase, kind, keys) for kind, keys in named)

    def _fit(self, topic: Topic, slots: Slots, variant: Variant, phrase: str) -> float:
        """Return how well the things named fit the topic, as a factor."""
        fit = 1.0
        for kind in _named_beside(topic, variant):
            others = self._asides.are_others(topic.id, phrase, kind, variant.slots[kind])
            if others or f"{{{kind}}}" not in phrase:
                fit *= self.policy["unused_name"]
        if any(need not in slots for need in topic.needs):
            fit *= self.policy["missing_name"]
        return fit


def raised(score: float, times: float) -> float:
    """Return a likelihood once its odds are so many times greater (Bayes, in odds)."""
    return score * times / (1 - score + score * times)


def _without_origin(variant: Variant) -> Variant | None:
    """Return a text that says what somebody is without where; None where it says no such thing.

    "Cleaning jobs in Dallas" is nobody's work, but a wish for jobs there.
    """
    if _OWN.isdisjoint(variant.slots) or not speaks_of_self(variant.text):
        return None
    text = without_origin(variant.text)
    slots = {kind: keys for kind, keys in variant.slots.items() if kind != Kind.STATE.value}
    return None if text == variant.text else replace(variant, text=text, slots=slots)


def _repeats(reading: Reading, about: About) -> bool:
    """Whether a reading is what was said last, and only since the chat is about it.

    Who reads on and asks something else wants another answer: "how much is it" after all about a
    college. What is a phrasing word for word is wanted again.
    """
    same = reading.topic == about.topic and reading.slots.items() <= about.slots.items()
    return same and bool(reading.carried) and not reading.exact


def _is_open_to(topic: Topic) -> bool:
    """Whether a topic tells if a role is open to somebody."""
    return Kind.ROLE in topic.needs and not _OWN.isdisjoint(topic.needs)


def _says_only_names(text: str) -> bool:
    """Whether a text says nothing but what it is about: "and the trainer"."""
    return all(is_slot(word) or word in FOLLOWING for word in text.split())


def _own_put_first(variant: Variant, about: About) -> Iterator[Meant]:
    """Yield a text about a role with what the person is put first: "I am a PA" was said before."""
    named = {*variant.slots, *variant.excluded}
    if Kind.ROLE not in variant.slots or not _OWN.isdisjoint(named):
        return
    if _MAY.isdisjoint(variant.text.split()):
        return
    for kind, keys in about.slots.items():
        if kind in _OWN:
            said = f"{{{kind}}} {variant.text}"
            yield replace(variant, text=said, slots={**variant.slots, kind: keys}), (kind,)


def _asks_what(words: Sequence[str]) -> bool:
    """Whether a text asks what a thing is: "and what is it", "the RHIA, que es".

    In the middle the same words tell who somebody is: "my cousin, que es dentista". And "what is
    it for the trainer" asks what was asked before.
    """
    said = [word for word in words if word not in JOINED]
    end = said[:-1] if said[-1:] == ["it"] else said
    opens = "it" not in said and tuple(said[:2]) in WHAT_IS
    return opens or tuple(end[-2:]) in WHAT_IS


def _corrected(words: list[str]) -> list[str]:
    """Return a correction without what it takes back: "i meant the manager, not the trainer"."""
    said = next((at for at, word in enumerate(words) if word in _CORRECTING), len(words))
    taken_back = next((at for at in range(said, len(words)) if words[at] in _NOT), len(words))
    return words[:taken_back]


def _named_beside(topic: Topic, variant: Variant) -> list[str]:
    """Return the kinds of things that a text names though a topic is not about them."""
    return [kind for kind in variant.slots if kind not in (*topic.needs, *topic.where)]


def _compared_kinds(about: About) -> list[str]:
    """Return the kinds of which the chat is about two things or more."""
    return [kind for kind, keys in about.slots.items() if len(keys) > 1]


def _set_with(named: Slots, about: About) -> Slots:
    """Return things that are compared with one more: "and the manager" after two roles.

    "I meant the security one" of the two that were compared asks about that one alone.
    """
    both = {kind: (*about.slots[kind], *keys) for kind, keys in named.items()}
    return {
        kind: keys for kind, keys in both.items() if MOST_COMPARED >= len(set(keys)) == len(keys)
    }


def _beside(named: Slots, about: About) -> Slots:
    """Return the one thing named beside the one spoken of: "versus trainer" names but one."""
    return {
        kind: (*before, *named[kind])
        for kind, before in about.slots.items()
        if len(before) == len(named.get(kind, ())) == 1 and before != named[kind]
    }


def _opposite(text: str) -> list[str]:
    """Return what stands over against the one thing named: "difference between {role} and X"."""
    sides: list[list[str]] = [[]]
    for word in text.split():
        if word in _AGAINST:
            sides.append([])
        else:
            sides[-1].append(word)
    at = next((at for at, side in enumerate(sides) if any(map(is_slot, side))), None)
    if at is None or any(any(map(is_slot, side)) for side in sides[at + 1 :]):
        return []
    before = sides[at - 1] if at else []
    opens = max((place for place, word in enumerate(before) if word in _BETWEEN), default=-1)
    return next(filter(None, sides[at + 1 :]), []) or (before[opens + 1 :] if opens >= 0 else [])


def _go_together(clauses: Sequence[Understood]) -> bool:
    """Whether all are answered, and about the same things as the first, or about no thing.

    "How long is it, and is it free" is two questions, though what it cost was the same for all.
    """
    answers = [one.verdict.reading for one in clauses if isinstance(one.verdict, Answer)]
    if len(answers) < len(clauses):
        return False
    first, *others = (reading.slots.items() for reading in answers)
    return all(first <= things or not things for things in others)


def _are_several(parts: Sequence[Understood], whole: Understood) -> bool:
    """Whether the parts of a message say more than the message as one question.

    They do where several are answered, where only a part is, and where one asks what nobody
    could answer: that must be said and logged. "Right?" and the like ask nothing.
    """
    answers = [part.verdict.reading for part in parts if isinstance(part.verdict, Answer)]
    if len({(reading.topic, str(reading.slots)) for reading in answers}) > 1:
        return True
    unknown = (part for part in parts if isinstance(part.verdict, Unknown))
    missed = any(len(part.text.split()) >= SHORTEST_QUESTION for part in unknown)
    return bool(answers) and (missed or not isinstance(whole.verdict, Answer))


def _without_bare_names(parts: Sequence[Understood]) -> list[Understood]:
    """Leave out parts that but name what the next part asks about: "trainer role, how long?"."""
    kept: list[Understood] = []
    for part in parts:
        if kept and _only_names(kept[-1]) and _is_about(part, kept[-1].slots):
            kept[-1] = replace(part, text=f"{kept[-1].text} {part.text}")
        else:
            kept.append(part)
    return kept


def _only_names(part: Understood) -> bool:
    """Whether a part says nothing but what it is about."""
    return bool(part.slots) and _says_only_names(part.rest)


def _is_about(part: Understood, things: Slots) -> bool:
    verdict = part.verdict
    return isinstance(verdict, Answer) and things.items() <= verdict.reading.slots.items()


def _place(reading: Reading) -> tuple[bool, float]:
    """Order readings by score, but the very words of a single topic before any likeness."""
    return not (reading.exact and reading.score > _ONE_OF_TWO), -reading.score


_ONE_OF_TWO = 0.5
"""What the same words score at most where two topics have them."""


def _goes_on(topic: str, last: Topic) -> bool:
    """Whether a topic goes on with the subject of the last one."""
    return topic in last.next or _family(topic) == _family(last.id)


def _family(topic: str) -> str:
    """Return the subject a topic's id begins with: ``exam`` of ``exam_cost``."""
    return topic.partition("_")[0]


def exact_phrases(
    phrases: Sequence[Phrase], said: Sequence[Sequence[str]]
) -> dict[str, dict[str, str]]:
    """Return, for each phrasing as its words, the topics it belongs to and how it is written."""
    found: dict[str, dict[str, str]] = {}
    for phrase, words in zip(phrases, said, strict=True):
        found.setdefault(" ".join(words), {})[phrase.intent] = phrase.text
    return found


def ordinary_words(phrases: Sequence[Phrase], said: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the words that many topics are asked with, in the singular: "test", "school"."""
    asked = {(singular(word), phrase.intent) for phrase, words in zip(phrases, said, strict=True)
             for word in words}  # fmt: skip
    topics = len({phrase.intent for phrase in phrases})
    counts = Counter(word for word, _ in asked)
    return frozenset(word for word, count in counts.items() if count * _ORDINARY > topics)


def only_in_one_language(
    phrases: Sequence[Phrase], said: Sequence[Sequence[str]]
) -> dict[str, str]:
    """Return the single words that are phrasings of one language alone, but for the source's."""
    found: dict[str, set[str]] = {}
    for phrase, words in zip(phrases, said, strict=True):
        if len(words) == 1 and not is_slot(words[0]):
            found.setdefault(words[0], set()).add(phrase.language)
    only = {word: languages.pop() for word, languages in found.items() if len(languages) == 1}
    return {word: language for word, language in only.items() if language != SOURCE_LANGUAGE}


def _allowed(topic: Topic, slots: Slots) -> bool:
    """Whether a topic is about the things named, where it is about certain ones only."""
    for kind, keys in topic.where.items():
        if kind in slots and not any(key in keys for key in slots[kind]):
            return False
    return True


def _width(topic: Topic, named: Slots) -> tuple[int, int] | None:
    """Return how many of several things named a topic leaves out, and how many it is about.

    None where it is not about certain ones of them.
    """
    several = [kind for kind in topic.where if len(named.get(kind, ())) > 1]
    if not several:
        return None
    left_out = sum(len({*named[kind]} - {*topic.where[kind]}) for kind in several)
    return left_out, sum(len(topic.where[kind]) for kind in several)


def _is_of(topic: Topic, text: str) -> bool:
    """Whether a topic answers for certain things only, and the text names one of their kind."""
    kinds = [kind for kind in topic.where if kind not in topic.needs]
    return topic.kind == "answer" and any(f"{{{kind}}}" in text for kind in kinds)


def _fits(reading: Reading, slots: Slots) -> bool:
    return all(reading.slots.get(kind) == keys for kind, keys in slots.items())


def phrases_of(content: Content, finder: Finder) -> list[Phrase]:
    """Return every curated phrasing with names replaced by slots, as questions will be."""
    return [phrase for phrase, _ in in_slots(content, finder)]


def in_slots(content: Content, finder: Finder) -> Iterator[tuple[Phrase, Slots]]:
    """Yield every curated phrasing with names replaced by slots, and the things it names."""
    for topic in content.topics.values():
        for language, phrasings in topic.phrasings.items():
            for said in phrasings:
                variant = finder.variants(tokenize(said), said)[0]
                yield Phrase(text=variant.text, intent=topic.id, language=language), variant.slots


def _short_words(content: Content) -> Iterator[str]:
    """Yield what no slip of the keyboard is, though no phrasing says it: "hrs", "pls"."""
    yield from content.words.abbreviations
    yield from chain.from_iterable(tokenize(filler) for filler in _fillers(content))


def _fillers(content: Content) -> tuple[str, ...]:
    return tuple(phrase for phrases in content.words.fillers.values() for phrase in phrases)


def _options(content: Content) -> Options:
    return Options(
        fillers=_fillers(content), abbreviations=content.words.abbreviations, calibrate=False
    )


def _samples(content: Content) -> dict[str, list[str]]:
    samples: dict[str, list[str]] = {}
    for topic in content.topics.values():
        for language, phrasings in topic.phrasings.items():
            samples.setdefault(language, []).extend(phrasings)
        for spoken, said in topic.answer.root.items() if topic.answer else ():
            samples.setdefault(spoken, []).append(said)
    return samples
