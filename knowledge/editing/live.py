"""Follows the live version, and the drafts that some chats try."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date
from threading import Thread

from knowledge.editing.checks import load
from knowledge.editing.publishing import Publisher, compiled, unpacked
from knowledge.errors import GuideError
from knowledge.matching.semantic import Encoder
from knowledge.meanwhile import meanwhile
from knowledge.memory import give_back
from knowledge.quietly import quietly
from knowledge.reading import Files, read_folder
from knowledge.snapshot import Snapshot, compile_after
from knowledge.store.drafts import end_preview, previews, start_preview
from knowledge.store.engine import Session, Store
from knowledge.store.migrate import upgrade
from knowledge.store.tables import Version
from knowledge.store.versions import add_version, get_version, live_number, unpack
from knowledge.store.watching import Listener

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between looks for a new version, where nobody calls us."""


class Live:
    """What answers right now; it moves to each new version.

    ``packaged`` is the packaged content, where another guide of this process compiled it.
    """

    def __init__(
        self,
        store: Store,
        *,
        today: Callable[[], date],
        encoder: Encoder | None,
        packaged: Snapshot | None = None,
    ) -> None:
        self.store = store
        self._packaged = packaged
        self.today = today
        self._encoder = encoder
        self._preparing: Thread | None = None
        self._prepared: Snapshot | None = None
        self._snapshot: Snapshot | None = None
        self._unreadable = 0
        self._previews: Mapping[int, Snapshot] = {}
        self.publisher = Publisher(
            store, today=today, live=lambda: self._snapshot, on_published=self._move
        )

    @property
    def snapshot(self) -> Snapshot:
        """The live version, compiled."""
        if self._snapshot is None:
            raise RuntimeError("the guide was not opened: await guide.open() first")
        return self._snapshot

    async def prepare(self, packaged: Files | None = None) -> None:
        """Bring the database up to date, and no more, for who needs no answers.

        Raises:
            TryAgainLaterError: the database cannot be used.
            ContentError: the packaged content has faults.
        """
        await asyncio.to_thread(upgrade, self.store.engine)
        if not await self.store.read(live_number):
            files = read_folder() if packaged is None else packaged
            snapshot = self._packaged
            if snapshot is None:
                snapshot = await asyncio.to_thread(quietly, self._first, files)
            if await self.store.write(lambda session: _publish_first(session, files)):
                self._move(snapshot)

    def _first(self, files: Files) -> Snapshot:
        return compile_after(load(files), 1, None, self._encoder)

    async def refresh(self) -> bool:
        """Move to the live version where it is newer than ours; return whether we moved.

        Chats that try a draft are told apart here as well.
        """
        number, trying = await self.store.read(
            lambda session: (live_number(session), previews(session))
        )
        newer = self._snapshot is None or self._snapshot.number < number
        moved = newer and number != self._unreadable
        if moved:
            self._move(await self._compile(number))
            await asyncio.to_thread(give_back)
        await self._preview(trying)
        return moved

    async def _compile(self, number: int) -> Snapshot:
        version = await self.store.read(lambda session: get_version(session, number))
        try:
            return await asyncio.to_thread(self._compiled, version)
        except Exception:
            self._unreadable = number  # tried once: it would fail again each second
            raise

    def _compiled(self, version: Version) -> Snapshot:
        known = self._snapshot or self._packaged
        return compiled(unpack(version.files), version.number, known, self._encoder)

    async def _preview(self, trying: Mapping[int, int]) -> None:
        """Make the drafts that chats try ready to answer."""
        known = {-snapshot.number: snapshot for snapshot in self._previews.values()}
        for draft in set(trying.values()) - set(known):
            files = (await unpacked(await self.publisher.saved(draft))).files
            known[draft] = await asyncio.to_thread(compiled, files, -draft, self._snapshot)
        self._previews = {chat: known[draft] for chat, draft in trying.items()}

    async def try_draft(self, chat: int, draft: int) -> None:
        """Answer this chat from a draft, until it ends the try-out.

        Raises:
            NotFoundError: there is no such draft.
        """
        await self.store.write(lambda session: start_preview(session, chat, draft))
        await self.refresh()

    async def end_try(self, chat: int) -> bool:
        """Answer this chat from the live version again; return whether it tried a draft."""
        ended = await self.store.write(lambda session: end_preview(session, chat))
        await self.refresh()
        return ended

    def snapshot_for(self, chat: int) -> Snapshot:
        """Return what answers a chat: the draft it tries, else the live version.

        A draft's number is negative.
        """
        return self._previews.get(chat) or self.snapshot

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Meanwhile, move to each new version within a second or so."""
        async with meanwhile(self._watch()):
            yield

    async def _watch(self) -> None:
        async with Listener(self.store) as listener:
            while True:
                try:
                    await self.refresh()
                except GuideError as error:
                    log.warning("still on version %s: %s", self.snapshot.number, error)
                except Exception:
                    log.exception("still on version %s", self.snapshot.number)
                self._deepen()
                await listener.wait(LOOK_EVERY)

    def _deepen(self) -> None:
        """Make the meaning of the live version ready beside the work; till then words decide."""
        snapshot = self.snapshot
        if self._encoder is None or snapshot is self._prepared:
            return
        if self._preparing is None or not self._preparing.is_alive():
            # A thread that nobody waits for: stopping must not take as long as solving does.
            self._prepared = snapshot  # tried once: what failed would fail again each second
            self._preparing = Thread(target=_prepare, args=(snapshot,), daemon=True)
            self._preparing.start()

    def _move(self, snapshot: Snapshot) -> None:
        """Answer from this version from now on: one assignment, so that no question sees two."""
        if self._snapshot is None or self._snapshot.number < snapshot.number:
            self._snapshot = snapshot


def _prepare(snapshot: Snapshot) -> None:
    try:
        snapshot.understanding.prepare()
    except Exception:
        log.exception("words alone decide in version %s", snapshot.number)
    give_back()


def _publish_first(session: Session, files: Files) -> int | None:
    """Publish the packaged content, unless another replica just did."""
    reason = "The content that travels with the package."
    return add_version(session, files, after=0, by="package", reason=reason)
