"""The general matcher on public intent data, beside its peers in the same run.

The data (CLINC150, BANKING77; few-shot draws and typo copies) lies in a shared folder beside the
checkout, or where ``--data`` or ``GUIDE_BENCH_DATA`` says. Only ``test`` files are reported here;
whatever is tuned is tuned on ``val``.
"""

from __future__ import annotations

import argparse
import json
import os
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import numpy as np
from rapidfuzz import fuzz, process

from knowledge.evaluation import auroc, evaluate
from knowledge.matching import Matcher, Phrase

SHARED = Path(__file__).parent.parent.parent / "shared" / "datasets"
SETS = ("clinc150", "banking77")
SLIPS = ("test", "test_typo1", "test_typo2")
SAMPLE = 400
GROWTH = (1_000, 10_000, 100_000)

Pair = tuple[str, str]
Scorer = Callable[[str], list[tuple[str, float]]]
"""Ranks intents for a text, best first, with scores."""


@dataclass(frozen=True, slots=True)
class Row:
    """How one matcher did on one set."""

    matcher: str
    data: str
    shots: int
    seed: int
    clean: float
    one_slip: float
    two_slips: float
    auroc: float | None


def folder(chosen: Path | None) -> Path:
    """Return the folder of the data; stop with how to mend it where it is missing."""
    place = chosen or Path(os.environ.get("GUIDE_BENCH_DATA") or SHARED)
    if not (place / SETS[0]).is_dir():
        raise SystemExit(f"No intent data in {place}: set GUIDE_BENCH_DATA to its folder.")
    return place


def pairs(path: Path) -> list[Pair]:
    """Return the rows of a JSON lines file."""
    rows = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return [(row["text"], row.get("intent", "")) for row in rows]


def sampled(rows: Sequence[Pair], count: int | None) -> list[Pair]:
    """Return every n-th row, so that all intents stay."""
    return list(rows) if count is None else list(rows[:: max(1, len(rows) // count)])


def ours(
    train: Sequence[Pair], tests: Sequence[Sequence[Pair]], strangers: list[str]
) -> list[float]:
    """Return top-1 on each test file, then AUROC against strangers (NaN without)."""
    figures = [
        evaluate(train, test, strangers if at == 0 else ()) for at, test in enumerate(tests)
    ]
    area = figures[0]["auroc"]
    return [float(one["top1"] or 0) for one in figures] + [float("nan") if area is None else area]


def peer(scorer: Scorer, tests: Sequence[Sequence[Pair]], strangers: list[str]) -> list[float]:
    """Return the same figures for a peer."""
    shares, inside = [], []
    for at, test in enumerate(tests):
        ranked = [scorer(text)[0] for text, _ in test]
        pairs_of = zip(ranked, test, strict=True)
        shares.append(sum(found[0] == wanted[1] for found, wanted in pairs_of) / len(test))
        if at == 0:
            inside = [score for _, score in ranked]
    outside = [scorer(text)[0][1] for text in strangers]
    return [*shares, auroc(inside, outside) if outside else float("nan")]


def fuzzy(train: Sequence[Pair]) -> Scorer:
    """Return rapidfuzz's token_set_ratio, nearest phrasing."""
    texts = [text.lower() for text, _ in train]

    def score(text: str) -> list[tuple[str, float]]:
        _, value, at = process.extractOne(text.lower(), texts, scorer=fuzz.token_set_ratio)
        return [(train[at][1], value)]

    return score


def bm25(train: Sequence[Pair]) -> Scorer:
    """Return BM25 over the phrasings, nearest phrasing."""
    import bm25s

    index = bm25s.BM25()
    index.index(
        bm25s.tokenize([text for text, _ in train], show_progress=False), show_progress=False
    )

    def score(text: str) -> list[tuple[str, float]]:
        query = bm25s.tokenize([text], show_progress=False)
        found, values = index.retrieve(query, k=1, show_progress=False)
        return [(train[int(found[0][0])][1], float(values[0][0]))]

    return score


def tfidf(train: Sequence[Pair]) -> Scorer:
    """Return TF-IDF over words and letters with logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    model = make_pipeline(make_union(words, letters), LogisticRegression(C=20, max_iter=300))
    model.fit([text for text, _ in train], [intent for _, intent in train])

    def score(text: str) -> list[tuple[str, float]]:
        chances = model.predict_proba([text])[0]
        best = int(np.argmax(chances))
        return [(str(model.classes_[best]), float(chances[best]))]

    return score


PEERS = {"rapidfuzz token_set_ratio": fuzzy, "BM25": bm25, "TF-IDF + logistic regression": tfidf}


def run(data: Path, *, short: bool) -> list[Row]:
    """Measure ours and the peers; ``short`` takes one draw and a sample."""
    rows = []
    for name in SETS:
        for shots in (5, 10):
            for seed in (0,) if short else (0, 1, 2):
                rows += _draw(data / name, name, shots, seed, SAMPLE if short else None)
    return rows


def _draw(place: Path, name: str, shots: int, seed: int, sample: int | None) -> list[Row]:
    train = pairs(place / f"train_{shots}shot_s{seed}.jsonl")
    tests = [sampled(pairs(place / f"{part}.jsonl"), sample) for part in SLIPS]
    path = place / "oos_test.jsonl"
    strangers = [text for text, _ in sampled(pairs(path), sample)] if path.exists() else []
    found = {"ours, without weights": ours(train, tests, strangers)}
    if seed == 0:
        found |= {key: peer(build(train), tests, strangers) for key, build in PEERS.items()}
    return [
        Row(key, name, shots, seed, *(round(value, 4) for value in figures))
        for key, figures in found.items()
    ]


@dataclass(frozen=True, slots=True)
class Growth:
    """How a matcher of one size builds and answers."""

    phrasings: int
    build_s: float
    peak_mb: float
    p50_ms: float
    p99_ms: float
    rapidfuzz_ms: float
    ratio: float


def growth(sizes: Sequence[int] = GROWTH) -> list[Growth]:
    """Measure made-up knowledge bases of growing size, ten phrasings a topic."""
    return [_grown(size) for size in sizes]


def _grown(size: int) -> Growth:
    random = np.random.default_rng(size)
    words = [
        f"{a}{b}{c}"
        for a in "bdfgklmnprst"
        for b in ("a", "e", "io", "u")
        for c in ("lo", "nt", "rs", "ck")
    ]
    said = [" ".join(random.choice(words, 6)) for _ in range(size)]
    tracemalloc.start()
    began = time.perf_counter()
    matcher = Matcher.build(
        Phrase(text=text, intent=f"t{at // 10}") for at, text in enumerate(said)
    )
    build = time.perf_counter() - began
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    asked = [" ".join(random.choice(words, 6)) for _ in range(200)]
    times = sorted(_timed(lambda text=text: matcher.rank(text)) for text in asked)  # type: ignore[misc]
    naive = median(_timed(lambda text=text: process.extractOne(text, said)) for text in asked[:20])  # type: ignore[misc]
    p50 = median(times)
    return Growth(
        size,
        round(build, 2),
        round(peak, 1),
        round(p50, 3),
        round(times[-2], 3),
        round(naive, 2),
        round(naive / p50, 1),
    )


def _timed(run_it: Callable[[], object]) -> float:
    began = time.perf_counter()
    run_it()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Print every figure as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--short", action="store_true")
    chosen = parser.parse_args()
    for row in run(folder(chosen.data), short=chosen.short):
        print(json.dumps(asdict(row)))
    for size in growth(GROWTH[:2] if chosen.short else GROWTH):
        print(json.dumps(asdict(size)))


if __name__ == "__main__":
    main()
