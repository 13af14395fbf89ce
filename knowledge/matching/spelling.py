"""Repairs slips of the keyboard against the words that the phrasings use. Pure.

A noisy channel (Kernighan, Church and Gale 1990): of the words that a slip or two could have
turned into what was typed, the likeliest is read, where likely means often used, by the phrasings
above all, and reached by a likely slip. What was typed competes: a word in good use stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from math import log

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from knowledge.matching.usage import LONGEST, Shares, usage
from knowledge.matching.words import is_slot, stem, stems
from knowledge.remembering import remembered

Correction = tuple[str, str]
"""What was typed, and what it was read as."""

_TWO_SLIPS_FROM = 7
_SHORTEST = 3
_REMEMBERED = 20_000

_OURS = 0.5
"""Share of all words that are expected to be those of the phrasings."""
_SLIP = log(0.02)
"""A word is mistyped one time in fifty, more or less."""
_STRANGE = log(1e-9)
"""How likely a word that no list has is meant as it stands: a name, perhaps."""

_FORM = 0.003
"""How often a word is said in a form that no list has, beside all its forms together: seldom
enough for a likely slip in another form to be read as that."""

_SWAPPED = log(0.3)
_LEFT_OUT = log(0.3)
_DOUBLED = log(0.5)
_ADDED = log(0.1)
_NEIGHBOUR = log(0.08)
_OTHER = log(0.005)
_VOWEL = log(0.05)
"""One vowel for another is no slip of a finger but of who never saw the word: "chiropracter"."""
_SOUND = log(0.3)

_VOWELS = frozenset("aeiou")

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"

_BY_EAR = "es"
"""The language that is written as it sounds, so that its slips are those of the ear."""
_SOUNDS = (
    (re.compile("ph"), "f"),
    (re.compile("h"), ""),
    (re.compile("qu(?=[ei])|[qk]|c(?![ei])"), "k"),
    (re.compile("[cz]"), "s"),
    (re.compile("v"), "b"),
    (re.compile("g(?=[ei])"), "j"),
    (re.compile("ll|y"), "i"),
    (re.compile(r"(.)\1"), r"\1"),
)
"""What sounds alike in Spanish is written alike."""

_INFLECTED = "es"
"""The language whose words have more forms than its list: "sacaste", "rechacen"."""
_ENDINGS = re.compile(
    r"(?:[aeo]s?|[ae]n|[aei]mos|[ai]ste|[ai]ron|ieron|[aei]r(?:[ae][sn]?|emos|ian?|ias|iamos)?"
    r"|aba[sn]?|abamos|ia[sn]?|iamos|ie?ra[sn]?|ieramos|aramos|[ai]dos?|[ai]das?|ando|iendo"
    r"|ito?s?|itas?|(?:[aei]r|[ae]|ando|iendo)(?:me|te|se|l[aeo]s?|nos)(?:l[aeo]s?)?)"
)
"""How such forms end, with pronouns behind them: "enseneme"."""
_ADJECTIVE = re.compile(r"(.+)ic[ao]s?")
"""Of its root no verb is made: "chiropracter" is no form of "chiropráctico"."""
_CONDITIONAL = ("ari", "eri", "iri")
"""What their roots keep of endings without accents: "trabajaria"."""
_ROOTS = (("zc", "c"), ("qu", "c"), ("gu", "g"), ("c", "z"), ("j", "g"))
"""How the end of a root is written before another vowel: "rechacen" is a form of "rechazar"."""


@cache
def neighbours() -> frozenset[str]:
    """Return the pairs of keys that lie side by side."""
    beside = [row[at : at + 2] for row in _ROWS for at in range(len(row) - 1)]
    for above, below in pairwise(_ROWS):
        for at, key in enumerate(below):
            beside.extend(key + other for other in above[at : at + 2])
    return frozenset(pair for keys in beside for pair in (keys, keys[::-1]))


class Speller:
    """Repairs words against a vocabulary."""

    def __init__(self, counts: Mapping[str, int], languages: Iterable[str] = ("en",)) -> None:
        """Take the vocabulary.

        Args:
            counts: every word of the phrasings and how often they use it.
            languages: the languages whose words are known beyond those.
        """
        self._known = frozenset(counts)
        total = sum(counts.values()) or 1
        self._ours = {w: _OURS * n / total for w, n in counts.items() if w.isalpha()}
        known = tuple(sorted(languages))
        self._usage = usage(*known)
        self._roots: list[Mapping[str, float] | Shares] = []
        if _INFLECTED in known:
            self._roots = [self._own_roots(known), roots_in_use(known)]
        self._by_size: dict[int, list[str]] = {}
        self._by_sound: dict[str, list[str]] = {}
        for word in sorted(self._ours):
            self._by_size.setdefault(len(word), []).append(word)
            if _BY_EAR in known:
                self._by_sound.setdefault(sound(word), []).append(word)
        self._read = remembered(self._read_afresh, _REMEMBERED)

    def _own_roots(self, languages: Sequence[str]) -> Mapping[str, float]:
        """Return how often our words of each root are said, but for words of other languages.

        "Physicien" is a slip for the physician, and no form of a verb.
        """
        others = [self._usage.said_in(at) for at, one in enumerate(languages) if one != _INFLECTED]
        ours = self._ours.items()
        return _roots({w: n for w, n in ours if not any(w in said for said in others)})

    def repair(self, words: Sequence[str]) -> tuple[list[str], tuple[Correction, ...]]:
        """Return the words, those with slips repaired, and what was changed."""
        repaired: list[str] = []
        corrections: list[Correction] = []
        at = 0
        while at < len(words):
            used, read = self._read_at(words, at)
            if read != (words[at],):
                corrections.append((" ".join(words[at : at + used]), " ".join(read)))
            repaired.extend(read)
            at += used
        return repaired, tuple(corrections)

    def _read_at(self, words: Sequence[str], at: int) -> tuple[int, tuple[str, ...]]:
        """Return how many words from a place belong together, and what they mean."""
        if words[at] in self._known:
            return 1, (words[at],)
        return self._run_together(words, at) or (1, self._read(words[at]))

    def _run_together(self, words: Sequence[str], at: int) -> tuple[int, tuple[str, ...]] | None:
        """Read two pieces of one word of ours ("imple mentation") as that word."""
        pair = words[at : at + 2]
        joined = "".join(pair)
        if len(pair) < 2 or joined not in self._ours or all(word in self._usage for word in pair):
            return None
        return 2, (joined,)

    def _read_afresh(self, word: str) -> tuple[str, ...]:
        """Return what an unknown word most likely means: itself, another word, or two."""
        if is_slot(word) or not word.isalpha() or not _SHORTEST <= len(word) <= LONGEST:
            return (word,)
        found = {word: max(self._likely(word), _STRANGE)}
        near = one_slip_away(word)
        for meant in self._usage.among(near) | (near & self._ours.keys()):
            if len(word) == len(meant) == _SHORTEST and meant not in self._usage:
                continue  # "WGU" is another school, not a slip for "GWU"
            if len(meant) < _SHORTEST and not _is_doubled(meant, word):
                continue  # "ola" is no "la"
            found[meant] = self._likely(meant) + _SLIP + slip(meant, word)
        for meant in self._by_sound.get(sound(word), ()):
            heard = self._likely(meant) + _SLIP + _SOUND
            found[meant] = max(heard, found.get(meant, heard))
        best = max(found, key=found.__getitem__)
        if best == word and word not in self._usage and not self._is_form(word):
            return self._apart(word) or (self._far(word) or word,)
        return (best,)

    def _likely(self, word: str) -> float:
        """Return the log of how likely a word is to be said here."""
        share = self._ours.get(word, 0.0) + self._usage.get(word, 0.0)
        share = share or _FORM * self._share_of_root(word)
        return log(share) if share else 2 * _STRANGE

    def _share_of_root(self, word: str) -> float:
        """Return how often the other forms of a word are said."""
        roots = _written(word) if self._roots else ()
        return max((sum(said.get(one, 0.0) for said in self._roots) for one in roots), default=0.0)

    def _is_form(self, word: str) -> bool:
        """Whether a word that no list has is a form of one that some list has."""
        return self._share_of_root(word) > 0

    def _far(self, word: str) -> str | None:
        """Return the word of ours that two slips lead to."""
        if len(word) < _TWO_SLIPS_FROM:
            return None
        near = range(len(word) - 2, len(word) + 3)
        choices = [other for size in near for other in self._by_size.get(size, ())]
        found = extract(word, choices, scorer=OSA.distance, score_cutoff=2, limit=8)
        return max((hit[0] for hit in found), key=self._ours.__getitem__, default=None)

    def _apart(self, word: str) -> tuple[str, ...] | None:
        """Read two words of ours that ran together."""
        cuts = [
            (word[:at], word[at:])
            for at in range(2, len(word) - 1)
            if word[:at] in self._ours and word[at:] in self._ours
        ]
        return max(cuts, key=lambda cut: min(map(self._likely, cut)), default=None)


@cache
def roots_in_use(languages: tuple[str, ...]) -> Shares:
    """Return how often the words of each root are used, where a list lacks their forms."""
    return Shares(_roots(usage(*languages).said_in(languages.index(_INFLECTED))))


def _roots(shares: Mapping[str, float]) -> Mapping[str, float]:
    roots: dict[str, float] = {}
    for (word, share), root in zip(shares.items(), stems(shares, _INFLECTED), strict=True):
        adjective = _ADJECTIVE.fullmatch(word)
        if not (adjective and adjective[1] == root):
            roots[root] = share + roots.get(root, 0.0)
    return roots


def _written(word: str) -> Iterator[str]:
    """Yield the ways to write the root of a word, where it ends as forms do."""
    root = stem(word, _INFLECTED)
    for one in (root, root[:-3]) if root.endswith(_CONDITIONAL) else (root,):
        is_root = len(one) >= _SHORTEST and one[-1] not in "aeo"
        if is_root and _ENDINGS.fullmatch(word, len(one)):
            yield one
            yield from (one[: -len(a)] + b for a, b in _ROOTS if one.endswith(a))


def _is_doubled(meant: str, typed: str) -> bool:
    """Whether a word was typed with one of its letters twice: "noo"."""
    return any(typed == meant[:at] + meant[at - 1 :] for at in range(1, len(meant) + 1))


def sound(word: str) -> str:
    """Return how a word sounds to those who write by ear ("nesesito", "kiero", "aser")."""
    for letters, heard in _SOUNDS:
        word = letters.sub(heard, word)
    return word


def one_slip_away(typed: str) -> set[str]:
    """Return every string that one slip could have turned into ``typed``."""
    cuts = [(typed[:at], typed[at:]) for at in range(len(typed) + 1)]
    found = {before + letter + after for before, after in cuts for letter in _LETTERS}
    for before, after in cuts[:-1]:
        rest = after[1:]
        found.update([before + letter + rest for letter in _LETTERS])
        found.add(before + rest)
        found.add(before + rest[:1] + after[0] + rest[1:])
    return found - {typed}


def slip(meant: str, typed: str) -> float:
    """Return the log of how likely the one slip is that turned a word into what was typed."""
    at = next((i for i, (a, b) in enumerate(zip(meant, typed, strict=False)) if a != b), -1)
    at = min(len(meant), len(typed)) if at < 0 else at
    before = typed[at - 1 : at] if at else ""
    if len(meant) > len(typed):
        return _DOUBLED if meant[at] == before else _LEFT_OUT
    if len(meant) < len(typed):
        beside = {before + typed[at], typed[at : at + 2]} & neighbours()
        return _ADDED if beside or typed[at] == before else _OTHER
    if meant[at + 1 :] != typed[at + 1 :]:
        return _SWAPPED
    if meant[at] + typed[at] in neighbours():
        return _NEIGHBOUR
    return _VOWEL if _VOWELS.issuperset((meant[at], typed[at])) else _OTHER
