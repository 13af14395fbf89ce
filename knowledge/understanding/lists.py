"""What a reply listed, and which of that "the second one" or "the other one" means. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from knowledge.matching.words import normalize
from knowledge.schema import SOURCE_LANGUAGE, Content, Kind, Thing

FEWEST = 2
"""Things of a kind in a row that are a list."""

_ORDINALS = (
    "first 1st primero primera primer",
    "second 2nd segundo segunda",
    "third 3rd tercero tercera tercer",
    "fourth 4th cuarto cuarta",
    "fifth 5th quinto quinta",
    "sixth 6th sexto sexta",
    "seventh 7th septimo septima",
    "eighth 8th octavo octava",
    "ninth 9th noveno novena",
    "tenth 10th decimo decima",
    "eleventh 11th undecimo undecima",
    "twelfth 12th duodecimo duodecima",
)
_CARDINALS = (
    *("one uno", "two dos", "three tres", "four cuatro", "five cinco", "six seis", "seven siete"),
    *("eight ocho", "nine nueve", "ten diez", "eleven once", "twelve doce"),
)
_LAST = "last ultimo ultima"
OTHER = frozenset("other otro otra".split())
"""Words for the one of a row that was not spoken of."""


def by_word(rows: Sequence[str]) -> dict[str, int]:
    """Return the place that each word stands for: that of its row, counted from 0."""
    return {word: place for place, words in enumerate(rows) for word in words.split()}


PLACES = by_word(_ORDINALS) | dict.fromkeys(_LAST.split(), -1)
"""Which of a row a word means, counted from the first, or from the last (-1)."""

NUMBERS = by_word(_CARDINALS) | {str(place + 1): place for place in range(len(_CARDINALS))}
"""The same for numbers."""

_GOES_ON = (
    r"pays?|takes?|needs?|asks?|requires?|does|do|did|how|what|who|where|when|but|"
    r"cuanto|cuanta|que|como|donde|quien|cuando|paga|gana|pide|pedia|dura|tiene|hace|se"
)
"""Words that may follow "second" where it stands for a thing: not "step" of "first step"."""

_GOES_ON_OF_IT = (
    rf"is|was|es|era|(?:and|y)\s+(?:the|el|la|los|las|is|are|es|{_GOES_ON})|{_GOES_ON}"
)
"""The same for "the second": "and what does it pay", but not "and only class"."""

_WORD = rf"(?P<place>{'|'.join([*PLACES, *sorted(OTHER)])})"
_ENDS = r"(?=\s*(?:$|[.,;?!]))"
_PLACE = (
    re.compile(
        rf"\b(?:the|el|la|lo|del|al)\s+{_WORD}\b(?:\s+(?:one|role|program|school|university|"
        rf"college|option|rol|puesto|funcion|opcion|programa|universidad)\b|{_ENDS}"
        rf"|(?=\s+(?:{_GOES_ON_OF_IT})\b))"
    ),
    re.compile(rf"\b{_WORD}\s+(?:one|uno|una)\b"),
    re.compile(rf"^\W*(?:(?:y|and|or|o)\s+)?{_WORD}\b(?:{_ENDS}|(?=\s+(?:{_GOES_ON})\b))"),
)
_NUMBER = rf"(?P<number>{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
_COUNTED = (
    r"months?|weeks?|hours?|hrs?|years?|yrs?|days?|times|people|percent|credits?|classes|courses|"
    r"meses|mes|semanas?|horas?|anos?|dias?|veces|personas|creditos?|clases|cursos"
)
_NUMBERED = re.compile(
    r"(?:\b(?:number|numero|num|nro|no\.|option|opcion|"
    r"(?<!this )(?<!that )(?<!my )(?<!a )(?<!ese )(?<!este )(?<!mi )(?<!un )"
    r"role?(?!\s+(?:one|uno)\b))"
    rf"\s*#?|#)\s*{_NUMBER}\b(?![\s-]*(?:{_COUNTED})\b)"
)
"""As in "role 3", but not "that role one could do" nor "role 6 months long"."""
_THE_NUMBER = re.compile(rf"\b(?:the|el|la|al|del)\s+{_NUMBER}(?=\s*[.,;?!]*\s*$)")
"""As in "give me the 7", where nothing follows: not "the 10 regions"."""
_ONLY_A_NUMBER = re.compile(r"\W*(?P<number>\d{1,2})\W*")
_HOW_MANY = "|".join(word for word, place in NUMBERS.items() if place)
_REST = re.compile(
    r"(?:(?:so|and|ok|okay|then|but|what|about|which|who|are|were|list|name|tell|me|give|show|"
    r"y|entonces|pero|que|cuales|son|eran|digame|deme|nombre|a|ver)\s+)*"
    r"(?:the|those|los|las|el|la)\s+"
    rf"(?:rest|resto|demas|que\s+faltan|(?:other|others|remaining|otros|otras)(?:\s+(?:{_HOW_MANY}))?"
    rf"|(?:{_HOW_MANY})\s+(?:others|remaining))"
    r"(?:\s+(?:ones|roles|half|funciones|mitad))?"
    r"(?:\s+(?:of\s+them|then|please|pls|too|entonces|por\s+favor|que|cuales|son))*"
)
_RULES_OUT = re.compile(
    r"\W*(?:(?:no|but|and|ok|pero|y)\W+)*(?:(?:not|except|excepto|menos)\s+|no\s+(?=l[oa]s\b))"
    r"(?P<said>(?:the|those|los|las)\s.*)"
)
"""Words that rule something out: "not the university ones", but no "no, the university ones"."""
THE_ONE = re.compile(
    r"\b(?:(?P<the>the|that) (?P<one>\w+(?: \w+)?) (?:one|job|role)"
    r"|(?P<el>el|la|del|al) de (?:la )?(?P<de>\w+))\b"
)
"""A thing of which only a part of the name is said, in words without accents."""
_NO_WORDS = re.compile(r"[^\w\s]+")
_BULLET = re.compile(r"(?:-|\d{1,2}\.) ")
_LONGEST_NAME = 24
"""Words looked at for a name: a Spanish one has its English behind it."""

_MOST_COMPARED = 4
_MOST_CARRIED = 6
"""Things of a list that what is asked next is about: the college roles, or the university ones."""

_ASKED_ABOUT = frozenset((Kind.ROLE, Kind.PROGRAM, Kind.CREDENTIAL))
"""Kinds of things of which what is asked next may be about each."""

_COMPARES = re.compile(
    r"\b(?:which|who|cual|quien)\b(?!\s+(?:roles?|jobs?|programs?|schools?|puestos?|funcion|programa))"
    r".*\b(?:more|less|better|worse|easier|harder|longer|shorter|faster|cheaper|cheapest|higher|"
    r"lower|most|least|best|mas|menos|mejor|peor|mayor|menor)\b"
)
"""What asks which of a few things is more so than the others."""

_OF_SO_MANY = re.compile(
    rf"\b(?:of (?:the|those|these)|de (?:l[ao]s|es[ao]s|est[ao]s)) {_NUMBER}\b"
)
_OF_PEOPLE = re.compile(
    r"\b(?:us|me or \w+|\w+ or me|my (?:wife|husband)|"
    r"nosotr[oa]s|(?:ella|el) o yo|yo o (?:ella|el))\b"
)
"""Words of who sets people side by side: "of us two who gets a job faster"."""


def names_of(content: Content) -> dict[str, Thing]:
    """Return the things of a content by each of their names, as it may begin a line."""
    return {
        _plain(said): thing
        for thing in reversed(content.things.values())
        for said in thing.name.root.values()
    }


def things_listed(text: str, names: Mapping[str, Thing]) -> tuple[str, ...]:
    """Return the ids of the things that a text lists, in order; empty for a line of another kind.

    Args:
        text: an answer in the content's markup.
        names: of things, as :func:`names_of` returns them.
    """
    lines = text.split("\n")
    bullets = [line[2:] for line in lines if _BULLET.match(line)]
    others = [line for line in lines if not _BULLET.match(line)]
    for said, has_places in ((bullets, True), (others, False)):
        named = (_begins_with(line, names) for line in said)
        begun = [thing for thing in named if thing or has_places]
        kinds = Counter(thing.kind for thing in begun if thing)
        for kind, count in kinds.most_common(1):
            if count >= FEWEST:
                return tuple(thing.id if thing and thing.kind == kind else "" for thing in begun)
    return ()


def few_of_a_kind(listed: Sequence[Thing | None]) -> dict[str, tuple[str, ...]]:
    """Return the things of a list so short that "what do they pay" is about each of them.

    Among other lines that name nothing known, they are no list of theirs.
    """
    first = listed[0] if listed else None
    if first is None or first.kind not in _ASKED_ABOUT:
        return {}
    keys = tuple(thing.id for thing in listed if thing and thing.kind == first.kind)
    return {first.kind.value: keys} if FEWEST <= len(keys) == len(listed) <= _MOST_CARRIED else {}


def _begins_with(line: str, names: Mapping[str, Thing]) -> Thing | None:
    """Return the thing with the longest name that a line begins with."""
    words = line.split()[:_LONGEST_NAME]
    tries = (_plain(" ".join(words[:count])) for count in range(len(words), 0, -1))
    return next((names[said] for said in tries if said in names), None)


def _plain(said: str) -> str:
    return said.strip(" .,:;*").casefold()


def by_place(text: str, listed: Sequence[Thing | None], spoken_of: Sequence[str]) -> str:
    """Return a message with "the second one" and the like replaced by what that means.

    Args:
        text: the message.
        listed: what was last listed to the person, in order; None for what we do not know.
        spoken_of: ids of the things the chat is about: of two, "the other one" is not that.
    """
    said = normalize(text)
    found = _NUMBERED.search(said) or _ONLY_A_NUMBER.fullmatch(said) or _THE_NUMBER.search(said)
    if found:
        place: int | None = NUMBERS.get(found["number"])
    elif found := next(filter(None, (way.search(said) for way in _PLACE)), None):
        word = found["place"]
        place = _other(listed, spoken_of) if word in OTHER else PLACES[word]
    else:
        return text
    thing = listed[place] if place is not None and place < len(listed) else None
    if thing is None:
        return text
    return f"{said[: found.start()]} {_name(thing)} {said[found.end() :]}".strip()


def asks_for_the_rest(text: str) -> bool:
    """Whether a message only says "the other six then": all that a list left out."""
    return _REST.fullmatch(" ".join(_NO_WORDS.sub(" ", normalize(text)).split())) is not None


def ruled_out(text: str) -> str | None:
    """Return what a message only rules out: "the university ones" of "not the university ones"."""
    found = _RULES_OUT.fullmatch(normalize(text))
    return found["said"] if found else None


def compared(text: str, listed: Sequence[Thing | None]) -> str:
    """Return "which one pays more" with the few things that were listed, else as it is.

    People who are set side by side are none of these, nor are "the two" of three that were listed.
    """
    names = [_name(thing) for thing in listed if thing]
    said = normalize(text)
    if not FEWEST <= len(names) <= _MOST_COMPARED or not _COMPARES.search(said):
        return text
    count = _OF_SO_MANY.search(said)
    if _OF_PEOPLE.search(said) or (count and NUMBERS[count["number"]] + 1 != len(names)):
        return text
    return f"{text.rstrip(' ?.!')} {' or '.join(names)}"


def in_state(state: Thing, listed: Sequence[Thing | None]) -> str:
    """Return the name of the one school listed that stands in a state, else an empty text."""
    there = [one for one in listed if one and one.postal and one.postal == state.postal]
    return _name(there[0]) if len(there) == 1 else ""


def _other(listed: Sequence[Thing | None], spoken_of: Sequence[str]) -> int | None:
    """Return the place of the one of two that the chat is not about."""
    left = [place for place, one in enumerate(listed) if one and one.id not in spoken_of]
    return left[0] if len(listed) == FEWEST and len(left) == 1 else None


def _name(thing: Thing) -> str:
    """Return a name once: "RHIT (Registered Health ...)" would be read as two."""
    return thing.name.say(SOURCE_LANGUAGE).partition(" (")[0]
