"""Who has which right, from the settings and from what admins gave and took."""

from __future__ import annotations

from dataclasses import dataclass, replace

from knowledge.people import LOCAL, TERMINAL, Actor, Right, right_named
from knowledge.store import audit, people, signin
from knowledge.store.engine import Session, Store
from knowledge.store.review_tables import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Somebody with a right, and where it comes from."""

    id: int
    right: Right
    name: str = ""
    origin: str = "settings"


class Rights:
    """Looks rights up where they are kept, each time: what is taken is gone at once."""

    def __init__(
        self,
        store: Store,
        *,
        publishers: frozenset[int] = frozenset(),
        curators: frozenset[int] = frozenset(),
    ) -> None:
        """Take those the settings name; both may be empty, which admits nobody."""
        self._store = store
        self._named = {
            **dict.fromkeys(curators, Right.CURATOR),
            **dict.fromkeys(publishers, Right.PUBLISHER),
        }

    async def actor(self, number: int, door: str) -> Actor:
        """Return somebody with the right they have now."""
        if number == LOCAL and door != "telegram":
            return replace(TERMINAL, door=door)
        kept = await self._store.read(lambda session: people.person(session, number))
        return Actor(
            id=number,
            right=right_named(kept.right) if kept else self._named.get(number, Right.NONE),
            door=door,
            name=(kept.name if kept else "") or str(number),
        )

    async def everybody(self) -> list[Listed]:
        """Return everybody who has a right, or had it taken."""
        kept = await self._store.read(people.people)
        by_hand = {person.id: _listed(person) for person in kept}
        named = {
            number: Listed(id=number, right=right)
            for number, right in self._named.items()
            if number not in by_hand
        }
        return sorted([*by_hand.values(), *named.values()], key=lambda one: (-one.right, one.id))

    async def give(self, number: int, right: Right, by: Actor, name: str = "") -> Listed:
        """Give somebody a right in place of the one they had; ``NONE`` takes it.

        Raises:
            ForbiddenError: only admins give and take rights.
        """
        by.must(Right.ADMIN)

        def work(session: Session) -> Listed:
            given = people.give(session, number, right, by.id, name)
            signin.end_sessions(session, number)
            audit.note(session, by, "right", f"person {number}", right=right.word)
            return _listed(given)

        return await self._store.write(work)


def _listed(person: Person) -> Listed:
    return Listed(
        id=person.id, right=right_named(person.right), name=person.name, origin="given by hand"
    )
