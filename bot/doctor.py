"""Looks at everything the bot needs and says what is wrong and how to mend it."""

from __future__ import annotations

import asyncio
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from sqlalchemy import make_url
from sqlalchemy.exc import DatabaseError

from bot.opening import prepare_folder
from bot.settings import Settings
from knowledge.checks import check
from knowledge.errors import ContentError, GuideError
from knowledge.reading import PACKAGED, read_folder
from knowledge.store.engine import known, make_engine, try_out

LEAST_DISK = 200_000_000
"""Bytes; below that SQLite's journal may not fit."""

_PATIENCE = aiohttp.ClientTimeout(total=5)
MOST_CLOCK_SKEW = 60
"""Seconds; webhooks and sign-in links need clocks that agree."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    well: bool
    mend: str = ""


async def examine(settings: Settings) -> list[Finding]:
    """Look at content, database, disk and Telegram."""
    findings = [
        _content(settings),
        await asyncio.to_thread(_database, settings),
        _disk(settings),
        _semantic(),
    ]
    if settings.token:
        findings += await _telegram(settings)
    else:
        findings.append(Finding("no token: 'guide run' starts the local sandbox", well=True))
    return findings


def _content(settings: Settings) -> Finding:
    folder = settings.content or PACKAGED
    try:
        _, faults = check(read_folder(folder))
    except ContentError as error:
        faults = error.faults
    errors = [fault for fault in faults if fault.level == "error"]
    if errors:
        return Finding(f"content: {len(errors)} errors", well=False, mend="run 'guide check'")
    return Finding("content: sound", well=True)


def _database(settings: Settings) -> Finding:
    name = make_url(settings.database_url).render_as_string(hide_password=True)
    try:
        prepare_folder(settings.database_url)
        engine = make_engine(settings.database_url)
        with engine.connect() as connection:
            try_out(connection)
        engine.dispose()
    except DatabaseError as error:
        return Finding(f"database {name}: {known(error)}", well=False, mend="see there")
    except GuideError as error:
        return Finding(f"database {name}: {error}", well=False, mend="check GUIDE_DATABASE_URL")
    except Exception as error:  # noqa: BLE001 - drivers raise many kinds; all mean the same here
        reason = str(error).split("\n", 1)[0]
        return Finding(f"database {name}: {reason}", well=False, mend="check GUIDE_DATABASE_URL")
    return Finding(f"database {name}: answers, and can be written", well=True)


def _disk(settings: Settings) -> Finding:
    address = make_url(settings.database_url)
    where = Path(address.database or ".").parent if "sqlite" in address.drivername else Path()
    free = shutil.disk_usage(where if where.exists() else Path()).free
    enough = free >= LEAST_DISK
    mend = "" if enough else "free some space, or move the database"
    return Finding(f"disk: {free // 1_000_000:,} MB free", well=enough, mend=mend)


def _semantic() -> Finding:
    from knowledge.semantic import load_encoder

    encoder = load_encoder()
    name = "words and meaning" if encoder else "words alone (the semantic extra is not installed)"
    return Finding(f"understanding: {name}", well=True)


async def _telegram(settings: Settings) -> list[Finding]:
    token = settings.token.get_secret_value() if settings.token else ""
    root = f"{settings.api_url}/bot{token}"
    try:
        async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
            async with session.get(f"{root}/getMe") as response:
                me, served = await response.json(), response.headers.get("Date")
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


def _webhook(hook: dict[str, object], settings: Settings) -> Finding:
    url = str(hook.get("url") or "")
    if error := hook.get("last_error_message"):
        return Finding(
            f"webhook: {error}", well=False, mend="check GUIDE_WEBHOOK_URL is reachable"
        )
    if url and not settings.webhook_url:
        mend = "another bot program uses it; 'guide run' will take it over by polling"
        return Finding("webhook: set at Telegram, but not in the settings", well=False, mend=mend)
    return Finding("webhook: set" if url else "webhook: none, updates are polled", well=True)


def _clock(served: str | None) -> Finding:
    from email.utils import parsedate_to_datetime

    if not served:
        return Finding("clock: not compared", well=True)
    skew = abs(parsedate_to_datetime(served).timestamp() - time.time())
    mend = "" if skew < MOST_CLOCK_SKEW else "set the machine's clock (NTP)"
    return Finding(f"clock: {skew:.0f} s from Telegram's", well=skew < MOST_CLOCK_SKEW, mend=mend)
