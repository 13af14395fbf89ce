"""A message, which may hold several questions, thanks and a cry for help, understood. Pure.

message → what it points at → its questions → each from words to a verdict (``questions``)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.matching.words import tokenize
from knowledge.schema import OWN, SOURCE_LANGUAGE
from knowledge.understanding.context import (
    About,
    after,
    latest_last,
    of_oneself,
    says_only_names,
)
from knowledge.understanding.judging import OF_WORDS, urgent_among
from knowledge.understanding.pointing import Pointer
from knowledge.understanding.questions import Reader, Tongue, Understood
from knowledge.understanding.selves import speaks_of_self
from knowledge.understanding.splitting import (
    BEFORE_QUESTION,
    BETWEEN_CLAUSES,
    CLAUSE,
    MOST_QUESTIONS,
    asks,
    begins_to_ask,
    behind_what_is_told,
    numbered_questions,
    pieces_of,
    split_questions,
    without_closing,
)
from knowledge.verdicts import (
    Answer,
    Chat,
    Clarify,
    NotOurs,
    Reading,
    Slots,
    Unknown,
    readings_shown,
)

_SHORTEST_QUESTION = 4
"""Words of a part of a message that asks something of its own."""

_SHORTEST_CRY = 3
"""Words of a part of a message that may be a cry for help."""


class Understanding(Reader):
    """A content made ready to understand messages; immutable once built."""

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
        cry = self._cry_within(text, said)
        return [cry, *said] if cry else said

    def _cry_within(self, text: str, said: Sequence[Understood]) -> Understood | None:
        """Return the cry for help in a part of a long message that asks for something else.

        Of many words few are a cry, and the message as a whole is about a course or a job. Words
        alone are asked: who says it plainly is helped, and nobody is for what is but alike.
        """
        if any(self.is_urgent(one) for one in said):
            return None
        tongue = Tongue(None, said[0].language)
        pieces = BETWEEN_CLAUSES.split(text)
        for piece in pieces if len(pieces) > 1 else ():
            words, _ = self.words_in(piece)
            if len(words) < _SHORTEST_CRY or self.phrases.urgent.isdisjoint(words):
                continue
            read = self.read_plain(piece, About(), tongue, OF_WORDS)
            if isinstance(read.verdict, NotOurs) and self.is_urgent(read):
                return read
        return None

    def is_urgent(self, read: Understood) -> bool:
        """Whether a message is read as about a danger to somebody, or may be."""
        return urgent_among(readings_shown(read.verdict), self.content) is not None

    def _questions(
        self, text: str, *, about: About | None, language: str, deeper: bool
    ) -> list[Understood]:
        """Understand the questions of a message as if none of it were a cry for help."""
        about = self.abroad.heard(text, about or About())
        about = of_oneself(about) if speaks_of_self(text) else about
        pointer = Pointer(self)
        if pointed := pointer.pointed_at(text, about, language):
            return [pointed]
        about = pointer.without_the_listed(text, about)
        if (named := pointer.named_by_place(text, about)) != text:
            about = replace(about, listed=())
            said = self._questions(named, about=about, language=language, deeper=deeper)
            return _as_one(said, text)
        tongue = Tongue(self.language_beside_places(text, language), language)
        whole = self.read_one(text, about, tongue, deeper)
        if isinstance(whole.verdict, Answer) and whole.ranked[0].exact:
            return [whole]
        if self._is_courtesy(whole) and (asked := self._beside_courtesy(text)):
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
        if questions == [text]:
            parts = self._clauses(text, about, tongue, deeper) or [whole]
        else:
            parts = self._each(questions, about, tongue, deeper)
        parts = self._as_sure_as(whole, parts)
        if not self._are_several(parts, whole):
            return [whole]
        return self._without_doubtful(self._without_told(_without_bare_names(parts)))

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
            read = read or [self.read_one(question, about, tongue, deeper)]
            parts += (replace(part, number=number if numbered else 0) for part in read)
            about = after(about, parts[-1].verdict)
        return parts

    def _beside_courtesy(self, text: str) -> str:
        """Return what a message asks beside thanks or a greeting: "bless you. Are you a machine?".

        Empty where it is all one.
        """
        tongue = Tongue(None, SOURCE_LANGUAGE)
        pieces = pieces_of(text)
        left = [
            piece
            for piece in pieces
            if asks(piece)
            or not self._is_courtesy(self.read_plain(piece, About(), tongue, OF_WORDS))
        ]
        return " ".join(left) if len(left) < len(pieces) and asks(" ".join(left)) else ""

    def _is_courtesy(self, read: Understood) -> bool:
        """Whether nothing is said but thanks, a greeting and the like."""
        match read.verdict:
            case Chat(reading=reading):
                return self.content.topics[reading.topic].courtesy
            case _:
                return False

    def _without_told(self, parts: Sequence[Understood]) -> list[Understood]:
        """Leave out parts that but tell what somebody is, where the next part asks something else.

        "I have a bachelor's in history. Can I still get a Pell grant?" asks of the grant alone.
        """
        kept: list[Understood] = []
        for part in parts:
            asked = asks(part.text) and self._is_told(part)
            if kept and asked and self._but_tells(kept[-1]):
                kept[-1] = _beside_told(part, kept[-1])
            else:
                kept.append(part)
        return kept

    def _but_tells(self, part: Understood) -> bool:
        """Whether a part is answered by what is open to somebody, though it asks nothing."""
        match part.verdict:
            case Answer(reading=reading) if not asks(part.text):
                return not OWN.isdisjoint(self.content.topics[reading.topic].needs)
            case _:
                return False

    def _is_likely(self, part: Understood) -> bool:
        """Whether a part was understood so well that its answer is told whole."""
        shown = readings_shown(part.verdict)
        return bool(shown) and shown[0].score >= self.policy["tell_at"]

    def _without_doubtful(self, parts: Sequence[Understood]) -> list[Understood]:
        """Leave out later parts that may mean several things, where any part is answered.

        A second reply to what was hardly understood reads as if the bot had not listened. What may
        be a cry for help is kept.
        """
        if not any(isinstance(part.verdict, Answer) for part in parts):
            return [*parts]
        kept: list[Understood] = []
        for part in parts:
            if kept and self._is_doubtful(part) and not self.is_urgent(part):
                kept[-1] = replace(kept[-1], text=f"{kept[-1].text} {part.text}")
            else:
                kept.append(part)
        return kept

    def _as_sure_as(self, whole: Understood, parts: Sequence[Understood]) -> list[Understood]:
        """Return likely guesses at parts of a message with the answer to the whole in its place.

        What is said around a question may be what makes it plain.
        """
        match whole.verdict:
            case Answer(reading=reading) if all(map(self._is_guessed, parts)):
                return [
                    replace(whole, text=part.text) if _is_first_choice(part, reading) else part
                    for part in parts
                ]
            case _:
                return [*parts]

    def _are_several(self, parts: Sequence[Understood], whole: Understood) -> bool:
        """Whether the parts of a message say more than the message as one question.

        They do where several are answered, where only a part is, and where one asks what nobody
        could answer: that must be said and logged. "Right?" and the like ask nothing.
        """
        answers = [part for part in parts if isinstance(part.verdict, Answer)]
        told = answers
        if whole.text.startswith(parts[0].text) and all(asks(part.text) for part in parts):
            told = [part for part in parts if self._is_told(part)]
        readings = [readings_shown(part.verdict)[0] for part in told]
        if answers and len({(reading.topic, str(reading.slots)) for reading in readings}) > 1:
            return True
        unknown = (part for part in parts if isinstance(part.verdict, Unknown))
        missed = any(len(part.text.split()) >= _SHORTEST_QUESTION for part in unknown)
        return bool(answers) and (missed or not isinstance(whole.verdict, Answer))

    def _is_told(self, part: Understood) -> bool:
        """Whether a part is answered, or asks one thing that is guessed at."""
        return isinstance(part.verdict, Answer) or self._is_guessed(part)

    def _is_guessed(self, part: Understood) -> bool:
        """Whether a part asks one thing that is likelier meant than not."""
        return asks(part.text) and bool(_likelihood(part) >= self.policy["guess_at"])

    def _is_doubtful(self, part: Understood) -> bool:
        """Whether not even a guess could be told of a part."""
        return bool(0 < _likelihood(part) < self.policy["guess_at"])

    def _clauses(self, text: str, about: About, tongue: Tongue, deeper: bool) -> list[Understood]:
        """Read "how long is it and what does it pay" as two; empty where not both are answered."""
        parts: list[Understood] = []
        about = self._named_once(text, about)
        asked = CLAUSE.split(behind_what_is_told(text))
        clauses = asked if len(asked) > 1 else CLAUSE.split(text)
        if not 1 < len(clauses) <= MOST_QUESTIONS:
            return [self.read_one(text, about, tongue, deeper)]
        for clause in clauses:
            part = self.read_one(clause, about, tongue, deeper)
            if not self._is_told(part):
                return []  # whatever the others say
            parts.append(part)
            about = after(about, part.verdict)
        return parts if self._go_together(parts, is_all=clauses is not asked) else []

    def _go_together(self, clauses: Sequence[Understood], *, is_all: bool) -> bool:
        """Whether clauses are questions of their own: all are answered, or some beside guesses.

        Beside an answer a likely guess is enough, where both are about the same things, and about
        something named or nothing but questions is said: what somebody tells may be what they ask
        about.
        """
        guessed = [one for one in clauses if not isinstance(one.verdict, Answer)]
        if len(guessed) in (0, len(clauses)):
            return not guessed
        readings = [readings_shown(one.verdict)[0] for one in clauses]
        first, *others = (reading.slots.items() for reading in readings)
        only_asked = is_all and all(asks(one.text) for one in clauses)
        if not (first or only_asked):
            return False
        return all(first <= things or things <= first for things in others)

    def _asked(self, text: str, about: About, tongue: Tongue) -> Understood | None:
        """Read only the question of "I teach in Florida, what does a trainer do".

        Only where words alone are sure of it, it names all that it is about and most of it is
        known here: "can I still do this?" and "where is he buried" hang on what was said before.
        """
        asked = behind_what_is_told(text)
        if not asked or BEFORE_QUESTION.search(asked):
            return None
        read = self.read_one(asked, about, tongue, deeper=False)
        if not isinstance(read.verdict, Answer):
            return None
        reading = read.verdict.reading
        topic = self.content.topics[reading.topic]
        whole = topic.needs and topic.is_filled(read.slots)
        known = reading.explained >= self.policy["carried_explained_at"]
        return replace(read, text=text) if whole and known else None

    def _named_once(self, text: str, about: About) -> About:
        """Return a chat's subject with what a sentence names: for all its questions, not the last.

        "How long is it and what does it cost to be a trainer" asks both about the trainer.
        """
        named = self.finder.variants(tokenize(text), text)[0].slots
        if any(len(keys) > 1 for keys in named.values()):
            return about
        return replace(about, slots=latest_last(about.slots, named))


def _as_one(read: list[Understood], text: str) -> list[Understood]:
    """Return what was read of a part of a text as read of the text, where that is one question."""
    return [replace(read[0], text=text)] if len(read) == 1 else read


def _likelihood(part: Understood) -> float:
    """Return how likely the first choice is where a part is asked back; 0 where it is not."""
    match part.verdict:
        case Clarify(options=(first, *_), missing=None):
            return first.score
        case _:
            return 0.0


def _is_first_choice(part: Understood, reading: Reading) -> bool:
    """Whether a part that is asked back most likely asks for the same."""
    match part.verdict:
        case Clarify(options=(first, *_)):
            return (first.topic, first.slots) == (reading.topic, reading.slots)
        case _:
            return False


def _without_bare_names(parts: Sequence[Understood]) -> list[Understood]:
    """Leave out parts that but name what the next part asks about: "trainer role, how long?"."""
    kept: list[Understood] = []
    for part in parts:
        if kept and _only_names(kept[-1]) and _is_about(part, kept[-1].slots):
            kept[-1] = replace(part, text=f"{kept[-1].text} {part.text}")
        else:
            kept.append(part)
    return kept


def _beside_told(asked: Understood, told: Understood) -> Understood:
    """Return what is asked together with what is told before it, so that a chat keeps both."""
    return replace(
        asked,
        text=f"{told.text} {asked.text}",
        rest=f"{told.rest} {asked.rest}",
        slots={**told.slots, **asked.slots},
    )


def _only_names(part: Understood) -> bool:
    """Whether a part says nothing but what it is about; "what is RHIT" asks."""
    named = bool(part.slots) and says_only_names(part.rest)
    return named and not begins_to_ask(part.text)


def _is_about(part: Understood, things: Slots) -> bool:
    verdict = part.verdict
    return isinstance(verdict, Answer) and things.items() <= verdict.reading.slots.items()
