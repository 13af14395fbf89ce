"""Spreadsheets and other bots' exports: a draft or nothing, every fault by sheet and cell."""

from __future__ import annotations

import io
import zipfile

import pytest

from knowledge.editing.checks import load
from knowledge.editing.sheets import LARGEST_FILE, read_sheets, write_book
from knowledge.editing.spreadsheets import FACTS, PAIRS, PHRASINGS, export_book, import_file
from knowledge.errors import ContentError
from tests import small


def taken(raw: bytes | str, name: str) -> dict[str, str]:
    data = raw.encode() if isinstance(raw, str) else raw
    return import_file(data, name, small.content(), small.FILES)


def faults(raw: bytes | str, name: str = "f.csv") -> list[str]:
    with pytest.raises(ContentError) as caught:
        taken(raw, name)
    return [str(fault) for fault in caught.value.faults]


def test_what_is_exported_is_taken_back_without_a_change() -> None:
    assert taken(export_book(small.content()), "content.xlsx") == small.FILES


def test_phrasings_are_added_in_any_kind_of_table() -> None:
    for raw, name in (
        ("topic,language,phrasing\ncost,en,what was the price\n", "a.csv"),
        ("topic;language;phrasing\r\ncost;en;what was the price\r\n", "a.csv"),
        ("\ufefftopic\tlanguage\tphrasing\ncost\ten\twhat was the price", "a.tsv"),
        (write_book({"x": (PHRASINGS, [("cost", "en", "what was the price")])}), "a.xlsx"),
    ):
        content = load(taken(raw, name))
        assert content.topics["cost"].phrasings["en"][-1] == "what was the price"


def test_a_fact_is_changed_or_added_with_its_source() -> None:
    rows = [
        ("trainer", "length", "5", "", "", "", "", "2011", "", "", "", "", ""),
        ("maine", "status", "", "", "Ended.", "Terminó.", "law", "2013", "high", "90", "", "", ""),
    ]
    content = load(taken(write_book({"availability": (FACTS, rows)}), "a.xlsx"))
    length = content.things["trainer"].facts["length"]
    assert (length.value, length.as_of, length.unit) == (5, "2011", "months")
    status = content.things["maine"].facts["status"]
    assert status.text is not None
    assert (status.text.say("es"), status.review_days) == ("Terminó.", 90)


def test_a_question_and_its_answer_become_a_topic() -> None:
    rows = [
        (
            "parking",
            "Where to park",
            "",
            "where can I park\nis there parking",
            "dónde estaciono",
            "Behind house 7.",
            "Detrás de la casa 7.",
            "",
            "cost",
        ),
    ]
    files = taken(write_book({"qa": (PAIRS, rows)}), "My answers.xlsx")
    assert "imported/my_answers.yaml" in files
    topic = load(files).topics["parking"]
    assert topic.phrasings["en"] == ("where can I park", "is there parking")
    assert topic.answer is not None
    assert topic.answer.say("es") == "Detrás de la casa 7."
    assert (topic.literals, topic.next) == (("7",), ("cost",))


BAD = {
    "unknown columns": ("name,mail\nx,y", "has none of the known sets"),
    "the telling column misspelt": (
        "topic;phrase;lang\ncost;x;en",
        "B1: unknown column 'phrase' — did you mean 'phrasing'?",
    ),
    "another one misspelt beside it": (
        "topic;phrase;lang\ncost;x;en",
        "C1: unknown column 'lang' — did you mean 'language'?",
    ),
    "the telling column missing": (
        "topic,language\ncost,en",
        "A1: the column 'phrasing' is missing — known columns: topic, language, phrasing",
    ),
    "a misspelt column": ("topic,langage,phrasing\ncost,en,x", "B1: unknown column 'langage'"),
    "a column twice": ("topic,phrasing,topic\ncost,x,cost", "C1: the column 'topic' stands twice"),
    "an unknown topic": ("topic,phrasing\ncoast,x", "A2: there is no topic 'coast'"),
    "an unknown language": ("topic,language,phrasing\ncost,fr,x", "B2: unknown language 'fr'"),
    "an empty cell": ("topic,phrasing\ncost,", "row 2 says nothing under 'phrasing'"),
    "no word": ("topic,phrasing\ncost,?!", "B2: '?!' has no word"),
    "a clash": ("topic,phrasing\ncost,{role} salary", "belongs to 'role_pay' already"),
    "a cell too many": ("topic,phrasing\ncost,x,y", "C2: a cell under no column"),
    "an unknown thing": ("thing,fact,value\ntrianer,length,5", "A2: there is no thing 'trianer'"),
    "a fact without source": ("thing,fact,value\ntrainer,new,5", "says nothing under 'source'"),
    "an unknown source": (
        "thing,fact,value,source\ntrainer,length,5,lore",
        "D2: there is no source 'lore'",
    ),
    "two values": (
        "thing,fact,value\ntrainer,length,5\ntrainer,length,7",
        "B3: trainer.length says something else in B2",
    ),
    "a bad id": ("topic,question_en,answer_en\nMy Id,x,y", "A2: 'My Id' cannot be an id"),
    "nothing": ("\n\n", "there is nothing in it"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_cell_is_named(name: str) -> None:
    raw, words = BAD[name]
    assert any(words in fault for fault in faults(raw))


def test_nothing_is_half_taken_and_all_faults_come_at_once() -> None:
    assert len(faults("topic,phrasing\ncost,fine\ncoast,x\ncast,y\n")) == 2


def test_files_that_cannot_be_tables_are_refused() -> None:
    assert "are not read" in faults(b"x", "a.pdf")[0]
    assert "cannot be read" in faults(b"PK\x03\x04 broken", "a.xlsx")[0]
    assert "at most" in faults(b"x" * (LARGEST_FILE + 1), "a.csv")[0]
    assert "is not UTF-8" in faults("a,ñ".encode("latin-1"), "a.csv")[0]


def test_a_packed_bomb_is_refused_before_it_is_unpacked() -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(3):
            packed.writestr(f"xl/worksheets/sheet{number}.xml", b"0" * 40_000_000)
    assert "unpacks to far more" in faults(raw.getvalue(), "a.xlsx")[0]


def test_a_formula_stays_text_both_ways() -> None:
    raw = write_book({"x": (("topic", "phrasing"), [("cost", "=1+1 and then")])})
    (sheet,) = read_sheets(raw, "a.xlsx")
    assert sheet.rows[0]["phrasing"].text == "=1+1 and then"
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


MAKER = (
    "Question\tAnswer\tSource\tMetadata\tSuggestedQuestions\tIsContextOnly\tPrompts\tQnaId\n"
    "Where do I park?\t**Behind** the house. [Map](https://map.example)\tEditorial\t\t[]\tFalse\t[]\t1\n"
    "Is there parking?\t**Behind** the house. [Map](https://map.example)\tEditorial\t\t[]\tFalse\t[]\t1\n"
    "When do you open?\tAt nine.\\n<br>Come in.\tEditorial\t\t[]\tFalse\t[]\t2\n"
)


def test_qna_maker_exports_move_in() -> None:
    content = load(taken(MAKER, "kb.tsv"))
    park = content.topics["where_do_i_park"]
    assert park.phrasings["en"] == ("Where do I park?", "Is there parking?")
    assert park.answer is not None
    assert park.answer.say("en").strip() == "**Behind** the house. Map: https://map.example"
    opening = content.topics["when_do_you_open"].answer
    assert opening is not None
    assert opening.say("en").split() == ["At", "nine.", "Come", "in."]


RASA = """\
version: "3.1"
nlu:
- intent: cost
  examples: |
    - what was the [price](thing)
    - how dear was it
- intent: faq/parking
  examples: |
    - where to [park]{"entity": "action"}
responses:
  utter_faq/parking:
  - text: "Behind the house."
"""


def test_rasa_intents_become_phrasings_and_answers() -> None:
    content = load(taken(RASA, "nlu.yml"))
    assert content.topics["cost"].phrasings["en"][-2:] == ("what was the price", "how dear was it")
    parking = content.topics["faq_parking"]
    assert parking.phrasings["en"] == ("where to park",)
    assert parking.title.say("en") == "Parking"


def test_a_rasa_intent_without_answer_is_named_with_its_line() -> None:
    (fault,) = faults("nlu:\n- intent: mood\n  examples: |\n    - happy\n", "nlu.yml")
    assert fault.startswith("nlu.yml:3:")
    assert "the intent 'mood' is no topic here" in fault
    assert "no list 'nlu'" in faults("rules: []\n", "nlu.yml")[0]
