"""Finds the roles that fit a person: points with reasons, and what is still missing. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge.answering.eligibility import Outcome, judge, known_from, rules_by_role
from knowledge.schema import Eligibility, Point, RoleFinder, Taste, Tasting

Picks = Mapping[str, str]
"""The answer to each question, by their ids."""

LINK = "F"
"""The first character of a link that holds answers."""

_UNANSWERED = "-"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SHUT = 2.0
"""Points a role loses for each thing its rules miss; it is shown with what would open it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How well a role fits, and why."""

    role: str
    points: tuple[Point, ...]
    """What speaks for it and against it, in the order of the questions."""
    entry: Outcome
    """Whether it is open by the rules of entry."""

    @property
    def total(self) -> int:
        """The sum of all points."""
        return sum(point.points for point in self.points)

    @property
    def rank(self) -> float:
        """What it is ordered by: its points, less what its rules still miss."""
        missing = len(self.entry.changes) if self.entry.answer == "no" else 0
        return self.total - _SHUT * missing


def picked(finder: RoleFinder, picks: Picks) -> list[Taste]:
    """Return the answers given, in the order of the questions; unknown ids are left out."""
    return [
        option
        for question in finder.questions
        for option in question.options
        if picks.get(question.id) == option.id
    ]


def fits(finder: RoleFinder, rules: Eligibility, picks: Picks) -> list[Fit]:
    """Return every role with its points, the best first."""
    answers = picked(finder, picks)
    said = {name: value for option in answers for name, value in option.sets.items()}
    found = {one.role: one for one in judge(known_from(said, rules), rules)}
    made = [
        Fit(
            role=role,
            points=tuple(p for option in answers for p in option.gives if role in p.roles),
            entry=found[role],
        )
        for role in rules_by_role(rules)
    ]
    return sorted(made, key=lambda fit: -fit.rank)


def next_question(finder: RoleFinder, picks: Picks, asked: Iterable[str]) -> Tasting | None:
    """Return the question that tells the leading roles apart best; None when they stand.

    It stops once no answer left could bring another role among those shown.
    """
    done = set(asked)
    left = [question for question in finder.questions if question.id not in done]
    if not left or len(done) >= finder.most_taps:
        return None
    if not done:
        return left[0]
    totals = _totals(finder, picks)
    if len(done) >= finder.fewest_taps and _settled(finder, totals, left):
        return None
    leading = sorted(totals, key=lambda role: -totals[role])[: 2 * finder.shown]
    return max(left, key=lambda question: _spread(question, leading or list(totals)))


def _totals(finder: RoleFinder, picks: Picks) -> dict[str, int]:
    totals = dict.fromkeys((r for q in finder.questions for r in _roles(q)), 0)
    for option in picked(finder, picks):
        for point in option.gives:
            for role in point.roles:
                totals[role] += point.points
    return totals


def _roles(question: Tasting) -> Iterable[str]:
    return (role for option in question.options for p in option.gives for role in p.roles)


def _points(option: Taste, role: str) -> int:
    return sum(point.points for point in option.gives if role in point.roles)


def _spread(question: Tasting, roles: list[str]) -> float:
    """Return how far a question's answers move these roles apart."""
    moved = 0.0
    for option in question.options:
        points = [_points(option, role) for role in roles]
        middle = sum(points) / len(points)
        moved += sum(abs(value - middle) for value in points)
    return moved / len(question.options)


def _settled(finder: RoleFinder, totals: Mapping[str, int], left: list[Tasting]) -> bool:
    """Whether the roles shown stay the same whatever is answered to the rest."""
    best = sorted(totals, key=lambda role: -totals[role])
    shown, others = best[: finder.shown], best[finder.shown :]
    return all(
        totals[inside] - totals[outside] > sum(_largest_gain(q, outside, inside) for q in left)
        for inside in shown
        for outside in others
    )


def _largest_gain(question: Tasting, outside: str, inside: str) -> int:
    gains = (_points(option, outside) - _points(option, inside) for option in question.options)
    return max(0, *gains)


def to_link(finder: RoleFinder, picks: Picks) -> str:
    """Return the answers as a short code: one character for each question, and one to check."""
    code = LINK
    for question in finder.questions:
        ids = [option.id for option in question.options]
        pick = picks.get(question.id, "")
        code += _DIGITS[ids.index(pick)] if pick in ids else _UNANSWERED
    return code + _shape(finder)


def from_link(finder: RoleFinder, code: str) -> dict[str, str] | None:
    """Return the answers of a code; None where the questions have changed since."""
    body = code[len(LINK) : -1]
    if not code.startswith(LINK) or code[-1] != _shape(finder):
        return None
    if len(body) != len(finder.questions):
        return None
    picks: dict[str, str] = {}
    for question, letter in zip(finder.questions, body, strict=True):
        place = _DIGITS.find(letter)
        if letter == _UNANSWERED:
            continue
        if not 0 <= place < len(question.options):
            return None
        picks[question.id] = question.options[place].id
    return picks


def _shape(finder: RoleFinder) -> str:
    """Return a character that changes when questions or answers do."""
    shape = "/".join(
        ",".join((question.id, *(option.id for option in question.options)))
        for question in finder.questions
    )
    return _DIGITS[hashlib.blake2s(shape.encode()).digest()[0] % len(_DIGITS)]
