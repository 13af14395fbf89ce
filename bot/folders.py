"""Content folders on disk: written whole, and remembering which version they were made from."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from bot.terminal import fail
from knowledge.editing.publishing import Publisher
from knowledge.reading import Files

MARK = ".guide-version"
"""A file in the folder that holds the number of the version it was made from."""


async def base_of(folder: Path, given: int | None, publisher: Publisher) -> int:
    """Return the version a folder was made from: as told, as marked, or the only one there is."""
    if given is not None:
        return given
    with suppress(OSError, ValueError):
        return int((folder / MARK).read_text("utf-8"))
    if await publisher.live_number() != 1:
        fail(
            f"Nothing says which version {folder} was made from. Name it with --base (guide "
            "versions lists them), or work in a folder that guide export has written.",
            2,
        )
    return 1


def note_base(folder: Path, number: int) -> None:
    """Remember which version a folder holds; one that cannot be written stays unmarked."""
    with suppress(OSError):
        (folder / MARK).write_text(f"{number}\n", "utf-8")


def write_folder(folder: Path, files: Files, number: int, *, replace: bool) -> None:
    """Make a folder hold these files and no other content.

    Stops where other content is there and ``replace`` was not said.
    """
    there = {
        path.relative_to(folder).as_posix(): path
        for pattern in ("*.yaml", "*.yml")
        for path in folder.rglob(pattern)
    }
    if there and not replace:
        fail(f"{folder} holds content files already. Name a new folder, or say --replace.", 2)
    try:
        for name, path in there.items():
            if name not in files:
                path.unlink()
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if name not in there or path.read_bytes() != text.encode():
                path.write_bytes(text.encode())
    except OSError as error:
        fail(f"{folder} cannot be written: {error.strerror}.", 2)
    note_base(folder, number)
