"""Solving for a symmetric matrix by the address of LAPACK."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.matching.solving import solve


def test_it_solves_and_leaves_the_right_side_alone() -> None:
    random = np.random.default_rng(0)
    rows = random.normal(size=(40, 60)).astype(np.float32)
    matrix = rows @ rows.T + np.eye(40, dtype=np.float32)
    right = random.normal(size=(40, 3)).astype(np.float32)
    before, wanted = right.copy(), np.linalg.solve(matrix, right)
    assert np.allclose(solve(matrix.copy(), right), wanted, atol=1e-3)
    assert np.array_equal(right, before)


def test_what_cannot_be_solved_for_is_said() -> None:
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
        solve(-np.eye(3, dtype=np.float32), np.ones((3, 1), dtype=np.float32))
