"""``make bench``: runs the benchmarks and writes ``docs/benchmarks.md``.

Each section stands in a file of its own until all are joined, so that one can be measured again:
``python -m benchmarks --only speed,replies``.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from statistics import median

from threadpoolctl import threadpool_limits

from benchmarks import (
    crash,
    curators,
    domain,
    end_to_end,
    fuzz,
    grouping,
    matching,
    publishing,
    scale,
    soak,
)
from benchmarks.charts import bars, reliability_chart
from knowledge.editing.checks import load
from knowledge.matching.semantic import load_encoder
from knowledge.reading import read_folder
from knowledge.snapshot import Snapshot

DOCS = Path(__file__).parent.parent / "docs"
REPORT = DOCS / "benchmarks.md"
PICTURES = DOCS / "pictures"
OUTCOMES = ("right", "offered", "silent", "wrong", "answered", "refused")
MARK = "<!-- section: {} -->"


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def machine() -> str:
    """Return what this was measured on, and when."""
    today = datetime.now(UTC).date().isoformat()
    python = platform.python_version()
    return f"{today}, {os.cpu_count()} cores, {platform.machine()}, Python {python}"


@cache
def words() -> Snapshot:
    """Return the shipped content, understood by words alone."""
    return Snapshot(load(read_folder()))


@cache
def whole() -> Snapshot:
    """Return the shipped content with the embedding, where it is installed."""
    snapshot = Snapshot(words().content, encoder=load_encoder())
    snapshot.understanding.prepare()
    return snapshot


def own_questions() -> str:
    """Return how our own questions fare, both halves, with and without the embedding."""
    parts = {"words alone": words()}
    if whole().understanding.has_meaning:
        parts["words and meaning"] = whole()
    rows = [
        (name, part, split, tally.total, *(f"{tally.share(one):.3f}" for one in OUTCOMES))
        for part, snapshot in parts.items()
        for split in ("validation", "test")
        for _, name, tally in domain.measure(snapshot, split)
    ]
    told = domain.reliability(whole(), "test")
    (PICTURES / "reliability.svg").write_text(reliability_chart(told), "utf-8")
    return "\n\n".join(
        [
            "Shares of each file. For strangers, `answered` is wrong and `offered` or `refused` "
            "is fine. Of several questions in one message the worst counts: one that is dropped "
            "is `silent`. Phrasings and thresholds were chosen on the validation half only, so "
            "the test half is the one to believe.",
            table(("file", "understood by", "half", "questions", *OUTCOMES), rows),
            "How often a first reading was right, by how sure it was said to be (test half):",
            "![Share of first readings that were right, by tenths of sureness; on the diagonal "
            "it would be exact](pictures/reliability.svg)",
            table(
                ("said", "questions", "right"),
                ((said, count, f"{share:.2f}") for said, count, share in told),
            ),
        ]
    )


def speed() -> str:
    """Return how long understanding takes on the shipped content, each question asked once."""
    began = time.perf_counter()
    fresh = Snapshot(load(read_folder()))  # remembers no question yet
    built = time.perf_counter() - began
    deeper = whole.__wrapped__()
    asked = [row["q"] for row in domain.load_questions("english.yaml", "test")]
    rows = []
    for name, snapshot in (("words alone", fresh), ("the whole cascade", deeper)):
        times = []
        for text in asked:
            began = time.perf_counter()
            snapshot.understanding.read(text, deeper=True)
            times.append((time.perf_counter() - began) * 1000)
        times.sort()
        p99 = times[int(len(times) * 0.99)]
        rows.append((name, len(times), f"{median(times):.2f}", f"{p99:.2f}"))
    return "\n\n".join(
        [
            table(("understood by", "fresh questions", "p50 ms", "p99 ms"), rows),
            f"Reading, checking and compiling the shipped content: {built:.2f} s.",
        ]
    )


def like_questions() -> str:
    """Return how well like questions are put together."""
    return "\n\n".join(
        [
            "Pairs rightly put together (precision) and pairs found (recall), each averaged over "
            f"{grouping.ORDERS} orders of asking. The weights and the threshold were chosen on "
            "the labelled set, the near-misses and the topics together, so those figures flatter "
            "somewhat; CLINC150's intents nobody here wrote or tuned on. A group that holds a "
            "stranger costs more than two groups for one question, so precision goes first.",
            table(("data", "precision", "recall"), grouping.report(words().understanding)),
        ]
    )


def public_data(short: bool) -> str:
    """Return how the matcher does on public data, beside its peers."""
    rows = matching.run(matching.folder(None), short=short)
    heads = ("matcher", "data", "shots", "draw", "clean", "1 slip", "2 slips", "AUROC", "refused")
    shown = {r.matcher: r.clean for r in rows if (r.data, r.shots, r.seed) == ("clinc150", 5, 0)}
    chart = bars("CLINC150, 5 phrasings an intent: right at first", shown)
    (PICTURES / "matchers.svg").write_text(chart, "utf-8")
    return "\n\n".join(
        [
            "`refused`: strangers refused where 95 % of ours are accepted.",
            "![Share right at first of each matcher](pictures/matchers.svg)",
            table(
                heads,
                (
                    (
                        *(r.matcher, r.data, r.shots, r.seed),
                        *(r.clean, r.one_slip, r.two_slips, r.auroc, r.refused),
                    )
                    for r in rows
                ),
            ),
        ]
    )


def growth(short: bool) -> str:
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


def refreshing(short: bool) -> str:
    """Return how long staff wait, and whether trainees notice."""
    return table(("what", "figure"), publishing.run(short=short))


def curating(short: bool) -> str:
    """Return how quick grouping and the console are with a long log."""
    rows = curators.report(10_000 if short else curators.QUESTIONS)
    return table(("database", "what", "figure"), rows)


def replies(short: bool) -> str:
    """Return replies a second, beside two echo bots."""
    gc.freeze()  # else collecting what other sections left takes the load generator's time
    figures = asyncio.run(end_to_end.run(1000 if short else 3000, 1 if short else 3, ""))
    heads = ("bot", "replies/s", "p50 ms", "p99 ms", "resident MB")
    return "\n\n".join(
        [
            "Fifty people in a closed loop over HTTP on this machine. Ours understands every "
            "question and commits it before it answers; the echo bots do neither.",
            table(
                heads,
                (
                    (f.bot, f.replies_per_second, f.p50_ms, f.p99_ms, f.resident_mb)
                    for f in figures
                ),
            ),
        ]
    )


SECTIONS: dict[str, tuple[str, Callable[[bool], str]]] = {
    "questions": ("Our own questions", lambda _: own_questions()),
    "speed": ("Speed of understanding", lambda _: speed()),
    "grouping": ("Grouping of like questions", lambda _: like_questions()),
    "public": ("Public intent data", public_data),
    "growth": ("Growth", growth),
    "publishing": ("Refreshing the knowledge base", refreshing),
    "curators": ("A long log", curating),
    "replies": ("Replies a second", replies),
    "scale": (
        "Replicas, and a very long log",
        lambda short: scale.section(rows=100_000 if short else 10_000_000),
    ),
    "crash": ("Killed under load", lambda short: crash.section(short=short)),
    "soak": ("Steady load", lambda short: soak.section(minutes=2 if short else 60)),
    "fuzz": (
        "Updates of every kind",
        lambda short: fuzz.section(count=5_000 if short else 100_000),
    ),
}


def earlier() -> dict[str, str]:
    """Return the sections of the report as it stands."""
    if not REPORT.exists():
        return {}
    text = REPORT.read_text("utf-8")
    found = {}
    for name in SECTIONS:
        _, _, rest = text.partition(MARK.format(name))
        if rest:
            found[name] = rest.partition("<!-- section")[0].strip()
    return found


def main() -> None:
    """Run all, or some, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="one draw, samples, one round")
    parser.add_argument("--only", default=",".join(SECTIONS), help="sections, as speed,replies")
    chosen = parser.parse_args()
    threadpool_limits(1, user_api="blas")  # as bot.cli does
    sections = earlier()
    for name in chosen.only.split(","):
        title, measure = SECTIONS[name]
        print(f"{title} …", flush=True)
        how = " (short: one draw, samples)" if chosen.short else ""
        told = measure(chosen.short)
        sections[name] = f"## {title}\n\nMeasured {machine()}{how}.\n\n{told}"
        _write(sections)
    print(f"Wrote {REPORT.name}.")


def _write(sections: dict[str, str]) -> None:
    head = (
        "# Benchmarks\n\n`make bench` measures all of this again and writes this page. Machines "
        "are shared and noisy: compare rows of one run, not figures across runs."
    )
    kept = [f"{MARK.format(name)}\n{sections[name]}" for name in SECTIONS if name in sections]
    REPORT.write_text("\n\n".join([head, *kept]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
