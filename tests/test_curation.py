"""The curators' queue: grouped, dealt, decided, taken back; the same on both databases."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlmodel import col, select

from knowledge.curation.choices import (
    AnotherWay,
    Later,
    NewAnswer,
    NotOurs,
    NotReusable,
    WrongAnswer,
    prefilled,
)
from knowledge.curation.curation import Curation
from knowledge.editing.editing import remove_item
from knowledge.errors import GuideError, NotFoundError
from knowledge.guide import Asked, Guide
from knowledge.people import Actor, ForbiddenError, Right
from knowledge.reading import Files
from knowledge.store.engine import Store
from knowledge.store.groups import Wanted
from knowledge.store.review_tables import Decision, GroupWording, QuestionGroup
from knowledge.store.tables import Question
from knowledge.understanding.grouping import wording
from knowledge.verdicts import Answer, NotOurs as PointsAway, Unknown
from tests import small
from tests.test_semantic import Topics

CURATOR = Actor(id=2001, right=Right.CURATOR, door="telegram")
OTHER = Actor(id=2002, right=Right.CURATOR, door="telegram")
PUBLISHER = Actor(id=1001, right=Right.PUBLISHER, door="console")
VIEWER = Actor(id=3, right=Right.VIEWER)


FILES = {
    **small.FILES,
    "policy.yaml": small.FILES["policy.yaml"].replace(
        "offer_at: {value: 0.18", "offer_at: {value: 0.45"
    ),
}
"""The small knowledge base, quicker to say that it does not know."""


@pytest.fixture
async def guide(store: Store) -> Guide:
    made = Guide(store)
    await made.open(FILES)
    return made


class Crowd:
    """People who ask, each update with a number of its own."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self.updates = 0

    async def __call__(self, text: str, chat: int = 7) -> int:
        self.updates += 1
        turn = await self.guide.ask(Asked(text=text, chat=chat, bot=1, update_id=self.updates))
        return turn.question_ids[0]


@pytest.fixture
def crowd(guide: Guide) -> Crowd:
    return Crowd(guide)


@pytest.fixture
def queue(guide: Guide) -> Curation:
    return guide.curation


async def heads(queue: Curation, state: str = "open") -> list[str]:
    found, total = await queue.inbox(Wanted(state=state))
    assert total == len(found)
    return [group.head for group in found]


async def only(queue: Curation, state: str = "open") -> QuestionGroup:
    (group,), _ = await queue.inbox(Wanted(state=state))
    return group


def another_way(*phrasings: str, topic: str = "cost") -> AnotherWay:
    return AnotherWay(topic=topic, phrasings={"en": phrasings})


async def test_like_questions_are_one_group_with_its_people(crowd: Crowd, queue: Curation) -> None:
    await crowd("childcare for toddlers", 1)
    await crowd("childcare?", 1)
    await crowd("do you offer babysitting", 2)
    await crowd("what does a trainer earn", 3)
    group = await only(queue)
    assert (group.questions, group.people) == (3, 2)
    assert group.first_seen < group.last_seen
    card = await queue.card(group.id or 0)
    assert len(card.samples) == 3
    assert (card.recent, card.before) == (3, 0)


async def test_grouping_goes_on_where_it_stopped(crowd: Crowd, queue: Curation) -> None:
    await crowd("daycare downtown")
    assert await queue.group_waiting() == 1
    assert await queue.group_waiting() == 0
    await crowd("daycare for my kids")
    assert await queue.group_waiting() == 1
    assert (await only(queue)).questions == 2


async def test_doubt_puts_an_answered_question_in_the_queue(
    crowd: Crowd, queue: Curation, guide: Guide
) -> None:
    number = await crowd("what does a trainer earn")
    assert await heads(queue) == []
    await guide.doubt(number, 7, "thumbs_down")
    group = await only(queue)
    assert json.loads(group.reasons) == ["thumbs_down"]
    assert group.harm == 3.0


async def test_more_people_and_more_harm_come_first(
    crowd: Crowd, queue: Curation, guide: Guide
) -> None:
    for chat in (1, 2):
        await crowd("parking garage", chat)
    await crowd("daycare downtown", 3)
    number = await crowd("what does a trainer earn", 4)
    await guide.doubt(number, 4, "thumbs_down")
    assert await heads(queue) == [
        "what does a trainer earn",
        "parking garage",
        "daycare downtown",
    ]


async def test_the_list_filters(crowd: Crowd, queue: Curation) -> None:
    await crowd("parking garage")
    await crowd("¿hay guardería para mis hijos en el lugar?")
    by_words, _ = await queue.inbox(Wanted(text="PARK"))
    assert [group.head for group in by_words] == ["parking garage"]
    spanish, _ = await queue.inbox(Wanted(language="es"))
    assert len(spanish) == 1
    nothing, total = await queue.inbox(Wanted(text="%"))
    assert (nothing, total) == ([], 0)


async def test_another_way_is_live_at_once_and_closes_its_like(
    crowd: Crowd, queue: Curation, guide: Guide
) -> None:
    await crowd("parking garage", 1)
    await crowd("how about sponsorship by someone richer", 2)
    group = await only_with(queue, "parking")
    decided = await queue.decide(group, another_way("parking garage"), CURATOR)
    assert decided.decision.version == guide.snapshot.number == 2
    said = guide.snapshot.say("parking garage", today=guide.today())
    assert isinstance(said[0].understood.verdict, Answer)
    assert await heads(queue) == ["how about sponsorship by someone richer"]
    versions = await guide.publisher.versions()
    assert "asked by 1 person" in versions[0].reason


async def only_with(queue: Curation, words: str) -> int:
    (group,), _ = await queue.inbox(Wanted(text=words))
    return group.id or 0


async def test_what_a_decision_answers_elsewhere_closes_itself_and_opens_again(
    crowd: Crowd, queue: Curation, guide: Guide
) -> None:
    await crowd("qwzx vvkk plugh", 1)
    await crowd("zorp blick", 2)
    group = await only_with(queue, "plugh")
    way = another_way("qwzx vvkk plugh", "zorp blick")
    decided = await queue.decide(group, way, CURATOR)
    assert [closed.head for closed in decided.closed] == ["zorp blick"]
    assert await heads(queue) == []
    opened = await queue.undo(CURATOR)
    assert {one.head for one in opened} == {"qwzx vvkk plugh", "zorp blick"}
    assert set(await heads(queue)) == {"qwzx vvkk plugh", "zorp blick"}
    said = guide.snapshot.say("zorp blick", today=guide.today())
    assert isinstance(said[0].understood.verdict, Unknown)
    assert guide.snapshot.number == 3
    with pytest.raises(GuideError, match="no decision"):
        await queue.undo(CURATOR)


async def test_a_preview_says_what_else_would_change_and_saves_nothing(
    crowd: Crowd, queue: Curation, guide: Guide
) -> None:
    await crowd("qwzx vvkk plugh", 1)
    await crowd("qwzx vvkk", 2)
    await crowd("zorp blick", 3)
    group = await only_with(queue, "plugh")
    seen = await queue.preview(group, another_way("qwzx vvkk plugh", "zorp blick"))
    assert "qwzx vvkk plugh" in seen.answered
    assert any(said.startswith("zorp blick: no answer → cost") for said in seen.captured)
    assert guide.snapshot.number == 1
    assert (await only_group(queue, group)).state == "open"


async def test_a_preview_knows_what_is_understood_by_its_meaning(
    crowd: Crowd, queue: Curation, guide: Guide
) -> None:
    """Asked before the embedding was ready, this is still answered once it is."""
    await crowd("hidden cost of it")
    group = await only_with(queue, "hidden")
    way = another_way("qwzx vvkk plugh")
    assert (await queue.preview(group, way)).unanswered == ("hidden cost of it",)
    deeper = Guide(guide.store, encoder=Topics())
    await deeper.open()
    deeper.snapshot.understanding.prepare()
    assert (await deeper.curation.preview(group, way)).answered == ("hidden cost of it",)


async def test_nobody_is_held_back_where_publishing_failed(
    crowd: Crowd, queue: Curation, guide: Guide
) -> None:
    number = await crowd("qwzx vvkk plugh")
    await guide.promises.tell_answer(number, 7, "en")
    group = await only_with(queue, "plugh")
    with pytest.raises(GuideError, match="Nothing to publish"):
        await queue.decide(group, another_way("was it free"), CURATOR, tell=False)
    assert (await queue.card(group)).held_back == 0
    await queue.decide(group, another_way("qwzx vvkk plugh"), CURATOR, tell=False)
    assert (await queue.card(group)).held_back == 1


async def only_group(queue: Curation, number: int) -> QuestionGroup:
    return (await queue.card(number)).group


async def test_a_new_answer_waits_for_a_publisher(
    crowd: Crowd, queue: Curation, guide: Guide
) -> None:
    await crowd("parking garage")
    group = await only(queue)
    choice = NewAnswer(
        topic="parking",
        title={"en": "Parking", "es": "Estacionamiento"},
        answer={"en": "Each college had its own rules.", "es": "Cada colegio tenía sus reglas."},
        phrasings={"en": ("parking garage", "where do i park")},
    )
    proposed = await queue.decide(group.id or 0, choice, CURATOR)
    assert proposed.proposed
    assert guide.snapshot.number == 1
    assert (await only(queue, "with_staff")).id == group.id
    with pytest.raises(ForbiddenError, match="publisher"):
        await queue.approve(proposed.decision.id or 0, CURATOR)
    done = await queue.approve(proposed.decision.id or 0, PUBLISHER)
    assert done.decision.version == 2
    assert "parking" in guide.snapshot.content.topics
    with pytest.raises(GuideError, match="not a proposal"):
        await queue.approve(done.decision.id or 0, PUBLISHER)
    await queue.undo(PUBLISHER)
    assert "parking" not in guide.snapshot.content.topics


def new_answer(said: str, source: str = "", url: str = "", day: str = "") -> NewAnswer:
    return NewAnswer(
        topic="parking",
        title={"en": "Parking"},
        answer={"en": said},
        phrasings={"en": ("parking garage",)},
        source=source,
        source_url=url,
        source_date=day,
    )


async def test_what_cannot_be_published_is_refused_when_it_is_proposed(
    crowd: Crowd, queue: Curation
) -> None:
    await crowd("parking garage")
    number = (await only(queue)).id or 0
    with pytest.raises(GuideError, match="Take the number 10 out"):
        await queue.decide(number, new_answer("It costs 10 dollars."), CURATOR)
    with pytest.raises(GuideError, match="no thing 'garage'"):
        await queue.decide(number, new_answer("It costs {garage.cost}."), CURATOR)
    with pytest.raises(GuideError, match="I know no source “Handbook”"):
        await queue.decide(number, new_answer("Ask.", source="Handbook"), CURATOR)
    seen = await queue.preview(number, new_answer("It costs 10 dollars."))
    assert "Take the number 10 out" in seen.faults[0]
    assert await heads(queue) == ["parking garage"]


async def test_a_newer_proposal_takes_the_place_of_the_one_before(
    crowd: Crowd, queue: Curation, guide: Guide
) -> None:
    await crowd("parking garage")
    number = (await only(queue)).id or 0
    first = await queue.decide(number, new_answer("Park anywhere."), CURATOR)
    assert not first.replaced
    second = await queue.decide(number, new_answer("Park behind the school."), OTHER)
    assert second.replaced
    assert [one.number for one in await queue.proposals()] == [second.decision.id]
    with pytest.raises(GuideError, match="not a proposal"):
        await queue.approve(first.decision.id or 0, PUBLISHER)
    await queue.approve(second.decision.id or 0, PUBLISHER)
    assert await queue.proposals() == []
    with pytest.raises(GuideError, match="not a proposal"):
        await queue.approve(second.decision.id or 0, PUBLISHER)
    assert "behind" in str(guide.snapshot.content.topics["parking"].answer)


@pytest.mark.parametrize(
    ("named", "title", "as_of"),
    [
        ((), "The people who keep these answers", None),
        (("the LAW",), "The law", "2010"),
        (("Handbook", "https://college.example/h", "2026-08"), "Handbook", "2026-08"),
    ],
)
async def test_a_new_answer_is_told_with_its_source_and_day(
    crowd: Crowd,
    queue: Curation,
    guide: Guide,
    named: tuple[str, ...],
    title: str,
    as_of: str | None,
) -> None:
    await crowd("parking garage")
    before = await guide.publisher.files_of()
    await queue.decide((await only(queue)).id or 0, new_answer("Ask them.", *named), PUBLISHER)
    (said,) = guide.snapshot.say("parking garage", today=guide.today())
    assert said.worded
    told = [(one.source.title, one.as_of) for one in said.worded.cited]
    assert told == [(title, as_of or guide.today().isoformat())]
    await queue.undo(PUBLISHER)
    assert await guide.publisher.files_of() == before


@pytest.mark.parametrize("kind", ["phrasing", "new answer"])
async def test_a_decision_is_taken_back_after_its_version_was(
    crowd: Crowd, queue: Curation, guide: Guide, kind: str
) -> None:
    await crowd("parking garage")
    choice = another_way("parking garage") if kind == "phrasing" else new_answer("Park anywhere.")
    await queue.decide((await only(queue)).id or 0, choice, PUBLISHER)
    await guide.publisher.rollback(1, by="Sam")
    (opened,) = await queue.undo(PUBLISHER)
    assert opened.state == "open"
    assert await heads(queue) == ["parking garage"]
    assert guide.snapshot.number == 3  # nothing was left to take out, so nothing was published
    assert await guide.publisher.files_of() == FILES


async def test_a_decision_is_taken_back_after_staff_took_its_topic_out(
    crowd: Crowd, queue: Curation, guide: Guide
) -> None:
    def without(files: Files) -> Files:
        left = remove_item(files, "topics", "parking")
        return {path: text for path, text in left.items() if text.strip()}

    await crowd("parking garage")
    await queue.decide((await only(queue)).id or 0, new_answer("Park anywhere."), PUBLISHER)
    await guide.publisher.edit(without, by="Sam", reason="by hand")
    await queue.undo(PUBLISHER)
    assert await heads(queue) == ["parking garage"]
    assert await guide.publisher.files_of() == FILES  # its source went, too


async def test_a_suggested_id_can_be_one(crowd: Crowd, queue: Curation, guide: Guide) -> None:
    await crowd("administrative certification experience question")
    card = await queue.card((await only(queue)).id or 0)
    snapshot = guide.snapshot
    draft = prefilled(card.group, card.samples, snapshot.understanding.finder, snapshot.content)
    assert draft.topic == "administrative_certification_experience"
    await queue.decide(card.group.id or 0, replace(new_answer("Ask."), topic=draft.topic), CURATOR)


@pytest.mark.parametrize("topic", ["parking_", "parking__lot", "_parking", "p", "parking-lot"])
async def test_an_id_the_content_would_not_take_is_refused_at_once(
    crowd: Crowd, queue: Curation, topic: str
) -> None:
    await crowd("parking garage")
    choice = replace(new_answer("Ask."), topic=topic)
    with pytest.raises(GuideError, match="An id is small letters"):
        await queue.decide((await only(queue)).id or 0, choice, PUBLISHER)


async def test_not_ours_points_away_from_then_on(
    crowd: Crowd, queue: Curation, guide: Guide
) -> None:
    await crowd("qwzx vvkk plugh")
    group = await only(queue)
    choice = NotOurs(topic="weather", phrasings={"en": ("qwzx vvkk plugh",)}, reason="not ours")
    await queue.decide(group.id or 0, choice, CURATOR)
    said = guide.snapshot.say("qwzx vvkk plugh", today=guide.today())
    assert isinstance(said[0].understood.verdict, PointsAway)
    assert await heads(queue, "ignored") == ["qwzx vvkk plugh"]


async def test_what_is_ignored_stays_ignored_until_it_is_due(
    crowd: Crowd, queue: Curation, guide: Guide
) -> None:
    await crowd("my own dog is called zorp", 1)
    group = await only(queue)
    with pytest.raises(GuideError, match="reason"):
        await queue.decide(group.id or 0, NotReusable(), CURATOR)
    await queue.decide(group.id or 0, NotReusable(reason="about one person"), CURATOR)
    await crowd("is your dog called zorp", 2)
    assert await heads(queue) == []
    assert (await only(queue, "ignored")).questions == 2

    def expire(session: object) -> None:
        found = session.get_one(QuestionGroup, group.id)  # type: ignore[attr-defined]
        found.until = found.first_seen

    await guide.store.write(expire)
    assert len(await heads(queue)) == 1


async def test_a_wrong_answer_goes_to_staff(crowd: Crowd, queue: Curation, guide: Guide) -> None:
    number = await crowd("what does a trainer earn")
    await guide.doubt(number, 7, "thumbs_down")
    group = await only(queue)
    choice = WrongAnswer(topic="role_pay", reason="figures are old")
    await queue.decide(group.id or 0, choice, CURATOR)
    assert (await only(queue, "with_staff")).id == group.id


async def test_an_answer_that_was_wrong_does_not_close_itself(
    crowd: Crowd, queue: Curation, guide: Guide
) -> None:
    number = await crowd("what does a trainer earn")
    await guide.doubt(number, 7, "thumbs_down")
    await crowd("qwzx vvkk plugh")
    group = await only_with(queue, "plugh")
    decided = await queue.decide(group, another_way("qwzx vvkk plugh"), CURATOR)
    assert decided.closed == ()
    assert await heads(queue) == ["what does a trainer earn"]


async def test_a_card_is_dealt_to_one_curator_at_a_time(crowd: Crowd, queue: Curation) -> None:
    await crowd("parking garage", 1)
    await crowd("daycare downtown", 2)
    mine = await queue.deal(CURATOR.id)
    theirs = await queue.deal(OTHER.id)
    assert mine is not None
    assert theirs is not None
    assert mine.group.id != theirs.group.id
    assert await queue.deal(2003) is None
    assert not (await queue.hold(mine.group.id or 0, OTHER.id)).mine
    with pytest.raises(GuideError, match="Somebody else"):
        await queue.decide(mine.group.id or 0, Later(), OTHER)
    await queue.decide(mine.group.id or 0, Later(), CURATOR)
    with pytest.raises(GuideError, match="decided already"):
        await queue.decide(mine.group.id or 0, Later(), CURATOR)
    assert await queue.deal(OTHER.id, after=theirs.group.id) is not None


async def test_merge_and_split_hold_for_later_questions(crowd: Crowd, queue: Curation) -> None:
    await crowd("parking garage", 1)
    await crowd("daycare downtown", 2)
    (one, other), _ = await queue.inbox(Wanted())
    await queue.merge(one.id or 0, other.id or 0, CURATOR)
    await crowd("parking?", 3)
    group = await only(queue)
    assert (group.questions, group.people) == (3, 3)
    card = await queue.card(group.id or 0)
    daycare = [q.id or 0 for q in card.samples if "daycare" in q.text]
    await queue.split(group.id or 0, daycare, CURATOR)
    await crowd("daycare downtown", 4)
    found, _ = await queue.inbox(Wanted())
    assert {(one.head, one.questions) for one in found} == {
        ("parking garage", 2),
        ("daycare downtown", 2),
    }
    await queue.undo(CURATOR)
    assert (await only(queue)).questions == 4
    await queue.undo(CURATOR)
    assert len(await heads(queue)) == 2


async def test_a_wording_that_had_something_personal_stands_for_a_group_only_if_all_had(
    crowd: Crowd, queue: Curation
) -> None:
    named = "soy Pedro Gonzalez, parking garage"
    await crowd(named, 1)
    assert await heads(queue) == ["soy [name], parking garage"]
    asked = await crowd("is there a parking garage for bicycles somewhere", 2)
    assert await heads(queue) == ["is there a parking garage for bicycles somewhere"]
    await crowd("parking garage, write me@mail.example", 3)
    group = await only(queue)
    assert group.head == "is there a parking garage for bicycles somewhere"
    await queue.split(group.id or 0, [asked], CURATOR)
    assert len([head for head in await heads(queue) if "[" in head]) == 1
    await queue.undo(CURATOR)
    assert (await only(queue)).head == "is there a parking garage for bicycles somewhere"


async def test_another_replica_follows_what_was_grouped_merged_and_split(
    crowd: Crowd, queue: Curation, guide: Guide, store_url: str
) -> None:
    store = Store(store_url)
    other = Guide(store)
    await other.open(FILES)
    there = Crowd(other)
    there.updates = 100
    await crowd("parking garage", 1)
    assert await heads(queue) == ["parking garage"]
    await there("garage for parking", 2)
    assert (await only(other.curation)).questions == 2
    await crowd("scented candles", 3)
    await crowd("garage parking please", 4)
    (candles,) = [one for one in (await queue.inbox(Wanted()))[0] if "candles" in one.head]
    (cars,) = [one for one in (await queue.inbox(Wanted()))[0] if one.id != candles.id]
    assert cars.questions == 3
    await queue.merge(candles.id or 0, cars.id or 0, CURATOR)
    await there("candles, scented", 5)
    assert (await only(other.curation)).questions == 5
    await queue.undo(CURATOR)
    await there("scented candles!", 6)
    await there("is there a parking garage", 7)
    sizes = {one.id: one.questions for one in (await other.curation.inbox(Wanted()))[0]}
    assert sizes[candles.id] >= 2
    assert sum(sizes.values()) == 7
    await store.aclose()


async def test_rights_are_checked_where_the_action_is(crowd: Crowd, queue: Curation) -> None:
    await crowd("parking garage")
    number = (await only(queue)).id or 0
    for action in (
        queue.decide(number, Later(), VIEWER),
        queue.undo(VIEWER),
        queue.merge(number, number, VIEWER),
        queue.split(number, [1], VIEWER),
        queue.scrub("parking", VIEWER),
        queue.decide(
            number,
            AnotherWay(topic="cost", phrasings={"en": ("x y",)}, override="because"),
            CURATOR,
        ),
    ):
        with pytest.raises(ForbiddenError):
            await action
    await queue.decide(number, Later(), CURATOR)
    decision = (await queue.rows("decisions"))[0]["id"]
    with pytest.raises(ForbiddenError, match="others"):
        await queue.undo(OTHER, decision)
    await queue.undo(PUBLISHER, decision)


async def test_impossible_choices_are_refused(crowd: Crowd, queue: Curation) -> None:
    await crowd("parking garage")
    number = (await only(queue)).id or 0
    for choice in (
        another_way("a", topic="nope"),
        another_way(),
        Later(days=0),
        WrongAnswer(),
        NotOurs(topic="cost", reason="x"),
        NewAnswer(topic="Bad Id", title={}, answer={"en": "x"}, phrasings={"en": ("a",)}),
        NewAnswer(topic="cost", title={}, answer={"en": "x"}, phrasings={"en": ("a",)}),
        NewAnswer(topic="fine", title={}, answer={}, phrasings={"en": ("a",)}),
    ):
        with pytest.raises(GuideError):
            await queue.decide(number, choice, PUBLISHER)
    with pytest.raises(NotFoundError, match="no group 99"):
        await queue.card(99)
    with pytest.raises(NotFoundError, match="no table"):
        await queue.rows("people")


async def test_scrubbing_takes_words_out_everywhere(
    crowd: Crowd, queue: Curation, guide: Guide
) -> None:
    number = await crowd("parking lot of Bartholomew Quux", 1)
    await guide.promises.tell_answer(number, 1, "en")
    group = await only(queue)
    await queue.decide(group.id or 0, NotReusable(reason="about Bartholomew Quux"), CURATOR)
    assert await queue.scrub("bartholomew quux", CURATOR) == 1
    for table in ("groups", "questions", "decisions", "audit"):
        assert "artholomew" not in json.dumps(await queue.rows(table))
    kept = await guide.store.read(lambda session: list(session.exec(select(GroupWording.sketch))))
    assert kept
    assert not [sketch for sketch in kept if "barthol" in sketch or "quux" in sketch]
    assert "artholomew" not in json.dumps(await guide.people.held_on(1))
    await crowd("parking garage", 2)
    await queue.group_waiting()
    with pytest.raises(GuideError, match="at least"):
        await queue.scrub("a", CURATOR)


async def test_scrubbing_and_the_search_know_large_and_small_letters_of_any_alphabet(
    crowd: Crowd, queue: Curation
) -> None:
    await crowd("parking garage of ángela núñez", 1)
    await crowd("daycare downtown for ÁNGELA Núñez", 2)
    found, total = await queue.inbox(Wanted(text="ÁNGELA NÚÑEZ"))
    assert total == len(found) == 2
    assert await queue.scrub("Ángela Núñez", CURATOR) == 2
    assert "ngela" not in json.dumps(await queue.rows("questions")).casefold()


async def test_scrubbing_takes_words_out_of_what_is_said_of_versions(
    crowd: Crowd, queue: Curation, guide: Guide
) -> None:
    await crowd("zorp of Bartholomew Quux")
    way = another_way("zorp of Bartholomew Quux")
    await queue.decide((await only(queue)).id or 0, way, CURATOR)
    (before, *_) = await guide.publisher.versions()
    assert "Bartholomew" in str(before)
    await queue.scrub("Bartholomew Quux", CURATOR)
    (after, *_) = await guide.publisher.versions()
    assert "Bartholomew" not in str(after)
    assert "[removed]" in str(after)


async def wordings(guide: Guide) -> dict[str, GroupWording]:
    found = await guide.store.read(lambda session: list(session.exec(select(GroupWording))))
    return {kept.key: kept for kept in found}


async def test_what_is_forgotten_leaves_its_group_counted_anew(
    crowd: Crowd, queue: Curation, guide: Guide
) -> None:
    doubted = await crowd("what does a trainer earn", 1)
    await guide.doubt(doubted, 1, "thumbs_down")
    await crowd("parking garage", 1)
    await crowd("is there parking in the garage downtown", 2)
    await crowd("PARKING garage!", 3)
    before = await only_group(queue, await only_with(queue, "parking"))
    known = await wordings(guide)
    await guide.people.forget(2)
    await guide.people.forget(1)
    after = await only_group(queue, before.id or 0)
    assert (after.questions, after.people, after.wordings) == (1, 1, 1)
    assert after.rank < before.rank
    left = await wordings(guide)
    assert left.keys() == {wording("parking garage")}
    assert left == {key: known[key] for key in left}
    (gone,) = [one for one in (await queue.inbox(Wanted(state="all")))[0] if one.id != before.id]
    assert (gone.head, gone.questions, gone.reasons, gone.harm) == ("—", 0, "[]", 1.0)
    await crowd("what does a trainer earn", 4)
    await crowd("garage parking", 5)
    assert (await only(queue)).questions == 2


async def test_rows_never_tell_who_asked(crowd: Crowd, queue: Curation, guide: Guide) -> None:
    await crowd("parking garage")
    asker = await guide.store.read(lambda session: session.exec(select(Question.asker)).one())
    for table in ("groups", "questions", "decisions", "audit"):
        assert asker not in json.dumps(await queue.rows(table))


async def test_every_action_is_noted(crowd: Crowd, queue: Curation, guide: Guide) -> None:
    await crowd("parking garage")
    await queue.decide((await only(queue)).id or 0, Later(), CURATOR)
    await queue.undo(CURATOR)
    actions = [(row["action"], row["by"], row["door"]) for row in await queue.rows("audit")]
    assert actions == [("undo", 2001, "telegram"), ("later", 2001, "telegram")]
    kept = await guide.store.read(
        lambda session: session.exec(select(Decision).order_by(col(Decision.id))).one()
    )
    assert kept.undone_by == 2001
