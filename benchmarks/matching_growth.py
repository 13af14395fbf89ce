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
from knowledge.matching.matching import Matcher, Phrase

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
    p50, peer_p50 = float(np.median(times)), float(np.median(peer))
    return {
        "phrasings": len(phrases),
        "build_s": round(built, 2),
        "peak_mb": round(memory, 1),
        "p50_ms": round(p50 * 1e3, 3),
        "p99_ms": round(float(np.percentile(times, 99)) * 1e3, 3),
        "rapidfuzz_ms": round(peer_p50 * 1e3, 2),
        "ratio": round(peer_p50 / p50, 1),
    }


def _megabytes() -> float:
    """Return the most memory this process has held; what it was started from does not count."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    given = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    print(json.dumps(measure(data_folder(given), int(sys.argv[1]))))
