"""The shape of the knowledge base: texts, facts, things, topics and policy.

Everything a person edits under ``knowledge/content/`` becomes one frozen :class:`Content`.
The models refuse unknown fields, so a misspelt key is a fault and never a silent loss.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    model_validator,
)

LANGUAGES = ("en", "es")
"""Languages of the content; the first is the source the others are translated from."""

SOURCE_LANGUAGE = LANGUAGES[0]

SLOT = re.compile(r"\{([a-z_]+)\}")
"""A slot in a phrasing, such as ``{role}``."""

PLACEHOLDER = re.compile(r"\{([a-z0-9_-]+(?:\.[a-z0-9_-]+){0,2})\}")
"""A fact in an answer: ``{thing.fact}``, ``{thing.fact.value}`` or ``{thing.name}``."""


class Kind(StrEnum):
    """What a thing is. Kinds that people name in questions are also slots."""

    ROLE = "role"
    CATEGORY = "category"
    PROGRAM = "program"
    CREDENTIAL = "credential"
    CURRICULUM = "curriculum"
    REGION = "region"
    STATE = "state"
    COLLEGE = "college"
    UNIVERSITY = "university"
    DEGREE = "degree"
    BACKGROUND = "background"
    OCCUPATION = "occupation"
    OPENING = "opening"
    PROVIDER = "provider"
    SUBJECT = "subject"


class Strict(BaseModel):
    """A frozen model that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=48)]


class Text(RootModel[dict[str, str]]):
    """One text in several languages, side by side: ``{en: …, es: …}``."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _has_source_language(self) -> Text:
        if SOURCE_LANGUAGE not in self.root:
            raise ValueError(f"the text in {SOURCE_LANGUAGE!r} is missing")
        if unknown := set(self.root) - set(LANGUAGES):
            raise ValueError(f"unknown language {min(unknown)!r}; known: {LANGUAGES}")
        if empty := [language for language, said in self.root.items() if not said.strip()]:
            raise ValueError(f"the text in {empty[0]!r} is empty")
        return self

    def say(self, language: str) -> str:
        """Return the text in this language, or in the source language where it is missing."""
        return self.root.get(language) or self.root[SOURCE_LANGUAGE]

    def speaks(self, language: str) -> bool:
        """Whether this language is there."""
        return language in self.root


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _real_date(value: str) -> str:
    parts = [int(part) for part in value.split("-")] if value != "undated" else []
    if parts:
        date(*[*parts, 1, 1][:3])
    return value


AsOf = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if isinstance(value, int) else value),
    Field(pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?|undated)$"),
    AfterValidator(_real_date),
]
"""When a fact was true: a year, year-month, full date, or ``undated``."""

Unit = Literal["usd", "months", "years", "weeks", "hours", "percent", "people", "count", "minutes"]
Phrasings = dict[Literal["en", "es"], tuple[str, ...]]


class Source(Strict):
    """A document that facts rest on."""

    title: str
    url: str | None = None
    date: str
    """When the document was published, as its own page says it; free words are fine."""


class Fact(Strict):
    """One statement with where it comes from and when it was true.

    ``value`` is the typed core; ``text`` says it in words and may hold ``{value}``.
    ``items`` is a list of sayings (duties, titles). A ``blank`` fact is a known gap:
    it was looked for and no source gives it; its text says so.
    """

    value: int | float | bool | str | None = None
    unit: Unit | None = None
    text: Text | None = None
    items: tuple[Text, ...] = ()
    source: Annotated[tuple[str, ...], BeforeValidator(_as_tuple), Field(min_length=1)]
    as_of: AsOf
    confidence: Literal["high", "medium", "low"]
    review_days: Annotated[int, Field(gt=0)] | None = None
    """Days until someone must look again; None for closed history."""
    confirmed: date | None = None
    """The last day someone looked again and found it still true."""
    valid_from: date | None = None
    valid_to: date | None = None
    scope: str | None = None
    """What tells this fact from another that seems to clash with it."""
    blank: bool = False
    note: str | None = None
    """For editors; never shown."""

    @model_validator(mode="after")
    def _says_something(self) -> Fact:
        if self.blank and self.value is not None:
            raise ValueError("a blank fact must not have a value: remove blank or the value")
        if not self.blank and self.value is None and self.text is None and not self.items:
            raise ValueError("needs a value, a text or items; or 'blank: true' if nobody knows")
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("valid_from is after valid_to")
        return self


class Place(Strict):
    """Where a school stands."""

    city: str | None = None
    state: str


class Thing(Strict):
    """Something people ask about: a role, a program, a state or a degree."""

    kind: Kind
    id: Slug
    name: Text
    aliases: Phrasings = Field(default_factory=dict)
    """Other names people type: short forms, old names, plurals that are not regular."""
    facts: dict[Slug, Fact] = Field(default_factory=dict)
    links: dict[Slug, tuple[str, ...]] = Field(default_factory=dict)
    """Other things this one points to, by kind or purpose, such as ``region: [c]``."""
    place: Place | None = None


class Topic(Strict):
    """One kind of question and its answer.

    The first paragraph of an answer is its short form; the rest is detail.
    """

    id: Slug
    kind: Literal["answer", "chat", "not_ours"] = "answer"
    title: Text
    """What a button says; at most 40 characters once its slots are filled."""
    phrasings: Phrasings
    needs: tuple[Kind, ...] = ()
    """Slots the answer cannot do without; a missing one is asked for."""
    where: dict[Kind, tuple[str, ...]] = Field(default_factory=dict)
    """Only for these things: ``where: {credential: [hit-pro]}``."""
    answer: Text | None = None
    """Words with ``{thing.fact}`` in them; None where code words it from data (``composer``)."""
    composer: str | None = None
    """Name of the code that words answers which depend on places, comparison or a dialogue."""
    facts: tuple[str, ...] = ()
    """Further facts the answer rests on, as ``thing.fact``, for its source line."""
    literals: tuple[str, ...] = ()
    """Numbers in the answer that are names, not facts: ``911``, ``1861``."""
    next: tuple[Slug, ...] = ()
    """Topics offered as buttons below the answer."""
    harm: Literal["low", "medium", "high"] = "low"
    """How bad it is to leave such a question unanswered or to answer it wrongly."""

    @model_validator(mode="after")
    def _has_an_answer(self) -> Topic:
        if (self.answer is None) == (self.composer is None):
            raise ValueError("needs either an answer or a composer, and not both")
        if not self.phrasings.get("en"):
            raise ValueError("needs phrasings in 'en'")
        return self


class Menu(Strict):
    """A page of the browse menu: topics, or things of a kind, behind buttons."""

    id: Slug
    title: Text
    intro: Text
    topics: tuple[Slug, ...] = ()
    kinds: tuple[Kind, ...] = ()
    """Every thing of these kinds gets a button that opens its overview topic."""
    overview: Slug | None = None
    """The topic a thing's button opens."""
    menus: tuple[Slug, ...] = ()


class Threshold(Strict):
    """A number the judge decides by, and why it is what it is."""

    value: float
    reason: str


class Words(Strict):
    """Vocabulary that is not a name: abbreviations, synonyms, words of no weight."""

    abbreviations: dict[str, str] = Field(default_factory=dict)
    synonyms: dict[Literal["en", "es"], tuple[tuple[str, ...], ...]] = Field(default_factory=dict)
    """Groups of words that mean the same here; the first stands for all."""
    fillers: Phrasings = Field(default_factory=dict)
    """Phrases that carry no meaning: 'can you tell me', 'por favor'."""


class Translation(RootModel[Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]]):
    """The digest of the English text that a translation was reviewed against."""

    model_config = ConfigDict(frozen=True)


class Golden(Strict):
    """An everyday question that no edit may lose, with the topics that may answer it."""

    q: Annotated[str, Field(min_length=1, max_length=400)]
    topic: tuple[Slug, ...] = ()
    """Topics a sensible person would accept, best first."""
    parts: tuple[tuple[Slug, ...], ...] = ()
    """For a message with several questions: the accepted topics of each."""
    slots: dict[Kind, Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]] = Field(
        default_factory=dict
    )
    """Things the answer must be about."""
    lang: Literal["en", "es"]

    @model_validator(mode="after")
    def _expects_something(self) -> Golden:
        if bool(self.topic) == bool(self.parts):
            raise ValueError("needs either topic or parts")
        return self


class Content(Strict):
    """The whole knowledge base, immutable."""

    sources: dict[str, Source]
    things: dict[str, Thing]
    topics: dict[str, Topic]
    menus: dict[str, Menu]
    policy: dict[str, Threshold]
    words: Words
    golden: tuple[Golden, ...] = ()
    translations: dict[str, str] = Field(default_factory=dict)
    """Which English each translation was reviewed against: path of the text → its digest."""

    def of_kind(self, kind: Kind) -> tuple[Thing, ...]:
        """Return the things of a kind in the order of the content."""
        return tuple(thing for thing in self.things.values() if thing.kind == kind)
