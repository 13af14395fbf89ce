"""Signing in to the console: the bot is the key, and everything lives on the server.

A link works once, for ten minutes, for the person it was made for. What stands in a cookie or a
link is a random secret; the database holds its hash only, so a stolen copy opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from knowledge.errors import GuideError
from knowledge.people import Actor, Right
from knowledge.rights import Rights
from knowledge.store import audit, signin
from knowledge.store.engine import Session, Store

LINK_LASTS = timedelta(minutes=10)
SESSION_LASTS = timedelta(hours=8)
WINDOW = timedelta(minutes=10)
MOST_FAILURES = 10
"""Attempts that may fail from one place within the window."""


class SignInError(GuideError):
    """Nobody was signed in; the message does not say why in detail, so that nobody can probe."""


class TooManyError(SignInError):
    """This place failed too often lately."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody in the console."""

    actor: Actor
    form_key: str

    def fits(self, form_key: str) -> bool:
        """Whether a form was made for this session."""
        return hmac.compare_digest(self.form_key.encode(), form_key.encode())


def hashed(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


class SignIn:
    """Makes links, turns them into sessions, and ends those."""

    def __init__(self, store: Store, rights: Rights) -> None:
        self._store = store
        self._rights = rights

    async def link(self, actor: Actor) -> str:
        """Return the secret of a one-time link for a person.

        Raises:
            ForbiddenError: the person has no right.
        """
        actor.must(Right.VIEWER)
        secret = secrets.token_urlsafe(32)

        def work(session: Session) -> None:
            signin.add_link(session, hashed(secret), actor.id, LINK_LASTS)
            audit.note(session, actor, "link")

        await self._store.write(work)
        return secret

    async def enter(self, secret: str, place: str) -> str:
        """Use a link up and return the secret of a new session.

        Raises:
            TooManyError: this place failed too often lately.
            SignInError: the link is unknown, used, or too old; or the right is gone.
        """
        known = hashed(place)
        if (
            await self._store.read(lambda session: signin.failures(session, known, WINDOW))
            >= MOST_FAILURES
        ):
            raise TooManyError("Too many attempts. Wait ten minutes, then ask for a new link.")
        person = await self._store.write(lambda session: signin.use_link(session, hashed(secret)))
        actor = await self._rights.actor(person, "console") if person is not None else None
        if actor is None or actor.right < Right.VIEWER:
            await self._store.write(lambda session: signin.failed(session, known, WINDOW))
            raise SignInError("This link does not work. Send /console to the bot for a new one.")
        return await self._begin(actor)

    async def _begin(self, actor: Actor) -> str:
        secret, form_key = secrets.token_urlsafe(32), secrets.token_urlsafe(24)

        def work(session: Session) -> None:
            signin.add_session(session, hashed(secret), actor.id, form_key, SESSION_LASTS)
            audit.note(session, actor, "sign_in")

        await self._store.write(work)
        return secret

    async def who(self, secret: str) -> SignedIn | None:
        """Return who a session belongs to, with the right they have now."""
        if not secret:
            return None
        found = await self._store.read(
            lambda session: signin.find_session(session, hashed(secret))
        )
        if found is None:
            return None
        actor = await self._rights.actor(found.person, "console")
        if actor.right < Right.VIEWER:
            return None
        return SignedIn(actor=actor, form_key=found.form_key)

    async def leave(self, secret: str, actor: Actor, *, everywhere: bool) -> None:
        """End this session, or all of the person's."""

        def work(session: Session) -> None:
            signin.end_session(session, hashed(secret))
            if everywhere:
                signin.end_sessions(session, actor.id)
            audit.note(session, actor, "sign_out", everywhere=everywhere)

        await self._store.write(work)

    async def api_key(self, name: str, actor: Actor) -> str:
        """Return a new key to the read-only API.

        Raises:
            ForbiddenError: only admins give keys.
        """
        actor.must(Right.ADMIN)
        secret = secrets.token_urlsafe(32)

        def work(session: Session) -> None:
            signin.add_token(session, hashed(secret), name[:64], actor.id)
            audit.note(session, actor, "api_key", name)

        await self._store.write(work)
        return secret

    async def take_api_key(self, name: str, actor: Actor) -> bool:
        """Take a key back; return whether there was one."""
        actor.must(Right.ADMIN)

        def work(session: Session) -> bool:
            audit.note(session, actor, "api_key_gone", name)
            return signin.drop_token(session, name)

        return await self._store.write(work)

    async def has_key(self, secret: str) -> bool:
        """Whether this is a key to the API."""
        found = await self._store.read(lambda session: signin.token_name(session, hashed(secret)))
        return found is not None
