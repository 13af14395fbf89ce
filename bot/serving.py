"""Serves web apps beside other work in one loop: uvicorn without its signal handlers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    import socket

    from starlette.types import ASGIApp

PATIENCE = 1
"""Seconds that calls under way have to finish when the server stops."""

KEEP_ALIVE = 75
"""Seconds an idle connection is kept. Longer than clients keep one (aiohttp 15, proxies 60), so
that they close first: else a call may travel down a connection just closed here, and be lost."""


async def start(
    web: ASGIApp, listener: socket.socket
) -> tuple[uvicorn.Server, asyncio.Task[None]]:
    """Serve an app from now on; return once it takes calls.

    Set ``should_exit`` of the server to stop it, then wait for the task. Whatever keeps it from
    starting is raised.
    """
    config = uvicorn.Config(
        web,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=PATIENCE,
        timeout_keep_alive=KEEP_ALIVE,
    )
    config.load()
    server = uvicorn.Server(config)
    task = asyncio.create_task(_serve(server, listener))
    while not (server.started or task.done()):  # noqa: ASYNC110 - uvicorn has no event
        await asyncio.sleep(0.005)
    if task.done():
        await task
    return server, task


async def _serve(server: uvicorn.Server, listener: socket.socket) -> None:
    """Do what uvicorn's own ``serve`` does, but leave signals to whoever runs the loop."""
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup(sockets=[listener])
    if not server.should_exit:
        await server.main_loop()
    await server.shutdown(sockets=[listener])
