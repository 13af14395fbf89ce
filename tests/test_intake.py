"""Order, watermark and acknowledgement, apart from any server."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from hypothesis import given, strategies as st

from bot.order import ChatOrder, Recent, chat_of
from bot.polling import LIMIT, Watermark

ANA, BEN, GROUP = 101, 102, -100200


def update(number: int, kind: str, /, **content: Any) -> dict[str, Any]:
    return {"update_id": number, kind: content}


# Which updates belong together.


@pytest.mark.parametrize(
    ("data", "owner"),
    [
        (update(1, "message", chat={"id": GROUP}, **{"from": {"id": ANA}}), GROUP),
        (
            update(1, "callback_query", message={"chat": {"id": GROUP}}, **{"from": {"id": ANA}}),
            GROUP,
        ),
        (update(1, "callback_query", inline_message_id="x", **{"from": {"id": ANA}}), ANA),
        (update(1, "inline_query", query="x", **{"from": {"id": ANA}}), ANA),
        (update(1, "poll_answer", user={"id": ANA}), ANA),
        (update(1, "poll_answer", voter_chat={"id": GROUP}), GROUP),
        (update(1, "business_connection", user={"id": ANA}, user_chat_id=ANA), ANA),
        (update(1, "my_chat_member", chat={"id": GROUP}, **{"from": {"id": ANA}}), GROUP),
        (update(1, "poll", question="?"), 1),
        (update(2, "from_the_future", chat="none", message=[1], **{"from": {"id": "x"}}), 2),
        ({"update_id": 3}, 3),
    ],
)
def test_updates_are_kept_in_order_by_chat_else_by_person(
    data: dict[str, Any], owner: int
) -> None:
    assert chat_of(data) == owner


# One chat in order, chats side by side.


class Desk:
    """Jobs that end when the test says so."""

    def __init__(self) -> None:
        self.order = ChatOrder()
        self.began: list[int] = []
        self.gates: dict[int, asyncio.Future[bool]] = {}

    def submit(self, chat: int, number: int) -> asyncio.Future[bool]:
        self.gates[number] = asyncio.get_running_loop().create_future()
        return self.order.submit(chat, number, lambda: self._job(number))

    async def _job(self, number: int) -> bool:
        self.began.append(number)
        return await self.gates[number]

    async def turn(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)


async def test_one_chat_runs_in_order_and_another_does_not_wait_for_it() -> None:
    desk = Desk()
    ends = [desk.submit(ANA, 3), desk.submit(ANA, 1), desk.submit(BEN, 2)]
    await desk.turn()
    assert desk.began == [1, 2]
    assert desk.order.waiting == 1
    desk.gates[2].set_result(True)
    desk.gates[1].set_result(True)
    await desk.turn()
    assert desk.began == [1, 2, 3]
    desk.gates[3].set_result(True)
    assert await asyncio.gather(*ends) == [True, True, True]
    again = desk.submit(ANA, 4)
    desk.gates[4].set_result(True)
    assert await again


async def test_nothing_overtakes_an_unfinished_update() -> None:
    desk = Desk()
    first, second, other = desk.submit(ANA, 1), desk.submit(ANA, 2), desk.submit(BEN, 3)
    desk.gates[1].set_result(False)
    desk.gates[3].set_result(True)
    assert [await first, await second, await other] == [False, False, True]
    assert desk.began == [1, 3]


async def test_closing_drops_what_waits_and_lets_what_runs_finish() -> None:
    desk = Desk()
    running, waiting = desk.submit(ANA, 1), desk.submit(ANA, 2)
    await desk.turn()
    closing = asyncio.create_task(desk.order.close(grace=60))
    await desk.turn()
    assert waiting.result() is False
    desk.gates[1].set_result(True)
    await closing
    assert running.result() is True
    assert desk.began == [1]


async def test_closing_cuts_off_what_does_not_finish_in_time() -> None:
    desk = Desk()
    running = desk.submit(ANA, 1)
    await desk.turn()
    await desk.order.close(grace=0)
    assert running.result() is False
    assert desk.gates[1].cancelled()


async def test_a_broken_job_leaves_its_update_unfinished() -> None:
    async def broken() -> bool:
        raise RuntimeError("a bug of ours")

    order = ChatOrder()
    first, second = order.submit(ANA, 1, broken), order.submit(ANA, 2, broken)
    assert [await first, await second] == [False, False]


def test_only_the_last_finished_are_remembered() -> None:
    recent = Recent(size=2)
    for number in (1, 2, 2, 3):
        recent.add(number)
    assert [number in recent for number in (1, 2, 3)] == [False, True, True]


# The watermark, against a queue that forgets as Telegram's does.


class Queue:
    """Keeps updates until a fetch asks for later ones."""

    def __init__(self, numbers: list[int]) -> None:
        self.kept = list(numbers)

    def fetch(self, offset: int) -> list[dict[str, Any]]:
        self.kept = [number for number in self.kept if number >= offset]
        return [{"update_id": number} for number in self.kept[:LIMIT]]


@given(
    numbers=st.lists(st.integers(1, 10_000), min_size=1, max_size=250, unique=True).map(sorted),
    data=st.data(),
)
def test_nothing_is_forgotten_before_it_is_finished_and_nothing_runs_twice(
    numbers: list[int], data: st.DataObject
) -> None:
    queue, watermark = Queue(numbers), Watermark()
    running: list[int] = []
    finished: set[int] = set()
    while len(finished) < len(numbers):
        batch = data.draw(st.permutations(queue.fetch(watermark.offset)), label="fetched")
        assert set(numbers) - finished <= set(queue.kept), "Telegram forgot an unfinished update"
        fresh = [part["update_id"] for part in watermark.take(batch)]
        assert fresh == sorted(fresh)
        assert not set(fresh) & (set(running) | finished), "an update ran twice"
        running += fresh
        assert watermark.unfinished == len(running)
        ending = data.draw(
            st.lists(st.sampled_from(running), min_size=1, unique=True), label="end"
        )
        for number in ending:
            running.remove(number)
            finished.add(number)
            watermark.finish(number)
    assert queue.fetch(watermark.offset) == []


def test_numbers_that_begin_anew_are_followed() -> None:
    watermark = Watermark()
    watermark.take([{"update_id": 900_000}])
    watermark.finish(900_000)
    assert watermark.offset == 900_001
    assert [part["update_id"] for part in watermark.take([{"update_id": 12}])] == [12]
    assert watermark.offset == 12
    watermark.finish(12)
    watermark.finish(12)
    assert watermark.offset == 13
    assert watermark.age == 0


def test_the_age_is_that_of_the_oldest_open_update(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    watermark = Watermark()
    watermark.take([{"update_id": 1}])
    clock[0] = 103.0
    watermark.take([{"update_id": 2}])
    clock[0] = 105.0
    assert (watermark.age, watermark.unfinished) == (5.0, 2)
    watermark.finish(1)
    assert (watermark.age, watermark.unfinished) == (2.0, 1)
