"""What can go wrong in the knowledge base, as few exceptions as possible.

GuideError
├── ContentError        the content cannot be used; carries every fault with its place
├── OutdatedError       somebody published since the draft was begun; carries what changed
├── LostError           golden questions would be lost; carries them
├── BackupError         a backup cannot be made, read or restored; nothing was changed
├── TryAgainLaterError  the database is busy, away or full; nothing was lost, nothing was kept
├── NotFoundError       what was named does not exist (a version, an answer, a group …)
├── ForbiddenError      the person has not the right (``people``)
└── SignInError         nobody was signed in (``signin``)
    └── TooManyError    that place failed too often lately
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]


class GuideError(Exception):
    """Base of all errors whose message can be shown to staff as it is.

    ``GuideError("There is no topic {topic!r}.", topic=topic)``: the catalogue tools find its text
    as they find those of ``_``, and :func:`knowledge.texts.say_error` says it in a language.
    """

    def __init__(self, text: str, /, **values: object) -> None:
        self.text = text
        self.values = values
        super().__init__(text.format(**values) if values else text)


class TryAgainLaterError(GuideError):
    """The store cannot keep anything right now; the same call may succeed later."""


class BackupError(GuideError):
    """A backup cannot be made, read or restored; nothing was changed."""


class NotFoundError(GuideError):
    """What was asked for is not there; the message says what is."""


def marked(text: str) -> str:
    """Return a text as it is; its name lets the catalogue tools find it."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a content file: where, what, and how to mend it."""

    file: str
    line: int = 1
    column: int = 1
    what: str
    mend: str = ""
    level: Level = "error"

    def __str__(self) -> str:
        mend = f" — {self.mend}" if self.mend else ""
        return f"{self.file}:{self.line}:{self.column}: {self.level}: {self.what}{mend}"


class ContentError(GuideError):
    """The content has faults; ``faults`` lists them all."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


class OutdatedError(GuideError):
    """The draft was made from a version that is not live any more."""

    def __init__(self, base: int, live: int, since: tuple[str, ...]) -> None:
        self.base = base
        self.live = live
        self.since = since
        text = marked(
            "Your draft began with version {base}, but version {live} is live now. "
            "Changed since:\n{changed}\nTake that in, look at your draft again, then publish."
        )
        changed = "\n".join(f"  {line}" for line in since)
        super().__init__(text, base=base, live=live, changed=changed)


class LostError(GuideError):
    """Golden questions that the live version answers would be lost."""

    def __init__(self, questions: tuple[str, ...]) -> None:
        self.questions = questions
        text = marked(
            "Not published: golden questions that would be lost: {n}\n{listed}\n"
            "Mend the draft; or publish with an override and its reason, which is recorded."
        )
        listed = "\n".join(f"  {question}" for question in questions)
        super().__init__(text, n=len(questions), listed=listed)
