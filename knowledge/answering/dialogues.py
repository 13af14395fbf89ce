"""Carries a dialogue (who may enter, which role fits) from one tap or message to the next. Pure.

A dialogue is the list of what the person did, kept with the chat: any replica can take the next
step, a restart loses nothing, and a step that a newer content no longer knows is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from knowledge.answering import eligibility, entry, finder, fitting
from knowledge.answering.answers import Worded
from knowledge.matching.words import tokenize
from knowledge.schema import (
    CHECK,
    SEARCH,
    Asking,
    ComposerName,
    Content,
    Option,
    Taste,
    Tasting,
)
from knowledge.texts import translator
from knowledge.verdicts import Reading, Slots

ENTRY, FINDER = "e", "f"
"""The dialogues, by the letter their buttons begin with."""

BEGUN_BY: Mapping[str, ComposerName] = {ENTRY: CHECK, FINDER: SEARCH}
"""The composer of the topic whose answer begins a dialogue."""

_THING, _ATTRIBUTE = "=", "~"
_SKIP = "skip"

Step = tuple[str, str]
"""A question and its answer; ``=`` and a thing; or ``~`` and an attribute with its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A dialogue as it stands."""

    name: str
    steps: tuple[Step, ...] = ()
    at: str = ""
    """The question that was asked last."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The questions that were answered or passed over."""
        return tuple(dict.fromkeys(q for q, _ in self.steps if q not in (_THING, _ATTRIBUTE)))

    def with_steps(self, *steps: Step) -> Flow:
        """Return the flow with more steps; a question answered anew replaces its old answer."""
        again = {question for question, _ in steps if question not in (_THING, _ATTRIBUTE)}
        return replace(self, steps=(*(s for s in self.steps if s[0] not in again), *steps))

    def without(self, taken: str) -> Flow:
        """Return the flow before a question was answered, or ``=`` and a thing was told."""
        kept = (step for step in self.steps if step[0] != taken and "".join(step) != taken)
        return replace(self, steps=tuple(kept))

    def dump(self) -> str:
        """Return it as it is kept."""
        return json.dumps({"name": self.name, "steps": self.steps, "at": self.at})


def load_flow(kept: str | None) -> Flow | None:
    """Return the dialogue a chat is in, if any."""
    if not kept:
        return None
    plain: dict[str, Any] = json.loads(kept)
    steps = tuple((str(question), str(answer)) for question, answer in plain["steps"])
    return Flow(name=plain["name"], steps=steps, at=plain["at"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What to keep and what to say after a step."""

    flow: Flow | None
    worded: Worded


def topic_of(content: Content, name: str) -> str:
    """Return the topic whose answer a dialogue is; empty where it is none of this content."""
    composer = BEGUN_BY.get(name)
    return content.topic_by(composer) if composer and content.has_questions(composer) else ""


def tap(
    content: Content, flow: Flow | None, data: str, language: str, today: date
) -> Moved | None:
    """Take a button of a dialogue; None where it is of no dialogue we know.

    A button carries the question it answers, so that one pressed twice, late or on another device
    does no harm.
    """
    name, _, what = data.partition(":")
    if not topic_of(content, name):
        return None
    flow = flow if flow and flow.name == name else Flow(name=name)
    if what in _SPECIAL:
        return _SPECIAL[what](content, flow, language, today)
    if what.startswith("-"):
        return _go_on(content, flow.without(what[1:]), language, today, at=what[1:])
    question, _, answer = what.partition(".")
    if name == FINDER and question == "plan" and fitting.has_plan(content, answer):
        worded = fitting.plan(content, answer, _picks(flow), language, today)
        return Moved(flow=flow, worded=worded)
    if question and not _known(content, flow.name, question, answer):
        return None
    return _go_on(
        content, flow.with_steps((question, answer)) if question else flow, language, today
    )


def restore(content: Content, code: str, language: str, today: date) -> Moved | None:
    """Take up a search from its link; None where it is none, or from other questions."""
    known = content.finder if topic_of(content, FINDER) else None
    picks = finder.from_link(known, code) if known else None
    if picks is None:
        return None
    flow = Flow(name=FINDER, steps=tuple(picks.items()))
    return Moved(flow=flow, worded=_end(content, flow, language, today).worded)


def hear(
    content: Content, flow: Flow, text: str, slots: Slots, language: str, today: date
) -> Moved | None:
    """Take what a person writes in the middle of a dialogue; None where it says nothing for it."""
    steps = tuple(heard(content, flow, text, slots)) if topic_of(content, flow.name) else ()
    if not steps:
        return None
    moved = _go_on(content, flow.with_steps(*steps), language, today)
    same = moved.flow is not None and moved.flow.at == flow.at != ""
    return _noted(moved, language) if same else moved


def _noted(moved: Moved, language: str) -> Moved:
    """Say that something was taken in where the same question is asked again."""
    _ = translator(language)
    words = _("Noted. I still need to know:")
    return replace(moved, worded=replace(moved.worded, short=f"{words} {moved.worded.short}"))


def heard(content: Content, flow: Flow, text: str, slots: Slots) -> Iterator[Step]:
    """Yield what a text says for a dialogue: the things it names and the answers it holds."""
    people = _people(content)
    named = [key for keys in slots.values() for key in keys if key in people]
    said = list(_answers_in(_questions(content, flow.name), flow, tokenize(text)))
    if flow.name == ENTRY:
        yield from ((_THING, key) for key in named)
    elif not said:
        known = {name: value for key in named for name, value in people[key].items()}
        asked = _question(content, flow.name, flow.at)
        said = [(flow.at, option) for option in _true_of(asked, known)] if asked else []
    yield from said


def _true_of(question: Asking | Tasting, known: Mapping[str, int]) -> Iterator[str]:
    """Yield the one answer that what is known of a person gives: an aide works in health care."""
    agreeing = {
        option.id: sum(known.get(name) == value for name, value in option.sets.items())
        for option in question.options
        if all(known.get(name, value) == value for name, value in option.sets.items())
    }
    most = max(agreeing.values(), default=0)
    best = [answer for answer, agreed in agreeing.items() if agreed == most]
    if most and len(best) == 1:
        yield best[0]


def _answers_in(
    questions: Sequence[Asking | Tasting], flow: Flow, words: list[str]
) -> Iterator[Step]:
    """Yield the answers a text holds, the longest phrase of each question first.

    To the question that was just asked the text is an answer; to the others it is a hint, and a
    hint says only what is so, never what is not.
    """
    for question in sorted(questions, key=lambda q: q.id != flow.at):
        found = max(
            ((size, option) for option in question.options if (size := _said(option, words))),
            key=lambda pair: pair[0],
            default=None,
        )
        if found is None:
            continue
        option = found[1]
        if question.id == flow.at:
            yield question.id, option.id
        if question.id == flow.at or not isinstance(option, Option):
            continue
        yes = {name: value for name, value in option.sets.items() if value}
        for name, value in (yes or option.sets).items():
            yield _ATTRIBUTE, f"{name}={value}"


def _said(option: Option | Taste, words: list[str]) -> int:
    """Return how many words of a text say this answer; 0 for none."""
    said = tuple(words)
    if said in map(_words, option.words.root.values()):
        return len(said) + 1
    best = 0
    for phrase in (_words(phrase) for phrases in option.said.values() for phrase in phrases):
        if len(phrase) > best and phrase[0] in said and _holds(said, phrase):
            best = len(phrase)
    return best


def _holds(said: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Whether the words of a phrase stand side by side in what was said."""
    size = len(phrase)
    return any(said[at : at + size] == phrase for at in range(len(said) - size + 1))


@lru_cache(maxsize=4_096)
def _words(phrase: str) -> tuple[str, ...]:
    """Return the words of a phrase of the content, which is asked for again and again."""
    return tuple(tokenize(phrase))


def again(content: Content, flow: Flow, language: str, today: date) -> Moved:
    """Return the question of a dialogue that still waits for its answer."""
    return _go_on(content, flow, language, today, at=flow.at)


def _go_on(
    content: Content, flow: Flow, language: str, today: date, *, at: str | None = None
) -> Moved:
    """Ask the next question, or say how it comes out."""
    question = _next(content, flow, at)
    if question is None:
        return _end(content, flow, language, today)
    number = len(flow.asked) + 1
    if isinstance(question, Asking):
        worded = entry.ask(content, _facts(content, flow), question, number, language)
    else:
        worded = fitting.ask(content, question, number, language)
    return Moved(flow=replace(flow, at=question.id), worded=worded)


def _next(content: Content, flow: Flow, at: str | None) -> Asking | Tasting | None:
    if at and (again := _question(content, flow.name, at)):
        return again
    if flow.name == ENTRY:
        rules = entry.rules_of(content)
        return eligibility.next_question(_facts(content, flow), flow.asked, rules)
    return finder.next_question(fitting.finder_of(content), _picks(flow), flow.asked)


def first_question(content: Content, flow: Flow) -> str:
    """Return the question a dialogue asks next; empty where it is done."""
    question = _next(content, flow, None)
    return question.id if question else ""


def _end(content: Content, flow: Flow, language: str, today: date) -> Moved:
    """Say how a dialogue comes out; it can still be changed."""
    _ = translator(language)
    if flow.name == ENTRY:
        change = ((_("Change an answer"), "e:undo"), (_("Begin again"), "e:new"))
        reading = Reading(topic=topic_of(content, ENTRY))
        said = _facts(content, flow)
        worded = entry.result(content, reading, said, language, today, choices=change)
    else:
        worded = fitting.result(content, _picks(flow), language, today)
    return Moved(flow=replace(flow, at=""), worded=worded)


def _undo(content: Content, flow: Flow, language: str, _today: date) -> Moved:
    """Show what was told; a tap takes it back, and asks a question again."""
    _ = translator(language)
    told = dict.fromkeys(answer for kind, answer in flow.steps if kind == _THING)
    given = [
        (content.things[key].name.say(language), f"{flow.name}:-{_THING}{key}")
        for key in told
        if key in content.things
    ]
    for question in _questions(content, flow.name):
        picked = next((answer for asked, answer in flow.steps if asked == question.id), None)
        option = next((o for o in question.options if o.id == picked), None)
        if option:
            words = f"{question.words.say(language)} {option.words.say(language)}"
            given.append((words, f"{flow.name}:-{question.id}"))
    worded = Worded(
        reading=Reading(topic=topic_of(content, flow.name)),
        language=language,
        short=_("Which answer do you want to change?") if given else _("Nothing to change yet."),
        choices=(*given, (_("Go on"), flow.name)),
    )
    return Moved(flow=flow, worded=worded)


def _restart(content: Content, flow: Flow, language: str, today: date) -> Moved:
    return _go_on(content, Flow(name=flow.name), language, today)


_SPECIAL: Mapping[str, Callable[[Content, Flow, str, date], Moved]] = {
    "end": _end,
    "undo": _undo,
    "new": _restart,
}


def _questions(content: Content, name: str) -> Sequence[Asking | Tasting]:
    if name == ENTRY:
        return entry.rules_of(content).questions
    return fitting.finder_of(content).questions


def _question(content: Content, name: str, at: str) -> Asking | Tasting | None:
    return next((question for question in _questions(content, name) if question.id == at), None)


def _known(content: Content, name: str, question: str, answer: str) -> bool:
    found = _question(content, name, question)
    return found is not None and answer in (_SKIP, *(option.id for option in found.options))


def _people(content: Content) -> Mapping[str, Mapping[str, int]]:
    return entry.rules_of(content).people


def _facts(content: Content, flow: Flow) -> eligibility.Said:
    """Return what a person's steps say, oldest first."""
    rules = entry.rules_of(content)
    options = {(q.id, o.id): o.sets for q in rules.questions for o in q.options}
    said: eligibility.Said = {}
    for question, answer in flow.steps:
        if question == _THING:
            said = eligibility.with_thing(said, answer, rules)
            continue
        if question == _ATTRIBUTE:
            name, _, value = answer.partition("=")
            news: Mapping[str, int] = {name: int(value)} if name in rules.attributes else {}
        else:
            news = options.get((question, answer), {})
        said = eligibility.with_news(said, news)
    return said


def _picks(flow: Flow) -> dict[str, str]:
    return {question: answer for question, answer in flow.steps if answer != _SKIP}
