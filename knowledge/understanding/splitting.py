"""Splits a message into its questions. Pure."""

from __future__ import annotations

import re

MOST_QUESTIONS = 5
"""Questions of a message that are answered; more would be a flood of replies."""

LONGEST_READ = 1_000
"""Letters of a message that are read; nobody's question needs more."""

# Strangers' texts run through these, so a long run of spaces, lines or points is gone through
# once, not from each of its places: a part keeps what it has taken (``++``) and begins with a run.
_SENTENCE = re.compile(
    r"(?<=[?!.;])\s+|\n+|(?:,\s*+|(?<![^\S\n])\s++)(?:and also|y también|y tambien|also)\s+"
)

CLAUSE = re.compile(
    r"(?<!between)(?:(?<!\s)\s++(?:and|plus|n|&|y)|,)\s++(?=(?:(?:how|what|where|when|which|who|can|"
    r"do|does|is|are|cuánt|cuant|qué|que|dónde|donde|cuándo|cuando|puedo|hay)\w*|"
    r"was|were|did|would|could|es|son|era|eran)\b)",
    re.IGNORECASE,
)
"""Between two questions that share a sentence."""

BEFORE_QUESTION = re.compile(
    r"(?:(?<![.,;:!-])[.,;:!-]++\s++|(?<!\n)\n++)"
    r"(?=(?:(?:so|and|but|y|pero|entonces)\s+)?¿?(?:how|what|whats|where|when|"
    r"which|who|cuánt|cuant|cuál|cual|qué|que|dónde|donde|cuándo|cuando|cómo|como)\w*\b)",
    re.IGNORECASE,
)
"""Between what somebody tells and what they ask."""

PIECES = re.compile(r"[.,;:!?\n]++|\b(?:and|but|so|y|pero)\b", re.IGNORECASE)
"""Between all that a message tells, questions or not."""

_ASKS = re.compile(
    r"¿|(?:how|what|whats|where|when|who|which|why|do|does|did|can|could|is|are|was|were|will|would|"
    r"should|am|cómo|como|qué|que|dónde|donde|cuándo|cuando|quién|quien|cuál|cual|cuánto|cuanto|"
    r"cuánta|cuanta|puedo|hay|es|son|tengo que|necesito)\b",
    re.IGNORECASE,
)


def beginning_of(text: str) -> str:
    """Return as much of a message as is read: all of it, unless it is very long."""
    read = text[:LONGEST_READ]
    if len(text) > LONGEST_READ:
        read = read.rpartition(" ")[0] or read  # no half word
    questions = split_questions(read)
    return " ".join(questions[:MOST_QUESTIONS]) if len(questions) > MOST_QUESTIONS else read


def split_sentences(text: str) -> list[str]:
    """Split a message into what it tells and what it asks."""
    return [*filter(None, map(str.strip, _SENTENCE.split(text)))]


def split_questions(text: str) -> list[str]:
    """Split a message into its questions; statements stay with the question that follows."""
    questions: list[str] = []
    waiting = ""
    for piece in split_sentences(text):
        waiting = f"{waiting} {piece}".strip()
        if asks(piece):
            questions.append(waiting)
            waiting = ""
    if waiting and questions:
        questions[-1] = f"{questions[-1]} {waiting}"
    return questions


def asks(text: str) -> bool:
    """Whether a text is put as a question."""
    return begins_to_ask(text) or text.rstrip().endswith("?")


def begins_to_ask(text: str) -> bool:
    """Whether the first word of a text asks; "a nurse?" may be the answer to a question."""
    return bool(_ASKS.match(text))
