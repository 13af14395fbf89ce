"""Words the map of the regions: which region a state was in, and who led it. Pure."""

from __future__ import annotations

from datetime import date

from knowledge.answering.answers import Worded, cite, follow_ups
from knowledge.facts import say_fact
from knowledge.schema import Content, Fact, Kind, Thing
from knowledge.texts import translator
from knowledge.verdicts import Reading


def compose(content: Content, reading: Reading, language: str, today: date) -> Worded:
    """Word a map: of all regions, or with the region or state that was named."""
    state = next(iter(_named(content, reading, Kind.STATE)), None)
    region = next(iter(_named(content, reading, Kind.REGION)), None)
    facts: list[Fact] = []

    def say(thing: Thing, name: str) -> str:
        fact = thing.facts.get(name)
        facts.extend([fact] if fact else [])
        return say_fact(fact, language) if fact else ""

    _ = translator(language)
    if state:
        short = say(state, "region_fact")
    elif region:
        short = f"**{region.name.say(language)}**, {say(region, 'area')}: {say(region, 'lead')}."
    else:
        short = _("The country was split into five regions. One college led each.")
    lines = [
        f"- **{thing.name.say(language)}**, {say(thing, 'area')}: {say(thing, 'lead')}"
        for thing in content.of_kind(Kind.REGION)
    ]
    ended = _("The regions ended with the program. Type your state to see what is near you now.")
    detail = ended if state or region else "\n".join([*lines, "", ended])
    marked = state or region
    worded = Worded(
        reading=reading,
        language=language,
        short=short,
        detail=detail,
        next=follow_ups(content, content.topics[reading.topic], reading),
        picture=f"map:{marked.id}" if marked else "map:all",
    )
    return cite(content, worded, facts, today)


def _named(content: Content, reading: Reading, kind: Kind) -> list[Thing]:
    return [
        content.things[key] for key in reading.slots.get(kind.value, ()) if key in content.things
    ]
