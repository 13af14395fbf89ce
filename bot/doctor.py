"""Looks at everything the bot needs and says what is wrong and how to mend it."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import make_url
from sqlalchemy.exc import DatabaseError

from bot.opening import is_absent, name_of, prepare_folder
from bot.settings import Settings, misspelt
from bot.web import WEBHOOK_PATH
from knowledge.editing.checks import check
from knowledge.errors import ContentError, GuideError
from knowledge.reading import PACKAGED, read_folder
from knowledge.store.engine import known, make_engine, try_out
from knowledge.store.migrate import refuse_newer

LEAST_DISK = 200_000_000
"""Bytes; below that SQLite's journal may not fit."""

OK, REFUSED = 200, (401, 404)
"""What Telegram answers to a token it knows, and to one it does not."""

_PATIENCE = aiohttp.ClientTimeout(total=5)
MOST_CLOCK_SKEW = 60
"""Seconds; webhooks and sign-in links need clocks that agree."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    well: bool
    mend: str = ""


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Look at settings, database, disk, Telegram and content; what takes long comes last."""
    for name, nearest in misspelt():
        mend = f"write {nearest}" if nearest else "'.env.example' has all names"
        yield Finding(f"settings: there is no {name}; it does nothing", well=False, mend=mend)
    yield await asyncio.to_thread(_database, settings)
    yield _disk(settings)
    if settings.token:
        for finding in await _telegram(settings):
            yield finding
    else:
        yield Finding("no token: 'guide run' starts the local sandbox", well=True)
    yield _semantic(settings)
    yield await asyncio.to_thread(_content, settings)


def _content(settings: Settings) -> Finding:
    folder = settings.content or PACKAGED
    try:
        _, faults = check(read_folder(folder))
    except ContentError as error:
        faults = error.faults
    errors = [fault for fault in faults if fault.level == "error"]
    if errors:
        mend = "run 'guide check" + (f" {folder}'" if settings.content else "'")
        return Finding(f"content: {len(errors)} errors: {errors[0]}", well=False, mend=mend)
    return Finding("content: sound", well=True)


def _database(settings: Settings) -> Finding:
    name = name_of(settings.database_url)
    try:
        prepare_folder(settings.database_url)
        if is_absent(settings.database_url):
            return _yet_to_come(settings, name)
        engine = make_engine(settings.database_url)
        with engine.connect() as connection:
            refuse_newer(connection)
            try_out(connection)
        engine.dispose()
    except DatabaseError as error:
        return Finding(f"database {name}: {known(error)}", well=False, mend="see there")
    except GuideError as error:
        return Finding(f"database {name}: {error}", well=False, mend="see there")
    except Exception as error:  # noqa: BLE001 - drivers raise many kinds; all mean the same here
        reason = str(error).split("\n", 1)[0]
        return Finding(f"database {name}: {reason}", well=False, mend="check GUIDE_DATABASE_URL")
    return Finding(f"database {name}: answers, and can be written", well=True)


def _yet_to_come(settings: Settings, name: str) -> Finding:
    """Tell whether a file of SQLite could be made; a look makes none."""
    folder = Path(make_url(settings.database_url).database or "").parent
    if os.access(folder, os.W_OK):
        return Finding(f"database {name}: not there yet, 'guide run' makes it", well=True)
    what = f"database {name}: not there, and {folder} cannot be written"
    return Finding(what, well=False, mend="check GUIDE_DATABASE_URL")


def _disk(settings: Settings) -> Finding:
    address = make_url(settings.database_url)
    where = Path(address.database or ".").parent if "sqlite" in address.drivername else Path()
    free = shutil.disk_usage(where if where.exists() else Path()).free
    enough = free >= LEAST_DISK
    mend = "" if enough else "free some space, or move the database"
    return Finding(f"disk: {free // 1_000_000:,} MB free", well=enough, mend=mend)


def _semantic(settings: Settings) -> Finding:
    from knowledge.matching.semantic import carried

    if not settings.meaning:
        return Finding("understanding: words alone (GUIDE_MEANING is false)", well=True)
    name = "words and meaning" if carried() else "words alone (the semantic extra is missing)"
    return Finding(f"understanding: {name}", well=True)


async def _telegram(settings: Settings) -> list[Finding]:
    token = settings.token.get_secret_value() if settings.token else ""
    root = f"{settings.api_url}/bot{token}"
    try:
        async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
            async with session.get(f"{root}/getMe") as response:
                status, served = response.status, response.headers.get("Date")
                if status not in (OK, *REFUSED):
                    mend = "wait: it is Telegram's to mend; or check GUIDE_API_URL"
                    what = f"Telegram at {settings.api_url}: answers with {status}"
                    return [Finding(what, well=False, mend=mend)]
                me = await response.json()
            if not me.get("ok"):
                mend = "copy the token again from BotFather into GUIDE_TOKEN"
                return [Finding("token: Telegram refuses it", well=False, mend=mend)]
            async with session.get(f"{root}/getWebhookInfo") as response:
                hook = (await response.json()).get("result", {})
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        mend = "check the network and GUIDE_API_URL"
        what = f"Telegram at {settings.api_url}: no answer ({type(error).__name__})"
        return [Finding(what, well=False, mend=mend)]
    name = me["result"].get("username", "")
    return [
        Finding(f"token: belongs to @{name}", well=True),
        _webhook(hook, settings),
        _clock(served),
    ]


def _webhook(hook: dict[str, Any], settings: Settings) -> Finding:
    url = str(hook.get("url") or "")
    if url and not settings.webhook_url:
        mend = "another bot program uses it; 'guide run' will take it over by polling"
        return Finding("webhook: set at Telegram, but not in the settings", well=False, mend=mend)
    ours = (settings.webhook_url or "").rstrip("/") + WEBHOOK_PATH
    if url and url != ours:
        mend = "'guide run' sets it to GUIDE_WEBHOOK_URL; if it ran, another program uses the bot"
        return Finding(f"webhook: Telegram calls {url}, not {ours}", well=False, mend=mend)
    if error := hook.get("last_error_message"):
        return _last_error(str(error), hook)
    if settings.webhook_url and not url:
        return Finding("webhook: not set yet, 'guide run' sets it", well=True)
    return Finding("webhook: set" if url else "webhook: none, updates are polled", well=True)


def _last_error(error: str, hook: dict[str, Any]) -> Finding:
    """Tell what went wrong last: it matters while updates wait."""
    ago = max(0, round((time.time() - int(hook.get("last_error_date") or 0)) / 60))
    if not hook.get("pending_update_count"):
        return Finding(f"webhook: set; nothing waits, though {ago} min ago: {error}", well=True)
    mend = "see that /readyz is well, that GUIDE_WEBHOOK_URL is reachable, and the log"
    return Finding(f"webhook: {ago} min ago, and updates wait: {error}", well=False, mend=mend)


def _clock(served: str | None) -> Finding:
    from email.utils import parsedate_to_datetime

    if not served:
        return Finding("clock: not compared", well=True)
    skew = abs(parsedate_to_datetime(served).timestamp() - time.time())
    mend = "" if skew < MOST_CLOCK_SKEW else "set the machine's clock (NTP)"
    return Finding(f"clock: {skew:.0f} s from Telegram's", well=skew < MOST_CLOCK_SKEW, mend=mend)
