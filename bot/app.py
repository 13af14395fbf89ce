"""The composition root: settings in, a running bot out."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import cast

import structlog
from prometheus_client import CollectorRegistry
from starlette.routing import Mount
from starlette.types import ASGIApp
from telegram.ext import Application, ContextTypes

from bot import logs
from bot.console.app import console
from bot.console.guard import ROOT as CONSOLE
from bot.intake import BotApplication, Processor, started
from bot.jobs import Job, Jobs
from bot.menus import Menus
from bot.metrics import Metrics
from bot.opening import name_of, opened, rights_of
from bot.outbox import Limits, Outbox
from bot.polling import Polling
from bot.seeing import seeing
from bot.serving import start
from bot.settings import TELEGRAM, Settings, misspelt
from bot.transport import AiohttpRequest
from bot.web import WEBHOOK_PATH, Webhook, create_web
from handlers import (
    console_link,
    curator,
    dialogue,
    digest,
    errors,
    everyone,
    later,
    pace,
    people,
    promises,
    proposals,
    staff,
)
from handlers.context import Context
from knowledge import gazetteer, memory
from knowledge.errors import GuideError
from knowledge.guide import Guide
from knowledge.rights import Rights
from knowledge.signin import SignIn

log = structlog.get_logger(__name__)

UPDATES = (
    *("message", "edited_message", "callback_query", "inline_query", "chosen_inline_result"),
    *("message_reaction", "my_chat_member"),
)
"""The kinds of updates we ask Telegram for."""

SOON = timedelta(seconds=5)
"""How long a promise that can be kept waits at most."""

QUIET_START = 2.0
"""Seconds after the start that belong to those who waited for it."""

SANDBOX_TOKEN = "1000000:sandbox-token-for-this-machine-only-0000"  # noqa: S105 - opens nothing
SANDBOX_STAFF, SANDBOX_CURATOR = 1001, 2001


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A bot, composed and not yet running."""

    application: BotApplication
    guide: Guide
    rights: Rights
    menus: Menus
    metrics: Metrics
    registry: CollectorRegistry


def build(settings: Settings, guide: Guide) -> Parts:
    """Compose the bot. Order matters: the first handler that fits an update wins."""
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    live = settings.api_url == TELEGRAM
    limits = Limits() if live else Limits(chat=0, group=0, everybody=0)
    request = AiohttpRequest()
    token = settings.token.get_secret_value() if settings.token else SANDBOX_TOKEN
    application = (
        Application.builder()
        .application_class(BotApplication)
        .token(token)
        .base_url(f"{settings.api_url}/bot")
        .base_file_url(f"{settings.api_url}/file/bot")
        .request(request)
        .get_updates_request(request)
        .rate_limiter(Outbox(limits, metrics))
        .context_types(ContextTypes(context=Context))
        .job_queue(None)
        .updater(None)
        .build()
    )
    guide.observer = metrics
    application.bot_data["guide"] = guide
    if settings.person_limits == "on" or (live and settings.person_limits == "auto"):
        pace.register(application, pace_of(settings))
    staff.register(application)
    rights = rights_of(settings, guide.store)
    application.bot_data["rights"] = rights
    application.bot_data["signin"] = SignIn(guide.store, rights)
    application.bot_data["console_url"] = console_url(settings)
    curator.register(application)
    console_link.register(application)
    people.register(application)
    everyone.register(application)
    application.add_error_handler(errors.on_error)
    return Parts(
        application=cast("BotApplication", application),
        guide=guide,
        rights=rights,
        menus=Menus(application.bot, rights),
        metrics=metrics,
        registry=registry,
    )


def pace_of(settings: Settings) -> pace.Pace:
    """Return how fast one person may write."""
    return pace.Pace(
        soft=settings.soft_limit,
        slow=settings.slow_limit,
        quiet=settings.quiet_limit,
        slow_seconds=settings.slow_seconds,
        quiet_minutes=settings.quiet_minutes,
    )


def console_url(settings: Settings) -> str:
    """Return where people reach the console; where Telegram reaches us, they do too."""
    own = f"http://{settings.host}:{settings.port}"
    base = settings.console_url or settings.webhook_url or own
    return base.rstrip("/") + CONSOLE


def console_of(settings: Settings, guide: Guide, rights: Rights) -> Mount:
    """Return the console's pages; cookies are for https only where people come by https."""
    return console(guide, rights, secure=console_url(settings).startswith("https:"))


async def serve(settings: Settings) -> None:
    """Run until interrupted: live with a token, else with the sandbox as Telegram."""
    os.environ.setdefault("PTB_TIMEDELTA", "true")  # the old form of durations warns
    gc.set_threshold(50_000, 20, 100)  # an answer makes many short-lived values and no cycles
    memory.share()
    secrets = [settings.token.get_secret_value()] if settings.token else []
    logs.setup(settings.log_level, settings.log_json, secrets=secrets)
    for name, nearest in misspelt():
        log.warning("no such setting; it does nothing", name=name, nearest=nearest)
    log.info("starting; the content is compiled first", database=name_of(settings.database_url))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with _telegram(settings) as chosen, opened(chosen) as guide:
        await run(chosen, guide, stop)


@asynccontextmanager
async def _telegram(settings: Settings) -> AsyncIterator[Settings]:
    """Yield the settings to run with; without a token, those of a sandbox that runs meanwhile."""
    if settings.token:
        yield settings
        return
    from bot.sandbox.room import Room
    from bot.sandbox.server import serve as serve_sandbox

    listener = _listen("127.0.0.1", settings.sandbox_port, "GUIDE_SANDBOX_PORT")
    sandbox = await serve_sandbox(Room(), listener=listener)
    log.info("no token set, so this is the local sandbox", chat_page=sandbox.url)
    print(f"No GUIDE_TOKEN is set: chat with the bot at {sandbox.url}", flush=True)  # noqa: T201
    try:
        yield settings.model_copy(
            update={
                "api_url": sandbox.url,
                "staff": settings.staff | {SANDBOX_STAFF},
                "curators": settings.curators | {SANDBOX_CURATOR},
            }
        )
    finally:
        await sandbox.aclose()


async def run(settings: Settings, guide: Guide, stop: asyncio.Event) -> None:
    """Take updates and serve health, metrics and the webhook, until told to stop."""
    parts = build(settings, guide)
    processor = Processor(parts.application, parts.metrics)
    intake: Polling | Webhook
    webhook = None
    if settings.webhook_url:
        secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
        url = settings.webhook_url.rstrip("/") + WEBHOOK_PATH
        intake = webhook = Webhook(processor, secret=secret, url=url, allowed_updates=UPDATES)
    else:
        intake = Polling(processor, allowed_updates=UPDATES)
    checks = {"database": guide.check_database, "intake": intake.check}
    pages = [console_of(settings, guide, parts.rights)]
    web = create_web(checks=checks, registry=parts.registry, webhook=webhook, routes=pages)
    async with (
        guide.watching(),
        seeing(guide, parts.metrics),
        serving(web, settings.host, settings.port),
        started(parts.application),
    ):
        await parts.menus.announce()
        log.info("the bot runs", version=guide.snapshot.number, webhook=bool(webhook))
        jobs = asyncio.create_task(Jobs(guide.store, jobs_of(parts, settings)).run(stop))
        warming = asyncio.create_task(_warm(stop))
        try:
            await intake.run(stop)
        finally:
            stop.set()
            later.stop(parts.application)
            await asyncio.gather(jobs, warming)


async def _warm(stop: asyncio.Event) -> None:
    """Unpack the places once the bot is up: it slows down whoever asks meanwhile."""
    with suppress(TimeoutError):
        async with asyncio.timeout(QUIET_START):
            await stop.wait()
            return
    await asyncio.to_thread(gazetteer.warm)


def jobs_of(parts: Parts, settings: Settings) -> tuple[Job, ...]:
    """Return what runs by the clock, once for all replicas."""
    app, people = parts.application, parts.guide.people
    kept = timedelta(days=settings.question_days)
    quiet = timedelta(hours=settings.conversation_hours)
    curation = parts.guide.curation
    bot = app.bot.token.partition(":")[0]  # several may share a database, each with its own chats
    jobs = [
        Job(name="groups", every=SOON, run=curation.tend),
        Job(name="doubts", every=timedelta(minutes=1), run=curation.doubt),
        Job(name=f"promises of {bot}", every=SOON, run=partial(promises.keep_promises, app)),
        Job(name=f"second halves of {bot}", every=SOON, run=partial(dialogue.answer_overdue, app)),
        Job(name=f"menus of {bot}", every=timedelta(minutes=1), run=parts.menus.follow),
        Job(
            name="retention",
            every=timedelta(hours=1),
            run=partial(people.expire, questions=kept, conversations=quiet),
        ),
        Job(name=f"proposals of {bot}", every=SOON, run=partial(proposals.tell_publishers, app)),
        Job(name=f"stale facts of {bot}", every=staff.WEEK, run=partial(staff.remind, app)),
    ]
    if chat := settings.curators_chat:
        sending = partial(digest.send_digest, app, chat, settings.digest_at)
        jobs.append(Job(name=f"digest of {bot}", every=SOON, run=sending))
    return tuple(jobs)


def _listen(host: str, port: int, setting: str) -> socket.socket:
    """Take a port; 0 takes a free one.

    Raises:
        GuideError: somebody else has it, or the address is none of this machine's.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise GuideError(
            "Port {port} on {host} cannot be taken ({why}). "
            "Set {setting} in .env to another number.",
            port=port,
            host=host,
            why=error.strerror,
            setting=setting,
        ) from None


@asynccontextmanager
async def serving(web: ASGIApp, host: str, port: int) -> AsyncIterator[int]:
    """Serve an ASGI app meanwhile; yields the port it listens on."""
    listener = _listen(host, port, "GUIDE_PORT")
    server, task = await start(web, listener)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task
