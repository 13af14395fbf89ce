"""Runs the sandbox alone, for load and crash tests: ``python -m bot.sandbox --port 8081``."""

from __future__ import annotations

import argparse
import asyncio
import signal

from bot.sandbox.room import Room
from bot.sandbox.server import serve


async def run(port: int) -> None:
    """Serve until interrupted."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    running = await serve(Room(), port=port)
    print(running.url, flush=True)  # noqa: T201
    await stop.wait()
    await running.aclose()


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--port", type=int, default=8081)
asyncio.run(run(parser.parse_args().port))
