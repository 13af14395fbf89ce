"""Doubt that nobody spoke: asked again, a narrow lead, a choice that was not taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from knowledge.guide import Asked, Guide
from knowledge.store.tables import Question
from knowledge.verdicts import Reading

ANSWERED = {"outcome": "answer", "topic": "role_pay", "score": 0.9, "runner_up_score": 0.2}
OFFERED = (
    '{"missing": null, "readings": [{"topic": "cost", "slots": {}, "score": 0.4, "carried": []}]}'
)


async def add(guide: Guide, *rows: dict[str, Any]) -> None:
    def work(session: object) -> None:
        for number, row in enumerate(rows):
            minutes = int(str(row.pop("ago", 0)))
            made = Question(
                **{
                    "bot": 9,
                    "update_id": number,
                    "asker": "one",
                    "text": "what does a trainer earn",
                    "language": "en",
                    "options": '{"readings": []}',
                    **row,
                }
            )
            made.asked_at -= timedelta(minutes=minutes)
            session.add(made)  # type: ignore[attr-defined]

    await guide.store.write(work)


async def doubts(guide: Guide) -> list[str | None]:
    await guide.curation.doubt()
    return await guide.store.read(
        lambda session: list(session.exec(select(Question.doubt).order_by(Question.id)))  # type: ignore[arg-type]
    )


async def test_the_same_answer_asked_for_again_soon(guide: Guide) -> None:
    await add(guide, {**ANSWERED, "ago": 4}, {**ANSWERED})
    assert await doubts(guide) == ["asked_again", None]


async def test_like_words_without_an_answer(guide: Guide) -> None:
    await add(
        guide,
        {**ANSWERED, "text": "parking garage", "ago": 2},
        {"outcome": "unknown", "text": "garage for parking"},
    )
    assert await doubts(guide) == ["asked_again", None]


@pytest.mark.parametrize(
    "second",
    [
        {**ANSWERED, "ago": -10},
        {**ANSWERED, "asker": "another"},
        {**ANSWERED, "topic": "role_length", "text": "how long is training for a trainer"},
        {"outcome": "unknown", "text": "does a trainer have a dog"},
        {**ANSWERED, "update_id": 0, "part": 1},
    ],
)
async def test_what_is_no_asking_again(guide: Guide, second: dict[str, object]) -> None:
    await add(guide, {**ANSWERED}, dict(second))
    assert (await doubts(guide))[0] is None


async def test_a_narrow_lead(guide: Guide) -> None:
    await add(guide, {**ANSWERED, "runner_up_score": 0.85})
    assert await doubts(guide) == ["low_lead"]


async def test_a_choice_that_nobody_took(guide: Guide) -> None:
    offered = {"outcome": "clarify", "options": OFFERED}
    missing = {"outcome": "clarify", "options": OFFERED.replace("null", '"role"'), "ago": 40}
    await add(guide, {**offered, "ago": 40}, {**offered, "ago": 5}, missing)
    assert await doubts(guide) == ["abandoned_choice", None, None]
    assert len(await guide.curation.rows("groups")) == 1


async def test_a_choice_that_was_taken_is_an_answer(guide: Guide) -> None:
    await guide.ask(Asked(text="qwzx", chat=7, bot=1, update_id=1))

    def offer(session: object) -> None:
        question = session.exec(select(Question)).one()  # type: ignore[attr-defined]
        question.outcome, question.options = "clarify", OFFERED

    await guide.store.write(offer)
    await guide.opened(7, Reading(topic="role_pay"))
    await guide.opened(8, Reading(topic="cost"))
    found = await guide.store.read(lambda session: session.exec(select(Question)).one())
    assert found.outcome == "clarify"
    await guide.opened(7, Reading(topic="cost"))
    found = await guide.store.read(lambda session: session.exec(select(Question)).one())
    assert (found.outcome, found.topic) == ("answer", "cost")
