"""Asking is kept exactly once, without personal data, on both databases."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from sqlmodel import select

from knowledge.curation.choices import NotReusable
from knowledge.editing.publishing import Draft
from knowledge.guide import Asked, Guide
from knowledge.people import Actor, Right
from knowledge.snapshot import Snapshot
from knowledge.store.engine import Store
from knowledge.store.promise_tables import Promise
from knowledge.store.tables import Conversation, Question, now
from knowledge.talking import Spoken
from knowledge.understanding.context import About
from knowledge.understanding.splitting import LONGEST_READ, MOST_QUESTIONS
from knowledge.verdicts import Answer, Clarify, Reading, Unknown
from tests import small

WITHOUT_TRAINER = {
    **small.FILES,
    "things.yaml": small.FILES["things.yaml"].replace("id: trainer", "id: coach"),
    "topics.yaml": small.FILES["topics.yaml"].replace("trainer.length", "coach.length"),
}
"""The same of another role."""


def asked(text: str, update_id: int, chat: int = 7, language: str = "en") -> Asked:
    return Asked(text=text, chat=chat, bot=1, update_id=update_id, client_language=language)


async def rows(guide: Guide) -> list[Question]:
    return await guide.store.read(
        lambda session: list(session.exec(select(Question).order_by(Question.id)))  # type: ignore[arg-type]
    )


async def test_a_question_is_answered_and_kept(guide: Guide) -> None:
    turn = await guide.ask(asked("how long is training for a trainer", 1))
    assert turn.said[0].worded is not None
    assert "6 months" in turn.said[0].worded.short
    (row,) = await rows(guide)
    assert (row.outcome, row.topic, row.version) == ("answer", "role_length", 1)
    assert row.score is not None
    assert row.score > 0.5
    assert row.runner_up is not None


async def test_a_repeated_update_is_answered_alike_and_kept_once(guide: Guide) -> None:
    first = await guide.ask(asked("what does a trainer earn", 5))
    again = await guide.ask(asked("what does a trainer earn", 5))
    assert len(await rows(guide)) == 1
    assert first.question_ids == again.question_ids
    assert first.said[0].worded is not None
    assert again.said[0].worded is not None
    assert first.said[0].worded.text == again.said[0].worded.text


async def test_a_repeated_follow_up_is_answered_from_what_was_kept(guide: Guide) -> None:
    await guide.ask(asked("what does a trainer earn", 1))
    first = await guide.ask(asked("and the implementation manager?", 2))
    await guide.ask(asked("was it free", 3))
    again = await guide.ask(asked("and the implementation manager?", 2))
    assert isinstance(again.said[0].understood.verdict, Answer)
    assert first.said[0].worded == again.said[0].worded


async def test_several_questions_are_kept_as_parts(guide: Guide) -> None:
    text = "How long is training for a trainer? And what did the training cost?"
    turn = await guide.ask(asked(text, 9))
    assert len(turn.said) == 2
    assert [row.part for row in await rows(guide)] == [0, 1]
    assert not turn.cut


@pytest.mark.parametrize(
    "text",
    [
        "What did the training cost? How long is training for a trainer? " * 40,
        "how long is it for a trainer and what does a trainer earn and " * 15 + "was it free",
        "¿Quién lo pagó? " * 200,
        "palabrota " * 400,
    ],
)
async def test_of_a_very_long_message_the_beginning_is_read(guide: Guide, text: str) -> None:
    turn = await guide.ask(asked(text, 9))
    assert 1 <= len(turn.said) <= MOST_QUESTIONS
    assert turn.cut == (len(text) > LONGEST_READ)
    assert all(len(row.text) <= LONGEST_READ for row in await rows(guide))


async def test_personal_data_is_never_kept(guide: Guide) -> None:
    await guide.ask(asked("my name is Jane Doe, jane@mail.example, how much is it", 1, chat=777))
    (row,) = await rows(guide)
    assert "Jane" not in row.text
    assert "mail.example" not in row.text
    assert row.asker != "777"


async def test_chats_do_not_share_what_they_are_about(guide: Guide) -> None:
    await guide.ask(asked("what does a trainer earn", 1, chat=1))
    turn = await guide.ask(asked("and the training length?", 2, chat=2))
    assert not isinstance(turn.said[0].understood.verdict, Answer)


async def test_context_expires(guide: Guide) -> None:
    await guide.ask(asked("what does a trainer earn", 1))

    def age(session: object) -> None:
        from sqlmodel import Session

        assert isinstance(session, Session)
        talk = session.get(Conversation, 7)
        assert talk is not None
        talk.updated_at = now() - timedelta(hours=1)
        session.add(talk)

    await guide.store.write(age)
    turn = await guide.ask(asked("and how many months does it take", 2))
    assert isinstance(turn.said[0].understood.verdict, Clarify)


async def test_the_app_language_counts_where_the_text_does_not_tell(guide: Guide) -> None:
    assert (await guide.ask(asked("trainer", 1, language="es-MX"))).language == "es"
    assert (await guide.ask(asked("trainer", 2, chat=8, language="fr"))).language == "en"


async def test_what_is_not_known_waits_until_it_is_decided(guide: Guide) -> None:
    turn = await guide.ask(asked("qwzx vvkk plugh", 1))
    assert isinstance(turn.said[0].understood.verdict, Unknown)
    (waiting,) = await guide.waiting()
    assert (await guide.status()).waiting == 1
    card = await guide.curation.deal(2001)
    assert card is not None
    assert [question.id for question in card.samples] == [waiting.id]
    curator = Actor(id=2001, right=Right.CURATOR)
    await guide.curation.decide(card.group.id or 0, NotReusable(reason="noise"), curator)
    assert await guide.waiting() == []


async def test_only_the_asker_can_cast_doubt(guide: Guide) -> None:
    turn = await guide.ask(asked("what does a trainer earn", 1))
    await guide.doubt(turn.question_ids[0], 8, "none_of_these")
    assert await guide.waiting() == []
    await guide.doubt(turn.question_ids[0], 7, "none_of_these")
    assert len(await guide.waiting()) == 1


async def test_a_second_start_keeps_the_secret_and_the_version(
    guide: Guide, store_url: str
) -> None:
    await guide.ask(asked("hello", 1))
    (before,) = await rows(guide)
    second_store = Store(store_url)
    second = Guide(second_store)
    await second.open({"other.yaml": "never read, since a version is there"})
    await second.ask(asked("hello", 2))
    assert [row.asker for row in await rows(second)] == [before.asker] * 2
    assert second.snapshot.number == 1
    assert second.snapshot.content == small.content()
    await second_store.aclose()


class Meanwhile(Guide):
    """A guide to which something happens while it understands a message."""

    happens: Callable[[], Awaitable[object]] | None = None

    async def _think(
        self, snapshot: Snapshot, asked: Asked, talk: Conversation, about: About
    ) -> Spoken:
        spoken = await super()._think(snapshot, asked, talk, about)
        if self.happens:
            happens, self.happens = self.happens, None
            await happens()
        return spoken


@pytest.fixture
async def busy(guide: Guide) -> Meanwhile:
    made = Meanwhile(guide.store)
    await made.open()
    return made


async def wait_for_more(guide: Guide) -> None:
    turn = await guide.ask(replace(asked("I was wondering", 1), may_wait=True))
    assert turn.held


async def test_what_was_answered_alone_does_not_wait_again(busy: Meanwhile) -> None:
    await wait_for_more(busy)
    released = await busy.release(7, 1)
    assert released is not None
    busy.happens = partial(busy.let_go, 7, 1)
    await busy.ask(asked("what does a trainer earn", 2))
    assert (await busy.settings_of(7)).held is None


async def test_what_a_person_chose_meanwhile_holds(busy: Meanwhile) -> None:
    await busy.ask(asked("what does a trainer earn", 1))
    busy.happens = partial(busy.choose_detail, 7, "short")
    await busy.ask(asked("and the implementation manager?", 2))
    busy.happens = partial(busy.choose_language, 7, "es")
    await busy.ask(asked("was it free", 3))
    talk = await busy.settings_of(7)
    assert (talk.detail, talk.language) == ("short", "es")
    assert json.loads(talk.about)["topic"] == "cost"


async def test_a_message_that_waited_is_not_kept_after_forgetting(busy: Meanwhile) -> None:
    await wait_for_more(busy)
    busy.happens = partial(busy.people.forget, 7)
    assert await busy.release(7, 1)
    held = await busy.people.held_on(7)
    assert held == {"conversation": None, "questions": [], "promises": []}


async def test_all_that_is_held_is_shown(guide: Guide) -> None:
    await guide.ask(replace(asked("what does a trainer earn", 1), message_id=5))
    unknown = await guide.ask(asked("qwzx vvkk plugh", 2))
    await guide.promises.tell_answer(unknown.question_ids[0], 7, "en")
    held = await guide.people.held_on(7)
    (first, _), (promise,) = held["questions"], held["promises"]
    assert first.keys() == Question.model_fields.keys() - {"asker", "latency_ms"}
    assert (first["slots"], first["message_id"]) == ({"role": ["trainer"]}, 5)
    assert promise.keys() == Promise.model_fields.keys()
    assert held["conversation"].keys() == Conversation.model_fields.keys()


async def test_a_message_joined_with_the_next_waits_no_more(guide: Guide) -> None:
    await wait_for_more(guide)
    await guide.ask(asked("how long is training for a trainer", 2))
    assert (await guide.settings_of(7)).held is None
    assert await guide.release(7, 1) is None
    assert [row.outcome for row in await rows(guide)] == ["answer", "joined"]


async def test_an_edit_of_a_message_that_waits_takes_its_place(guide: Guide) -> None:
    beginning = replace(asked("I was wondering", 1), may_wait=True, message_id=5)
    assert (await guide.ask(beginning)).held
    edited = replace(asked("I was wondering how many months a trainer takes", 2), message_id=5)
    turn = await guide.ask(edited)
    assert turn.said[0].understood.text == edited.text
    kept = {row.outcome: row.text for row in await rows(guide)}
    assert kept["answer"] == edited.text
    assert await guide.release(7, 1) is None


async def test_an_answer_is_found_by_its_message(guide: Guide) -> None:
    texts = ("what does a trainer earn", "was it free", "how long is training for a trainer")
    for number, text in enumerate(texts, 1):
        await guide.ask(replace(asked(text, number), message_id=number))
    made = {row.text: row.id or 0 for row in await rows(guide)}
    await guide.note_answers({made[texts[0]]: 4})
    await guide.note_answers({made[texts[1]]: 6})  # in two messages

    async def about(message: int | None) -> str | None:
        found = await guide.answered_by(7, message)
        return found.text if found else None

    assert [await about(n) for n in (4, 5, 6)] == [texts[0], texts[1], texts[1]]
    assert await about(9) == await about(None) == texts[2]
    assert await about(1) is None


async def test_a_fragment_brings_no_old_subject_back(guide: Guide) -> None:
    with time_machine.travel(now() - timedelta(hours=1)):
        await guide.ask(asked("what does a trainer earn", 1))
    await guide.ask(replace(asked("and how many months", 2), may_wait=True))
    released = await guide.release(7, 2)
    assert released is not None
    assert isinstance(released[0].said[0].understood.verdict, Clarify)


async def test_an_answer_whose_subject_is_gone_is_told_again_as_unknown(guide: Guide) -> None:
    await guide.ask(asked("what does a trainer earn", 1))
    follow_up = asked("how long is the training", 2)
    first = await guide.ask(follow_up)
    assert first.said[0].worded is not None
    assert first.said[0].worded.reading.carried == ("role",)
    await guide.publisher.publish(Draft(files=WITHOUT_TRAINER, base=1), by="ann", reason="gone")
    again = await guide.ask(follow_up)
    assert isinstance(again.said[0].understood.verdict, Unknown)


async def test_what_was_asked_back_and_is_gone_is_explained_as_unknown(guide: Guide) -> None:
    turn = await guide.ask(asked("is it free to be a trainer", 1))
    assert isinstance(turn.said[0].understood.verdict, Clarify)
    await guide.publisher.publish(Draft(files=WITHOUT_TRAINER, base=1), by="ann", reason="gone")
    again = await guide.ask(asked("is it free to be a trainer", 1))
    assert isinstance(again.said[0].understood.verdict, Unknown)
    explained = await guide.explain(turn.question_ids[0], 7)
    assert explained is not None
    assert isinstance(explained[1].understood.verdict, Unknown)


async def test_a_language_from_long_ago_does_not_come_back(guide: Guide) -> None:
    with time_machine.travel(now() - timedelta(days=1)):
        await guide.ask(asked("cuánto cuesta el curso de capacitador", 1))
        assert await guide.language(7, "en") == "es"
    for _ in range(2):
        assert await guide.language(7, "en") == "en"
        await guide.opened(7, Reading(topic="cost"))


async def test_a_draft_without_what_the_chat_is_about_answers(guide: Guide) -> None:
    await guide.ask(asked("what does a trainer earn", 1))
    draft = Draft(files=WITHOUT_TRAINER, base=1)
    await guide.try_draft(7, await guide.publisher.save(draft, by="ann", title="without"))
    turn = await guide.ask(asked("how long is the training", 2))
    assert isinstance(turn.said[0].understood.verdict, Clarify)
