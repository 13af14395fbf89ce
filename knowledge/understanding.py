"""From words to a verdict: names out, topics ranked, context filled in, then judged. Pure.

    text → words → names (slots) → topics ranked → context → verdict

A wrong answer costs more than a silence: the thresholds are in the content's policy, each with
its reason, and were chosen on validation questions only.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from knowledge.languages import LanguageGuesser
from knowledge.matching import Matcher, Options, Phrase
from knowledge.schema import Content, Topic
from knowledge.slots import Finder, Variant
from knowledge.spelling import Correction, Speller
from knowledge.verdicts import Answer, Chat, Clarify, NotOurs, Reading, Slots, Unknown, Verdict
from knowledge.whereabouts import Whereabouts
from knowledge.words import tokenize

MOST_OPTIONS = 4
"""Buttons offered when in doubt; more are not read."""

_FOLLOWING = frozenset(
    "and or what about how the a an one for in then so also no not i mean meant sorry ok okay is "
    "it that this of to with if were was my im me too other rather instead wait actually there "
    "y o e u el la los las un una de para en si qué que tal con eso esa ese quise decir digo "
    "mejor perdón perdon pero como cómo también tambien entonces yo soy role state uno del "
    "al same someone tell them those these explain show his her their misma mismo".split()
)
"""Words that add nothing to "and the trainer?": what is asked is what was asked before."""

CANDIDATES = 10
"""Topics looked at for each reading of a text."""

LEAST_SURE, MOST_SURE = 0.005, 0.99

_SLOT_WORD = re.compile(r"\{[a-z]+\}")
_SENTENCE = re.compile(r"(?<=[?!.;])\s+|\n+|(?:,|\s)\s*(?:and also|y también|y tambien|also)\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a chat is about: the last topic and the things it named."""

    topic: str | None = None
    slots: Slots = field(default_factory=dict)


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
    """The part that decided: ``words``, ``follow-up``, or ``meaning`` (the embedding)."""


class Understanding:
    """A content made ready to understand questions; immutable once built."""

    def __init__(self, content: Content, matcher: Matcher | None = None) -> None:
        self.content = content
        self.finder = Finder(content)
        self.policy = {name: threshold.value for name, threshold in content.policy.items()}
        phrases = phrases_of(content, self.finder)
        self.matcher = matcher or Matcher.build(phrases, options=_options(content))
        self._exact = exact_phrases(phrases)
        said = (word for phrase in phrases for word in tokenize(phrase.text))
        self.speller = Speller(Counter([*said, *self.finder.vocabulary()]))
        self.guesser = LanguageGuesser(_samples(content))
        plain = frozenset(word for phrase in phrases for word in tokenize(phrase.text))
        self.whereabouts = Whereabouts(content, plain)

    def read(
        self, text: str, *, about: About | None = None, language: str = "en"
    ) -> list[Understood]:
        """Understand a message: one result for each question in it, in order.

        Args:
            text: what the person wrote.
            about: what the chat was about before.
            language: what to assume where the text itself does not tell.
        """
        about = about or About()
        spoken = self.language_of(text) or language
        whole = self._read_one(text, about, spoken)
        questions = split_questions(text)
        if len(questions) < 2:
            return [whole]
        parts = []
        for question in questions:
            part = self._read_one(question, about, spoken)
            parts.append(part)
            about = after(about, part.verdict)
        answered = {
            (part.verdict.reading.topic, str(part.verdict.reading.slots))
            for part in parts
            if isinstance(part.verdict, Answer)
        }
        return parts if len(answered) > 1 else [whole]

    def language_of(self, text: str) -> str | None:
        """Return the language of a text where it is plain, else None."""
        words = self.finder.variants(tokenize(text), text)[0].text
        guess = self.guesser.guess(words)
        if guess is None or guess[1] < self.policy["language_at"]:
            return None
        plain = [word for word in words.split() if "{" not in word]
        return guess[0] if len(plain) >= self.policy["language_words"] else None

    def _read_one(self, text: str, about: About, language: str) -> Understood:
        placed = self.whereabouts.place(text)
        if placed is None:
            return self._read_plain(text, about, language)
        read = self._read_plain(placed.text, about, language)
        return replace(read, text=text, verdict=self.whereabouts.mark(read.verdict, placed))

    def _read_plain(self, text: str, about: About, language: str) -> Understood:
        tokens, corrections = self._words(text)
        variants = self.finder.variants(tokens, text)
        followed = self._follow(variants, about)
        ranked = followed or self._rank(variants, about)
        best = ranked[0] if ranked else None
        variant = next((v for v in variants if best and _fits(best, v.slots)), variants[0])
        verdict = judge(ranked, self.content, self.policy)
        return Understood(
            text=text,
            verdict=verdict,
            language=language,
            slots=variant.slots,
            excluded=variant.excluded,
            corrections=corrections,
            ranked=tuple(ranked[:5]),
            rest=variant.text,
            decided_by="follow-up" if followed else "words",
        )

    def _words(self, text: str) -> tuple[list[str], tuple[Correction, ...]]:
        """Split into words, each repaired against everything the content says."""
        return self.speller.repair(tokenize(text))

    def _follow(self, variants: tuple[Variant, ...], about: About) -> list[Reading]:
        """Read "and the trainer?" as the last question about another thing."""
        topic = self.content.topics.get(about.topic or "")
        if topic is None:
            return []
        kinds = [*topic.needs, *topic.where]
        for variant in variants:
            rest = [word for word in variant.text.split() if word not in _FOLLOWING]
            named = {kind: keys for kind, keys in variant.slots.items() if kind in kinds}
            plain = [word for word in rest if not _SLOT_WORD.fullmatch(word)]
            if plain and len(plain) == len(rest) and not variant.slots:
                named = self.finder.by_part(plain, kinds)
                plain = []
            if named and not plain:
                slots = {**{k: v for k, v in about.slots.items() if k in kinds}, **named}
                if _allowed(topic, slots):
                    score = self.policy["follow_up_score"]
                    carried = tuple(str(kind) for kind in slots if kind not in named)
                    return [Reading(topic=topic.id, slots=slots, score=score, carried=carried)]
        return []

    def _rank(self, variants: tuple[Variant, ...], about: About) -> list[Reading]:
        best: dict[tuple[str, str], Reading] = {}
        for variant in variants:
            for topic, likely, phrase, explained in self._candidates(variant.text):
                reading = self._reading(self.content.topics[topic], variant, about)
                if reading is None:
                    continue
                fit = self._fit(reading, variant, phrase) * self._context_fit(reading, about)
                score = min(likely * fit, MOST_SURE)
                reading = replace(reading, score=score, phrase=phrase, explained=explained)
                key = (reading.topic, str(sorted(reading.slots.items())))
                if key not in best or best[key].score < score:
                    best[key] = reading
        return sure(sorted(best.values(), key=lambda reading: -reading.score), self.policy)

    def _candidates(self, text: str) -> Iterator[tuple[str, float, str, float]]:
        """Yield topics a text may mean, how likely, by which phrasing, and what that explains."""
        exact = self._exact.get(text, {})
        for topic, phrase in exact.items():
            yield topic, self.policy["exact_score"] / len(exact), phrase, 1.0
        for match in self.matcher.rank(text, limit=CANDIDATES).matches:
            if match.intent not in exact:
                yield match.intent, match.score, match.phrase, match.explained

    def _context_fit(self, reading: Reading, about: About) -> float:
        """Return how well a topic goes on with what the chat was about, as a factor."""
        last = self.content.topics.get(about.topic or "")
        if last is None:
            return 1.0
        fit = self.policy["carries_on"] if reading.carried else 1.0
        if reading.topic in last.next or _family(reading.topic) == _family(last.id):
            fit *= self.policy["same_subject"]
        return fit

    def _reading(self, topic: Topic, variant: Variant, about: About) -> Reading | None:
        """Fill a topic's slots from the text, else from the chat; None where it cannot fit."""
        slots = dict(variant.slots)
        carried = []
        for kind in (*topic.needs, *topic.where):
            if kind not in slots and kind in about.slots and kind not in variant.excluded:
                slots[kind] = about.slots[kind]
                carried.append(str(kind))
        if not _allowed(topic, slots):
            return None
        return Reading(topic=topic.id, slots=slots, carried=tuple(carried))

    def _fit(self, reading: Reading, variant: Variant, phrase: str) -> float:
        """Return how well the things named fit the topic, as a factor."""
        topic = self.content.topics[reading.topic]
        fit = 1.0
        for kind in variant.slots:
            if kind not in topic.needs and kind not in topic.where and f"{{{kind}}}" not in phrase:
                fit *= self.policy["unused_name"]
        if any(need not in reading.slots for need in topic.needs):
            fit *= self.policy["missing_name"]
        return fit


def sure(ranked: list[Reading], policy: Mapping[str, float]) -> list[Reading]:
    """Turn scores into how likely each reading is right, by its score and its lead over others.

    A logistic curve whose three weights were fitted on the validation questions and strangers
    (``python -m benchmarks.domain --fit``), as Platt (1999) does for classifiers.
    """
    made = []
    for reading in ranked:
        rival = next((other for other in ranked if other.topic != reading.topic), None)
        evidence = features_of(reading, rival.score if rival else LEAST_SURE)
        weights = [policy[f"sure_{name}"] for name in ("base", "score", "lead", "explained")]
        total = sum(weight * value for weight, value in zip(weights, evidence, strict=True))
        made.append(replace(reading, score=1 / (1 + math.exp(-total))))
    return sorted(made, key=lambda reading: -reading.score)


def features_of(reading: Reading, rival: float) -> tuple[float, float, float, float]:
    """Return what sureness is judged by: a constant, log odds, log lead, what is explained."""
    score = min(max(reading.score, LEAST_SURE), MOST_SURE)
    lead = math.log(score / max(rival, LEAST_SURE))
    return 1.0, math.log(score / (1 - score)), lead, reading.explained


def judge(ranked: list[Reading], content: Content, policy: Mapping[str, float]) -> Verdict:
    """Decide what to do with ranked readings.

    Answer when the best is likely enough right; ask when several are plausible or a thing is
    missing; else say honestly that we do not know.
    """
    plausible = [reading for reading in ranked if reading.score >= policy["offer_at"]]
    if not plausible:
        return Unknown(nearest=tuple(ranked[:MOST_OPTIONS]))
    first = plausible[0]
    second = next((reading for reading in ranked if reading.topic != first.topic), None)
    topic = content.topics[first.topic]
    if first.score >= policy["answer_at"]:
        return _decided(topic, first, second)
    if topic.kind == "chat" and first.score >= policy["chat_at"]:
        return _decided(topic, first, second)
    floors = {"answer": policy["offer_at"], "not_ours": policy["offer_elsewhere_at"], "chat": 1.0}
    options = [
        reading
        for reading in plausible
        if reading.score >= floors[content.topics[reading.topic].kind]
    ]
    if not options:
        return Unknown(nearest=tuple(ranked[:MOST_OPTIONS]))
    return Clarify(options=_complete(options)[:MOST_OPTIONS])


def _decided(topic: Topic, reading: Reading, runner_up: Reading | None) -> Verdict:
    if topic.kind == "chat":
        return Chat(reading=reading)
    if topic.kind == "not_ours":
        return NotOurs(reading=reading)
    missing = next((need for need in topic.needs if need not in reading.slots), None)
    if missing:
        return Clarify(options=(reading,), missing=missing.value)
    return Answer(reading=reading, runner_up=runner_up)


def _complete(readings: list[Reading]) -> tuple[Reading, ...]:
    """Keep one reading for each topic."""
    seen: dict[str, Reading] = {}
    for reading in readings:
        seen.setdefault(reading.topic, reading)
    return tuple(seen.values())


def after(about: About, verdict: Verdict) -> About:
    """Return what a chat is about once this was said."""
    match verdict:
        case Answer(reading=reading):
            return About(topic=reading.topic, slots={**about.slots, **reading.slots})
        case Clarify(options=options) if options:
            return About(topic=options[0].topic, slots={**about.slots, **options[0].slots})
        case _:
            return about


def split_questions(text: str) -> list[str]:
    """Split a message into its questions; statements stay with the question that follows."""
    questions: list[str] = []
    waiting = ""
    for piece in filter(None, map(str.strip, _SENTENCE.split(text))):
        waiting = f"{waiting} {piece}".strip()
        if asks(piece):
            questions.append(waiting)
            waiting = ""
    if waiting and questions:
        questions[-1] = f"{questions[-1]} {waiting}"
    return questions


def asks(text: str) -> bool:
    """Whether a text is put as a question."""
    return bool(_ASKS.match(text)) or text.rstrip().endswith("?")


_ASKS = re.compile(
    r"¿|(?:how|what|whats|where|when|who|which|why|do|does|did|can|could|is|are|was|were|will|would|"
    r"should|am|cómo|como|qué|que|dónde|donde|cuándo|cuando|quién|quien|cuál|cual|cuánto|cuanto|"
    r"cuánta|cuanta|puedo|hay|es|son|tengo que|necesito)\b",
    re.IGNORECASE,
)


def _family(topic: str) -> str:
    """Return the subject a topic's id begins with: ``exam`` of ``exam_cost``."""
    return topic.partition("_")[0]


def exact_phrases(phrases: Iterable[Phrase]) -> dict[str, dict[str, str]]:
    """Return, for each phrasing as its words, the topics it belongs to and how it is written."""
    found: dict[str, dict[str, str]] = {}
    for phrase in phrases:
        key = " ".join(tokenize(phrase.text))
        found.setdefault(key, {})[phrase.intent] = phrase.text
    return found


def _allowed(topic: Topic, slots: Slots) -> bool:
    return all(
        kind not in slots or any(key in keys for key in slots[kind])
        for kind, keys in topic.where.items()
    )


def _fits(reading: Reading, slots: Slots) -> bool:
    return all(reading.slots.get(kind) == keys for kind, keys in slots.items())


def phrases_of(content: Content, finder: Finder) -> list[Phrase]:
    """Return every curated phrasing with names replaced by slots, as questions will be."""
    return [
        Phrase(text=finder.variants(tokenize(said), said)[0].text, intent=topic.id, language=lang)
        for topic in content.topics.values()
        for lang, phrasings in topic.phrasings.items()
        for said in phrasings
    ]


def _options(content: Content) -> Options:
    fillers = tuple(phrase for phrases in content.words.fillers.values() for phrase in phrases)
    return Options(fillers=fillers, abbreviations=content.words.abbreviations)


def _samples(content: Content) -> dict[str, list[str]]:
    samples: dict[str, list[str]] = {}
    for topic in content.topics.values():
        for language, phrasings in topic.phrasings.items():
            samples.setdefault(language, []).extend(phrasings)
        for spoken, said in topic.answer.root.items() if topic.answer else ():
            samples.setdefault(spoken, []).append(said)
    return samples
