"""Hears at once that a version was published: by PostgreSQL's NOTIFY, else by looking again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING

from knowledge.store.engine import Store
from knowledge.store.versions import CHANNEL

if TYPE_CHECKING:
    import psycopg


class Listener:
    """Waits for the next news about versions; on SQLite, and while away, just waits."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._connection: psycopg.AsyncConnection | None = None

    async def __aenter__(self) -> Listener:
        """Begin to listen."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening."""
        await self._close()

    async def wait(self, seconds: float) -> None:
        """Return when something was published, or after so many seconds."""
        if not self._store.postgres:
            await asyncio.sleep(seconds)
            return
        import psycopg  # only here: who runs on SQLite need not load it

        try:
            connection = self._connection or await self._connect()
            async for _ in connection.notifies(timeout=seconds, stop_after=1):
                return
        except (psycopg.Error, OSError):
            await self._close()
            await asyncio.sleep(seconds)

    async def _connect(self) -> psycopg.AsyncConnection:
        import psycopg  # as above

        url = self._store.engine.url.set(drivername="postgresql")
        address = url.render_as_string(hide_password=False)
        made = await psycopg.AsyncConnection.connect(address, autocommit=True)
        self._connection = made
        await made.execute(f"LISTEN {CHANNEL}")
        return made

    async def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # whatever is wrong with it, it is given up
                await connection.close()
