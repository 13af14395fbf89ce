"""What may go wrong with a request to Telegram, told apart by one question: may it be repeated?

NetworkError (python-telegram-bot)
├── NotTakenError          Telegram certainly did not act, so a repeat doubles nothing
│   └── ConnectTimeoutError    (also TimedOut) no connection in time
└── UnconfirmedError       Telegram may have acted, so a repeat may double a message
    └── AnswerTimeoutError     (also TimedOut) no answer in time
RetryAfter (python-telegram-bot)
└── FloodWaitError         Telegram did not act and says how long to wait
"""

from __future__ import annotations

import datetime as dt

from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut


class NotTakenError(NetworkError):
    """Telegram certainly did not act on the request; it may be sent again."""


class ConnectTimeoutError(NotTakenError, TimedOut):
    """No connection could be had in time; nothing was sent."""


class UnconfirmedError(NetworkError):
    """The request was sent but not answered; Telegram may have acted on it."""


class AnswerTimeoutError(UnconfirmedError, TimedOut):
    """The request was sent but not answered in time; Telegram may have acted on it."""


class FloodWaitError(RetryAfter):
    """Too many requests; ``seconds`` says how long this chat must be left alone.

    RetryAfter itself warns of a deprecation whenever one is made, hence the second constructor.
    """

    def __init__(self, seconds: float) -> None:
        self._retry_after = dt.timedelta(seconds=seconds)
        self.seconds = seconds
        TelegramError.__init__(self, f"Telegram asks for a pause of {seconds:g} seconds")
