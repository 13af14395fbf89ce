"""The general matcher on public intent data, beside its peers in the same run.

The data (CLINC150, BANKING77; few-shot draws and typo copies) lies in a shared folder beside the
checkout, or where ``--data`` or ``GUIDE_BENCH_DATA`` says. Only ``test`` files are reported here;
whatever is tuned is tuned on ``val``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.peers import Answer, Peer, peers
from knowledge.matching.evaluation import auroc
from knowledge.matching.matching import Matcher, Options, Phrase
from knowledge.matching.semantic import Encoder, load_encoder

SHARED = Path(__file__).parent.parent.parent / "shared" / "datasets"
SETS = ("clinc150", "banking77")
SLIPS = ("test", "test_typo1", "test_typo2")
SAMPLE = 400
GROWTH = (1_000, 10_000, 100_000)

Pair = tuple[str, str]
ACCEPTED = 95
MOST_PEERS_SHOTS = 5
"""Peers are asked on one draw of five phrasings an intent: they are there to compare with."""


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
    auroc: float
    refused: float
    """Share of the strangers refused where 95 % of ours are accepted; NaN without strangers."""


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


class Ours:
    """Our matcher: by words alone, or asking for the meaning where words leave doubt."""

    def __init__(self, encoder: Encoder | None = None) -> None:
        self.name = "ours, with meaning" if encoder else "ours, without weights"
        self._encoder = encoder

    def fit(self, train: Sequence[Pair]) -> None:
        """Learn phrasings, and read the names of intents as `guide evaluate` does."""
        phrases = [Phrase(text=text, intent=intent) for text, intent in train]
        options = Options(read_intents=True)
        self._matcher = Matcher.build(phrases, options=options, semantic=self._encoder)

    def answer(self, texts: Sequence[str]) -> list[Answer]:
        """Return what each text means; a peer of the peers."""
        return [self._best(text) for text in texts]

    def _best(self, text: str) -> Answer:
        ranking = self._matcher.rank(text, limit=1)
        if self._encoder and ranking.in_doubt():
            ranking = self._matcher.reconsider(text, limit=1)
        best = ranking.matches[:1]
        return (best[0].intent, best[0].score) if best else ("", 0.0)


def measured(peer: Peer, tests: Sequence[Sequence[Pair]], strangers: list[str]) -> list[float]:
    """Return top-1 on each test file, then AUROC and strangers refused (NaN without any)."""
    texts = [text for test in tests for text, _ in test] + strangers
    found = iter(peer.answer(texts))
    answers = [[next(found) for _ in test] for test in tests]
    shares = [
        float(np.mean([got == wanted for (got, _), (_, wanted) in zip(some, test, strict=True)]))
        for some, test in zip(answers, tests, strict=True)
    ]
    inside = [score for _, score in answers[0]]
    outside = [score for _, score in found]
    if not outside:
        return [*shares, float("nan"), float("nan")]
    floor = np.percentile(inside, 100 - ACCEPTED)
    return [*shares, auroc(inside, outside), float(np.mean(np.array(outside) < floor))]


def run(data: Path, *, short: bool) -> list[Row]:
    """Measure ours and the peers; ``short`` takes one draw and a sample."""
    rows = []
    others = peers()
    encoder = load_encoder(threads=os.cpu_count() or 1, tuned=False)
    for name in SETS:
        for shots in (5, 10):
            for seed in (0,) if short else (0, 1, 2):
                ours = [Ours(), *([Ours(encoder)] if encoder else [])]
                asked = [*ours, *(others if seed == 0 and shots == MOST_PEERS_SHOTS else [])]
                rows += _draw(data / name, shots, seed, SAMPLE if short else None, asked)
    return rows


def _draw(
    place: Path, shots: int, seed: int, sample: int | None, asked: Sequence[Peer]
) -> list[Row]:
    train = pairs(place / f"train_{shots}shot_s{seed}.jsonl")
    tests = [sampled(pairs(place / f"{part}.jsonl"), sample) for part in SLIPS]
    path = place / "oos_test.jsonl"
    strangers = [text for text, _ in sampled(pairs(path), sample)] if path.exists() else []
    rows = []
    for one in asked:
        one.fit(train)
        figures = [round(value, 4) for value in measured(one, tests, strangers)]
        rows.append(Row(one.name, place.name, shots, seed, *figures))
    return rows


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
    """Measure growing numbers of phrasings, each in a process of its own (for its memory)."""
    found = []
    for size in sizes:
        command = [sys.executable, "-m", "benchmarks.matching_growth", str(size)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found.append(Growth(**json.loads(done.stdout)))
    return found


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
