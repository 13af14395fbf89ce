"""Other ways to match a short text with intents, each set up as its own documentation says."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import bm25s
import numpy as np
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from benchmarks.matching_data import Labelled

Answer = tuple[str, float]
"""The intent that came first, and its score."""


class PeerMissingError(Exception):
    """A peer cannot be had here; the message says why."""


class Peer(Protocol):
    """A matcher to compare with."""

    name: str

    def fit(self, train: Sequence[Labelled]) -> None:
        """Learn phrasings and their intents."""

    def answer(self, texts: Sequence[str]) -> list[Answer]:
        """Return what each text means."""


class Nearest:
    """The intent of the phrasing that a rapidfuzz scorer finds nearest."""

    def __init__(self, scorer: str) -> None:
        self.name = f"rapidfuzz {scorer}"
        self._scorer = getattr(fuzz, scorer)

    def fit(self, train: Sequence[Labelled]) -> None:
        """Learn phrasings and their intents."""
        self._texts = [text.lower() for text, _ in train]
        self._intents = [intent for _, intent in train]

    def answer(self, texts: Sequence[str]) -> list[Answer]:
        """Return what each text means."""
        found = []
        for text in texts:
            _, score, at = process.extractOne(text.lower(), self._texts, scorer=self._scorer)
            found.append((self._intents[at], float(score)))
        return found


class Bm25:
    """The intent of the phrasing that BM25 puts first (bm25s, English stop words kept)."""

    name = "BM25 (bm25s)"

    def fit(self, train: Sequence[Labelled]) -> None:
        """Learn phrasings and their intents."""
        self._intents = [intent for _, intent in train]
        self._index = bm25s.BM25()
        tokens = bm25s.tokenize([text for text, _ in train], stopwords=None, show_progress=False)
        self._index.index(tokens, show_progress=False)

    def answer(self, texts: Sequence[str]) -> list[Answer]:
        """Return what each text means."""
        tokens = bm25s.tokenize(list(texts), stopwords=None, show_progress=False)
        rows, scores = self._index.retrieve(tokens, k=1, show_progress=False)
        return [
            (self._intents[int(row[0])], float(score[0]))
            for row, score in zip(rows, scores, strict=True)
        ]


class TfIdf:
    """Logistic regression over TF-IDF of words and of letters in words (scikit-learn)."""

    name = "TF-IDF + logistic regression"

    def fit(self, train: Sequence[Labelled]) -> None:
        """Learn phrasings and their intents."""
        self._model = make_pipeline(
            make_union(
                TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
                TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
            ),
            LogisticRegression(C=30, max_iter=300),
        )
        self._model.fit([text for text, _ in train], [intent for _, intent in train])

    def answer(self, texts: Sequence[str]) -> list[Answer]:
        """Return what each text means."""
        likely = self._model.predict_proba(list(texts))
        best = np.argmax(likely, axis=1)
        names = self._model.classes_
        return [(str(names[at]), float(row[at])) for at, row in zip(best, likely, strict=True)]


class NlpJs:
    """nlp.js (npm ``node-nlp``), trained and asked in one run of node."""

    name = "nlp.js 4.27"
    _package = "node-nlp@4.27.0"
    _script = """
const { NlpManager } = require('node-nlp');
let given = '';
process.stdin.on('data', part => { given += part; });
process.stdin.on('end', async () => {
  const { train, texts } = JSON.parse(given);
  const manager = new NlpManager({ languages: ['en'], autoSave: false, nlu: { log: false } });
  for (const [text, intent] of train) manager.addDocument('en', text, intent);
  await manager.train();
  const found = [];
  for (const text of texts) {
    const { intent, score } = await manager.process('en', text);
    found.push([intent, intent === 'None' ? 0 : score]);
  }
  process.stdout.write('\\n' + JSON.stringify(found));
});
"""

    def __init__(self) -> None:
        node, npm = shutil.which("node"), shutil.which("npm")
        if not node or not npm:
            raise PeerMissingError("nlp.js is left out: node and npm are not installed.")
        self._node = node
        self._folder = Path(tempfile.gettempdir()) / "health-it-guide-nlpjs"
        self._folder.mkdir(exist_ok=True)
        if not (self._folder / "node_modules" / "node-nlp").is_dir():
            self._install(npm)

    def _install(self, npm: str) -> None:
        command = [npm, "install", "--no-audit", "--no-fund", "--silent", self._package]
        done = subprocess.run(command, cwd=self._folder, capture_output=True, check=False)
        if done.returncode:
            raise PeerMissingError(f"nlp.js is left out: npm cannot install {self._package}.")

    def fit(self, train: Sequence[Labelled]) -> None:
        """Learn phrasings and their intents."""
        self._train = list(train)

    def answer(self, texts: Sequence[str]) -> list[Answer]:
        """Return what each text means."""
        done = subprocess.run(
            [self._node, "-e", self._script],
            input=json.dumps({"train": self._train, "texts": list(texts)}),
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=True,
        )
        return [(intent, score) for intent, score in json.loads(done.stdout.splitlines()[-1])]


def peers() -> list[Peer]:
    """Return every peer that can be had, and print a line for one that cannot."""
    found: list[Peer] = [Nearest("WRatio"), Nearest("token_set_ratio"), Bm25(), TfIdf()]
    try:
        found.append(NlpJs())
    except PeerMissingError as missing:
        print(missing)
    return found
