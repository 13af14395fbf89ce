"""Who may do what: four rights, each with all of the one before. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from knowledge.errors import GuideError


class Right(IntEnum):
    """What somebody may do beyond asking."""

    NONE = 0
    VIEWER = 1
    """Sees questions, groups and charts."""
    CURATOR = 2
    """Decides groups."""
    PUBLISHER = 3
    """Publishes answers and versions."""
    ADMIN = 4
    """Gives and takes rights."""

    @property
    def word(self) -> str:
        """Its name as people write it."""
        return self.name.lower()


class ForbiddenError(GuideError):
    """The person has not the right to do this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who acts, and through which door."""

    id: int
    right: Right
    door: str = "command"
    """telegram, console or command."""
    name: str = ""

    def must(self, right: Right) -> None:
        """Go on only with a right.

        Raises:
            ForbiddenError: the person has it not; says who has.
        """
        if self.right < right:
            raise ForbiddenError(
                "For that you need the right {right!r}; ask an admin.", right=right.word
            )


LOCAL = -1
"""Whoever sits at this machine; no person of Telegram has this id."""

TERMINAL = Actor(id=LOCAL, right=Right.ADMIN, name="command line")
"""They could change the database as well, so they may do everything."""


def person_id(typed: str) -> int:
    """Return the Telegram id that names a person.

    Raises:
        GuideError: it is none.
    """
    if not re.fullmatch("[0-9]{1,18}", typed.strip()):
        raise GuideError("A person is named by their Telegram id, a number.")
    return int(typed)


def right_named(word: str) -> Right:
    """Return the right of this name.

    Raises:
        GuideError: there is none; says which there are.
    """
    try:
        return Right[word.strip().upper()]
    except KeyError:
        names = ", ".join(right.word for right in Right)
        raise GuideError(
            "There is no right {word!r}. Rights are {names}.", word=word, names=names
        ) from None
