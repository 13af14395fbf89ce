"""Reads what other question-answering programs export: QnA Maker's tables, Rasa's intents."""

from __future__ import annotations

import re

from knowledge.editing.importing import LONGEST_ID, Import, slug
from knowledge.editing.sheets import Cell, Row
from knowledge.errors import ContentError, Fault
from knowledge.reading import decode
from knowledge.schema import SOURCE_LANGUAGE
from knowledge.yamltree import parse

MAKER = (
    *("question", "answer", "source", "metadata", "suggestedquestions", "iscontextonly"),
    *("prompts", "qnaid", "language", "topic", "title"),
)
"""Columns of QnA Maker's exports, and a few that plain question-and-answer lists have."""

_ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def take_maker(work: Import, row: Row) -> None:
    """Take a question and its answer, as QnA Maker writes them: one row for each wording."""
    cells = work.needed(row, "question", "answer")
    if cells is None:
        return
    question, answer = cells
    language = work.language_of(row)
    if language != SOURCE_LANGUAGE:
        what = f"an answer in {language!r} alone"
        mend = "every answer needs English; use the columns answer_en and answer_es"
        work.faults.append(answer.fault(what, mend))
        return
    said = {language: markup(answer.text)}
    known = (key for key, item in work.answers.items() if item["answer"] == said)
    key = next(known, None) or _new_key(work, row, question)
    title = row["title"].text if "title" in row else question.text
    at = Cell(key, question.file, question.sheet, question.row, question.column)
    if key not in work.answers:
        work.answer(at, said, {language: title})
    work.add(key, language, question)


def _new_key(work: Import, row: Row, question: Cell) -> str:
    """Return an id for a new topic that no topic has."""
    key = slug(row["topic"].text if "topic" in row else question.text) or "question"
    taken = {*work.content.topics, *work.answers}
    if key not in taken:
        return key
    short = key[: LONGEST_ID - 4]
    return next(f"{short}_{n}" for n in range(2, 1000) if f"{short}_{n}" not in taken)


def markup(text: str) -> str:
    """Return an answer in our markup: no HTML, no headings, addresses as plain words."""
    text = re.sub(r"<br\s*/?>", "\n", text.replace("\\n", "\n"))
    text = re.sub(r"</?[a-zA-Z][^<>\n]*>", "", text)
    text = re.sub(r"\[([^\]\n]+)\]\((https?://[^)\s]+)\)", r"\1: \2", text)
    text = re.sub(r"(?m)^#+\s*(.+)$", r"**\1**", text)
    return re.sub(r"(?m)^\* ", "- ", text).replace("{", "(").replace("}", ")").strip()


def take_rasa(work: Import, raw: bytes, name: str) -> None:
    """Take Rasa's training data: intents become ways to ask, responses become answers.

    Raises:
        ContentError: it is not YAML, or holds no intents.
    """
    tree = parse(decode(raw, name), name)
    data = tree.value if isinstance(tree.value, dict) else {}
    entries = data.get("nlu")
    if not isinstance(entries, list):
        mend = "send Rasa's nlu.yml; its responses may stand in the same file"
        raise ContentError((Fault(file=name, what="there is no list 'nlu' in it", mend=mend),))
    for index, entry in enumerate(entries):
        line, column = tree.where(("nlu", index, "examples"))
        if isinstance(entry, dict) and entry.get("intent"):
            at = Cell(str(entry["intent"]), name, "", line, column)
            _take_intent(work, at, str(entry.get("examples") or ""), data.get("responses"))


def _take_intent(work: Import, at: Cell, examples: str, responses: object) -> None:
    intent = at.text
    topic = intent if intent in work.content.topics else slug(intent)
    if topic not in work.content.topics:
        text = _response(responses, intent)
        if not text:
            what = f"the intent {intent!r} is no topic here, and has no response utter_{intent}"
            mend = "name it like a topic, or add its response to this file"
            work.faults.append(at.fault(what, mend))
            return
        title = intent.rpartition("/")[2].replace("_", " ").capitalize()
        home = Cell(topic, at.file, "", at.row, at.column)
        work.answer(home, {SOURCE_LANGUAGE: markup(text)}, {SOURCE_LANGUAGE: title})
    for offset, example in enumerate(examples.split("\n"), start=1):
        if said := _ENTITY.sub(r"\1", example.strip().removeprefix("- ")).strip():
            work.add(topic, work.language, Cell(said, at.file, "", at.row + offset, at.column))


def _response(responses: object, intent: str) -> str:
    found = responses.get(f"utter_{intent}") if isinstance(responses, dict) else None
    texts = [one["text"] for one in found or () if isinstance(one, dict) and "text" in one]
    return str(texts[0]) if texts else ""
