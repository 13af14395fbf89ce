"""Answers that code words from data (places, comparison, dialogues), by the topic's composer."""

from __future__ import annotations

from knowledge.answers import Composer

COMPOSERS: dict[str, Composer] = {}
