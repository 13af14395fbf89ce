"""Logs: structlog and the standard library in one stream, with the bot token taken out."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, TextIO

import structlog
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from structlog.typing import Processor

TOKEN = re.compile(r"\d{6,}(?::|%3[Aa])[A-Za-z0-9_-]{30,}")
REDACTED = "<token>"
# These print every request, or every byte, on the levels where ours print decisions.
TAMED = {
    "aiohttp": logging.WARNING,
    "asyncio": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "telegram": logging.INFO,
    "uvicorn": logging.INFO,
    "uvicorn.access": logging.WARNING,
}


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Takes secrets out of the finished line, so that tracebacks are covered too."""

    def __init__(self, processors: list[Processor], secrets: Iterable[str]) -> None:
        super().__init__(processors=processors, foreign_pre_chain=_shared())
        known = "|".join(re.escape(secret) for secret in secrets if secret)
        self._secret = re.compile(f"{known}|{TOKEN.pattern}") if known else TOKEN

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Render the record and redact the result."""
        return self._secret.sub(REDACTED, super().format(record))


def setup(
    level: str, json: bool, *, secrets: Iterable[str] = (), stream: TextIO | None = None
) -> None:
    """Send every log line of the process, ours and the libraries', to one stream.

    Args:
        level: Name of the lowest level to show, such as ``INFO``.
        json: One JSON object a line for machines; otherwise lines for people.
        secrets: Texts that must never show; anything shaped like a bot token never does.
        stream: Where to write; standard error when not given.
    """
    out = stream or sys.stderr
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(RedactingFormatter(_final(json=json, colors=out.isatty()), secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, lowest in TAMED.items():
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(max(lowest, root.level))
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught


def _shared() -> list[Processor]:
    """Return what happens to every event first, wherever it was logged."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _final(*, json: bool, colors: bool) -> list[Processor]:
    """Return what turns an event into a line."""
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if json:
        return [
            remove,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    plain = structlog.dev.plain_traceback
    return [remove, structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)]


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Log what nobody caught, since Python's own print would show the token."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("guide").critical("uncaught", exc_info=(kind, error, trace))
