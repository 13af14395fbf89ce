"""The shape of the knowledge base: texts, facts, things, topics and policy.

Everything a person edits under ``knowledge/content/`` becomes one frozen :class:`Content`.
The models refuse unknown fields, so a misspelt key is a fault and never a silent loss.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import Annotated, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    field_validator,
    model_validator,
)

Language = Literal["en", "es"]
LANGUAGES: tuple[str, ...] = get_args(Language)
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


OWN = frozenset((Kind.BACKGROUND.value, Kind.DEGREE.value))
"""Kinds of things that people are or have, named in words of their language; what somebody works
as says more than a diploma, so it comes first."""


class Strict(BaseModel):
    """A frozen model that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


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


def _named(keys: tuple[str, ...]) -> tuple[str, ...]:
    if not keys:
        raise ValueError("name at least one source")
    return keys


def _real_date(value: str) -> str:
    parts = [int(part) for part in value.split("-")] if value != "undated" else []
    if parts:
        date(*[*parts, 1, 1][:3])
    return value


AsOf = Annotated[
    str,
    BeforeValidator(
        lambda value: str(value) if isinstance(value, int) else value,
        json_schema_input_type=str | int,
    ),
    Field(pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?|undated)$"),
    AfterValidator(_real_date),
]
"""When a fact was true: a year, year-month, full date, or ``undated``."""

Unit = Literal["usd", "months", "years", "weeks", "hours", "percent", "people", "count", "minutes"]
Phrasings = dict[Language, tuple[str, ...]]


Keys = Annotated[
    tuple[str, ...], BeforeValidator(_as_tuple, json_schema_input_type=str | tuple[str, ...])
]
"""One key, or a list of them."""

Sources = Annotated[Keys, AfterValidator(_named)]


class Source(Strict):
    """A document that facts rest on."""

    title: str
    url: str | None = None
    date: str
    """When the document was published, as its own page says it; free words are fine."""
    translated: dict[Language, str] = Field(default_factory=dict)
    """The title in other languages, where it is our own words: a document's name stays."""

    def called(self, language: str) -> str:
        """Return the title as it is read in this language."""
        return next((said for key, said in self.translated.items() if key == language), self.title)


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
    source: Sources
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
    others: tuple[Fact, ...] = ()
    """The same fact on other days or in another scope; in a file, the rest of a list."""

    @model_validator(mode="after")
    def _says_something(self) -> Fact:
        if self.blank and self.value is not None:
            raise ValueError("a blank fact must not have a value: remove blank or the value")
        if not self.blank and self.value is None and self.text is None and not self.items:
            raise ValueError("needs a value, a text or items; or 'blank: true' if nobody knows")
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("valid_from is after valid_to")
        return self


def _folded(value: object) -> object:
    """Read a list of facts as the first one with the others inside it."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return {**value[0], "others": value[1:]}
    return value


OneOrMoreFacts = Annotated[
    Fact, BeforeValidator(_folded, json_schema_input_type=Fact | list[Fact])
]
"""A fact; or a list of them, each for its own days or scope."""


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
    facts: dict[Slug, OneOrMoreFacts] = Field(default_factory=dict)
    links: dict[Slug, tuple[str, ...]] = Field(default_factory=dict)
    """Other things this one points to, by kind or purpose, such as ``region: [c]``."""
    place: Place | None = None
    valid_from: date | None = None
    """The first day it is there, for a program or an offer; its name then says so until then."""
    valid_to: date | None = None
    """Its last day; its name says so afterwards."""

    @property
    def postal(self) -> str:
        """The postal code of the state that it is or stands in; empty where it has no place."""
        return self.place.state if self.place else ""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Thing:
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("valid_from is after valid_to")
        return self


ComposerName = Literal[
    "place", "place_online", "map", "compare", "eligibility", "role_entry", "finder"
]

SEARCH: ComposerName = "finder"
CHECK: ComposerName = "eligibility"
DIALOGUES = (SEARCH, CHECK)
"""The composers that ask people about themselves: what helps everybody comes first."""


class Topic(Strict):
    """One kind of question and its answer.

    The first paragraph of an answer is its short form, with the one it announces where it is but a
    heading or ends in a colon; the rest is detail.
    """

    id: Slug
    kind: Literal["answer", "chat", "not_ours"] = "answer"
    title: Text
    """What a button says: at most 60 characters, and no slots."""
    phrasings: Phrasings
    needs: tuple[Kind, ...] = ()
    """Slots the answer cannot do without; a missing one is asked for."""
    where: dict[Kind, tuple[str, ...]] = Field(default_factory=dict)
    """Only for these things: ``where: {credential: [hit-pro]}``."""
    unless: tuple[str, ...] = ()
    """Words that rule it out, whatever else is said: no other career for who says "health IT"."""
    only_if: tuple[str, ...] = ()
    """Words one of which is always said: who has lost nobody must not be told "sorry"."""
    ages: tuple[int, int] | None = None
    """How old those are that it is for, from and to; who tells another age does not mean it."""
    answer: Text | None = None
    """Words with ``{thing.fact}`` in them; None where code words it from data (``composer``)."""
    composer: ComposerName | None = None
    """Name of the code that words answers which depend on places, comparison or a dialogue."""
    picture: Literal["pay"] | None = None
    """A picture that goes with the answer, of the first thing it is about."""
    facts: tuple[str, ...] = ()
    """Further facts the answer rests on, as ``thing.fact``, for its source line."""
    told_of: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Facts told of certain things only: ``told_of: {degree.physician: [md]}``. Of any other thing
    the paragraph that holds the fact is left out: nobody with a GED wonders whether it counts as a
    physician's degree."""
    source: Keys = ()
    """What the answer's own words rest on, where no fact holds them."""
    as_of: AsOf | None = None
    """When these words were true; needed where they have a source."""
    literals: tuple[str, ...] = ()
    """Numbers in the answer that are names, not facts: ``911``, ``1861``."""
    next: tuple[Slug, ...] = ()
    """Topics offered as buttons below the answer."""
    in_case: Text | None = None
    """Of a danger: what is told to who is probably in none, before they are asked back."""
    subject: Slug | None = None
    """What several topics are about together, such as ``exam``: after one of them the others are
    likelier. None where a topic is about nothing that others are."""
    rest: Slug | None = None
    """The topic that "and the other six?" asks for after this one."""
    today: Slug | None = None
    """The topic that answers the same of what there is now: the price of the tests of today, where
    this one tells that of the program's own."""
    in_general: Slug | None = None
    """The topic that answers the same in general: in a chat about a thing that this one needs, who
    asks it means this one, and where no thing is named it is told in place of this one."""
    abroad: Slug | None = None
    """The topic that answers it for who earned their degree in another country."""
    in_state: Slug | None = None
    """The topic that answers the same of one state: what "in Ohio?" asks for after this one."""
    speaks_of: Kind | None = None
    """Things that its answer is all about though none need be named: a few words after it are
    about one of these."""
    asks_which: bool = False
    """Whether it asks which part is meant, of who says "the other one" where nothing has one."""

    @cached_property
    def phrasing_count(self) -> int:
        """How many ways to ask for it there are, in all languages; every question asks this."""
        return sum(map(len, self.phrasings.values()))

    def is_about(self, things: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether it is about these, by kind, where it is about certain things only."""
        return all(
            kind not in things or any(key in keys for key in things[kind])
            for kind, keys in self.where.items()
        )

    def is_filled(self, slots: Collection[str]) -> bool:
        """Whether all that its answer cannot do without is among these kinds of things."""
        return all(need in slots for need in self.needs)

    harm: Literal["low", "medium", "high"] = "low"
    """How bad it is to leave such a question unanswered or to answer it wrongly."""
    hurting: bool = False
    """Whether who says such a thing is likely hurt or desperate: a kind word comes before anything
    they are asked back, and its own answer begins kindly."""
    courtesy: bool = False
    """Whether people say it before they ask, or after: it must not swallow a question."""
    lasting: bool = False
    """Whether who says such a thing tells of themselves what stays so for all they ask next."""

    @property
    def is_dialogue(self) -> bool:
        """Whether its answer begins to ask people about themselves."""
        return self.composer in DIALOGUES

    @property
    def is_urgent(self) -> bool:
        """Whether it is about a danger to somebody."""
        return self.kind == "not_ours" and self.harm == "high"

    @model_validator(mode="after")
    def _has_an_answer(self) -> Topic:
        if (self.answer is None) == (self.composer is None):
            raise ValueError("needs either an answer or a composer, and not both")
        if not self.phrasings.get("en"):
            raise ValueError("needs phrasings in 'en'")
        if bool(self.source) != (self.as_of is not None):
            raise ValueError("a source of the answer's own needs 'as_of', and the other way round")
        return self


class AskedNext(Strict):
    """Messages that lean on what was just told: "how do I apply?" after money for training."""

    after: Slug
    """The topic that was told."""
    answers: Annotated[dict[Slug, Phrasings], Field(min_length=1)]
    """The messages by the topic that answers them, which may be the same."""


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


class Share(Threshold):
    """A threshold that a likelihood, or a factor that only lessens one, is held against."""

    value: Annotated[float, Field(ge=0, le=1)]


class Factor(Threshold):
    """A threshold that odds are multiplied with."""

    value: Annotated[float, Field(gt=0)]


class Policy(Strict):
    """How sure the bot must be; the content says why each number is what it is."""

    answer_at: Share
    offer_at: Share
    ask_back_at: Share
    clear_at: Share
    follow_up_score: Share
    unused_name: Share
    missing_name: Share
    language_at: Share
    language_words: Factor
    exact_score: Share
    carries_on: Factor
    same_subject: Factor
    curt: Factor = Factor(value=1, reason="Versions from before it was known did without.")
    carried_explained_at: Share = Share(value=0, reason="Versions from before did without.")
    offer_elsewhere_at: Share
    urgent_meant_at: Share = Share(value=0, reason="Versions from before asked no nearness.")
    chat_at: Share
    guess_at: Share = Share(value=1, reason="Versions from before told no guess.")
    guess_ahead: Factor = Factor(value=2, reason="Versions from before told no guess.")
    gist_at: Share = Share(value=1, reason="Versions from before told no gist.")
    tell_at: Share = Share(value=1, reason="Versions from before told no guess whole.")
    offer_share: Share = Share(value=0, reason="Versions from before offered all choices.")
    unnamed_share: Share = Share(value=0, reason="Versions from before offered all choices.")
    hurting_at: Share = Share(value=1, reason="Versions from before had no kind word.")
    hurting_share: Share = Share(value=0, reason="Versions from before had no kind word.")


class Words(Strict):
    """Vocabulary that is not a name: abbreviations and words of no weight."""

    abbreviations: dict[str, str] = Field(default_factory=dict)
    synonyms: dict[Language, tuple[tuple[str, ...], ...]] = Field(default_factory=dict)
    """Read by nobody, so write none: versions from before have them, and must stay readable."""
    fillers: Phrasings = Field(default_factory=dict)
    """Phrases that carry no meaning: 'can you tell me', 'por favor'."""
    own_asks: Phrasings = Field(default_factory=dict)
    """Questions whether something is for who asks: after "I am a nurse" they ask about nurses.

    ``[brackets|hold]`` what may stand in the same place.
    """
    own_fields: Phrasings = Field(default_factory=dict)
    """Where such a question may look: "in health IT", "with computers in a hospital"."""

    @field_validator("own_asks", "own_fields")
    @classmethod
    def _closes_brackets(cls, asks: Phrasings) -> Phrasings:
        for ask in chain.from_iterable(asks.values()):
            if re.search(r"[\[\]]", re.sub(r"\[[^\[\]]*\]", "", ask)):
                raise ValueError(f"{ask!r} opens a bracket and does not close it, or twice")
        return asks


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
    slots: dict[Kind, Keys] = Field(default_factory=dict)
    """Things the answer must be about."""
    lang: Language

    @model_validator(mode="after")
    def _expects_something(self) -> Golden:
        if bool(self.topic) == bool(self.parts):
            raise ValueError("needs either topic or parts")
        return self


class Attribute(Strict):
    """Something about a person that rules look at: a yes or no, or a step on a scale."""

    steps: Annotated[tuple[int, ...], Field(min_length=2)] = (0, 1)
    """The values it can have, from low to high; 0 and 1 for no and yes."""
    implies: dict[str, int] = Field(default_factory=dict)
    """Where this is yes, others are at least so much."""
    cost: Annotated[int, Field(gt=0)]
    """How hard it is to change, so that the smallest change can be named."""
    change: dict[int, Text]
    """What would have to be true, by value: "a clinical license"."""
    chosen: bool = False
    """Whether people choose it, as how long they study: granted where a degree is asked about."""


class Option(Strict):
    """One answer to a question of a dialogue."""

    id: Slug
    words: Text
    sets: dict[str, int] = Field(default_factory=dict)
    """What is known then, by attribute."""
    said: Phrasings = Field(default_factory=dict)
    """Phrases in a message that mean this answer."""


class Asking(Strict):
    """One question of a dialogue, with its answers."""

    id: Slug
    words: Text
    options: Annotated[tuple[Option, ...], Field(min_length=2)]


class Way(Strict):
    """One way to meet a rule: all of ``needs`` hold."""

    needs: Annotated[dict[str, int | bool], Field(min_length=1)]
    """By attribute: yes or no, or the least step of a scale."""
    unclear: Text | None = None
    """Why this way does not settle it; the answer is then 'cannot tell'."""


class Rule(Strict):
    """A condition of entry, met in any of several ways."""

    id: Slug
    roles: Annotated[tuple[Slug, ...], Field(min_length=1)]
    any: Annotated[tuple[Way, ...], Field(min_length=1)]
    words: Text
    """The rule in plain words."""
    source: Sources
    as_of: AsOf


class Eligibility(Strict):
    """Who may enter which role: what is asked, and the rules it is held against."""

    attributes: dict[str, Attribute]
    questions: tuple[Asking, ...]
    rules: tuple[Rule, ...]
    people: dict[str, dict[str, int]] = Field(default_factory=dict)
    """What a degree or background says about a person, by the thing's id."""
    law: str | None = None
    """The fact (``thing.fact``) told where a degree counts as a physician's or does not."""
    most_taps: Annotated[int, Field(gt=0)] = 8

    @model_validator(mode="after")
    def _uses_known_attributes(self) -> Eligibility:
        used = [
            *(
                (f"rule {r.id}", n, v)
                for r in self.rules
                for w in r.any
                for n, v in w.needs.items()
            ),
            *(
                (f"answer {q.id}.{o.id}", n, v)
                for q in self.questions
                for o in q.options
                for n, v in o.sets.items()
            ),
            *((key, n, v) for key, sets in self.people.items() for n, v in sets.items()),
            *((a, n, v) for a, made in self.attributes.items() for n, v in made.implies.items()),
        ]
        for where, name, value in used:
            if name not in self.attributes:
                raise ValueError(f"{where} uses an unknown attribute {name!r}")
            if int(value) not in self.attributes[name].steps:
                raise ValueError(f"{where}: {name!r} has no step {int(value)}")
        for rule in self.rules:
            ways = [way for way in rule.any if not way.unclear]  # others never open a role
            for name, value in (pair for way in ways for pair in way.needs.items()):
                if int(value) not in self.attributes[name].change:
                    raise ValueError(f"rule {rule.id}: {name!r} does not say how to reach {value}")
        return self


class Point(Strict):
    """What an answer says for some roles, and why."""

    roles: Annotated[tuple[Slug, ...], Field(min_length=1)]
    points: Annotated[int, Field(ge=-3, le=3)]
    reason: Text
    """Shown with the point: "You know clinic work from the inside"."""


class Taste(Strict):
    """One answer in the search for a role, and the points it gives."""

    id: Slug
    words: Text
    gives: tuple[Point, ...] = ()
    sets: dict[str, int] = Field(default_factory=dict)
    """What it says about entry, by attribute of the eligibility rules."""
    said: Phrasings = Field(default_factory=dict)


class Tasting(Strict):
    """One question in the search for a role."""

    id: Slug
    words: Text
    options: Annotated[tuple[Taste, ...], Field(min_length=2)]


class RoleFinder(Strict):
    """The search for a role that fits: questions whose answers give points."""

    questions: tuple[Tasting, ...]
    fewest_taps: Annotated[int, Field(gt=0)] = 6
    most_taps: Annotated[int, Field(gt=0)] = 10
    shown: Annotated[int, Field(gt=0)] = 3
    add: dict[str, Text] = Field(default_factory=dict)
    """What a person would add for a role, where nothing in the rules is missing."""


class Content(Strict):
    """The whole knowledge base, immutable."""

    sources: dict[str, Source]
    things: dict[str, Thing]
    topics: dict[str, Topic]
    menus: dict[str, Menu]
    policy: Policy
    words: Words
    eligibility: Eligibility | None = None
    finder: RoleFinder | None = None
    golden: tuple[Golden, ...] = ()
    asked_next: dict[str, AskedNext] = Field(default_factory=dict)
    """What is asked after a topic, by the topic's id."""
    translations: dict[str, str] = Field(default_factory=dict)
    """Which English each translation was reviewed against: path of the text → its digest."""

    def of_kind(self, kind: Kind) -> tuple[Thing, ...]:
        """Return the things of a kind in the order of the content."""
        return tuple(thing for thing in self.things.values() if thing.kind == kind)

    def topic_by(self, composer: ComposerName, *, needs: tuple[Kind, ...] = ()) -> str:
        """Return the first topic whose answer this code words; empty where there is none.

        Args:
            composer: the name of the code.
            needs: what the topic needs to be told, where several have this composer.
        """
        topics = (topic for topic in self.topics.values() if topic.composer == composer)
        return next((topic.id for topic in topics if topic.needs == needs), "")

    def has_questions(self, dialogue: ComposerName) -> bool:
        """Whether there is the section with what a dialogue asks, which bears its name."""
        return {CHECK: self.eligibility, SEARCH: self.finder}.get(dialogue) is not None
