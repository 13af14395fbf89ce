"""Replays questions people asked against a draft: what would be gained, lost or changed.

The work is done in processes of its own, so that a bot that replays goes on answering.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from typing import Any, Literal

from knowledge.quietly import quietly
from knowledge.reading import Files, gather
from knowledge.schema import SOURCE_LANGUAGE, Content
from knowledge.snapshot import Snapshot, compile_after, understood_alike
from knowledge.understanding.context import About
from knowledge.verdicts import Answer, Chat, Clarify, NotOurs, Reading, Unknown, Verdict

Progress = Callable[[int, int], None]
"""Told how many questions of how many are done."""

How = Literal["lost", "changed", "gained", "reworded", "same"]
HOWS: tuple[How, ...] = ("lost", "changed", "gained", "reworded")

_CHUNK = 500
_PROCESSES = get_context("spawn")


@dataclass(frozen=True, slots=True)
class Logged:
    """A question as it was asked, with what its chat was about as far as it mattered."""

    text: str
    language: str
    carried: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Slots that came from the chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a draft does to one question."""

    question: str
    how: How
    before: str
    after: str
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Blast:
    """What a draft does to the questions people asked."""

    asked: int = 0
    effects: tuple[Effect, ...] = ()
    """What is not as it was; what most people asked comes first."""

    def count(self, how: How) -> int:
        """Return how many questions fare so, each counted as often as it was asked."""
        return sum(effect.times for effect in self.effects if effect.how == how)


@contextmanager
def until_left() -> Iterator[Event]:
    """Yield what tells threads and processes, once it is left, that nobody waits for them."""
    left = _PROCESSES.Event()
    try:
        yield left
    finally:
        left.set()


def replay(
    live: Files,
    draft: Files,
    asked: Iterable[Logged],
    today: date,
    stopped: Event,
    *,
    progress: Progress | None = None,
) -> Blast:
    """Ask both versions every question.

    Args:
        live: files of the version in use.
        draft: files that may replace it.
        asked: the questions; alike ones are asked once and counted.
        today: the day of the answers.
        stopped: set from another thread, it ends the asking, and the result means nothing.
        progress: is told how far it is.
    """
    times = Counter(asked)
    questions = list(times)
    if not questions:
        return Blast()
    chunks = [questions[at : at + _CHUNK] for at in range(0, len(questions), _CHUNK)]
    workers = min(os.cpu_count() or 1, len(chunks))
    effects: list[Effect] = []
    with ProcessPoolExecutor(
        workers, _PROCESSES, initializer=_prepare, initargs=(live, draft, today, stopped)
    ) as pool:
        tasks = [pool.submit(_replay_chunk, chunk) for chunk in chunks]
        for done, task in enumerate(as_completed(tasks), start=1):
            effects += task.result()
            if progress:
                progress(min(done * _CHUNK, len(questions)), len(questions))
    return _blast(effects, questions, times)


def _blast(effects: list[Effect], questions: list[Logged], times: Counter[Logged]) -> Blast:
    asked = Counter[str]()
    for question in questions:
        asked[question.text] += times[question]
    order = {how: place for place, how in enumerate(HOWS)}
    told = [
        Effect(
            question=effect.question,
            how=effect.how,
            before=effect.before,
            after=effect.after,
            times=asked[effect.question],
        )
        for effect in dict.fromkeys(effects)
    ]
    told.sort(key=lambda effect: (order[effect.how], -effect.times, effect.question))
    return Blast(asked=times.total(), effects=tuple(told))


class Comparer:
    """Asks two versions the same question; wordings are compared once for each reading."""

    def __init__(self, live: Snapshot, draft: Snapshot, today: date) -> None:
        self._live = live
        self._draft = draft
        self._today = today
        self._alike = understood_alike(live.content, draft.content)
        self._words: dict[Any, bool] = {}

    def compare(self, question: Logged) -> Effect:
        """Return what the draft does to a question."""
        before = self._verdict(self._live, question)
        after = before if self._alike else self._verdict(self._draft, question)
        how = self._how(before, after, question.language)
        return Effect(
            question=question.text,
            how=how,
            before=_name(before, self._live.content),
            after=_name(after, self._draft.content),
        )

    def _verdict(self, snapshot: Snapshot, question: Logged) -> tuple[Verdict, ...]:
        about = About(slots=dict(question.carried))
        read = snapshot.understanding.read(question.text, about=about, language=question.language)
        return tuple(part.verdict for part in read)

    def _how(self, before: Sequence[Verdict], after: Sequence[Verdict], language: str) -> How:
        was, now = max(map(_rank, before)), max(map(_rank, after))
        if was != now:
            return "gained" if now > was else "lost"
        if list(map(_meaning, before)) != list(map(_meaning, after)):
            return "changed"
        worded = all(self._same_words(verdict, language) for verdict in after)
        return "same" if worded else "reworded"

    def _same_words(self, verdict: Verdict, language: str) -> bool:
        match verdict:
            case Answer(reading=reading) | Chat(reading=reading) | NotOurs(reading=reading):
                key = (language, _meaning(verdict))
                if key not in self._words:
                    said = (self._say(version, reading, language) for version in self._versions)
                    self._words[key] = len(set(said)) == 1
                return self._words[key]
            case Clarify() | Unknown():
                return True

    @property
    def _versions(self) -> tuple[Snapshot, Snapshot]:
        return self._live, self._draft

    def _say(self, snapshot: Snapshot, reading: Reading, language: str) -> str:
        return snapshot.word(reading, language, self._today).text


def _rank(verdict: Verdict) -> int:
    match verdict:
        case Unknown():
            return 0
        case Clarify():
            return 1
        case Answer() | Chat() | NotOurs():
            return 2


def _meaning(verdict: Verdict) -> Any:
    """Return what tells one verdict from another: topics and things, not scores."""
    match verdict:
        case Answer(reading=reading) | Chat(reading=reading) | NotOurs(reading=reading):
            return reading.topic, tuple(sorted(reading.slots.items()))
        case Clarify(options=options, missing=missing):
            return missing, frozenset(option.topic for option in options)
        case Unknown():
            return None


def _name(verdicts: Sequence[Verdict], content: Content) -> str:
    return "; ".join(_name_one(verdict, content) for verdict in verdicts)


def _name_one(verdict: Verdict, content: Content) -> str:
    match verdict:
        case Answer(reading=reading) | Chat(reading=reading) | NotOurs(reading=reading):
            keys = [key for keys in reading.slots.values() for key in keys]
            things = content.things
            names = [
                things[key].name.say(SOURCE_LANGUAGE) if key in things else key for key in keys
            ]
            return f"{reading.topic} ({', '.join(names)})" if names else reading.topic
        case Clarify(options=options, missing=missing):
            if missing:
                return f"{options[0].topic}, asks which {missing}"
            return f"asks: {' or '.join(option.topic for option in options)}"
        case Unknown():
            return "no answer"


_comparer: Comparer | None = None
_stopped: Event
"""Of a worker process: made once when it starts."""


def _prepare(live: Files, draft: Files, today: date, stopped: Event) -> None:
    global _comparer, _stopped  # noqa: PLW0603 - a worker process serves one replay
    _stopped = stopped
    old = _compile(live, None)
    _comparer = Comparer(old, _compile(draft, old), today)


def _compile(files: Files, previous: Snapshot | None) -> Snapshot:
    content, reader = quietly(gather, files)
    if content is None:
        raise ValueError("\n".join(map(str, reader.faults)))
    return quietly(compile_after, content, 0, previous)


def _replay_chunk(questions: list[Logged]) -> list[Effect]:
    if _comparer is None:
        raise RuntimeError("a replay worker was not prepared")
    compared = map(_comparer.compare, takewhile(lambda _: not _stopped.is_set(), questions))
    return [effect for effect in compared if effect.how != "same"]
