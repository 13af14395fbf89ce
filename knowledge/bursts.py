"""A short message that says too little waits a moment for the next one. Pure.

It is kept with the chat, so that any replica can read both together, and a restart loses nothing.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

GRACE = timedelta(seconds=30)
"""How long the replica that answers it alone has for that, before another takes over."""

LONGEST = 6
"""Words of a message that may be only the beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A message that waits for its second half."""

    text: str
    """Without personal data."""
    bot: int
    update_id: int
    message_id: int | None
    client_language: str | None
    until: float
    """When it is answered alone, in seconds since 1970."""
    taken: bool = False
    """Whether a replica is answering it alone right now."""

    def dump(self) -> str:
        """Return it as it is kept."""
        return json.dumps(asdict(self))

    def is_due(self, moment: datetime) -> bool:
        """Whether it waited long enough; also where a replica died while answering it."""
        return moment.timestamp() > self.until

    def take(self, moment: datetime) -> Held:
        """Return it as taken by a replica for a while."""
        return replace(self, taken=True, until=(moment + GRACE).timestamp())


def load_held(kept: str | None) -> Held | None:
    """Return the message that waits in a chat, if any."""
    return Held(**json.loads(kept)) if kept else None


def until(seconds: float) -> float:
    """Return the moment so many seconds from now."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).timestamp()
