"""Names in a message that are not what the asker is: who helps them, their tool, their wish. Pure.

"My workers comp counselor gave me a flyer" comes from no counselor, "my wife she does billing, is
there anything for a guy like me" from no biller, "we switched to Epic" asks for no Epic
certificate, and who wants "to go into computing" does not work in it yet.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.matching.words import runs, words_of

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

_OF_THE = words_of("de los las")

_BEFORE = 3
"""Words between these and the name: "my workers comp counselor"."""

_WHERE = 5
"""Words of where somebody is, behind the name: "my counselor at the job center says"."""

_THEIRS = words_of(
    "wife husband partner son daughter kid brother sister mother mom father dad friend "
    "cousin uncle aunt nephew niece esposa esposo hijo hija hermano hermana mama papa amigo "
    "amiga primo prima"
)
"""People somebody asks for: "my wife the nurse told me" is about a nurse."""

OTHER_PEOPLE = _THEIRS | words_of(
    "neighbor neighbors boss supervisor coworker roommate girlfriend boyfriend "
    "vecino vecina jefe jefa companero companera novio novia parent parents padres marido mujer "
    "suegro suegra cunado cunada yerno nuera tio tia sobrino sobrina"
)
"""People who are told of, beside the one who asks."""

CLIENTS = words_of(
    "client clients clienta clientas cliente clientes refugee refugees refugiada refugiado"
)
"""People whom an adviser asks for."""

_ADVISES = words_of("counselor counsellor advisor adviser social consejero consejera trabajadora")
"""Words in the names of who advises others."""

_FOR_CLIENTS = CLIENTS | words_of("helping assisting ayudando ayudo asesorando")
"""Words behind the name of who asks for others: "social worker here helping a nurse"."""

_ANYBODY = words_of(
    "lady woman man guy girl gentleman someone somebody person senora senor muchacha muchacho "
    "alguien persona"
)
"""People of whom nobody asks what is open to them: "a lady at my church does medical coding"."""

_AT = words_of("at from in de en")
"""Words before where such people are: "at my church"."""

_DOES = words_of(
    "she he who is was hes shes does did works worked has had been es era fue ella trabaja "
    "trabajaba hace"
)
"""Words that tell what somebody named before them does: "my wife she does"."""

_TELLS_OF = _DOES | words_of(
    "working used to be do as a an in at the for el que hacia de como en un una la ha sido trabajo"
)
"""Words between somebody and what they do: "mi esposa trabaja de"."""

_FOR_ONESELF = frozenset(
    "for me|like me|can i|could i|should i|would i|do i|am i|may i|i can|i could|i want|i need|"
    "my question|my case|id like|i would like|where do i|para mi|como yo|puedo|podria yo|"
    "quiero|me conviene|me sirve|hago yo|yo puedo".split("|")
)
"""What is said by who asks for themselves."""

_FOR_THEM = frozenset(
    "can she|can he|could she|could he|would she|would he|should she|should he|does she|does he|"
    "is she|is he|she can|he can|she could|he could|she wants|he wants|she want|he want|for her|"
    "for him|tell her|tell him|help her|help him|her get|him get|she qualify|he qualify|"
    "she get|he get|she join|he join|can my|could my|would my|should my|puede ella|puede el|"
    "ella puede|ella quiere|el quiere|para ella|para el|puede mi|podria mi|quiere entrar|"
    "quiere estudiar|quiere cambiar|podria ella|podria el".split("|")
)
"""What is said by who asks for somebody else."""

_SWITCHED = words_of(
    "switched switching switch moved moving went going go changed changing converted "
    "converting transitioned transitioning upgraded migrated migrating cambiamos cambiaron "
    "cambio pasamos pasaron migramos migraron"
)
_OURS = words_of("our nuestro nuestra")
_ROLLED_OUT = words_of(
    "rollout golive launch install installation implementation upgrade conversion "
    "implementacion instalacion lanzamiento"
)
"""Words behind a product that an employer brings in: "support our Epic rollout"."""

_NEAR = 6
"""Words among which it is said what was done to the product named next."""

_TO = words_of("to over onto a al")
_WISH = (
    *(("into",), ("to",), ("toward",), ("towards",), ("study",), ("studying",), ("learn",)),
    *(("learning",), ("a",), ("estudiar",), ("aprender",), ("hacia",), ("meterme", "en")),
    *(("entrar", "en"), ("programa", "de"), ("programas", "de"), ("curso", "de")),
    *(("cursos", "de"), ("carrera", "de"), ("clases", "de"), ("program", "in"), ("course", "in")),
    *(("classes", "in"), ("class", "in"), ("degree", "in"), ("lo", "de"), ("sobre",)),
    *(("start", "in"), ("empezar", "en"), ("have", "to", "know"), ("need", "to", "know")),
    *(("need",), ("must", "know"), ("got", "to", "know"), ("dont", "know"), ("knowing",)),
    *(("saber",), ("saber", "de"), ("necesito",), ("necesita",), ("no", "se")),
    *(("all",), ("isnt", "just"), ("not", "just"), ("isnt", "only"), ("not", "only")),
    *(("everything", "is"), ("puro",), ("pura",), ("todo", "es"), ("nada", "de"), ("no", "es")),
    *(("solo",), ("solo", "es"), ("nomas",), ("todo", "sea")),
    *(("like",), ("love",), ("enjoy",), ("interested", "in"), ("into", "doing")),
    *(("me", "late"), ("gusta",), ("encanta",), ("interesa",), ("la", "atencion")),
)
"""Words right before what somebody wishes to do, asks about, fears or cannot do, or a program
teaches: "a role that isn't all programming"."""

_WHAT_THEY_DO = frozenset("what do|what does|que hace|que hacen|q hace|q hacen".split("|"))
"""Before somebody whose work is asked about: "what does an IT guy do all day"."""

_FAR = 8
"""Words among which it is asked what those do who are named next."""

_STUDENT = words_of("student students estudiante estudiantes")
_STUDENT_THINGS = words_of(
    "system systems record records portal portals information info database databases data files "
    "file affairs services accounts account attendance enrollment transcripts software"
)
_THINGS_OF = words_of(
    "sistema sistemas expedientes expediente registros registro archivos archivo portal datos "
    "asistencia matricula servicios plataforma"
)
"""What a school keeps of its students: who works with it is none."""

_LONGEST = 3
"""Words of the longest phrase that tells whom somebody asks for."""

_ARTICLES = words_of("la el lo las los the")
_OF_HEALTH = words_of("salud medica medico clinica biomedica sanitaria")
_JOINED = words_of("en de para la el y")
_WORKS = words_of("trabajo trabaje trabajando anos experiencia worked work years")


def is_somebody_else(tokens: Sequence[str], start: int, end: int) -> bool:
    """Whether a name is of somebody who helped: "my nurse told me"."""
    mine = start > 0 and tokens[start - 1] in _MINE
    placed = mine and not _AT.isdisjoint(tokens[end : end + 1])
    near = tokens[end : end + (_WHERE if placed else 2)]
    after = [word for word in near if word not in _WHOM]
    if not after or _GAVE.isdisjoint(after if placed else after[:1]):
        return False
    for at in range(start - 1, max(start - 2 - _BEFORE, -1), -1):
        if tokens[at] in _THEIRS or tokens[at] in _IS:
            return False
        if tokens[at] in _MINE:
            return not (at and tokens[at - 1] in _IS | _THEIRS)
    return not _US.isdisjoint(tokens[end : end + 2])


def is_told_of_others(tokens: Sequence[str], start: int) -> bool:
    """Whether somebody who asks for themselves says by the way what another person does."""
    at = start - 1
    while at >= 0 and tokens[at] in _TELLS_OF:
        at -= 1
    if at > 2 and tokens[at - 1] in _MINE and tokens[at - 2] in _AT:
        at -= 3
    if at < 0 or _DOES.isdisjoint(tokens[at:start]):
        return False
    if tokens[at] in _ANYBODY:
        return _IS.isdisjoint(tokens[max(at - 2, 0) : at])  # "I am a woman who does"
    said = {*runs(tokens, _LONGEST)}
    told_of = tokens[at] in OTHER_PEOPLE
    return told_of and not _FOR_ONESELF.isdisjoint(said) and _FOR_THEM.isdisjoint(said)


def is_adviser(tokens: Sequence[str], start: int, end: int) -> bool:
    """Whether a name is that of who asks for a client: "a counselor with a client, an RN"."""
    advises = not _ADVISES.isdisjoint(tokens[start:end])
    return advises and not _FOR_CLIENTS.isdisjoint(tokens[end:])


def is_students_thing(tokens: Sequence[str], start: int, end: int) -> bool:
    """Whether students are but those whose records somebody keeps: "the student system"."""
    if tokens[end - 1] not in _STUDENT:
        return False
    before = [word for word in tokens[max(start - _BEFORE, 0) : start] if word not in _OF_THE]
    kept = bool(before) and before[-1] in _THINGS_OF
    return kept or not _STUDENT_THINGS.isdisjoint(tokens[end : end + 1])


def is_tool(tokens: Sequence[str], start: int) -> bool:
    """Whether a product is but what people work with or changed to: "we switched to Epic"."""
    before = tokens[:start]
    if not _OURS.isdisjoint(before[-1:]) or not _ROLLED_OUT.isdisjoint(tokens[start + 1 :][:1]):
        return True
    to_it = bool(before[-1:]) and before[-1] in _TO
    return to_it and not _SWITCHED.isdisjoint(before[-_NEAR:])


def is_wish(tokens: Sequence[str], start: int, end: int) -> bool:
    """Whether a field is what somebody wishes to do, asks about or learns, or ours."""
    before = tuple(tokens[:start])
    while before[-1:] and before[-1] in _ARTICLES:
        before = before[:-1]
    if _WORKS.intersection(before[-3:]):
        return False
    if any(before[-len(words) :] == words for words in _WISH):
        return True
    if not _WHAT_THEY_DO.isdisjoint(runs(before[-_FAR:], _LONGEST)):
        return True
    after = [word for word in tokens[end : end + 3] if word not in _JOINED]
    return bool(after[:1]) and after[0] in _OF_HEALTH
