"""The bot's web side: Telegram's webhook, health for supervisors, metrics for Prometheus."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram.error import TelegramError

from bot.intake import UnfinishedError, explain
from bot.order import GRACE, ChatOrder, Recent, chat_of
from bot.outbox import pause

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from prometheus_client import CollectorRegistry
    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send

    from bot.intake import Processor
    from bot.order import Data

    Check = Callable[[], Awaitable[str]]

log = structlog.get_logger(__name__)

LARGEST_BODY = 1024 * 1024
SECRET_HEADER = b"x-telegram-bot-api-secret-token"
WEBHOOK_PATH = "/telegram"
CHECK_WITHIN = 5.0
FIRST_RETRY, LONGEST_RETRY = 0.5, 60.0
OWED_FOR = 100.0
"""Seconds in which Telegram sends again what was not finished, with a margin: after that another
replica has taken it. Of one that has, no alert that waits two minutes beyond a minute can fire."""
OK, BAD, FORBIDDEN, TOO_LARGE, LATER = 200, 400, 403, 413, 503


class Owed:
    """Since when updates wait that Telegram was told to send again."""

    def __init__(self) -> None:
        self._since: OrderedDict[int, tuple[float, float]] = OrderedDict()

    def since(self, update_id: int) -> float:
        """Return when an update first came; now, where it is new."""
        first, _ = self._since.get(update_id, (time.monotonic(), 0.0))
        return first

    def put_off(self, update_id: int, first: float) -> None:
        """Note that an update is to come again."""
        self._since[update_id] = first, time.monotonic()
        self._since.move_to_end(update_id)

    def settle(self, update_id: int) -> None:
        """Forget an update that is finished."""
        self._since.pop(update_id, None)

    def oldest(self) -> float | None:
        """Return when the oldest of them first came.

        What has not come again for a while was taken by another replica.
        """
        while self._since:
            update_id, (_, last) = next(iter(self._since.items()))
            if time.monotonic() - last < OWED_FOR:
                break
            del self._since[update_id]
        return min((first for first, _ in self._since.values()), default=None)


class Webhook:
    """An ASGI endpoint that answers 200 when an update is finished, and 503 when it is not.

    Telegram keeps what was not answered with 200 and sends it again, to this replica or another.

    Args:
        processor: Handles single updates.
        secret: What Telegram must send along; 1-256 of A-Z, a-z, 0-9, _ and -.
        url: Public address of the endpoint, told to Telegram by ``run``.
        allowed_updates: Kinds of updates to ask for; Telegram's own choice when not given.
        backlog: How many updates may be unfinished here before more are turned away.
    """

    def __init__(
        self,
        processor: Processor,
        *,
        secret: str,
        url: str,
        allowed_updates: Sequence[str] | None = None,
        backlog: int = 500,
    ) -> None:
        if not secret:
            raise ValueError("A webhook needs a secret; set GUIDE_WEBHOOK_SECRET.")
        self._processor = processor
        self._metrics = processor.metrics
        self._secret = secret
        self._url = url
        self._allowed_updates = allowed_updates
        self._backlog = backlog
        self._order = ChatOrder()
        self._open: dict[int, tuple[float, asyncio.Future[bool]]] = {}
        self._finished = Recent()
        self._owed = Owed()
        self._announced = False
        self._taking = False
        self._metrics.watch_intake(
            waiting=lambda: self._order.waiting,
            unfinished=lambda: len(self._open),
            lag=self._age,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Tell Telegram where to call; at ``stop`` turn new updates away and finish the others."""
        self._taking = True
        announcing = asyncio.create_task(self._announce())
        try:
            await stop.wait()
        finally:
            self._taking = False
            announcing.cancel()
            await asyncio.gather(announcing, return_exceptions=True)
            log.info("intake stops", unfinished=len(self._open))
            await self._order.close(GRACE)

    async def check(self) -> str:
        """Say that updates are taken.

        Raises:
            RuntimeError: They are not.
        """
        if not self._taking:
            raise RuntimeError("This replica is starting or stopping.")
        if not self._announced:
            raise RuntimeError("Telegram has not accepted the webhook yet; see the log.")
        return f"webhook set, {len(self._open)} updates open"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call of Telegram's."""
        status = await self._answer(scope, receive)
        headers = [(b"content-length", b"0")]
        if status == LATER:
            headers.append((b"retry-after", b"1"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def _answer(self, scope: Scope, receive: Receive) -> int:
        """Check the call, run its update and return the status to answer with."""
        headers = dict(scope["headers"])
        if not hmac.compare_digest(headers.get(SECRET_HEADER, b""), self._secret.encode()):
            log.warning("a call without the webhook's secret was turned away")
            return FORBIDDEN
        body = await _body(headers, receive)
        if body is None:
            return TOO_LARGE
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            return BAD
        if not isinstance(data, dict) or not isinstance(data.get("update_id"), int):
            log.warning("something that is not an update was ignored")
            return OK
        return OK if await self._finish(data) else LATER

    async def _finish(self, data: Data) -> bool:
        """Run an update, or join the same one already running; return whether it is finished."""
        update_id = data["update_id"]
        if update_id in self._finished:
            return True
        known = self._open.get(update_id)
        if known is not None:
            return await asyncio.shield(known[1])
        first = self._owed.since(update_id)
        if not self._taking or len(self._open) >= self._backlog:
            self._metrics.update("turned_away")
            self._owed.put_off(update_id, first)
            return False
        ended = self._order.submit(chat_of(data), update_id, lambda: self._work(data))
        self._open[update_id] = first, ended
        ended.add_done_callback(lambda done: self._close(update_id, done))
        # Shielded, since the work goes on though Telegram may hang up.
        return await asyncio.shield(ended)

    def _close(self, update_id: int, done: asyncio.Future[bool]) -> None:
        """Note that an update is not under way any more, and whether it must come again."""
        first, _ = self._open.pop(update_id)
        if done.cancelled() or done.exception() or not done.result():
            self._owed.put_off(update_id, first)
        else:
            self._owed.settle(update_id)

    async def _work(self, data: Data) -> bool:
        """Handle one update once; return whether it is finished."""
        try:
            await self._processor.handle(data)
        except UnfinishedError:
            self._metrics.retried("update")
            return False
        self._finished.add(data["update_id"])
        return True

    async def _announce(self) -> None:
        """Set the webhook, as often as it takes."""
        failures = 0
        while not self._announced:
            try:
                self._announced = await self._processor.application.bot.set_webhook(
                    self._url, secret_token=self._secret, allowed_updates=self._allowed_updates
                )
            except TelegramError as error:
                failures += 1
                log.warning("webhook not set", url=self._url, reason=explain(error))
                await asyncio.sleep(pause(failures, FIRST_RETRY, LONGEST_RETRY))

    def _age(self) -> float:
        """Return the age of the oldest update that is open or must come again."""
        waiting = [taken for taken, _ in self._open.values()]
        if (owed := self._owed.oldest()) is not None:
            waiting.append(owed)
        return time.monotonic() - min(waiting) if waiting else 0.0


def create_web(
    *,
    checks: Mapping[str, Check],
    registry: CollectorRegistry,
    webhook: Webhook | None = None,
    routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """Build the web app.

    Args:
        checks: What must hold for this process to be ready. A check returns a few words, or
            raises with what is wrong.
        registry: The metrics to show.
        webhook: Telegram's endpoint, where webhooks are used.
        routes: Further pages, such as the console's.
    """

    async def readyz(_: Request) -> Response:
        """Answer 200 when every check holds, else 503, naming each."""
        results = await asyncio.gather(*map(_tried, checks.values()))
        told = {
            name: {"ok": ok, "detail": detail}
            for name, (ok, detail) in zip(checks, results, strict=True)
        }
        ready = all(ok for ok, _ in results)
        return JSONResponse({"ready": ready, "checks": told}, OK if ready else LATER)

    async def metrics(_: Request) -> Response:
        """Show the metrics in Prometheus' text form."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    own: list[BaseRoute] = [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
    ]
    if webhook is not None:
        own.append(Route(WEBHOOK_PATH, webhook, methods=["POST"]))
    return Starlette(routes=[*own, *routes])


async def healthz(_: Request) -> Response:
    """Answer while the event loop turns; how late it is tells how busy it is."""
    before = time.monotonic()
    await asyncio.sleep(0)
    lag = time.monotonic() - before
    return JSONResponse({"alive": True, "loop_lag_ms": round(lag * 1000, 3)})


async def _tried(check: Check) -> tuple[bool, str]:
    """Run one check; whatever it raises is its finding."""
    try:
        async with asyncio.timeout(CHECK_WITHIN):
            return True, await check()
    except TimeoutError:
        return False, f"no answer within {CHECK_WITHIN:g} s"
    except Exception as error:  # noqa: BLE001 - a failing check is an answer, not an accident
        return False, str(error) or type(error).__name__


async def _body(headers: dict[bytes, bytes], receive: Receive) -> bytes | None:
    """Read the body, or nothing when it is too large."""
    announced = headers.get(b"content-length", b"0")
    if announced.isdigit() and int(announced) > LARGEST_BODY:
        return None
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)
