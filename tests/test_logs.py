"""The token stays out of every line, whoever writes it."""

from __future__ import annotations

import io
import json
import logging
import sys
import warnings
from typing import TYPE_CHECKING

import pytest
import structlog

from bot import logs

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "8123456789:AAHsecretSECRETsecretSECRETsecret_-1"
SHORT = "42:sandbox"


@pytest.fixture(autouse=True)
def undo() -> Iterator[None]:
    """Put back what setup changes in the process."""
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    tamed = {name: logging.getLogger(name).level for name in logs.TAMED}
    yield
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)
    for name, was in tamed.items():
        logging.getLogger(name).setLevel(was)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def fail() -> None:
    raise ValueError(f"cannot reach https://api.telegram.org/bot{TOKEN}/getMe")


@pytest.mark.parametrize("as_json", [True, False])
def test_no_line_shows_the_token(as_json: bool) -> None:
    out = io.StringIO()
    logs.setup("DEBUG", as_json, secrets=[SHORT], stream=out)
    ours, theirs = structlog.get_logger("ours"), logging.getLogger("theirs")
    ours.info("started", bot=f"ExtBot[token={TOKEN}]", nested={"url": [TOKEN]})
    theirs.debug("GET https://api.telegram.org/bot%s/getUpdates", TOKEN)
    theirs.info("quoted %s and short %s", TOKEN.replace(":", "%3A"), SHORT)
    theirs.info("extra", extra={"address": TOKEN})
    try:
        fail()
    except ValueError:
        ours.exception("ours failed", of=SHORT)
        theirs.exception("theirs failed")
        sys.excepthook(*sys.exc_info())
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"about {TOKEN}", UserWarning, stacklevel=1)
    text = out.getvalue()
    assert text.count("ValueError") >= 3
    assert text.count(logs.REDACTED) >= 9
    assert TOKEN.partition(":")[2] not in text
    assert SHORT not in text


def test_json_lines_carry_the_id_bound_around_them() -> None:
    out = io.StringIO()
    logs.setup("INFO", json=True, stream=out)
    with structlog.contextvars.bound_contextvars(update=17):
        structlog.get_logger("ours").info("answered", outcome="answer")
        logging.getLogger("theirs").warning("slow %s", "query")
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert (first["update"], first["event"], first["outcome"]) == (17, "answered", "answer")
    assert (second["update"], second["event"], second["level"]) == (17, "slow query", "warning")


def test_levels_hold_for_ours_and_theirs_and_chatty_libraries_are_tamed() -> None:
    out = io.StringIO()
    logs.setup("INFO", json=False, stream=out)
    structlog.get_logger("ours").debug("hidden")
    logging.getLogger("theirs").debug("hidden")
    logging.getLogger("httpx").info("hidden")
    logging.getLogger("uvicorn.access").info("hidden")
    logging.getLogger("uvicorn.error").info("shown")
    assert "hidden" not in out.getvalue()
    assert out.getvalue().count("shown") == 1


def test_ctrl_c_is_not_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    out = io.StringIO()
    logs.setup("INFO", json=False, stream=out)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert out.getvalue() == ""
    assert "KeyboardInterrupt" in capsys.readouterr().err
