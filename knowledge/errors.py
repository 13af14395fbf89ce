"""What can go wrong in the knowledge base, as few exceptions as possible.

GuideError
├── ContentError        the content cannot be used; carries every fault with its place
├── TryAgainLaterError  the database is busy, away or full; nothing was lost, nothing was kept
└── NotFoundError       what was named does not exist (a version, an answer, a group …)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


class GuideError(Exception):
    """Base of all errors whose message can be shown to staff as it is."""


class TryAgainLaterError(GuideError):
    """The store cannot keep anything right now; the same call may succeed later."""


class NotFoundError(GuideError):
    """What was asked for is not there; the message says what is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a content file: where, what, and how to mend it."""

    file: str
    line: int = 1
    column: int = 1
    what: str
    mend: str = ""
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        mend = f" — {self.mend}" if self.mend else ""
        return f"{self.file}:{self.line}:{self.column}: {self.level}: {self.what}{mend}"


class ContentError(GuideError):
    """The content has faults; ``faults`` lists them all."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))
