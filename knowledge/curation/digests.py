"""The curators' daily digest: what waits, what was done, and a chart. Pure but for its query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from knowledge.answering.drawing import QUIET, box, svg, text
from knowledge.store import decisions, demand, groups
from knowledge.store.demand import Day
from knowledge.store.engine import Session
from knowledge.store.groups import Wanted
from knowledge.store.review_tables import QuestionGroup
from knowledge.store.tables import now

WIDTH, HEIGHT = 1080, 540
_LEFT, _FOOT, _HEAD = 40, 470, 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One day of the curators' work."""

    waiting: int
    asked: int
    """Questions in the last 24 hours, as all that is counted here."""
    decided: int
    closed: int
    """Groups that closed themselves."""
    with_staff: int
    proposed: int
    """Answers that wait for a publisher."""
    top: tuple[QuestionGroup, ...]
    days: tuple[Day, ...]


def digest(session: Session) -> Digest:
    """Return what curators should know today."""
    yesterday = now() - timedelta(days=1)
    made = decisions.since(session, yesterday)
    return Digest(
        waiting=groups.count(session, Wanted()),
        asked=demand.asked_since(session, yesterday),
        decided=sum(one.by != 0 for one in made),
        closed=sum(one.by == 0 for one in made),
        with_staff=groups.count(session, Wanted(state="with_staff")),
        proposed=len(decisions.proposals(session)),
        top=tuple(groups.listing(session, Wanted(limit=3))),
        days=tuple(demand.by_day(session, 14)),
    )


def chart(days: Sequence[Day], title: str) -> str:
    """Return questions a day as a drawing, the answered share darker."""
    most = max((day.asked for day in days), default=0) or 1
    step = (WIDTH - 2 * _LEFT) / max(len(days), 1)
    parts = [text(_LEFT, 70, title, size=40, bold=True)]
    for place, day in enumerate(days):
        x = _LEFT + place * step
        whole, part = ((_FOOT - _HEAD) * n / most for n in (day.asked, day.answered))
        parts.append(box(x + 4, _FOOT - whole, step - 8, whole, "#b9cfe4"))
        parts.append(box(x + 4, _FOOT - part, step - 8, part, "#1c5a94"))
        if day.asked:
            middle = x + step / 2
            parts.append(text(middle, _FOOT - whole - 8, str(day.asked), size=24, anchor="middle"))
        if place % 3 == 0:
            parts.append(text(x + 4, _FOOT + 36, day.day.strftime("%d %b"), size=24, fill=QUIET))
    return svg(WIDTH, HEIGHT, title, *parts)
