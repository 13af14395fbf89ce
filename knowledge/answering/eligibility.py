"""Says who may enter which role: yes, no or cannot tell yet, each with its rule. Pure.

What is known of a person is an interval for each attribute: ``(0, 1)`` is an open yes or no. Rules
are held against it in Kleene's three-valued logic, so that nothing is guessed: a role is open only
if every rule is met whatever the open attributes turn out to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Literal

from knowledge.schema import Asking, Eligibility, Option, Rule, Way

Answer = Literal["yes", "no", "unsure"]
Said = Mapping[str, int]
"""What a person said, by attribute, oldest first."""

Known = dict[str, tuple[int, int]]
"""What follows from it: the lowest and highest each attribute can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Whether one role is open to a person, and why."""

    role: str
    answer: Answer
    rule: Rule
    """The rule that decides; where all are met, the first."""
    unclear: Way | None = None
    """Set where the rules themselves do not settle it."""
    changes: Mapping[str, int]
    """The smallest change that makes it a yes; empty where it is one."""


def known_from(said: Said, rules: Eligibility) -> Known:
    """Return all that follows from what was said.

    Words that contradict what was said after them are passed over.
    """
    known = {name: (made.steps[0], made.steps[-1]) for name, made in rules.attributes.items()}
    for name, value in reversed(list(said.items())):
        if name not in known or value not in rules.attributes[name].steps:
            continue
        low, high = known[name]
        if low <= value <= high:
            tried = _closed({**known, name: (value, value)}, rules)
            known = tried or known
    return known


def with_thing(said: Said, key: str, rules: Eligibility) -> Said:
    """Return what was said with what a degree or a kind of work says of a person besides.

    Who is one thing more is no less than before: "an EMT is no physician" holds of who is but
    that, and a physician who was an EMT is a physician still.
    """
    known = known_from(said, rules)
    news = {n: v for n, v in rules.people.get(key, {}).items() if v >= known[n][0]}
    return with_news(said, news)


def with_news(said: Said, news: Mapping[str, int]) -> Said:
    """Return what was said with what is said now, which comes last."""
    return {**{name: value for name, value in said.items() if name not in news}, **news}


def _closed(known: Known, rules: Eligibility) -> Known | None:
    """Draw every conclusion; None where they contradict each other."""
    changed = True
    while changed:
        changed = False
        for name, made in rules.attributes.items():
            for other, least in made.implies.items():
                low, high = known[other]
                if known[name][0] > 0 and low < least:
                    known[other] = (least, high)
                    changed = True
                if high < least and known[name][1] > 0:
                    known[name] = (known[name][0], 0)
                    changed = True
        if any(low > high for low, high in known.values()):
            return None
    return known


def judge(known: Known, rules: Eligibility) -> tuple[Outcome, ...]:
    """Return the outcome for every role, in the order of the rules."""
    return tuple(_outcome(role, own, known, rules) for role, own in rules_by_role(rules).items())


def rules_by_role(rules: Eligibility) -> dict[str, list[Rule]]:
    """Return the rules that each role has."""
    by_role: dict[str, list[Rule]] = {}
    for rule in rules.rules:
        for role in rule.roles:
            by_role.setdefault(role, []).append(rule)
    return by_role


def _outcome(role: str, own: list[Rule], known: Known, rules: Eligibility) -> Outcome:
    met = [_rule_holds(rule, known) for rule in own]
    if all(met):
        return Outcome(role=role, answer="yes", rule=own[0], changes={})
    closed = next((rule for rule, holds in zip(own, met, strict=True) if holds is False), None)
    waiting = next(rule for rule, holds in zip(own, met, strict=True) if not holds)
    rule = closed or waiting
    return Outcome(
        role=role,
        answer="no" if closed else "unsure",
        rule=rule,
        unclear=None if closed else _unclear(own, met, known),
        changes=_smallest_change(own, known, rules),
    )


def _rule_holds(rule: Rule, known: Known) -> bool | None:
    ways = [_way_holds(way, known) for way in rule.any]
    if any(ways):
        return True
    return False if all(way is False for way in ways) else None


def _way_holds(way: Way, known: Known) -> bool | None:
    sure = not way.unclear
    for name, wanted in way.needs.items():
        holds = condition_holds(known[name], wanted)
        if holds is False:
            return False
        sure = sure and holds is True
    return True if sure else None


def condition_holds(found: tuple[int, int], wanted: int | bool) -> bool | None:
    """Whether an attribute is as wanted: at least a step, or a plain no."""
    low, high = found
    if wanted is False:
        return True if high == 0 else False if low > 0 else None
    return True if low >= wanted else False if high < wanted else None


def _unclear(own: list[Rule], met: list[bool | None], known: Known) -> Way | None:
    """Return the way whose unclear point alone is left, where no answer can settle the matter."""
    left = (rule for rule, holds in zip(own, met, strict=True) if holds is None)
    found = [_unclear_way(rule, known) for rule in left]
    return found[0] if found and all(found) else None


def _unclear_way(rule: Rule, known: Known) -> Way | None:
    """Return the unclear way that is met in all else, where every other way is shut."""
    met = None
    for way in rule.any:
        conditions = [condition_holds(known[name], wanted) for name, wanted in way.needs.items()]
        if way.unclear and all(conditions):
            met = met or way
        elif False not in conditions:
            return None
    return met


def _smallest_change(own: list[Rule], known: Known, rules: Eligibility) -> dict[str, int]:
    """Return the cheapest values that together meet all rules of a role.

    What is still open counts half: it may be so already.
    """
    ways = [[way for way in rule.any if not way.unclear] for rule in own]
    best: tuple[tuple[float, int], dict[str, int]] | None = None
    for chosen in product(*ways):
        wanted = _merged(chosen)
        if wanted is None:
            continue
        changes = {
            n: v for n, v in wanted.items() if condition_holds(known[n], _as(v)) is not True
        }
        cost = sum(_cost(n, v, known, rules) for n, v in changes.items())
        if best and (cost, len(changes)) >= best[0]:
            continue
        opens = all(_rule_holds(rule, known_after(changes, known, rules)) for rule in own)
        if opens:
            best = (cost, len(changes)), changes
    return best[1] if best else {}


def _as(value: int) -> int | bool:
    return False if value == 0 else value


def _merged(ways: Iterable[Way]) -> dict[str, int] | None:
    """Return the values that several ways need; None where one needs a no and another a yes."""
    wanted: dict[str, int] = {}
    for name, value in (pair for way in ways for pair in way.needs.items()):
        if name in wanted and (wanted[name] == 0) != (value is False):
            return None
        wanted[name] = max(wanted.get(name, 0), int(value))
    return wanted


def _cost(name: str, value: int, known: Known, rules: Eligibility) -> float:
    steps, cost = rules.attributes[name].steps, rules.attributes[name].cost
    if condition_holds(known[name], _as(value)) is None:
        return cost / 2
    return cost * abs(steps.index(value) - steps.index(known[name][1]))


def known_after(changes: Mapping[str, int], known: Known, rules: Eligibility) -> Known:
    """Return what would be known if these things were so, all else as far as it still can be."""
    after = {name: (made.steps[0], made.steps[-1]) for name, made in rules.attributes.items()}
    for name, value in changes.items():
        top = after[name][1] if value else 0
        after[name] = (value, max(value, top))
    after = _closed(after, rules) or after
    for name, (low, high) in known.items():
        kept = max(low, after[name][0]), min(high, after[name][1])
        if kept[0] <= kept[1]:
            after = _closed({**after, name: kept}, rules) or after
    return after


def undecided(known: Known, rules: Eligibility) -> float:
    """Return for how many roles answers could still settle the matter.

    A rule that is open counts a little too, so that of two questions that only together decide
    a role the first is worth asking.
    """
    left = 0.0
    for own in rules_by_role(rules).values():
        met = [_rule_holds(rule, known) for rule in own]
        if False not in met and None in met and _unclear(own, met, known) is None:
            left += 1 + met.count(None) / 100
    return left


def next_question(said: Said, asked: Iterable[str], rules: Eligibility) -> Asking | None:
    """Return the question that is expected to decide most open roles; None when done."""
    known = known_from(said, rules)
    done = set(asked)
    before = undecided(known, rules)
    if not before or len(done) >= rules.most_taps:
        return None
    best: tuple[float, Asking] | None = None
    for question in rules.questions:
        options = [option for option in question.options if _possible(option, known)]
        if question.id in done or len(options) < 2:
            continue
        left = [undecided(known_from({**said, **o.sets}, rules), rules) for o in options]
        gain = before - sum(left) / len(left)
        if gain > 0 and (best is None or gain > best[0]):
            best = gain, question
    return best[1] if best else None


def _possible(option: Option, known: Known) -> bool:
    """Whether an answer does not contradict what is known."""
    return all(known[name][0] <= value <= known[name][1] for name, value in option.sets.items())
