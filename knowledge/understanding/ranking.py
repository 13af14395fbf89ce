"""Ranks the topics that a question may mean, with what its chat was about filled in. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from knowledge.matching.matching import Match, Matcher, Ranking
from knowledge.matching.words import words_of
from knowledge.schema import OWN, Content, Kind, Topic
from knowledge.understanding.context import (
    CURT,
    FOLLOWING,
    PRONOUNS,
    About,
    Meant,
    is_of_a_list,
    pronouns,
    recent,
    says_only_names,
    whose,
    without_and,
)
from knowledge.understanding.contrast import beside, opposite, sets_apart
from knowledge.understanding.credentials import Credentials
from knowledge.understanding.expecting import Expecting
from knowledge.understanding.introductions import Brief, Introductions
from knowledge.understanding.judging import in_order, named_beside, place_of
from knowledge.understanding.kinship import kin_of
from knowledge.understanding.phrases import Phrases
from knowledge.understanding.ruled_out import RuledOut
from knowledge.understanding.slots import Finder, Variant
from knowledge.verdicts import Reading, Slots

_LEFT_OUT = 7
"""Words of a question that may leave out what it is about, where a phrasing names just that: "how
do I apply" is a phrasing of its own, but "{opening} how do I apply" is one too."""

_MOSTLY = 0.5
"""How much of a longer text a topic must speak of, so that "it" may be what the chat is about."""

_EXACT = math.inf
"""The evidence for a topic one of whose phrasings a text is, word for word."""

COMPARING = "compare"
"""The composer of topics that are about two things of a kind."""

_MAY = words_of(
    "can could may qualify qualified eligible allowed accept accepted count enough possible "
    "me take fit fits right "
    "puedo puede podría podré sirve sirvo cuenta alcanza aceptan aceptarían califico dejan posible"
)
"""Words that ask whether a role is open to somebody."""

_CANDIDATES = 10
"""Topics looked at for each reading of a text."""

_EXPECTED = 3
"""Topics looked at since such a text is expected in the chat."""


class Way(NamedTuple):
    """A way to take a text."""

    variant: Variant
    meant: tuple[str, ...] = ()
    """The kinds of things put in from what was said before."""
    brief: Brief | None = None
    """Set where only what somebody is was kept of it."""
    needing: Kind | None = None
    """What the topics it is for must need."""


class Ranker:
    """The topics of a content, to be ranked by what a text may mean."""

    def __init__(
        self,
        content: Content,
        finder: Finder,
        matcher: Matcher,
        phrases: Phrases,
        policy: Mapping[str, float],
        credentials: Credentials,
    ) -> None:
        self._content = content
        self._credentials = credentials
        self._finder = finder
        self._matcher = matcher
        self._phrases = phrases
        self._policy = policy
        self._placed = [topic for topic in content.topics.values() if topic.where]
        self._only_for = _only_for(self._placed)
        self._kin = kin_of(content.topics)
        self.expecting = Expecting(content, finder, matcher, self._kin)
        self._ruled_out = RuledOut(content.topics.values())
        self._introductions = Introductions(content, phrases, matcher.fillers)

    def rank(
        self, variants: tuple[Variant, ...], about: About, language: str | None, *, deeper: bool
    ) -> list[Reading]:
        """Return what a text may mean, the likeliest first.

        Args:
            variants: the ways to take the names in the text.
            about: what the chat was about before.
            language: of the text, where it is plain.
            deeper: whether the embedding is asked too.
        """
        best: dict[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], Reading] = {}
        for way in self._ways(variants, about):
            for found, expected in self._candidates(way.variant, about, language, deeper):
                reading = self._reading(way, found, about, variants[0].slots, expected)
                if reading is None:
                    continue
                key = (reading.topic, tuple(sorted(reading.slots.items())))
                if key not in best or _closeness(reading) < _closeness(best[key]):
                    best[key] = reading
        return in_order(best.values())

    def _ways(self, variants: tuple[Variant, ...], about: About) -> Iterator[Way]:
        """Yield the ways to take a text: as it stands, briefly, and with what was said before."""
        first = variants[0]
        yield from map(Way, variants)
        for brief in self._briefly(first):
            yield Way(brief.variant, brief=brief)
        for variant, meant in chain(
            pronouns(first, about, self._matcher.fillers),
            self._left_out(first, about),
            _own_put_first(first, about),
            self._for_oneself(first, about),
        ):
            yield Way(variant, meant)
        for variant, meant in self._credentials.put_first(first, about):
            yield Way(variant, meant, needing=Kind.CREDENTIAL)
        if both := self._with_other(first):
            yield Way(both)

    def _with_other(self, variant: Variant) -> Variant | None:
        """Return "trainer or consultant" with both named, where a part of a name is set apart."""
        if len(variant.slots) != 1 or not sets_apart(variant.text):
            return None
        [(kind, keys)] = variant.slots.items()
        other = opposite(variant.text)
        found = self._one_by_part(other, [kind])
        if len(keys) != 1 or not found:
            return None
        text = variant.text.replace(" ".join(other), f"{{{kind}}}", 1)
        return replace(variant, text=text, slots={kind: (*keys, *found[kind])})

    def _one_by_part(self, words: list[str], kinds: Sequence[str]) -> Slots:
        """Return the thing of these kinds that words name in part, if it is a single one."""
        found = self._finder.by_part(words, kinds, self._phrases.ordinary) if words else {}
        return {kind: keys for kind, keys in found.items() if len(keys) == 1}

    def _reading(
        self, way: Way, found: Match, about: About, named: Slots, expected: float
    ) -> Reading | None:
        """Return a topic found for a way to take a text, with its slots; None where it cannot fit.

        Args:
            way: to take the text.
            found: the topic.
            about: what the chat was about before.
            named: what the whole text names.
            expected: how near it is to what is asked next in the chat.
        """
        topic, variant = self._content.topics[found.intent], way.variant
        if way.needing and way.needing not in topic.needs:
            return None
        filled = self._filled(topic, variant, about)
        if filled is None:
            return None
        slots, recalled = filled
        if self._is_elsewhere(topic, variant, recalled, way.meant, about):
            return None
        if way.brief and not self._introductions.is_answered_by(topic, way.brief):
            return None  # "nursing school in Texas" is about Texas
        carried = (*recalled, *way.meant)
        fit = self._fit(topic, slots, variant, found.phrase)
        times = self._context_fit(topic, variant, about, carried=bool(carried))
        return Reading(
            topic=topic.id,
            slots={**named, **slots} if way.brief else slots,
            score=raised(found.score * fit, times),
            phrase=found.phrase,
            explained=found.explained,
            likeness=found.likeness,
            ahead=found.ahead,
            meant=found.meant,
            exact=found.evidence == _EXACT,
            brief=way.brief is not None,
            apart=about.topic in self._kin and not (carried or self._goes_on(topic, about)),
            expected=expected,
            carried=carried,
            put_in=bool(way.meant) and _says_more(variant, found),
        )

    def _briefly(self, variant: Variant) -> Iterator[Brief]:
        """Yield a message about who wrote it in few words, unless it is a phrasing itself."""
        if not self._said_exactly(variant.text):
            yield from self._introductions.briefly(variant)

    def _for_oneself(self, variant: Variant, about: About) -> Iterator[Meant]:
        """Yield "and what could I do?" as what who asks said they are, earlier in the chat.

        "What could she do" is asked of whom the chat spoke of last.
        """
        text = variant.text
        if (
            variant.slots
            or text in self._phrases.exact
            or not self._introductions.asks_for_oneself(text)
        ):
            return
        for kind, keys in whose(text, about).items():
            yield replace(variant, text=f"{{{kind}}}", slots={kind: keys}), (kind,)

    def _left_out(self, variant: Variant, about: About) -> Iterator[Meant]:
        """Yield a text with what its chat is about put first, where that is a phrasing."""
        if not CURT < len(variant.text.split()) <= _LEFT_OUT:
            return
        for kind, keys in recent(variant, about):
            said = f"{{{kind}}} {' '.join(without_and(variant.text.split()))}"
            if said in self._phrases.exact:
                slots = {**variant.slots, kind: keys}
                yield replace(variant, text=said, slots=slots), (kind,)

    def _candidates(
        self, variant: Variant, about: About, language: str | None, deeper: bool
    ) -> Iterator[tuple[Match, float]]:
        """Yield topics a text may mean: by likeness, or since it is a phrasing word for word.

        Beside each stands how near the text is to what is asked for it next in the chat.
        """
        text = variant.text
        recalled = {k: keys for k, keys in about.slots.items() if k not in variant.excluded}
        slots = {**variant.excluded, **recalled, **variant.slots}  # "no GED" is about the GED
        barred = self._barred(text, slots, variant.slots)
        exact = self._meant_exactly(variant, about, barred)
        score = self._policy["exact_score"] / max(len(exact), 1)
        rank = self._matcher.reconsider if deeper else self._matcher.rank
        ranking = rank(text, limit=_CANDIDATES, without=barred, language=language)
        found = self._without_wider(ranking.matches, variant.slots)
        for topic, phrase in exact.items():
            alike = found.get(topic)
            found[topic] = Match(
                intent=topic,
                score=score,
                phrase=phrase,
                evidence=_EXACT,
                explained=1.0,
                ahead=alike.ahead if alike else 0.0,
                meant=alike.meant if alike else 0.0,
            )
        expected = self._expecting_of(text, about, ranking)
        likely = sorted(expected.keys() - found.keys() - barred, key=lambda key: -expected[key])
        among = likely[:_EXPECTED]
        also = rank(text, without=barred, language=language, among=among) if among else Ranking()
        for match in (*found.values(), *also.matches):
            yield match, expected.get(match.intent, 0.0)

    def _meant_exactly(
        self, variant: Variant, about: About, barred: frozenset[str]
    ) -> dict[str, str]:
        """Return the topics that a text asks for word for word, each with its phrasing.

        What is asked next in this chat is plainer than what the same words ask for alone.
        """
        text = variant.text
        next_asked = self.expecting.exactly(text, about.topic or "")
        if next_asked and next_asked not in barred:
            return {next_asked: text}
        exact = {
            topic: phrase
            for topic, phrase in self._said_exactly(text).items()
            if topic not in barred and not self._is_for_others(topic, phrase, variant)
        }
        own = {t: p for t, p in exact.items() if _is_of(self._content.topics[t], text)}
        exact = own or exact  # "no tengo GED" is for the topic about the GED
        return self._going_on(self._closest(exact, variant.slots), about)

    def _expecting_of(self, text: str, about: About, ranking: Ranking) -> dict[str, float]:
        """Return how near a text is to what is asked next in a chat, by topic."""
        if about.topic is None:
            return {}
        return self.expecting.nearness(text, about.topic, ranking.meant)

    def _barred(self, text: str, slots: Slots, named: Slots) -> frozenset[str]:
        """Return the topics that a text cannot mean: those about other things, above all.

        Args:
            text: with slots for its names.
            slots: what it is about, as far as the chat tells.
            named: what it names itself.
        """
        barred = {
            topic
            for kind, keys in slots.items()
            for topic, own in self._only_for.get(kind, ())
            if own.isdisjoint(keys)
        }
        if slots and (sets_apart(text) or says_only_names(text)):
            barred.update(topic.id for topic in self._placed if _leaves_one_out(topic, named))
        return self._ruled_out.barred(text).union(barred)

    def _said_exactly(self, text: str) -> dict[str, str]:
        """Return the topics of which a text is a phrasing, with or without the "and" before it."""
        exact = self._phrases.exact
        said = text if text in exact else " ".join(without_and(text.split()))
        return dict.fromkeys(exact.get(said, ()), said)

    def _going_on(self, exact: dict[str, str], about: About) -> dict[str, str]:
        """Return what "why?" may ask: of what was told last, else which part is meant."""
        which = {topic for topic in exact if self._content.topics[topic].asks_which}
        if not which:
            return exact
        on = {topic for topic in exact if self._goes_on(self._content.topics[topic], about)}
        return {topic: phrase for topic, phrase in exact.items() if topic in (on or which)}

    def _without_wider(self, matches: Iterable[Match], named: Slots) -> dict[str, Match]:
        """Return matches by topic; of those for one phrasing, those closest to what is named."""
        found = {match.intent: match for match in matches}
        if all(len(keys) == 1 for keys in named.values()):
            return found
        alike: dict[str, dict[str, str]] = {}
        for topic, match in found.items():
            alike.setdefault(match.phrase, {})[topic] = match.phrase
        kept = [self._closest(topics, named) for topics in alike.values()]
        return {
            topic: match for topic, match in found.items() if any(topic in one for one in kept)
        }

    def _closest(self, exact: dict[str, str], named: Slots) -> dict[str, str]:
        """Return the topics about certain things that hold all those named, the narrowest first.

        "RHIT vs CHTS" is for the topic that has both, "RHIT vs RHIA" for the one of these two.
        """
        wide = {topic: _width(self._content.topics[topic], named) for topic in exact}
        least = min(filter(None, wide.values()), default=None)
        return {t: phrase for t, phrase in exact.items() if wide[t] in (None, least)}

    def _context_fit(
        self, topic: Topic, variant: Variant, about: About, *, carried: bool
    ) -> float:
        """Return how well a topic goes on with what the chat was about, as a factor."""
        fit = self._policy["carries_on"] if carried else 1.0
        if topic.id in about.lasting or self._goes_on(topic, about):
            fit *= self._policy["same_subject"]
        if about.topic not in self._content.topics:
            return fit  # named in the same sentence, or before we asked back
        curt = len(variant.text.split()) <= CURT
        return fit * self._policy["curt"] if curt and fit > 1 else fit

    def _goes_on(self, topic: Topic, about: About) -> bool:
        """Whether a topic goes on with the subject of a chat's last one, or is that one."""
        return topic.id in self._kin.get(about.topic or "", ())

    def _is_elsewhere(
        self,
        topic: Topic,
        variant: Variant,
        recalled: Sequence[str],
        meant: Sequence[str],
        about: About,
    ) -> bool:
        """Whether a text is not about what would be taken from the chat for this topic.

        "How much do those pay" is about the roles, not a nurse's own job; "how long is nursing
        school" not about the chat's trainer; "and the trainer" after a list not about who asks.
        """
        named = [kind for kind in variant.slots if kind not in meant]
        if (recalled or meant) and named and says_only_names(variant.text):
            return not self._goes_on(topic, about) or bool(named_beside(topic, variant.slots))
        of_roles = Kind.ROLE in (*recalled, *meant)
        if _is_open_to(topic) and of_roles and is_of_a_list(about, Kind.ROLE):
            return True  # each was listed for what somebody is already
        if _is_open_to(topic) and not OWN.isdisjoint((*recalled, *meant)):
            return _MAY.isdisjoint(variant.text.split())
        if recalled and not meant and named_beside(topic, variant.slots):
            return True
        if Kind.ROLE in named and not OWN.isdisjoint(meant):
            return not {*meant, Kind.ROLE} <= {*topic.needs}
        return bool(recalled or meant) and topic.kind != "answer"

    def _filled(
        self, topic: Topic, variant: Variant, about: About
    ) -> tuple[Slots, tuple[str, ...]] | None:
        """Fill a topic's slots from the text, else from the chat; None where it cannot fit.

        Returns:
            The slots, and the kinds that come from the chat.
        """
        slots = dict(variant.slots)
        lacked = (kind for kind in topic.needs if kind in variant.excluded and kind not in slots)
        if not OWN.isdisjoint(lacked):
            return None  # "I have no bachelor's degree" asks nothing of that degree
        carried = []
        for kind in (*topic.needs, *topic.where):
            if kind not in slots and kind in about.slots and kind not in variant.excluded:
                slots[str(kind)] = about.slots[kind]
                carried.append(str(kind))
        if topic.composer == COMPARING:
            slots.update(self._set_beside(variant, slots, about))
        return (slots, tuple(carried)) if topic.is_about(slots) else None

    def _set_beside(self, variant: Variant, named: Slots, about: About) -> Slots:
        """Return what one thing named is compared with: what a part of a name says, or the chat.

        Who names the other in words that we cannot place ("trainer and nurse") is to be asked:
        the chat's own subject would be another one than theirs.
        """
        if says_only_names(variant.text) and not sets_apart(variant.text):
            return {}  # "and the manager" after the trainer sets nothing side by side
        kinds = [kind for kind, keys in named.items() if len(keys) == 1]
        other = [word for word in opposite(variant.text) if word not in FOLLOWING]
        if not other or PRONOUNS.intersection(other):
            return beside(named, about)
        if found := self._one_by_part(other, kinds):
            return {kind: (*named[kind], *keys) for kind, keys in found.items()}
        return {} if self._finder.vocabulary().intersection(other) else beside(named, about)

    def _is_for_others(self, topic: str, phrase: str, variant: Variant) -> bool:
        """Whether a phrasing is for other things than those that a text names."""
        named = variant.slots.items()
        return any(
            self._phrases.asides.are_others(topic, phrase, kind, keys) for kind, keys in named
        )

    def _fit(self, topic: Topic, slots: Slots, variant: Variant, phrase: str) -> float:
        """Return how well the things named fit the topic, as a factor."""
        fit = 1.0
        for kind in named_beside(topic, variant.slots):
            keys = variant.slots[kind]
            others = self._phrases.asides.are_others(topic.id, phrase, kind, keys)
            if others or f"{{{kind}}}" not in phrase:
                fit *= self._policy["unused_name"]
        if not topic.is_filled(slots):
            fit *= self._policy["missing_name"]
        return fit


def _only_for(topics: Iterable[Topic]) -> dict[str, list[tuple[str, frozenset[str]]]]:
    """Return the topics about certain things only, by the kind of these, and which they are."""
    found: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for topic in topics:
        for kind, keys in topic.where.items():
            found.setdefault(kind, []).append((topic.id, frozenset(keys)))
    return found


def _says_more(variant: Variant, found: Match) -> bool:
    """Whether a long text says mostly what a topic never speaks of, so that "it" chose the topic.

    What was named before fills a gap in what is asked; it is not what is asked.
    """
    return len(variant.text.split()) > _LEFT_OUT and found.explained < _MOSTLY


def raised(score: float, times: float) -> float:
    """Return a likelihood once its odds are so many times greater (Bayes, in odds)."""
    return score * times / (1 - score + score * times)


def _is_open_to(topic: Topic) -> bool:
    """Whether a topic tells if a role is open to somebody."""
    return Kind.ROLE in topic.needs and not OWN.isdisjoint(topic.needs)


def _own_put_first(variant: Variant, about: About) -> Iterator[Meant]:
    """Yield a text about a role with what the person is put first: "I am a PA" was said before."""
    named = {*variant.slots, *variant.excluded}
    if Kind.ROLE not in variant.slots or not OWN.isdisjoint(named):
        return
    if _MAY.isdisjoint(variant.text.split()):
        return
    for kind, keys in about.slots.items():
        if kind in OWN:
            said = f"{{{kind}}} {variant.text}"
            yield replace(variant, text=said, slots={**variant.slots, kind: keys}), (kind,)


def _closeness(reading: Reading) -> tuple[bool, bool, float]:
    """Order the ways to the same reading: first those that its own words lead to."""
    return reading.put_in, *place_of(reading)


def _width(topic: Topic, named: Slots) -> tuple[int, int] | None:
    """Return how many of several things named a topic leaves out, and how many it is about.

    None where it is not about certain ones of them.
    """
    several = [kind for kind in topic.where if len(named.get(kind, ())) > 1]
    if not several:
        return None
    left_out = sum(len({*named[kind]} - {*topic.where[kind]}) for kind in several)
    return left_out, sum(len(topic.where[kind]) for kind in several)


def _leaves_one_out(topic: Topic, named: Slots) -> bool:
    """Whether several things of a kind are named, and a topic about certain ones lacks one.

    Side by side, "the CPC or the RHIT" is not for the topic about the RHIT and the RHIA, nor is
    "the CPC and the RHIT" alone.
    """
    width = _width(topic, named)
    return width is not None and width[0] > 0


def _is_of(topic: Topic, text: str) -> bool:
    """Whether a topic answers for certain things only, and the text names one of their kind."""
    kinds = [kind for kind in topic.where if kind not in topic.needs]
    return topic.kind == "answer" and any(f"{{{kind}}}" in text for kind in kinds)
