"""What speaks for an intent, in words and in meaning, and how much each sign weighs. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.calibration import Calibration, Case
from knowledge.matching.index import Floats
from knowledge.matching.meaning import Sense

OF_WORDS = Calibration(weights=(10.0, 1.0, 5.0, 3.0), start=-6.0)
"""What evidence, explained share, lead and known share weigh: middling values of public data."""

OF_MEANING = Calibration(weights=(16.0, 4.0, 4.0, 10.0), start=-16.0)
"""What evidence, lead, nearest phrasing and sum over intents weigh once meaning is asked."""

_WORDS_BESIDE_MEANING = 0.25
_STRANGERS = 0.15
"""How much a stranger weighs in calibration against a question of ours."""

Signs = Callable[[int, int], tuple[float, ...]]
"""Tells what speaks for an intent beside its strongest rival."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a text says for each intent, and how much of it anybody knows."""

    evidence: Floats
    explained: Floats
    nearest: NDArray[np.int32]
    """The phrasing of each intent that is nearest to the text."""
    likeness: Floats
    """How alike the text and that phrasing are."""
    known: float


def cases_of(own: int, evidence: Floats, signs: Signs) -> Iterator[Case]:
    """Yield what is answered to a phrasing left out, and to one whose intent is not known."""
    first, second = best_two(evidence)
    yield Case(signs=signs(first, second), right=first == own)
    others = evidence.copy()
    others[own] = -np.inf
    first, second = best_two(others)
    if np.isfinite(others[second]):
        yield Case(signs=signs(first, second), right=False, weight=_STRANGERS)


def best_two(evidence: Floats) -> tuple[int, int]:
    """Return the intents with the most evidence."""
    if len(evidence) == 1:
        return 0, 0
    first, second = np.argpartition(-evidence, 1)[:2].tolist()
    return first, second


def word_signs(heard: Heard, at: int, rival: int) -> tuple[float, ...]:
    """Return what speaks for an intent: evidence, explained share, lead, known share."""
    evidence = float(heard.evidence[at])
    lead = evidence - float(heard.evidence[rival])
    return evidence, float(heard.explained[at]), lead, heard.known


def meaning_signs(evidence: Floats, sense: Sense, at: int, rival: int) -> tuple[float, ...]:
    """Return what speaks for an intent once meaning is asked."""
    lead = float(evidence[at] - evidence[rival])
    return float(evidence[at]), lead, sense.nearest, float(sense.evidence.sum())


def joined(heard: Heard, sense: Sense) -> Floats:
    """Return what words and meaning together say for each intent."""
    return sense.evidence + _WORDS_BESIDE_MEANING * heard.evidence
