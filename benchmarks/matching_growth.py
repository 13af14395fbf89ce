"""How matching grows: time a question, time to build and memory, at one number of phrasings.

    python -m benchmarks.matching_growth 10000

One process a size, so that memory is that of this size alone.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from time import perf_counter

import numpy as np
from rapidfuzz import process

from benchmarks.matching_data import data_folder, many, read, sample
from knowledge.matching import Matcher, Phrase

SIZES = (1_000, 3_000, 10_000, 100_000)
_QUESTIONS = 900
_PEER_QUESTIONS = 25


def measure(folder: Path, size: int) -> dict[str, float]:
    """Return what one number of phrasings costs."""
    train = many(folder, size)
    phrases = [Phrase(text=text, intent=intent) for text, intent in train]
    questions = [
        text
        for part, count in (("test", 2), ("test_typo1", 1))
        for text, _ in sample(read(folder, "clinc150", part), _QUESTIONS * count // 3)
    ]
    before = _megabytes()
    started = perf_counter()
    matcher = Matcher.build(phrases)
    built = perf_counter() - started
    memory = _megabytes() - before
    times = []
    for text in questions:
        began = perf_counter()
        matcher.rank(text)
        times.append(perf_counter() - began)
    texts = [text for text, _ in train]
    peer = []
    for text in questions[:: len(questions) // _PEER_QUESTIONS]:
        began = perf_counter()
        process.extractOne(text, texts)
        peer.append(perf_counter() - began)
    return {
        "phrasings": len(phrases),
        "intents": len(matcher.intents),
        "p50_ms": float(np.percentile(times, 50)) * 1e3,
        "p99_ms": float(np.percentile(times, 99)) * 1e3,
        "build_s": built,
        "memory_mb": memory,
        "extract_one_p50_ms": float(np.median(peer)) * 1e3,
        "ratio": float(np.median(peer) / np.median(times)),
    }


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    given = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    print(json.dumps(measure(data_folder(given), int(sys.argv[1]))))
