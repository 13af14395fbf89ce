"""Splits a text into plain words and brings words to their stems. Pure.

A word is lower case without accents or apostrophes. A slot such as ``{role}`` is one word and
stays as it is, so that it matches only itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import filterfalse

import Stemmer

_ALGORITHMS = {"en": "english", "es": "spanish"}

_APOSTROPHES = re.compile("['’‘`´ʼ＇]")
_INITIALS = re.compile(r"\b(?:[^\W\d_]{1,2}\.){2,}|\b(?:[^\W\d_]{1,2}\.)+[^\W\d_]\b")
_PLURAL = re.compile(r"\b((?:[A-Z]\.?){2,5})s\b")
_WORD = re.compile(r"\{[a-z_]+\}|[^\W_]+")
_GRADE = re.compile(r"\b([a-z])\+(?!\+)")
_PLUS = re.compile(r"(?<=\w)\+")
_REPEATS = re.compile(r"([^\W\d_])\1{2,}")
_ROMAN = re.compile(r"[ivx]+")

CONTRACTIONS: Mapping[str, tuple[str, ...]] = {
    short: tuple(long.split())
    for short, long in (
        pair.split("=")
        for pair in (
            "im=i am,ive=i have,youre=you are,youve=you have,youll=you will,youd=you would,"
            "hes=he is,shes=she is,theyre=they are,theyve=they have,theyll=they will,"
            "weve=we have,thats=that is,theres=there is,heres=here is,whats=what is,"
            "whatre=what are,whos=who is,wheres=where is,whens=when is,whys=why is,hows=how is,"
            "lets=let us,dont=do not,doesnt=does not,didnt=did not,isnt=is not,arent=are not,"
            "wasnt=was not,werent=were not,havent=have not,hasnt=has not,hadnt=had not,"
            "wont=will not,wouldnt=would not,cant=can not,cannot=can not,couldnt=could not,"
            "shouldnt=should not,mustnt=must not,aint=is not,gonna=going to,wanna=want to,"
            "gotta=got to,gimme=give me,lemme=let me,dunno=do not know,whatcha=what are you,"
            "u=you,r=are,ur=your,pls=please,plz=please,thx=thanks,abt=about,bc=because,w=with"
        ).split(",")
    )
}
"""Short forms as they look without their apostrophe. Those that are also words ("well", "its")
are left out."""


@lru_cache(maxsize=500)
def normalize(text: str) -> str:
    """Return a text in lower case, without accents, apostrophes or letters drawn out."""
    return _not_drawn_out(_plain(text))


def _plain(text: str) -> str:
    """Return a text in lower case, without accents and apostrophes."""
    if text.isascii():
        text = text.replace("'", "").replace("`", "")
    else:
        text = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text))
    text = fold(one_of(text))
    if "." in text:
        text = _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
    if "+" in text:
        text = _GRADE.sub(r"\1plus ", text)  # "A+" is no "a", and no "that is a plus"
        text = _PLUS.sub(" plus ", text)
    return text


def _not_drawn_out(text: str) -> str:
    return _REPEATS.sub(lambda run: run[0] if _ROMAN.fullmatch(run[0]) else run[1] * 2, text)


_word = lru_cache(maxsize=20_000)(_not_drawn_out)
"""The same for single words: most come again and again."""


def one_of(text: str) -> str:
    """Return a text with capitals in the singular: "MDs and D.O.s" names an MD and a D.O."""
    return text if text.islower() else _PLURAL.sub(r"\1", text)


def fold(text: str) -> str:
    """Return a text in lower case and without accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(filterfalse(unicodedata.combining, plain))


def tokenize(text: str) -> list[str]:
    """Return the words of a text; emoji and punctuation are not words.

    >>> tokenize("Is A+ enough?")
    ['is', 'aplus', 'enough']
    >>> tokenize("How long's training for a {role}, part-time? 🙏 I'm a D.O.")
    ['how', 'longs', 'training', 'for', 'a', '{role}', 'part', 'time', 'im', 'a', 'do']
    """
    return list(_tokens(text))


@lru_cache(maxsize=500)
def _tokens(text: str) -> tuple[str, ...]:
    """Remember the words of texts: each is split several times on its way."""
    return tuple(map(_word, _WORD.findall(_plain(text))))


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text as a set to compare words with, which have no accents."""
    return frozenset(tokenize(text))


def runs(words: Sequence[str], longest: int) -> Iterator[str]:
    """Yield all that these words say one after another, up to so many words of them."""
    for at in range(len(words)):
        for size in range(1, min(longest, len(words) - at) + 1):
            yield " ".join(words[at : at + size])


def is_slot(word: str) -> bool:
    """Whether a word stands for something that was named, as ``{role}`` does."""
    return word.startswith("{")


def stem(word: str, language: str = "en") -> str:
    """Return the stem of a word; slots and words with digits are their own stems."""
    return word if not word.isalpha() else _stem(word, language)


@lru_cache(maxsize=50_000)
def _stem(word: str, language: str) -> str:
    return str(_stemmer(language).stemWord(word))


def stems(words: Iterable[str], language: str) -> list[str]:
    """Return the stems of a whole list of words, none of which is then remembered."""
    said = list(words)
    found = _stemmer(language).stemWords(said)
    return [stem if word.isalpha() else word for word, stem in zip(said, found, strict=True)]


@cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    """Return a stemmer that remembers nothing: its own memory is not made for threads."""
    return Stemmer.Stemmer(_ALGORITHMS[language], 0)


def expand(words: Iterable[str], table: Mapping[str, Sequence[str]] = CONTRACTIONS) -> list[str]:
    """Write short forms out: contractions, or the abbreviations of a ``table``."""
    said = list(words)
    if table.keys().isdisjoint(said):
        return said
    written: list[str] = []
    for word in said:
        written.extend(table.get(word, (word,)))
    return written


FILLERS = (
    *("can you tell me", "could you tell me", "can you", "could you", "would you", "please"),
    *("i would like to know", "i want to know", "i need to know", "do you know", "tell me"),
    *("me puede decir", "puede decirme", "quisiera saber", "me gustaria saber", "quiero saber"),
    "por favor",
)
"""Phrases that carry no meaning wherever they are said."""


class Phrases:
    """Phrases with the words to read in their place, the longest first."""

    def __init__(self, table: Mapping[tuple[str, ...], tuple[str, ...]]) -> None:
        self._starting: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
        for phrase in sorted(table, key=len, reverse=True):
            self._starting.setdefault(phrase[0], []).append((phrase, table[phrase]))

    def replaced(self, words: Sequence[str]) -> list[str]:
        """Return words with each phrase replaced."""
        if self._starting.keys().isdisjoint(words):
            return list(words)
        read: list[str] = []
        at = 0
        while at < len(words):
            phrase, instead = self._at(words, at)
            read.extend(instead)
            at += len(phrase)
        return read

    def _at(self, words: Sequence[str], at: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        for phrase, instead in self._starting.get(words[at], ()):
            if tuple(words[at : at + len(phrase)]) == phrase:
                return phrase, instead
        return (words[at],), (words[at],)


class Fillers:
    """Phrases that carry no meaning ("can you tell me", "por favor"), ready to be left out."""

    def __init__(self, phrases: Iterable[str]) -> None:
        said = (tuple(expand(tokenize(phrase))) for phrase in phrases)
        self._phrases = Phrases(dict.fromkeys(filter(None, said), ()))

    def strip(self, words: Sequence[str]) -> list[str]:
        """Leave the fillers out, unless nothing else is said."""
        return self.beside(words) or list(words)

    def beside(self, words: Sequence[str]) -> list[str]:
        """Return what is said beside the fillers."""
        return self._phrases.replaced(words)
