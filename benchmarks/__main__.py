"""``make bench``: runs the benchmarks and writes ``docs/benchmarks.md``."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks import domain, end_to_end, grouping, matching
from knowledge.checks import load
from knowledge.reading import read_folder
from knowledge.snapshot import Snapshot

REPORT = Path(__file__).parent.parent / "docs" / "benchmarks.md"
OUTCOMES = ("right", "offered", "silent", "wrong", "answered", "refused")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def machine() -> str:
    """Return what this was measured on, and when."""
    today = datetime.now(UTC).date().isoformat()
    python = platform.python_version()
    return f"{today}, {os.cpu_count()} cores, {platform.machine()}, Python {python}"


def own_questions(snapshot: Snapshot) -> str:
    """Return how our own questions fare, both halves."""
    rows = [
        (kind, name, split, tally.total, *(f"{tally.share(one):.3f}" for one in OUTCOMES))
        for split in ("validation", "test")
        for kind, name, tally in domain.measure(snapshot, split)
    ]
    return table(("kind", "file", "half", "questions", *OUTCOMES), rows)


def speed(snapshot: Snapshot) -> str:
    """Return how long understanding takes on the shipped content, each question asked once."""
    asked = [row["q"] for row in domain.load_questions("english.yaml", "test")]
    times = []
    for text in asked:
        began = time.perf_counter()
        snapshot.understanding.read(text)
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    p99 = times[int(len(times) * 0.99)]
    return f"p50 {median(times):.2f} ms, p99 {p99:.2f} ms over {len(times)} fresh questions."


def public_data(*, short: bool) -> str:
    """Return how the matcher does on public data, beside its peers."""
    rows = matching.run(matching.folder(None), short=short)
    heads = ("matcher", "data", "shots", "draw", "clean", "1 slip", "2 slips", "AUROC")
    return table(
        heads,
        (
            (r.matcher, r.data, r.shots, r.seed, r.clean, r.one_slip, r.two_slips, r.auroc)
            for r in rows
        ),
    )


def growth(*, short: bool) -> str:
    """Return how building and answering grow."""
    heads = ("phrasings", "build s", "peak MB", "p50 ms", "p99 ms", "rapidfuzz ms", "ratio")
    sizes = matching.growth(matching.GROWTH[:2] if short else matching.GROWTH)
    return table(
        heads,
        (
            (g.phrasings, g.build_s, g.peak_mb, g.p50_ms, g.p99_ms, g.rapidfuzz_ms, g.ratio)
            for g in sizes
        ),
    )


def replies(*, short: bool) -> str:
    """Return replies a second, beside two echo bots."""
    figures = asyncio.run(end_to_end.run(1000 if short else 3000, 1 if short else 3, ""))
    heads = ("bot", "replies/s", "p50 ms", "p99 ms", "resident MB")
    return table(
        heads, ((f.bot, f.replies_per_second, f.p50_ms, f.p99_ms, f.resident_mb) for f in figures)
    )


def main() -> None:
    """Run all and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="one draw, samples, one round")
    short = parser.parse_args().short
    began = time.perf_counter()
    snapshot = Snapshot(load(read_folder()))
    built = time.perf_counter() - began
    parts = [
        "# Benchmarks",
        f"Measured by `make bench` on {machine()}. The machine is shared and noisy: compare rows "
        "of one run, not figures across runs.",
        "## Our own questions",
        "Shares of each file. For strangers, `answered` is wrong and `offered` or `refused` is "
        "fine. Thresholds were chosen on the validation half only.",
        own_questions(snapshot),
        "## Speed of understanding",
        f"{speed(snapshot)} Reading and compiling the shipped content: {built:.2f} s.",
        "## Grouping of like questions",
        "Pairs rightly put together (precision) and pairs found (recall). The themes were written "
        "by somebody who had read both halves of the labelled set, so those figures flatter; what "
        "words alone do, and CLINC150's intents, do not.",
        table(("data", "precision", "recall"), grouping.report(snapshot.understanding)),
        "## Public intent data",
        public_data(short=short),
        "## Growth",
        growth(short=short),
        "## Replies a second",
        "Fifty people in a closed loop over HTTP on this machine. Ours understands every question "
        "and commits it before it answers; the echo bots do neither.",
        replies(short=short),
    ]
    REPORT.write_text("\n\n".join(parts) + "\n", "utf-8")
    print(f"Wrote {REPORT.name}.")


if __name__ == "__main__":
    main()
