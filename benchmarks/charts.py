"""Charts of the benchmarks, as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from knowledge.answering.drawing import LINE, QUIET, box, rule, svg, text

_OURS = "#0b5cad"
_LINE_HEIGHT = 26
_FULL = 320


def bars(title: str, shares: Mapping[str, float]) -> str:
    """Return horizontal bars of shares from 0 to 1, the largest first, ours in another color."""
    rows = sorted(shares.items(), key=lambda row: -row[1])
    parts = [text(10, 22, title, size=15, bold=True)]
    for at, (name, share) in enumerate(rows):
        y = 36 + at * _LINE_HEIGHT
        color = _OURS if name.startswith("ours") else QUIET
        parts += [
            text(10, y + 15, name, size=13),
            box(250, y, share * _FULL, 20, color, round_by=2),
            text(256 + share * _FULL, y + 15, f"{share:.2f}", size=13),
        ]
    return svg(640, 50 + _LINE_HEIGHT * len(rows), title, *parts)


def reliability_chart(rows: Sequence[tuple[str, int, float]]) -> str:
    """Return how often readings were right by how sure they were said to be.

    Args:
        rows: the tenth ("0.8-0.9"), the number of readings, and the share that was right.
    """
    side, left, top = 300, 60, 40
    bottom, right = top + side, left + side
    parts = [
        text(10, 22, "Right, by how sure it was said to be", size=15, bold=True),
        box(left, top, side, side, "none", stroke=LINE, line=1, round_by=0),
        rule(left, bottom, right, top, width=1),
        text(left + side / 2, bottom + 40, "said to be right", size=13, anchor="middle"),
    ]
    for share in (0, 0.5, 1):
        parts += [
            text(left + share * side, bottom + 18, f"{share:g}", size=13, anchor="middle"),
            text(left - 10, bottom - share * side + 5, f"{share:g}", size=13, anchor="end"),
        ]
    for said, count, share in rows:
        x = left + (float(said.split("-")[0]) + 0.05) * side
        radius = 3 + min(count, 400) ** 0.5 / 2
        y = bottom - share * side
        parts.append(box(x - radius, y - radius, 2 * radius, 2 * radius, _OURS, round_by=9))
    return svg(right + 30, bottom + 55, "Right, by how sure it was said to be", *parts)
