"""Meaning: pieces of words, the model file, and ranking with an embedding."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge.matching.matching import Matcher, Phrase, Ranking
from knowledge.matching.meaning import Meaning, spread
from knowledge.matching.semantic import carried, load_encoder
from knowledge.matching.vectors import KeptResult, KeptVectors, Vectors
from knowledge.matching.wordpiece import numbers, split
from knowledge.snapshot import Snapshot
from knowledge.understanding.understanding import Understanding
from tests import small

TOPICS = ("price cost fee pay".split(), "duration long weeks time".split(), ["place", "where"])


class Topics:
    """A tiny embedding that knows which words mean the same."""

    name = "topics"

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = [[0.1 + sum(w in group for w in t.split()) for group in TOPICS] for t in texts]
        vectors = np.array(rows, dtype=np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    learn = encode

    def keep(self, _given: Sequence[Vectors], calculate: Callable[[], Vectors]) -> Vectors:
        return calculate()


PHRASES = [
    Phrase(text=text, intent=intent)
    for intent, texts in {
        "cost": ("what is the price", "what is the cost", "the price for it"),
        "length": ("what is the duration", "the duration of it", "how long"),
        "site": ("what is the place", "where", "the place of it"),
    }.items()
    for text in texts
]


def test_pieces_are_those_of_bert() -> None:
    assert split("informatics") == ["inform", "##atics"]
    assert split("\u2603") == ["[UNK]"]
    assert numbers("Hello, wörld!") == [101, 7592, 1010, 2088, 999, 102]
    assert numbers("word " * 100, most=8) == [101, *[2773] * 6, 102]


def test_meaning_finds_what_words_cannot() -> None:
    matcher = Matcher.build(PHRASES, semantic=Topics())
    words = matcher.rank("any fee")
    assert words.in_doubt()
    meant = matcher.reconsider("any fee")
    assert meant.matches[0].intent == "cost"
    assert meant.used_semantic
    assert not meant.in_doubt()
    only = matcher.reconsider("any fee", without=("cost", "length"))
    assert {match.intent for match in only.matches} == {"site"}


class Scattered(Topics):
    """An embedding that puts every text somewhere else."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        made = [np.random.default_rng(sum(text.encode())).normal(size=4) for text in texts]
        vectors = np.array(made, dtype=np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    learn = encode


def test_a_phrasing_left_out_is_as_if_it_had_never_been_known() -> None:
    texts = [f"phrasing number {row} of many" + "!" * row for row in range(24)]
    intents = np.arange(24) % 3
    known = Meaning(Scattered(), texts, intents, asked=range(24))
    for row in range(24):
        rest = np.arange(24) != row
        others = [text for text, kept in zip(texts, rest, strict=True) if kept]
        without = Meaning(Scattered(), others, intents[rest])
        told, wanted = known.sense_without(row), without.sense(texts[row])
        assert told is not None
        assert np.allclose(told.evidence, wanted.evidence, atol=1e-5)
        assert told.nearest == pytest.approx(wanted.nearest, abs=1e-6)


def test_what_one_language_says_of_an_intent_is_understood_in_the_other() -> None:
    said = [Phrase(text=text, intent=text, language="es") for text in ("escuela", "requisitos")]
    matcher = Matcher.build([*PHRASES, *said], semantic=Topics())
    for language in ("es", None):  # plainly Spanish, or to be told by what lies nearest
        meant = matcher.reconsider("el precio", language=language)
        assert meant.matches[0].intent == "cost"
    assert matcher.reconsider("the price", language="en").matches[0].intent == "cost"


def test_without_an_embedding_the_ranking_stays() -> None:
    matcher = Matcher.build(PHRASES)
    ranking = matcher.rank("what is the price")
    assert matcher.prepare() is None
    assert matcher.reconsider("what is the price") == ranking
    assert Ranking().in_doubt()


def test_the_embedding_is_there_just_when_its_wheels_are() -> None:
    encoder = load_encoder()
    assert (encoder is None) == (carried() is None)
    for one in [encoder] if encoder else []:
        near, far = (
            one.encode(["how much is it", "where is it"]) @ one.encode(["what is the price"])[0]
        )
        assert near > far


HOME_CALLS = """
import os
from knowledge.matching.semantic import load_encoder
if encoder := load_encoder():
    encoder.encode(["hi"])
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"
"""


def test_the_runtime_sends_nobody_word_of_this_machine(tmp_path: Path) -> None:
    """Left to itself it writes a number for the machine and what it will send to Microsoft."""
    given = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    given["ORT_DISABLE_TELEMETRY"] = "0"  # even where somebody's environment asks for it
    subprocess.run([sys.executable, "-c", HOME_CALLS], env=given, check=True)
    assert not [path for path in tmp_path.rglob("*") if "Microsoft" in path.parts]


def test_phrasings_are_embedded_once(tmp_path: Path) -> None:
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> Vectors:
        asked.extend(texts)
        return Topics().encode(texts)

    first = KeptVectors("tiny", b"", tmp_path).of(["the price", "where"], embed)
    again = KeptVectors("tiny", b"", tmp_path).of(["where", "the fee", "the price"], embed)
    assert asked == ["the price", "where", "the fee"]
    assert np.allclose(again[2], first[0])


def test_a_broken_cache_costs_time_and_nothing_else(tmp_path: Path) -> None:
    kept = KeptVectors("tiny", b"", tmp_path)
    wanted = kept.of(["the price"], Topics().encode)
    for broken in (b"", b"PK\x03\x04 no archive", b"nonsense"):
        (tmp_path / "tiny.npz").write_bytes(broken)
        assert np.allclose(kept.of(["the price"], Topics().encode), wanted)
    (tmp_path / "file").touch()
    assert len(KeptVectors("tiny", b"", tmp_path / "file").of(["where"], Topics().encode)) == 1


def test_what_a_stopped_writer_left_is_swept_away(tmp_path: Path) -> None:
    old, fresh = tmp_path / "old.part", tmp_path / "fresh.part"
    old.touch()
    fresh.touch()
    os.utime(old, (0, 0))
    KeptVectors("tiny", b"", tmp_path).of(["where"], Topics().encode)
    assert {path.name for path in tmp_path.iterdir()} == {"fresh.part", "tiny.npz"}


def test_a_result_is_calculated_once_for_the_same_vectors(tmp_path: Path) -> None:
    asked: list[str] = []

    def double(vectors: Vectors) -> Vectors:
        def calculate() -> Vectors:
            asked.append("")
            return vectors * 2

        return KeptResult("tiny", tmp_path).of((vectors,), calculate)

    one, other = np.ones((2, 3), np.float32), np.ones((3, 2), np.float32)
    assert np.array_equal(double(one), double(one))
    assert len(asked) == 1
    assert np.array_equal(double(other), other * 2)
    (tmp_path / "tiny-result.npz").write_bytes(b"nonsense")
    assert np.array_equal(double(other), other * 2)
    assert len(asked) == 3


def test_a_version_no_longer_used_leaves_nothing_to_the_cycle_collector() -> None:
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        version = Snapshot(small.content(), 2, encoder=Topics())
        version.understanding.prepare()
        version.say("how lng is it for trainers", today=date(2026, 1, 1), deeper=True)
        del version
        gc.collect()
        left = {type(one) for one in gc.garbage if type(one).__module__.startswith("knowledge.")}
        assert left == set()
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


async def test_meaning_is_asked_only_where_words_leave_doubt() -> None:
    understanding = Understanding(small.content(), Topics())
    assert understanding.read("parking?", deeper=True)[0].decided_by == "words"
    understanding.prepare()
    clear = understanding.read("How long does the training for trainers take?", deeper=True)[0]
    doubtful = understanding.read("any fee for weeks somewhere", deeper=True)[0]
    assert (clear.decided_by, doubtful.decided_by) == ("words", "meaning")
    assert understanding.read("any fee for weeks somewhere")[0].decided_by == "words"


def test_a_phrasing_more_of_one_intent_changes_little_of_what_is_embedded_of_the_others() -> None:
    texts = [f"phrasing {number}" for number in range(4000)]
    intent_of = np.repeat(np.arange(40), 100)
    kept = {texts[row] for row in spread(texts, intent_of, 3000)}
    more = [*texts[:50], *(f"another {number}" for number in range(13)), *texts[50:]]
    of_more = np.repeat(np.arange(40), [113, *[100] * 39])
    still = {more[row] for row in spread(more, of_more, 3000)}
    assert len(kept) == len(still) == 3000
    assert len(kept - still) <= 2 * 13
    shares = np.bincount(of_more[spread(more, of_more, 3000)]) / np.bincount(of_more)
    assert shares.min() > 0.7


def test_few_phrasings_are_all_embedded() -> None:
    assert spread(["a", "b", "c"], np.array([0, 0, 1]), 3).tolist() == [0, 1, 2]
