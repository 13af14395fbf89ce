"""Brings a question to what can be compared with others, so that like ones stand together. Pure.

A *sketch* holds four things: weighted terms (the themes of ``themes.yaml`` and the stems of the
other words, rare ones telling most), the things it names, the topics it may be about, and what it
means where an embedding is installed. How sketches are compared is in ``shelves``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import hypot, log10
from pathlib import Path

import numpy as np
import yaml

from knowledge.matching.semantic import Encoder
from knowledge.matching.usage import usage
from knowledge.matching.vectors import Vectors, digest
from knowledge.matching.words import expand, is_slot, stem, tokenize, words_of
from knowledge.understanding.slots import Variant
from knowledge.understanding.understanding import Understanding
from knowledge.verdicts import Chat, Unknown

THEMES = Path(__file__).parent / "themes.yaml"

ALIKE = 0.6
"""How alike the terms of two questions are that ask the same again."""
_THEME = 2.0
_NAMED = 0.9
_RAREST, _COMMONEST = 7.0, 3.0
"""Shares of a language's words, as powers of ten, between which a word's weight falls."""
MOST_TERMS = 24
"""The heaviest terms of a question that count; a long story has no more."""
LONGEST_TERM = 60
LONGEST = 1_000
"""Letters of a question that are read for grouping."""
SPACE = Path(__file__).parent / "grouping_space.npz"
"""What all our questions share by meaning; made by ``python -m benchmarks.grouping``."""
_READINGS = 3
"""Topics that a question may be about, the likeliest first."""
_NONE = 1.0
"""What speaks for none of them, beside the squares of their scores: as much as for a sure one, or
what is asked in like words stands together though it is about other things."""
_SAID_FOR = {"role": "worker"}
"""How the kinds of named things are said to the embedding."""

_EMPTY = words_of(
    "a an the i you he she it we they me my your his her its our their them us this that these "
    "those there here is are am was were be been being do does did have has had can could will "
    "would shall should may might must of to in on at by for from with without about into over "
    "as if then than so and or but not no yes any some all each one ones what which who whom "
    "whose when where why how much many more most very just also too only same other another "
    "get got go going want wants like need needs know tell find give take took make come say "
    "please thanks thank hello hi ok okay really still yet now today ever up out down off until "
    "while during before after because between through something anything someone somebody "
    "anyone anybody thing things kind way let lot lots even back again old new good el la los "
    "las un una unos unas lo al del de en y o u que con sin por para se su sus mi mis tu tus te "
    "le les nos es son soy somos era fue ser estar esta este esto estas estos ese esa eso hay "
    "ha han como cuando donde cual cuales quien quienes cuanto cuanta cuantos cuantas si ni mas "
    "muy tambien pero ya puedo puede pueden quiero quiere necesito necesita tengo tiene tienen "
    "hacer hago debo debe algo alguien algun alguna desde hasta sobre"
)
_HABITUAL = words_of(
    "health it hit informatics information technology ehr emr record electronic class classes "
    "course training train trainee program programs study school college colleges university "
    "campus student students learn learning job jobs work worker workers working hospital "
    "hospitals clinic clinics employer employers people person start join pay paid money cost "
    "tuition require required requirement requirements allowed possible use used help question "
    "consortium role roles field staff year years week day time evening hour online end free "
    "salud informatica tecnologia curso cursos clase clases programa programas estudiar "
    "estudiante estudiantes colegio universidad escuela capacitacion trabajo trabajos empleo "
    "empleos hospitales aprender ano anos semana dia tiempo gratis ayuda pagar"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A question as it is compared with others."""

    key: str
    """The same for the same words in any order."""
    terms: Terms
    things: Mapping[str, tuple[str, ...]]
    """What it names, by kind."""
    topics: Mapping[str, float]
    """How likely each of a few topics is meant."""
    meaning: Vectors | None = None


def sketch_of(text: str, understanding: Understanding, known: Themes | None = None) -> Sketch:
    """Return a question's sketch; where an embedding is installed, this takes milliseconds."""
    variant = _read(text, understanding)
    return Sketch(
        key=wording(text),
        terms=_terms(text, variant, known or themes()),
        things=variant.slots,
        topics=_topics(text, understanding),
        meaning=_meaning(variant.text, understanding.encoder),
    )


def wording(text: str) -> str:
    """Return the key of a wording, which no change of the content changes."""
    words = sorted(set(expand(tokenize(text[:LONGEST]))))
    said = " ".join(words) or text.strip()
    return hashlib.sha256(said.encode(errors="replace")).hexdigest()[:24]


def terms_of(text: str, understanding: Understanding) -> Terms:
    """Return what a question is about.

    Words that everybody uses here count only where a question has no others.
    """
    return _terms(text, _read(text, understanding), themes())


def _read(text: str, understanding: Understanding) -> Variant:
    words, _ = understanding.speller.repair(expand(tokenize(text[:LONGEST])))
    return understanding.finder.variants(words, text)[0]


def _terms(text: str, variant: Variant, known: Themes) -> Terms:
    left = variant.text.split()
    found = {f"{kind}={key}": _NAMED for kind, keys in variant.slots.items() for key in keys}
    covered: set[int] = set()
    for theme, start, end in known.found(left):
        found[f"#{theme}"] = _THEME
        covered.update(range(start, end))
    others = [word for at, word in enumerate(left) if at not in covered]
    found |= _weighed(others, _HABITUAL | _EMPTY)
    found = found or _weighed(others, _EMPTY) or {" ".join(left)[:LONGEST] or text.strip(): 1.0}
    return _unit(found)


def _topics(text: str, understanding: Understanding) -> dict[str, float]:
    """Return how likely a question is about each of a few topics."""
    found: dict[str, float] = {}
    for part in understanding.read(text[:LONGEST], deeper=understanding.has_meaning):
        if not isinstance(part.verdict, Unknown | Chat):  # a greeting is no subject
            near = {one.topic: max(one.score, 0.0) ** 2 for one in part.ranked[:_READINGS]}
            whole = sum(near.values()) + _NONE
            found |= {key: max(found.get(key, 0.0), n / whole) for key, n in near.items()}
    most = max(sum(found.values()), 1.0)
    return {topic: round(likely / most, 4) for topic, likely in found.items()}


def _meaning(said: str, encoder: Encoder | None) -> Vectors | None:
    """Return what sets a question apart by meaning: what all share here is taken out."""
    if encoder is None:
        return None
    spoken = _NAME.sub(lambda name: _SAID_FOR.get(name[1], name[1]), said).strip()
    return space().apart(encoder.encode([spoken or "?"])[0])


_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Space:
    """Where the phrasings of a content lie by meaning, and along which axes they spread most."""

    centre: Vectors
    axes: Vectors
    """One axis a row, of length one."""
    squeeze: Vectors
    """How much less each axis counts."""

    @cached_property
    def version(self) -> str:
        """What tells it from those of other embeddings: vectors of two cannot be compared."""
        return digest(self.centre, self.axes, self.squeeze).hex()[:8]

    def apart(self, vector: Vectors) -> Vectors:
        """Return a vector of length one without what most questions share."""
        kept = vector[: len(self.centre)]
        off = kept / np.linalg.norm(kept) - self.centre
        told = off - (self.axes @ off * (1 - self.squeeze)) @ self.axes
        return np.asarray(told / (np.linalg.norm(told) or 1.0), dtype=np.float16)


@cache
def space() -> Space:
    """Return the packaged space."""
    with np.load(SPACE, allow_pickle=False) as kept:
        return Space(*(kept[name].astype(np.float32) for name in ("centre", "axes", "squeeze")))


def _weighed(words: Sequence[str], without: frozenset[str]) -> dict[str, float]:
    """Return the stems of words with their weights: rare ones tell much, common ones little."""
    found: dict[str, float] = {}
    for word in words:
        if word not in without and not is_slot(word):
            root = stem(stem(word, "en"), "es")
            found[root] = max(found.get(root, 0.0), _weight(word))
    return found


def _weight(word: str) -> float:
    share = usage("en", "es").get(word, 0.0)
    rarity = -log10(share) if share else _RAREST
    reach = (rarity - _COMMONEST) / (_RAREST - _COMMONEST)
    return 0.4 + 0.8 * min(max(reach, 0.0), 1.0)


def _unit(found: Mapping[str, float]) -> Terms:
    kept = sorted(found.items(), key=lambda term: (-term[1], term[0]))[:MOST_TERMS]
    length = hypot(*(weight for _, weight in kept))
    return {term[:LONGEST_TERM]: round(weight / length, 6) for term, weight in kept}
