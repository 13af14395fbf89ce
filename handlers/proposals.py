"""Tells publishers what a curator proposes, once for all replicas, whichever door it came by."""

from __future__ import annotations

from functools import partial

from handlers.cards import button, plain
from handlers.context import App, Context
from handlers.gate import name_of, tell_all
from handlers.replies import Reply
from knowledge.curation.curation import Proposal
from knowledge.people import Right
from knowledge.texts import translator


async def tell_publishers(app: App) -> int:
    """Tell every publisher of the answers that wait and that they were not told of.

    Returns:
        How many messages went.
    """
    waiting = await Context(app).guide.curation.proposals()
    return sum([await _tell_once(app, one) for one in waiting])


async def _tell_once(app: App, proposal: Proposal) -> int:
    context = Context(app)
    told = partial(tell_all, app, Right.PUBLISHER, partial(line, context, proposal))
    return await context.guide.once(f"proposal {proposal.number} of {app.bot.id}", told)


async def line(context: Context, proposal: Proposal, language: str) -> Reply:
    """Return that somebody proposes an answer, with the button that opens it."""
    _ = translator(language)
    words = _(
        "{name} proposes an answer to “{question}”.",
        name=plain(await name_of(context, proposal.by)),
        question=plain(proposal.group.head),
    )
    row = (button(_("Look at it"), "prop", proposal.group.id),)
    return Reply(html=words, buttons=(row,))
