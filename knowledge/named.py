"""The ids that code asks the content for. Whatever else it needs it finds by what topics say.

``guide check`` holds the content to them: under another id a page would be gone without a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from knowledge.schema import Content


@dataclass(frozen=True, slots=True)
class Named:
    """An id that code asks for."""

    id: str
    sections: tuple[Literal["menus", "topics"], ...]
    """Where it may stand: the first that has it is taken."""
    use: str
    """What stops working without it, in words for those who edit."""

    def is_in(self, content: Content) -> bool:
        """Whether a content has it."""
        return any(self.id in getattr(content, section) for section in self.sections)


HOME = "main"
"""The menu that /start and the menu buttons open."""

WHERE = "where"
"""The menu below the map of /where."""

PAGES = ("help", "roles", "programs", "eligibility", "about", "privacy")
"""Commands that open the menu of their name, or else the answer."""

NAMED = (
    Named(HOME, ("menus",), "/start and every way back to the menu"),
    Named(WHERE, ("menus",), "the page that /where opens"),
    *(Named(page, ("menus", "topics"), f"the command /{page}") for page in PAGES),
)
