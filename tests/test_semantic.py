"""Meaning: pieces of words, the model file, and ranking with an embedding."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from knowledge.matching import Matcher, Phrase, Ranking
from knowledge.semantic import Vectors, carried, load_encoder, with_output
from knowledge.wordpiece import numbers, split

TOPICS = ("price cost fee pay".split(), "duration long weeks time".split(), ["place", "where"])


class Topics:
    """A tiny embedding that knows which words mean the same."""

    name = "topics"

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = [[0.1 + sum(w in group for w in t.split()) for group in TOPICS] for t in texts]
        vectors = np.array(rows, dtype=np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


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
    meant = matcher.reconsider("any fee", words)
    assert meant.matches[0].intent == "cost"
    assert meant.used_semantic
    assert not meant.in_doubt()
    only = matcher.reconsider("any fee", words, allowed=lambda intent: intent == "site")
    assert {match.intent for match in only.matches} == {"site"}


def test_without_an_embedding_the_ranking_stays() -> None:
    matcher = Matcher.build(PHRASES)
    ranking = matcher.rank("what is the price")
    assert matcher.prepare() is None
    assert matcher.reconsider("what is the price", ranking) is ranking
    assert Ranking().in_doubt()


def test_an_inner_value_is_added_to_what_a_model_gives_out() -> None:
    graph = b"\x0a\x03abc"
    model = b"\x08\x07" + b"\x3a" + bytes([len(graph)]) + graph + b"\x42\x01x"
    more = with_output(model, "inner")
    assert more == b"\x08\x07\x3a\x0e" + graph + b"\x62\x07\x0a\x05inner" + b"\x42\x01x"
    with pytest.raises(ValueError, match="no graph"):
        with_output(b"\x08\x07", "inner")


def test_the_embedding_is_there_just_when_its_wheels_are() -> None:
    encoder = load_encoder()
    assert (encoder is None) == (carried() is None)
    for one in [encoder] if encoder else []:
        near, far = (
            one.encode(["how much is it", "where is it"]) @ one.encode(["what is the price"])[0]
        )
        assert near > far
