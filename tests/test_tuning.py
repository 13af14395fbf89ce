"""Tuning the embedding: the model file, the network it holds, and slopes that are right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from benchmarks.tuning import slopes_of, surprise, tune
from benchmarks.tuning_network import Network
from knowledge.matching.adapting import DOWN, UP, adapted, in_full, large
from knowledge.matching.modelfile import arrays, biases, changed, with_output
from knowledge.matching.semantic import MiniLM, carried, load_encoder, packaged_tuning
from knowledge.matching.wordpiece import numbers, padded

SAID = ["what does it cost", "how much is it", "where is the school", "which city is it in"]
INTENTS = np.array([0, 0, 1, 1])


def model_file(**rows: list[float]) -> bytes:
    """Return the smallest model there is: a graph of named rows of numbers."""

    def sized(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    graph = b"".join(
        sized(
            5,
            bytes([1 << 3, len(row), 2 << 3, 1])
            + sized(8, name.encode())
            + sized(9, np.array(row, dtype="<f4").tobytes()),
        )
        for name, row in rows.items()
    )
    return b"\x08\x07" + sized(7, graph) + b"\x42\x01x"


rows = st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=5)


@given(one=rows, other=rows)
def test_numbers_are_read_and_changed_in_their_place(one: list[float], other: list[float]) -> None:
    model = model_file(one=one, other=other)
    assert {name: row.tolist() for name, row in arrays(model).items()} == {
        "one": one,
        "other": other,
    }
    assert biases(model).keys() == {"one", "other"}
    new = changed(model, {"other": np.zeros(len(other), np.float32)})
    assert new == model_file(one=one, other=[0.0] * len(other))


def test_what_a_model_does_not_have_cannot_be_changed() -> None:
    model = model_file(one=[1.0, 2.0])
    for wrong in ({"two": np.zeros(2, np.float32)}, {"one": np.zeros(3, np.float32)}):
        with pytest.raises(ValueError, match="no array"):
            changed(model, wrong)
    with pytest.raises(ValueError, match="no graph"):
        arrays(b"\x08\x07")


def test_an_inner_value_is_added_to_what_a_model_gives_out() -> None:
    graph = b"\x0a\x03abc"
    model = b"\x08\x07" + b"\x3a" + bytes([len(graph)]) + graph + b"\x42\x01x"
    more = with_output(model, "inner")
    assert more == b"\x08\x07\x3a\x0e" + graph + b"\x62\x07\x0a\x05inner" + b"\x42\x01x"
    assert arrays(with_output(model_file(one=[1.0]), "inner"))["one"].tolist() == [1.0]
    with pytest.raises(ValueError, match="no graph"):
        with_output(b"\x08\x07", "inner")


@pytest.fixture(scope="module")
def model() -> Path:
    found = carried()
    assert found is not None, "the locked requirements hold the semantic extra"
    return found


def test_the_network_is_the_one_that_the_model_file_runs(model: Path) -> None:
    content = model.read_bytes()
    network = Network(arrays(content))
    ours = network.encode(biases(content), *padded([numbers(text) for text in SAID]))
    theirs = MiniLM(model).encode(SAID)[:, : network.width] * np.sqrt(2)
    assert np.allclose(ours, theirs, atol=1e-4)


def test_a_large_matrix_is_changed_by_the_product_of_two_narrow_ones(model: Path) -> None:
    content = model.read_bytes()
    before, name = arrays(content), large(arrays(content))[-1]
    full, random = in_full(before, name), np.random.default_rng(0)
    down = random.normal(size=(full.shape[0], 2)).astype(np.float32) / 100
    up = random.normal(size=(2, full.shape[1])).astype(np.float32)
    after = arrays(adapted(content, {name + DOWN: down, name + UP: up}))
    step = after[f"{name}_scale"]
    assert np.all(np.abs(in_full(after, name) - full - down @ up) <= step * 0.51)
    same = before.keys() - {f"{name}_q", f"{name}_scale"}
    assert all(np.array_equal(before[one], after[one]) for one in same)
    with pytest.raises(ValueError, match="No large matrix"):
        adapted(content, {"x.down": down, "x.up": up})
    with pytest.raises(ValueError, match="one of its two"):
        adapted(content, {name + DOWN: down})


def test_the_network_is_tuned_as_the_model_file_is(model: Path) -> None:
    content = model.read_bytes()
    network, tuned = Network(arrays(content)), packaged_tuning()
    ours = network.encode(tuned, *padded([numbers(text) for text in SAID]))
    theirs = MiniLM(model, tuned).encode(SAID)[:, : network.width] * np.sqrt(2)
    assert np.allclose(ours, theirs, atol=0.02)


def test_slopes_tell_how_a_small_change_is_felt(model: Path) -> None:
    content = model.read_bytes()
    network, learned = Network(arrays(content)), dict(packaged_tuning())
    random = np.random.default_rng(0)
    learned["directions"] = random.normal(size=(2, network.width)).astype(np.float32)
    given = (network, *padded([numbers(text) for text in SAID]), INTENTS)
    slopes = slopes_of(learned, *given)
    assert slopes.keys() == learned.keys()
    for name in random.choice(sorted(learned), 12, replace=False).tolist():
        toward = slopes[name] / np.linalg.norm(slopes[name])
        near = [learned | {name: learned[name] + step * toward} for step in (0.01, -0.01)]
        felt = (surprise(near[0], *given) - surprise(near[1], *given)) / 0.02
        assert felt == pytest.approx(float(np.linalg.norm(slopes[name])), rel=0.1, abs=0.02)


def test_tuning_brings_phrasings_of_one_intent_together(model: Path) -> None:
    texts, intents = SAID * 32, np.tile(INTENTS, 32)
    before = MiniLM(model).encode(SAID)
    after = MiniLM(model, tune(model, texts, intents)).encode(SAID)
    for vectors in (before, after):
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert _apart(after) > _apart(before)


def _apart(vectors: np.ndarray) -> float:
    """Return how much nearer phrasings lie to their own kind than to the other."""
    near = vectors @ vectors.T
    return float(near[0, 1] + near[2, 3] - near[0, 2] - near[1, 3])


def test_what_is_packaged_fits_the_model_and_changes_it(model: Path) -> None:
    assert packaged_tuning().keys() > biases(model.read_bytes()).keys()
    tuned, plain = load_encoder(), load_encoder(tuned=False)
    assert tuned is not None
    assert plain is not None
    assert not np.allclose(tuned.encode(SAID), plain.encode(SAID), atol=1e-3)
