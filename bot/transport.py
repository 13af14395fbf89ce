"""How requests reach Telegram: python-telegram-bot's network object, on aiohttp.

What went wrong is told as ``handlers.failures`` tells it apart.

The bot token is part of every address, so no message here repeats an address, and the errors of
aiohttp, which do, are not chained.
"""

from __future__ import annotations

import json
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING

import aiohttp
from telegram.error import TelegramError
from telegram.request import BaseRequest
from typing_extensions import override
from yarl import URL

from handlers.failures import (
    AnswerTimeoutError,
    ConnectTimeoutError,
    FloodWaitError,
    NotTakenError,
    UnconfirmedError,
)

if TYPE_CHECKING:
    from telegram._utils.types import JSONDict, ODVInput
    from telegram.request import RequestData

CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 15.0
WRITE_TIMEOUT = 15.0
UPLOAD_TIMEOUT = 60.0
POOL_TIMEOUT = 5.0

_HEADERS = {"User-Agent": BaseRequest.USER_AGENT, "Accept-Encoding": "identity"}
_JSON = {"Content-Type": "application/json"}
_BEFORE_SENDING = (
    aiohttp.ClientConnectorError,
    aiohttp.ServerFingerprintMismatch,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)


class AiohttpRequest(BaseRequest):
    """Sends python-telegram-bot's requests over one kept-alive aiohttp session.

    Pass the same object as ``request`` and ``get_updates_request`` to the application builder.

    Args:
        connections: How many connections may be open at once.
    """

    def __init__(self, *, connections: int = 128) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    @override
    def read_timeout(self) -> float:
        return READ_TIMEOUT

    @override
    async def initialize(self) -> None:
        """Open the session; calling it again does nothing."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ttl_dns_cache=300),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=_HEADERS,
            )

    @override
    async def shutdown(self) -> None:
        """Close the session and its connections; calling it again does nothing."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @staticmethod
    @override
    def parse_json_payload(payload: bytes) -> JSONDict:
        """Return what the Bot API said.

        Raises:
            UnconfirmedError: Something else answered, such as a proxy's sign-in page.
        """
        try:
            said = json.loads(payload.decode(errors="replace"))
        except (ValueError, RecursionError):
            said = None
        if isinstance(said, dict) and (said.get("ok") is False or "result" in said):
            return said
        raise UnconfirmedError("What answered is not the Bot API; check GUIDE_API_URL and proxies")

    @override
    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request and return the status code and the body of the answer.

        Raises:
            FloodWaitError: Telegram did not act and says how long to wait.
            NotTakenError: Telegram did not act (no connection, or it said so with a 5xx).
            UnconfirmedError: Telegram may have acted (time-out or cut connection).
        """
        if self._session is None:
            raise RuntimeError("The transport is closed; call initialize() before sending.")
        uploads = request_data is not None and request_data.contains_files
        timeout = _timeout(
            _seconds(connect_timeout, CONNECT_TIMEOUT),
            _seconds(pool_timeout, POOL_TIMEOUT),
            _seconds(write_timeout, UPLOAD_TIMEOUT if uploads else WRITE_TIMEOUT),
            _seconds(read_timeout, READ_TIMEOUT),
        )
        body, headers = _encoded(request_data)
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                data=body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                status, payload = response.status, await response.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            failure = _broken(error)
        else:
            refusal = _refusal(status, payload)
            if refusal is None:
                return status, payload
            failure = refusal
        # Raised out here so that aiohttp's error, which may name the address, is not its context.
        raise failure


def _seconds(given: ODVInput[float], default: float) -> float | None:
    """Return the time-out that was given, or the default when none was."""
    return given if given is None or isinstance(given, float | int) else default


@lru_cache(maxsize=64)
def _timeout(
    connect: float | None, pool: float | None, write: float | None, read: float | None
) -> aiohttp.ClientTimeout:
    """Build aiohttp's time-out; the total also bounds answers that trickle."""
    waiting = None if connect is None or pool is None else connect + pool
    exchange = None if write is None or read is None else write + read
    return aiohttp.ClientTimeout(
        total=None if waiting is None or exchange is None else waiting + exchange,
        connect=waiting,
        sock_connect=connect,
        sock_read=read,
    )


def _encoded(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    """Encode the parameters: JSON, or a multipart form when files travel along.

    JSON costs a tenth of a URL-encoded form for texts with accents or keyboards.
    """
    if data is None:
        return None, {}
    if not data.contains_files:
        return json.dumps(data.parameters, separators=(",", ":")).encode(), _JSON
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form, {}


def _broken(error: Exception) -> TelegramError:
    """Say in python-telegram-bot's terms what aiohttp met, without its words."""
    kind = type(error).__name__
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return ConnectTimeoutError("Telegram could not be reached in time; nothing was sent")
    if isinstance(error, TimeoutError):
        return AnswerTimeoutError("Telegram did not answer in time; it may have acted")
    if isinstance(error, _BEFORE_SENDING):
        reason = error.strerror if isinstance(error, OSError) and error.strerror else kind
        return NotTakenError(f"Telegram could not be reached ({reason}); nothing was sent")
    return UnconfirmedError(f"The connection to Telegram broke ({kind}); it may have acted")


def _refusal(status: int, payload: bytes) -> TelegramError | None:
    """Turn a 429 or 5xx into an error; python-telegram-bot reads the rest well.

    A 5xx in the Bot API's own words is a refusal; any other comes from a gateway that may have
    lost an answer.
    """
    if status != HTTPStatus.TOO_MANY_REQUESTS and status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    try:
        said = json.loads(payload)
    except ValueError:
        said = None
    if not isinstance(said, dict) or said.get("ok") is not False:
        said = None
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return FloodWaitError(_wait(said or {}))
    if said is None:
        return UnconfirmedError(
            f"A gateway before Telegram failed with {status}; it may have acted"
        )
    return NotTakenError(f"Telegram failed with {status}: {str(said.get('description'))[:200]}")


def _wait(said: dict[str, object]) -> float:
    """Return the seconds a 429 asks for; one where it names none."""
    parameters = said.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(wait) if isinstance(wait, int | float) else 1.0
