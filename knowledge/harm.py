"""How much worse it is to leave a wrong answer than a missing one, where nothing else is set."""

from __future__ import annotations

HARM: dict[str, float] = {"thumbs_down": 3.0, "none_of_these": 1.5, "asked_again": 1.5}
"""By the reason why a curator should look; any other counts 1."""
