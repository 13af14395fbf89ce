"""The pictures that go with answers: the map of the regions, and pay as a small chart. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.answering.drawing import (
    INK,
    PAPER,
    QUIET,
    box,
    rule,
    svg,
    text,
    to_png,
    wrapped,
)
from knowledge.facts import say_fact, say_value
from knowledge.schema import Content, Fact, Kind, Thing
from knowledge.texts import say_date, translator

WIDTH = 1080

_GRID = (
    "AK .. .. .. .. .. .. .. .. .. ME",
    ".. .. .. .. .. .. .. .. .. VT NH",
    "WA ID MT ND MN IL WI MI NY RI MA",
    "OR NV WY SD IA IN OH PA NJ CT ..",
    "CA UT CO NE MO KY WV VA MD DE ..",
    ".. AZ NM KS AR TN NC SC DC .. ..",
    ".. .. .. OK LA MS AL GA .. .. ..",
    "HI .. .. TX .. .. .. .. FL .. ..",
    ".. .. .. GU MP AS .. .. .. PR VI",
)
"""One tile for each state, about where it lies."""

_Colors = tuple[str, str]
"""The quiet color under dark letters, the strong one under white letters."""

_COLORS: tuple[_Colors, ...] = (
    ("#d7e8f5", "#1c5a94"),
    ("#fbe6c3", "#7d5000"),
    ("#dcefd4", "#2a662a"),
    ("#f9dad6", "#9c3226"),
    ("#e6ddf2", "#573a88"),
)
"""Of the regions in their order."""
_NONE: _Colors = ("#eceff2", "#56606b")
_FRAMED = '<g class="here">'
_LEFT, _TOP, _TILE, _STEP = 27, 150, 88, 94


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing, and what it shows in words."""

    svg: str
    alt: str

    def png(self) -> bytes:
        """Return it as PNG."""
        return to_png(self.svg)


def draw(name: str, content: Content, language: str) -> Picture | None:
    """Return the picture of a name such as ``map:ohio`` or ``pay:trainer``; None for no such."""
    kind, _, key = name.partition(":")
    thing = content.things.get(key)
    if kind == "map":
        return region_map(content, thing, language)
    if kind == "pay" and thing:
        return pay_chart(content, thing, language)
    return None


def region_map(content: Content, marked: Thing | None, language: str) -> Picture:
    """Draw the country in tiles, each with its state and region, with what was asked marked."""
    _ = translator(language)
    region = _region_of(marked)
    regions = content.of_kind(Kind.REGION)
    colors = {thing.id: pair for thing, pair in zip(regions, _COLORS, strict=False)}
    title = _map_title(marked, region, content, language)
    states = {s.place.state: s for s in content.of_kind(Kind.STATE) if s.place}
    tiles = [
        _tile((column, row), states[code], marked, region, colors)
        for row, line in enumerate(_GRID)
        for column, code in enumerate(line.split())
        if code in states
    ]
    tiles.sort(key=lambda tile: tile.startswith(_FRAMED))
    foot = _TOP + len(_GRID) * _STEP + 24
    legend = [
        _legend(thing, foot + place * 72, colors.get(thing.id, _NONE), region, language)
        for place, thing in enumerate(regions)
    ]
    height = foot + 72 * len(regions) + 118
    alt = f"{title}. " + _(
        "A map of the United States in tiles, one for each state, each with the letter of its "
        "region."
    )
    drawing = svg(
        WIDTH,
        height,
        alt,
        text(_LEFT, 62, title, size=46, bold=True),
        text(_LEFT, 112, _("Regions of the 2010 program. They ended in 2013."), fill=QUIET),
        *tiles,
        *legend,
        text(_LEFT, height - 70, _("GU, MP, AS, PR, VI: no source gives a region."), fill=QUIET),
        text(_LEFT, height - 26, _("States are tiles, not to scale."), fill=QUIET),
    )
    return Picture(svg=drawing, alt=alt)


def _map_title(marked: Thing | None, region: str | None, content: Content, language: str) -> str:
    _ = translator(language)
    if marked is None or marked.kind not in (Kind.STATE, Kind.REGION):
        return _("The {n} regions", n=len(content.of_kind(Kind.REGION)))
    name = marked.name.say(language)
    if region is None:
        return _("{state}: region not known", state=name)
    named = content.things[region]
    area = say_fact(named.facts["area"], language)
    if marked.kind is Kind.REGION:
        return f"{name}: {area}"
    return _("{state}: {region}, {area}", state=name, region=named.name.say(language), area=area)


def _region_of(marked: Thing | None) -> str | None:
    if marked is None:
        return None
    if marked.kind is Kind.REGION:
        return marked.id
    return next(iter(marked.links.get("region", ())), None)


def _tile(
    at: tuple[int, int],
    state: Thing,
    marked: Thing | None,
    region: str | None,
    colors: Mapping[str, _Colors],
) -> str:
    """Draw one state: its code, its region's letter, a frame where it is the one asked for."""
    own = next(iter(state.links.get("region", ())), "")
    (column, row), (quiet, strong) = at, colors.get(own, _NONE)
    x, y = _LEFT + column * _STEP, _TOP + row * _STEP
    here = marked is not None and state.id == marked.id
    bright = here or (own == region and region is not None)
    ink = PAPER if bright else INK
    code = state.postal
    frame = box(x - 7, y - 7, _TILE + 14, _TILE + 14, PAPER, stroke=INK, line=7, round_by=14)
    return (
        (f"{_FRAMED}{frame}</g>" if here else "")
        + box(x, y, _TILE, _TILE, strong if bright else quiet)
        + text(x + _TILE / 2, y + 47, code, size=36, bold=True, fill=ink, anchor="middle")
        + text(x + _TILE / 2, y + 78, own.upper(), size=25, fill=ink, anchor="middle")
    )


def _legend(thing: Thing, y: int, colors: _Colors, region: str | None, language: str) -> str:
    quiet, strong = colors
    bright = thing.id == region
    letter = PAPER if bright else INK
    area, lead = (say_fact(thing.facts[name], language) for name in ("area", "lead"))
    words = f"{thing.name.say(language)}, {area}"
    return (
        box(_LEFT, y, 52, 52, strong if bright else quiet)
        + text(_LEFT + 26, y + 38, thing.id.upper(), bold=True, fill=letter, anchor="middle")
        + text(_LEFT + 70, y + 25, words, size=29, bold=True)
        + text(_LEFT + 70, y + 55, lead, size=25, fill=QUIET)
    )


_AXIS_LEFT, _AXIS_WIDTH, _BAR_TOP = 70, 940, 290


def pay_chart(content: Content, thing: Thing, language: str) -> Picture | None:
    """Draw the range of pay of the occupation nearest to a role."""
    occupation = _occupation(content, thing)
    median = occupation.facts.get("pay_median") if occupation else None
    if occupation is None or median is None or not _amount(median):
        return None
    _ = translator(language)
    name, of = thing.name.say(language), occupation.name.say(language)
    title = _("Pay: {name}", name=name)
    nearest = _("Nearest occupation: {name}", name=of) if thing is not occupation else ""
    low, high = occupation.facts.get("pay_low"), occupation.facts.get("pay_high")
    said = [say_fact(fact, language) for fact in (median, low, high) if fact and _amount(fact)]
    year = say_fact(median, language)
    head = wrapped(title, 46)
    parts = [text(40, 66 + 52 * at, line, size=44, bold=True) for at, line in enumerate(head)]
    shift = 52 * (len(head) - 1)
    parts.append(text(40, 118 + shift, nearest, fill=QUIET))
    parts += _range(median, low, high, language, shift)
    foot = _BAR_TOP + 285 + shift
    lines = [*wrapped(_sentence(year), 62), *wrapped(_outlook(occupation, language), 62)]
    parts += [text(40, foot + 44 * at, line, size=31) for at, line in enumerate(lines)]
    source = content.sources[median.source[0]].called(language)
    day = say_date(median.as_of, language)
    credit = _("Source: {source}, {day}. Not starting pay.", source=source, day=day)
    small = wrapped(credit, 72)
    below = foot + 44 * len(lines) + 20
    parts += [text(40, below + 36 * n, x, size=27, fill=QUIET) for n, x in enumerate(small)]
    height = below + 36 * len(small) + 6
    alt = f"{title}. {nearest}. " + ". ".join(said) + f". {credit}"
    return Picture(svg=svg(WIDTH, height, alt, *parts), alt=alt)


def _occupation(content: Content, thing: Thing) -> Thing | None:
    """Return the occupation whose pay stands for a thing: itself, or a role's nearest."""
    if thing.kind is Kind.OCCUPATION:
        return thing
    return next((content.things[key] for key in thing.links.get("occupations", ())), None)


def _amount(fact: Fact | None) -> float:
    """Return a fact's number; 0 where it has none."""
    if fact is None or fact.blank or not isinstance(fact.value, int | float):
        return 0.0
    return float(fact.value)


def _range(
    median: Fact, low: Fact | None, high: Fact | None, language: str, shift: int
) -> list[str]:
    """Draw the bar from the lowest tenth to the highest, with the middle marked."""
    _ = translator(language)
    most = max(_amount(high), _amount(median)) * 1.08
    y = _BAR_TOP + shift

    def at(amount: float) -> float:
        return _AXIS_LEFT + _AXIS_WIDTH * amount / most

    floor = y + 175
    parts = [rule(_AXIS_LEFT, floor, _AXIS_LEFT + _AXIS_WIDTH, floor)]
    for amount in _ticks(most):
        parts.append(rule(at(amount), floor - 8, at(amount), floor + 8))
        shown = f"${amount // 1000}k" if amount else "$0"
        parts.append(text(at(amount), floor + 42, shown, size=26, fill=QUIET, anchor="middle"))
    if _amount(low) and _amount(high):
        parts.append(box(at(_amount(low)), y, at(_amount(high)) - at(_amount(low)), 60, "#b9d2ea"))
    ends = ((low, _("1 in 10 earns less")), (high, _("1 in 10 earns more")))
    for fact, meaning in ends:
        if fact and _amount(fact):
            parts += _end(at(_amount(fact)), y + 60, say_value(fact, language), meaning)
    middle = at(_amount(median))
    parts += [
        box(middle - 6, y - 14, 12, 88, "#123f6d", round_by=4),
        *_flag(middle, y - 104, say_value(median, language), _("the middle (median)")),
    ]
    return parts


def _end(x: float, y: float, amount: str, meaning: str) -> list[str]:
    inside = min(max(x, 160), WIDTH - 160)
    return [
        text(inside, y + 40, amount, size=31, bold=True, anchor="middle"),
        text(inside, y + 74, meaning, size=26, fill=QUIET, anchor="middle"),
    ]


def _flag(x: float, y: float, amount: str, meaning: str) -> list[str]:
    x = min(max(x, 200), WIDTH - 200)
    return [
        text(x, y + 34, amount, size=46, bold=True, fill="#123f6d", anchor="middle"),
        text(x, y + 72, meaning, size=27, fill=QUIET, anchor="middle"),
    ]


def _ticks(most: float) -> list[int]:
    step = next(s for s in (20_000, 50_000, 100_000, 200_000) if most / s <= 6)
    return list(range(0, int(most) + 1, step))


def _outlook(occupation: Thing, language: str) -> str:
    fact = occupation.facts.get("growth")
    if fact is None or fact.blank:
        return ""
    return _sentence(say_fact(fact, language))


def _sentence(words: str) -> str:
    words = words.strip()
    ended = words if words.endswith((".", "!")) else f"{words}."
    return ended[:1].upper() + ended[1:]
