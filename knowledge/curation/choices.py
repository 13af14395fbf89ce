"""What a curator can decide about a group, as values; and what each would do to the content. Pure.

Every door builds one of these and hands it to the same service, so a decision means the same
from Telegram, the console and the command line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from knowledge.curation.sourcing import Basis, Found, found, with_source, without_source
from knowledge.editing.editing import add_item, add_phrasings, remove_item, remove_phrasings
from knowledge.editing.wording_checks import typed_numbers
from knowledge.errors import Fault, GuideError, NotFoundError
from knowledge.matching.words import tokenize
from knowledge.people import Right
from knowledge.privacy import had_personal_data
from knowledge.reading import Files
from knowledge.schema import Content, Topic
from knowledge.store.review_tables import QuestionGroup
from knowledge.store.tables import Question
from knowledge.understanding.slots import Finder

NEW_TOPICS = "topics/from_curators.yaml"
"""Where answers stand that began as unanswered questions."""

State = Literal["answered", "ignored", "later", "with_staff"]

MOST_PHRASINGS = 12
_ID = re.compile(r"(?=.{2,48}$)[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
"""Narrower than what the content takes, so that no id passes here and fails there."""
_LONGEST_SUGGESTED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class AnotherWay:
    """It is another way to ask a topic we have."""

    kind: Literal["phrasing"] = "phrasing"
    topic: str
    phrasings: Mapping[str, tuple[str, ...]]
    """By language."""
    reason: str = ""
    override: str | None = None
    """Why golden questions may be lost, where a publisher lets them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnswer:
    """It needs an answer we do not have yet."""

    kind: Literal["new_answer"] = "new_answer"
    topic: str
    title: Mapping[str, str]
    answer: Mapping[str, str]
    phrasings: Mapping[str, tuple[str, ...]]
    needs: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()
    source: str = ""
    """The title of what it rests on, or some words or the id of a source we have; empty where it
    is the word of those who keep the answers."""
    source_url: str = ""
    source_date: str = ""
    written: str = ""
    """The day it was written."""
    reason: str = ""
    override: str | None = None

    @property
    def basis(self) -> Basis:
        """What it rests on, as somebody named it."""
        return Basis(title=self.source, url=self.source_url, date=self.source_date)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotOurs:
    """It is for somebody else; a topic that points there may learn to hear it."""

    kind: Literal["not_ours"] = "not_ours"
    topic: str | None = None
    phrasings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reason: str = ""
    override: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Not now; it comes back."""

    kind: Literal["later"] = "later"
    days: int = 7
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReusable:
    """Nobody else will ask this; it and its like stay ignored for a while."""

    kind: Literal["not_reusable"] = "not_reusable"
    days: int = 180
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongAnswer:
    """We answered, but wrongly: staff must look at the topic."""

    kind: Literal["wrong_answer"] = "wrong_answer"
    topic: str | None = None
    reason: str = ""


Choice = AnotherWay | NewAnswer | NotOurs | Later | NotReusable | WrongAnswer

_CHOICES: Mapping[str, type[Choice]] = {
    "phrasing": AnotherWay,
    "new_answer": NewAnswer,
    "not_ours": NotOurs,
    "later": Later,
    "not_reusable": NotReusable,
    "wrong_answer": WrongAnswer,
}


def choice_from(plain: Any) -> Choice:
    """Return the choice that plain data names.

    Raises:
        GuideError: it is none; says what is wrong.
    """
    kind = plain.get("kind") if isinstance(plain, dict) else None
    if not isinstance(kind, str) or kind not in _CHOICES:
        raise GuideError("A choice is an object with a kind: {kinds}.", kinds=", ".join(_CHOICES))
    try:
        made: Choice = TypeAdapter(_CHOICES[kind]).validate_python(plain)
    except ValidationError as error:
        faults = "\n".join(f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in error.errors())
        raise GuideError(faults) from None
    return made


def check_choice(choice: Choice, content: Content) -> None:
    """Refuse what cannot be done.

    Raises:
        GuideError: says what is wrong and how to mend it.
    """
    match choice:
        case AnotherWay():
            _known(choice.topic, content)
            _need(any(choice.phrasings.values()), GuideError("Give at least one phrasing to add."))
        case NewAnswer():
            _check_new(choice, content)
        case NotOurs() if choice.topic:
            if _known(choice.topic, content).kind != "not_ours":
                raise GuideError(
                    "{topic!r} is an answer of ours, not a pointer away.", topic=choice.topic
                )
        case Later():
            _need(choice.days > 0, GuideError("It must come back after at least one day."))
        case NotOurs() | NotReusable() | WrongAnswer():
            _need(choice.reason, GuideError("Give a reason, so that others can follow it later."))


def _check_new(choice: NewAnswer, content: Content) -> None:
    _need(
        _ID.fullmatch(choice.topic),
        GuideError("An id is small letters, digits and _, such as class_size."),
    )
    _need(
        choice.topic not in content.topics,
        GuideError("There is a topic {topic!r} already; choose another id.", topic=choice.topic),
    )
    _need(
        choice.answer.get("en") and any(choice.phrasings.values()),
        GuideError("A new answer needs its English words and a phrasing."),
    )


def _need(held: object, otherwise: GuideError) -> None:
    if not held:
        raise otherwise


def _known(topic: str, content: Content) -> Topic:
    if topic not in content.topics:
        raise NotFoundError("There is no topic {topic!r}.", topic=topic)
    return content.topics[topic]


def refusal(choice: NewAnswer, faults: Sequence[Fault]) -> GuideError:
    """Return why a new answer cannot be published, in words its writer can act on."""
    said = choice.answer.values()
    numbers = [number for text in said for number in typed_numbers(text, choice.literals)]
    if numbers:
        return GuideError(
            "Take the number {numbers} out of the answer. Numbers go out of date, so each must be "
            "a fact with a source and a day of its own; staff can add it. The rest can stay.",
            numbers=", ".join(dict.fromkeys(numbers)),
        )
    told = "\n".join(f"{one.what} — {one.mend}" if one.mend else one.what for one in faults)
    return GuideError("This answer cannot be published as it is:\n{faults}", faults=told)


def right_for(choice: Choice) -> Right:
    """Return the right that carries a choice out at once."""
    overrides = not isinstance(choice, Later | NotReusable | WrongAnswer) and choice.override
    return Right.PUBLISHER if isinstance(choice, NewAnswer) or overrides else Right.CURATOR


def applied(choice: Choice, files: Files) -> Files:
    """Return the content with a choice carried out."""
    match choice:
        case AnotherWay(topic=str() as topic) | NotOurs(topic=str() as topic):
            for language, said in choice.phrasings.items():
                files = add_phrasings(files, topic, language, said) if said else files
            return files
        case NewAnswer():
            rests = found(choice.basis, choice.topic, files, choice.written)
            files = with_source(rests, files)
            return add_item(files, "topics", as_topic(choice, rests), NEW_TOPICS)
        case _:
            return files


def taken_back(detail: Mapping[str, Any], files: Files) -> Files:
    """Return the content without what a decision added; what is gone already is passed over."""
    added = detail.get("added", {})
    if not added:
        return files
    if not added["whole"]:
        with suppress(NotFoundError):  # a rollback, or staff, took the topic out before
            for language, said in added["phrasings"].items():
                files = remove_phrasings(files, added["topic"], language, said)
        return files
    left = dict(files)
    with suppress(NotFoundError):
        left = remove_item(left, "topics", added["topic"])
    if added.get("source"):
        with suppress(NotFoundError):
            left = without_source(added["source"], left)
    return {path: text for path, text in left.items() if text.strip()}


def added_by(choice: Choice, content: Content, files: Files) -> dict[str, Any]:
    """Return what a choice adds, as taking it back needs it: nothing that was there before."""
    match choice:
        case NewAnswer(topic=topic):
            rests = found(choice.basis, topic, files, choice.written)
            return {"topic": topic, "whole": True, "source": rests.key if rests.new else None}
        case AnotherWay(topic=str() as topic) | NotOurs(topic=str() as topic):
            had = {str(spoken): said for spoken, said in content.topics[topic].phrasings.items()}
            new = {
                language: [one for one in said if one not in had.get(language, ())]
                for language, said in choice.phrasings.items()
            }
            return {"topic": topic, "whole": False, "phrasings": new}
        case _:
            return {}


def as_topic(choice: NewAnswer, rests: Found) -> dict[str, Any]:
    """Return a new answer as the content holds topics."""
    made: dict[str, Any] = {"id": choice.topic, "title": dict(choice.title)}
    if choice.needs:
        made["needs"] = list(choice.needs)
    made["phrasings"] = {lang: list(said) for lang, said in choice.phrasings.items() if said}
    made["answer"] = {lang: text.strip() + "\n" for lang, text in choice.answer.items() if text}
    if choice.literals:
        made["literals"] = list(choice.literals)
    return {**made, "source": rests.key, "as_of": rests.as_of}


def suggested_phrasings(
    questions: Sequence[Question], finder: Finder, kinds: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Return a group's wordings as phrasings by language: names become slots.

    A wording that something personal was taken out of is none: what is left of it is how one
    person asked, and would be published.
    """
    made: dict[str, dict[str, None]] = {}
    for question in questions:
        if had_personal_data(question.text):
            continue
        text = " ".join(question.text.split())[:200]
        made.setdefault(question.language, {})[_phrasing(text, finder, kinds)] = None
    return {language: tuple(said)[:MOST_PHRASINGS] for language, said in made.items()}


def _phrasing(text: str, finder: Finder, kinds: Sequence[str]) -> str:
    """Return a wording with slots for names where the topic can take them all."""
    tokens = tokenize(text)
    said = finder.variants(tokens, text)[0].text
    slots = set(re.findall(r"\{([a-z]+)\}", said))
    return said if slots and slots <= set(kinds) else text.strip("?!. ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefilled:
    """A new answer to begin from."""

    topic: str
    title: str
    needs: tuple[str, ...]
    phrasings: Mapping[str, tuple[str, ...]]
    facts: tuple[str, ...] = field(default=())
    """Placeholders of facts that may answer it, such as ``{trainer.length}``."""


def prefilled(
    group: QuestionGroup, questions: Sequence[Question], finder: Finder, content: Content
) -> Prefilled:
    """Return a draft of a new answer: suggested id, phrasings, slots, nearest facts."""
    variant = finder.variants(tokenize(group.head), group.head)[0]
    needs = tuple(variant.slots)
    topic = _suggested_id(group.head) or f"group_{group.id}"
    while topic in content.topics:
        topic += "_2"
    facts = tuple(
        f"{{{key}.{name}}}"
        for keys in variant.slots.values()
        for key in keys
        if key in content.things
        for name in content.things[key].facts
    )
    return Prefilled(
        topic=topic if topic[0].isalpha() else f"about_{topic}",
        title=group.head[:40],
        needs=needs,
        phrasings=suggested_phrasings(questions, finder, needs),
        facts=facts[:12],
    )


def _suggested_id(head: str) -> str:
    words = [word for word in tokenize(head) if len(word) > 3 and word.isascii()]
    parts = re.findall(r"[a-z0-9]+", " ".join(words[:4]))
    return "_".join(parts)[:_LONGEST_SUGGESTED].strip("_")
