"""What a curator was asked to type for a card, kept as the dialogue their chat is in. Pure.

It is kept in the database, so that any replica takes what is typed next, and so that a curator's
words are never taken for a question that somebody asked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

NAME = "deck"
"""What tells it from the dialogues of those who ask."""

LASTS = timedelta(minutes=30)
"""How long what is typed may be meant for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """Words that were asked for."""

    verb: str
    """What they are for: a new answer, a topic to find, personal words."""
    number: int
    """Of the group."""
    until: datetime
    taken: int | None = None
    """The message that was taken for it, so that changing that message asks nothing either."""

    def is_open(self, moment: datetime) -> bool:
        """Whether what is typed now may be meant for it."""
        return self.taken is None and moment < self.until

    def take(self, message: int) -> Prompt:
        """Return it as one that a message was taken for."""
        return replace(self, taken=message)

    def dump(self) -> str:
        """Return it as it is kept, in the form of every dialogue."""
        steps = [(self.verb, str(self.number)), ("until", self.until.isoformat())]
        if self.taken is not None:
            steps.append(("taken", str(self.taken)))
        return json.dumps({"name": NAME, "steps": steps, "at": None})


def load_prompt(kept: str | None) -> Prompt | None:
    """Return what a chat was asked for, if that is what its dialogue is."""
    plain = json.loads(kept) if kept else {}
    if plain.get("name") != NAME:
        return None
    (verb, number), *more = plain["steps"]
    told = dict(more)
    return Prompt(
        verb=verb,
        number=int(number),
        until=datetime.fromisoformat(told["until"]),
        taken=int(told["taken"]) if "taken" in told else None,
    )
