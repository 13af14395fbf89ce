"""All that anybody can do, in the order in which it is tried."""

from __future__ import annotations

from handlers import dialogue, feedback, inline, language, places, privacy, trainee
from handlers.context import App

COMMANDS = (
    *trainee.COMMANDS,
    *places.COMMANDS,
    *language.COMMANDS,
    *feedback.COMMANDS,
    *privacy.COMMANDS,
)
"""One table for the handlers, the command menu and the docs."""


def register(app: App) -> None:
    """Add every handler; what takes all that is left comes last."""
    for part in (dialogue, feedback, privacy, language, places, inline, trainee):
        part.register(app)
