"""Admins give and take rights in Telegram; for everybody else the command does not exist."""

from __future__ import annotations

import pytest

from bot.app import build
from bot.sandbox.client import Talk
from bot.sandbox.room import Room
from bot.settings import Settings
from knowledge.guide import Guide
from knowledge.people import TERMINAL, Right
from knowledge.rights import Rights
from knowledge.signin import SignIn
from tests.bots import Running

ADMIN, NEW = 1001, 103


@pytest.fixture
def rights(running: Running) -> Rights:
    return Rights(running.guide.store, curators=frozenset({2001}))


@pytest.fixture
async def admin(rights: Rights, staff: Talk) -> Talk:
    await rights.give(ADMIN, Right.ADMIN, TERMINAL, "Ada")
    return staff


async def test_an_admin_gives_and_takes_a_right_and_it_is_noted(
    admin: Talk, rights: Rights, running: Running, room: Room
) -> None:
    assert "1001 admin Ada" in await admin("/people")
    assert "103 is curator now" in await admin("/people give 103 curator Grace H")
    assert "103 curator Grace H" in await admin("/people")
    assert "Nothing waits" in await Talk(room, NEW)("/review")
    signin = SignIn(running.guide.store, rights)
    secret = await signin.enter(await signin.link(await rights.actor(NEW, "console")), "here")
    assert await signin.who(secret)
    assert "no right now" in await admin("/people take 103")
    assert await signin.who(secret) is None
    assert "Nothing waits" not in await Talk(room, NEW)("/review")
    noted = await running.guide.curation.rows("audit")
    changes = [(row["by"], row["door"], row["about"]) for row in noted if row["action"] == "right"]
    assert changes.count((ADMIN, "telegram", "person 103")) == 2


async def test_nobody_else_can(admin: Talk, curator: Talk, talk: Talk, rights: Rights) -> None:
    for somebody in (curator, talk):
        assert "1001" not in await somebody("/people")
        await somebody("/people give 2001 admin")
    assert (await rights.actor(2001, "telegram")).right is Right.CURATOR


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("give 5 king", "no right 'king'"),
        ("give five viewer", "a number"),
        ("give 1234567890123456789 viewer", "a number"),
        ("give 5", "/people give ID RIGHT NAME"),
    ],
)
async def test_what_is_wrong_is_said(admin: Talk, words: str, said: str) -> None:
    assert said in await admin(f"/people {words}")


async def test_what_is_wrong_is_said_in_spanish(admin: Talk) -> None:
    await admin("/language")
    await admin.press("Español")
    assert "No hay ningún permiso 'king'" in await admin("/people give 5 king")
    assert "No hay ninguna versión 99" in await admin("/rollback 99", answers=2)


async def test_a_right_brings_its_menu_and_takes_it_along(
    guide: Guide, settings: Settings, room: Room
) -> None:
    parts = build(settings, guide)
    menus, rights = parts.menus, parts.rights

    def menu(person: int) -> set[str]:
        (bot,) = room.bots.values()
        return {c["command"] for c in bot.commands.get((f"chat:{person}", ""), ())}

    async with parts.application:
        await rights.give(NEW, Right.ADMIN, TERMINAL)
        await rights.give(12345, Right.ADMIN, TERMINAL, "never wrote to the bot")
        await menus.announce()
        assert {"people", "status", "review", "console", "start"} <= menu(NEW)
        assert not {"people", "status"} & menu(2001)
        await rights.give(NEW, Right.VIEWER, TERMINAL)
        await menus.follow()
        assert "console" in menu(NEW)
        assert not {"people", "review"} & menu(NEW)
        await rights.give(NEW, Right.NONE, TERMINAL)
        await menus.follow()
        assert menu(NEW) == set()
        assert "review" in menu(2001)
