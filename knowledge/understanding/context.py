"""What a chat is about, and what "it" and "those" stand for in it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from knowledge.matching.words import Fillers, is_slot, words_of
from knowledge.schema import OWN, Topic
from knowledge.understanding.judging import named_beside
from knowledge.understanding.slots import Variant
from knowledge.verdicts import Answer, Clarify, Reading, Slots, Unknown, Verdict

PRONOUNS = words_of(
    "it that this they them one those these there both eso ese esa esto este ahí allí "
    "esos esas estos estas ambos ambas dos"
)
"""Words that may stand for what the chat was about."""

_EXISTS = frozenset("is are was were isnt arent wasnt werent if".split())
"""Words after which "there" stands for nothing."""

FOLLOWING = words_of(
    "and or what about how the a an one ones for in then so also no not i mean meant sorry ok "
    "okay is it that this of to with if were was my im me too other rather instead wait actually "
    "there y o e u el la los las un una de para en si qué que tal con eso esa ese quise decir "
    "digo mejor perdón pero cómo también entonces yo soy role state uno del "
    "al same someone tell them those these explain show his her their misma mismo "
    "wife husband partner son daughter kid brother sister mother mom father dad friend cousin "
    "uncle aunt nephew niece boyfriend girlfriend neighbor neighbour "
    "she he him shes hes s maybe as well assume guess suppose supongo mi "
    "esposa esposo hijo hija hermano hermana mamá papá amigo amiga ella él es "
    "primo prima cunado cunada tio tia sobrino sobrina novio novia suegro suegra "
    "yerno nuera marido mujer vecino vecina comadre compadre"
)
"""Words that add nothing to "and the trainer?": what is asked is what was asked before."""

WHAT_IS = frozenset((("what", "is"), ("what", "are"), ("que", "es"), ("que", "son")))
"""Words that ask what a thing is, whatever was asked before."""

JOINED = frozenset("and y pero but so entonces ok okay".split())
"""Words that join a text to what was said before."""

_AND = frozenset("and y".split())

_EACH = frozenset("each cada".split())
"""Words for several things of a kind that were named, one by one."""

_OF_EACH = frozenset("one of them these those roles role uno una rol funcion puesto".split())
"""What may follow them where they stand for those things: no "each school"."""

_TWO = _EACH.union("both ambos ambas".split())
"""Words for several things of a kind, were they named one after the other."""

_RECALLED = 2
"""Kinds of things last spoken of that "it" may stand for."""

_A_PAIR = 2
"""Things that "both" is said of; more of them are asked about as one is: "how long is it"."""

_OTHERS = frozenset("he she they him her them ella ellos ellas".split())
"""Words by which a question is for somebody else than who asks."""

CURT = 3
"""Words of a question so short that what it is about goes without saying."""

Meant = tuple[Variant, tuple[str, ...]]
"""A text with what its chat is about put in, and the kinds of things that were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a chat is about: the last topic and the things it named."""

    topic: str | None = None
    slots: Slots = field(default_factory=dict)
    own: Slots = field(default_factory=dict)
    """What who writes said they are themselves, whatever they asked about since."""
    offered: tuple[Reading, ...] = ()
    """What the person was last asked to choose from, in the order of the buttons."""
    told: Reading | None = None
    """What was told whole while asking back: it has no button, but "yes" means it."""
    listed: tuple[str, ...] = ()
    """The things last listed to the person, in that order."""
    lost: bool = False
    """Whether the last message was not understood: "it" may be about what that named."""
    abroad: bool = False
    """Whether who writes was said to come from another country, or to have studied there."""
    theirs_abroad: bool = False
    """The same of another person, until who writes speaks of themselves again."""
    credentials: tuple[str, ...] = ()
    """The credentials that an answer named last: "the exam" is theirs."""
    shown: tuple[Reading, ...] = ()
    """What the last asking back told a line of, else offered, until something else is spoken of:
    "the other one" is of these."""
    asked: tuple[Reading | None, ...] = ()
    """What the person's own numbered questions were read as: "you did not answer the 3rd"."""
    lasting: tuple[str, ...] = ()
    """The topics of what somebody told that stays so: a record, a disability."""
    earlier: Slots = field(default_factory=dict)
    """What was spoken of just before, by kinds: "each" is that and what is spoken of now."""


def after(
    about: About,
    verdict: Verdict,
    listed: tuple[str, ...] = (),
    guess: Reading | None = None,
    *,
    whole: bool = False,
    lines: Sequence[Reading] = (),
) -> About:
    """Return what a chat is about once this was said.

    Args:
        about: what it was about before.
        verdict: what was understood.
        listed: the things that the reply listed, in order.
        guess: the reading whose answer was told while asking back: who goes on without a tap
            goes on with that.
        whole: whether it was told whole, so that there is no button for it.
        lines: what was told in a line each while asking back.
    """
    shown = () if listed else about.shown
    about = replace(about, listed=listed or about.listed, shown=shown)
    match verdict:
        case Answer(reading=reading):
            return _about(reading, about)
        case Clarify(options=options, missing=missing) if missing:
            return _about(options[0], about)
        case Clarify(options=options) if options:
            now = _about(guess, about) if guess else _told_in_all(options, about)
            unlisted = () if listed else options
            now = replace(now, shown=tuple(lines) if len(lines) > 1 else unlisted)
            if guess is None or not whole:
                return replace(now, offered=options)
            others = tuple(one for one in options if one.topic != guess.topic)
            return replace(now, offered=others, told=guess)
        case Unknown():
            return replace(about, lost=True)
        case _:
            return about


def _about(reading: Reading, before: About) -> About:
    """Return a chat's subject after a reading: what was spoken of last comes last."""
    slots = latest_last(before.slots, reading.slots)
    shown = before.shown if any(one.topic == reading.topic for one in before.shown) else ()
    now = replace(before, topic=reading.topic, slots=slots, offered=(), told=None, lost=False)
    return replace(now, shown=shown, earlier=_earlier(before, reading.slots))


def _earlier(before: About, now: Slots) -> Slots:
    """Return what was spoken of just before what is now, where that is another one of its kind.

    What people are is no row to point into.
    """
    left = {k: keys for k, keys in before.slots.items() if {*keys}.isdisjoint(now.get(k, keys))}
    return {k: keys for k, keys in {**before.earlier, **left}.items() if k not in OWN}


def others_shown(about: About) -> tuple[Reading, ...]:
    """Return what "the other one" may be: what was shown but what is spoken of, or the first."""
    left = tuple(one for one in about.shown if one.topic != about.topic)
    return left if len(left) < len(about.shown) else about.shown[1:]


def of_oneself(about: About) -> About:
    """Return a chat's subject for who speaks of themselves: what they are, not what they asked of.

    "Can I do it today?" of a chiropractor who just asked about dentists is about a chiropractor.
    """
    if not about.own:
        return about
    others = {kind: keys for kind, keys in about.slots.items() if kind not in OWN}
    return replace(about, slots={**others, **about.own})


def whose(text: str, about: About) -> Slots:
    """Return what they are whom a question is for: who asks, or whom the chat spoke of last."""
    if _OTHERS.isdisjoint(text.split()):
        return about.own
    return {kind: keys for kind, keys in about.slots.items() if kind in OWN}


def is_subject(reading: Reading, topic: Topic, about: About) -> bool:
    """Whether a reading is what a chat is about: its last topic, about the same things.

    What is named beside makes it no other answer: "I do the Epic stuff" behind what somebody is.
    """
    if topic.id != about.topic:
        return False
    own = reading.slots.keys() - named_beside(topic, reading.slots)
    return all(about.slots.get(kind) == reading.slots[kind] for kind in own)


def was_told(reading: Reading, topic: Topic, about: About) -> bool:
    """Whether a reading's answer is what a chat was told last, as an answer or a whole guess."""
    return is_subject(reading, topic, about) and (not about.offered or about.told is not None)


def about_few(about: About, few: Slots) -> About:
    """Return a chat's subject once a short list was told: these things, unless one was named."""
    named = any(kind in about.slots and not is_of_a_list(about, kind) for kind in few)
    return about if named else replace(about, slots=latest_last(about.slots, few))


def is_of_a_list(about: About, kind: str) -> bool:
    """Whether the things of a kind that a chat is about were listed, and not named one or two."""
    return len(about.slots.get(kind, ())) > _A_PAIR


def _told_in_all(options: Sequence[Reading], before: About) -> About:
    """Return a chat's subject after asking back: the last answer's, and what was surely named.

    What was but a guess is no subject any more: nobody took it up.
    """
    shared = {k: keys for k, keys in options[0].slots.items() if _in_all(options, k, keys)}
    slots = latest_last(before.slots, shared)
    guess = before.told or next(iter(before.offered), None)
    guessed = guess is not None and guess.topic == before.topic
    topic = None if guessed else before.topic
    return replace(before, topic=topic, slots=slots, offered=(), told=None, lost=False)


def _in_all(options: Sequence[Reading], kind: str, keys: tuple[str, ...]) -> bool:
    return all(option.slots.get(kind) == keys for option in options)


def latest_last(before: Slots, now: Slots) -> Slots:
    """Return the things spoken of with those named now, which come last."""
    return {**{kind: keys for kind, keys in before.items() if kind not in now}, **now}


def recent(variant: Variant, about: About) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the things last spoken of, by their kinds, but for the kinds that a text names."""
    for kind, keys in list(about.slots.items())[-_RECALLED:]:
        if kind not in variant.slots and kind not in variant.excluded:
            yield kind, keys


def pronouns(variant: Variant, about: About, fillers: Fillers) -> Iterator[Meant]:
    """Yield a text with "it" read as what its chat was about, and the kind of that.

    "How long?" says no "it", but means it; "both" are two things of a kind. "So" or "quick
    question" asks nothing yet.
    """
    words = without_and(variant.text.split())
    at = next((at for at in range(len(words)) if _stands_for(words, at)), len(words))
    curt = len(words) <= CURT and not FOLLOWING.issuperset(fillers.beside(words))
    curt = curt or tuple(words) in WHAT_IS
    if at == len(words) and not curt:
        return
    said = words[at] if at < len(words) else ""
    for kind, latest in recent(variant, about):
        keys = _with_earlier(kind, latest, about) if said in _TWO else latest
        if said in _EACH and len(keys) == 1:
            continue
        meant = [f"{{{kind}}}"] * (_A_PAIR if len(keys) == _A_PAIR else 1)
        slots = {**variant.slots, kind: keys}
        ways = [[*words[:at], *meant, *words[at + 1 :]]]
        if at == len(words):
            ways.append([*meant, *words])
        for way in ways:
            yield replace(variant, text=" ".join(way), slots=slots), (kind,)


def _with_earlier(kind: str, keys: tuple[str, ...], about: About) -> tuple[str, ...]:
    """Return the one thing of a kind that is spoken of with the one spoken of before it."""
    before = [key for key in about.earlier.get(kind, ()) if key not in keys]
    return (*before[-1:], *keys) if len(keys) == 1 else keys


def last_two(about: About) -> tuple[str, ...]:
    """Return the last thing spoken of behind the one before it of its kind; empty without one."""
    for kind, keys in reversed([*about.slots.items()]):
        if len(both := _with_earlier(kind, keys, about)) == len(keys) + 1:
            return both
    return ()


def without_and(words: list[str]) -> list[str]:
    """Return words without the "and" that joins them to what was said: it asks nothing more."""
    return words[1:] if len(words) > 1 and words[0] in _AND else words


def _stands_for(words: Sequence[str], at: int) -> bool:
    """Whether a word may stand for what the chat was about: not that of "is there parking"."""
    if words[at] in _EACH:
        return _OF_EACH.issuperset(words[at + 1 :])
    exists = words[at] == "there" and at > 0 and words[at - 1] in _EXISTS
    return words[at] in PRONOUNS and not exists


def hangs_on_it(variant: Variant) -> bool:
    """Whether a text names nothing but says "it" or the like, as "do they still exist"."""
    words = variant.text.split()
    return not variant.slots and any(_stands_for(words, at) for at in range(len(words)))


def says_only_names(text: str) -> bool:
    """Whether a text says nothing but what it is about: "and the trainer"."""
    return all(is_slot(word) or word in FOLLOWING for word in text.split())
