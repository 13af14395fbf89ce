"""Published versions of the knowledge base; numbers only grow, and no version ever changes."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping

from sqlmodel import Session, col, func, select

from knowledge.errors import NotFoundError
from knowledge.store.tables import Version


def pack(files: Mapping[str, str]) -> bytes:
    """Return the files as they are kept."""
    return zlib.compress(json.dumps(dict(files), ensure_ascii=False).encode())


def unpack(version: Version) -> dict[str, str]:
    """Return the files of a version."""
    files: dict[str, str] = json.loads(zlib.decompress(version.files))
    return files


def digest(files: Mapping[str, str]) -> str:
    """Return a fingerprint of the files, the same for the same content."""
    return hashlib.sha256(json.dumps(sorted(files.items())).encode()).hexdigest()


def live_number(session: Session) -> int:
    """Return the number of the live version, 0 where none was published yet."""
    return session.exec(select(func.max(Version.number))).one() or 0


def get_version(session: Session, number: int) -> Version:
    """Return one version.

    Raises:
        NotFoundError: there is no such version; says which there are.
    """
    if found := session.get(Version, number):
        return found
    live = live_number(session)
    raise NotFoundError(f"There is no version {number}. Versions go from 1 to {live}.")


def list_versions(session: Session, limit: int = 20) -> list[Version]:
    """Return the newest versions, newest first."""
    query = select(Version).order_by(col(Version.number).desc()).limit(limit)
    return list(session.exec(query))


def add_version(session: Session, version: Version) -> Version:
    """Append a version; its number is the next one."""
    version.number = live_number(session) + 1
    session.add(version)
    session.flush()
    return version
