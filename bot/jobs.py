"""Jobs that run by the clock, each on whichever replica holds its lease.

A job must be harmless when it is cut off and run again: the lease sees to it that two replicas do
not run it at once, the job itself that nothing is done twice.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.order import GRACE
from knowledge.errors import GuideError
from knowledge.store import leases
from knowledge.store.engine import Store

log = structlog.get_logger(__name__)

LOOK_EVERY = 5.0
"""Seconds between two looks at what is due."""

LENGTH = timedelta(minutes=5)
"""How long a replica that died keeps a job from the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to do every so often, once for all replicas."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]


class Jobs:
    """Looks every few seconds which jobs are due, and runs those it gets the lease of."""

    def __init__(self, store: Store, jobs: Sequence[Job], *, grace: float = GRACE) -> None:
        self._store = store
        self._jobs = jobs
        self._grace = grace
        self._holder = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"

    async def run(self, stop: asyncio.Event) -> None:
        """Run until told to stop; a job under way then has a while to finish."""
        rounds = asyncio.create_task(self._go_round(stop))
        try:
            await stop.wait()
            await asyncio.wait({rounds}, timeout=self._grace)
        finally:
            rounds.cancel()
            await asyncio.gather(rounds, return_exceptions=True)

    async def _go_round(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            for job in self._jobs:
                if not stop.is_set():
                    await self.run_if_due(job)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await stop.wait()

    async def run_if_due(self, job: Job) -> bool:
        """Run one job if it is due and nobody else runs it; return whether it ran.

        A failure is logged, and the job tried again at the next look: its replica holds the lease
        while it lives, so that no other fails at it too.
        """
        try:
            if not await self._store.read(
                lambda session: leases.is_due(session, job.name, self._holder, job.every)
            ) or not await self._store.write(
                lambda session: leases.take(
                    session, job.name, self._holder, LENGTH, due_after=job.every
                )
            ):
                return False
            await job.run()
            await self._store.write(lambda session: leases.finish(session, job.name, self._holder))
        except GuideError as error:
            log.warning("job failed", job=job.name, reason=str(error))
            return False
        except Exception:
            log.exception("job failed", job=job.name)
            return False
        return True
