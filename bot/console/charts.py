"""Charts as inline SVG: no script, no style attribute, words for a screen reader. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from knowledge.store.demand import Day

WIDTH, HEIGHT, FOOT, SIDE = 640, 200, 22, 30


def bars(days: Sequence[Day]) -> Markup:
    """Return questions a day as bars, the answered share of each filled."""
    most = max((day.asked for day in days), default=0) or 1
    step = (WIDTH - SIDE) / max(len(days), 1)
    top = HEIGHT - FOOT
    drawn = []
    for place, day in enumerate(days):
        x, wide = SIDE + place * step + 1, max(step - 2, 1)
        whole, part = (many / most * (top - 14) for many in (day.asked, day.answered))
        told = f"{day.day.isoformat()}: {day.asked} asked, {day.answered} answered"
        drawn.append(
            f"<g><title>{told}</title>"
            f'<rect class="asked" x="{x:.1f}" y="{top - whole:.1f}" width="{wide:.1f}" '
            f'height="{whole:.1f}"/>'
            f'<rect class="answered" x="{x:.1f}" y="{top - part:.1f}" width="{wide:.1f}" '
            f'height="{part:.1f}"/></g>'
        )
    total, answered = sum(day.asked for day in days), sum(day.answered for day in days)
    label = (
        f"{total} questions in {len(days)} days, {answered} of them answered; most in a day {most}"
    )
    every = max(len(days) // 4, 1)
    marks = [
        (SIDE + (at + 0.5) * step, HEIGHT - 5, day.day.strftime("%d %b"))
        for at, day in enumerate(days)
    ][::-1][::every]  # from today backwards, so that the last bar has its day
    marks += [(SIDE / 2, top, "0"), (SIDE / 2, 24, str(most))]
    return _svg(label, drawn, marks)


def _svg(label: str, drawn: Sequence[str], marks: Sequence[tuple[float, float, str]]) -> Markup:
    put = [(min(max(x, 8), WIDTH - 22), y, escape(mark)) for x, y, mark in marks]
    words = [
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle">{mark}</text>' for x, y, mark in put
    ]
    return Markup(  # noqa: S704 - numbers of ours and escaped words only
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(label)}" preserveAspectRatio="xMinYMin meet">'
        f"{''.join(drawn)}{''.join(words)}</svg>"
    )
