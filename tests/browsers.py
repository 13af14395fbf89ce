"""A real browser for the page tests: a Chromium that is installed, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def executable() -> str:
    """Return the path of an installed browser.

    Raises:
        RuntimeError: there is none; the page tests must not be passed over in silence.
    """
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise RuntimeError("Install Chromium or Chrome for the page tests: tests/browser.sh")
    return found


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Run a browser meanwhile."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        try:
            yield started
        finally:
            await started.close()
