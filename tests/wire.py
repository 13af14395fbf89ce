"""A local server that answers exactly what a test tells it, faults on the wire included."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TOKEN = "123456789:AAF0wireWIRE-wireWIRE_wireWIREwire01"
CUT = b""
"""Read the request, then close the connection."""
SILENCE = None
"""Read the request, then say nothing."""

Answer = bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def endpoint(self) -> str:
        return urlsplit(self.path).path.rpartition("/")[2]

    @property
    def parameters(self) -> dict[str, Any]:
        query: dict[str, Any] = dict(parse_qsl(urlsplit(self.path).query))
        return query | (json.loads(self.body) if self.body else {})


@dataclass
class Wire:
    """What arrived, and what is answered next; with nothing queued, as a Bot API would."""

    port: int = 0
    calls: list[Call] = field(default_factory=list)
    answers: deque[Answer] = field(default_factory=deque)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    connections: int = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/bot"

    @property
    def endpoints(self) -> list[str]:
        return [call.endpoint for call in self.calls]

    async def until(self, count: int) -> None:
        """Wait until so many requests have arrived."""
        async with self.arrived:
            await self.arrived.wait_for(lambda: len(self.calls) >= count)

    async def notice(self) -> None:
        """Let whoever waits look again."""
        async with self.arrived:
            self.arrived.notify_all()

    async def usual(self, call: Call) -> Answer:
        """Answer as a Bot API without people would."""
        match call.endpoint:
            case "getMe":
                me = {"id": 123456789, "is_bot": True, "first_name": "Guide", "username": "g_bot"}
                return ok(me)
            case "getUpdates":
                return ok([])
            case _:
                return ok(True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        try:
            while (call := await _read(reader, number)) is not None:
                self.calls.append(call)
                await self.notice()
                answer = self.answers.popleft() if self.answers else await self.usual(call)
                await self.notice()
                if answer is SILENCE:
                    await reader.read()
                    return
                if answer == CUT:
                    return
                writer.write(answer)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


def reply(status: int, body: bytes, kind: str = "application/json") -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def ok(result: object) -> bytes:
    return reply(200, json.dumps({"ok": True, "result": result}).encode())


def refused(status: int, description: str = "no", **parameters: object) -> bytes:
    said = {"ok": False, "error_code": status, "description": description}
    if parameters:
        said["parameters"] = parameters
    return reply(status, json.dumps(said).encode())


def message(chat: int, text: str = "hello") -> dict[str, object]:
    """A message as Telegram returns it for one that was sent."""
    return {
        "message_id": 1,
        "date": 1_290_000_000,
        "chat": {"id": chat, "type": "private", "first_name": "Ana"},
        "text": text,
    }


@asynccontextmanager
async def wire() -> AsyncIterator[Wire]:
    """Run the server on a free port."""
    it = Wire()
    server = await asyncio.start_server(it.serve, "127.0.0.1", 0)
    it.port = server.sockets[0].getsockname()[1]
    try:
        yield it
    finally:
        server.close()


async def _read(reader: asyncio.StreamReader, connection: int) -> Call | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.strip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value for name, _, value in (ln.partition(": ") for ln in lines)}
    body = b""
    if headers.get("transfer-encoding") == "chunked":
        while size := int(await reader.readline(), 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
    else:
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Call(method=method, path=path, headers=headers, body=body, connection=connection)
