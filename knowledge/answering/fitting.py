"""Words the search for a role: its questions, three roles with reasons, and a plan. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from knowledge.answering.answers import Worded, cite, follow_ups
from knowledge.answering.eligibility import rules_by_role
from knowledge.answering.entry import changes_in_words, join_words, rules_of
from knowledge.answering.finder import Fit, Picks, fits, next_question, to_link
from knowledge.facts import last_looked_at, say_fact
from knowledge.schema import SEARCH, Content, Fact, Kind, RoleFinder, Tasting, Thing
from knowledge.texts import translator
from knowledge.verdicts import Reading

_MOST_REASONS = 4
_MOST_REMINDERS = 3


def finder_of(content: Content) -> RoleFinder:
    """Return the search of this content.

    Raises:
        ValueError: the content has none.
    """
    if content.finder is None:
        raise ValueError("the content has no 'finder' section: add finder.yaml")
    return content.finder


def compose(content: Content, reading: Reading, language: str, today: date) -> Worded:
    """Word the beginning of the search."""
    _ = translator(language)
    finder = finder_of(content)
    first = next_question(finder, {}, ())
    short = _(
        "I can help you find a role. I ask {few} to {most} short questions about what you bring "
        "and like. Then I show {shown} roles, with the reason for every point.",
        few=finder.fewest_taps,
        most=finder.most_taps,
        shown=finder.shown,
    )
    worded = Worded(
        reading=reading,
        language=language,
        short=f"{short}\n\n**{first.words.say(language)}**" if first else short,
        next=follow_ups(content, content.topics[reading.topic], reading),
        choices=_options(first, language) if first else (),
    )
    return cite(content, worded, [], today)


def ask(content: Content, question: Tasting, number: int, language: str) -> Worded:
    """Word one question."""
    _ = translator(language)
    choices = list(_options(question, language))
    if number > 1:
        choices.append((_("Show the result now"), "f:end"))
        choices.append((_("Change an answer"), "f:undo"))
    most = finder_of(content).most_taps
    return Worded(
        reading=Reading(topic=content.topic_by(SEARCH)),
        language=language,
        short=f"**{question.words.say(language)}**",
        detail=_("Question {n} of at most {most}", n=number, most=most) + ".",
        choices=tuple(choices),
    )


def _options(question: Tasting, language: str) -> tuple[tuple[str, str], ...]:
    _ = translator(language)
    options = [(o.words.say(language), f"f:{question.id}.{o.id}") for o in question.options]
    return (*options, (_("Skip this one"), f"f:{question.id}.skip"))


def result(content: Content, picks: Picks, language: str, today: date) -> Worded:
    """Word the roles that fit best, each with what speaks for it and what is missing."""
    _ = translator(language)
    finder, used = finder_of(content), list[Fact]()
    best = fits(finder, rules_of(content), picks)[: finder.shown]
    names = [f"**{_name(content, fit.role, language)}**" for fit in best]
    pages = [_page(content, place, fit, language, used) for place, fit in enumerate(best, start=1)]
    choices = [
        (_("My plan: {role}", role=_name(content, fit.role, language)), f"f:plan.{fit.role}")
        for fit in best
    ]
    choices.append((_("Change an answer"), "f:undo"))
    worded = Worded(
        reading=Reading(topic=content.topic_by(SEARCH)),
        language=language,
        short=_("These fit what you told me best: {roles}.", roles=join_words(names, language)),
        detail="\n\n".join(pages),
        choices=tuple(choices),
        link=to_link(finder, picks),
    )
    return cite(content, worded, used, today)


def _page(content: Content, place: int, fit: Fit, language: str, used: list[Fact]) -> str:
    _ = translator(language)
    role = content.things[fit.role]
    lines = [f"**{place}. {role.name.say(language)}** ({_points(fit.total, language)})"]
    lines += _reasons(fit, language)
    lines.append("- " + _("You would add: {what}", what=_would_add(content, fit, language)))
    facts = {"length": _("Training then"), "setting": "", "pay": _("Pay")}
    for name, label in facts.items():
        if said := _first_sentence(role, name, language, used):
            lines.append(f"- {label}: {said}" if label else f"- {said}")
    return "\n".join(lines)


def _reasons(fit: Fit, language: str) -> list[str]:
    """Return what the person brings, each reason with its points, the weightiest first."""
    ordered = sorted(fit.points, key=lambda point: -abs(point.points))[:_MOST_REASONS]
    return [
        f"- {point.reason.say(language)} ({_points(point.points, language, sign=True)})"
        for point in ordered
    ]


def _points(number: int, language: str, *, sign: bool = False) -> str:
    _ = translator(language)
    shown = f"{number:+d}".replace("-", "−") if sign else f"{number}".replace("-", "−")
    return shown if sign else _("{n} points", n=shown)


def _would_add(content: Content, fit: Fit, language: str) -> str:
    """Return what the rules of entry miss, and what training would bring."""
    added = finder_of(content).add.get(fit.role)
    learn = added.say(language) if added else ""
    if fit.entry.answer != "no":
        return learn
    changes = changes_in_words(rules_of(content), fit.entry, language)
    missing = f"{changes}." if changes else fit.entry.rule.words.say(language)
    return f"{missing} {learn}".strip()


def has_plan(content: Content, role: str) -> bool:
    """Whether the search judges a role; the button of one may be from an older version."""
    return role in content.things and role in rules_by_role(rules_of(content))


def plan(content: Content, role: str, picks: Picks, language: str, today: date) -> Worded:
    """Word one message to go by: how to get there today, step by step, and when to look again."""
    _ = translator(language)
    used: list[Fact] = []
    thing = content.things[role]
    found = {fit.role: fit for fit in fits(finder_of(content), rules_of(content), picks)}[role]

    def say(name: str) -> str:
        fact = thing.facts.get(name)
        used.extend([fact] if fact else [])
        return say_fact(fact, language).replace("\n- ", "; ") if fact else ""

    steps = [
        _("Learn: {what}", what=_would_add(content, found, language)),
        _("Way in today: {what}", what=say("today")),
        _("Credential: {what}", what=say("credentials_fit")),
        _("Titles to search for: {what}", what=say("titles").removeprefix("- ")),
        _('Money: {names}. Ask me "what is open today".', names=_open_names(content, language)),
        _("Place: send me your state or ZIP code, and I will say what is near you."),
    ]
    worded = Worded(
        reading=Reading(topic=content.topic_by(SEARCH), slots={Kind.ROLE.value: (role,)}),
        language=language,
        short=_("**Your plan: {role}**", role=thing.name.say(language)),
        detail="\n".join(f"{n}. {step}" for n, step in enumerate(steps, start=1)),
        choices=((_("Back to the roles that fit"), "f:end"),),
        link=to_link(finder_of(content), picks),
        dates=_reminders(content, language, today),
    )
    return cite(content, worded, used, today)


def _name(content: Content, role: str, language: str) -> str:
    return content.things[role].name.say(language)


def _first_sentence(thing: Thing, name: str, language: str, used: list[Fact]) -> str:
    fact = thing.facts.get(name)
    if fact is None:
        return ""
    used.append(fact)
    said = say_fact(fact, language)
    return said[: said.find(". ") + 1] or said


def _open(content: Content) -> list[tuple[Thing, Fact]]:
    """Return the ways that are open today, with the fact that says so."""
    return [
        (thing, thing.facts["status"])
        for thing in content.of_kind(Kind.OPENING)
        if "status" in thing.facts and thing.facts["status"].value == "open"
    ]


def _open_names(content: Content, language: str) -> str:
    return ", ".join(thing.name.say(language) for thing, _ in _open(content)[:_MOST_REMINDERS])


def _reminders(content: Content, language: str, today: date) -> tuple[tuple[date, str], ...]:
    """Return the days on which to check again what is open, as the content is reviewed."""
    _ = translator(language)
    found = []
    for thing, fact in _open(content):
        looked_at = last_looked_at(fact)
        if looked_at and fact.review_days:
            day = looked_at + timedelta(days=fact.review_days)
            words = _("Check whether this is still open: {name}", name=thing.name.say(language))
            found.append((max(day, today + timedelta(days=1)), words))
    return tuple(sorted(found)[:_MOST_REMINDERS])
