"""Takes the pictures of ``docs/staff.md``: ``python -m tests.pictures``."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Page
from starlette.applications import Starlette

from bot.app import serving
from bot.console.app import console
from knowledge.editing.publishing import Draft
from knowledge.guide import Asked, Guide
from knowledge.people import TERMINAL, Right
from knowledge.rights import Rights
from knowledge.signin import SignIn
from knowledge.store.engine import Store
from tests.browsers import browser

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
ANN = 4001
ASKED = (
    "how long is training for a trainer",
    "how many months does a trainer take",
    "what does a trainer earn",
    "what does a software engineer earn",
)


async def filled(guide: Guide) -> int:
    """Ask a few questions, publish once, and keep a draft; return the draft's number."""
    await guide.open()
    for number, text in enumerate(ASKED):
        await guide.ask(Asked(text=text, chat=number, bot=1, update_id=number))
    await guide.publisher.confirm(["trainer.pay"], by="Ann")
    files = await guide.publisher.files_of()
    text = files["roles/trainer.yaml"].replace("value: 6\n", "value: 5\n", 1)
    draft = Draft(files={**files, "roles/trainer.yaml": text}, base=2)
    return await guide.publisher.save(draft, by="Ann", title="The training of trainers is shorter")


async def take(page: Page, url: str, draft: int) -> None:
    """Take every picture."""
    await page.goto(f"{url}/drafts/{draft}")
    await page.get_by_role("button", name="Try it on the questions").click()
    await page.screenshot(path=FOLDER / "staff-draft.png")
    await page.goto(f"{url}/drafts/{draft}?q=how+long+is+training+for+a+trainer")
    await page.locator("#try-title").evaluate("title => title.scrollIntoView()")
    await page.screenshot(path=FOLDER / "staff-try.png")
    await page.goto(f"{url}/stale")
    await page.screenshot(path=FOLDER / "staff-stale.png")


async def main() -> None:
    """Serve a console on the shipped content and photograph it."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/guide.db")
        guide, rights = Guide(store), Rights(store)
        draft = await filled(guide)
        await rights.give(ANN, Right.PUBLISHER, TERMINAL, "Ann")
        secret = await SignIn(store, rights).link(await rights.actor(ANN, "console"))
        app = Starlette(routes=[console(guide, rights, secure=False)])
        async with serving(app, "127.0.0.1", 0) as port, browser() as started:
            url = f"http://127.0.0.1:{port}/console"
            page = await started.new_page(viewport={"width": 820, "height": 900})
            page.set_default_timeout(120_000)
            await page.goto(f"{url}/enter?token={secret}")
            await page.get_by_role("button", name="Sign in").click()
            await take(page, url, draft)
        await store.aclose()


if __name__ == "__main__":
    asyncio.run(main())
