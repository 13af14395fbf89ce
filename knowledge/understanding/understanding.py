"""From words to a verdict: names out, topics ranked, context filled in, then judged. Pure.

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
from knowledge.schema import SOURCE_LANGUAGE, Content
from knowledge.understanding.abroad import Abroad
from knowledge.understanding.context import (
    JOINED,
    About,
    after,
    hangs_on_it,
    is_subject,
    last_two,
    latest_last,
    of_oneself,
    others_shown,
    says_only_names,
)
from knowledge.understanding.credentials import Credentials
from knowledge.understanding.following import Follower
from knowledge.understanding.judging import (
    MOST_OPTIONS,
    OF_MEANING,
    OF_WORDS,
    OWN,
    Weights,
    decided,
    judge,
    likeliest,
    sure,
)
from knowledge.understanding.known_names import KnownNames
from knowledge.understanding.lists import THE_ONE, asks_for_the_rest, by_place, compared, ruled_out
from knowledge.understanding.phrases import Phrases, options_of, samples_of, short_words
from knowledge.understanding.picking import asks_for_other, missed, only_agrees, pick
from knowledge.understanding.ranking import Ranker
from knowledge.understanding.selves import speaks_of_self
from knowledge.understanding.slots import Finder, Variant
from knowledge.understanding.splitting import (
    BEFORE_QUESTION,
    CLAUSE,
    MOST_QUESTIONS,
    PIECES,
    asks,
    numbered_questions,
    pieces_of,
    split_questions,
    without_closing,
)
from knowledge.understanding.told import tells
from knowledge.understanding.whereabouts import Whereabouts
from knowledge.verdicts import (
    Answer,
    Chat,
    Clarify,
    NotOurs,
    Reading,
    Slots,
    Unknown,
    Verdict,
    best_reading,
)

_SHORTEST_QUESTION = 4
"""Words of a part of a message that asks something of its own."""

_SHORTEST_CRY = 4
"""Words of a part of a message that may be a cry for help."""

_WHETHER = words_of(
    "can could may allowed accept hire hired no possible still "
    "puedo puede podria podre aceptan dejan contratan posible tampoco"
)
"""Words that ask whether something is open to who asks, whatever they are."""

_BARELY = 0.99
"""What keeps a score below a threshold."""

_COURTESIES = frozenset(("greeting", "thanks", "goodbye", "affirm", "compliment"))
"""The topics of what people say before they ask, or after."""

_UNCLEAR = "unclear"
"""The topic that asks which part is meant."""

_DEGREE_FIT, _ABROAD = "degree_fit", "foreign_degree"
"""The topics of what a degree opened, and of degrees from abroad."""

_CHECKING = "eligibility"
"""The composer of the topic that checks what somebody could enter."""


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


class Understanding:
    """A content made ready to understand questions; immutable once built."""

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
        text = without_closing(text)
        said = self._questions(text, about=about, language=language, deeper=deeper)
        cry = self._cry_within(text, said, language)
        return [cry, *said] if cry else said

    def _cry_within(
        self, text: str, said: Sequence[Understood], language: str
    ) -> Understood | None:
        """Return the cry for help in a part of a long message that asks for something else.

        Of many words few are a cry, and the message as a whole is about a course or a job. Words
        alone are asked: who says it plainly is helped, and nobody is for what is but alike.
        """
        if any(self._is_urgent(one) for one in said):
            return None
        pieces = [piece for piece in PIECES.split(text) if len(piece.split()) >= _SHORTEST_CRY]
        for piece in pieces if len(pieces) > 1 else ():
            if self.phrases.urgent.isdisjoint(tokenize(piece)):
                continue
            read = self._read_plain(piece, About(), Tongue(None, language), OF_WORDS)
            if isinstance(read.verdict, NotOurs) and self._is_urgent(read):
                return read
        return None

    def _is_urgent(self, read: Understood) -> bool:
        """Whether a message is read as about a danger to somebody, or may be."""
        best = best_reading(read.verdict)
        options = read.verdict.options if isinstance(read.verdict, Clarify) else ()
        readings = filter(None, (best, *options))
        return any(self.content.topics[one.topic].is_urgent for one in readings)

    def _questions(
        self, text: str, *, about: About | None, language: str, deeper: bool
    ) -> list[Understood]:
        """Understand the questions of a message as if none of it were a cry for help."""
        about = self.abroad.heard(text, about or About())
        about = of_oneself(about) if speaks_of_self(text) else about
        if pointed := self._picked(text, about, language) or self._rest(text, about, language):
            return [pointed]
        if (named := self._named_by_place(text, about)) != text:
            about = replace(about, listed=())
            said = self._questions(named, about=about, language=language, deeper=deeper)
            return _as_one(said, text)
        tongue = Tongue(self._language_beside_places(text, language), language)
        whole = self._read_one(text, about, tongue, deeper)
        if isinstance(whole.verdict, Answer) and whole.ranked[0].exact:
            return [whole]
        if _is_courtesy(whole) and (asked := self._beside_courtesy(text)):
            read = self._questions(asked, about=about, language=language, deeper=deeper)
            if all(map(self._is_likely, read)):
                return _as_one(read, text)
        return self._in_parts(text, whole, about, tongue, deeper)

    def _in_parts(
        self, text: str, whole: Understood, about: About, tongue: Tongue, deeper: bool
    ) -> list[Understood]:
        """Read each question of a message by itself, where that says more than the whole."""
        if numbered := numbered_questions(text):
            return self._each(numbered, about, tongue, deeper, numbered=True)
        if not isinstance(whole.verdict, Answer) and (asked := self._asked(text, about, tongue)):
            return [asked]
        questions = split_questions(text) or [text]
        if len(questions) == 1 and not CLAUSE.search(text):
            return [whole]
        parts = self._each(questions, about, tongue, deeper)
        if not _are_several(parts, whole):
            return [whole]
        return _without_doubtful(_without_bare_names(parts), self.policy["guess_at"])

    def _each(
        self,
        questions: Sequence[str],
        about: About,
        tongue: Tongue,
        deeper: bool,
        *,
        numbered: bool = False,
    ) -> list[Understood]:
        """Read questions one after the other, each in a chat about the ones before."""
        parts: list[Understood] = []
        for number, question in enumerate(questions, start=1):
            read = self._clauses(question, about, tongue, deeper)
            parts += (replace(part, number=number * numbered) for part in read)
            about = after(about, parts[-1].verdict)
        return parts

    def _picked(self, text: str, about: About, language: str) -> Understood | None:
        """Read a message as the choice of one of the topics offered, where it is one."""
        if not (about.offered or about.told or about.shown or about.asked):
            return None
        words, corrections = self._words(text)
        if (place := missed(words, about.asked)) is not None:
            return self._told_again(text, about.asked[place], language)
        if asks_for_other(words) and (others := others_shown(about)):
            return self._one_of(text, others, language)
        if about.listed and words[:1] and words[0] in JOINED:
            return None  # "and the last" goes on with the list, and picks no button
        reading = pick(words, about.offered, self.content, about.told)
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
            confirms=only_agrees(words) and about.told is not None,
        )

    def _beside_courtesy(self, text: str) -> str:
        """Return what a message asks beside thanks or a greeting: "bless you. Are you a machine?".

        Empty where it is all one.
        """
        tongue = Tongue(None, SOURCE_LANGUAGE)
        pieces = pieces_of(text)
        left = [
            piece
            for piece in pieces
            if asks(piece) or not _is_courtesy(self._read_plain(piece, About(), tongue, OF_WORDS))
        ]
        return " ".join(left) if len(left) < len(pieces) and asks(" ".join(left)) else ""

    def _is_likely(self, part: Understood) -> bool:
        """Whether a part was understood so well that its answer is told whole."""
        best = None if isinstance(part.verdict, Unknown) else best_reading(part.verdict)
        return best is not None and best.score >= self.policy["tell_at"]

    def _told_again(self, text: str, reading: Reading | None, language: str) -> Understood:
        """Read "you did not answer the 3rd" as that question, as sure as it was of it then."""
        if reading is None or reading.score < self.policy["gist_at"]:
            return self._which_part(text, language)
        sure_of_it = reading.score >= self.policy["answer_at"]
        topic = self.content.topics[reading.topic]
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
        one = decided(self.content.topics[taken.topic], taken)
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
        last = self.content.topics.get(about.topic or "")
        rest = last.rest if last and asks_for_the_rest(text) else self._opposite_of(text)
        if rest is None and self._points_at_nothing(text, about):
            return self._which_part(text, language)
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

    def _which_part(self, text: str, language: str) -> Understood:
        """Ask in words which part is meant, where nothing said so far may be it."""
        asked = Reading(topic=_UNCLEAR, score=1.0)
        topic = self.content.topics.get(_UNCLEAR)
        return Understood(
            text=text,
            verdict=decided(topic, asked) if topic else Unknown(),
            language=self.language_of(text, language) or language,
            ranked=(asked,) if topic else (),
            decided_by="follow-up",
        )

    def _points_at_nothing(self, text: str, about: About) -> bool:
        """Whether a message only says "the other one" where nothing has another one."""
        words, _ = self._words(text)
        return asks_for_other(words) and self._named_by_place(text, about) == text

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
        if named == text and asks_for_other(tokenize(text)):
            return by_place(text, [*map(self.content.things.get, last_two(about))], spoken_of)
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
            named = self.finder.by_part(part, kinds, self.phrases.ordinary)
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
        topic = self.content.topics[read.verdict.reading.topic]
        return replace(read, text=text) if topic.needs and topic.is_filled(read.slots) else None

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
        variants = self._variants(tokens, text, about)
        if self._follower.follow(variants, about):
            return [], 0
        plain = self.language_of(text)
        return self._ranker.rank(variants, about, plain, deeper=deeper), len(tokens)

    def _read_plain(
        self,
        text: str,
        about: About,
        tongue: Tongue,
        weights: Weights,
        by_words: str | None = None,
    ) -> Understood:
        tokens, corrections = self._words(text)
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
        if isinstance(verdict, Unknown) and (known := self._of_what_is_told(text, variants[0])):
            verdict = Clarify(options=known)
        verdict = _unless_put_in(verdict)
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
            in_doubt=not (followed or (best and best.score >= self.policy["clear_at"])),
        )

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
        checks = self.content.topics[reading.topic].composer == _CHECKING
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
        if best is None or best.topic != _DEGREE_FIT or _ABROAD not in self.content.topics:
            return verdict
        if not self.abroad.is_unsaid(best.slots, about):
            return verdict
        others = verdict.options if isinstance(verdict, Clarify) else (best,)
        others = tuple(one for one in others if one.topic != _ABROAD)
        return Clarify(options=(replace(best, topic=_ABROAD), *others)[:MOST_OPTIONS])

    def _still_so(self, verdict: Verdict, variant: Variant, about: About) -> Verdict:
        """Return a doubtful "and that one, probably a no?" with what was just told of a record.

        What stays so for all that somebody asks next is likelier meant than what has but some of
        their words.
        """
        if not isinstance(verdict, Clarify) or verdict.missing or about.topic not in about.lasting:
            return verdict
        best, words = verdict.options[0], variant.text.split()
        told = any(one.topic == about.topic for one in verdict.options)
        guessed = likeliest(verdict.options, self.content, self.policy)
        if told or guessed or _WHETHER.isdisjoint(words):
            return verdict
        score = max(best.score, self.policy["gist_at"])
        still = Reading(topic=about.topic, slots=variant.slots, score=score)
        return replace(verdict, options=(still, *verdict.options)[:MOST_OPTIONS])

    def _words(self, text: str) -> tuple[list[str], tuple[Correction, ...]]:
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


def _is_courtesy(read: Understood) -> bool:
    """Whether nothing is said but thanks, a greeting and the like."""
    return isinstance(read.verdict, Chat) and read.verdict.reading.topic in _COURTESIES


def _as_one(read: list[Understood], text: str) -> list[Understood]:
    """Return what was read of a part of a text as read of the text, where that is one question."""
    return [replace(read[0], text=text)] if len(read) == 1 else read


def _repeats(reading: Reading, about: About) -> bool:
    """Whether a reading is what was said last, and only since the chat is about it.

    Who reads on and asks something else wants another answer: "how much is it" after all about a
    college. What is a phrasing word for word is wanted again.
    """
    return is_subject(reading, about) and bool(reading.carried) and not reading.exact


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
    missed = any(len(part.text.split()) >= _SHORTEST_QUESTION for part in unknown)
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


def _without_doubtful(parts: Sequence[Understood], least: float) -> list[Understood]:
    """Leave out parts that may mean several things beside a part that is answered.

    A second reply to what was hardly understood reads as if the bot had not listened.
    """
    if not any(isinstance(part.verdict, Answer) for part in parts):
        return [*parts]
    kept: list[Understood] = []
    for part in parts:
        match part.verdict:
            case Clarify(options=(first, *_), missing=None) if first.score < least and kept:
                kept[-1] = replace(kept[-1], text=f"{kept[-1].text} {part.text}")
            case _:
                kept.append(part)
    return kept


def _only_names(part: Understood) -> bool:
    """Whether a part says nothing but what it is about."""
    return bool(part.slots) and says_only_names(part.rest)


def _is_about(part: Understood, things: Slots) -> bool:
    verdict = part.verdict
    return isinstance(verdict, Answer) and things.items() <= verdict.reading.slots.items()


def _fits(reading: Reading, slots: Slots) -> bool:
    return all(reading.slots.get(kind) == keys for kind, keys in slots.items())
