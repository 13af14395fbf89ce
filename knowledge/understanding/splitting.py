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
    r"(?<!between)(?:(?<!\s)\s++(?:and|plus|n|&|y)|,)\s++(?=(?:(?:at|in|from|for|en|de|a|por|para)\s)?"
    r"(?:(?:how|what|where|when|which|who|can|do|does|is|are|cuánt|cuant|qué|que|dónde|donde|cuándo|"
    r"cuando|quién|quien|puedo|hay|necesito|ocupo|piden)\w*|why|xq|cuál(?:es)?|cual(?:es)?|"
    r"c[oó]mo(?=\s(?:se|es|fue)\b)|was|were|did|will|would|could|should|"
    r"es|son|era|eran)\b)",
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

BETWEEN_CLAUSES = re.compile(r"[.,;:!?\n]++|\b(?:and|but|so|y|pero)\b", re.IGNORECASE)
"""Between all that a message tells, questions or not."""

_AFTER_SIGN = re.compile(r"(?<=[.,;:!?])\s+|\n+")

_CLOSING = re.compile(
    r"(?:^|\n|(?<=[.!?])\s)[^\S\n]*+(?P<closing>(?:(?:kind|best|warm|kindest|many)\s+)?regards|"
    r"(?:yours\s+)?sincerely|respectfully|cordially|(?:muy\s+)?atentamente|cordialmente|"
    r"(?:un\s+)?saludos?\s+cordial(?:es)?)[^\S\n]*+(?:[,.!\n]\s*+(?:\S++\s*+){0,6})?$",
    re.IGNORECASE,
)
"""How a letter ends, with the name and office of who wrote it."""

_NUMBER = re.compile(r"(?<!\S)#?(?P<n>\d)(?:\)|[.:-](?=\s))\s*+(?=\D)")
"""The number that somebody puts before a question of theirs: no "2.5 years"."""

_FEWEST = 2
"""Numbers in a row that number questions."""

_ASKS = re.compile(
    r"(?:(?:and|so|but|or|also|like|ok|okay|then|if not|if so|y|pero|o|entonces|bueno|pues|si no|"
    r"si s[ií]),?\s++)*+(?:eso\s++(?=cu[aá]|c[oó]mo|qu[eé]|d[oó]nde))?"
    r"(?:¿|(?:how|what|whats|where|when|who|which|why|do|does|did|can|could|is|are|was|were|will|would|"
    r"should|am|cómo|como|qué|que|dónde|donde|cuándo|cuando|quién|quien|cuál|cual|cuánto|cuanto|"
    r"cuánta|cuanta|puedo|hay|es|son|tengo que|necesito)\b)",
    re.IGNORECASE,
)
"""How a question begins, joined to what was said before or not."""


def beginning_of(text: str) -> str:
    """Return as much of a message as is read: all of it, unless it is very long."""
    read = text[:LONGEST_READ]
    if len(text) > LONGEST_READ:
        read = read.rpartition(" ")[0] or read  # no half word
    if len(marks := _numbers(read)) > MOST_QUESTIONS:
        return read[: marks[MOST_QUESTIONS].start()].rstrip()
    questions = split_questions(read)
    return " ".join(questions[:MOST_QUESTIONS]) if len(questions) > MOST_QUESTIONS else read


def split_sentences(text: str) -> list[str]:
    """Split a message into what it tells and what it asks."""
    return [*filter(None, map(str.strip, _SENTENCE.split(text)))]


def without_closing(text: str) -> str:
    """Return a message without the name under its closing, and without the closing beside more."""
    if not (found := _CLOSING.search(text)):
        return text
    before, behind = text[: found.start()].strip(), text[found.end("closing") :].lstrip(" ,.!\n")
    if _asks_more(behind):
        return f"{before} {behind}".strip()  # "Respectfully, is it dead?" has but begun politely
    return before or found["closing"]


def _asks_more(text: str) -> bool:
    """Whether words behind a closing ask something; who signs as "Will Hart, RN" does not."""
    begun = any(map(begins_to_ask, pieces_of(text)))
    return "?" in text or (begun and any(map(str.islower, text.split())))


def pieces_of(text: str) -> list[str]:
    """Split a message wherever a sign parts it, if only a comma."""
    return [*filter(None, map(str.strip, _AFTER_SIGN.split(text)))]


def numbered_questions(text: str) -> list[str]:
    """Return the questions that who wrote a message numbered: "1) what is it 2) how long".

    What they tell before the first stays with it. Empty where nothing is numbered.
    """
    if not (marks := _numbers(text)):
        return []
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    parts = [text[m.end() : end].strip() for m, end in zip(marks, ends, strict=True)]
    parts[0] = f"{text[: marks[0].start()].strip()} {parts[0]}".strip()
    return parts if all(parts) else []


def _numbers(text: str) -> list[re.Match[str]]:
    """Return the numbers before questions, where they count up from 1; else none."""
    marks = [*_NUMBER.finditer(text)]
    in_order = [int(mark["n"]) for mark in marks] == [*range(1, len(marks) + 1)]
    return marks if in_order and len(marks) >= _FEWEST else []


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


def behind_what_is_told(text: str) -> str:
    """Return what a message asks behind what it tells; empty where it tells nothing first."""
    told, *asked = BEFORE_QUESTION.split(text, maxsplit=1)
    return asked[0] if asked and not asks(told) else ""


def asks(text: str) -> bool:
    """Whether a text is put as a question."""
    return begins_to_ask(text) or text.rstrip().endswith("?")


def begins_to_ask(text: str) -> bool:
    """Whether the first word of a text asks; "a nurse?" may be the answer to a question."""
    return bool(_ASKS.match(text))
