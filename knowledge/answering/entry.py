"""Words the check of who may enter: its questions, its result, what would open a role. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import chain, product

from knowledge.answering.answers import Worded, cite, follow_ups
from knowledge.answering.eligibility import (
    Outcome,
    Said,
    condition_holds,
    judge,
    known_from,
    next_question,
    with_thing,
)
from knowledge.facts import say_fact
from knowledge.schema import (
    CHECK,
    Asking,
    Content,
    Eligibility,
    Fact,
    Kind,
    Rule,
    Text,
    Thing,
)
from knowledge.texts import plural_translator, translator
from knowledge.verdicts import Reading

Choices = tuple[tuple[str, str], ...]


def compose(content: Content, reading: Reading, language: str, today: date) -> Worded:
    """Word the beginning of the check; with what a degree or background already settles."""
    _ = translator(language)
    rules = rules_of(content)
    named = [key for key in _people(reading) if key in rules.people]
    following = follow_ups(content, content.topics[reading.topic], reading)
    if named:
        return _begun(content, reading, named, language, today)
    short = _(
        "I can check your own case: at most {n} short questions, then for each role yes, no, or "
        "what would open it.",
        n=rules.most_taps,
    )
    detail = _(
        'You can also just write it, such as "I\'m an LPN with ten years at a clinic". The '
        "federal program has ended, so this shows what its rules say and what fits you today."
    )
    first = next_question({}, (), rules)
    asked = f"**{first.words.say(language)}**" if first else ""
    worded = Worded(
        reading=reading,
        language=language,
        short=f"{short}\n\n{asked}",
        detail=detail,
        next=following,
        choices=_options(first, language) if first else (),
    )
    return cite(content, worded, [_fact(rules.rules[0])], today)


def _begun(
    content: Content, reading: Reading, named: list[str], language: str, today: date
) -> Worded:
    """Word what a degree or background settles by itself, and ask what is still to be known."""
    _ = translator(language)
    rules = rules_of(content)
    said = _said_by(named, rules)
    lead = " ".join(_who(content, content.things[key], language) for key in named)
    question = next_question(said, (), rules)
    if question is None:
        return result(content, reading, said, language, today, lead=lead)
    found = judge(known_from(said, rules), rules)
    names = [_name(content, one, language) for one in found if one.answer == "yes"]
    opened = _("By the program's rules, that opens {roles}.", roles=join_words(names, language))
    settled = opened if names else _("That alone opens no role for sure.")
    worded = Worded(
        reading=reading,
        language=language,
        short=f"{lead} {settled} {_ended(language)}\n\n**{question.words.say(language)}**",
        next=follow_ups(content, content.topics[reading.topic], reading),
        choices=(*_options(question, language), _to_result(language)),
    )
    decided = [one.rule for one in found if one.answer == "yes"] or [rules.rules[0]]
    return cite(content, worded, [_fact(rule) for rule in decided], today)


def _people(reading: Reading) -> list[str]:
    """Return the degrees and kinds of work that a reading names."""
    return [key for kind in (Kind.DEGREE, Kind.BACKGROUND) for key in reading.slots.get(kind, ())]


def _said_by(people: Iterable[str], rules: Eligibility) -> Said:
    """Return what degrees and kinds of work say about a person who is all of them."""
    said: Said = {}
    for key in people:
        said = with_thing(said, key, rules)
    return said


def compose_for_role(content: Content, reading: Reading, language: str, today: date) -> Worded:
    """Word whether a degree or a kind of work opened a role: yes, no or what it would take.

    Several degrees are several people as often as not, so each is judged by itself.
    """
    _ = translator(language)
    roles = reading.slots.get(Kind.ROLE, ())
    each = _each(reading)
    judged = [{one.role: one for one in _judged(content, people)} for people in each]
    asked = [role for role in roles if all(role in found for found in judged)]
    names = _names(content, _people(reading), language)
    worded = Worded(
        reading=reading,
        language=language,
        short="\n\n".join(
            _for_role(content, each, [found[role] for found in judged], language) for role in asked
        ),
        detail=" ".join(
            (
                _("Going only by this: **{name}**.", name=names),
                _ended(language),
            )
        ),
        next=follow_ups(content, content.topics[reading.topic], reading),
    )
    rules = [found[role].rule for role in asked for found in judged]
    return cite(content, worded, [_fact(rule) for rule in rules], today)


Person = tuple[str, ...]
"""What one person is: a degree or a kind of work, with what else was told of everybody."""


def _each(reading: Reading) -> list[Person]:
    """Return the people that a reading names: one for each of several things of a kind."""
    named = [reading.slots.get(kind, ()) for kind in (Kind.DEGREE, Kind.BACKGROUND)]
    return list(product(*filter(None, named)))


def _judged(content: Content, people: Iterable[str]) -> tuple[Outcome, ...]:
    """Judge all roles by what people are, any time to study and any place to work granted."""
    rules = rules_of(content)
    chosen = {name: made.steps[-1] for name, made in rules.attributes.items() if made.chosen}
    return judge(known_from({**chosen, **_said_by(people, rules)}, rules), rules)


def _for_role(content: Content, each: list[Person], found: list[Outcome], language: str) -> str:
    """Word what a role asked, and whether that was met by each of these people."""
    role = _name(content, found[0], language)
    if len(found) == 1:
        said = _open(content, each[0], found[0], language, named=True)
        rule = found[0].rule.words.say(language)
        return " ".join(filter(None, (_verdict(role, found[0], language), rule, said)))
    lines = []
    for people, one in zip(each, found, strict=True):
        verdict = _verdict(_names(content, people, language), one, language)
        lines.append(f"- {verdict} {_open(content, people, one, language)}".rstrip())
    lines += _together(content, each, found, language)
    rules = dict.fromkeys(one.rule.words.say(language) for one in found)
    return "\n".join((f"**{role}**", *lines, *rules))


def _together(
    content: Content, each: list[Person], found: list[Outcome], language: str
) -> list[str]:
    """Say that one person who is all of this could enter, where only that opens a role."""
    people = tuple(dict.fromkeys(chain.from_iterable(each)))
    one = next(one for one in _judged(content, people) if one.role == found[0].role)
    if one.answer != "yes" or any(other.answer == "yes" for other in found):
        return []
    return [f"- {_verdict(_names(content, people, language), one, language)}"]


def _verdict(name: str, one: Outcome, language: str) -> str:
    """Say yes, no or neither, of a role or of somebody."""
    _ = translator(language)
    if one.answer == "yes":
        return _("**{role}:** yes, by the program's rules.", role=name)
    if one.answer == "no":
        return _("**{role}:** no, by the program's rules.", role=name)
    return _("**{role}:** this alone does not settle it.", role=name)


def _open(
    content: Content, people: Person, one: Outcome, language: str, *, named: bool = False
) -> str:
    """Say what is open about a role: as the card of a degree says it, else what it would take.

    Where ``named``, the card's words say whose they are.
    """
    if one.answer != "unsure":
        return _lacking(content, one, language)
    unclear = _met_but_unclear(content, people, one)
    said = _on_card(content, people, one.role, language, named=named)
    return said or (unclear.say(language) if unclear else _lacking(content, one, language))


def _on_card(content: Content, people: Person, role: str, language: str, *, named: bool) -> str:
    """Return what the card of a degree says of a role, so that both say the same."""
    _ = translator(language)
    wanted = _bare(content.things[role], language)
    for thing in (content.things[key] for key in people):
        doors = thing.facts.get("doors")
        for item in doors.items or () if doors else ():
            of, colon, said = item.say(language).partition(": ")
            if colon and wanted in of.casefold():
                name, said = thing.name.say(language), said.rstrip(".")
                whole = f"{said[:1].upper()}{said[1:]}."
                return _("For {name}: {said}.", name=name, said=said) if named else whole
    return ""


def _bare(thing: Thing, language: str) -> str:
    """Return a role's name as a line begins with it: without what stands in brackets."""
    return thing.name.say(language).partition("(")[0].strip().casefold()


def _met_but_unclear(content: Content, people: Person, one: Outcome) -> Text | None:
    """Return why the rules do not settle a way that these people have met."""
    rules = rules_of(content)
    known = known_from(_said_by(people, rules), rules)
    for way in one.rule.any:
        met = all(condition_holds(known[name], wanted) for name, wanted in way.needs.items())
        if way.unclear and met:
            return way.unclear
    return None


def _names(content: Content, people: Iterable[str], language: str) -> str:
    return join_words((content.things[key].name.say(language) for key in people), language)


def _lacking(content: Content, one: Outcome, language: str) -> str:
    """Say what the rules leave unclear, else what it would take; nothing for a yes."""
    _ = translator(language)
    if one.unclear and one.unclear.unclear:
        return one.unclear.unclear.say(language)
    changes = changes_in_words(rules_of(content), one, language)
    return _("It would take {changes}.", changes=changes) if changes else ""


def _who(content: Content, thing: Thing, language: str) -> str:
    """Say what a degree or background means here, the definition of a physician included."""
    _ = translator(language)
    lead = _("Going only by this: **{name}**.", name=thing.name.say(language))
    facts = [
        thing.facts[name] for name in ("physician", "physician_reason") if name in thing.facts
    ]
    law = _law(content)
    said = [_("As a physician?"), *(say_fact(fact, language) for fact in facts)] if facts else []
    if facts and law:
        said.append(_("The law it rests on: {law}.", law=say_fact(law, language)))
    return " ".join([lead, *said])


def _law(content: Content) -> Fact | None:
    """Return the fact that tells the law by which a degree counts as a physician's."""
    owner, _, name = (rules_of(content).law or "").partition(".")
    return content.things[owner].facts.get(name) if owner in content.things else None


def rules_of(content: Content) -> Eligibility:
    """Return the rules of entry.

    Raises:
        ValueError: the content has none.
    """
    if content.eligibility is None:
        raise ValueError("the content has no 'eligibility' section: add eligibility.yaml")
    return content.eligibility


def ask(content: Content, said: Said, question: Asking, number: int, language: str) -> Worded:
    """Word one question, with how things stand so far."""
    _ = translator(language)
    rules = rules_of(content)
    found = judge(known_from(said, rules), rules)
    standing = _(
        "So far, by the rules of then: {yes} yes, {no} no, {open} not settled.",
        yes=_count(found, "yes"),
        no=_count(found, "no"),
        open=_count(found, "unsure"),
    )
    head = _("Question {n} of at most {most}", n=number, most=rules.most_taps)
    choices = list(_options(question, language))
    if said or number > 1:
        choices.append(_to_result(language))
        choices.append((_("Change an answer"), "e:undo"))
    return Worded(
        reading=Reading(topic=content.topic_by(CHECK)),
        language=language,
        short=f"**{question.words.say(language)}**",
        detail=f"{head}. {standing}" if said else f"{head}.",
        choices=tuple(choices),
    )


def _options(question: Asking, language: str) -> Choices:
    _ = translator(language)
    options = [(o.words.say(language), f"e:{question.id}.{o.id}") for o in question.options]
    return (*options, (_("I'd rather not say"), f"e:{question.id}.skip"))


def result(
    content: Content,
    reading: Reading,
    said: Said,
    language: str,
    today: date,
    *,
    lead: str = "",
    choices: Choices = (),
) -> Worded:
    """Word for each role whether it was open, by which rule, and what would open it."""
    _, _n = translator(language), plural_translator(language)
    rules = rules_of(content)
    found = judge(known_from(said, rules), rules)
    yes, no = _count(found, "yes"), _count(found, "no")
    short = " ".join(
        filter(
            None,
            (
                lead,
                _n(
                    "By the program's rules, {n} role would be open to you.",
                    "By the program's rules, {n} roles would be open to you.",
                    yes,
                ),
                _(
                    "{no} would not, and {open} cannot be told yet.",
                    no=no,
                    open=len(found) - yes - no,
                ),
                _ended(language),
            ),
        )
    )
    paragraphs = [
        _list(_("Yes"), [_yes(content, one, language) for one in found if one.answer == "yes"]),
        _list(
            _("Cannot tell yet"),
            [_unsure(content, one, language) for one in found if one.answer == "unsure"],
        ),
        _list(
            _("No, and what would open it"),
            [_no(content, one, language) for one in found if one.answer == "no"],
        ),
    ]
    worded = Worded(
        reading=reading,
        language=language,
        short=short,
        detail="\n\n".join(filter(None, paragraphs)),
        next=follow_ups(content, content.topics[reading.topic], reading),
        choices=choices,
    )
    return cite(content, worded, [_fact(one.rule) for one in found], today)


def changes_in_words(rules: Eligibility, one: Outcome, language: str) -> str:
    """Return what would have to be true for a role to open.

    Nothing where the rule that closes it asks to lack something: nobody should give that up.
    """
    lacks = all(any(wanted is False for wanted in way.needs.values()) for way in one.rule.any)
    if one.answer == "no" and lacks:
        return ""
    texts = [rules.attributes[n].change[v].say(language) for n, v in one.changes.items()]
    return join_words(texts, language)


def join_words(texts: Iterable[str], language: str) -> str:
    """Return things as a list in a sentence: "a, b and c"."""
    *first, last = list(texts) or [""]
    _ = translator(language)
    return _("{first} and {last}", first=", ".join(first), last=last) if first else last


def _ended(language: str) -> str:
    _ = translator(language)
    return _("The funded classes ended in 2013; jobs like these and other training go on.")


def _to_result(language: str) -> tuple[str, str]:
    _ = translator(language)
    return _("Show the result now"), "e:end"


def _count(found: Iterable[Outcome], answer: str) -> int:
    return sum(one.answer == answer for one in found)


def _list(heading: str, lines: list[str]) -> str:
    return "\n".join([f"**{heading}**", *(f"- {line}" for line in lines)]) if lines else ""


def _name(content: Content, one: Outcome, language: str) -> str:
    return content.things[one.role].name.say(language)


def _yes(content: Content, one: Outcome, language: str) -> str:
    return f"{_name(content, one, language)}. {one.rule.words.say(language)}"


def _unsure(content: Content, one: Outcome, language: str) -> str:
    return f"{_name(content, one, language)}. {_lacking(content, one, language)}"


def _no(content: Content, one: Outcome, language: str) -> str:
    _ = translator(language)
    role, rule = _name(content, one, language), one.rule.words.say(language)
    changes = changes_in_words(rules_of(content), one, language)
    if not changes:
        return f"{role}. {rule}"
    return _("{role}. {rule} It would open with {changes}.", role=role, rule=rule, changes=changes)


def _fact(rule: Rule) -> Fact:
    """Return a rule as a fact, so that answers cite it like any other."""
    return Fact(text=rule.words, source=rule.source, as_of=rule.as_of, confidence="high")
