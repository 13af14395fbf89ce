"""A state named beside a city says which city is meant; several states are told what is today."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings, strategies as st

from knowledge import gazetteer
from knowledge.answering import maps, places
from knowledge.answering.answers import Worded
from knowledge.recall import is_known
from knowledge.schema import Kind
from knowledge.understanding.whereabouts import Placed, Whereabouts
from knowledge.verdicts import Answer, Reading, Unknown
from tests.shipped import content, snapshot

TODAY = date(2026, 1, 1)


def whereabouts() -> Whereabouts:
    return snapshot().understanding.whereabouts


@cache
def names() -> dict[str, str]:
    """Return the names of the states by postal code."""
    states = content().of_kind(Kind.STATE)
    return {state.place.state: state.name.say("en") for state in states if state.place}


@cache
def pairs() -> list[tuple[str, str]]:
    """Return, for every state, the two largest cities with a larger namesake elsewhere."""
    found: dict[str, list[tuple[int, str]]] = {}
    for name in gazetteer._cities():
        spots = gazetteer.city_spots(name)
        for spot in spots[1:]:
            if spots[0].weight > spot.weight and name not in names().values():
                found.setdefault(spot.state, []).append((-spots[0].weight, name))
    return [
        (city, postal)
        for postal in sorted(names())
        for _, city in sorted(found.get(postal, ()))[:2]
    ]


def placed(text: str) -> Placed | None:
    return whereabouts().place(text)


def state_of(text: str) -> str:
    found = placed(text)
    return found.state if found else ""


def thing_of(postal: str) -> str:
    state = places.state_of(content(), postal)
    return state.id if state else ""


def test_the_table_is_long() -> None:
    assert len(pairs()) >= 60


@pytest.mark.parametrize(
    "form",
    [
        "{city} {state}",
        "{city}, {state}",
        "{lower} {little}",
        "{upper} {loud}",
        "in {lower}, {little}",
        "schools in {lower} {little}",
        "no i live in {lower} {little}",
        "{city}, {postal}",
        "in {lower} {postal}",
        "{city} in {state}",
        "en {city} de {state}",
        "{city},{state}",
    ],
)
def test_the_state_named_with_a_city_wins(form: str) -> None:
    wrong = []
    for city, postal in pairs():
        state = names()[postal]
        text = form.format(
            city=city,
            lower=city.lower(),
            upper=city.upper(),
            postal=postal,
            state=state,
            little=state.lower(),
            loud=state.upper(),
        )
        if (read := state_of(text)) != thing_of(postal):
            wrong.append((text, read))
    assert not wrong


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("maine portland", "maine"),
        ("portland, i mean the one in maine", "maine"),
        ("i live in portland, not in oregon, in maine", "maine"),
        ("is there a school in springfield? im in massachusetts", "massachusetts"),
        ("i'm in ohio, near portland", "ohio"),
        ("portland, the pine tree state", "maine"),
        ("portland me", "maine"),
        ("IN PORTLAND ME", "maine"),
        ("portland or", "oregon"),
        ("vancouver wa", "washington"),
        ("vegas nm", "new-mexico"),
        ("las vegas new mexico", "new-mexico"),
        ("columbia south carolina", "south-carolina"),
        ("charleston west virginia", "west-virginia"),
        ("kansas city kansas", "kansas"),
        ("kansas city", "missouri"),
        ("iowa city iowa", "iowa"),
        ("virginia beach", "virginia"),
        ("new york ny", "new-york"),
        ("dallas or houston texas", "texas"),
        ("mobile alabama", "alabama"),
        ("in hope, arkansas", "arkansas"),
        ("high point north carolina", "north-carolina"),
        ("miami ohio", "ohio"),  # no such town: its state all the same
        ("st louis illinois", "illinois"),
        ("I work at Kaiser in Oakland", "california"),  # an employer, and a hamlet in Missouri
        ("i work at Kaiser near Portland", "oregon"),
        ("nos mudamos a el paso tx, donde", "texas"),
        ("me mudo a dallas", "texas"),
        ("Los Angeles, de noche y barato", "california"),
    ],
)
def test_a_city_and_its_state_are_found_in_any_order(text: str, state: str) -> None:
    assert state_of(text) == state


@pytest.mark.parametrize(
    "text",
    [
        "texas woman's university",
        "washington state",
        "i moved from ohio to texas",
        "new york, new jersey",
        "nurse from california in nevada",
        "new york",
        "washington",
        "washington dc",
        "georgia state",
        "in indiana or ohio",
        "what does it cost texas",
        "vivo en un pueblo de texas",
        "mobile roles in alabama",
        "i work for state farm virginia",
        "columbus state community college ohio",
        "what about me",
        "tampa ok",
        "I work at Kaiser",
        "Jackson, i need help",
        "i want a boston terrier",
    ],
)
def test_what_names_no_city_is_left_alone(text: str) -> None:
    assert placed(text) is None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("portland or seattle", "Oregon or Washington"),
        ("Springfield, MO or Springfield, IL", "Missouri or Illinois"),
        ("from portland oregon to portland maine", "from Oregon to Maine"),
    ],
)
def test_several_cities_are_each_read_as_their_state(text: str, read: str) -> None:
    found = placed(text)
    assert found
    assert found.text.split() == read.split()
    assert not found.slots


def test_a_town_that_its_state_does_not_have_is_said_not_to_be_known() -> None:
    found = placed("schools near miami, ohio")
    assert found
    assert found.slots == {"city": ("Miami",)}
    reading = Reading(topic="place_lookup", slots={"state": ("ohio",), **found.slots})
    told = places.compose(content(), reading, "en", TODAY)
    assert "do not know a town called Miami in Ohio" in told.text
    assert "Florida" not in told.text


WORDS = (
    "in or me portland maine ohio not , ? the one from to austin TX kansas city new york".split()
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join))
def test_any_words_are_read_as_one_state_or_as_those_they_name(text: str) -> None:
    found = placed(text)
    if found:
        assert found.state in content().things or not found.state
        assert found.state or found.slots.keys() <= {"city"}


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_looked_through(text: str) -> None:
    found = placed(text)
    assert found is None or found.state in {"", *content().things}


@pytest.mark.parametrize("language", ["en", "es"])
def test_several_states_are_each_told_what_is_taught_today(language: str) -> None:
    reading = Reading(topic="place_lookup", slots={"state": ("virginia", "north-carolina")})
    told = places.compose(content(), reading, language, TODAY)
    assert "Northern Virginia Community College" in told.short
    assert "Edgecombe" in told.short
    assert told.short.count("2013") == 1  # that it has ended is said once


@pytest.mark.parametrize(
    ("language", "left"),
    [("en", "Left out: Utah, Nevada."), ("es", "Faltan: Utah, Nevada.")],
)
@pytest.mark.parametrize("topic", ["place_lookup", "place_online"])
def test_states_that_find_no_room_are_named(topic: str, language: str, left: str) -> None:
    asked = ("ohio", "texas", "maine", "iowa", "utah", "nevada")

    def told(*states: str) -> str:
        return (
            snapshot().word(Reading(topic=topic, slots={"state": states}), language, TODAY).short
        )

    assert left in told(*asked)
    assert left[:6] not in told(*asked[:4])


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_map_tells_of_every_state_and_region_named(language: str) -> None:
    def told(**slots: tuple[str, ...]) -> Worded:
        reading = Reading(topic="where_map", slots=slots)
        return maps.compose(content(), reading, language, TODAY)

    several = told(state=("ohio", "texas"), region=("a",))
    assert all(name in several.short for name in ("Ohio", "Texas", "Bellevue"))
    assert several.picture == "map:all"
    assert told(state=("texas",)).picture == "map:texas"
    assert told(state=("texas",)).short in several.short
    assert told(region=("a",)).short in several.short
    assert "Bellevue" not in told(state=("texas",)).text
    assert "Bellevue" in told().detail


def test_a_city_alone_asks_what_is_there_wherever_that_topic_stands() -> None:
    turned = dict(reversed(content().topics.items()))
    found = placed("Cleveland")
    assert found
    said = Whereabouts(content().model_copy(update={"topics": turned}), frozenset()).mark(
        Unknown(), found
    )
    assert isinstance(said, Answer)
    assert said.reading.topic == "place_lookup"


def test_online_is_answered_for_each_state_named() -> None:
    reading = Reading(topic="place_online", slots={"state": ("texas", "georgia")})
    told = places.compose_online(content(), reading, "en", TODAY)
    assert "Texas State University (San Marcos): On campus or online." in told.short
    assert "Georgia: I know of no school there that teaches it online." in told.short
    assert "Online, from anywhere" in told.short
    assert "2013" in told.short


def test_a_school_of_the_own_state_that_teaches_online_is_shown_from_afar() -> None:
    (el_paso,) = (spot for spot in gazetteer.city_spots("El Paso") if spot.state == "TX")
    reading = Reading(topic="place_lookup", slots={"state": ("texas",), "zip": (el_paso.zip,)})
    told = places.compose(content(), reading, "en", TODAY)
    today = told.short.partition("taught today")[2]
    assert "Texas State University (San Marcos, about" in today


@pytest.mark.parametrize(("city", "right_there"), [("El Paso", False), ("San Marcos", True)])
def test_a_school_far_off_is_not_told_as_one_right_there(city: str, right_there: bool) -> None:
    (spot,) = (one for one in gazetteer.city_spots(city) if one.state == "TX")
    reading = Reading(topic="place_lookup", slots={"state": ("texas",), "zip": (spot.zip,)})
    for language, none in (("en", "no school right there"), ("es", "ninguna escuela allí mismo")):
        told = places.compose(content(), reading, language, TODAY)
        assert (none in told.short) is not right_there


@pytest.mark.parametrize("spot", [{"zip": ("04104",)}, {"city": ("Miami",)}])
def test_an_answer_about_a_spot_can_be_said_again(spot: dict[str, tuple[str, ...]]) -> None:
    """An update that comes twice is answered from what was kept."""
    assert is_known(Reading(topic="place_lookup", slots={"state": ("maine",), **spot}), content())
    assert not is_known(Reading(topic="place_lookup", slots={"state": ("atlantis",)}), content())


@pytest.mark.parametrize(("postal", "none"), [("california", True), ("texas", False)])
def test_where_no_school_is_known_to_teach_today_that_is_said_first(
    postal: str, none: bool
) -> None:
    told = places.compose(
        content(), Reading(topic="place_lookup", slots={"state": (postal,)}), "en", TODAY
    )
    assert ("We could confirm no school here" in told.short) is none
    assert ("taught today, as far as we could read" in told.short) is not none


@pytest.mark.parametrize("postal", ["california", "texas", "ohio"])
def test_today_comes_before_the_program_that_ended(postal: str) -> None:
    reading = Reading(topic="place_lookup", slots={"state": (postal,)})
    told = places.compose(content(), reading, "en", TODAY)
    assert "2013" not in told.short
    assert told.ends_unsaid(told.short)
    today, _, then = told.text.partition("**The program of 2010.**")
    assert "Online, from anywhere" in today
    assert "Region" in then


def test_places_are_known_even_where_no_process_can_be_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    assert (gazetteer._codes.__wrapped__() == gazetteer._codes()).all()


def test_digits_of_another_script_are_no_zip_code() -> None:
    assert gazetteer.zip_spot("٩٠٢١٠") is None
