"""Promises are kept once, whatever happens to replicas, chats and versions meanwhile."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from pydantic import SecretStr
from sqlmodel import select, update

from bot import outbox
from bot.app import SANDBOX_TOKEN, build, jobs_of
from bot.sandbox.client import Talk
from bot.sandbox.room import Fault, Room
from bot.settings import Settings
from handlers.context import App
from handlers.promises import keep_promises
from knowledge.guide import Asked, Guide
from knowledge.store.engine import Store
from knowledge.store.promise_tables import Promise
from knowledge.store.tables import now
from knowledge.store.versions import add_version
from tests import small

QUESTION = "what colour is the uniform of a trainer"

TOLD = """\
topics:
  - id: uniform
    title: {en: The uniform, es: El uniforme}
    phrasings:
      en: ["what colour is the uniform of a {role}", "uniform color", "what do people wear"]
      es: ["de qué color es el uniforme"]
    answer: {en: "There was **no uniform**.", es: "No había **uniforme**."}
    facts: [trainer.length]
"""


@pytest.fixture
async def other(guide: Guide, store_url: str) -> AsyncIterator[Guide]:
    """Another replica on the same database."""
    store = Store(store_url)
    made = Guide(store)
    await made.open(small.FILES)
    yield made
    await store.aclose()


BOT, OTHER_BOT = 1, 2
DANA = 101


async def promised(guide: Guide, chat: int = 7, language: str = "en", bot: int = BOT) -> int:
    asked = Asked(text=QUESTION, chat=chat, bot=bot, update_id=chat, message_id=41)
    turn = await guide.ask(asked)
    assert await guide.promises.tell_answer(turn.question_ids[0], chat, language)
    return turn.question_ids[0]


async def publish(guide: Guide, **files: str) -> None:
    number = guide.snapshot.number
    added = {**small.FILES, **{f"{name}.yaml": text for name, text in files.items()}}
    await guide.store.write(
        lambda session: add_version(session, added, after=number, by="test", reason="test")
    )
    await guide.refresh()


async def promises(guide: Guide) -> list[Promise]:
    return await guide.store.read(lambda session: list(session.exec(select(Promise))))


async def test_an_answer_that_comes_is_due_to_who_asked(guide: Guide) -> None:
    await promised(guide)
    assert await guide.promises.look() == 0
    assert await guide.promises.due(BOT) == []
    await publish(guide, uniform=TOLD)
    assert await guide.promises.look() == 1
    (number,) = await guide.promises.due(BOT)
    keeping = await guide.promises.take(number)
    assert keeping is not None
    assert "no uniform" in keeping.worded.short
    assert (keeping.promise.chat, keeping.promise.message_id) == (7, 41)
    await guide.promises.done(keeping.promise)
    assert await promises(guide) == []


async def test_promises_are_looked_at_beside_the_answering(store: Store) -> None:
    asked_in = set[str]()

    def today() -> date:
        asked_in.add(threading.current_thread().name)
        return date(2026, 1, 1)

    guide = Guide(store, today=today)
    await guide.open(small.FILES)
    await promised(guide)
    await publish(guide, uniform=TOLD)
    asked_in.clear()
    assert await guide.promises.look() == 1
    assert asked_in
    assert threading.current_thread().name not in asked_in


async def test_it_comes_in_the_language_of_the_person(guide: Guide) -> None:
    await promised(guide, language="es")
    await publish(guide, uniform=TOLD)
    await guide.promises.look()
    keeping = await guide.promises.take((await guide.promises.due(BOT))[0])
    assert keeping is not None
    assert "No había" in keeping.worded.short


async def test_two_replicas_never_both_keep_one(guide: Guide, other: Guide) -> None:
    for chat in range(1, 21):
        await promised(guide, chat)
    await publish(guide, uniform=TOLD)
    await other.refresh()
    await asyncio.gather(guide.promises.look(), other.promises.look())
    due = await guide.promises.due(BOT)
    assert len(due) == 20
    taken = await asyncio.gather(
        *(replica.promises.take(number) for number in due for replica in (guide, other))
    )
    assert len([keeping for keeping in taken if keeping]) == 20


async def test_a_replica_that_dies_while_telling_does_not_tell_twice(
    guide: Guide, other: Guide
) -> None:
    await promised(guide)
    await publish(guide, uniform=TOLD)
    await guide.promises.look()
    (number,) = await guide.promises.due(BOT)
    assert await guide.promises.take(number)
    assert await other.promises.due(BOT) == []
    assert await other.promises.take(number) is None


async def test_what_surely_was_not_sent_is_told_later(guide: Guide) -> None:
    await promised(guide)
    await publish(guide, uniform=TOLD)
    await guide.promises.look()
    (number,) = await guide.promises.due(BOT)
    keeping = await guide.promises.take(number)
    assert keeping is not None
    await guide.promises.give_back(keeping.promise)
    assert await guide.promises.due(BOT) == [number]


async def test_one_whose_answer_is_taken_back_waits_for_the_next(guide: Guide) -> None:
    await promised(guide)
    await publish(guide, uniform=TOLD)
    assert await guide.promises.look() == 1
    (number,) = await guide.promises.due(BOT)
    await guide.publisher.rollback(1, by="Sam")
    assert await guide.promises.take(number) is None
    assert await guide.promises.due(BOT) == []
    assert await guide.promises.look() == 0
    await publish(guide, clothes=TOLD.replace("id: uniform", "id: clothes"))
    assert await guide.promises.look() == 1
    keeping = await guide.promises.take(number)
    assert keeping is not None
    assert "no uniform" in keeping.worded.short


@pytest.fixture
def app(settings: Settings, guide: Guide, monkeypatch: pytest.MonkeyPatch) -> App:
    """The bot that keeps promises; it repeats after milliseconds."""
    monkeypatch.setattr(outbox, "FIRST_PAUSE", 0.001)
    token = SecretStr(SANDBOX_TOKEN.replace("1000000", f"{BOT}"))
    return build(settings.model_copy(update={"token": token}), guide).application


@pytest.mark.parametrize(
    ("kind", "times", "waits"),
    [("500", outbox.ATTEMPTS, True), ("429", 1, True), ("drop_after", 1, False)],
)
async def test_only_what_surely_was_not_sent_is_told_again(
    guide: Guide, app: App, room: Room, kind: str, times: int, waits: bool
) -> None:
    await promised(guide, DANA)
    await publish(guide, uniform=TOLD)
    room.faults = [Fault(method="sendMessage", times=times, kind=kind, seconds=99)]
    async with app:
        assert await keep_promises(app) == 0
    assert len(await guide.promises.due(BOT)) == waits
    assert len(await promises(guide)) == waits


async def test_a_promise_to_somebody_who_blocked_the_bot_is_forgotten(
    guide: Guide, app: App, room: Room
) -> None:
    await promised(guide, DANA)
    await publish(guide, uniform=TOLD)
    room.blocked = {DANA}
    async with app:
        assert await keep_promises(app) == 0
    assert await promises(guide) == []


async def test_each_bot_keeps_its_own_promises(guide: Guide, app: App, room: Room) -> None:
    await promised(guide, 102, bot=OTHER_BOT)
    await promised(guide, DANA)
    await publish(guide, uniform=TOLD)
    async with app:
        assert await keep_promises(app) == 1
    assert "no uniform" in Talk(room, DANA).last["text"]
    assert len(await guide.promises.due(OTHER_BOT)) == 1


async def test_bots_on_one_database_do_not_wait_for_each_others_jobs(
    guide: Guide, settings: Settings
) -> None:
    settings = settings.model_copy(update={"curators_chat": 2001})
    token = SecretStr(SANDBOX_TOKEN.replace("1000000", "2000000"))
    names = [
        {job.name for job in jobs_of(build(chosen, guide), chosen)}
        for chosen in (settings, settings.model_copy(update={"token": token}))
    ]
    own = ("promises", "second halves", "menus", "proposals", "stale facts", "digest")
    assert names[0] - names[1] == {f"{what} of 1000000" for what in own}


async def test_a_promise_expires(guide: Guide) -> None:
    await promised(guide)
    past = now() - timedelta(days=1)
    await guide.store.write(
        lambda session: session.execute(update(Promise).values(expires_at=past)).close()
    )
    assert await guide.promises.due(BOT) == []
    assert await promises(guide) == []


async def test_an_answer_about_what_is_gone_meanwhile_waits(guide: Guide) -> None:
    await promised(guide)
    gone = json.dumps({"topic": "role_length", "slots": {"role": ["no-such-role"]}})
    await guide.store.write(
        lambda session: session.execute(update(Promise).values(reading=gone, state="due")).close()
    )
    (due,) = await guide.promises.due(BOT)
    assert await guide.promises.take(due) is None


async def test_nobody_is_promised_the_answer_to_somebody_elses_question(guide: Guide) -> None:
    question = await promised(guide)
    assert not await guide.promises.tell_answer(question, 8, "en")
    assert len(await promises(guide)) == 1


async def test_asking_twice_makes_one_promise(guide: Guide) -> None:
    question = await promised(guide)
    await guide.promises.tell_answer(question, 7, "en")
    assert len(await promises(guide)) == 1


OPENED = """\
things:
  - kind: provider
    id: new-school
    name: {en: New School}
    place: {city: Bangor, state: ME}
    facts:
      status: {value: current, source: page, as_of: "2026-11", confidence: high}
topics:
  - id: place_lookup
    title: {en: Where}
    needs: [state]
    phrasings: {en: ["where in {state}"]}
    composer: place
"""


async def test_what_opens_in_a_state_is_told_to_who_waits_for_it(guide: Guide) -> None:
    assert await guide.promises.tell_opening("maine", 7, BOT, 5, "en")
    assert await guide.promises.tell_opening("texas", 7, BOT, 6, "en")
    assert not await guide.promises.tell_opening("atlantis", 7, BOT, 7, "en")
    await publish(guide, opened=OPENED)
    assert await guide.promises.look() == 1
    keeping = await guide.promises.take((await guide.promises.due(BOT))[0])
    assert keeping is not None
    assert keeping.promise.subject == "opening:maine"
    assert "Maine" in keeping.worded.short
