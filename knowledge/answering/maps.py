"""Words the map of the regions: which region a state was in, and who led it. Pure."""

from __future__ import annotations

from datetime import date

from knowledge.answering.answers import Worded, cite, follow_ups
from knowledge.facts import say_fact
from knowledge.schema import Content, Fact, Kind, Thing
from knowledge.texts import translator
from knowledge.verdicts import Reading


def compose(content: Content, reading: Reading, language: str, today: date) -> Worded:
    """Word a map: of all regions, or the states and regions that were named; one is marked."""
    named = [*_named(content, reading, Kind.STATE), *_named(content, reading, Kind.REGION)]
    facts: list[Fact] = []

    def say(thing: Thing, name: str) -> str:
        fact = thing.facts.get(name)
        facts.extend([fact] if fact else [])
        return say_fact(fact, language) if fact else ""

    def line(thing: Thing) -> str:
        if thing.kind is Kind.STATE:
            return say(thing, "region_fact")
        return f"**{thing.name.say(language)}**, {say(thing, 'area')}: {say(thing, 'lead')}."

    _ = translator(language)
    detail = _("The regions ended with the program. Type your state to see what is near you now.")
    if named:
        short = "\n\n".join(map(line, named))
    else:
        regions = content.of_kind(Kind.REGION)
        short = _("The country was split into {n} regions. One college led each.", n=len(regions))
        detail = "\n".join([*(f"- {line(thing)}" for thing in regions), "", detail])
    worded = Worded(
        reading=reading,
        language=language,
        short=short,
        detail=detail,
        next=follow_ups(content, content.topics[reading.topic], reading),
        picture=f"map:{named[0].id}" if len(named) == 1 else "map:all",
    )
    return cite(content, worded, facts, today)


def _named(content: Content, reading: Reading, kind: Kind) -> list[Thing]:
    return [
        content.things[key] for key in reading.slots.get(kind.value, ()) if key in content.things
    ]
