"""One version of the knowledge base, compiled: it understands, words and explains. No I/O."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter

from knowledge.answering.answers import Worded, word
from knowledge.answering.composers import COMPOSERS
from knowledge.matching.semantic import Encoder
from knowledge.remembering import remembered
from knowledge.schema import Content, Topic
from knowledge.understanding.context import About, about_few, after, latest_last, was_told
from knowledge.understanding.introductions import held, tells_of_another, tells_of_oneself
from knowledge.understanding.judging import is_told_whole, likeliest, likely_ones, sounds_hurt
from knowledge.understanding.lists import few_of_a_kind, names_of, things_listed
from knowledge.understanding.questions import Understood
from knowledge.understanding.selves import speaks_of_self
from knowledge.understanding.understanding import Understanding
from knowledge.validity import dated, on
from knowledge.verdicts import Answer, Chat, Clarify, NotOurs, Reading, Unknown, readings_shown

_REMEMBERED = 500
"""Answers of which is remembered how they are worded and what they list: most are asked for again
and again."""

_ANYBODYS = -1.0
"""Instead of a score: the answer is worded for everybody who means it, be it sure or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One question understood and, where there is something to say, worded."""

    understood: Understood
    worded: Worded | None = None
    """The answer; None where we ask back or do not know."""
    guess: Worded | None = None
    """Where we ask back: the answer to what is likeliest meant, to be told as a guess."""
    gists: tuple[Worded, ...] = ()
    """Where we ask back and no single answer is likely enough: those that may well be meant, each
    to be told in a sentence."""
    whole: bool = False
    """Whether that guess is so likely that all of its answer is told."""
    repeated: bool = False
    """Whether this answer, or all that may be meant, was the last thing told in the chat."""
    hurting: bool = False
    """Where we ask back, or a dialogue asks on: whether who is asked may well be hurt or
    desperate."""


class Snapshot:
    """A content ready to answer. Immutable, so that a new version is one assignment."""

    def __init__(
        self,
        content: Content,
        number: int = 0,
        *,
        understanding: Understanding | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        self.content = content
        self.number = number
        self.understanding = understanding or Understanding(content, encoder)
        self._dated = dated(content)
        self._names = names_of(content)
        self._on: tuple[date, Content] | None = None
        self._worded = remembered(self._word, _REMEMBERED)
        self._listed = remembered(self._things_listed, _REMEMBERED)

    def say(
        self,
        text: str,
        *,
        about: About | None = None,
        language: str = "en",
        today: date,
        deeper: bool = False,
    ) -> list[Said]:
        """Understand a message and word what it asks, one result for each question in it.

        See :meth:`Understanding.read` for what ``deeper`` costs.
        """
        understood = self.understanding.read(text, about=about, language=language, deeper=deeper)
        return [self.said(part, today, about) for part in understood]

    def after(self, about: About, said: Said) -> About:
        """Return what a chat is about once this was said."""
        words = _words_told(said)
        guess = said.guess.reading if said.guess else None
        about = self.understanding.abroad.heard(said.understood.text, about)
        if worded := said.worded or said.guess:
            topic = self.content.topics[worded.reading.topic]
            about = self.understanding.credentials.told(words, topic, about)
        rest = said.understood.rest
        if tells_of_oneself(said.understood.text, rest):
            told = held(rest, said.understood.slots)
            if tells_of_another(rest):
                about = replace(about, slots=latest_last(about.slots, told))
            else:
                about = replace(about, own={**about.own, **told})
            about = self._with_what_lasts(about, said)
        about = _with_own_questions(about, said.understood)
        listed = self._listed(words)
        few = few_of_a_kind([*map(self.content.things.get, listed)])
        if worded and few.keys() <= worded.reading.slots.keys():
            few = {}  # told one by one, or some in a row, of what was asked about
        lines = [line.reading for line in said.gists]
        verdict = said.understood.verdict
        now = after(about, verdict, listed, guess, whole=said.whole, lines=lines)
        return about_few(now, few)

    def _things_listed(self, words: str) -> tuple[str, ...]:
        return things_listed(words, self._names)

    def _with_what_lasts(self, about: About, said: Said) -> About:
        """Return a chat's subject with what somebody told of themselves that stays so."""
        told = readings_shown(said.understood.verdict)[:1]
        new = (one.topic for one in told if self.content.topics[one.topic].lasting)
        return replace(about, lasting=tuple(dict.fromkeys((*about.lasting, *new))))

    def said(self, understood: Understood, today: date, about: About | None = None) -> Said:
        """Word what is to be said to a question that is understood, in a chat about something.

        What was told last is no news: as an answer it is marked, and it is no guess where anything
        else may be meant.
        """
        match understood.verdict:
            case Answer(reading=reading) | Chat(reading=reading) | NotOurs(reading=reading):
                worded = self.word(reading, understood.language, today)
                repeated = self._was_told(reading, about)
                return Said(understood=understood, worded=worded, repeated=repeated)
            case Clarify(missing=None) as asked:
                fresh = [one for one in asked.options if not self._was_told(one, about)]
                asked = Clarify(options=tuple(fresh) or asked.options)
                guess = self._guess(asked, understood, today)
                policy = self.understanding.policy
                return Said(
                    understood=understood,
                    guess=guess,
                    gists=() if guess else self._gists(asked, understood.language, today),
                    whole=bool(guess and fresh) and is_told_whole(asked.options, policy),
                    repeated=not fresh,
                    hurting=sounds_hurt(
                        (*asked.options, *understood.ranked), self.content, policy
                    ),
                )
            case Clarify() | Unknown():
                return Said(understood=understood)

    def _was_told(self, reading: Reading, about: About | None) -> bool:
        topic = self.content.topics[reading.topic]
        return about is not None and was_told(reading, topic, about)

    def _guess(self, asked: Clarify, understood: Understood, today: date) -> Worded | None:
        """Word the answer to the likeliest option, where it is likely and begins no dialogue.

        Nobody who tells of themselves is sent elsewhere on a guess.
        """
        reading = likeliest(asked.options, self.content, self.understanding.policy)
        if reading is None:
            return None
        topic = self.content.topics[reading.topic]
        elsewhere = topic.kind == "not_ours" and speaks_of_self(understood.text)
        if elsewhere or topic.is_dialogue:
            return None
        return self.word(reading, understood.language, today)

    def _gists(self, asked: Clarify, language: str, today: date) -> tuple[Worded, ...]:
        """Word the answers that may well be meant, where they are plain answers.

        A "no" to a question that somebody did not ask would be read as one to theirs.
        """
        policy = self.understanding.policy
        readings = likely_ones(asked.options, self.content, policy)
        worded = (self.word(reading, language, today) for reading in readings)
        return tuple(
            one
            for one in worded
            if not one.choices
            and (one.reading.score >= policy["guess_at"] or not one.says_yes_or_no)
        )

    def word(self, reading: Reading, language: str, today: date) -> Worded:
        """Word the answer to a reading, as it stood on a day."""
        slots = tuple(reading.slots.items())
        worded = self._worded(reading.topic, slots, language, today)
        told = worded.reading
        if told.score != _ANYBODYS:
            return worded  # a dialogue tells its own subject
        return replace(worded, reading=replace(reading, slots=told.slots))

    def _word(
        self, name: str, slots: tuple[tuple[str, tuple[str, ...]], ...], language: str, today: date
    ) -> Worded:
        """Word the answer of a topic about some things, however sure we are that it is meant."""
        content = self.on(today)
        topic = content.topics[name]
        reading = Reading(topic=name, slots=dict(slots), score=_ANYBODYS)
        compose = COMPOSERS[topic.composer] if topic.composer else word
        return compose(content, reading, language, today)

    def on(self, today: date) -> Content:
        """Return the content as it is true on a day; made once a day, where days matter at all."""
        if not self._dated:
            return self.content
        made = self._on
        if made is None or made[0] != today:
            made = self._on = (today, on(self.content, today))
        return made[1]

    def heard(self, earlier: list[str], today: date, language: str = "en") -> About:
        """Return what a chat is about after these messages."""
        about = About()
        for text in earlier:
            said = self.say(text, about=about, language=language, today=today, deeper=True)
            for part in said:
                about = self.after(about, part)
        return about


def _with_own_questions(about: About, understood: Understood) -> About:
    """Return a chat's subject with how the person's own numbered questions were read.

    They are forgotten with the next message that asks something else: not with thanks, nor with a
    follow-up, such as one that says which of them was not answered.
    """
    if understood.number:
        before = about.asked[: understood.number - 1]
        if len(about.asked) == understood.number:
            return about  # its second half
        reading = next(iter(readings_shown(understood.verdict)), None)
        return replace(about, asked=(*before, reading))
    kept = understood.decided_by == "follow-up" or isinstance(understood.verdict, Chat)
    return about if kept else replace(about, asked=())


def _words_told(said: Said) -> str:
    """Return the words of the answer that was told, or of the guess as far as it was."""
    if said.worded:
        return said.worded.text
    if said.guess is None:
        return ""
    return said.guess.text if said.whole else said.guess.short


def compile_after(
    content: Content, number: int, previous: Snapshot | None, encoder: Encoder | None = None
) -> Snapshot:
    """Compile a version; where only facts changed, what understands questions is taken over."""
    if previous is None or not understood_alike(previous.content, content):
        encoder = encoder or (previous.understanding.encoder if previous else None)
        return Snapshot(content, number, encoder=encoder)
    understanding = copy(previous.understanding)
    understanding.content = content
    return Snapshot(content, number, understanding=understanding)


def understood_alike(old: Content, new: Content) -> bool:
    """Whether two contents understand every question alike: only facts differ."""
    return all(
        part(old) == part(new)
        for part in (
            attrgetter("policy", "words", "eligibility", "finder"),
            lambda content: [_called(thing) for thing in content.things.values()],
            lambda content: [_asked(topic) for topic in content.topics.values()],
        )
    )


_called = attrgetter("kind", "id", "name", "aliases", "place", "links")
_ONLY_TOLD = frozenset("picture facts told_of source as_of literals".split())
"""Fields of a topic that decide what is told, and nothing of what is understood."""

_asked = attrgetter(*sorted(Topic.model_fields.keys() - _ONLY_TOLD))
"""What a topic is understood by; its answer tells the languages apart. A new field is compared."""
