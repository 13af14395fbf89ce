"""Groups like questions: typos, word order and paraphrases stand together. Pure.

A question is brought to weighted *terms*: the themes it touches (``themes.yaml``), the stems of
its other words, the things it names. Words that everybody uses here weigh little. A question
joins the group whose wordings it is most like on average; where none is near enough it begins one
of its own. Nothing is random, so the same questions in the same order give the same groups, on
any replica.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import hypot, log10
from pathlib import Path

import yaml

from knowledge.spelling import usage
from knowledge.understanding import Understanding
from knowledge.words import expand, is_slot, stem, tokenize

THEMES = Path(__file__).parent / "themes.yaml"

NEAR = 0.6
"""How alike a question must be to the wordings of a group, on average; chosen on half of the
labelled groups."""
_THEME = 2.0
_NAMED = 0.9
_RAREST, _COMMONEST = 7.0, 3.0
"""Shares of a language's words, as powers of ten, between which a word's weight falls."""
MOST_TERMS = 24
"""The heaviest terms of a question that count; a long story has no more."""
LONGEST_TERM = 60
LONGEST = 1_000
"""Letters of a question that are read for grouping."""

_EMPTY = frozenset(
    "a an the i you he she it we they me my your his her its our their them us this that these "
    "those there here is are am was were be been being do does did have has had can could will "
    "would shall should may might must of to in on at by for from with without about into over "
    "as if then than so and or but not no yes any some all each one ones what which who whom "
    "whose when where why how much many more most very just also too only same other another "
    "get got go going want wants like need needs know tell find give take took make come say "
    "please thanks thank hello hi ok okay really still yet now today ever up out down off "
    "until while during before after because between through something anything someone "
    "somebody anyone anybody thing things kind way let lot lots even back again old new good "
    "el la los las un una unos unas lo al del de en y o u que con sin por para se su sus mi mis "
    "tu tus me te le les nos es son soy somos era fue ser estar esta este esto estas estos ese "
    "esa eso hay ha han he como cuando donde cual cuales quien quienes cuanto cuanta cuantos "
    "cuantas si no ni mas muy tambien pero ya puedo puede pueden quiero quiere necesito necesita "
    "tengo tiene tienen hacer hago debo debe algo alguien algun alguna desde hasta sobre".split()
)
_HABITUAL = frozenset(
    "health it hit informatics information technology ehr emr record electronic class classes "
    "course training train trainee program programs study school college colleges university "
    "campus student students learn learning job jobs work worker workers working hospital "
    "hospitals clinic clinics employer employers people person start join pay paid money cost "
    "tuition require required requirement requirements allowed possible use used help question "
    "consortium role roles field staff year years week day time evening hour online end free "
    "salud informatica tecnologia curso cursos clase clases programa programas estudiar "
    "estudiante estudiantes colegio universidad escuela capacitacion trabajo trabajos empleo "
    "empleos hospitales aprender ano anos semana dia tiempo gratis ayuda pagar".split()
)

Terms = Mapping[str, float]
"""What a question is about: terms with their weights, the squares of which add up to one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Themes:
    """The themes of ``themes.yaml``, ready to be found in words."""

    words: Mapping[str, tuple[str, ...]]
    endings: tuple[tuple[str, str], ...]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]

    def found(self, words: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """Yield each theme in a list of words, and from where to where it stands."""
        for at, word in enumerate(words):
            for theme in self.words.get(word, ()):
                yield theme, at, at + 1
            for start, theme in self.endings:
                if word.startswith(start):
                    yield theme, at, at + 1
            for phrase, theme in self.phrases.get(word, ()):
                if tuple(words[at : at + len(phrase)]) == phrase:
                    yield theme, at, at + len(phrase)


@cache
def themes() -> Themes:
    """Return the packaged themes."""
    plain: dict[str, list[str]] = yaml.safe_load(THEMES.read_text("utf-8"))
    words: dict[str, tuple[str, ...]] = {}
    endings: list[tuple[str, str]] = []
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {}
    for theme, names in plain.items():
        for name in map(str, names):
            spoken = tuple(expand(tokenize(name)))
            if len(spoken) > 1:
                phrases[spoken[0]] = (*phrases.get(spoken[0], ()), (spoken, theme))
            elif name.endswith("*"):
                endings.append((spoken[0], theme))
            else:
                words[spoken[0]] = (*words.get(spoken[0], ()), theme)
    return Themes(words=words, endings=tuple(endings), phrases=phrases)


def terms_of(text: str, understanding: Understanding, known: Themes | None = None) -> Terms:
    """Return what a question is about.

    Words that everybody uses here count only where a question has no others.
    """
    read = expand(tokenize(text[:LONGEST]))
    words, _ = understanding.speller.repair(read)
    variant = understanding.finder.variants(words, text)[0]
    left = variant.text.split()
    found = {f"{kind}={key}": _NAMED for kind, keys in variant.slots.items() for key in keys}
    covered: set[int] = set()
    for theme, start, end in (known or themes()).found(left):
        found[f"#{theme}"] = _THEME
        covered.update(range(start, end))
    others = [word for at, word in enumerate(left) if at not in covered]
    found |= _weighed(others, _HABITUAL | _EMPTY)
    found = found or _weighed(others, _EMPTY) or {" ".join(left)[:LONGEST] or text.strip(): 1.0}
    return _unit(found)


def _weighed(words: Sequence[str], without: frozenset[str]) -> dict[str, float]:
    """Return the stems of words with their weights: rare ones tell much, common ones little."""
    found: dict[str, float] = {}
    for word in words:
        if word not in without and not is_slot(word):
            root = stem(stem(word, "en"), "es")
            found[root] = max(found.get(root, 0.0), _weight(word))
    return found


def _weight(word: str) -> float:
    share = max(usage("en").get(word, 0.0), usage("es").get(word, 0.0))
    rarity = -log10(share) if share else _RAREST
    reach = (rarity - _COMMONEST) / (_RAREST - _COMMONEST)
    return 0.4 + 0.8 * min(max(reach, 0.0), 1.0)


def _unit(found: Mapping[str, float]) -> Terms:
    kept = sorted(found.items(), key=lambda term: (-term[1], term[0]))[:MOST_TERMS]
    length = hypot(*(weight for _, weight in kept))
    return {term[:LONGEST_TERM]: round(weight / length, 6) for term, weight in kept}


def wording(terms: Terms) -> str:
    """Return the key of a wording: questions with the same terms are one wording."""
    return hashlib.sha256("\n".join(sorted(terms)).encode()).hexdigest()[:24]


def nearest(likeness: Mapping[int, float]) -> int | None:
    """Return the group to join, given how like each is; the older one where two are alike."""
    best = min(likeness, key=lambda group: (-round(likeness[group], 6), group), default=None)
    return best if best is not None and likeness[best] >= NEAR else None


class Shelves:
    """Groups in memory, made as the database makes them; for scripts and measurements."""

    def __init__(self) -> None:
        self._wordings: dict[str, int] = {}
        self._profiles: defaultdict[str, dict[int, float]] = defaultdict(dict)
        self._sizes: list[int] = []

    def place(self, terms: Terms) -> int:
        """Return the number of the group that a question joins or begins."""
        key = wording(terms)
        if key not in self._wordings:
            self._wordings[key] = self._add(terms)
        return self._wordings[key]

    def _add(self, terms: Terms) -> int:
        likeness: defaultdict[int, float] = defaultdict(float)
        for term, weight in terms.items():
            for group, total in self._profiles[term].items():
                likeness[group] += weight * total / self._sizes[group]
        near = nearest(likeness)
        group = len(self._sizes) if near is None else near
        if near is None:
            self._sizes.append(0)
        self._sizes[group] += 1
        for term, weight in terms.items():
            self._profiles[term][group] = self._profiles[term].get(group, 0.0) + weight
        return group
