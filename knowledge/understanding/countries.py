"""What says that something lies abroad, in every language of the content.

Names of countries (from the lists of Babel, which are those of CLDR), of great cities and peoples,
and words such as "my country".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from babel import Locale

from knowledge.matching.words import runs, tokenize
from knowledge.schema import LANGUAGES

_OURS = frozenset("US AS GU MP PR UM VI".split())
"""The United States and its territories."""

_ABROAD = frozenset(
    (
        *("abroad", "overseas", "foreign", "my country", "home country", "another country"),
        *("other country", "back home", "extranjero", "extranjera", "exterior", "mi pais"),
        *("mi tierra", "otro pais", "mi pais natal", "latinoamerica", "latin america"),
        *("de rd", "en rd"),  # as Dominicans write it; alone it is a road
    )
)

_PLACES = frozenset(
    (
        *("cdmx", "ciudad de mexico", "mexico city", "guadalajara", "monterrey", "tijuana"),
        *("puebla", "merida", "jalisco", "sinaloa", "michoacan", "oaxaca", "veracruz", "unam"),
        *("la habana", "habana", "havana", "camaguey", "santiago de cuba", "santo domingo"),
        *("bogota", "medellin", "barranquilla", "caracas", "maracaibo", "montevideo"),
        *("quito", "guayaquil", "buenos aires", "tegucigalpa", "san pedro sula", "managua"),
        *("san salvador", "mumbai", "delhi", "new delhi", "kerala", "punjab", "karachi"),
        *("lahore", "manila", "cebu", "lagos", "kyiv", "kiev", "kharkiv", "kharkov", "odesa"),
        *(
            "odessa ukraine",
            "lviv",
            "dnipro",
            "mariupol",
            "donetsk",
            "minsk",
            "tbilisi",
            "yerevan",
        ),
        *("baku", "tashkent", "almaty", "bucharest", "budapest", "sarajevo", "tirana", "istanbul"),
        *("ankara", "kabul", "baghdad", "mosul", "tehran", "beirut", "amman", "riyadh", "jeddah"),
        *("dubai", "abu dhabi", "doha", "addis ababa", "asmara", "nairobi", "kampala", "accra"),
        *("kumasi", "abuja", "ibadan", "dakar", "kinshasa", "khartoum", "mogadishu", "harare"),
        *("casablanca", "tunis", "dhaka", "chittagong", "islamabad", "rawalpindi", "peshawar"),
        *("chennai", "bangalore", "bengaluru", "hyderabad", "kolkata", "pune", "ahmedabad"),
        *("colombo", "kathmandu", "hanoi", "saigon", "ho chi minh", "bangkok", "jakarta"),
        *("kuala lumpur", "davao", "quezon", "beijing", "shanghai", "guangzhou", "shenzhen"),
        *("seoul", "busan", "tokyo", "osaka", "port au prince", "holguin", "cienfuegos"),
        *("arequipa", "cusco", "trujillo", "barquisimeto", "maracay", "bucaramanga", "cartagena"),
        *("cochabamba", "asuncion", "sao paulo", "rio de janeiro", "culiacan", "hermosillo"),
        *("ciudad juarez", "mexicali", "morelia", "queretaro"),
    )
)
"""Cities and regions that people name without their country, and that no one seeks in the US."""

_PEOPLES = frozenset(
    stem + ending
    for stem in (
        *("mexican", "cuban", "colombian", "venezolan", "dominican", "peruan", "ecuatorian"),
        *("salvadoren", "honduren", "guatemaltec", "argentin", "chilen", "bolivian"),
        *("filipin", "paraguay", "uruguay", "panamen", "brasilen", "haitian", "ucranian"),
    )
    for ending in ("o", "a")
) | frozenset(
    (
        *("nicaraguense", "costarricense", "mexican", "cuban", "colombian", "venezuelan"),
        *("filipino", "honduran", "salvadoran", "guatemalan", "ecuadorian", "peruvian", "haitian"),
    )
)
"""Peoples: a Mexican optometrist most likely has a degree of Mexico, which must be said."""

_EARNED_HERE = re.compile(
    r"\b(?:graduat\w+|gradue|graduad[oa]|titul\w+|degree|diploma|school|universi\w+|estudie|studied)\b"
    r"(?: (?:in|from|of|at|de|en|por|la|the|state|here|aqui|una|an?)){0,3} "
    r"\{(?:state|university|college)\}|\{state\} (?:\w+ )?(?:degree|diploma)\b"
)
"""Words that say that a degree is of a state: who people are says no more then. A license does not
say so: a doctor of medicine may have it with a degree from abroad."""

_UNLICENSED_HERE = re.compile(
    r"\b(?:no|not|dont|doesnt|without|lack|lacks|sin|ni|never|nunca|havent|hasnt|tampoco|isnt)\b"
    r"(?: (?:have|has|had|hold|got|get|a|an|any|my|the|yet|valid|been|tengo|tiene|tenia|una|la|mi|"
    r"he|ha|sacado|todavia|aun))* "
    r"(?:(?:us|usa|american|u s) licen[sc]\w+|licen[sc]\w+ (?:here|in (?:the )?(?:us|usa|u s|"
    r"america|this country|united states))|licencia (?:de |en |por )?(?:los )?(?:aqui|aca|eeuu|"
    r"ee uu|estadounidense|americana|este pais|estados unidos))\b|"
    r"\b(?:no|sin|mientras)\b(?: (?:he|ha|lo|la|los|me|voy|va|a|pienso|piensa|quiero|quiere|puedo|"
    r"pude|podido|logre|poder))* (?:revalid|homolog|convalid)\w+"
)
"""Words that say that somebody has no license in this country: they have studied in another."""

_DENIES = re.compile(
    r"\b(?:sin|no|not|without|never|nunca|ni|cant|dont|havent|isnt|tampoco|todavia|yet|want|quiero)\b"
)
"""Words that may say that there is none: then nothing is certain."""

_SOLDIERS = re.compile(
    r"\b(?:army|navy|marines|air force|military|veterans?|combat|deploy\w*|stationed|"
    r"served(?! as)|tours? (?:in|of)|ejercito)\b"
)
"""Words of soldiers: no country that they name is that of their studies."""

_BY_THE_WAY = re.compile(
    r"\b(?:parents?|grandparents?|ancestors?|padres|abuel\w+|born|naci|nacid[oa]|raised|"
    r"move|moving|mudarme|irme|visit\w*|vacation\w*|travel\w*|viaj\w+|mission\w*|volunteer\w*)"
    r"(?: (?!studied|graduat|train|degree|diploma|school|universi|estudi|gradu|titul|license|soy|"
    r"vengo|am\b|im\b|come)[^\s{]+){0,4}$"
)
"""Words before a country that make it no place where somebody has studied, unless words of studies
or origin stand between."""

_FORENAMES = frozenset(
    (
        *("chad", "jordan", "israel", "kenya", "kenia", "guadalupe", "mauricio", "montserrat"),
        *("dominica", "diego garcia", "san martin", "reunion"),
    )
)
"""Countries whose names are those of people, or words, too: they are meant only where somebody is
from or in them."""

_FROM = frozenset("from in of at de en desde".split())

_TOWN = re.compile(
    r"(?:(?:city|hills|heights|park|beach|springs|valley|grove|junction) )?\{state\}"
)
"""Words behind a country's name that make it that of a town here: "Peru, Indiana"."""

_LONGEST = 4
"""Words of a country's name that are looked at."""


@cache
def _names() -> frozenset[str]:
    return frozenset(
        " ".join(tokenize(name))
        for language in LANGUAGES
        for code, name in Locale.parse(language).territories.items()
        if len(code) == 2 and code not in _OURS
    )


def _is_abroad(name: str) -> bool:
    """Whether words, as ``tokenize`` makes them, name a place abroad or say "abroad"."""
    return name in _ABROAD or name in _PLACES or name in _PEOPLES or name in _names()


def abroad_in(words: Sequence[str]) -> set[str]:
    """Return the words, one after another, that name places abroad."""
    return set(filter(_is_abroad, runs(words, _LONGEST)))


def is_people(name: str) -> bool:
    """Whether words name a people only: who is Cuban may have studied here."""
    return name in _PEOPLES and name not in _names()


def is_earned_here(text: str) -> bool:
    """Whether a text, with ``{state}`` for its places, says that a degree is of one."""
    return bool(_EARNED_HERE.search(text)) and not _DENIES.search(text)


def is_unlicensed_here(text: str) -> bool:
    """Whether a text says that somebody holds no license in this country."""
    return bool(_UNLICENSED_HERE.search(text))


def studied_in(words: Sequence[str], said: str) -> set[str]:
    """Return the names of the places abroad where who is spoken of may have studied.

    Args:
        words: those of a text, with slots for its names.
        said: the same text without slots, which hide a soldier.
    """
    if _SOLDIERS.search(said):
        return set()
    spans = ((at, end) for at in range(len(words)) for end in range(at + 1, at + _LONGEST + 1))
    named = ((at, end, " ".join(words[at:end])) for at, end in spans)
    return {
        name
        for at, end, name in named
        if _is_abroad(name)
        and (name not in _FORENAMES or not _FROM.isdisjoint(words[max(at - 1, 0) : at]))
        and not _BY_THE_WAY.search(" ".join(words[:at]))
        and not _TOWN.match(" ".join(words[end:]))
    }
