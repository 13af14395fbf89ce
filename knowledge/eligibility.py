"""Says who may enter which role: yes, no or cannot tell yet, each with its rule. Pure."""

from __future__ import annotations

from datetime import date

from knowledge.answers import Worded, follow_ups
from knowledge.schema import Content
from knowledge.texts import translator
from knowledge.verdicts import Reading


def compose(content: Content, reading: Reading, language: str, today: date) -> Worded:  # noqa: ARG001
    """Word the beginning of the check: what it asks and what it gives."""
    _ = translator(language)
    return Worded(
        reading=reading,
        language=language,
        short=_(
            "I can check your own case: a few short questions, and for each of the 12 roles I say "
            "yes, no, or what would open it."
        ),
        next=follow_ups(content, content.topics[reading.topic], reading),
        choices=((_("Check my case"), "elig:start"),),
    )
