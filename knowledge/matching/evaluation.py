"""Measures a matcher on labelled questions: right at first, strangers told apart, time taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import perf_counter

import numpy as np

from knowledge.matching.matching import Matcher, Options, Phrase, Ranking
from knowledge.matching.semantic import Encoder

Labelled = tuple[str, str]
"""A text and the intent it means."""


def evaluate(
    train: Iterable[Labelled],
    test: Sequence[Labelled],
    strangers: Sequence[str] = (),
    encoder: Encoder | None = None,
) -> dict[str, float | None]:
    """Build a matcher from ``train`` and measure it on ``test``.

    Args:
        train: phrasings and their intents.
        test: questions and the intents they mean.
        strangers: questions that mean none of the intents.
        encoder: an embedding to ask where words leave doubt.

    Returns:
        ``top1`` and ``top3`` (shares of the questions whose intent came first, or among the first
        three), ``auroc`` (how well the best score tells questions from strangers; None without
        strangers), ``p50_us`` and ``p99_us`` a question, ``build_s``.
    """
    started = perf_counter()
    phrases = [Phrase(text=text, intent=intent) for text, intent in train]
    matcher = Matcher.build(phrases, options=Options(read_intents=True), semantic=encoder)
    matcher.prepare()
    _ranked(matcher, "warm up")
    built = perf_counter() - started
    times, ranks, scores = [], [], []
    for text, intent in test:
        began = perf_counter()
        ranking = _ranked(matcher, text)
        times.append(perf_counter() - began)
        found = [match.intent for match in ranking.matches]
        ranks.append(found.index(intent) if intent in found else len(found) + 3)
        scores.append(ranking.matches[0].score if found else 0.0)
    strange = [_ranked(matcher, text).matches for text in strangers]
    return {
        "top1": float(np.mean([rank < 1 for rank in ranks])),
        "top3": float(np.mean([rank < 3 for rank in ranks])),
        "auroc": auroc(scores, [m[0].score if m else 0.0 for m in strange]) if strange else None,
        "p50_us": float(np.percentile(times, 50)) * 1e6,
        "p99_us": float(np.percentile(times, 99)) * 1e6,
        "build_s": built,
    }


def _ranked(matcher: Matcher, text: str) -> Ranking:
    """Rank by words, and by meaning too where they leave doubt and an embedding is there."""
    ranking = matcher.rank(text)
    return matcher.reconsider(text) if matcher.meaning and ranking.in_doubt() else ranking


def auroc(ours: Sequence[float], strange: Sequence[float]) -> float:
    """Return how likely one of ours scores above a stranger; a tie counts half."""
    order = np.sort(np.asarray(strange))
    below = np.searchsorted(order, ours, side="left")
    upto = np.searchsorted(order, ours, side="right")
    return float(np.mean((below + upto) / 2) / len(order))
