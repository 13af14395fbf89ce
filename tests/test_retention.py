"""Each time that the settings promise is kept by the job, and what a person chose survives it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from pydantic import SecretStr
from sqlmodel import Session, SQLModel, func, select

from bot.app import SANDBOX_TOKEN, build, jobs_of
from bot.jobs import Jobs
from bot.settings import Settings
from knowledge.guide import Asked, Guide
from knowledge.store import signin
from knowledge.store.drafts import SavedDraft, save_draft
from knowledge.store.promise_tables import Promise
from knowledge.store.review_tables import Attempt, QuestionGroup, SignInLink, WebSession
from knowledge.store.tables import Conversation, Lease, Question, now
from tests import small

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
CHOSE, CHOSE_NOT = 11, 12


async def retain(guide: Guide) -> bool:
    """Run the retention job as the running bot does; return whether its lease let it run."""
    settings = Settings(
        _env_file=None,
        token=SecretStr(SANDBOX_TOKEN),
        question_days=100,
        conversation_hours=48,
        promise_days=10,
    )
    jobs = jobs_of(build(settings, guide), settings)
    retention = next(job for job in jobs if job.name == "retention")
    return await Jobs(guide.store, []).run_if_due(retention)


async def count(guide: Guide, table: type[SQLModel]) -> int:
    query = select(func.count()).select_from(table)
    return await guide.store.read(lambda session: session.exec(query).one())


async def ask(guide: Guide, chat: int, words: str = "qwzx blorf") -> None:
    await guide.ask(Asked(text=words, chat=chat, bot=7, update_id=chat, client_language="en"))


async def test_old_questions_go_with_what_quotes_them(guide: Guide) -> None:
    with time_machine.travel(BEGAN, tick=False):
        await ask(guide, CHOSE)
        await guide.curation.tend()
    with time_machine.travel(BEGAN + timedelta(days=99), tick=False):
        await ask(guide, CHOSE_NOT, "what does a trainer do")
        assert await retain(guide)
        assert await count(guide, Question) == 2
        (group,) = await guide.store.read(lambda s: list(s.exec(select(QuestionGroup))))
        assert group.head == "qwzx blorf"
    with time_machine.travel(BEGAN + timedelta(days=101), tick=False):
        assert await retain(guide)
        assert await count(guide, Question) == 1
        (group,) = await guide.store.read(lambda s: list(s.exec(select(QuestionGroup))))
        assert (group.head, group.questions) == ("—", 0)


async def test_many_old_questions_go_in_several_steps(
    guide: Guide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.people_data.AT_ONCE", 2)
    with time_machine.travel(BEGAN, tick=False):
        for chat in range(5):
            await ask(guide, chat)
    with time_machine.travel(BEGAN + timedelta(days=101), tick=False):
        assert await retain(guide)
    assert await count(guide, Question) == 0


async def test_a_quiet_chats_subject_goes_but_a_chosen_language_stays(guide: Guide) -> None:
    with time_machine.travel(BEGAN, tick=False):
        await ask(guide, CHOSE, "what does a trainer do")
        await ask(guide, CHOSE_NOT, "what does a trainer do")
        await guide.choose_language(CHOSE, "es")
    with time_machine.travel(BEGAN + 47 * HOUR, tick=False):
        assert await retain(guide)
        assert await count(guide, Conversation) == 2
    with time_machine.travel(BEGAN + 49 * HOUR, tick=False):
        assert await retain(guide)
        (talk,) = await guide.store.read(lambda s: list(s.exec(select(Conversation))))
        assert (talk.chat, talk.language, talk.about, talk.flow) == (CHOSE, "es", "{}", None)
        assert await guide.language(CHOSE, "en") == "es"


def leave_behind(session: Session) -> None:
    signin.add_link(session, "link", 1, HOUR)
    signin.add_session(session, "session", 1, "key", HOUR)
    signin.failed(session, "192.0.2.1", HOUR)
    save_draft(session, small.FILES, base=1, by="ann", title="shorter")
    later = now() + timedelta(days=10)
    session.add(Promise(bot=7, chat=1, subject="opening:ohio", language="en", expires_at=later))


@pytest.mark.parametrize(
    ("table", "kept_for"),
    [
        (SignInLink, HOUR),
        (WebSession, HOUR),
        (Attempt, timedelta(minutes=10)),
        (SavedDraft, timedelta(days=14)),
        (Promise, timedelta(days=10)),
    ],
)
async def test_what_ran_out_goes(guide: Guide, table: type[SQLModel], kept_for: timedelta) -> None:
    with time_machine.travel(BEGAN, tick=False):
        await guide.store.write(leave_behind)
    with time_machine.travel(BEGAN + kept_for - timedelta(minutes=1), tick=False):
        assert await retain(guide)
        assert await count(guide, table) == 1
    with time_machine.travel(BEGAN + kept_for + HOUR, tick=False):
        assert await retain(guide)
        assert await count(guide, table) == 0


async def test_what_was_done_once_is_forgotten_after_three_months(guide: Guide) -> None:
    async def work() -> int:
        return 1

    async def leases() -> set[str]:
        return await guide.store.read(lambda session: set(session.exec(select(Lease.name))))

    with time_machine.travel(BEGAN, tick=False):
        assert await guide.once("digest 2026-01-01", work) == 1
    with time_machine.travel(BEGAN + timedelta(days=89), tick=False):
        assert await retain(guide)
        assert "digest 2026-01-01" in await leases()
    with time_machine.travel(BEGAN + timedelta(days=91), tick=False):
        assert await retain(guide)
        assert await leases() >= {"retention"}
        assert "digest 2026-01-01" not in await leases()


async def test_one_replica_at_a_time_does_it(guide: Guide) -> None:
    assert [await retain(guide), await retain(guide)] == [True, False]
