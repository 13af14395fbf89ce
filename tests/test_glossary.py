"""Spanish in rough English, for the embedding."""

from __future__ import annotations

from pathlib import Path

import pytest

import knowledge.matching
from knowledge.matching.glossary import in_english, read
from knowledge.matching.words import tokenize

GLOSSARIES = Path(knowledge.matching.__file__).parent / "glossaries"


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("cuanto dura la capacitacion de {role}", "how long does it last the training of {role}"),
        ("me corrieron", "i was fired"),
        ("sin papeles", "undocumented"),
        ("se", "se"),  # nothing else is said
        ("xyzzy", "xyzzy"),
    ],
)
def test_spanish_is_said_in_rough_english(said: str, means: str) -> None:
    assert in_english(said, "es") == means


def test_a_language_without_a_glossary_stays_as_it_is() -> None:
    assert in_english("once more", "en") == "once more"


@pytest.mark.parametrize("file", sorted(GLOSSARIES.iterdir()), ids=lambda file: file.stem)
def test_every_line_of_a_glossary_is_an_entry_that_words_can_find(file: Path) -> None:
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
    keys = [line.partition("=")[0].split() for line in lines]
    assert [line for line in lines if line.count("=") != 1] == []
    assert [key for key in keys if not key or key != tokenize(" ".join(key))] == []
    assert lines == sorted(lines, key=lambda line: line.partition(" = ")[0])
    assert len(read("\n".join(lines))) == len(lines)
