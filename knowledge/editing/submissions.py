"""Takes a file that somebody hands in (YAML, a spreadsheet) as a draft of the content."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from knowledge.editing.spreadsheets import import_file
from knowledge.errors import ContentError, Fault
from knowledge.reading import SECTIONS, Files, decode
from knowledge.schema import Content
from knowledge.yamltree import parse

_COPY = re.compile(r"(?: ?\(\d+\)| - Copy| copy(?: \d+)?| - copia)+(?=\.ya?ml$)", re.IGNORECASE)
"""What browsers and file managers put behind the name of a second file."""


def take_in(raw: bytes, name: str, files: Files, content: Content) -> dict[str, str]:
    """Return the content with a file that was handed in.

    A YAML file takes the place of the one of its name, also as "name (1).yaml"; a spreadsheet or
    another bot's export is imported.

    Raises:
        ContentError: the file cannot be taken, with everything that is wrong.
    """
    if not name.lower().endswith((".yaml", ".yml")):
        return import_file(raw, name, content, files)
    text = decode(raw, name)
    sections = parse(text, name).value
    if isinstance(sections, dict) and "nlu" in sections:
        return import_file(raw, name, content, files)
    return {**files, _place(name, files, sections): text}


def _place(name: str, files: Files, sections: object) -> str:
    """Return the path of the file that a name means."""
    bare = PurePosixPath(name.replace("\\", "/")).name
    found = _called(bare, name, files) or _called(_COPY.sub("", bare), name, files)
    if len(found) == 1:
        return found[0]
    if found:
        what = f"several files are called {bare!r}: {', '.join(found)}"
        mend = "publish it from the command line, in its folder"
        raise ContentError((Fault(file=name, what=what, mend=mend),))
    if not isinstance(sections, dict) or not set(sections) <= set(SECTIONS):
        what = "this is neither a content file nor one of the exports that can be read"
        mend = f"a content file begins with one of: {', '.join(SECTIONS)}"
        raise ContentError((Fault(file=name, what=what, mend=mend),))
    return bare


def _called(bare: str, name: str, files: Files) -> list[str]:
    return [path for path in files if path == name or PurePosixPath(path).name == bare]
