"""A short guard against regressions in understanding: floors, no timing."""

from __future__ import annotations

from functools import cache

import pytest

from benchmarks import domain, matching
from knowledge.checks import load
from knowledge.evaluation import evaluate
from knowledge.reading import read_folder
from knowledge.snapshot import Snapshot


@cache
def shipped() -> Snapshot:
    return Snapshot(load(read_folder()))


@pytest.mark.parametrize(
    ("kind", "name", "understood", "wrong"),
    [
        ("questions", "english.yaml", 0.95, 0.015),
        ("questions", "spanish.yaml", 0.95, 0.015),
        ("follow-ups", "followups.yaml", 0.85, 0.07),
        ("questions", "late.yaml", 0.75, 0.06),
    ],
)
def test_our_own_questions(kind: str, name: str, understood: float, wrong: float) -> None:
    tally = domain.run(shipped(), kind, name, "validation")
    assert tally.share("right", "offered") >= understood
    assert tally.share("wrong") <= wrong


@pytest.mark.parametrize(
    ("name", "answered"),
    [
        ("strangers.yaml", 0.04),
        ("spanish_strangers.yaml", 0.04),
        ("late_strangers.yaml", 0.04),
        ("fragments.yaml", 0.07),
    ],
)
def test_strangers(name: str, answered: float) -> None:
    assert domain.run(shipped(), "strangers", name, "validation").share("answered") <= answered


@pytest.mark.parametrize(
    ("data", "file", "floor"),
    [
        ("clinc150", "val", 0.70),
        ("banking77", "val", 0.60),
    ],
)
def test_public_data(data: str, file: str, floor: float) -> None:
    place = matching.folder(None) / data
    train = matching.pairs(place / "train_5shot_s0.jsonl")
    figures = evaluate(train, matching.sampled(matching.pairs(place / f"{file}.jsonl"), 250))
    assert (figures["top1"] or 0) >= floor
