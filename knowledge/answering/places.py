"""Words what was and is near a place: its region, schools with distances, what is open. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from knowledge import gazetteer
from knowledge.answering.answers import Worded, cite, follow_ups, left_out
from knowledge.facts import date_of, say_fact
from knowledge.gazetteer import Spot
from knowledge.schema import Content, Fact, Kind, Thing
from knowledge.texts import plural_translator, say_date, translator
from knowledge.verdicts import Reading

MOST_SCHOOLS = 4
MOST_NAMESAKES = 4
MOST_STATES = 4
_LONGEST_ROLES = 160
_FAR = 250
"""Miles after which a school in another state is no help."""

_A_DRIVE = 60
"""Miles after which a school is not where somebody asked for one."""

TAUGHT = ("current", "likely")
"""Values of a school's status that may be shown as taught today."""

DOUBTFUL = "unconfirmed"
"""The status of a school that once taught it: worth a call, but not shown as taught today."""

_ONLINE = ("online", "mixed")
"""Values of how a school teaches now that need no way to a campus, or not always."""


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """A school, and how far away it is where we know from where."""

    thing: Thing
    miles: float | None = None


@dataclass
class _Page:
    """An answer being put together: its paragraphs and the facts it rests on."""

    content: Content
    language: str
    facts: list[Fact] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)

    def say(self, thing: Thing, name: str) -> str:
        fact = thing.facts.get(name)
        if fact is None:
            return ""
        self.facts.append(fact)
        return say_fact(fact, self.language)

    def list(self, heading: str, lines: Iterable[str]) -> bool:
        listed = [f"- {line}" for line in lines]
        if listed:
            self.paragraphs.append("\n".join([f"**{heading}**", *listed]))
        return bool(listed)


def that_asks(content: Content) -> str:
    """Return the topic that asks for a state; empty where there is none."""
    return content.topic_by("place")


def that_looks_up(content: Content) -> str:
    """Return the topic that answers where things are in a state; empty where there is none."""
    return content.topic_by("place", needs=(Kind.STATE,))


def compose(content: Content, reading: Reading, language: str, today: date) -> Worded:
    """Word what was and is near the place that a reading names."""
    states = _states(content, reading)
    if len(states) > 1:
        return _each(content, reading, language, states, today)
    state = states[0] if states else None
    spot = spot_of(reading, state)
    if state is None and spot is not None:
        state = state_of(content, spot.state)
    if state is None:
        return _ask(content, reading, language, today)
    reading = replace(reading, slots={**reading.slots, Kind.STATE.value: (state.id,)})
    page = _Page(content, language)
    found = _with_status(content, state, spot, TAUGHT)
    taught = _now(page, found)
    right_there = spot is None or any(_distance(school) <= _A_DRIVE for school in found)
    _unknown_town(page, reading, state, spot)
    _ask_about(page, state, spot, none_taught=not taught)
    _from_anywhere(page)
    _history(page, state, spot)
    worded = Worded(
        reading=reading,
        language=language,
        short=_taught_today(taught, state, spot, language, right_there=right_there),
        detail="\n\n".join(page.paragraphs),
        next=follow_ups(content, content.topics[reading.topic], reading),
        picture=f"map:{state.id}",
        choices=(_tell_me(state, language),),
    )
    return cite(content, worded, page.facts, today)


def state_of(content: Content, postal: str) -> Thing | None:
    """Return the state, district or territory of a postal code."""
    states = content.of_kind(Kind.STATE)
    return next((thing for thing in states if thing.place and thing.place.state == postal), None)


def spot_of(reading: Reading, state: Thing | None) -> Spot | None:
    """Return the point a reading names by ZIP code or city; None where only the state is known."""
    for code in reading.slots.get("zip", ()):
        return gazetteer.zip_spot(code)
    for name in reading.slots.get("city", ()):
        if state and state.place:
            return gazetteer.city_spot(name, state.place.state)
        spots = gazetteer.city_spots(name)
        return spots[0] if len(spots) == 1 else None
    return None


def schools(content: Content, kind: Kind, state: Thing, spot: Spot | None) -> list[School]:
    """Return the schools of a kind that serve a state, nearest first.

    Those in the state come first where nobody said from where to measure.
    """
    code = state.postal
    here = spot or gazetteer.state_middle(code)
    found = [School(thing=thing, miles=_miles(here, thing)) for thing in content.of_kind(kind)]
    inside = [school for school in found if school.thing.place and _in(school.thing, code)]
    near = [s for s in found if s.miles is not None and s.miles <= _FAR]
    wanted = near if spot else (inside or near)
    measured = sorted(wanted, key=lambda school: (school.miles is None, school.miles or 0.0))
    if not spot:
        return [replace(s, miles=None if _in(s.thing, code) else s.miles) for s in measured]
    return measured


def _in(thing: Thing, postal: str) -> bool:
    return thing.place is not None and thing.place.state == postal


def _miles(here: Spot | None, thing: Thing) -> float | None:
    if here is None or thing.place is None or not thing.place.city:
        return None
    there = gazetteer.city_spot(thing.place.city, thing.place.state)
    return gazetteer.miles(here, there) if there else None


def _states(content: Content, reading: Reading) -> list[Thing]:
    keys = reading.slots.get(Kind.STATE.value, ())
    return [content.things[key] for key in keys if key in content.things]


def _each(
    content: Content, reading: Reading, language: str, states: list[Thing], today: date
) -> Worded:
    """Word each of several states shortly, then and today, with a button to all about it."""
    page = _Page(content, language)
    shown = states[:MOST_STATES]
    for state in shown:
        page.paragraphs.append(page.say(state, "region_fact"))
        _today_in(page, state)
    page.paragraphs.extend(dict.fromkeys(page.say(state, "status") for state in shown))
    _from_anywhere(page)
    return _of_several(page, reading, states, today)


def compose_online(content: Content, reading: Reading, language: str, today: date) -> Worded:
    """Word what the schools of some states teach online, and what can be joined from anywhere."""
    _ = translator(language)
    page, states = _Page(content, language), _states(content, reading)
    shown = states[:MOST_STATES]
    for state in shown:
        name = state.name.say(language)
        taught = [one for one in _taught_inside(content, state) if _teaches_online(one.thing)]
        heading = _("{state}: online today, as far as we could read", state=name)
        if not page.list(heading, (_by_delivery(page, one) for one in taught)):
            said = _("{state}: I know of no school there that teaches it online.", state=name)
            page.paragraphs.append(said)
    _from_anywhere(page)
    page.paragraphs.append(_("Ask the school for dates and price before you plan on it."))
    page.paragraphs.extend(dict.fromkeys(page.say(state, "status") for state in shown))
    return _of_several(page, reading, states, today)


def _of_several(page: _Page, reading: Reading, states: list[Thing], today: date) -> Worded:
    """Return a page about several states, with a button to all about each that it shows."""
    shown = states[:MOST_STATES]
    names = [state.name.say(page.language) for state in shown]
    topic = that_looks_up(page.content)
    offers = [Reading(topic=topic, slots={Kind.STATE.value: (state.id,)}) for state in shown]
    page.paragraphs.append(left_out(states, MOST_STATES, page.language))
    worded = Worded(
        reading=reading,
        language=page.language,
        short="\n\n".join(filter(None, page.paragraphs)),
        offers=tuple(zip(names, offers, strict=True)) if topic else (),
        next=follow_ups(page.content, page.content.topics[reading.topic], reading),
    )
    return cite(page.content, worded, page.facts, today)


def _today_in(page: _Page, state: Thing) -> None:
    """List shortly what the schools of a state teach today."""
    _ = translator(page.language)
    name = state.name.say(page.language)
    taught = [_by_delivery(page, one) for one in _taught_inside(page.content, state)]
    if page.list(_("{place}: taught today, as far as we could read", place=name), taught):
        return
    doubtful = _with_status(page.content, state, None, (DOUBTFUL,))
    asked = [_by_delivery(page, one) for one in doubtful if _in(one.thing, state.postal)]
    heading = _("{state}: worth asking, though we could not confirm that it is taught", state=name)
    if not page.list(heading, asked):
        page.paragraphs.append(
            _("{state}: I know of no school there that teaches it today.", state=name)
        )


def _taught_inside(content: Content, state: Thing) -> list[School]:
    found = _with_status(content, state, None, TAUGHT)
    return [school for school in found if _in(school.thing, state.postal)]


def _by_delivery(page: _Page, school: School) -> str:
    """Word a school in a line: where it is and whether one has to go there, where we know."""
    name = _delivery(school.thing)
    known = name in school.thing.facts and not school.thing.facts[name].blank
    _status_name, status = _status(school.thing)
    page.facts.extend([status] if status else [])
    return _line(page, school, page.say(school.thing, name) if known else "")


def _delivery(thing: Thing) -> str:
    """Return the fact that says how a school teaches now, not how it did in 2010."""
    return "delivery" if thing.kind is Kind.PROVIDER else "delivery_today"


def _teaches_online(thing: Thing) -> bool:
    return _is(thing, _delivery(thing), _ONLINE) and _is(thing, _status(thing)[0], TAUGHT)


def _taught_today(
    taught: list[str], state: Thing, spot: Spot | None, language: str, *, right_there: bool
) -> str:
    """Return the answer itself: who asks where wants to go there now, so today comes first.

    Where none is right there that is said before the nearest are named.
    """
    _ = translator(language)
    name = state.name.say(language)
    place = f"{spot.name}, {name}" if spot else name
    if not taught:
        none = _("We could confirm no school here that teaches health IT today.")
        return f"**{place}.** {none}"
    if right_there:
        heading = _("{place}: taught today, as far as we could read", place=place)
    else:
        heading = _(
            "{place}: I know of no school right there; taught today farther off", place=place
        )
    return "\n".join([f"**{heading}**", *(f"- {line}" for line in taught)])


def _unknown_town(page: _Page, reading: Reading, state: Thing, spot: Spot | None) -> None:
    """Say so where the town that somebody named is none that we know in its state."""
    town = next(iter(reading.slots.get("city", ())), "")
    if town and spot is None:
        _ = translator(page.language)
        name = state.name.say(page.language)
        said = _(
            "I do not know a town called {town} in {state}, so this is for the whole state.",
            town=town,
            state=name,
        )
        page.paragraphs.append(said)


def _ask_about(page: _Page, state: Thing, spot: Spot | None, *, none_taught: bool) -> None:
    """List the schools that may teach it still, or say that not knowing one is no "no"."""
    _ = translator(page.language)
    doubtful = _now(page, _with_status(page.content, state, spot, (DOUBTFUL,)))
    page.list(_("Worth asking, though we could not confirm that it is taught today"), doubtful)
    if none_taught and not doubtful:
        said = _("That does not mean there is none: I can tell you when one becomes known.")
        page.paragraphs.append(said)


def _history(page: _Page, state: Thing, spot: Spot | None) -> None:
    """Tell what the program of 2010 had here, and that it ended."""
    _ = translator(page.language)
    told = (page.say(state, name) for name in ("region_fact", "status", "members"))
    page.paragraphs.append(" ".join(filter(None, (_("**The program of 2010.**"), *told))))
    colleges = schools(page.content, Kind.COLLEGE, state, spot)[:MOST_SCHOOLS]
    if spot or not all(_in(one.thing, state.postal) for one in colleges):
        heading = _("Member colleges then, nearest first")
        page.list(heading, (_line(page, one) for one in colleges))
    universities = schools(page.content, Kind.UNIVERSITY, state, spot)[:MOST_SCHOOLS]
    heading = _("Universities then, with the roles they taught")
    taught = (
        _line(page, one, _roles(page, one.thing), page.say(one.thing, "partners"))
        for one in universities
    )
    page.list(heading, taught)


def _from_anywhere(page: _Page) -> None:
    """Name the schools that can be joined from anywhere."""
    _ = translator(page.language)
    online = [
        school
        for school in page.content.of_kind(Kind.PROVIDER)
        if _is(school, "delivery", ("online",)) and _is(school, "status", TAUGHT)
    ]
    names = [school.name.say(page.language) for school in online[:MOST_SCHOOLS]]
    if names:
        page.facts.extend(school.facts["delivery"] for school in online[:MOST_SCHOOLS])
        page.paragraphs.append(_("Online, from anywhere: {names}.", names=", ".join(names)))


def _now(page: _Page, found: list[School]) -> list[str]:
    """Word what the nearest of some schools teach now, with who says so and when."""
    lines = []
    for school in found:
        name, fact = _status(school.thing)
        if fact:
            lines.append(_line(page, school, page.say(school.thing, name), _confirmed(page, fact)))
    return lines


def _is(thing: Thing, name: str, values: tuple[str, ...]) -> bool:
    return name in thing.facts and thing.facts[name].value in values


def _with_status(
    content: Content, state: Thing, spot: Spot | None, values: tuple[str, ...]
) -> list[School]:
    """Return the schools that serve a state and whose status today is one of some."""
    kinds = (Kind.PROVIDER, Kind.COLLEGE, Kind.UNIVERSITY)
    found = [school for kind in kinds for school in schools(content, kind, state, spot)]
    found += _own_online(content, kinds, state, spot, found) if spot else []
    wanted = [school for school in found if _is(school.thing, _status(school.thing)[0], values)]
    own = [one for one in wanted if _in(one.thing, state.postal) and _teaches_online(one.thing)]
    others = sorted((one for one in wanted if one not in own), key=_distance)
    return sorted([*own, *others][: max(MOST_SCHOOLS, len(own))], key=_distance)


def _own_online(
    content: Content, kinds: Iterable[Kind], state: Thing, spot: Spot, found: list[School]
) -> list[School]:
    """Return the schools of a state that teach online, though they are too far to drive to."""
    near = {school.thing.id for school in found}
    return [
        School(thing=thing, miles=_miles(spot, thing))
        for kind in kinds
        for thing in content.of_kind(kind)
        if _in(thing, state.postal) and _teaches_online(thing) and thing.id not in near
    ]


def _distance(school: School) -> float:
    return school.miles or 0.0


def taught_in(content: Content, state: str) -> set[str]:
    """Return the schools in a state that teach today, and what is open there."""
    code = content.things[state].postal
    schools_there = [
        thing
        for kind in (Kind.PROVIDER, Kind.COLLEGE, Kind.UNIVERSITY)
        for thing in content.of_kind(kind)
        if _in(thing, code) and _is(thing, _status(thing)[0], TAUGHT)
    ]
    openings = [
        thing
        for thing in content.of_kind(Kind.OPENING)
        if state in thing.links.get("states", ()) and _is(thing, "status", ("open",))
    ]
    return {thing.id for thing in (*schools_there, *openings)}


def _status(thing: Thing) -> tuple[str, Fact | None]:
    """Return the fact that says whether a school teaches health IT now."""
    name = {Kind.COLLEGE: "taught_today", Kind.UNIVERSITY: "today"}.get(thing.kind, "status")
    return name, thing.facts.get(name)


def _confirmed(page: _Page, fact: Fact) -> str:
    """Say who says so and when that was last looked at."""
    _ = translator(page.language)
    source = page.content.sources[fact.source[0]]
    day = say_date(date_of(source, fact), page.language)
    return _("({source}, {day})", source=source.called(page.language), day=day)


def _line(page: _Page, school: School, *more: str) -> str:
    place = school.thing.place
    where = [place.city] if place and place.city else []
    if school.miles is not None:
        _n = plural_translator(page.language)
        where.append(_n("about {n} mile", "about {n} miles", max(1, round(school.miles))))
    name = school.thing.name.say(page.language)
    said = f"{name} ({', '.join(where)})" if where else name
    rest = " ".join(filter(None, more))
    return f"{said}: {rest}" if rest else said


def _roles(page: _Page, university: Thing) -> str:
    _ = translator(page.language)
    fact = university.facts.get("roles")
    if fact is None or fact.blank:
        return _("we do not know which roles")
    said = page.say(university, "roles").replace("\n- ", ", ").removeprefix("- ")
    return said if len(said) <= _LONGEST_ROLES else _short_roles(page, university)


def _short_roles(page: _Page, university: Thing) -> str:
    keys = [key for key in university.links.get("roles", ()) if key in page.content.things]
    return ", ".join(page.content.things[key].name.say(page.language) for key in keys)


def _tell_me(state: Thing, language: str) -> tuple[str, str]:
    _ = translator(language)
    words = _("Tell me when something opens in {state}", state=state.name.say(language))
    return words, f"w:{state.id}"


def _ask(content: Content, reading: Reading, language: str, today: date) -> Worded:
    """Ask where the person is, or which of several cities they mean."""
    _ = translator(language)
    names = reading.slots.get("city", ())
    offers, topic = [], that_looks_up(content)
    for name in names if topic else ():
        for spot in gazetteer.city_spots(name)[:MOST_NAMESAKES]:
            if state := state_of(content, spot.state):
                words = f"{spot.name}, {state.name.say(language)}"
                slots = {Kind.STATE.value: (state.id,), "zip": (spot.zip,)}
                offers.append((words, Reading(topic=topic, slots=slots)))
    if offers:
        short = _("There are several places called {name}. Which one is yours?", name=names[0])
    else:
        short = _(
            "Tell me where you are, and I will say what was and is near you. Type your state, "
            "your city or your ZIP code. You can also send your location; I use it once and do "
            "not keep it."
        )
    worded = Worded(
        reading=reading,
        language=language,
        short=short,
        offers=tuple(offers),
        next=follow_ups(content, content.topics[reading.topic], reading),
    )
    return cite(content, worded, [], today)
