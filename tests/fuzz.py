"""Throws bytes at the reader of content files, led by the code they reach.

    python -m tests.fuzz -max_total_time=600

Takes libFuzzer's options. A crash, or bytes that take longer than five seconds, ends it and leaves
them behind in a file. Needs ``pip install atheris``, which has wheels for Linux only.
"""

from __future__ import annotations

import sys
import tempfile
from importlib import import_module
from pathlib import Path

OPTIONS = ("-timeout=5", "-max_len=4096", "-rss_limit_mb=2048")
WATCHED = ["knowledge.yamltree", "knowledge.reading", "knowledge.schema"]
"""Whose lines count as reached."""


def main() -> None:
    """Fuzz until told to stop, beginning with sound files."""
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=WATCHED):
        target = import_module("tests.fuzz_reader")
    sound: dict[str, str] = import_module("tests.small").FILES
    with tempfile.TemporaryDirectory() as corpus:
        for name, text in sound.items():
            Path(corpus, name).write_text(text, "utf-8")
        atheris.Setup([sys.argv[0], *OPTIONS, *sys.argv[1:], corpus], target.read)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
