"""Finds phrasings that do not lead to their own topic, and what would tell topics apart. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from knowledge.matching.matching import Phrase
from knowledge.matching.words import expand, stem, tokenize, words_of
from knowledge.schema import SLOT, SOURCE_LANGUAGE, Content, Kind, Topic
from knowledge.understanding.understanding import Understanding
from knowledge.verdicts import Answer, Chat, Clarify, NotOurs, Reading, Unknown

_WEIGHTLESS = words_of(
    "a an the is are was were be to of in on at for it and or so there this that these those el "
    "la los las un una unos unas de del en y o al es son era fue ser lo que este esta eso ese "
    "por para con hay"
)
"""Words that tell no two topics apart."""


_NEAR = 0.25
"""How like a new phrasing must be, from 0 to 1, to win what another says."""


class PhrasingFlaw(NamedTuple):
    """What is wrong with one phrasing of a topic."""

    topic: str
    language: str
    at: int
    what: str
    mend: str
    error: bool = False


class _Place(NamedTuple):
    topic: Topic
    language: str
    at: int
    phrasing: str


def _phrasings(content: Content) -> Iterator[_Place]:
    for topic in content.topics.values():
        for language, phrasings in topic.phrasings.items():
            for index, phrasing in enumerate(phrasings):
                yield _Place(topic, language, index, phrasing)


def repeated(content: Content) -> Iterator[PhrasingFlaw]:
    """Yield phrasings that stand in two topics, in the same words or nearly so.

    "Why?" may stand in many, beside the topic that asks which part is meant: what was told last
    tells them apart.
    """
    which = {
        tuple(tokenize(place.phrasing)) for place in _phrasings(content) if place.topic.asks_which
    }
    exact: dict[tuple[str, tuple[str, ...]], _Place] = {}
    alike: dict[tuple[str, str, frozenset[str]], _Place] = {}
    for place in _phrasings(content):
        about = str(sorted(place.topic.where.items()))
        said = tuple(tokenize(place.phrasing))
        if not said:
            what, mend = "a phrasing without a word", "write how somebody would ask, or delete it"
            yield PhrasingFlaw(place.topic.id, place.language, place.at, what, mend, error=True)
            continue
        if said in which:
            continue
        same = exact.setdefault((about, said), place)
        near = alike.setdefault(
            (about, place.language, weighty(place.phrasing, place.language)), place
        )
        if same.topic.id != place.topic.id:
            yield _repeat(
                place, f"{place.phrasing!r} is also a phrasing of {same.topic.id!r}", same
            )
        elif near.topic.id != place.topic.id and len(weighty(place.phrasing, place.language)) > 1:
            what = f"{place.phrasing!r} says the same as {near.phrasing!r} of {near.topic.id!r}"
            yield _repeat(place, what, near)


def _repeat(place: _Place, what: str, other: _Place) -> PhrasingFlaw:
    words = telling_words(place.topic, other.topic, place.language)
    mend = "keep it in the topic that answers it better"
    if words:
        mend += f", or say what is meant: {', '.join(words)}"
    exact = tokenize(place.phrasing) == tokenize(other.phrasing)
    return PhrasingFlaw(place.topic.id, place.language, place.at, what, mend, error=exact)


def weighty(phrasing: str, language: str) -> frozenset[str]:
    """Return the stems that can tell a phrasing from others."""
    words = [word for word in expand(tokenize(phrasing)) if word not in _WEIGHTLESS]
    return frozenset(stem(word, language) for word in words or tokenize(phrasing))


def _said(topic: Topic, language: str) -> tuple[str, ...]:
    return next((said for spoken, said in topic.phrasings.items() if spoken == language), ())


def telling_words(topic: Topic, other: Topic, language: str) -> list[str]:
    """Return words that only this topic's phrasings use, the commonest first."""
    theirs = {word for said in _said(other, language) for word in tokenize(said)}
    ours: dict[str, int] = {}
    for said in _said(topic, language):
        for word in set(tokenize(said)) - theirs - _WEIGHTLESS:
            ours[word] = ours.get(word, 0) + 1
    return sorted(ours, key=lambda word: (-ours[word], word))[:4]


def misled(
    content: Content,
    understanding: Understanding,
    stopped: Callable[[], bool],
    since: Understanding | None,
) -> Iterator[PhrasingFlaw]:
    """Yield phrasings that another topic wins, though they are this topic's own, until stopped.

    The words alone are ranked first, which is quick; what loses there is asked as a person would,
    with a name in each slot.

    Args:
        content: whose phrasings are asked.
        understanding: it compiled.
        stopped: whether nobody waits for the result any more.
        since: an earlier version; only what the changes since may mislead is asked, and what it
            misled as well is left out.
    """
    elsewhere = {topic.id: _elsewhere(topic, content) for topic in content.topics.values()}
    for place, phrase in _to_ask(content, understanding, since):
        if stopped():
            return
        barred = elsewhere[place.topic.id]
        ranking = understanding.matcher.rank(
            phrase.text, limit=1, without=barred, language=phrase.language
        )
        if ranking.matches and ranking.matches[0].intent != place.topic.id:
            thief = _thief(place, content, understanding)
            if thief and not (since and _was_misled(place, since)):
                yield _lost(place, content.topics[thief.topic], thief.phrase)


def _thief(place: _Place, content: Content, understanding: Understanding) -> Reading | None:
    """Return what another topic makes of a phrasing asked aloud, where that wins."""
    winner = _winner(place, content, understanding)
    return winner if winner and winner.topic != place.topic.id else None


def _was_misled(place: _Place, since: Understanding) -> bool:
    """Whether an earlier version has this phrasing, and another topic won it there too."""
    topic = since.content.topics.get(place.topic.id)
    if topic is None or place.phrasing not in _said(topic, place.language):
        return False
    return _thief(place, since.content, since) is not None


def _to_ask(
    content: Content, understanding: Understanding, since: Understanding | None
) -> Iterator[tuple[_Place, Phrase]]:
    """Yield phrasings, all or those that changes may mislead.

    These are the phrasings of the topics that changed, and those near a new one: a phrasing wins
    only where it is like what was said.
    """
    phrases = understanding.phrases.all
    said = zip(_phrasings(content), phrases, strict=True)
    if since is None or _read_differently(since.content, content):
        yield from said
        return
    moved = {topic.id for topic in content.topics.values() if _moved(topic, since.content)}
    before, now = set(since.matcher.phrases), set(phrases)
    new = [one for one in phrases if one not in before or one.intent in moved]
    changed = {one.intent for one in before ^ now} | moved
    near = {other for one in new for other in understanding.matcher.near(one, _NEAR)}
    yield from ((place, one) for place, one in said if one.intent in changed or one in near)


def _read_differently(old: Content, new: Content) -> bool:
    return (old.words, old.policy) != (new.words, new.policy)


def _moved(topic: Topic, old: Content) -> bool:
    """Whether a topic is asked about other things than before."""
    before = old.topics.get(topic.id)
    return before is None or before.where != topic.where


def _elsewhere(topic: Topic, content: Content) -> list[str]:
    """Return the topics that are asked about other things than this one."""
    return [one.id for one in content.topics.values() if one.where and one.where != topic.where]


def _winner(place: _Place, content: Content, understanding: Understanding) -> Reading | None:
    """Return what answers a phrasing asked aloud; None where its own topic can still be chosen."""
    verdict = understanding.read(filled(place.phrasing, place.topic, content))[0].verdict
    match verdict:
        case Chat(reading=reading) if content.topics[reading.topic].asks_which:
            return None  # it waits for more words
        case Answer(reading=reading) | Chat(reading=reading) | NotOurs(reading=reading):
            return reading
        case Clarify(options=options):
            offered = any(option.topic == place.topic.id for option in options)
            return None if offered else options[0]
        case Unknown():
            return None


def filled(phrasing: str, topic: Topic, content: Content) -> str:
    """Return a phrasing with the name of a thing in each of its slots."""

    def name(kind: str) -> str:
        wanted = topic.where.get(Kind(kind), ()) if kind in set(Kind) else ()
        things = [content.things[key] for key in wanted if key in content.things]
        found = things or content.of_kind(Kind(kind))
        return found[0].name.say(SOURCE_LANGUAGE) if found else kind

    return SLOT.sub(lambda slot: name(slot.group(1)), phrasing)


def _lost(place: _Place, winner: Topic, phrase: str) -> PhrasingFlaw:
    words = telling_words(place.topic, winner, place.language)
    telling = [word for word in words if word not in tokenize(place.phrasing)]
    what = f"{place.phrasing!r} leads to {winner.id!r} (by {phrase!r})"
    mend = f"move it there, or say what is meant: {', '.join(telling)}" if telling else "move it"
    return PhrasingFlaw(place.topic.id, place.language, place.at, what, mend)
