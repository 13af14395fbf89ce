"""Solves for a large symmetric matrix while the rest of the process goes on.

SciPy's own functions keep Python's lock for the half minute that LAPACK takes over our phrasings,
in which nobody would be answered. So its LAPACK is called by address, as SciPy offers it to Cython
(https://docs.scipy.org/doc/scipy/reference/linalg.cython_lapack.html), and ``ctypes`` gives the
lock back meanwhile.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from knowledge.matching.vectors import Vectors

_TRIANGLE = b"L"
"""The half of the matrix that is read; both are the same."""


def solve(matrix: Vectors, right: Vectors) -> Vectors:
    """Solve for a symmetric, positive definite matrix, in its own place: no room for two.

    SciPy is loaded here, for NumPy would take twice the time and four times the memory.

    Raises:
        numpy.linalg.LinAlgError: the matrix is not positive definite.
    """
    solved: Vectors = np.array(right, dtype=np.float32, order="F")
    rows, columns, failed = map(ctypes.c_int, (*solved.shape, 0))
    size = ctypes.byref(rows)
    _posv()(
        _TRIANGLE,
        size,
        ctypes.byref(columns),
        matrix.ctypes.data,
        size,
        solved.ctypes.data,
        size,
        ctypes.byref(failed),
    )
    if failed.value:
        raise np.linalg.LinAlgError("The matrix is not positive definite.")
    return solved


@cache
def _posv() -> Callable[..., Any]:
    """Return LAPACK's solver for symmetric matrices of single floats."""
    capsule = import_module("scipy.linalg.cython_lapack").__pyx_capi__["sposv"]
    name_of = ctypes.pythonapi.PyCapsule_GetName
    name_of.restype, name_of.argtypes = ctypes.c_char_p, [ctypes.py_object]
    address_of = ctypes.pythonapi.PyCapsule_GetPointer
    address_of.restype = ctypes.c_void_p
    address_of.argtypes = [ctypes.py_object, ctypes.c_char_p]
    number, numbers = ctypes.c_void_p, ctypes.c_void_p
    kind = ctypes.CFUNCTYPE(
        None, ctypes.c_char_p, number, number, numbers, number, numbers, number, number
    )
    return kind(address_of(capsule, name_of(capsule)))
