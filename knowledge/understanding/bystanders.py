"""Names in a message that are not what the asker is: who helps them, their tool, their wish. Pure.

"My workers comp counselor gave me a flyer" comes from no counselor, "we switched to Epic" asks for
no Epic certificate, and who wants "to go into computing" does not work in it yet.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.matching.words import words_of

_GAVE = words_of(
    "gave gives told tells said says sent sends recommended recommends suggested suggests "
    "mentioned handed showed signed referred wants thinks dio da dijo dice mando manda "
    "recomendo recomienda sugirio sugiere menciono enseno mostro refirio paso"
)
"""What somebody else did who is named before it."""

_WHOM = words_of("me nos le les lo la")
"""Spanish words before what somebody did for others: "me dio"."""

_US = words_of("me us nos")
"""Who somebody else did it for: "counselor gave me a flyer"."""

_MINE = words_of("my our the a an some mi mis nuestro nuestra el la un una")
"""Words before somebody else: "my counselor told me", "a nurse said"."""

_IS = words_of("am im is was were being as soy es era fui somos como")
"""Words after which "a nurse" is who speaks, or whom they speak for."""

_BEFORE = 3
"""Words between these and the name: "my workers comp counselor"."""

_THEIRS = words_of(
    "wife husband partner son daughter kid brother sister mother mom father dad friend "
    "cousin uncle aunt nephew niece esposa esposo hijo hija hermano hermana mama papa amigo "
    "amiga primo prima"
)
"""People somebody asks for: "my wife the nurse told me" is about a nurse."""

_SWITCHED = words_of(
    "switched switching switch moved moving went going go changed changing converted "
    "converting transitioned transitioning upgraded migrated migrating cambiamos cambiaron "
    "cambio pasamos pasaron migramos migraron"
)
_NEAR = 6
"""Words among which it is said what was done to the product named next."""

_TO = words_of("to over onto a al")
_WISH = (
    *(("into",), ("to",), ("toward",), ("towards",), ("study",), ("studying",), ("learn",)),
    *(("learning",), ("a",), ("estudiar",), ("aprender",), ("hacia",), ("meterme", "en")),
    *(("entrar", "en"), ("programa", "de"), ("programas", "de"), ("curso", "de")),
    *(("cursos", "de"), ("carrera", "de"), ("clases", "de"), ("program", "in"), ("course", "in")),
    *(("classes", "in"), ("class", "in"), ("degree", "in"), ("lo", "de"), ("sobre",)),
    *(("start", "in"), ("empezar", "en")),
)
"""Words right before what somebody wishes to do, or a program teaches."""

_ARTICLES = words_of("la el lo las los the")
_OF_HEALTH = words_of("salud medica medico clinica biomedica sanitaria")
_JOINED = words_of("en de para la el y")
_WORKS = words_of("trabajo trabaje trabajando anos experiencia worked work years")


def is_somebody_else(tokens: Sequence[str], start: int, end: int) -> bool:
    """Whether a name is of somebody who helped: "my nurse told me"."""
    after = [word for word in tokens[end : end + 2] if word not in _WHOM]
    if not after or after[0] not in _GAVE:
        return False
    for at in range(start - 1, max(start - 2 - _BEFORE, -1), -1):
        if tokens[at] in _THEIRS or tokens[at] in _IS:
            return False
        if tokens[at] in _MINE:
            return not (at and tokens[at - 1] in _IS | _THEIRS)
    return not _US.isdisjoint(tokens[end : end + 2])


def is_tool(tokens: Sequence[str], start: int) -> bool:
    """Whether a product is but what people changed to: "we switched to Epic"."""
    before = tokens[:start]
    to_it = bool(before[-1:]) and before[-1] in _TO
    return to_it and not _SWITCHED.isdisjoint(before[-_NEAR:])


def is_wish(tokens: Sequence[str], start: int, end: int) -> bool:
    """Whether a field is what somebody wishes to do or learn, or ours: "computing in health"."""
    before = tuple(tokens[:start])
    while before[-1:] and before[-1] in _ARTICLES:
        before = before[:-1]
    if _WORKS.intersection(before[-3:]):
        return False
    if any(before[-len(words) :] == words for words in _WISH):
        return True
    after = [word for word in tokens[end : end + 3] if word not in _JOINED]
    return bool(after[:1]) and after[0] in _OF_HEALTH
