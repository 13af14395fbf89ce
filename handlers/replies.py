"""Words a turn as replies: HTML, buttons and pictures, ready to be sent. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from typing import assert_never

from handlers.buttons import Button, encode, short
from handlers.markup import split, to_html, to_plain
from knowledge.answering.answers import Cited, Worded, things_of, title_of
from knowledge.curation.sourcing import OURS
from knowledge.guide import Turn
from knowledge.schema import DIALOGUES, Content, Kind, Menu, Thing
from knowledge.snapshot import Said
from knowledge.texts import say_date, translator
from knowledge.understanding.judging import urgent_among
from knowledge.understanding.selves import speaks_of_self
from knowledge.understanding.splitting import asks, pieces_of
from knowledge.verdicts import Answer, Chat, Clarify, NotOurs, Reading, Unknown

MOST_SOURCES = 3
MOST_NEXT = 4
MOST_CHOICES = 5
"""Things of a kind shown as buttons when one was not named; more are asked for by name."""

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One message to send."""

    html: str
    buttons: Rows = ()
    picture: str | None = None
    """Name of a picture to send with it."""
    question_id: int | None = None
    """The logged question this replies to."""
    language: str = "en"
    link: str | None = None
    """Payload of a deep link that brings it back on any phone."""
    dates: tuple[tuple[date, str], ...] = ()
    """Days to remember, sent as a calendar file."""


def plain_reply(lines: Iterable[str], rows: Rows = ()) -> Reply:
    """Return lines that hold no markup as a message."""
    return Reply(html=escape("\n".join(lines), quote=False), buttons=rows)


def replies_to(turn: Turn) -> list[Reply]:
    """Return the messages that answer a turn, one for each question in it."""
    made = []
    for said, question_id in zip(turn.said, turn.question_ids, strict=True):
        reply = reply_to(said, turn.content, turn.detail, question_id)
        made.append(replace(reply, question_id=question_id))
    return [*made, cut_short(turn.language)] if turn.cut else made


def cut_short(language: str) -> Reply:
    """Return the words for who wrote more than is read at once."""
    _ = translator(language)
    html = _(
        "That was a long message, and I read only its first part. Please send me the rest in "
        "smaller pieces, one or two questions at a time."
    )
    return Reply(html=html, language=language)


def reply_to(said: Said, content: Content, detail: str, question_id: int) -> Reply:
    """Return the message for one question."""
    language = said.understood.language
    match said.understood.verdict:
        case Answer() | Chat() | NotOurs():
            return _answered(said, content, detail, question_id)
        case Clarify(options=options, missing=kind):
            if kind is None:
                return choice(options, said, content, detail, question_id)
            return ask_for(options[0], Kind(kind), content, language)
        case Unknown():
            if _tells(said.understood.text):
                return unplaced(content, language, question_id)
            return unknown(language, question_id)
        case _:
            assert_never(said.understood.verdict)


def _answered(said: Said, content: Content, detail: str, question_id: int) -> Reply:
    """Return the answer to a question, with the buttons to say what one thinks of it."""
    if said.worded is None:
        raise ValueError("what has an answer must be worded")
    language = said.understood.language
    if _is_plain_yes(said, content):
        reply = answer(said.worded, content, detail)
        reply = replace(reply, html=_told_already(language), picture=None)
    elif said.repeated and isinstance(said.understood.verdict, Answer):
        reply = _told_again(said.worded, content)
    else:
        reply = answer(said.worded, content, detail)
    if said.hurting:
        reply = replace(reply, html=f"{_kindly(language)}\n\n{reply.html}")
    if isinstance(said.understood.verdict, Chat) or said.worded.in_dialogue:
        return reply
    return with_feedback(reply, question_id, language)


def answer(worded: Worded, content: Content, detail: str = "full") -> Reply:
    """Return an answer with its sources and follow-up buttons."""
    _ = translator(worded.language)
    brief = _is_brief(worded, detail)
    paragraphs = [to_html(heading(worded, content), content.sources)]
    paragraphs += _paragraphs(worded, content, brief=brief)
    rows = [(Button(words, data=encode("e", reading)),) for words, reading in worded.offers]
    rows += [(Button(words, data=f"d:{data}"),) for words, data in worded.choices]
    rows += [
        (Button(title_of(content, reading, worded.language), data=encode("a", reading)),)
        for reading in worded.next[:MOST_NEXT]
    ]
    if brief:
        rows.insert(0, (_more(worded),))
    return Reply(
        html="\n\n".join(filter(None, paragraphs)),
        buttons=tuple(rows),
        picture=worded.picture,
        language=worded.language,
        link=worded.link,
        dates=worded.dates,
    )


def _is_brief(worded: Worded, detail: str) -> bool:
    """Whether only the short form is said to who chose short answers."""
    return detail == "short" and bool(worded.detail) and not worded.choices


def _more(worded: Worded) -> Button:
    """Return the button that shows all of an answer."""
    _ = translator(worded.language)
    return Button(_("More about this"), data=encode("l", worded.reading))


def _paragraphs(worded: Worded, content: Content, *, brief: bool) -> list[str]:
    """Return an answer's own words and its source line, in HTML."""
    _ = translator(worded.language)
    words = opening(worded) if brief else worded.text
    paragraphs = [to_html(words, content.sources)]
    if not worded.translated:
        note = _("This answer is not translated yet.")
        paragraphs.append(f"<i>{note}</i>")
    if line := source_line(worded, linked=True):
        paragraphs.append(f"<i>{line}</i>")
    return paragraphs


def opening(worded: Worded) -> str:
    """Return an answer's short form, so that nobody takes what has ended for an offer of today."""
    if not worded.ends_unsaid(worded.short):
        return worded.short
    return "\n\n".join((worded.short, _it_ended(worded.language)))


def _it_ended(language: str) -> str:
    """Return the line that is said where what is told of has ended, and nothing else says so."""
    _ = translator(language)
    return _("The federal training program of 2010 ended in 2013.")


def with_feedback(reply: Reply, question_id: int, language: str) -> Reply:
    """Add a row that asks whether an answer helped, and shows where it comes from."""
    if not question_id:
        return reply
    _ = translator(language)
    row = (
        Button(_("👍 Helpful"), data=f"b:+:{question_id}"),
        Button(_("👎 Not helpful"), data=f"b:-:{question_id}"),
        Button(_("Why?"), data=f"b:?:{question_id}"),
    )
    return replace(reply, buttons=(*reply.buttons, row))


def heading(worded: Worded, content: Content) -> str:
    """Return what an answer is about where that came from the chat, unless its words name it.

    What only led to an answer that is the same for everybody is not said.
    """
    _ = translator(worded.language)
    topic = content.topics[worded.reading.topic]
    names = [
        content.things[key].name.say(worded.language)
        for kind in worded.reading.carried
        if topic.composer or kind in (*topic.needs, *topic.where)
        for key in worded.reading.slots.get(kind, ())
        if key in content.things
    ]
    named = all(name in worded.text for name in names)
    return "" if named else _("About: **{names}**", names=", ".join(names))


def source_line(worded: Worded, *, linked: bool) -> str:
    """Return the quiet line with sources, their dates, and how fresh the answer is."""
    _ = translator(worded.language)
    parts = [
        _cited(cited, worded.language, linked=linked) for cited in worded.cited[:MOST_SOURCES]
    ]
    if len(worded.cited) > MOST_SOURCES:
        parts.append(_("{n} more", n=len(worded.cited) - MOST_SOURCES))
    if not parts:
        return ""
    line = _("Source: {sources}", sources="; ".join(parts))
    if worded.stale_since == "undated":
        line += ". " + _("Not re-confirmed")
    elif worded.stale_since:
        day = say_date(worded.stale_since, worded.language)
        line += ". " + _("Not re-confirmed since {day}", day=day)
    return line + "."


def _cited(cited: Cited, language: str, *, linked: bool) -> str:
    _ = translator(language)
    title = _(OURS) if cited.source.title == OURS else cited.source.called(language)
    if linked:
        url = cited.source.url
        title = to_html(f"[{title}](it)", {"it": cited.source}) if url else to_html(title, {})
    if not cited.as_of:
        return title
    if cited.as_of == "undated":
        return _("{title}, no date given", title=title)
    return _("{title}, as of {day}", title=title, day=say_date(cited.as_of, language))


def choice(
    options: tuple[Reading, ...], said: Said, content: Content, detail: str, question_id: int
) -> Reply:
    """Return the question which of a few readings was meant, with the likeliest one's answer.

    What is told whole needs no button. Where the likeliest is a cry for help, its words come in
    place of the question: nobody in danger has to press a button. Where it is but one of the
    others, a line says whom to call, and what was asked is not lost: "they cut my hours" is hardly
    a cry. Who sounds hurt is told a kind word first.
    """
    language = said.understood.language
    urgent = urgent_among(options, content)
    crying = urgent is options[0]
    told = said.guess if said.whole and not crying else None
    said_already = urgent if crying else told.reading if told else None
    rows = [
        (_option(option, content, language),)
        for option in options
        if said_already is None or option.topic != said_already.topic
    ]
    rows.append((Button(_otherwise(said, several=len(options) > 1), data=f"n:{question_id}"),))
    if told and _is_brief(told, detail):
        rows.insert(0, (_more(told),))
    if urgent and crying:
        html = _helped(urgent, content, language)
    else:
        html = _asked(options, said, content, detail)
    return Reply(html=html, buttons=tuple(rows), language=language)


def _otherwise(said: Said, *, several: bool) -> str:
    """Return what the button for none of what is offered says."""
    _ = translator(said.understood.language)
    if said.guess and said.repeated:
        return _("My question is still open")
    return _("None of these") if several else _("No, something else")


def _option(option: Reading, content: Content, language: str) -> Button:
    """Return the button of a reading; dots tell that a tap asks for what its topic needs."""
    dots = "" if content.topics[option.topic].is_filled(option.slots) else " …"
    return Button(f"{title_of(content, option, language)}{dots}", data=encode("e", option))


def _asked(options: tuple[Reading, ...], said: Said, content: Content, detail: str) -> str:
    """Return the guess at what was meant, or the question, after a kind word where one is due."""
    language, several = said.understood.language, len(options) > 1
    _ = translator(language)
    first = _in_case(options, content, language)
    if said.hurting and not first:
        first = _kindly(language)
    if said.guess and (said.whole or said.repeated):
        if said.repeated:
            parts = _gone_on_with(said.guess, content)
        else:
            parts = _told_whole(said.guess, content, detail, several=several)
        return "\n\n".join(filter(None, (first, *parts)))
    parts = [_("Which of these do you mean?") if several else _("Do you mean this?")]
    if said.guess:
        parts = _told_in_part(said.guess, content)
    elif said.gists:
        parts = _told_shortly(said.gists, content)
    if first or said.gists:
        return "\n\n".join(filter(None, (first, *parts)))
    unsure = _("I want to get this right.")
    return f"{unsure} " + "\n\n".join(parts)


def _gone_on_with(guess: Worded, content: Content) -> list[str]:
    """Return the short form of what was told last to who likely asks on about it."""
    _ = translator(guess.language)
    same = _("I think this is about what I told you just now. In short:")
    open_still = _("If your question is still open, tap below: a person will read it.")
    return [same, to_html(opening(guess), content.sources), open_still]


def _told_whole(guess: Worded, content: Content, detail: str, *, several: bool) -> list[str]:
    """Return the whole answer to what is very likely meant, with what it was taken for."""
    _ = translator(guess.language)
    title = title_of(content, guess.reading, guess.language)
    taken = _("I think you mean this: **{title}**", title=title)
    comforts = content.topics[guess.reading.topic].hurting
    return [
        "" if comforts else to_html(taken, {}),
        *_paragraphs(guess, content, brief=_is_brief(guess, detail)),
        _("Not what you meant? Tap what you mean, or ask in other words:")
        if several
        else _("Not what you meant? Just ask in other words."),
    ]


def _told_in_part(guess: Worded, content: Content) -> list[str]:
    """Return the short answer to what is likely meant, said as no more than that.

    Words of comfort bear no source line: they are our own.
    """
    _ = translator(guess.language)
    comforts = content.topics[guess.reading.topic].hurting
    title = title_of(content, guess.reading, guess.language)
    source = "" if comforts else source_line(guess, linked=True)
    parts = [
        to_html(_("If you mean **{title}**:", title=title), {}),
        to_html(opening(guess), content.sources),
        f"<i>{source}</i>" if source else "",
        _("Tap it to see more, or pick what you mean:"),
    ]
    return [*filter(None, parts)]


def _told_shortly(gists: Sequence[Worded], content: Content) -> list[str]:
    """Return a sentence of each answer that may well be meant: the one to tap is seen at once."""
    language = gists[0].language
    _ = translator(language)
    lines = [
        to_html(f"**{_title_before(one, content)}**: {one.gist}", content.sources) for one in gists
    ]
    over = any(one.ends_unsaid("\n".join(lines)) for one in gists)
    return [
        _("Maybe this helps, in short:"),
        *lines,
        *([_it_ended(language)] if over else []),
        _("Tap one to read it whole with its sources, or pick what you mean:"),
    ]


def _title_before(worded: Worded, content: Content) -> str:
    """Return the title of an answer, with what it is about unless its gist begins with that."""
    reading, language = worded.reading, worded.language
    about = things_of(content, reading, language).partition(" (")[0]
    if worded.gist.startswith(about):
        return content.topics[reading.topic].title.say(language)
    return title_of(content, reading, language)


def _kindly(language: str) -> str:
    """Return the words that come first for somebody who sounds hurt, and suit who is not."""
    _ = translator(language)
    return _("That sounds hard. One step at a time.")


def _is_plain_yes(said: Said, content: Content) -> bool:
    """Whether a person only says yes to an answer they have just read; comfort is told again."""
    verdict = said.understood.verdict
    return (
        said.understood.confirms
        and isinstance(verdict, Answer)
        and not content.topics[verdict.reading.topic].hurting
    )


def _told_already(language: str) -> str:
    """Return what is said to who confirms the answer they have just read."""
    _ = translator(language)
    return _("Good, then that is your answer. Ask me more, or tap what you want next:")


def _told_again(worded: Worded, content: Content) -> Reply:
    """Return an answer in short, to who got it a moment ago and asked on."""
    _ = translator(worded.language)
    same = _("My answer is the same as just now. In short:")
    reply = answer(worded, content, "short")
    return replace(reply, html=f"{same}\n\n{reply.html}", picture=None)


def _helped(urgent: Reading, content: Content, language: str) -> str:
    """Return the words for somebody in danger, and the way back for who is not."""
    _ = translator(language)
    said = content.topics[urgent.topic].answer
    first = to_html(said.say(language), content.sources) if said else ""
    more = _("If you meant something else, pick it here or write it in other words.")
    return f"{first.strip()}\n\n{more}"


def _in_case(options: Iterable[Reading], content: Content, language: str) -> str:
    """Return what is said to somebody who may be in danger, and probably is not; else nothing."""
    topics = (content.topics[one.topic] for one in options)
    said = (topic.in_case or topic.answer for topic in topics if topic.is_urgent)
    lines = dict.fromkeys(one.say(language).partition("\n\n")[0] for one in said if one)
    return to_html("\n\n".join(lines), content.sources)


def _tells(text: str) -> bool:
    """Whether somebody tells of themselves in a message, and does not only ask: "how do I"."""
    return any(speaks_of_self(piece) and not asks(piece) for piece in pieces_of(text))


def unknown(language: str, question_id: int) -> Reply:
    """Return the honest words for what we do not know, and the offer to tell it later."""
    _ = translator(language)
    html = _(
        "I don't know the answer to that yet, and I won't guess. I have passed your question on "
        "to the people who keep my answers up to date."
    )
    rows = [(Button(_("What I can answer"), data="m:"),)]
    if question_id:
        rows.insert(0, (Button(_("Tell me when you know"), data=f"b:t:{question_id}"),))
    return Reply(html=html, buttons=tuple(rows), language=language)


def unplaced(content: Content, language: str, question_id: int) -> Reply:
    """Return what helps somebody who told of themselves what we cannot place: our two checks."""
    _ = translator(language)
    html = _(
        "Thank you for telling me. I can't place that yet, and I won't guess, so I have passed it "
        "on to the people who keep my answers up to date. What I can do right now: help you find "
        "a role that fits, or check whether you could have joined."
    )
    checks = filter(None, map(content.topic_by, DIALOGUES))
    rows = [
        (Button(content.topics[key].title.say(language), data=encode("e", Reading(topic=key))),)
        for key in checks
    ]
    return Reply(html=html, buttons=(*rows, *unknown(language, question_id).buttons))


def ask_for(reading: Reading, kind: Kind, content: Content, language: str) -> Reply:
    """Return the question which thing was meant, with buttons where few can be."""
    _ = translator(language)
    words = {
        Kind.ROLE: _("Which role do you mean? Pick one, or type its name."),
        Kind.PROGRAM: _("Which program do you mean?"),
        Kind.STATE: _("Which state are you in? Type its name or your ZIP code."),
        Kind.REGION: _("Which region do you mean? You can also type your state."),
        Kind.DEGREE: _("Which degree or license do you have? Type it, for example RN or DO."),
        Kind.CREDENTIAL: _("Which certification do you mean? Type its name, for example RHIT."),
        Kind.COLLEGE: _("Which college do you mean? Type its name."),
        Kind.UNIVERSITY: _("Which university do you mean? Type its name."),
        Kind.BACKGROUND: _("What have you worked in so far? Type it in a few words."),
    }
    asked = words.get(kind, _("Which one do you mean? Type its name."))
    return Reply(html=asked, buttons=chooser(reading, kind, content, language))


def chooser(reading: Reading, kind: Kind, content: Content, language: str) -> Rows:
    """Return buttons to name a missing thing: by group where there are many."""
    chosen = reading.slots.get(Kind.CATEGORY, ())
    things = [
        thing
        for thing in content.of_kind(kind)
        if not chosen or set(chosen) & set(thing.links.get("category", ()))
    ]
    if len(things) <= MOST_CHOICES:
        return tuple((_thing_button("e", reading, thing, language),) for thing in things)
    groups = [
        group
        for group in content.of_kind(Kind.CATEGORY)
        if any(group.id in thing.links.get("category", ()) for thing in things)
    ]
    return tuple((_thing_button("p", reading, group, language),) for group in groups)


def _thing_button(action: str, reading: Reading, thing: Thing, language: str) -> Button:
    slots = {kind: keys for kind, keys in reading.slots.items() if kind != Kind.CATEGORY}
    wanted = Reading(topic=reading.topic, slots={**slots, thing.kind.value: (thing.id,)})
    return Button(thing.name.say(language), data=encode(action, wanted))


def menu_page(menu: Menu, content: Content, language: str, home: str) -> Reply:
    """Return a page of the browse menu."""
    _ = translator(language)
    rows = [
        (Button(content.menus[key].title.say(language), data=f"m:{short(key)}"),)
        for key in menu.menus
    ]
    rows += [
        (Button(content.topics[key].title.say(language), data=encode("e", Reading(topic=key))),)
        for key in menu.topics
    ]
    if menu.overview:
        reading = Reading(topic=menu.overview)
        rows += [
            (_thing_button("e", reading, thing, language),)
            for kind in menu.kinds
            for thing in content.of_kind(kind)
        ]
    if menu.id != home:
        rows.append((Button(_("Back to the menu"), data="m:"),))
    title = f"**{menu.title.say(language)}**\n{menu.intro.say(language)}"
    return Reply(html=to_html(title, content.sources), buttons=tuple(rows))


def plain(worded: Worded, content: Content) -> str:
    """Return an answer as plain text with its source line, for the terminal and for data."""
    parts = [heading(worded, content), worded.text, source_line(worded, linked=False)]
    return "\n\n".join(to_plain(part, content.sources) for part in parts if part)


def pieces(reply: Reply) -> list[Reply]:
    """Cut a reply that is too long; the picture goes with the first piece, the buttons last."""
    parts = split(reply.html)
    pictures = {0: reply.picture}
    buttons = {len(parts) - 1: reply.buttons}
    return [
        replace(reply, html=part, picture=pictures.get(at), buttons=buttons.get(at, ()))
        for at, part in enumerate(parts)
    ]
