"""A verdict revised by what the judge, who knows one question's scores only, cannot see. Pure.

Each step returns the verdict as it is, or another one, for one reason; they are taken in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.matching.words import words_of
from knowledge.schema import CHECK, OWN, Content
from knowledge.understanding.abroad import Abroad
from knowledge.understanding.context import About, hangs_on_it, is_subject
from knowledge.understanding.credentials import Credentials
from knowledge.understanding.introductions import tells
from knowledge.understanding.judging import MOST_OPTIONS, judge, likeliest, likely_ones
from knowledge.understanding.phrases import Phrases
from knowledge.understanding.slots import Variant
from knowledge.understanding.splitting import asks
from knowledge.verdicts import (
    Answer,
    Clarify,
    Reading,
    Unknown,
    Verdict,
    best_reading,
    readings_shown,
)

_WHETHER = words_of(
    "can could may allowed accept hire hired no possible still "
    "puedo puede podria podre aceptan dejan contratan posible tampoco"
)
"""Words that ask whether something is open to who asks, whatever they are."""

_IN_ALL = words_of("all total overall altogether general combined todo toda todos todas conjunto")
"""Words that ask of all things of a kind together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question as the judge had it, and the chat it stands in."""

    text: str
    plain: Variant
    """The text with its names taken the plainest way."""
    variant: Variant
    """The same, the way that the best reading takes them."""
    about: About
    ranked: Sequence[Reading]


class Reviser:
    """Revises verdicts by a chat and by what its person told."""

    def __init__(
        self,
        content: Content,
        policy: Mapping[str, float],
        phrases: Phrases,
        credentials: Credentials,
        abroad: Abroad,
    ) -> None:
        """Take what is needed to know topics and people."""
        self._content = content
        self._policy = policy
        self._phrases = phrases
        self._abroad = abroad
        self._credentials = credentials

    def revised(self, verdict: Verdict, asked: Question) -> Verdict:
        """Return what is to be done with a question, once all that is known is heard."""
        steps = (
            self._not_again,
            self._of_what_is_spoken_of,
            _unless_put_in,
            self._of_what_is_told,
            self._what_opens_to_them,
            self._with_what_was_told,
            self._earned_elsewhere,
            self._still_so,
            self._credential_meant,
            self._in_general,
            _ask_what_it_is,
        )
        for step in steps:
            verdict = step(verdict, asked)
        return verdict

    def _not_again(self, verdict: Verdict, asked: Question) -> Verdict:
        """Return another likely answer than the one told last, where there is one.

        Who reads on and asks something else wants another answer: "how much is it" after all about
        a college.
        """
        if not isinstance(verdict, Answer) or not self._repeats(verdict.reading, asked.about):
            return verdict
        others = [one for one in asked.ranked if not self._repeats(one, asked.about)]
        if not any(one.score >= self._policy["guess_at"] for one in others):
            return verdict
        return judge(others, self._content, self._policy)

    def _repeats(self, reading: Reading, about: About) -> bool:
        """Whether a reading is what was said last, and only since the chat is about it.

        What is a phrasing word for word is wanted again.
        """
        again = is_subject(reading, self._content.topics[reading.topic], about)
        return again and bool(reading.carried) and not reading.exact

    def _of_what_is_spoken_of(self, verdict: Verdict, asked: Question) -> Verdict:
        """Return an answer about what the chat is about in place of the same in general.

        "A degree or a certificate?" behind a question about the trainer is about the trainer; "how
        much money was it in total" is about no single program.
        """
        if not isinstance(verdict, Answer | Clarify):
            return verdict
        best, *others = readings_shown(verdict)
        own = next((one for one in asked.ranked if self._is_the_same_of_it(one, best)), None)
        if own is None or not _IN_ALL.isdisjoint(asked.variant.text.split()):
            return verdict
        own = own.scored(best.score)
        if isinstance(verdict, Answer):
            return replace(verdict, reading=own)
        others = [one for one in others if one.topic != own.topic]
        return replace(verdict, options=(own, *others))

    def _is_the_same_of_it(self, reading: Reading, best: Reading) -> bool:
        same = self._content.topics[reading.topic].in_general == best.topic
        return same and bool(reading.carried) and reading.score >= self._policy["offer_at"]

    def _credential_meant(self, verdict: Verdict, asked: Question) -> Verdict:
        """Return "the exam" as that of the credentials an answer named last."""
        return self._credentials.meant_by(verdict, asked.variant, asked.about)

    def _in_general(self, verdict: Verdict, _: Question) -> Verdict:
        """Return the general answer where nobody named the thing that the one asked for needs."""
        if not isinstance(verdict, Clarify) or verdict.missing is None:
            return verdict
        asked = verdict.options[0]
        general = self._content.topics[asked.topic].in_general
        return Answer(reading=replace(asked, topic=general, carried=())) if general else verdict

    def _of_what_is_told(self, verdict: Verdict, asked: Question) -> Verdict:
        """Return the topics that the bare names of a message lead to, where it asks nothing.

        Who tells that they have a GED and live in Texas is better offered both than nothing.
        """
        if self._has_likely(verdict) or asks(asked.text) or not tells(asked.plain.text):
            return verdict
        return _choice_of([*self._of_bare_names(asked.plain, self._policy["offer_at"])], verdict)

    def _has_likely(self, verdict: Verdict) -> bool:
        """Whether anything is so likely meant that a line of it could be told."""
        match verdict:
            case Unknown():
                return False
            case Clarify(options=options, missing=None):
                return any(one.score >= self._policy["gist_at"] for one in options)
            case _:
                return True

    def _what_opens_to_them(self, verdict: Verdict, asked: Question) -> Verdict:
        """Return choices of which none could be told with what is open to what somebody is.

        "EKG tech 8 yrs, the schedule is killing me": whatever it asks, that helps. It is offered
        alone where nothing is known and a message begins with what somebody is.
        """
        if isinstance(verdict, Unknown) and asked.plain.text.startswith("{"):
            return _choice_of(self._open_to(asked, self._policy["offer_at"]), verdict)
        if not isinstance(verdict, Clarify) or verdict.missing:
            return verdict
        gist_at = self._policy["gist_at"]
        told = likely_ones(verdict.options, self._content, self._policy)
        if any(one.score >= gist_at for one in told):
            return verdict
        known = self._open_to(asked, gist_at)
        others = [one for one in verdict.options if all(one.topic != own.topic for own in known)]
        likely_first = sorted((*known, *others), key=lambda one: -one.score)
        return replace(verdict, options=tuple(likely_first[:MOST_OPTIONS]))

    def _open_to(self, asked: Question, score: float) -> list[Reading]:
        """Return what is open to what a message names that somebody is."""
        known = self._of_bare_names(asked.plain, score)
        return [one for one in known if OWN.issuperset(self._content.topics[one.topic].needs)]

    def _of_bare_names(self, variant: Variant, score: float) -> Iterator[Reading]:
        """Yield the topics that each kind of thing named leads to where nothing else is said."""
        for kind, keys in variant.slots.items():
            for topic in self._phrases.exact.get(f"{{{kind}}}", ()):
                if kind in self._content.topics[topic].needs:
                    yield Reading(topic=topic, slots={kind: keys}, score=score)

    def _with_what_was_told(self, verdict: Verdict, asked: Question) -> Verdict:
        """Return "can I get in" with what the person is, as far as the chat knows.

        Nobody who said it is asked again; the answer says whom it is about.
        """
        if not isinstance(verdict, Answer):
            return verdict
        reading = verdict.reading
        checks = self._content.topics[reading.topic].composer == CHECK
        if not checks or not OWN.isdisjoint((*reading.slots, *asked.variant.excluded)):
            return verdict
        told = {kind: keys for kind, keys in asked.about.slots.items() if kind in OWN}
        carried = (*reading.carried, *told)
        reading = replace(reading, slots={**reading.slots, **told}, carried=carried)
        return replace(verdict, reading=reading)

    def _earned_elsewhere(self, verdict: Verdict, asked: Question) -> Verdict:
        """Return "she has a bachelor's" of somebody from abroad as a degree from there, or asked.

        What a degree opened is known of those of this country.
        """
        best = best_reading(verdict)
        abroad = self._content.topics[best.topic].abroad if best else None
        if best is None or abroad not in self._content.topics:
            return verdict
        if not self._abroad.is_unsaid(best.slots, asked.about):
            return verdict
        others = verdict.options if isinstance(verdict, Clarify) else (best,)
        others = tuple(one for one in others if one.topic != abroad)
        return Clarify(options=(replace(best, topic=abroad), *others)[:MOST_OPTIONS])

    def _still_so(self, verdict: Verdict, asked: Question) -> Verdict:
        """Return a doubtful "that one is probably a no?" with what was just told, as of a record.

        What stays so for all that somebody asks next is likelier meant than what has but some of
        their words.
        """
        about, variant = asked.about, asked.variant
        if not isinstance(verdict, Clarify) or verdict.missing or about.topic not in about.lasting:
            return verdict
        best, words = verdict.options[0], variant.text.split()
        told = any(one.topic == about.topic for one in verdict.options)
        guess = likeliest(verdict.options, self._content, self._policy)
        likely = guess is not None and guess.score >= self._policy["tell_at"]
        if told or likely or _WHETHER.isdisjoint(words):
            return verdict
        score = max(best.score, self._policy["gist_at"])
        still = Reading(topic=about.topic, slots=variant.slots, score=score)
        return replace(verdict, options=(still, *verdict.options)[:MOST_OPTIONS])


def _choice_of(known: Sequence[Reading], verdict: Verdict) -> Verdict:
    """Return what is known as choices in place of a verdict, if anything is."""
    return Clarify(options=tuple(known[:MOST_OPTIONS])) if known else verdict


def _unless_put_in(verdict: Verdict, _: Question) -> Verdict:
    """Return that we do not know where the only choice is one that "it" was put in for.

    A single choice is told however unlikely, and this one is hardly what is asked.
    """
    match verdict:
        case Clarify(options=(only,), missing=None) if only.put_in:
            return Unknown(nearest=(only,))
        case _:
            return verdict


def _ask_what_it_is(verdict: Verdict, asked: Question) -> Verdict:
    """Return an answer about "it" as a choice, where "it" may be what was not understood."""
    if isinstance(verdict, Answer) and asked.about.lost and hangs_on_it(asked.variant):
        return Clarify(options=(verdict.reading,))
    return verdict
