"""Draws SVG by hand, and turns it into PNG with the font that travels with the package."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from html import escape
from importlib.resources import files

from knowledge.errors import GuideError

FONT = "Atkinson Hyperlegible"
"""Made for people who see badly; every letter is told from its neighbours."""

INK = "#1b1f24"
QUIET = "#4a5560"
PAPER = "#ffffff"
LINE = "#c9d1d9"

_PATIENCE = 30
"""Seconds after which a drawing is given up: others wait for their turn."""


def svg(width: int, height: int, title: str, *parts: str) -> str:
    """Return a drawing; the title is what a screen reader says."""
    said = escape(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-label="{said}" '
        f"font-family=\"'{FONT}', sans-serif\"><title>{said}</title>"
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>{"".join(parts)}</svg>'
    )


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = 32,
    fill: str = INK,
    bold: bool = False,
    anchor: str = "start",
) -> str:
    """Return words at a place."""
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{fill}" '
        f'text-anchor="{anchor}"{weight}>{escape(words)}</text>'
    )


def box(
    x: float,
    y: float,
    width: float,
    height: float,
    fill: str,
    *,
    stroke: str = "none",
    line: int = 0,
    round_by: int = 8,
) -> str:
    """Return a rectangle."""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{round_by}" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="{line}"/>'
    )


def rule(x1: float, y1: float, x2: float, y2: float, *, color: str = LINE, width: int = 3) -> str:
    """Return a line."""
    return (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" '
        f'stroke="{color}" stroke-width="{width}" stroke-linecap="round"/>'
    )


def wrapped(words: str, widest: int) -> list[str]:
    """Cut a text into lines of at most so many letters, between words."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= widest or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def to_png(drawing: str) -> bytes:
    """Return a drawing as PNG; the same on every machine, whatever fonts it has.

    A process of its own draws it: resvg needs a tenth of a second and lets nothing else in its
    process run meanwhile, so that everybody would wait for one picture.

    Raises:
        GuideError: no process can be started, or it cannot draw this, or not in time.
    """
    command = [sys.executable, "-P", "-m", __name__]  # -P: nothing of the current folder
    try:
        done = subprocess.run(  # noqa: S603 - this very file, with Python itself
            command, input=drawing.encode(), capture_output=True, check=True, timeout=_PATIENCE
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", None) or str(error).encode()).decode(errors="replace")
        raise GuideError("A picture cannot be drawn ({why}).", why=said.splitlines()[-1]) from None
    return done.stdout


def _drawn(drawing: str) -> bytes:
    import resvg_py  # only the process that draws needs it

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawing,
            skip_system_fonts=True,
            font_files=list(_fonts()),
            font_family=FONT,
            sans_serif_family=FONT,
        )
    )


@cache
def _fonts() -> tuple[str, ...]:
    folder = files("fontpkg_atkinson_hyperlegible") / "files"
    names = ("AtkinsonHyperlegible-Regular.ttf", "AtkinsonHyperlegible-Bold.ttf")
    return tuple(str(folder / name) for name in names)


if __name__ == "__main__":
    sys.stdout.buffer.write(_drawn(sys.stdin.buffer.read().decode()))
