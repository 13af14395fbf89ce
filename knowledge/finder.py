"""Finds the roles that fit a person, with the reason for every point. Pure."""

from __future__ import annotations

from datetime import date

from knowledge.answers import Worded, follow_ups
from knowledge.schema import Content
from knowledge.texts import translator
from knowledge.verdicts import Reading


def compose(content: Content, reading: Reading, language: str, today: date) -> Worded:  # noqa: ARG001
    """Word the beginning of the search: what it asks and what it gives."""
    _ = translator(language)
    return Worded(
        reading=reading,
        language=language,
        short=_(
            "I can help you find a role. I ask a few short questions about what you bring and "
            "like, then show three roles with the reasons."
        ),
        next=follow_ups(content, content.topics[reading.topic], reading),
        choices=((_("Find my role"), "find:start"),),
    )
