"""Publishing: checked, gated, in one step, merged, taken back, and never mixed."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from datetime import date

import pytest

from knowledge.editing import live, publishing
from knowledge.editing.checks import load
from knowledge.editing.editing import add_phrasings, confirm
from knowledge.editing.publishing import Draft
from knowledge.editing.reports import report
from knowledge.editing.submissions import take_in
from knowledge.errors import ContentError, GuideError, LostError, NotFoundError, OutdatedError
from knowledge.guide import Guide
from knowledge.reading import Files
from knowledge.store.engine import Store
from knowledge.store.versions import unpack
from tests import small

TODAY = date(2026, 11, 22)
GOLDEN = """\
golden:
  - {q: "training length of a trainer", topic: [role_length], slots: {role: trainer}, lang: en}
  - {q: "was it free", topic: [cost], lang: en}
"""
FILES = {**small.FILES, "golden.yaml": GOLDEN}


def shorter(files: dict[str, str]) -> dict[str, str]:
    """Return the files with a trainer's training a month shorter."""
    text = files["things.yaml"].replace(
        "{value: 6, unit: months, text", "{value: 5, unit: months, text"
    )
    return {**files, "things.yaml": text}


def without_cost(files: dict[str, str]) -> dict[str, str]:
    """Return the files with the ways to ask for the cost gone."""
    text = files["topics.yaml"].replace('"was it free", ', "").replace("was it free", "x")
    gone = text.replace('"what did the training cost"', '"qqq"').replace(
        '"who paid for the courses", "tuition fees"', '"www"'
    )
    return {**files, "topics.yaml": gone}


@pytest.fixture
async def guide(store: Store) -> Guide:
    """The guide with the small knowledge base and golden questions."""
    made = Guide(store, today=lambda: TODAY)
    await made.open(FILES)
    return made


async def test_a_published_draft_answers_at_once(guide: Guide) -> None:
    done = await guide.publisher.publish(
        Draft(files=shorter(FILES), base=1), by="ann", reason="The law was amended."
    )
    assert done.number == 2
    assert done.changes == ("Trainer: length 6 months or less → 5 months or less",)
    assert guide.snapshot.number == 2
    (newest, first) = await guide.publisher.versions()
    assert (newest.published_by, newest.reason) == ("ann", "The law was amended.")
    assert newest.changes == done.changes
    assert first.number == 1


async def test_a_faulty_draft_changes_nothing(guide: Guide) -> None:
    broken = {**FILES, "golden.yaml": GOLDEN.replace("[cost]", "[coast]")}
    with pytest.raises(ContentError, match=r"golden.yaml:3:\d+: .*did you mean 'cost'"):
        await guide.publisher.publish(Draft(files=broken, base=1), by="ann", reason="")
    assert await guide.publisher.live_number() == 1


async def test_a_lost_golden_question_stops_the_publish_unless_it_is_recorded(
    guide: Guide,
) -> None:
    draft = Draft(files=without_cost(FILES), base=1)
    with pytest.raises(LostError, match="was it free"):
        await guide.publisher.publish(draft, by="ann", reason="fewer words")
    await guide.publisher.publish(draft, by="ann", reason="fewer words", override="no more fees")
    (newest, *_) = await guide.publisher.versions()
    assert newest.override == "no more fees (lost: was it free)"


async def test_only_golden_questions_that_a_draft_brings_are_told_as_not_answered(
    guide: Guide,
) -> None:
    unheard = "  - {q: zorp blick, topic: [cost], lang: en}\n"
    await guide.publisher.publish(
        Draft(files={**FILES, "golden.yaml": GOLDEN + unheard}, base=1), by="ann", reason="wish"
    )
    draft = shorter({**FILES, "golden.yaml": GOLDEN + unheard + unheard.replace("zorp", "qwzx")})
    examined = await guide.publisher.examine(Draft(files=draft, base=2))
    assert examined.golden.failing == ("qwzx blick",)
    told = "\n".join(report(examined, "en"))
    assert "does not answer by words alone:\n  qwzx blick" in told
    assert "zorp" not in told


async def test_a_second_download_of_a_file_takes_its_place(guide: Guide) -> None:
    content = load(FILES)
    for name in ("things (1).yaml", "things(2).yaml", "things - Copy.yaml", "things copy.yaml"):
        taken = take_in(shorter(FILES)["things.yaml"].encode(), name, FILES, content)
        assert taken == shorter(FILES)
    other = take_in(b"sources: {}", "more (1).yaml", FILES, content)
    assert "more (1).yaml" in other


async def test_dropping_a_golden_question_does_not_hide_its_loss(guide: Guide) -> None:
    draft = without_cost(
        {
            **FILES,
            "golden.yaml": GOLDEN.splitlines(keepends=True)[0]
            + "".join(GOLDEN.splitlines(keepends=True)[1:2]),
        }
    )
    with pytest.raises(LostError, match="was it free"):
        await guide.publisher.publish(Draft(files=draft, base=1), by="ann", reason="")


async def test_the_second_publisher_is_told_and_can_merge(guide: Guide) -> None:
    confirmed = confirm(FILES, "trainer.pay", TODAY)
    await guide.publisher.publish(Draft(files=confirmed, base=1), by="ann", reason="looked again")
    draft = Draft(files=shorter(FILES), base=1)
    with pytest.raises(OutdatedError, match="version 2 by ann: Trainer: pay confirmed nothing"):
        await guide.publisher.publish(draft, by="bob", reason="amended")
    merged, both = await guide.publisher.merge(draft)
    assert both.conflicts == ()
    done = await guide.publisher.publish(merged, by="bob", reason="amended")
    assert guide.snapshot.number == done.number
    facts = guide.snapshot.content.things["trainer"].facts
    assert facts["length"].value == 5
    assert facts["pay"].confirmed == TODAY


async def test_a_clash_is_listed_for_a_person_to_decide(guide: Guide) -> None:
    await guide.publisher.publish(Draft(files=shorter(FILES), base=1), by="ann", reason="")
    other = {
        **FILES,
        "things.yaml": FILES["things.yaml"].replace(
            "value: 6, unit: months, text", "value: 9, unit: months, text"
        ),
    }
    _, merged = await guide.publisher.merge(Draft(files=other, base=1))
    assert len(merged.conflicts) == 1
    assert merged.conflicts[0].startswith("things trainer facts.length: yours is")
    assert load(merged.files).things["trainer"].facts["length"].value == 9


async def test_phrasings_that_curators_add_survive_a_merge(guide: Guide) -> None:
    await guide.publisher.edit(
        lambda files: add_phrasings(files, "cost", "en", ["price of it all"]),
        by="curator 7",
        reason="another way to ask",
    )
    mine = add_phrasings(FILES, "cost", "en", ["how expensive was it"])
    merged, both = await guide.publisher.merge(Draft(files=mine, base=1))
    assert both.conflicts == ()
    said = load(merged.files).topics["cost"].phrasings["en"]
    assert {"price of it all", "how expensive was it"} <= set(said)


async def test_rollback_brings_back_the_very_bytes(guide: Guide) -> None:
    await guide.publisher.publish(Draft(files=shorter(FILES), base=1), by="ann", reason="")
    done = await guide.publisher.rollback(1, by="bob", reason="wrong law")
    assert done.number == 3
    assert guide.snapshot.number == 3
    assert await guide.publisher.files_of(3) == FILES
    (newest, *_) = await guide.publisher.versions()
    assert newest.reason == "Back to version 1: wrong law"
    assert newest.changes == ("Trainer: length 5 months or less → 6 months or less",)


async def test_rollback_to_what_is_live_or_missing_is_refused(guide: Guide) -> None:
    with pytest.raises(GuideError, match="is live"):
        await guide.publisher.rollback(1, by="bob")
    with pytest.raises(NotFoundError, match="no version 9"):
        await guide.publisher.rollback(9, by="bob")


async def test_a_draft_that_changes_nothing_is_not_published(guide: Guide) -> None:
    with pytest.raises(GuideError, match="Nothing to publish"):
        await guide.publisher.publish(Draft(files=FILES, base=1), by="ann", reason="")


async def test_edits_that_race_are_all_kept(guide: Guide, store_url: str) -> None:
    second_store = Store(store_url)
    second = Guide(second_store)
    await second.open()
    said = [f"fee number {name}" for name in ("alpha", "bravo", "charlie", "delta")]

    def adding(words: str) -> Callable[[Files], Files]:
        return lambda files: add_phrasings(files, "cost", "en", [words])

    await asyncio.gather(
        *(
            one.publisher.edit(adding(words), by="x", reason="")
            for one, words in zip((guide, second, guide, second), said, strict=True)
        )
    )
    files = await guide.publisher.files_of()
    assert set(said) <= set(load(files).topics["cost"].phrasings["en"])
    assert [version.number for version in await guide.publisher.versions()] == [5, 4, 3, 2, 1]
    await second_store.aclose()


RACER = """
import asyncio, sys
from knowledge.editing.editing import add_phrasings
from knowledge.guide import Guide
from knowledge.store.engine import Store
from knowledge.editing.submissions import take_in

async def main(url, name):
    store = Store(url)
    guide = Guide(store)
    await guide.open()
    for turn in range(3):
        await guide.publisher.edit(
            lambda files: add_phrasings(files, "cost", "en", [f"bill {name} {turn} paid"]),
            by=name, reason="race")
    await store.aclose()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_processes_that_publish_at_once_lose_nothing(guide: Guide, store_url: str) -> None:
    racers = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", RACER, store_url, name)
        for name in ("uno", "dos")
    ]
    assert [await racer.wait() for racer in racers] == [0, 0]
    said = load(await guide.publisher.files_of()).topics["cost"].phrasings["en"]
    assert {f"bill {name} {turn} paid" for name in ("uno", "dos") for turn in range(3)} <= set(
        said
    )
    assert await guide.publisher.live_number() == 7


async def test_nobody_waits_while_a_version_is_unpacked(
    guide: Guide, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: set[int] = set()

    def noted(packed: bytes) -> dict[str, str]:
        used.add(threading.get_ident())
        return unpack(packed)

    for module in (live, publishing):
        monkeypatch.setattr(module, "unpack", noted)
    number = await guide.publisher.save(Draft(files=shorter(FILES), base=1), by="ann", title="")
    await guide.try_draft(7, number)
    await guide.publisher.publish_saved(number, by="ann")
    other = Guide(guide.store)
    await other.refresh()
    assert used
    assert threading.get_ident() not in used


async def test_there_is_no_version_0(guide: Guide) -> None:
    with pytest.raises(NotFoundError, match="no version 0"):
        await guide.publisher.rollback(0, by="Sam")
    with pytest.raises(NotFoundError, match="no version 0"):
        await guide.publisher.going_back(0)
