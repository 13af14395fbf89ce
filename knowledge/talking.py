"""Decides whether a message goes on with a dialogue or asks something else. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from knowledge.answering import dialogues, entry
from knowledge.answering.answers import Worded
from knowledge.answering.dialogues import BEGUN_BY, ENTRY, Flow, Moved, load_flow
from knowledge.matching.words import normalize, tokenize
from knowledge.schema import Content
from knowledge.snapshot import Said, Snapshot
from knowledge.texts import translator
from knowledge.understanding.context import About
from knowledge.understanding.questions import Understood
from knowledge.understanding.selves import speaks_of_self
from knowledge.understanding.splitting import asks, begins_to_ask
from knowledge.verdicts import Answer, Reading, Unknown

STOP = "stop"
"""The button that ends a dialogue."""

_FEW = 3
"""Words of a message that is rather an answer than a question."""

_SHORT = 5
"""Words that are rather meant for the dialogue under way than a question nobody foresaw."""

_TYPED = {
    **dict.fromkeys(("stop", "cancel", "quit", "exit", "salir", "cancelar", "basta"), STOP),
    **dict.fromkeys(("result", "results", "show the result", "resultado"), "end"),
    **dict.fromkeys(("change", "change an answer", "back", "go back", "cambiar", "atras"), "undo"),
    **dict.fromkeys(("start over", "begin again", "restart", "empezar de nuevo"), "new"),
    **dict.fromkeys(("continue", "go on", "seguir", "continuar"), ""),
    **dict.fromkeys(("skip", "next", "pass", "idk", "i dont know", "dont know"), "skip"),
    **dict.fromkeys(("not sure", "im not sure", "unsure", "no idea", "saltar"), "skip"),
    **dict.fromkeys(("siguiente", "paso", "no se", "no lo se", "no estoy seguro"), "skip"),
    **dict.fromkeys(("no estoy segura", "ni idea"), "skip"),
}
"""Everything a button can do in a dialogue can be typed."""

_NODS = frozenset("yes yeah yep sure ok okay no nope si bueno dale vale claro".split())
"""What answers some questions; where it does not answer this one, it is asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What to say to a message, and the dialogue the chat is in then."""

    said: list[Said]
    flow: str | None

    @property
    def weak(self) -> bool:
        """Whether nothing was clearly understood."""
        return all(one.worded is None for one in self.said)

    @property
    def in_doubt(self) -> bool:
        """Whether words alone left doubt about some of it."""
        return any(one.understood.in_doubt for one in self.said)


def speak(
    snapshot: Snapshot,
    text: str,
    *,
    about: About,
    kept: str | None,
    language: str,
    chosen: str | None = None,
    today: date,
    deeper: bool = False,
) -> Spoken:
    """Understand and word a message, as part of the dialogue under way where it is one.

    A dialogue speaks the ``chosen`` language, where the person chose one. A clear question is
    answered in the middle of a dialogue; the dialogue waits. Where somebody may be in danger it
    asks no more: its buttons still work, but no word is taken for an answer to it.
    """
    said = snapshot.say(text, about=about, language=language, today=today, deeper=deeper)
    flow = load_flow(kept)
    if flow and any(snapshot.understanding.is_urgent(one.understood) for one in said):
        return Spoken(said=said, flow=_dump(replace(flow, at="")))
    if flow and flow.at:
        spoken = chosen or said[0].understood.language
        typed = normalize(text).strip(" .!")
        if moved := _typed(snapshot.content, flow, typed, spoken, today):
            return Spoken(said=[_as_said(said[0], moved.worded)], flow=_dump(moved.flow))
        if _may_go_on(snapshot.content, said, text):
            slots = snapshot.understanding.finder.all_named(tokenize(text), text)
            if moved := dialogues.hear(snapshot.content, flow, text, slots, spoken, today):
                return Spoken(said=[_as_said(said[0], moved.worded)], flow=_dump(moved.flow))
        topic = dialogues.topic_of(snapshot.content, flow.name)
        if about.topic == topic and _is_no_answer(said, typed):
            moved = dialogues.again(snapshot.content, flow, spoken, today)
            return Spoken(said=[_as_said(said[0], moved.worded)], flow=_dump(moved.flow))
    last = said[-1].worded
    begun = begin_with(snapshot.content, last.reading) if last else None
    return Spoken(said=said, flow=_dump(begun) if begun else kept)


def _typed(content: Content, flow: Flow, typed: str, language: str, today: date) -> Moved | None:
    """Do what a button would, where its word was typed."""
    command = _TYPED.get(typed)
    if command is None:
        return None
    if command == STOP:
        return stopped(content, flow, language)
    what = f"{flow.at}.skip" if command == "skip" else command
    return dialogues.tap(content, flow, f"{flow.name}:{what}".rstrip(":"), language, today)


def _is_no_answer(said: list[Said], typed: str) -> bool:
    """Whether a few words answer nothing that a dialogue asked, so that it has to ask again."""
    if typed in _NODS:
        return True
    lost = all(isinstance(one.understood.verdict, Unknown) for one in said)
    return lost and len(tokenize(typed)) <= _SHORT and not asks(typed)


def stopped(content: Content, flow: Flow | None, language: str) -> Moved | None:
    """End a dialogue and forget its answers; None where the content has no such dialogue."""
    topic = dialogues.topic_of(content, flow.name if flow else ENTRY)
    if not topic:
        return None
    _ = translator(language)
    words = _("Stopped. I have forgotten those answers. You can ask me anything.")
    worded = Worded(reading=Reading(topic=topic), language=language, short=words)
    return Moved(flow=None, worded=worded)


def _may_go_on(content: Content, said: list[Said], text: str) -> bool:
    """Whether a message may be an answer, and not a clear question about something else.

    Who plainly tells that they are hurt is comforted first.
    """
    if len(said) > 1 or _comforts(content, said[0]):
        return False
    few = len(tokenize(text)) <= _FEW
    if not isinstance(said[0].understood.verdict, Answer):
        return speaks_of_self(text) or not (begins_to_ask(text) if few else asks(text))
    return (speaks_of_self(text) or few) and not asks(text)


def _comforts(content: Content, said: Said) -> bool:
    """Whether words of comfort are told in full."""
    told = said.worded or (said.guess if said.whole else None)
    return told is not None and content.topics[told.reading.topic].hurting


def _as_said(first: Said, worded: Worded) -> Said:
    understood: Understood = replace(
        first.understood,
        verdict=Answer(reading=worded.reading),
        language=worded.language,
        decided_by="dialogue",
        in_doubt=False,
    )
    return Said(understood=understood, worded=worded, hurting=first.hurting)


def begin_with(content: Content, reading: Reading) -> Flow | None:
    """Return the dialogue that an answer begins; None where it begins none."""
    composer = content.topics[reading.topic].composer
    name = next((name for name, begun_by in BEGUN_BY.items() if begun_by == composer), None)
    return begin(content, name, reading) if name else None


def begin(content: Content, name: str, reading: Reading) -> Flow:
    """Return a dialogue at its first question, with what the reading names already said."""
    flow = Flow(name=name)
    if name == ENTRY:
        people = entry.rules_of(content).people
        things = [key for keys in reading.slots.values() for key in keys if key in people]
        flow = flow.with_steps(*(("=", key) for key in things))
    return replace(flow, at=dialogues.first_question(content, flow))


def _dump(flow: Flow | None) -> str | None:
    return flow.dump() if flow else None
