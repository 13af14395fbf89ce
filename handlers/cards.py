"""Words a curator's cards: a group, a preview, what was decided. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable

from handlers.buttons import Button, short
from handlers.markup import to_html
from handlers.replies import Reply, Rows
from knowledge.curation.backlog import Preview
from knowledge.curation.card_queue import Card
from knowledge.curation.choices import NewAnswer
from knowledge.curation.curation import Decided, Proposal
from knowledge.schema import Content
from knowledge.store.review_tables import QuestionGroup
from knowledge.texts import plural_translator, say_date, translator

MOST_WORDINGS = 4
MOST_NEAREST = 3
MOST_TOLD = 5
_LONGEST = 160

REASONS = {
    "one": "about one person",
    "data": "no source can tell",
    "talk": "not a question",
    "else": "about something else",
}
"""Why a question helps nobody else: short keys travel in buttons."""


def button(words: str, verb: str, *parts: object) -> Button:
    """Return a button of the review deck."""
    return Button(words, data=":".join(map(str, ("r", verb, *parts))))


def plain(text: str) -> str:
    """Return what somebody typed as one short line that is not read as markup."""
    line = " ".join(text.split())
    line = line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
    return to_html(line.replace("**", "* *").replace("](", "] ("), {})


def long_plain(text: str) -> str:
    """Return what is told at length, whole and with its lines, and not read as markup."""
    return to_html(text.replace("**", "* *").replace("](", "] ("), {})


def deck_card(card: Card, content: Content, language: str) -> Reply:
    """Return a group with everything a thumb can decide."""
    _ = translator(language)
    number = card.group.id
    rows: list[tuple[Button, ...]] = [
        (button(f"= {content.topics[topic].title.say(language)}", "way", number, short(topic)),)
        for topic in nearest_topics(card.group, content, content.policy.offer_at.value)
    ]
    rows += [
        (button(_("Other topic"), "find", number), button(_("New answer"), "new", number)),
        (button(_("Not ours"), "not", number), button(_("Helps nobody else"), "use", number)),
        (button(_("Later"), "later", number), button(_("Wrong answer"), "wrong", number)),
        (button(_("Personal data"), "priv", number), button(_("Next card"), "skip", number)),
    ]
    return Reply(html="\n".join(_card_lines(card, content, language)), buttons=tuple(rows))


def nearest_topics(group: QuestionGroup, content: Content, at_least: float = 0) -> list[str]:
    """Return the topics nearest to a group that the content still has.

    Args:
        group: of like questions.
        content: the live one.
        at_least: how near they must be; what is hardly near is one tired tap from a wrong answer.
    """
    named = [topic for topic, score in json.loads(group.nearest) if score >= at_least]
    known = [topic for topic in named if topic in content.topics]
    return [one for one in known if content.topics[one].kind == "answer"][:MOST_NEAREST]


def _card_lines(card: Card, content: Content, language: str) -> Iterable[str]:
    _, _n = translator(language), plural_translator(language)
    group = card.group
    yield f"<b>{plain(group.head)}</b>"
    people = _n("{n} person", "{n} people", group.people)
    questions = _n("{n} question", "{n} questions", group.questions)
    yield f"{people}, {questions} · {', '.join(json.loads(group.languages))}"
    first, last = (
        say_date(moment.date().isoformat(), language)
        for moment in (group.first_seen, group.last_seen)
    )
    yield _("first {first}, last {last}", first=first, last=last)
    arrow = "▲" if card.recent > card.before else "▼" if card.recent < card.before else "="
    yield _(
        "{arrow} {recent} in two weeks, {before} in the two before",
        arrow=arrow,
        recent=card.recent,
        before=card.before,
    )
    if card.promised:
        yield _promised(card, language)
    reasons = ", ".join(reason(one, language) for one in json.loads(group.reasons))
    yield _("why: {reasons}", reasons=reasons)
    others = [question.text for question in card.samples if question.text != group.head]
    for text in others[:MOST_WORDINGS]:
        yield f"• {plain(text)}"
    for topic, score in json.loads(group.nearest)[:MOST_NEAREST]:
        if topic in content.topics:
            title = plain(content.topics[topic].title.say(language))
            yield _("near: {title} ({score})", title=title, score=f"{score:.2f}")


def reason(one: str, language: str) -> str:
    """Return why a group waits, in words."""
    _ = translator(language)
    words = {
        "unknown": _("no answer"),
        "thumbs_down": _("not helpful"),
        "none_of_these": _("none of these"),
        "asked_again": _("asked again"),
        "low_lead": _("barely ahead of another topic"),
        "abandoned_choice": _("offered and not taken"),
    }
    return words.get(one, one)


def held_card(card: Card, name: str, language: str) -> Reply:
    """Return the words for a card that somebody else decides just now."""
    _ = translator(language)
    words = _("{name} is deciding this one now.", name=plain(name))
    row = (button(_("Next card"), "skip", card.group.id),)
    return Reply(html=f"<b>{plain(card.group.head)}</b>\n{words}", buttons=(row,))


def preview_card(
    card: Card, seen: Preview, words: str, save: tuple[str, str], language: str
) -> Reply:
    """Return what a choice would do, with the buttons that do it.

    Args:
        card: the group.
        seen: what the choice would do.
        words: what the choice is.
        save: the verb that does it, and what it needs to know.
        language: of the curator.
    """
    _ = translator(language)
    lines = [f"<b>{plain(card.group.head)}</b>", words]
    for title, all_ in (
        (_("Would be answered:"), seen.answered),
        (_("Still would not:"), seen.unanswered),
        (_("Would change elsewhere:"), seen.captured),
        (_("Golden questions lost:"), seen.lost),
        (_("Cannot be saved:"), seen.faults),
    ):
        if all_:
            lines += [title, *(f"• {plain(one)}" for one in all_[:MOST_TOLD])]
            lines += [f"… {len(all_) - MOST_TOLD}"] if len(all_) > MOST_TOLD else []
    back = button(_("Back"), "card", card.group.id)
    if seen.faults or seen.lost:
        return Reply(html="\n".join(lines), buttons=((back,),))
    verb, rest = save
    rows: list[tuple[Button, ...]] = [(button(_("Save"), verb, card.group.id, rest), back)]
    if card.promised:
        lines.append(_promised(card, language))
        rows.append((button(_("Save, tell nobody yet"), f"{verb}hold", card.group.id, rest),))
    return Reply(html="\n".join(lines), buttons=tuple(rows))


def _promised(card: Card, language: str) -> str:
    """Return how many people asked to be told, and how many of them are not told for now."""
    _, _n = translator(language), plural_translator(language)
    words = _n("{n} person asked to be told", "{n} people asked to be told", card.promised)
    if card.held_back:
        words += ". " + _("Held back: {n}.", n=card.held_back)
    return words


def decided_card(decided: Decided, card: Card, language: str) -> Reply:
    """Return what was done, with the way back."""
    _ = translator(language)
    decision, group = decided.decision, card.group
    done = {
        "phrasing": _("Saved as another way to ask. It is live."),
        "new_answer": _("The new answer is live."),
        "not_ours": _("Marked as not ours."),
        "later": _("Put off for a week."),
        "not_reusable": _("Ignored for half a year."),
        "wrong_answer": _("Handed to staff as a wrong answer."),
    }
    said = done.get(decision.kind, decision.kind)
    if decided.proposed:
        said = _("Proposed. The publishers are told, and one of them will look at it.")
    if decided.replaced:
        said += " " + _("It takes the place of the proposal before.")
    lines = [f"<b>{plain(group.head)}</b>", said]
    if decided.closed:
        lines.append(_("Also answered now:"))
        lines += [f"• {plain(one.head)}" for one in decided.closed[:MOST_TOLD]]
    rows: list[tuple[Button, ...]] = [
        (button(_("Undo"), "undo", decision.id), button(_("Next card"), "skip", group.id))
    ]
    if card.promised:
        lines.append(_promised(card, language))
    if card.held_back:
        rows.append((button(_("Tell them now"), "tell", group.id),))
    return Reply(html="\n".join(lines), buttons=tuple(rows))


def proposal_card(proposal: Proposal, name: str, language: str) -> Reply:
    """Return an answer that waits for a publisher, with what a publisher can do with it."""
    _ = translator(language)
    choice, number = proposal.choice, proposal.group.id
    day = say_date(proposal.at.date().isoformat(), language)
    lines = [
        f"<b>{plain(proposal.group.head)}</b>",
        _("{name} proposes this answer ({day}):", name=plain(name), day=day),
        *(f"<b>{plain(title)}</b>" for title in choice.title.values()),
        *(long_plain(answer) for answer in choice.answer.values()),
        rests_on(choice, language),
        *(f"+ {plain(one)}" for said in choice.phrasings.values() for one in said),
    ]
    rows = (
        (button(_("Publish"), "pub", number, proposal.number),),
        (button(_("Send back"), "undo", proposal.number), button(_("Next card"), "skip", number)),
    )
    return Reply(html="\n".join(lines), buttons=rows)


def rests_on(choice: NewAnswer, language: str) -> str:
    """Return where a new answer is from."""
    _ = translator(language)
    if not choice.source:
        return _("No source is named: it is told as the word of the people who keep the answers.")
    parts = (choice.source, choice.source_url, choice.source_date)
    return _("Source: {sources}", sources=plain(", ".join(filter(None, parts))))


def menu(card: Card, words: str, choices: Rows, language: str) -> Reply:
    """Return a question about a card, with buttons."""
    _ = translator(language)
    back = (button(_("Back"), "card", card.group.id),)
    return Reply(html=f"<b>{plain(card.group.head)}</b>\n{words}", buttons=(*choices, back))


def pointers(card: Card, content: Content, language: str) -> Rows:
    """Return the topics that point people to others, as buttons."""
    _ = translator(language)
    topics = [topic for topic in content.topics.values() if topic.kind == "not_ours"]
    rows = [
        (button(topic.title.say(language), "npt", card.group.id, short(topic.id)),)
        for topic in topics[:12]
    ]
    return (*rows, (button(_("No pointer fits"), "npt", card.group.id, "-"),))


def reasons(card: Card, language: str) -> Rows:
    """Return why a question helps nobody else, as buttons."""
    _ = translator(language)
    words = {
        "one": _("About one person"),
        "data": _("No source can tell"),
        "talk": _("Not a question"),
        "else": _("About something else"),
    }
    return tuple((button(words[key], "why", card.group.id, key),) for key in REASONS)
