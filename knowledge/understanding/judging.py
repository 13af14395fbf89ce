"""From ranked readings to a verdict: how sure each is, then answer, ask back or say "unknown".

How likely a reading is right is told from a few signs by a logistic curve (Platt 1999). Its
weights were fitted on the validation questions and strangers (``python -m benchmarks.domain
--fit``), once for words alone and once for words and meaning. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from knowledge.schema import Content, Topic
from knowledge.verdicts import (
    Answer,
    Chat,
    Clarify,
    NotOurs,
    Reading,
    Slots,
    Unknown,
    Verdict,
)

MOST_OPTIONS = 4
"""Buttons offered when in doubt; more are not read."""

_MOST_GISTS = 2
"""Options told in a sentence each: of the questions asked back without one that is far ahead, the
right answer is the first of them for half, and the first or second for eight in ten."""

FEW, MANY = 90, 150
"""Phrasings of a topic between which their number tells something: of the validation questions
that topics with up to 130 come first for, 84 in 100 are theirs, beyond that 64. Half of our topics
have fewer than 90: one just begun must not be surer than they are."""

_ONE_OF_TWO = 0.5
"""What the same words score at most where two topics have them."""

LEAST, MOST = 0.005, 0.999
"""Scores are held within these, where a logarithm still tells something."""


class Signs(NamedTuple):
    """What speaks for a reading."""

    score: float
    """Log odds of its own score."""
    lead: float
    """Log odds it is ahead of its strongest rival."""
    likeness: float
    """How alike what was said and the phrasing are: half a phrasing is not yet a question."""
    explained: float
    """The share of what was said that its phrasings say too."""
    ours: float
    """1 where it would be answered, 0 where it would be pointed elsewhere or chatted away."""
    length: float
    """Logarithm of the number of words: a long text that is explained is no accident."""
    agreed: float
    """1 where words alone put the same topic first before its meaning was asked."""
    apart: float
    """1 where the chat was about something that it neither goes on with nor takes up."""
    ahead: float
    """How far its evidence is ahead of its strongest rival's: odds flatten where it is great."""
    meant: float
    """How near it is to a phrasing in meaning; 0 for words alone."""
    breadth: float
    """Logarithm of how many phrasings its topic has: of many, one is near by chance."""
    beside: float
    """How many things are named that its topic is not about."""
    expected: float
    """How near it is to what is asked next in the chat, cubed: only what is very near tells."""


class Weights(NamedTuple):
    """What signs weigh in the log odds that a reading is right."""

    base: float
    """Log odds where no sign tells anything."""
    signs: Signs


OF_WORDS = Weights(
    base=-0.17,
    signs=Signs(
        score=0.14,
        lead=0.29,
        likeness=3.83,
        explained=2.3,
        ours=0.54,
        length=1.38,
        agreed=0.0,
        apart=-0.88,
        ahead=1.37,
        meant=0.0,
        breadth=-1.5,
        beside=-0.31,
        expected=5.11,
    ),
)
OF_MEANING = Weights(
    base=-0.2,
    signs=Signs(
        score=0.09,
        lead=0.27,
        likeness=1.99,
        explained=2.21,
        ours=0.36,
        length=1.3,
        agreed=0.4,
        apart=-1.88,
        ahead=1.63,
        meant=0.97,
        breadth=-1.4,
        beside=-0.37,
        expected=5.6,
    ),
)


def log_odds(score: float) -> float:
    """Return the log odds of a score, held within what a logarithm still tells."""
    held = min(max(score, LEAST), MOST)
    return math.log(held / (1 - held))


_NO_ODDS = log_odds(LEAST)
"""Of a rival where there is none."""


def signs_of_all(
    ranked: Sequence[Reading], content: Content, words: int, by_words: str | None = None
) -> list[Signs]:
    """Return what speaks for each reading beside the best of another topic (see ``sure``)."""
    if not ranked:
        return []
    odds = [log_odds(reading.score) for reading in ranked]
    length = math.log(1 + words)
    first = ranked[0].topic
    second = next((i for i, other in enumerate(ranked) if other.topic != first), None)
    behind = _NO_ODDS if second is None else odds[second]
    topics = [content.topics[reading.topic] for reading in ranked]
    return [
        Signs(
            score=odds[at],
            lead=odds[at] - (behind if reading.topic == first else odds[0]),
            likeness=reading.likeness,
            explained=reading.explained,
            ours=float(topic.kind == "answer"),
            length=length,
            agreed=float(reading.topic == by_words),
            apart=float(reading.apart),
            ahead=reading.ahead,
            meant=reading.meant,
            breadth=_breadth(topic),
            beside=float(len(named_beside(topic, reading.slots))),
            expected=reading.expected**3,
        )
        for at, (reading, topic) in enumerate(zip(ranked, topics, strict=True))
    ]


def _breadth(topic: Topic) -> float:
    """Return the logarithm of how many phrasings a topic has, within what was learnt from."""
    return math.log(min(max(topic.phrasing_count, FEW), MANY))


def named_beside(topic: Topic, slots: Slots) -> list[str]:
    """Return the kinds of things that are named though a topic is not about them."""
    return [kind for kind in slots if kind not in (*topic.needs, *topic.where)]


def sure(
    ranked: Sequence[Reading],
    content: Content,
    words: int,
    weights: Weights,
    by_words: str | None = None,
) -> list[Reading]:
    """Turn scores into how likely each reading is right.

    Args:
        ranked: readings, the best first.
        content: tells which topics are ours.
        words: number of words that were said.
        weights: of words alone, or of words and meaning.
        by_words: the topic that words alone put first, once meaning is asked too.

    What was said word for word as a curated phrasing is as sure as it scored at least.

    Returns:
        The readings, the likeliest first.
    """
    signs = signs_of_all(ranked, content, words, by_words)
    return in_order(
        reading.scored(max(likely(weights, one), reading.exact * reading.score))
        for reading, one in zip(ranked, signs, strict=True)
    )


def in_order(readings: Iterable[Reading]) -> list[Reading]:
    """Return readings by score, but the very words of a single topic before any likeness."""
    return sorted(readings, key=place_of)


def place_of(reading: Reading) -> tuple[bool, float]:
    """Return what orders a reading among others."""
    return not (reading.exact and reading.score > _ONE_OF_TWO), -reading.score


def likely(weights: Weights, signs: Signs) -> float:
    """Return the likelihood on the logistic curve of these weights."""
    odds = sum(weight * sign for weight, sign in zip(weights.signs, signs, strict=True))
    return 1 / (1 + math.exp(-weights.base - odds))


def judge(ranked: list[Reading], content: Content, policy: Mapping[str, float]) -> Verdict:
    """Decide what to do with ranked readings.

    Answer when the best is likely enough right, and no other topic is so too, since they cannot
    both be; ask when the right one is likely among the choices, or a thing is missing; else say
    honestly that we do not know.
    """
    if not ranked:
        return Unknown()
    ranked = _whole_first(ranked, policy)
    each = one_a_topic(ranked)
    sure_ones = [one for one in each if _is_sure(one, policy, policy["answer_at"])]
    meant = _meant(sure_ones)
    first = meant or each[0]
    topic = content.topics[first.topic]
    floor = "chat_at" if topic.kind == "chat" else "answer_at"
    surer = any(one.carried and one.score > first.score for one in sure_ones)
    only = all(one is first for one in sure_ones)
    clear = first is meant or only or (first.exact and not surer)
    clear = clear and not _leaves_out(first, each, content, policy)
    if clear and _is_sure(first, policy, policy[floor]):
        runner_up = next((one for one in each if one is not first), None)
        return decided(topic, first, runner_up)
    options = [one for one in ranked if _may_be_offered(one, content.topics[one.topic], policy)]
    choices = _worth_buttons(options, content, policy) if options else ()
    if sum(one.score for one in choices) < policy["ask_back_at"]:
        return Unknown(nearest=tuple(ranked[:MOST_OPTIONS]))
    return Clarify(options=choices)


def _may_be_offered(reading: Reading, topic: Topic, policy: Mapping[str, float]) -> bool:
    """Whether a reading is likely enough to be a choice.

    A cry for help must be near in meaning too, where meaning was asked: the longer a message, the
    more of it is alike by chance, and "could I do that myself" is no cry.
    """
    floors = {"answer": policy["offer_at"], "not_ours": policy["offer_elsewhere_at"], "chat": 1.0}
    by_chance = topic.is_urgent and 0 < reading.meant < policy["urgent_meant_at"]
    return reading.score >= floors[topic.kind] and not by_chance


def _worth_buttons(
    options: Sequence[Reading], content: Content, policy: Mapping[str, float]
) -> tuple[Reading, ...]:
    """Return the readings to choose from, the likeliest first, without those far behind it.

    One that lacks a thing its topic needs says little on a button, and must be likelier.
    """
    options = sorted(options, key=lambda one: -one.score)
    shares = (policy["unnamed_share"], policy["offer_share"])
    worth = [
        one
        for one in options
        if one.score >= shares[content.topics[one.topic].is_filled(one.slots)] * options[0].score
    ]
    return one_a_topic(worth)[:MOST_OPTIONS]


def likeliest(
    options: Sequence[Reading], content: Content, policy: Mapping[str, float]
) -> Reading | None:
    """Return the option that may be told as a guess while asking back, if one is likely enough.

    It names all that its topic needs, and no other option is nearly as likely.
    """
    first, *others = options
    topic = content.topics[first.topic]
    likely_enough = first.score >= policy["guess_at"]
    ahead = all(first.score >= policy["guess_ahead"] * other.score for other in others)
    whole = topic.is_filled(first.slots)
    return first if likely_enough and ahead and whole and topic.kind != "chat" else None


def likely_ones(
    options: Sequence[Reading], content: Content, policy: Mapping[str, float]
) -> list[Reading]:
    """Return the first options that may be told in a sentence each, as they may well be meant.

    Each names all that its topic needs, and is about as likely as the first; a single one is told
    however likely. Nobody is sent elsewhere on less than a guess where anything else may be meant,
    and whom to call in danger is said in words of its own.
    """
    only = len(options) == 1
    floor = 0 if only else max(policy["gist_at"], options[0].score / policy["guess_ahead"])
    elsewhere = policy["gist_at"] if only else max(floor, policy["guess_at"])
    floors = {"answer": floor, "not_ours": elsewhere, "chat": math.inf}
    likely = []
    for one in options[:_MOST_GISTS]:
        topic = content.topics[one.topic]
        fits = topic.is_filled(one.slots) and not topic.is_urgent
        if fits and one.score >= floors[topic.kind]:
            likely.append(one)
    return likely


def is_told_whole(options: Sequence[Reading], policy: Mapping[str, float]) -> bool:
    """Whether a guess at the first option is so likely that its whole answer is told.

    It is where nothing else may be meant.
    """
    return len(options) == 1 or options[0].score >= policy["tell_at"]


def sounds_hurt(
    readings: Sequence[Reading], content: Content, policy: Mapping[str, float]
) -> bool:
    """Whether who said what may mean these things may well be hurt or desperate."""
    best = max((one.score for one in readings), default=0.0)
    floor = max(policy["hurting_at"], policy["hurting_share"] * best)
    return any(one.score >= floor and content.topics[one.topic].hurting for one in readings)


def urgent_among(readings: Iterable[Reading], content: Content) -> Reading | None:
    """Return the first reading that is about a danger to somebody, where one is."""
    return next((one for one in readings if content.topics[one.topic].is_urgent), None)


def decided(topic: Topic, reading: Reading, runner_up: Reading | None = None) -> Verdict:
    """Return what to do with a reading that is taken for right."""
    if topic.kind == "chat":
        return Chat(reading=reading)
    if topic.kind == "not_ours":
        return NotOurs(reading=reading)
    missing = next((need for need in topic.needs if need not in reading.slots), None)
    if missing:
        return Clarify(options=(reading,), missing=missing.value)
    return Answer(reading=reading, runner_up=runner_up)


def _is_sure(reading: Reading, policy: Mapping[str, float], floor: float) -> bool:
    """Whether a reading is sure enough; one about the chat's subject must not change it."""
    left_out = reading.carried and reading.explained < policy["carried_explained_at"]
    return reading.score >= floor and not left_out


def _whole_first(ranked: list[Reading], policy: Mapping[str, float]) -> list[Reading]:
    """Return readings without those of what somebody is alone, where the whole text is understood.

    "I'm a dentist, do I count as a physician" has its own answer beside what is open to dentists.
    """
    whole = [one for one in ranked if not one.brief]
    return whole if any(_is_sure(one, policy, policy["answer_at"]) for one in whole) else ranked


def _leaves_out(
    first: Reading, each: Sequence[Reading], content: Content, policy: Mapping[str, float]
) -> bool:
    """Whether what a reading leaves out of a message may well be what it is about.

    Another answer for what somebody is, or one that lacks what it needs, is about the same.
    """
    if not first.brief:
        return False
    others = (one for one in each if one is not first and one.score >= policy["guess_at"])
    return any(_is_another_matter(content.topics[one.topic], one) for one in others)


def _is_another_matter(topic: Topic, reading: Reading) -> bool:
    return topic.is_filled(reading.slots) and not topic.is_dialogue


def _meant(sure_ones: Sequence[Reading]) -> Reading | None:
    """Return the only one of several sure readings that says what the chat is about.

    Never instead of what was said word for word, "help me" is for help in any chat, unless it is
    word for word too: "salary" is a trainer's where the chat is about trainers.
    """
    carried = [one for one in sure_ones if one.carried]
    if len(carried) != 1:
        return None
    said = any(one.exact and not one.carried for one in sure_ones)
    return carried[0] if carried[0].exact or not said else None


def one_a_topic(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Keep the first reading of each topic: of those in order, the likeliest."""
    seen: dict[str, Reading] = {}
    for reading in readings:
        seen.setdefault(reading.topic, reading)
    return tuple(seen.values())
