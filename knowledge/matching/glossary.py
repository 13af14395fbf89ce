"""Says a text in rough English, for an embedding that knows English alone. Pure.

Word by word and phrase by phrase, after the lists in ``glossaries/``. It would not do for people;
for telling what a text is about it does nearly as well as an embedding of many languages, which
takes many times the time and memory.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from knowledge.matching.words import Phrases


def in_english(text: str, language: str) -> str:
    """Return a text of plain words in rough English; as it is where a language has no glossary."""
    words = text.split()
    return " ".join(_glossary(language).replaced(words)) or text


@cache
def _glossary(language: str) -> Phrases:
    file = files("knowledge.matching").joinpath("glossaries", f"{language}.txt")
    return Phrases(read(file.read_text("utf-8")) if file.is_file() else {})


def read(lines: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the entries of a glossary: "nivel de entrada = entry level" on each line."""
    entries = (line.partition("=") for line in lines.splitlines() if not line.startswith("#"))
    return {tuple(said.split()): tuple(means.split()) for said, _, means in entries}
