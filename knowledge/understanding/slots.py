"""Finds the things a text names: roles, states, degrees … and takes them out of the words.

Names and aliases come from the content. The longest name wins, so "implementation support
specialist" is never read as "implementation". Words of a name may stand in another order, joined
otherwise: "board certificate of clinical informatics". A name that may be two things (a nurse is a
degree and a background) gives one variant of the text for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import combinations, islice

from knowledge.gazetteer import AMBIGUOUS_CODES
from knowledge.matching.words import one_of, stem, tokenize
from knowledge.remembering import remembered
from knowledge.schema import OWN, SOURCE_LANGUAGE, Content, Kind, Thing
from knowledge.understanding.bystanders import (
    is_adviser,
    is_somebody_else,
    is_students_thing,
    is_told_of_others,
    is_tool,
    is_wish,
)
from knowledge.understanding.countries import (
    is_earned_here,
    is_people,
    is_unlicensed_here,
    studied_in,
)

MOST_VARIANTS = 4

_REMEMBERED = 1_000
"""Texts whose names are remembered: each is looked through twice, for its language first."""

_WORDS_REMEMBERED = 20_000
"""Words of which it is remembered whether a name may begin with them."""

_NEGATIONS = {
    *("not", "no", "without", "isnt", "arent", "except", "besides", "never", "non"),
    *("sin", "excepto", "menos", "tampoco", "nunca"),
}
_ABOUT = frozenset("o al lo".split())
"""Before "menos" these rule nothing out: "más o menos", "al menos", "por lo menos"."""
_NEGATION_PAIRS = {("other", "than"), ("instead", "of"), ("rather", "than"), ("en", "vez")}
_NEGATION_PAIRS |= {("anything", "but"), ("everything", "but")}
_NOT = frozenset(
    "dont doesnt didnt havent hasnt hadnt wont not no never nor nunca ni jamas".split()
)
_HAVING = frozenset(
    "have has had got hold own earned finish finished complete completed graduated "
    "tengo tiene tenia tuve termine termino terminado acabe saque saco".split()
)
_WANTING = frozenset("want wanna wants quiero quiere quisiera".split())
"""Behind a word that denies them these tell what somebody lacks or refuses, and so is not theirs:
"I haven't got a degree", "no quiero ser enfermera"."""
_BETWEEN = frozenset(
    "to do get go for study with yet my mi he hacer estudiar sacar para another otra otro".split()
)
"""Words between these and what is named: "never finished my degree"."""
_STILL = frozenset("anymore more longer mas ya".split())
"""Words by which somebody tells what they are: "I don't want to be a nurse anymore"."""
_LACKED = re.compile(
    r"(?:degree )?(?:but|pero) (?:i )?(?:dont have (?:one|it|that)"
    r"|(?:never|didnt) (?:got|get|finish(?:ed)?|complete(?:d)?)"
    r"|(?:no|nunca) (?:lo|la) (?:tengo|termine|saque))\b"
)
"""What is said behind what somebody lacks: "a master's but I don't have one"."""
_DENIAL = 7
"""Words among which somebody says so."""
_ARTICLES = {"a", "an", "the", "any", "un", "una", "el", "la", "soy", "of", "de", "being"}
_ARTICLES |= {"licensed", "become", "becoming", "be", "been", "ser"}
_ARTICLES |= {"really", "actually", "exactly"}
_PASSED = _ARTICLES | _HAVING | _WANTING | _BETWEEN

_JOINERS = frozenset("of in for the a an to de del d en la el los las para un una".split())
"""Words that a name may have or lack; "d" is "de" in a hurry."""

_TURNING = frozenset("of in de del d en".split())
"""Between two words these turn them round: a "manager of implementation" is an implementation
manager, but "doctors and nurses" are no nursing doctors."""

_FIELD = frozenset("health healthcare care".split())
"""Before "IT" these name our own field: "health IT experience" is no experience in IT."""

_FREE = 3
"""A name of so many words is known by their stems in any order."""

_LONGEST_FREE = 5

_OPENING_WORDS = frozenset("in or me hi ok oh de la al do as mi ia".split())
"""Those of the ambiguous postal codes that open a text as a word: "OK, which roles", "La IA"."""

_OFTEN_WORDS = frozenset("vi va ne ct ms mt".split())
"""Postal codes that often open a text as a word ("vi un anuncio", "va a abrir", "CT tech"): there
they are a state only in capitals, or alone."""

_OFFICE = "va"
"""The postal code that is an office too: Veterans Affairs, but where a place is told."""

_PLACE_BEFORE = frozenset("in near around from at to for state en cerca desde de of live".split())
_FROM = frozenset("soy eres es somos son vengo cerca fuera lejos estado ciudad zona".split())
"""Words before a "de" that a place stands behind: a "curso de IA" is not in Iowa."""
_PLACED = frozenset("in near around from en cerca desde".split())
_VISA = frozenset("visa visas visado visados".split())
"""Right beside such a word letters name a kind of it: a "TN visa" is not of Tennessee."""
_BEFORE_TITLES = frozenset("a an am im as soy un una being not no licensed".split())

_WORDS_TOO = frozenset("do him pa ma od it as aa bs ba pt ot dc md sharp".split())
"""Names, or ends of names ("work in IT"), that are ordinary words or postal codes too. They are
names in capitals, with dots, or after an article ("I'm a PA"); after "in" they are places."""

_CAPITALS = re.compile(r"\b[A-Z]{2,5}\b|\b[A-Za-z](?:\.[A-Za-z]){1,3}\b")

_HELPERS = frozenset(
    "assistant aide technician tech receptionist secretary helper scribe asistente auxiliar "
    "ayudante tecnico tecnica recepcionista secretaria secretario "
    "career guidance employment admissions".split()
)
"""Who is named with these is none of that degree: neither a chiropractic assistant nor a career
counselor."""

_AT_WORK = _JOINERS | {"at", "our", "my", "local", "big", "small", "mi", "nuestro"}
_CARE = frozenset("hospital clinic hospice clinica hospicio".split())
"""Where work is work in health care, whatever the trade: a hospital's chaplain."""

_ORDER = (
    *(Kind.ROLE, Kind.PROGRAM, Kind.CREDENTIAL, Kind.DEGREE, Kind.UNIVERSITY, Kind.COLLEGE),
    *(Kind.STATE, Kind.REGION, Kind.CATEGORY, Kind.OPENING, Kind.BACKGROUND, Kind.PROVIDER),
    *(Kind.CURRICULUM, Kind.OCCUPATION, Kind.SUBJECT),
)
"""Which thing a name that several share most likely means."""

_FEW_ALIKE = 2
"""Things that may be told of together where a part of a name is that of each."""

_TOLD_IN_PART = frozenset((Kind.ROLE, Kind.PROGRAM, Kind.COLLEGE, Kind.UNIVERSITY))
"""Kinds of things with long names, of which people say a part: "the manager". Parts of what people
are, of places and of credentials are ordinary words: "only", "great", "experience"."""

_MISTAKEN = (_WORDS_TOO | AMBIGUOUS_CODES) - _JOINERS
"""Names that hold one of these are read only as they are written: a "license in PA" is no PA's."""

_Free = tuple[str, str] | frozenset[str]
"""A name freely said: what "of" stands between, or the stems of three words and more."""

Target = tuple[str, str]
"""A kind and the id of a thing of that kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name found in a text."""

    start: int
    end: int
    targets: tuple[Target, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way to read the names of a text: what it is about, and the words that are left."""

    text: str
    """The words, with ``{role}`` and the like where names stood."""
    slots: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    excluded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Things named only to be ruled out: "not a nurse", "other than trainer"."""


class Finder:
    """All names of a content, ready to be found."""

    def __init__(self, content: Content) -> None:
        self._lengths: dict[tuple[str, ...], list[int]] = {}
        self._first: set[str] = set()
        self._codes: dict[str, str] = {}
        self._vocabulary: set[str] = set()
        self._titles: set[tuple[str, ...]] = set()
        self._heads: set[str] = set()
        self._holding: dict[str, list[tuple[str, ...]]] = {}
        self._free: dict[_Free, list[Target]] = {}
        self._beside: dict[str, set[str]] = {}
        """The stems of names that may be said freely, and those beside each in such names."""
        self._variants = remembered(self._variants_afresh, _REMEMBERED)
        self._may_begin = remembered(self._begins_afresh, _WORDS_REMEMBERED)
        self._abroad = _leading(content, "abroad")
        self._in_care = _leading(content, "in_care")
        self._computing = _computing(content)
        self._short = {k: v for k, v in content.words.abbreviations.items() if " " not in v}
        found: dict[tuple[str, ...], list[Target]] = {}
        for thing in content.things.values():
            if thing.kind is Kind.STATE and thing.place:
                self._codes[thing.place.state.lower()] = thing.id
            for title in thing.name.root.values():
                self._titles.update(self._key(name) for name in _plain_names(title))
            if thing.kind is Kind.ROLE:
                self._heads.add(self._key(thing.name.say(SOURCE_LANGUAGE))[-1])
            for name in names_of(thing):
                words = tokenize(name)
                self._vocabulary.update(words)
                key = self._key(name)
                targets = found.setdefault(key, []) if key else []
                if (thing.kind.value, thing.id) not in targets:
                    targets.append((thing.kind.value, thing.id))
        self._targets = found
        self._arrange()

    def _arrange(self) -> None:
        """Keep how long names are by their first two words, and names by their words."""
        lengths: dict[tuple[str, ...], set[int]] = {}
        for key, targets in self._targets.items():
            targets.sort(key=lambda target: _ORDER.index(target[0]))
            self._first.add(key[0])
            lengths.setdefault(key[:2], set()).add(len(key))
            for word in set(key):
                self._holding.setdefault(word, []).append(key)
            turned = (key[1], "of", key[0]) if len(key) == 2 else key
            free = None if _MISTAKEN.intersection(key) else _in_any_order(turned)
            if free:
                roots = {*map(stem, key)}
                for root in roots:
                    self._beside.setdefault(root, set()).update(roots)
                if self._free.setdefault(free, targets) != targets:
                    self._free[free] = []  # two things: neither is meant
        self._lengths = {words: sorted(each, reverse=True) for words, each in lengths.items()}

    def _key(self, name: str) -> tuple[str, ...]:
        return tuple(self._compared(tokenize(name)))

    def _compared(self, words: Iterable[str]) -> list[str]:
        """Return words as names are compared by them: short forms written out, singular."""
        return [singular(self._short.get(word, word)) for word in words]

    def vocabulary(self) -> set[str]:
        """Return every word that a name holds, for spelling repair."""
        return self._vocabulary

    def mentions(self, tokens: list[str], raw: str = "") -> list[Mention]:
        """Return the names in a list of words, from left to right."""
        beginnings = [at for at, word in enumerate(tokens) if self._may_begin(word)]
        if not beginnings:
            return []
        stems = self._compared(tokens)
        shouted = raw == raw.upper()
        capitals = {
            c.replace(".", "").lower() for c in _CAPITALS.findall(one_of(raw)) if not shouted
        }
        found: list[Mention] = []
        end = 0
        for at in beginnings:
            if at < end:
                continue
            mention = (
                self._longest(tokens, stems, at, capitals)
                or self._in_other_order(stems, at)
                or self._code(tokens, at, capitals)
            )
            if mention is None:
                continue
            start, end = mention.start, mention.end
            if targets := self._of_asker(mention, tokens):
                denied = _negated(tokens, start, found) or _denied(tokens, start, end)
                found.append(replace(mention, targets=targets, negated=denied))
        return self._earned_abroad(self._done_in_care(found, tokens), tokens)

    def _begins_afresh(self, word: str) -> bool:
        """Whether a name may begin with a word; four in ten begin none."""
        [compared] = self._compared([word])
        free = compared not in _JOINERS and stem(compared) in self._beside
        return free or compared in self._first or word in self._codes

    def _of_asker(self, mention: Mention, tokens: list[str]) -> tuple[Target, ...]:
        """Return what a name means but for what is said of others, of a tool, or as a wish."""
        at, end = mention.start, mention.end
        targets = _without_helpers(mention, tokens)
        kinds = {kind for kind, _ in targets}
        others = not OWN.isdisjoint(kinds) and (
            is_somebody_else(tokens, at, end)
            or is_told_of_others(tokens, at)
            or is_students_thing(tokens, at, end)
            or is_adviser(tokens, at, end)
        )
        tool = Kind.CREDENTIAL in kinds and end - at == 1 and is_tool(tokens, at)
        wish = not self._computing.isdisjoint(targets) and is_wish(tokens, at, end)
        return tuple(
            target
            for target in targets
            if not (others and target[0] in OWN)
            and not (tool and target[0] == Kind.CREDENTIAL)
            and not (wish and target in self._computing)
        )

    def _done_in_care(self, found: list[Mention], tokens: list[str]) -> list[Mention]:
        """Read "a chaplain at a hospital" as work in health care, whatever the trade."""
        starts = {mention.start for mention in found}
        read: list[Mention] = []
        for one in found:
            place = _care_place(tokens, one.end) if self._in_care.keys() & one.targets else None
            if place is not None and starts.isdisjoint(range(one.end, place + 1)):
                targets = dict.fromkeys(
                    self._in_care.get(target, target) for target in one.targets
                )
                read.append(replace(one, end=place + 1, targets=tuple(targets)))
            else:
                read.append(one)
        return read

    def _earned_abroad(self, found: list[Mention], tokens: list[str]) -> list[Mention]:
        """Read "an MD from Mexico" as what it is when it was earned abroad."""
        if not any(target in self._abroad for mention in found for target in mention.targets):
            return found
        if not (_names_abroad(found, tokens) or is_unlicensed_here(" ".join(tokens))):
            return found
        return [
            replace(one, targets=tuple(self._abroad.get(target, target) for target in one.targets))
            for one in found
        ]

    def _longest(
        self, tokens: list[str], stems: list[str], at: int, capitals: set[str]
    ) -> Mention | None:
        for length in (*self._lengths.get(tuple(stems[at : at + 2]), ()), 1):
            key = tuple(stems[at : at + length])
            if key[0] == "it" and _FIELD.intersection(tokens[max(at - 1, 0) : at]):
                return None
            if targets := self._targets.get(key):
                whole = key[:-1] in self._targets  # "Washington DC" is as plain as "Washington"
                if not (whole or _is_name(tokens, at + len(key) - 1, capitals)):
                    return None
                alone = self._codes.get(key[0]) if len(tokens) == 1 else None
                state = [(Kind.STATE.value, alone)] if alone else []  # "MA", asked for a state
                return Mention(start=at, end=at + len(key), targets=(*targets, *state))
        return None

    def _in_other_order(self, words: list[str], start: int) -> Mention | None:
        """Read the longest name whose words begin here, in any order and joined in any way."""
        roots = [stem(words[start])]
        beside = self._beside.get(roots[0])
        if beside is None or words[start] in _JOINERS:
            return None
        found = None
        for at in range(start + 1, len(words)):
            if words[at] in _JOINERS:
                continue
            roots.append(stem(words[at]))
            if len(roots) > _LONGEST_FREE or roots[-1] not in beside:
                break
            free = _in_any_order(words[start : at + 1])
            if free and (targets := self._free.get(free)):
                found = Mention(start=start, end=at + 1, targets=tuple(targets))
        return found

    def by_part(
        self, words: list[str], kinds: Iterable[str], ordinary: Set[str] = frozenset()
    ) -> dict[str, tuple[str, ...]]:
        """Return the thing of these kinds whose name holds all these words, or the two of a kind.

        Where a chat is about roles, "the manager" is enough to name the implementation manager,
        and "the implementation one" may be two; what may be more than two names nothing. Only
        display names are told in part: an alias is made of the words that people ask with,
        so that "no degree" would name who has a "journalism degree".

        Args:
            words: what was said.
            kinds: the kinds of things that may be meant.
            ordinary: words that alone are no part of a name, but for what a role is in one word:
                "the manager".
        """
        wanted = {singular(word) for word in words} - _PLACE_BEFORE
        if wanted <= ordinary - self._heads:
            return {}
        rarest = min((self._holding.get(word, []) for word in wanted), key=len, default=[])
        names = [name for name in rarest if name in self._titles and wanted <= set(name)]
        for kind in _TOLD_IN_PART.intersection(kinds):
            holding = {key for name in names for of, key in self._targets[name] if of == kind}
            if 0 < len(holding) <= _FEW_ALIKE:
                return {str(kind): tuple(sorted(holding))}
        return {}

    def _code(self, tokens: list[str], at: int, capitals: set[str]) -> Mention | None:
        """Read a postal code where it cannot be an ordinary word."""
        token = tokens[at]
        if token not in self._codes or not _VISA.isdisjoint(tokens[max(at - 1, 0) : at + 2]):
            return None
        before = tokens[at - 1] if at else ""
        if token == _OFFICE and len(tokens) > 1 and before not in _PLACED:
            return None
        if token in AMBIGUOUS_CODES:
            is_state = token in capitals and _is_placed(tokens, at)
        else:
            opens = at == 0 and (token not in _OFTEN_WORDS or len(tokens) == 1)
            placed = opens or before in _PLACE_BEFORE
            is_state = token in capitals or placed
        if not is_state:
            return None
        return Mention(start=at, end=at + 1, targets=((Kind.STATE.value, self._codes[token]),))

    def all_named(self, tokens: list[str], raw: str = "") -> dict[str, tuple[str, ...]]:
        """Return every thing that a text may name, in all its readings; not what it rules out."""
        named: dict[str, list[str]] = {}
        for mention in self.mentions(tokens, raw):
            for kind, key in mention.targets if not mention.negated else ():
                named.setdefault(kind, []).append(key)
        return {kind: tuple(dict.fromkeys(keys)) for kind, keys in named.items()}

    def names_abroad(self, tokens: list[str], raw: str = "") -> bool:
        """Return whether a text names a place of studies abroad; a people alone is none."""
        plain = self.variants(tokens, raw)[0].text
        return not all(map(is_people, studied_in(plain.split(), " ".join(tokens))))

    def variants(self, tokens: list[str], raw: str = "") -> tuple[Variant, ...]:
        """Return the readings of a text, at most ``MOST_VARIANTS``; the first is the plainest."""
        return self._variants(tuple(tokens), raw)

    def _variants_afresh(self, words: tuple[str, ...], raw: str) -> tuple[Variant, ...]:
        tokens = list(words)
        mentions = self.mentions(tokens, raw)
        if not mentions:
            return (Variant(text=" ".join(tokens)),)
        few = islice(_choices(mentions), MOST_VARIANTS)
        return tuple(_variant(tokens, mentions, choice) for choice in few)


def _choices(mentions: Sequence[Mention]) -> Iterator[list[Target]]:
    """Yield what names may mean together: each its first meaning, then one its second, and so on.

    So each name's second meaning has its turn before those of two at once; the last name's first.
    """
    two_way = [at for at, mention in enumerate(mentions) if len(mention.targets) > 1][::-1]
    for many in range(len(two_way) + 1):
        for turned in combinations(two_way, many):
            yield [mention.targets[at in turned] for at, mention in enumerate(mentions)]


def _leading(content: Content, link: str) -> dict[Target, Target]:
    """Return the things of the same kind that a link leads to."""
    return {
        (thing.kind.value, thing.id): (thing.kind.value, other)
        for thing in content.things.values()
        for other in thing.links.get(link, ())
    }


def _computing(content: Content) -> frozenset[Target]:
    """Return the kinds of work in IT, our own field, into which many wish to go."""
    people = content.eligibility.people if content.eligibility else {}
    in_it = (key for key, said in people.items() if said.get("it") and key in content.things)
    return frozenset((content.things[key].kind.value, key) for key in in_it)


def _in_any_order(words: Sequence[str]) -> _Free | None:
    """Return the same for all ways to say a name freely; None where the words are too few."""
    said = [word for word in words if word not in _JOINERS]
    if len(said) == 2:
        return (said[0], said[1]) if words[1] in _TURNING else None
    return frozenset(map(stem, said)) if _FREE <= len(said) <= _LONGEST_FREE else None


def _is_name(tokens: list[str], at: int, capitals: set[str]) -> bool:
    """Whether a word that may end a name, be an ordinary word or a place ends a name here."""
    word, before = tokens[at], tokens[at - 1] if at else ""
    if word not in _WORDS_TOO:
        return True
    if before in _PLACED and word != "it":  # people work in IT, but live in PA
        return False
    return word in capitals or before in _BEFORE_TITLES or len(tokens) == 1


def _variant(tokens: list[str], mentions: list[Mention], choice: Iterable[Target]) -> Variant:
    words: list[str] = []
    slots: dict[str, list[str]] = {}
    excluded: dict[str, list[str]] = {}
    at = 0
    for mention, (kind, key) in zip(mentions, choice, strict=True):
        words.extend(tokens[at : mention.start])
        words.append(f"{{{kind}}}")
        at = mention.end
        target = excluded if mention.negated else slots
        if key not in target.setdefault(kind, []):
            target[kind].append(key)
    words.extend(tokens[at:])
    return Variant(
        text=" ".join(words),
        slots={kind: tuple(keys) for kind, keys in slots.items()},
        excluded={kind: tuple(keys) for kind, keys in excluded.items()},
    )


def _negated(tokens: list[str], start: int, found: list[Mention]) -> bool:
    """Whether the words just before a name rule it out."""
    earliest = found[-1].end if found else 0
    for at in range(start - 1, earliest - 1, -1):
        before = tokens[at - 1] if at else ""
        if tokens[at] == "menos" and before in _ABOUT:
            return False
        if tokens[at] in _NEGATIONS or (before, tokens[at]) in _NEGATION_PAIRS:
            return True
        if tokens[at] not in _ARTICLES:
            return False
    return False


def _denied(tokens: list[str], start: int, end: int) -> bool:
    """Whether somebody says that they lack or refuse what is named, and so are it not."""
    if _LACKED.match(" ".join(tokens[end : end + _DENIAL])):
        return True
    at = start - 1
    verbs: set[str] = set()
    while at > 0 and tokens[at] not in _NOT and tokens[at] in _PASSED:
        verbs.add(tokens[at])
        at -= 1
    if at < 0 or tokens[at] not in _NOT or verbs.isdisjoint(_HAVING | _WANTING):
        return False
    still = _STILL.intersection((*tokens[max(at - 2, 0) : at], *tokens[end : end + 2]))
    return not (still and verbs & _WANTING)


def _without_helpers(mention: Mention, tokens: list[str]) -> tuple[Target, ...]:
    """Return what a name means: no degree where it is that of somebody's employer."""
    before = next((t for t in reversed(tokens[: mention.start]) if t not in _JOINERS), "")
    after = tokens[mention.end] if mention.end < len(tokens) else ""
    if _HELPERS.isdisjoint((singular(before), singular(after))):
        return mention.targets
    return tuple(target for target in mention.targets if target[0] != Kind.DEGREE)


def _care_place(tokens: list[str], at: int) -> int | None:
    """Return where "at a hospital" ends, if that is what the words from here say."""
    end = at
    while end < len(tokens) and tokens[end] in _AT_WORK:
        end += 1
    placed = end > at and end < len(tokens) and singular(tokens[end]) in _CARE
    return end if placed else None


def _is_placed(tokens: list[str], at: int) -> bool:
    """Whether a place can stand here, where the word may be another thing."""
    if at == 0:
        return tokens[0] not in _OPENING_WORDS
    before = tokens[at - 1]
    from_there = before != "de" or (at > 1 and tokens[at - 2] in _FROM)
    return before in _PLACE_BEFORE and from_there


def _names_abroad(found: list[Mention], tokens: list[str]) -> bool:
    """Whether the words beside the names found name another country: New Mexico is none.

    A people alone is no country where the degree is ours: "Cuban dentist, studied in Florida".
    """
    plain = _variant(tokens, found, [one.targets[0] for one in found]).text
    abroad = studied_in(plain.split(), " ".join(tokens))
    if not abroad or not all(map(is_people, abroad)):
        return bool(abroad)
    return not is_earned_here(plain)


def singular(word: str) -> str:
    """Return a word without its plural s, so that "trainers" names the trainer.

    A full stemmer would be too much here: it makes "Maine" of "main".
    """
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "siu" else word


def names_of(thing: Thing) -> Iterator[str]:
    """Yield every name of a thing, in every language."""
    for name in thing.name.root.values():
        yield from _plain_names(name)
    for names in thing.aliases.values():
        yield from names


def _plain_names(name: str) -> Iterator[str]:
    """Yield a display name and, for ``capacitador (Trainer)``, its parts."""
    outside, _, inside = name.partition("(")
    yield outside.strip()
    if inner := inside.rstrip(") ").strip():
        yield inner
