"""Replicas: each moves to what another published, with no lost and no mixed answer."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from knowledge.editing.editing import add_phrasings
from knowledge.editing.publishing import Draft
from knowledge.errors import NotFoundError
from knowledge.guide import Asked, Guide
from knowledge.matching.vectors import Vectors
from knowledge.store.engine import Store
from knowledge.store.versions import Sealed, add_version, seal
from tests import small


def shorter(months: int) -> dict[str, str]:
    """Return the files with another length of a trainer's training."""
    text = small.FILES["things.yaml"].replace("{value: 6, unit", f"{{value: {months}, unit", 1)
    return {**small.FILES, "things.yaml": text}


def asked(text: str, update_id: int, chat: int = 7) -> Asked:
    return Asked(text=text, chat=chat, bot=1, update_id=update_id)


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; the test's own time-out is the limit."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - another process would tell no event
            await asyncio.sleep(0.01)


@pytest.fixture
async def replica(guide: Guide, store_url: str) -> AsyncIterator[Guide]:
    """A second bot on the same database."""
    store = Store(store_url)
    made = Guide(store)
    await made.open()
    async with made.watching():
        yield made
    await store.aclose()


async def test_a_replica_follows_publish_and_rollback(guide: Guide, replica: Guide) -> None:
    draft = Draft(files=shorter(5), base=1)
    await guide.publisher.publish(draft, by="ann", reason="amended")
    await until(lambda: replica.snapshot.number == 2)
    turn = await replica.ask(asked("how long is training for a trainer", 1))
    assert turn.said[0].worded is not None
    assert "5 months" in turn.said[0].worded.text
    await guide.publisher.rollback(1, by="ann")
    await until(lambda: replica.snapshot.number == 3)


@pytest.mark.parametrize("broken", [seal({"things.yaml": "things: ["}), Sealed(b"noise", "")])
async def test_a_replica_outlives_a_version_it_cannot_read(
    guide: Guide, replica: Guide, caplog: pytest.LogCaptureFixture, broken: Sealed
) -> None:
    await add(guide, broken, 1)
    await until(lambda: "still on version 1" in caplog.text)
    assert not await replica.refresh()
    await add(guide, seal(shorter(5)), 2)
    await until(lambda: replica.snapshot.number == 3)
    assert caplog.text.count("still on version 1") == 1


async def add(guide: Guide, sealed: Sealed, after: int) -> None:
    """Publish unchecked, as another release may."""
    await guide.store.write(
        lambda session: add_version(session, sealed, after=after, by="ann", reason="newer")
    )


class Failing:
    """An embedding that cannot be loaded."""

    name = "failing"

    def __init__(self) -> None:
        self.asked = 0

    def encode(self, _texts: Sequence[str]) -> Vectors:
        self.asked += 1
        raise MemoryError("no room for the model")

    learn = encode

    def keep(self, _given: Sequence[Vectors], calculate: Callable[[], Vectors]) -> Vectors:
        return calculate()


async def test_an_embedding_that_fails_is_tried_once_a_version_and_words_decide(
    guide: Guide, store_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    store, failing = Store(store_url), Failing()
    made = Guide(store, encoder=failing)
    await made.open()
    async with made.watching():
        await until(lambda: "words alone decide in version 1" in caplog.text)
        turn = await made.ask(asked("how long is training for a trainer", 1))
        assert turn.said[0].worded is not None
        files = add_phrasings(small.FILES, "cost", "en", ["is there a bill"])
        draft = Draft(files={**small.FILES, **files}, base=1)
        await guide.publisher.publish(draft, by="ann", reason="asked often")
        await until(lambda: "words alone decide in version 2" in caplog.text)
    assert failing.asked == 2
    await store.aclose()


async def test_answers_under_a_publish_are_all_given_and_never_mixed(
    guide: Guide, replica: Guide
) -> None:
    """The length and the number of the version are changed together; no answer has both."""
    stop = asyncio.Event()
    heard: list[tuple[int, str]] = []

    async def trainee(chat: int) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            turn = await replica.ask(
                asked("how long is training for a trainer", chat * 10_000 + number, chat)
            )
            assert turn.said[0].worded is not None
            length = turn.content.things["trainer"].facts["length"].value
            assert f"{length} months" in turn.said[0].worded.text
            heard.append((chat, turn.said[0].worded.short))

    async with asyncio.TaskGroup() as group:
        for chat in range(1, 9):
            group.create_task(trainee(chat))
        for months in (7, 8, 9):
            base = await guide.publisher.live_number()
            draft = Draft(files=shorter(months), base=base)
            done = await guide.publisher.publish(draft, by="ann", reason="again")
            await until(lambda done=done: replica.snapshot.number == done.number)  # type: ignore[misc]
        stop.set()
    said = {short for _chat, short in heard}
    assert said <= {f"**Trainer**: {months} months or less." for months in (6, 7, 8, 9)}
    assert (await guide.status()).outcomes == {"answer": len(heard)}


async def test_a_chat_tries_a_draft_while_others_stay(guide: Guide, replica: Guide) -> None:
    files = add_phrasings(shorter(4), "cost", "en", ["what is the price tag"])
    number = await guide.publisher.save(Draft(files=files, base=1), by="ann", title="shorter")
    await guide.try_draft(7, number)
    await until(lambda: replica.snapshot_for(7).number == -number)
    for one in (guide, replica):
        mine = await one.ask(asked("how long is training for a trainer", 1, chat=7))
        theirs = await one.ask(asked("how long is training for a trainer", 2, chat=8))
        assert mine.said[0].worded is not None
        assert theirs.said[0].worded is not None
        assert "4 months" in mine.said[0].worded.text
        assert "6 months" in theirs.said[0].worded.text
    assert await guide.end_try(7)
    assert guide.snapshot_for(7) is guide.snapshot


async def test_questions_to_a_draft_are_not_logged(guide: Guide) -> None:
    number = await guide.publisher.save(Draft(files=shorter(4), base=1), by="ann", title="x")
    await guide.try_draft(7, number)
    turn = await guide.ask(asked("qwzx vvkk plugh", 1))
    assert turn.question_ids == (0,)
    assert (await guide.status()).outcomes == {}


async def test_a_discarded_draft_is_gone_from_its_chats(guide: Guide) -> None:
    number = await guide.publisher.save(Draft(files=shorter(4), base=1), by="ann", title="x")
    await guide.try_draft(7, number)
    await guide.publisher.discard(number)
    await guide.refresh()
    assert guide.snapshot_for(7) is guide.snapshot
    with pytest.raises(NotFoundError, match="not there any more"):
        await guide.publisher.publish_saved(number, by="ann")


async def test_a_kept_draft_is_published_with_its_title(guide: Guide) -> None:
    number = await guide.publisher.save(Draft(files=shorter(4), base=1), by="ann", title="law")
    done = await guide.publisher.publish_saved(number, by="bob")
    assert done.number == 2
    (newest, *_) = await guide.publisher.versions()
    assert (newest.published_by, newest.reason) == ("bob", "law")


OPENING = """
import asyncio, sys
from knowledge.guide import Guide
from knowledge.store.engine import Store
from knowledge.matching.vectors import Vectors
from tests import small
guide = Guide(Store(sys.argv[1]))
asyncio.run(guide.open(small.FILES))
print(guide.snapshot.number)
"""


async def test_replicas_that_start_at_once_on_an_empty_database_take_turns(
    postgres_url: str,
) -> None:
    started = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", OPENING, postgres_url), stdout=PIPE, stderr=STDOUT
        )
        for _ in range(4)
    ]
    said = await asyncio.gather(*(process.communicate() for process in started))
    assert [printed for printed, _ in said] == [b"1\n"] * 4
