"""Words the check of who may enter: its questions, its result, what would open a role. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from knowledge.answering.answers import Worded, cite, follow_ups
from knowledge.answering.eligibility import Outcome, Said, judge, known_from, next_question
from knowledge.facts import say_fact
from knowledge.schema import Asking, Content, Eligibility, Fact, Kind, Rule, Thing
from knowledge.texts import plural_translator, translator
from knowledge.verdicts import Reading

TOPIC = "can_i_enter"
"""The topic whose answer is this check."""

_LAW = "physician"
"""The subject that holds the definition of a physician and its law."""

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
    ended = _("The funded classes ended in 2013; jobs like these and other training go on.")
    worded = Worded(
        reading=reading,
        language=language,
        short=f"{lead} {settled} {ended}\n\n**{question.words.say(language)}**",
        next=follow_ups(content, content.topics[reading.topic], reading),
        choices=(*_options(question, language), (_("Show the result now"), "e:end")),
    )
    decided = [one.rule for one in found if one.answer == "yes"] or [rules.rules[0]]
    return cite(content, worded, [_fact(rule) for rule in decided], today)


def _people(reading: Reading) -> list[str]:
    """Return the degrees and kinds of work that a reading names."""
    return [key for kind in (Kind.DEGREE, Kind.BACKGROUND) for key in reading.slots.get(kind, ())]


def _said_by(people: Iterable[str], rules: Eligibility) -> Said:
    """Return what degrees and kinds of work say about a person; some say nothing to the rules."""
    return {n: v for key in people for n, v in rules.people.get(key, {}).items()}


def compose_for_role(content: Content, reading: Reading, language: str, today: date) -> Worded:
    """Word whether a degree or a kind of work opened a role: yes, no or what it would take."""
    _ = translator(language)
    rules = rules_of(content)
    people = _people(reading)
    names = join_words((content.things[key].name.say(language) for key in people), language)
    roles = reading.slots.get(Kind.ROLE, ())
    chosen = {name: made.steps[-1] for name, made in rules.attributes.items() if made.chosen}
    found = judge(known_from({**chosen, **_said_by(people, rules)}, rules), rules)
    meant = [one for one in found if one.role in roles]
    worded = Worded(
        reading=reading,
        language=language,
        short="\n\n".join(_for_role(content, one, language) for one in meant),
        detail=" ".join(
            (
                _("Going only by this: **{name}**.", name=names),
                _("The funded classes ended in 2013; jobs like these and other training go on."),
            )
        ),
        next=follow_ups(content, content.topics[reading.topic], reading),
    )
    return cite(content, worded, [_fact(one.rule) for one in meant], today)


def _for_role(content: Content, one: Outcome, language: str) -> str:
    _ = translator(language)
    role = _name(content, one, language)
    if one.answer == "yes":
        head = _("**{role}:** yes, by the program's rules.", role=role)
    elif one.answer == "no":
        head = _("**{role}:** no, by the program's rules.", role=role)
    else:
        head = _("**{role}:** this alone does not settle it.", role=role)
    rule, lacking = one.rule.words.say(language), _lacking(content, one, language)
    return " ".join(filter(None, (head, rule, lacking)))


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
    law = content.things[_LAW].facts.get("statute") if _LAW in content.things else None
    said = [_("As a physician?"), *(say_fact(fact, language) for fact in facts)] if facts else []
    if facts and law:
        said.append(_("The law it rests on: {law}.", law=say_fact(law, language)))
    return " ".join([lead, *said])


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
        choices.append((_("Show the result now"), "e:end"))
        choices.append((_("Change an answer"), "e:undo"))
    return Worded(
        reading=Reading(topic=TOPIC),
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
                _("The funded classes ended in 2013; jobs like these and other training go on."),
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
