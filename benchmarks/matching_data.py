"""The public intent data that matching is measured on, and phrasings without end for growth."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

Labelled = tuple[str, str]
"""A text and the intent it means."""

SETS = ("clinc150", "banking77")
VARIABLE = "GUIDE_BENCH_DATA"


class DataMissingError(Exception):
    """The data sets are not where they were looked for."""


def data_folder(given: Path | None = None) -> Path:
    """Return the folder of the data sets: as given, as the environment says, or beside the code.

    Raises:
        DataMissingError: it is not there; the message says how to name another.
    """
    beside = Path(__file__).resolve().parents[2] / "shared" / "datasets"
    folder = given or Path(os.environ.get(VARIABLE) or beside)
    missing = [name for name in SETS if not (folder / name / "test.jsonl").is_file()]
    if missing:
        raise DataMissingError(
            f"No {' and no '.join(missing)} in {folder}: name the folder of the data sets with "
            f"--data or {VARIABLE}."
        )
    return folder


def read(folder: Path, name: str, part: str) -> list[Labelled]:
    """Return the texts of one file and their intents."""
    lines = (folder / name / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = map(json.loads, lines)
    return [(row["text"], row["intent"]) for row in rows]


def sample(rows: Sequence[Labelled], most: int | None) -> list[Labelled]:
    """Return at most so many rows, the same each time."""
    if most is None or most >= len(rows):
        return list(rows)
    places = sorted(random.Random(0).sample(range(len(rows)), most))  # noqa: S311
    return [rows[at] for at in places]


def many(folder: Path, count: int) -> list[Labelled]:
    """Return so many phrasings, ten an intent once the data sets are used up.

    Made-up intents are real ones about a thing of their own, as an FAQ about many products is.
    """
    real: dict[str, list[str]] = {}
    for name in SETS:
        for text, intent in read(folder, name, "train_full"):
            real.setdefault(intent, []).append(text)
    if count <= sum(map(len, real.values())):
        turns = (
            (texts[turn], i)
            for turn in range(200)
            for i, texts in real.items()
            if turn < len(texts)
        )
        return list(islice(turns, count))
    chance = random.Random(0)  # noqa: S311
    words = sorted({word for texts in real.values() for text in texts for word in text.split()})
    kinds = list(real.values())
    made: list[Labelled] = []
    for number in range(count // 10):
        thing = chance.choice(words) + chance.choice("abcdefgh")
        for text in chance.sample(kinds[number % len(kinds)], 10):
            said = text.split()
            said[chance.randrange(len(said))] = thing
            made.append((" ".join(said), f"{number}"))
    return made
