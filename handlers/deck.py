"""What each tap and each typed reply of the review deck does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from handlers import cards
from handlers.buttons import short
from handlers.cards import button
from handlers.context import Context
from handlers.gate import name_of
from handlers.later import Work, cut_off, publishing
from handlers.replies import Reply
from knowledge.card_queue import Card
from knowledge.choices import (
    AnotherWay,
    Choice,
    Later,
    NewAnswer,
    NotOurs,
    NotReusable,
    WrongAnswer,
    prefilled,
    right_for,
    suggested_phrasings,
)
from knowledge.curation import Proposal
from knowledge.errors import GuideError
from knowledge.guide import known_language
from knowledge.people import Actor, Right
from knowledge.snapshot import Snapshot
from knowledge.sourcing import split_off
from knowledge.splitting import beginning_of
from knowledge.texts import say_error, translator


class Prompt:
    """Words that ask for a typed reply."""

    def __init__(self, words: str) -> None:
        self.words = words


class Working:
    """What compiles a version and so takes seconds, to be done when the update is finished."""

    def __init__(self, doing: Reply, work: Work, broken: Reply) -> None:
        self.doing = doing
        self.work = work
        self.broken = broken
        """What to say where a restart comes between."""


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
    if verb in COMPILING:
        doing = _looking if verb in PREVIEWS else publishing
        work = partial(COMPILING[verb], context, actor, card, rest, language)
        return Working(doing(language), work, _cut_off(number, language))
    if verb not in VERBS:
        raise GuideError("That button is from an older version. Open the card with /review.")
    return await VERBS[verb](context, actor, card, rest, language)


def _looking(language: str) -> Reply:
    _ = translator(language)
    return Reply(html=_("I am looking at what it would change. I will tell you here."))


def _cut_off(number: int, language: str) -> Reply:
    _ = translator(language)
    rows = ((button(_("Open the card"), "card", number),),)
    return cut_off(_("Open the card to see how it stands."), language, rows)


async def _show_proposal(
    context: Context, actor: Actor, card: Card, rest: str, language: str
) -> Reply:
    return await _proposal_card(context, await _waiting(context, actor, card), language)


async def _proposal_card(context: Context, proposal: Proposal, language: str) -> Reply:
    name = await name_of(context, proposal.by)
    return cards.proposal_card(proposal, name, language)


async def _waiting(context: Context, actor: Actor, card: Card, number: str = "") -> Proposal:
    """Return the answer to a card that waits for this publisher, where it is still that one."""
    actor.must(Right.PUBLISHER)
    proposal = await context.guide.curation.proposal(card.group.id or 0)
    if proposal and number in ("", str(proposal.number)):
        return proposal
    raise GuideError("That proposal was decided already, or a newer one took its place.")


async def _publish_it(
    context: Context, actor: Actor, card: Card, rest: str, language: str
) -> Reply:
    proposal = await _waiting(context, actor, card, rest)
    curation = context.guide.curation
    decided = await curation.approve(proposal.number, actor)
    return cards.decided_card(decided, await curation.card(proposal.group.id or 0), language)


Do = Callable[[Context, Actor, Card, str, str], Awaitable[Reply | Prompt]]


async def _show_card(
    context: Context, actor: Actor, card: Card, rest: str, language: str
) -> Reply:
    return cards.deck_card(card, context.snapshot.content, language)


def _topic(context: Context, code: str) -> str:
    found = (key for key in context.snapshot.content.topics if short(key) == code)
    if topic := next(found, None):
        return topic
    raise GuideError("That topic is gone. Open the card again with /review.")


def another_way(context: Context, card: Card, topic: str) -> AnotherWay:
    """Return the choice that a group is another way to ask a topic."""
    snapshot = context.snapshot
    needs = snapshot.content.topics[topic].needs
    finder = snapshot.understanding.finder
    said = suggested_phrasings(card.samples, finder, [need.value for need in needs])
    return AnotherWay(topic=topic, phrasings=said)


async def _preview_way(
    context: Context, actor: Actor, card: Card, rest: str, language: str
) -> Reply:
    _ = translator(language)
    topic = _topic(context, rest)
    choice = another_way(context, card, topic)
    seen = await context.guide.curation.preview(card.group.id or 0, choice)
    title = cards.plain(context.snapshot.content.topics[topic].title.say(language))
    said = "\n".join(f"+ {cards.plain(one)}" for all_ in choice.phrasings.values() for one in all_)
    words = _("Another way to ask “{title}”:", title=title) + f"\n{said}"
    return cards.preview_card(card, seen, words, ("save", rest), language)


async def _save_way(
    context: Context, actor: Actor, card: Card, rest: str, language: str, *, tell: bool = True
) -> Reply:
    choice = another_way(context, card, _topic(context, rest))
    return await _decide(context, actor, card, choice, language, tell=tell)


async def _decide(
    context: Context, actor: Actor, card: Card, choice: Choice, language: str, *, tell: bool = True
) -> Reply:
    number = card.group.id or 0
    decided = await context.guide.curation.decide(number, choice, actor, tell=tell)
    return cards.decided_card(decided, await context.guide.curation.card(number), language)


async def _tell(context: Context, actor: Actor, card: Card, rest: str, language: str) -> Reply:
    _ = translator(language)
    await context.guide.curation.let_go(card.group.id or 0, actor)
    return cards.menu(card, _("They are told now."), (), language)


async def _find(context: Context, actor: Actor, card: Card, rest: str, language: str) -> Prompt:
    _ = translator(language)
    return Prompt(_("Which topic is it? Write a few words of it, or ask it in your words."))


async def _new(context: Context, actor: Actor, card: Card, rest: str, language: str) -> Prompt:
    _ = translator(language)
    snapshot = context.snapshot
    draft = prefilled(card.group, card.samples, snapshot.understanding.finder, snapshot.content)
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


async def _private(context: Context, actor: Actor, card: Card, rest: str, language: str) -> Prompt:
    _ = translator(language)
    words = "\n".join(question.text for question in card.samples[:3])
    ask = _(
        "Write the personal words, exactly as they stand. They are removed for good from all "
        "that is kept, but not from what was published."
    )
    return Prompt(f"{words}\n\n{ask}")


async def _pointers(context: Context, actor: Actor, card: Card, rest: str, language: str) -> Reply:
    _ = translator(language)
    rows = cards.pointers(card, context.snapshot.content, language)
    return cards.menu(
        card, _("Who can answer this? People will be pointed there."), rows, language
    )


def _not_ours(context: Context, card: Card, rest: str) -> NotOurs:
    if rest == "-":
        return NotOurs(reason="not ours, and no pointer fits")
    topic = _topic(context, rest)
    said = suggested_phrasings(card.samples, context.snapshot.understanding.finder, [])
    return NotOurs(topic=topic, phrasings=said, reason="for somebody else")


async def _preview_pointer(
    context: Context, actor: Actor, card: Card, rest: str, language: str
) -> Reply:
    _ = translator(language)
    seen = await context.guide.curation.preview(card.group.id or 0, _not_ours(context, card, rest))
    return cards.preview_card(card, seen, _("Not ours:"), ("nsv", rest), language)


async def _save_pointer(
    context: Context, actor: Actor, card: Card, rest: str, language: str, *, tell: bool = True
) -> Reply:
    choice = _not_ours(context, card, rest)
    return await _decide(context, actor, card, choice, language, tell=tell)


async def _reasons(context: Context, actor: Actor, card: Card, rest: str, language: str) -> Reply:
    _ = translator(language)
    return cards.menu(
        card, _("Why would it help nobody else?"), cards.reasons(card, language), language
    )


async def _ignore(context: Context, actor: Actor, card: Card, rest: str, language: str) -> Reply:
    choice = NotReusable(reason=cards.REASONS.get(rest, ""))
    return await _decide(context, actor, card, choice, language)


async def _later(context: Context, actor: Actor, card: Card, rest: str, language: str) -> Reply:
    return await _decide(context, actor, card, Later(), language)


async def _wrong(context: Context, actor: Actor, card: Card, rest: str, language: str) -> Reply:
    topic = next(iter(cards.nearest_topics(card.group, context.snapshot.content)), None)
    choice = WrongAnswer(topic=topic, reason="marked as wrong in Telegram")
    return await _decide(context, actor, card, choice, language)


COMPILING: Mapping[str, Callable[[Context, Actor, Card, str, str], Awaitable[Reply]]] = {
    "way": _preview_way,
    "save": _save_way,
    "savehold": partial(_save_way, tell=False),
    "npt": _preview_pointer,
    "nsv": _save_pointer,
    "nsvhold": partial(_save_pointer, tell=False),
    "pub": _publish_it,
}
PREVIEWS = ("way", "npt")

VERBS: Mapping[str, Do] = {
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
    if verb == "new":
        choice = _new_answer(context, card, text)
        doing = publishing if actor.right >= right_for(choice) else _looking
        work = partial(_decide, context, actor, card, choice, language)
        return Working(doing(language), work, _cut_off(card.group.id or 0, language))
    if verb == "priv":
        return await _scrub(context, actor, text, language)
    _ = translator(language)
    words = beginning_of(text)  # it takes as long as reading a question does
    found = await asyncio.to_thread(_matching, context.snapshot, words, language)
    rows = tuple(
        (button(f"= {title}", "way", card.group.id, short(topic)),) for topic, title in found
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


def _new_answer(context: Context, card: Card, text: str) -> NewAnswer:
    title, _, answer = text.strip().partition("\n")
    answer, basis = split_off(f"\n{answer}")
    if not answer.strip():
        raise GuideError("The title goes on the first line and the answer below it. Try again.")
    snapshot = context.snapshot
    draft = prefilled(card.group, card.samples, snapshot.understanding.finder, snapshot.content)
    spoken = known_language(card.group.language)
    return NewAnswer(
        topic=draft.topic,
        title={"en": title[:40]},
        answer={"en": answer.strip()},
        phrasings=draft.phrasings or {spoken: (card.group.head,)},
        needs=draft.needs,
        source=basis.title,
        source_url=basis.url,
        source_date=basis.date,
    )


async def _scrub(context: Context, actor: Actor, text: str, language: str) -> Reply:
    _ = translator(language)
    many = await context.guide.curation.scrub(text, actor)
    return Reply(html=_("Removed from {n} questions and everything made of them.", n=many))
