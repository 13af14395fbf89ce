"""What each tap and each typed reply of the review deck does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from handlers import cards
from handlers.buttons import short
from handlers.cards import button
from handlers.context import Context
from handlers.gate import name_of
from handlers.later import Work, cut_off, publishing
from handlers.replies import Reply
from knowledge.curation.card_queue import Card
from knowledge.curation.choices import (
    AnotherWay,
    Choice,
    Later,
    NewAnswer,
    NotOurs,
    NotReusable,
    Prefilled,
    WrongAnswer,
    prefilled,
    right_for,
    suggested_phrasings,
)
from knowledge.curation.curation import Curation, Proposal
from knowledge.curation.sourcing import split_off
from knowledge.errors import GuideError
from knowledge.guide import known_language
from knowledge.people import Actor, Right
from knowledge.snapshot import Snapshot
from knowledge.texts import say_error, translator
from knowledge.understanding.splitting import beginning_of


@dataclass(frozen=True, slots=True)
class Prompt:
    """Words that ask for a typed reply."""

    words: str


@dataclass(frozen=True, slots=True)
class Working:
    """What compiles a version and so takes seconds, to be done when the update is finished."""

    doing: Reply
    work: Work
    broken: Reply
    """What to say where a restart comes between."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap on somebody's card, or what they typed for it."""

    context: Context
    actor: Actor
    card: Card
    rest: str
    """What the button carries beside its card."""
    language: str

    @property
    def number(self) -> int:
        """The number of the card's group."""
        return self.card.group.id or 0

    @property
    def curation(self) -> Curation:
        """What decides groups."""
        return self.context.guide.curation

    @property
    def snapshot(self) -> Snapshot:
        """What this tap is judged by."""
        return self.context.snapshot


def undo(context: Context, actor: Actor, language: str, number: int | None = None) -> Working:
    """Take a decision back and say what is open again."""
    _ = translator(language)
    words = _("I am taking it back. I will tell you here.")
    cut = cut_off(_("See /review for how it stands, before you take anything back."), language)
    return Working(Reply(html=words), partial(_undo, context, actor, language, number), cut)


async def _undo(context: Context, actor: Actor, language: str, number: int | None) -> Reply:
    _ = translator(language)
    try:
        opened = await context.guide.curation.undo(actor, number)
    except GuideError as error:
        return Reply(html=cards.plain(say_error(error, language)))
    lines = [_("Taken back. Open again:"), *(f"• {cards.plain(one.head)}" for one in opened)]
    first = opened[0].id if opened else 0
    return Reply(html="\n".join(lines), buttons=((button(_("Open the card"), "card", first),),))


async def deal(context: Context, actor: Actor, language: str, after: int | None = None) -> Reply:
    """Return the weightiest card that is free, or that nothing waits."""
    curation = context.guide.curation
    publishes = actor.right >= Right.PUBLISHER
    card = await curation.deal(actor.id, after, proposals=publishes)
    if card is None:
        _ = translator(language)
        return Reply(html=_("Nothing waits. Well done."))
    if publishes and (proposal := await curation.proposal(card.group.id or 0)):
        return await _proposal_card(context, proposal, language)
    return cards.deck_card(card, context.snapshot.content, language)


async def tapped(
    context: Context, actor: Actor, verb: str, number: int, rest: str, language: str
) -> Reply | Prompt | Working:
    """Carry a tap out and return what to show."""
    if verb == "undo":
        return undo(context, actor, language, number)
    if verb == "skip":
        return await deal(context, actor, language, number)
    card = await context.guide.curation.hold(number, actor.id)
    if not card.mine:
        return cards.held_card(card, await name_of(context, card.group.held_by or 0), language)
    tap = Tap(context, actor, card, rest, language)
    if verb in COMPILING:
        doing = _looking if verb in PREVIEWS else publishing
        return Working(doing(language), partial(COMPILING[verb], tap), _cut_off(number, language))
    if verb not in VERBS:
        raise GuideError("That button is from an older version. Open the card with /review.")
    return await VERBS[verb](tap)


def _looking(language: str) -> Reply:
    _ = translator(language)
    return Reply(html=_("I am looking at what it would change. I will tell you here."))


def _cut_off(number: int, language: str) -> Reply:
    _ = translator(language)
    rows = ((button(_("Open the card"), "card", number),),)
    return cut_off(_("Open the card to see how it stands."), language, rows)


async def _show_proposal(tap: Tap) -> Reply:
    return await _proposal_card(tap.context, await _waiting(tap), tap.language)


async def _proposal_card(context: Context, proposal: Proposal, language: str) -> Reply:
    name = await name_of(context, proposal.by)
    return cards.proposal_card(proposal, name, language)


async def _waiting(tap: Tap, wanted: str | None = None) -> Proposal:
    """Return the answer to a card that waits for this publisher, where it is still that one."""
    tap.actor.must(Right.PUBLISHER)
    proposal = await tap.curation.proposal(tap.number)
    if proposal and wanted in (None, str(proposal.number)):
        return proposal
    raise GuideError("That proposal was decided already, or a newer one took its place.")


async def _publish_it(tap: Tap) -> Reply:
    proposal = await _waiting(tap, tap.rest)
    decided = await tap.curation.approve(proposal.number, tap.actor)
    return cards.decided_card(decided, await tap.curation.card(tap.number), tap.language)


async def _show_card(tap: Tap) -> Reply:
    return cards.deck_card(tap.card, tap.snapshot.content, tap.language)


def _topic(tap: Tap) -> str:
    found = (key for key in tap.snapshot.content.topics if short(key) == tap.rest)
    if topic := next(found, None):
        return topic
    raise GuideError("That topic is gone. Open the card again with /review.")


def _another_way(tap: Tap) -> AnotherWay:
    """Return the choice that a group is another way to ask a topic."""
    topic, finder = _topic(tap), tap.snapshot.understanding.finder
    needs = [need.value for need in tap.snapshot.content.topics[topic].needs]
    said = suggested_phrasings(tap.card.samples, finder, needs)
    return AnotherWay(topic=topic, phrasings=said)


async def _preview_way(tap: Tap) -> Reply:
    _ = translator(tap.language)
    choice = _another_way(tap)
    seen = await tap.curation.preview(tap.number, choice)
    title = cards.plain(tap.snapshot.content.topics[_topic(tap)].title.say(tap.language))
    said = "\n".join(f"+ {cards.plain(one)}" for all_ in choice.phrasings.values() for one in all_)
    words = _("Another way to ask “{title}”:", title=title) + f"\n{said}"
    return cards.preview_card(tap.card, seen, words, ("save", tap.rest), tap.language)


async def _save_way(tap: Tap, *, tell: bool = True) -> Reply:
    return await _decide(tap, _another_way(tap), tell=tell)


async def _decide(tap: Tap, choice: Choice, *, tell: bool = True) -> Reply:
    decided = await tap.curation.decide(tap.number, choice, tap.actor, tell=tell)
    return cards.decided_card(decided, await tap.curation.card(tap.number), tap.language)


async def _tell(tap: Tap) -> Reply:
    _ = translator(tap.language)
    await tap.curation.let_go(tap.number, tap.actor)
    return cards.menu(tap.card, _("They are told now."), (), tap.language)


async def _find(tap: Tap) -> Prompt:
    _ = translator(tap.language)
    return Prompt(_("Which topic is it? Write a few words of it, or ask it in your words."))


async def _new(tap: Tap) -> Prompt:
    _ = translator(tap.language)
    draft = _prefilled(tap)
    lines = [
        _("Write the answer: the title on the first line, the answer below it."),
        _(
            "Say where it is from on a last line: “Source: title, address, date”. Without it the "
            "answer is told as the word of the people who keep the answers."
        ),
        _("Its id will be {id}.", id=draft.topic),
    ]
    if draft.facts:
        lines.append(_("Facts you can use: {facts}", facts=" ".join(draft.facts)))
    return Prompt("\n".join(lines))


def _prefilled(tap: Tap) -> Prefilled:
    snapshot = tap.snapshot
    group, samples = tap.card.group, tap.card.samples
    return prefilled(group, samples, snapshot.understanding.finder, snapshot.content)


async def _private(tap: Tap) -> Prompt:
    _ = translator(tap.language)
    words = "\n".join(question.text for question in tap.card.samples[:3])
    ask = _(
        "Write the personal words, exactly as they stand. They are removed for good from all "
        "that is kept, but not from what was published."
    )
    return Prompt(f"{words}\n\n{ask}")


async def _pointers(tap: Tap) -> Reply:
    _ = translator(tap.language)
    rows = cards.pointers(tap.card, tap.snapshot.content, tap.language)
    words = _("Who can answer this? People will be pointed there.")
    return cards.menu(tap.card, words, rows, tap.language)


def _not_ours(tap: Tap) -> NotOurs:
    if tap.rest == "-":
        return NotOurs(reason="not ours, and no pointer fits")
    said = suggested_phrasings(tap.card.samples, tap.snapshot.understanding.finder, [])
    return NotOurs(topic=_topic(tap), phrasings=said, reason="for somebody else")


async def _preview_pointer(tap: Tap) -> Reply:
    _ = translator(tap.language)
    seen = await tap.curation.preview(tap.number, _not_ours(tap))
    return cards.preview_card(tap.card, seen, _("Not ours:"), ("nsv", tap.rest), tap.language)


async def _save_pointer(tap: Tap, *, tell: bool = True) -> Reply:
    return await _decide(tap, _not_ours(tap), tell=tell)


async def _reasons(tap: Tap) -> Reply:
    _ = translator(tap.language)
    rows = cards.reasons(tap.card, tap.language)
    return cards.menu(tap.card, _("Why would it help nobody else?"), rows, tap.language)


async def _ignore(tap: Tap) -> Reply:
    return await _decide(tap, NotReusable(reason=cards.REASONS.get(tap.rest, "")))


async def _later(tap: Tap) -> Reply:
    return await _decide(tap, Later())


async def _wrong(tap: Tap) -> Reply:
    topic = next(iter(cards.nearest_topics(tap.card.group, tap.snapshot.content)), None)
    return await _decide(tap, WrongAnswer(topic=topic, reason="marked as wrong in Telegram"))


COMPILING: Mapping[str, Callable[[Tap], Awaitable[Reply]]] = {
    "way": _preview_way,
    "save": _save_way,
    "savehold": partial(_save_way, tell=False),
    "npt": _preview_pointer,
    "nsv": _save_pointer,
    "nsvhold": partial(_save_pointer, tell=False),
    "pub": _publish_it,
}
PREVIEWS = ("way", "npt")

VERBS: Mapping[str, Callable[[Tap], Awaitable[Reply | Prompt]]] = {
    "card": _show_card,
    "tell": _tell,
    "find": _find,
    "new": _new,
    "priv": _private,
    "not": _pointers,
    "use": _reasons,
    "why": _ignore,
    "later": _later,
    "wrong": _wrong,
    "prop": _show_proposal,
}


async def typed(
    context: Context, actor: Actor, card: Card, verb: str, text: str, language: str
) -> Reply | Working:
    """Do what somebody typed for a card."""
    tap = Tap(context, actor, card, "", language)
    if verb == "new":
        choice = _new_answer(tap, text)
        doing = publishing if actor.right >= right_for(choice) else _looking
        work = partial(_decide, tap, choice)
        return Working(doing(language), work, _cut_off(tap.number, language))
    _ = translator(language)
    if verb == "priv":
        many = await tap.curation.scrub(text, actor)
        return Reply(html=_("Removed from {n} questions and everything made of them.", n=many))
    words = beginning_of(text)  # it takes as long as reading a question does
    found = await asyncio.to_thread(_matching, tap.snapshot, words, language)
    rows = tuple(
        (button(f"= {title}", "way", tap.number, short(topic)),) for topic, title in found
    )
    return cards.menu(card, _("Is it one of these?"), rows, language)


def _matching(snapshot: Snapshot, text: str, language: str) -> list[tuple[str, str]]:
    """Return the topics that a few words name or ask for."""
    topics = snapshot.content.topics
    asked = [one.topic for part in snapshot.understanding.read(text) for one in part.ranked]
    named = [
        key
        for key, topic in topics.items()
        if text.lower() in key or text.lower() in topic.title.say(language).lower()
    ]
    found = [key for key in dict.fromkeys([*named[:4], *asked]) if topics[key].kind == "answer"]
    return [(key, topics[key].title.say(language)) for key in found[:6]]


def _new_answer(tap: Tap, text: str) -> NewAnswer:
    title, _, answer = text.strip().partition("\n")
    answer, basis = split_off(f"\n{answer}")
    if not answer.strip():
        raise GuideError("The title goes on the first line and the answer below it. Try again.")
    draft, group = _prefilled(tap), tap.card.group
    return NewAnswer(
        topic=draft.topic,
        title={"en": title[:40]},
        answer={"en": answer.strip()},
        phrasings=draft.phrasings or {known_language(group.language): (group.head,)},
        needs=draft.needs,
        source=basis.title,
        source_url=basis.url,
        source_date=basis.date,
    )
